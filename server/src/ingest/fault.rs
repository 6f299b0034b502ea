//! Why changes cannot become part of a document, and what their author is told.

use std::panic::{UnwindSafe, catch_unwind};

use client_core::catalogue;
use client_core::document::{Change, DecodeError, Document, Operation};
use client_core::ids::DocumentKind;
use client_core::model::log;
use client_core::model::schema::SchemaFault;
use client_core::protocol::sync::RefusalCode;
use client_core::report::UnitFacts;
use client_core::validate;

/// Why changes cannot become part of a document, and what to tell their author.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) reason: RefusalCode,
    pub(super) detail: String,
}

impl Fault {
    pub(super) fn not_applicable() -> Self {
        Self {
            reason: RefusalCode::NotApplicable,
            detail: "Không ghép được vào tài liệu trên máy chủ.".to_owned(),
        }
    }

    fn unreadable(reason: RefusalCode) -> Self {
        Self {
            reason,
            detail: "Máy chủ không đọc được thay đổi này.".to_owned(),
        }
    }

    pub(super) fn projection() -> Self {
        Self {
            reason: RefusalCode::BreaksSchema,
            detail: "Máy chủ không đọc được bản ghi này.".to_owned(),
        }
    }
}

impl From<SchemaFault> for Fault {
    fn from(fault: SchemaFault) -> Self {
        let detail = match fault {
            SchemaFault::OutOfPlace | SchemaFault::BadKey => "Bản ghi có phần không đúng khuôn dạng.".to_owned(),
            // Nobody sees these names: the days and marks of a record.
            SchemaFault::BadValue { field } if field == "@event" => {
                "Ngày chuyển bước của bản ghi nằm ngoài các năm 2015-2100. Xem lại ngày giờ của máy.".to_owned()
            }
            SchemaFault::BadValue { field } if field.starts_with('@') => {
                "Bản ghi có phần không đúng khuôn dạng.".to_owned()
            }
            SchemaFault::BadValue { field } => format!("Giá trị của trường “{field}” không hợp lệ."),
            SchemaFault::TypeChanged => "Loại hoạt động của bản ghi đã có thì không đổi được.".to_owned(),
        };
        Self {
            reason: RefusalCode::BreaksSchema,
            detail,
        }
    }
}

/// Reads a change that has arrived.
pub(super) fn read(bytes: &[u8]) -> Result<Change, Fault> {
    judged(|| Change::decode(bytes))
}

/// The decoder is another's and sees what anyone may send: a panic in it is an answer like any other.
fn judged(decode: impl FnOnce() -> Result<Change, DecodeError> + UnwindSafe) -> Result<Change, Fault> {
    match catch_unwind(decode) {
        Ok(Ok(change)) => Ok(change),
        Ok(Err(DecodeError::TooLarge | DecodeError::SaysTooMuch)) => Err(Fault::unreadable(RefusalCode::TooLarge)),
        Ok(Err(DecodeError::NotPlain | DecodeError::Malformed)) | Err(_) => {
            Err(Fault::unreadable(RefusalCode::Malformed))
        }
    }
}

/// Whether the plan asks the unit for what a change declares. What this program does not know may be of a newer plan.
pub(super) fn asked(facts: Option<&UnitFacts>, document: &Document, operations: &[Operation]) -> Result<(), Fault> {
    let Some(facts) = facts.filter(|_| document.kind() == DocumentKind::Log) else {
        return Ok(());
    };
    for (_period, code) in log::said_in(document, operations) {
        if let Some(indicator) = catalogue::indicator(&code)
            && !indicator.is_asked_of(facts)
        {
            return Err(Fault {
                reason: RefusalCode::BreaksSchema,
                detail: validate::not_asked(indicator).vi,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_on_which_the_decoder_panics_is_a_fault_like_any_that_cannot_be_read() {
        let panics = judged(|| panic!("as a test wants it")).unwrap_err();
        assert_eq!(panics.reason, RefusalCode::Malformed);
        assert_eq!(read(b"no change").unwrap_err().reason, RefusalCode::Malformed);
    }
}
