//! Why changes cannot become part of a document, and what their author is told.

use client_core::catalogue;
use client_core::document::{Document, Operation};
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
