//! What the server refused: what an officer is told, and what becomes of a refused number, text or submission of a report.

use super::holding::Holding;
use super::input::Declaring;
use super::kept::{Kept, Staged};
use super::outbox::{self, Subject};
use super::view::{Bilingual, Refusal};
use crate::document::{Change, Document};
use crate::ids::Actor;
use crate::model::log::{self, DeclaredValue, ReportKey};
use crate::model::period::ReportingPeriod;
use crate::protocol::sync::RefusalCode;
use crate::text;
use crate::time::Timestamp;

/// Names what was refused in a report: the number or text, or the submission.
pub(super) type ReportPart = (ReportingPeriod, Option<String>);

/// What a refused change was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    Record,
    Deletion,
    Restoration,
    Declaration,
    Submission,
}

const NOT_DELETED: (&str, &str) = (
    "Chưa xóa được: máy chủ không nhận việc xóa này. Bản ghi vẫn còn trong sổ; xóa lại, hoặc để nguyên.",
    "It was not deleted: the server did not take the deletion. The record is still in the log; delete it again, or leave it.",
);
const NOT_TAKEN_BACK: (&str, &str) = (
    "Chưa lấy lại được: máy chủ không nhận. Bản ghi vẫn ở mục đã xóa; lấy lại một lần nữa, hoặc để nguyên.",
    "It was not taken back: the server did not take it. The record is still deleted; take it back again, or leave it.",
);

/// What to tell an officer about a refused change.
pub(super) fn reason_text(refused: Refused, reason: RefusalCode, detail: &str) -> Bilingual {
    let (vi, en) = match reason {
        RefusalCode::NotAllowed | RefusalCode::UnknownDocument => match refused {
            Refused::Record => (
                "Bạn không còn quyền ghi cho đơn vị này. Hỏi cấp trên; bản ghi vẫn còn trên máy.",
                "You may no longer record for this unit. Ask the upper level; the record is still on this phone.",
            ),
            Refused::Deletion => (
                "Chưa xóa được: bạn không còn quyền ghi cho đơn vị này. Hỏi cấp trên; bản ghi vẫn còn trong sổ.",
                "It was not deleted: you may no longer record for this unit. Ask the upper level; the record is still in the log.",
            ),
            Refused::Restoration => (
                "Chưa lấy lại được: bạn không còn quyền ghi cho đơn vị này. Hỏi cấp trên.",
                "It was not taken back: you may no longer record for this unit. Ask the upper level.",
            ),
            Refused::Declaration => (
                "Bạn không còn quyền khai cho đơn vị này. Hỏi cấp trên; những gì đã gõ vẫn còn trên máy.",
                "You may no longer declare for this unit. Ask the upper level; what you typed is still on this phone.",
            ),
            Refused::Submission => (
                "Bạn không còn quyền nộp báo cáo cho đơn vị này. Hỏi cấp trên; số liệu vẫn còn trên máy.",
                "You may no longer submit for this unit. Ask the upper level; the numbers are still on this phone.",
            ),
        },
        RefusalCode::BreaksSchema => match refused {
            Refused::Record => (
                "Máy chủ không nhận giá trị này. Sửa rồi ghi lại; bản ghi vẫn còn trên máy.",
                "The server does not take this value. Put it right and save again; the record is still on this phone.",
            ),
            Refused::Deletion => NOT_DELETED,
            Refused::Restoration => NOT_TAKEN_BACK,
            Refused::Declaration => (
                "Máy chủ không nhận nội dung này. Sửa rồi ghi lại; những gì đã gõ vẫn còn trên máy.",
                "The server does not take this. Put it right and save again; what you typed is still on this phone.",
            ),
            Refused::Submission => (
                "Máy chủ không nhận bản nộp này. Xem lại các số, cập nhật ứng dụng nếu có bản mới, rồi nộp lại.",
                "The server does not take this. Look at the numbers again, update the app if you can, then submit again.",
            ),
        },
        RefusalCode::TooLarge => match refused {
            Refused::Record => (
                "Bản ghi quá dài. Viết ngắn lại rồi ghi lại.",
                "The record is too long. Shorten it and save again.",
            ),
            Refused::Deletion => NOT_DELETED,
            Refused::Restoration => NOT_TAKEN_BACK,
            Refused::Declaration => (
                "Nội dung quá dài. Viết ngắn lại rồi ghi lại.",
                "This is too long. Shorten it and save again.",
            ),
            Refused::Submission => (
                "Bản nộp quá dài. Viết ngắn lại các phần bằng chữ rồi nộp lại.",
                "The report is too long. Shorten its texts and submit again.",
            ),
        },
        RefusalCode::Malformed
        | RefusalCode::ForeignActor
        | RefusalCode::MissingDependency
        | RefusalCode::RepeatedSequence
        | RefusalCode::DependsOnRefused
        | RefusalCode::NotApplicable => match refused {
            Refused::Record => (
                "Máy chủ chưa nhận được bản ghi này. Mở ra và ghi lại một lần nữa.",
                "The server could not take this record. Open it and save it once more.",
            ),
            Refused::Deletion => NOT_DELETED,
            Refused::Restoration => NOT_TAKEN_BACK,
            Refused::Declaration => (
                "Máy chủ chưa nhận được nội dung này. Xem lại rồi ghi một lần nữa.",
                "The server could not take this. Look at it and save it once more.",
            ),
            Refused::Submission => (
                "Máy chủ chưa nhận được bản nộp này. Xem lại rồi nộp một lần nữa.",
                "The server could not take this report. Look at it and submit it once more.",
            ),
        },
    };
    let vi = if detail.is_empty() {
        vi.to_owned()
    } else {
        format!("{detail} {vi}")
    };
    Bilingual { vi, en: en.to_owned() }
}

