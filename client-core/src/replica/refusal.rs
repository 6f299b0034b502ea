//! What an officer is told about a change that the server refused.

use super::view::Bilingual;
use crate::protocol::sync::RefusalCode;

/// What to tell an officer about a refused change.
pub(super) fn reason_text(reason: RefusalCode, detail: &str) -> Bilingual {
    let (vi, en) = match reason {
        RefusalCode::NotAllowed | RefusalCode::UnknownDocument => (
            "Bạn không còn quyền ghi cho đơn vị này. Hỏi cấp trên; bản ghi vẫn còn trên máy.",
            "You may no longer record for this unit. Ask the upper level; the record is still on this phone.",
        ),
        RefusalCode::BreaksSchema => (
            "Máy chủ không nhận giá trị này. Sửa rồi ghi lại; bản ghi vẫn còn trên máy.",
            "The server does not take this value. Put it right and save again; the record is still on this phone.",
        ),
        RefusalCode::TooLarge => (
            "Bản ghi quá dài. Viết ngắn lại rồi ghi lại.",
            "The record is too long. Shorten it and save again.",
        ),
        RefusalCode::Malformed
        | RefusalCode::ForeignActor
        | RefusalCode::MissingDependency
        | RefusalCode::RepeatedSequence
        | RefusalCode::DependsOnRefused
        | RefusalCode::NotApplicable => (
            "Máy chủ chưa nhận được bản ghi này. Mở ra và ghi lại một lần nữa.",
            "The server could not take this record. Open it and save it once more.",
        ),
    };
    let vi = if detail.is_empty() {
        vi.to_owned()
    } else {
        format!("{detail} {vi}")
    };
    Bilingual { vi, en: en.to_owned() }
}
