//! What an officer does, read from JSON in the words of the core's `Input`. `docs/PHONE.md` lists them.

use std::collections::BTreeMap;

use client_core::catalogue;
use client_core::ids::{EntryId, PartId, SubmissionId};
use client_core::model::period::ReportingPeriod;
use client_core::replica::input::{Declaring, Draft, Input, RawValue};
use client_core::time::Timestamp;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::{Map, Value};

/// Where an operation says which it is.
const TAG: &str = "type";
/// As many as one file may hold.
const MOST_OPERATIONS: usize = 100_000;

/// Why a file of operations cannot be read. Nothing of it was done then.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum OperationError {
    /// It is no list of operations.
    #[error("the file is no JSON list of operations: {0}")]
    NotAList(String),
    /// There are too many.
    #[error("the file has more than {MOST_OPERATIONS} operations")]
    TooMany,
    /// One of them is not understood.
    #[error("operation {index}{}, {field}: {reason}", .name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default())]
    NotUnderstood {
        /// Which, from 0.
        index: usize,
        /// What it wants to do, as far as it says so.
        name: Option<String>,
        /// Where in it.
        field: String,
        /// What is wrong there.
        reason: String,
    },
}

/// One thing that an officer does.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// What it is called.
    pub name: String,
    /// What it is to the core.
    pub input: Input,
}

/// The operations, as the tags name them.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Written {
    KeepDraft(Form),
    DropDraft {
        entry: EntryId,
    },
    SaveEntry(Form),
    DeleteEntry {
        entry: EntryId,
    },
    RestoreEntry {
        entry: EntryId,
    },
    ResolveConflict {
        entry: EntryId,
        key: String,
        choice: u32,
    },
    KeepDeclaring {
        period: ReportingPeriod,
        indicator: String,
        value: Typed,
        #[serde(default)]
        reason: String,
    },
    DropDeclaring {
        period: ReportingPeriod,
        indicator: String,
    },
    Declare {
        period: ReportingPeriod,
        indicator: String,
        value: Option<Typed>,
        #[serde(default)]
        reason: String,
    },
    ChooseDeclared {
        period: ReportingPeriod,
        indicator: String,
        #[serde(default)]
        part: Option<PartId>,
        choice: String,
    },
    Submit {
        period: ReportingPeriod,
        submission: SubmissionId,
    },
}

/// A form as it is filled in.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    entry: EntryId,
    type_code: String,
    #[serde(default)]
    fields: BTreeMap<String, Typed>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    over: BTreeMap<String, Typed>,
}

/// What is typed into one field. Whole numbers and yes or no may stand as JSON has them.
#[derive(Debug)]
struct Typed(RawValue);

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = |items: &[Value]| -> Option<Vec<String>> {
            items.iter().map(|item| Some(item.as_str()?.to_owned())).collect()
        };
        let rows = |items: &[Value]| -> Option<Vec<BTreeMap<String, String>>> {
            let cells = |row: &Map<String, Value>| {
                row.iter()
                    .map(|(name, cell)| Some((name.clone(), scalar(cell)?)))
                    .collect()
            };
            items.iter().map(|item| cells(item.as_object()?)).collect()
        };
        let value = Value::deserialize(deserializer)?;
        let typed = match &value {
            Value::Array(items) => texts(items)
                .map(RawValue::List)
                .or_else(|| rows(items).map(RawValue::Rows)),
            Value::Null | Value::Object(_) => None,
            Value::String(_) | Value::Number(_) | Value::Bool(_) => scalar(&value).map(RawValue::Text),
        };
        typed.map(Self).ok_or_else(|| {
            D::Error::custom(
                "write a text, a whole number, true or false, a list of texts, or a list of rows; a number with a fraction \
                 as it is typed, in quotes",
            )
        })
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        // A point is not a comma to everybody: what has one stands in quotes, as it is typed.
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Reads a file of operations, whole.
pub fn read(text: &str) -> Result<Vec<Operation>, OperationError> {
    let list: Vec<Value> = serde_json::from_str(text).map_err(|error| OperationError::NotAList(error.to_string()))?;
    if list.len() > MOST_OPERATIONS {
        return Err(OperationError::TooMany);
    }
    list.into_iter()
        .enumerate()
        .map(|(index, value)| read_one(index, value))
        .collect()
}

fn read_one(index: usize, value: Value) -> Result<Operation, OperationError> {
    let fault = |name: Option<&str>, field: &str, reason: String| OperationError::NotUnderstood {
        index,
        name: name.map(str::to_owned),
        field: field.to_owned(),
        reason,
    };
    let Value::Object(mut fields) = value else {
        return Err(fault(None, "whole", "an operation is an object".to_owned()));
    };
    let name = match fields.remove(TAG) {
        Some(Value::String(name)) => name,
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) | None => {
            return Err(fault(None, TAG, "name the operation, such as save_entry".to_owned()));
        }
    };
    let tagged = Value::Object(Map::from_iter([(name.clone(), Value::Object(fields))]));
    let written: Written = serde_path_to_error::deserialize(tagged).map_err(|error| {
        let path = error.path().to_string();
        // The name of the operation is the first part of the path; where it is the whole of it, all of the fields are meant.
        let field = path
            .strip_prefix(&name)
            .map_or(TAG, |rest| rest.strip_prefix('.').unwrap_or("whole"));
        fault(Some(&name), field, error.inner().to_string())
    })?;
    if let Written::KeepDraft(form) | Written::SaveEntry(form) = &written
        && let Some(known) = catalogue::activity_type(&form.type_code)
        && let Some(field) = form.fields.keys().find(|field| known.field(field).is_none())
    {
        let names: Vec<_> = known.all_fields().map(|field| field.name).collect();
        let reason = format!("{} has no such field; it has {}", known.code, names.join(", "));
        return Err(fault(Some(&name), &format!("fields.{field}"), reason));
    }
    let input = written.into_input().map_err(|field| {
        fault(
            Some(&name),
            field,
            "write the number or the text as it is typed".to_owned(),
        )
    })?;
    Ok(Operation { name, input })
}