/// Puts away what a refused change did to a report. What was declared goes back to where it was typed; that a report was
/// submitted is true no more. `before` has the change, `after` does not.
pub(super) fn stage_report(
    kept: &Kept,
    staged: &mut Staged,
    [before, after]: [&Holding; 2],
    change: &Change,
    (reason, detail): (RefusalCode, &str),
) {
    // Whose it is, whoever uses the device by now.
    let unit = before.id.unit().clone();
    match outbox::subject_of(before, change) {
        Subject::Declaration(key) => {
            let Some(key) = log::parse_key(&key) else { return };
            let standing = stated(&after.document, &key, change);
            let own = change.actor().map(|actor| actor.device);
            let is_said_anew =
                |stated: &Stated| stated.at > change.at() && stated.actor.map(|actor| actor.device) == own;
            if standing.as_ref().is_some_and(is_said_anew) {
                return;
            }
            // What was typed since is newer.
            if let Some(said) = stated(&before.document, &key, change)
                && !kept.declaring.contains_key(&(unit.clone(), key.clone()))
            {
                let (period, indicator) = key.clone();
                let declaring = Declaring {
                    period,
                    indicator,
                    value: said.value,
                    reason: said.reason,
                    over: standing.map(|standing| standing.at),
                    kept_at: change.at(),
                };
                staged.declaring(unit.clone(), key.clone(), Some(declaring));
            }
            let at = change.at();
            let reason = reason_text(Refused::Declaration, reason, detail);
            staged.refused_part(unit, (key.0, Some(key.1)), Some(Refusal { at, reason }));
        }
        Subject::Submission(id) => {
            let mut submissions = log::submissions(&before.document).into_iter();
            let Some(submission) = submissions.find(|submission| submission.id.to_string() == id) else {
                return;
            };
            let at = submission.at;
            let reason = reason_text(Refused::Submission, reason, detail);
            staged.refused_part(unit, (submission.period, None), Some(Refusal { at, reason }));
        }
        Subject::Entry(_) | Subject::Other => {}
    }
}

/// What is said about a number or text, as a person would type it.
struct Stated {
    value: String,
    reason: String,
    at: Timestamp,
    actor: Option<Actor>,
}

/// What was said in a change, or what counts where it says nothing; none where nothing is declared.
fn stated(document: &Document, key: &ReportKey, change: &Change) -> Option<Stated> {
    let hash = change.hash();
    if let Some(narrative) = log::narratives(document).remove(key) {
        let last = narrative.last_written()?;
        let texts = narrative.paragraphs.values().map(|paragraph| {
            let own = paragraph.differing().find(|writing| writing.change == hash);
            own.unwrap_or(&paragraph.counts).text.as_str()
        });
        return Some(Stated {
            value: texts.collect::<Vec<_>>().join("\n"),
            reason: String::new(),
            at: last.at,
            actor: last.actor,
        });
    }
    let number = log::declared(document).remove(key)?;
    let own = number.differing().find(|said| said.change == hash);
    let said = own.unwrap_or(&number.counts);
    let value = match said.value? {
        DeclaredValue::Integer(number) => number.to_string(),
        DeclaredValue::Decimal(number) => text::decimal_vi(number),
    };
    Some(Stated {
        value,
        reason: said.reason.clone(),
        at: said.at,
        actor: said.actor,
    })
}