impl Written {
    /// What it is to the core. The error names a field that holds a list where a text belongs.
    fn into_input(self) -> Result<Input, &'static str> {
        Ok(match self {
            Self::KeepDraft(form) => Input::KeepDraft(form.into()),
            Self::DropDraft { entry } => Input::DropDraft { entry },
            Self::SaveEntry(form) => Input::SaveEntry(form.into()),
            Self::DeleteEntry { entry } => Input::DeleteEntry { entry },
            Self::RestoreEntry { entry } => Input::RestoreEntry { entry },
            Self::ResolveConflict { entry, key, choice } => Input::ResolveConflict { entry, key, choice },
            Self::KeepDeclaring {
                period,
                indicator,
                value,
                reason,
            } => Input::KeepDeclaring(Declaring {
                period,
                indicator,
                value: value.text()?,
                reason,
                over: None,
                kept_at: Timestamp::default(),
            }),
            Self::DropDeclaring { period, indicator } => Input::DropDeclaring { period, indicator },
            Self::Declare {
                period,
                indicator,
                value,
                reason,
            } => Input::Declare {
                period,
                indicator,
                value: value.map(Typed::text).transpose()?,
                reason,
            },
            Self::ChooseDeclared {
                period,
                indicator,
                part,
                choice,
            } => Input::ChooseDeclared {
                period,
                indicator,
                part,
                choice,
            },
            Self::Submit { period, submission } => Input::Submit { period, submission },
        })
    }
}

impl Typed {
    fn text(self) -> Result<String, &'static str> {
        match self.0 {
            RawValue::Text(text) => Ok(text),
            RawValue::List(_) | RawValue::Rows(_) => Err("value"),
        }
    }
}

impl From<Form> for Draft {
    fn from(form: Form) -> Self {
        let typed = |fields: BTreeMap<String, Typed>| fields.into_iter().map(|(name, typed)| (name, typed.0)).collect();
        Self {
            fields: typed(form.fields),
            over: typed(form.over),
            state: form.state,
            ..Self::new(form.entry, form.type_code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TALK: &str = r#"{ "type": "save_entry", "entry": "01JD0000000000000000000001", "type_code": "TT_BUOI",
        "fields": { "participants": 58, "topics": ["KHCN"], "title": "Nói chuyện" } }"#;

    fn refusal(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn an_operation_is_read_in_the_words_of_the_core() {
        let operations = read(&format!("[{TALK}]")).unwrap();
        let Input::SaveEntry(draft) = &operations[0].input else {
            panic!("{operations:?}")
        };
        assert_eq!(operations[0].name, "save_entry");
        assert_eq!(draft.fields["participants"], RawValue::Text("58".to_owned()));
        assert_eq!(draft.fields["topics"], RawValue::List(vec!["KHCN".to_owned()]));
        let taken_back = r#"[{ "type": "declare", "period": "2026-Q3", "indicator": "II.1-02", "value": null }]"#;
        assert!(matches!(
            read(taken_back).unwrap()[0].input,
            Input::Declare { value: None, .. }
        ));
    }

    #[test]
    fn what_is_not_understood_is_named_by_its_number_its_field_and_the_reason() {
        for (operation, told) in [
            (
                TALK.replace("58", "5.8"),
                "operation 1 (save_entry), fields.participants: write a text, a whole number",
            ),
            (
                TALK.replace("58", "null"),
                "operation 1 (save_entry), fields.participants: write a text",
            ),
            (
                TALK.replace("participants", "participant"),
                "operation 1 (save_entry), fields.participant: TT_BUOI has no such field; it has form,",
            ),
            (
                TALK.replace("01JD", "01J"),
                "operation 1 (save_entry), entry: not a valid entry id",
            ),
            (
                TALK.replace("\"entry\"", "\"entri\""),
                "operation 1 (save_entry), entri: unknown field `entri`",
            ),
            (
                TALK.replace(r#""type_code": "TT_BUOI","#, ""),
                "operation 1 (save_entry), whole: missing field `type_code`",
            ),
            (
                TALK.replace("save_entry", "save"),
                "operation 1 (save), type: unknown variant `save`",
            ),
            (
                TALK.replace("\"type\"", "\"is\""),
                "operation 1, type: name the operation",
            ),
            ("7".to_owned(), "operation 1, whole: an operation is an object"),
            (
                r#"{ "type": "declare", "period": "2026-13", "indicator": "II.1-02", "value": "1" }"#.to_owned(),
                "operation 1 (declare), period: ",
            ),
            (
                r#"{ "type": "declare", "period": "2026-Q3", "indicator": "II.1-02", "value": ["1"] }"#.to_owned(),
                "operation 1 (declare), value: write the number or the text",
            ),
        ] {
            let refusal = refusal(&format!("[{TALK}, {operation}]"));
            assert!(refusal.starts_with(told), "{refusal}");
        }
        for text in ["", "{}", "[1,"] {
            assert!(
                refusal(text).starts_with("the file is no JSON list of operations: "),
                "{text}"
            );
        }
    }
}
