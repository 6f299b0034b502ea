//! What people type becomes a value, or an error that says what to write instead.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use ulid::Ulid;

use super::raw::{FieldError, RawValue, Wrong, wrong};
use super::{date, number};
use crate::catalogue::condition::number_of;
use crate::catalogue::{Field, FieldKind};
use crate::ids::PartId;
use crate::model::entry::{FieldValue, Parts};
use crate::text::{Bilingual, composed, decimal_vi, fold, is_blank};

/// Codes and hashes are never longer.
const LONGEST_CODE: usize = 100;

/// The value of what stands in a form's field; none if nothing stands there. Parts get ids that say only their order.
pub fn parse_field(field: &Field, raw: &RawValue, today: Date) -> Result<Option<FieldValue>, FieldError> {
    let in_field = |wrong: Wrong| FieldError {
        field: field.name.to_owned(),
        cell: None,
        code: wrong.code,
        message: wrong.message,
    };
    match (field.kind, raw) {
        (FieldKind::Table | FieldKind::Thread, RawValue::Rows(rows)) => table(field, rows, today),
        (FieldKind::Table | FieldKind::Thread, RawValue::Text(text)) if is_blank(text) => Ok(None),
        (FieldKind::Table | FieldKind::Thread, RawValue::List(lines)) if lines.is_empty() => Ok(None),
        (FieldKind::Table | FieldKind::Thread, RawValue::Text(_) | RawValue::List(_)) | (_, RawValue::Rows(_)) => {
            Err(in_field(shape()))
        }
        (FieldKind::TextList, raw) => lines_of(raw)
            .and_then(|lines| text_list(field, &lines))
            .map_err(in_field),
        (FieldKind::Prose, raw) => lines_of(raw).and_then(|lines| prose(field, &lines)).map_err(in_field),
        (_, RawValue::List(codes)) if holds_several(field) => several(field, codes).map_err(in_field),
        (_, RawValue::Text(text)) if holds_several(field) => {
            let codes: Vec<String> = text.split(',').map(|code| code.trim().to_owned()).collect();
            several(field, &codes).map_err(in_field)
        }
        (_, RawValue::List(codes)) => match codes.as_slice() {
            [] => Ok(None),
            [one] => scalar(field, one, today).map_err(in_field),
            _ => Err(in_field(shape())),
        },
        (_, RawValue::Text(text)) => scalar(field, text, today).map_err(in_field),
    }
}

fn holds_several(field: &Field) -> bool {
    field.multi || matches!(field.kind, FieldKind::Image | FieldKind::File)
}

fn shape() -> Wrong {
    wrong(
        "shape",
        "Không đọc được trường này. Nhập lại.",
        "This field cannot be read. Enter it again.",
    )
}

/// One value: anything but lists, prose and tables.
fn scalar(field: &Field, text: &str, today: Date) -> Result<Option<FieldValue>, Wrong> {
    if is_blank(text) {
        return Ok(None);
    }
    let value = match field.kind {
        FieldKind::Integer => FieldValue::Integer(number::integer(without_unit(field, text))?),
        FieldKind::Money => FieldValue::Integer(number::money(without_unit(field, text))?),
        FieldKind::Decimal => FieldValue::Decimal(number::decimal(without_unit(field, text))?),
        FieldKind::Percent => FieldValue::Decimal(number::percent(text)?),
        FieldKind::Date => FieldValue::Date(date::date(text, today)?),
        FieldKind::Boolean => FieldValue::Boolean(boolean(text)?),
        FieldKind::Text => FieldValue::Text(line(field, text)?),
        FieldKind::Url => FieldValue::Text(address(field, text)?),
        FieldKind::Geo => FieldValue::Text(place(text)?),
        FieldKind::Enum
        | FieldKind::TaskRef
        | FieldKind::DocumentRef
        | FieldKind::CampaignRef
        | FieldKind::UnitRef
        | FieldKind::IndicatorRef
        | FieldKind::Image
        | FieldKind::File => FieldValue::Text(code(field, text)?),
        FieldKind::Prose | FieldKind::TextList | FieldKind::Table | FieldKind::Thread => return Err(shape()),
    };
    Ok(Some(value))
}

/// People write the unit behind the number: `58 người`.
fn without_unit<'t>(field: &Field, text: &'t str) -> &'t str {
    let text = text.trim();
    field
        .unit
        .and_then(|unit| text.strip_suffix(unit.vi))
        .map_or(text, str::trim_end)
}

fn boolean(text: &str) -> Result<bool, Wrong> {
    match fold(text).as_str() {
        "true" | "co" | "yes" | "1" => Ok(true),
        "false" | "khong" | "no" | "0" => Ok(false),
        _ => Err(wrong("code", "Chọn có hoặc không.", "Choose yes or no.")),
    }
}

/// One line of text in its one spelling: composed, trimmed, without control characters.
fn line(field: &Field, text: &str) -> Result<String, Wrong> {
    let line: String = composed(text)
        .chars()
        .map(|letter| {
            if matches!(letter, '\n' | '\r' | '\t') {
                ' '
            } else {
                letter
            }
        })
        .collect();
    let text = line.trim();
    if text.chars().any(is_unwanted) {
        return Err(wrong(
            "text",
            "Có ký tự lạ không đọc được. Xóa đi và gõ lại.",
            "There is an unreadable character. Delete it and type again.",
        ));
    }
    check_length(text.chars().count(), field.max_length)?;
    Ok(text.to_owned())
}

/// Control characters, and marks that turn the direction of reading to hide what a text says.
fn is_unwanted(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFD}')
}

fn check_length(length: usize, most: Option<u32>) -> Result<(), Wrong> {
    match most {
        Some(most) if length > most as usize => Err(wrong(
            "length",
            format!("Dài {length} ký tự, tối đa {most}. Viết ngắn lại."),
            format!("{length} characters, at most {most}. Make it shorter."),
        )),
        Some(_) | None => Ok(()),
    }
}

fn check_items(count: usize, most: Option<u32>) -> Result<(), Wrong> {
    match most {
        Some(most) if count > most as usize => Err(wrong(
            "items",
            format!("Có {count} mục, tối đa {most}. Bớt lại."),
            format!("{count} items, at most {most}. Take some away."),
        )),
        Some(_) | None => Ok(()),
    }
}

fn lines_of(raw: &RawValue) -> Result<Vec<&str>, Wrong> {
    match raw {
        RawValue::Text(text) => Ok(text.lines().collect()),
        RawValue::List(lines) => Ok(lines.iter().flat_map(|line| line.lines()).collect()),
        RawValue::Rows(_) => Err(shape()),
    }
}

/// Ids that say only the order; writing gives them their own.
fn in_order<T>(items: Vec<T>) -> Parts<T> {
    (1_u128..).map(|position| PartId(Ulid(position))).zip(items).collect()
}

fn text_list(field: &Field, lines: &[&str]) -> Result<Option<FieldValue>, Wrong> {
    let lines = kept_lines(lines, |text| line(field, text))?;
    check_items(lines.len(), field.max_items)?;
    Ok((!lines.is_empty()).then(|| FieldValue::Paragraphs(in_order(lines))))
}

/// The limit is on all paragraphs together.
fn prose(field: &Field, lines: &[&str]) -> Result<Option<FieldValue>, Wrong> {
    let unlimited = Field {
        max_length: None,
        ..*field
    };
    let lines = kept_lines(lines, |text| line(&unlimited, text))?;
    check_length(lines.iter().map(|line| line.chars().count()).sum(), field.max_length)?;
    check_items(lines.len(), field.max_items)?;
    Ok((!lines.is_empty()).then(|| FieldValue::Paragraphs(in_order(lines))))
}

fn kept_lines(lines: &[&str], read: impl Fn(&str) -> Result<String, Wrong>) -> Result<Vec<String>, Wrong> {
    lines
        .iter()
        .filter(|line| !is_blank(line))
        .map(|line| read(line))
        .collect()
}

fn several(field: &Field, codes: &[String]) -> Result<Option<FieldValue>, Wrong> {
    let chosen: BTreeSet<String> = codes
        .iter()
        .filter(|text| !is_blank(text))
        .map(|text| code(field, text))
        .collect::<Result<_, _>>()?;
    check_items(chosen.len(), field.max_items)?;
    Ok((!chosen.is_empty()).then_some(FieldValue::Codes(chosen)))
}

/// A code that the field may hold. Units are known to the profile, not to the catalogue: their ids are only well formed.
fn code(field: &Field, text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    if text.len() <= LONGEST_CODE && field.takes_code(text) {
        Ok(text.to_owned())
    } else {
        Err(wrong(
            "code",
            "Mục này không có trong danh sách. Chọn lại.",
            "This is not on the list. Choose again.",
        ))
    }
}

fn address(field: &Field, text: &str) -> Result<String, Wrong> {
    let text = line(field, text)?;
    let error = || {
        wrong(
            "text",
            "Ghi đường dẫn trang web, ví dụ https://congdoanlaichau.org.vn.",
            "Write a web address, such as https://congdoanlaichau.org.vn.",
        )
    };
    let address = match text.split_once("://") {
        Some((scheme, _)) if ["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) => text,
        Some(_) => return Err(error()),
        None => format!("https://{text}"),
    };
    let host = address
        .split_once("://")
        .map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    if !host.contains('.') || host.starts_with('.') || host.ends_with('.') || address.contains(char::is_whitespace) {
        return Err(error());
    }
    Ok(address)
}

/// Latitude and longitude with six decimals at most: a tenth of a metre.
fn place(text: &str) -> Result<String, Wrong> {
    let part = |text: &str, most: f64| {
        text.trim()
            .parse::<f64>()
            .ok()
            .filter(|degrees| degrees.abs() <= most)
            .map(|degrees| (degrees * 1e6).round() / 1e6)
    };
    text.split_once(',')
        .and_then(|(latitude, longitude)| part(latitude, 90.0).zip(part(longitude, 180.0)))
        .map(|(latitude, longitude)| format!("{latitude},{longitude}"))
        .ok_or_else(|| {
            wrong(
                "text",
                "Ghi vĩ độ, kinh độ, ví dụ 22.3964,103.4582.",
                "Write latitude, longitude, such as 22.3964,103.4582.",
            )
        })
}

fn table(field: &Field, rows: &[BTreeMap<String, String>], today: Date) -> Result<Option<FieldValue>, FieldError> {
    let error = |cell: Option<(usize, &str)>, wrong: Wrong| FieldError {
        field: field.name.to_owned(),
        cell: cell.map(|(row, column)| (row as u32, column.to_owned())),
        code: wrong.code,
        message: wrong.message,
    };
    check_items(rows.len(), field.max_items).map_err(|wrong| error(None, wrong))?;
    let mut read = Vec::new();
    for (position, row) in rows.iter().enumerate() {
        if row.values().all(|cell| is_blank(cell)) {
            continue;
        }
        if let Some(unknown) = row
            .keys()
            .find(|name| !field.columns.iter().any(|column| column.name == name.as_str()))
        {
            return Err(error(Some((position, unknown)), shape()));
        }
        let mut cells = BTreeMap::new();
        for column in field.columns {
            let text = row.get(column.name).map_or("", String::as_str);
            let cell = scalar(column, text, today).map_err(|wrong| error(Some((position, column.name)), wrong))?;
            match cell {
                Some(cell) => {
                    within(column, &cell).map_err(|wrong| error(Some((position, column.name)), wrong))?;
                    cells.insert(column.name.to_owned(), cell);
                }
                None if column.required => {
                    let missing = super::entry::missing_cell(position + 1, column);
                    let missing = wrong("required", missing.vi, missing.en);
                    return Err(error(Some((position, column.name)), missing));
                }
                None => {}
            }
        }
        read.push(cells);
    }
    Ok((!read.is_empty()).then(|| FieldValue::Rows(in_order(read))))
}

/// A cell's number lies between what its column allows. Fields of an entry are judged whole, by `entry`.
fn within(column: &Field, cell: &FieldValue) -> Result<(), Wrong> {
    let Some(number) = number_of(cell) else { return Ok(()) };
    if let Some(min) = column.min.filter(|min| number < *min) {
        let least = Bilingual::number(decimal_vi(min));
        return Err(wrong(
            "number",
            format!("“{}” phải từ {} trở lên.", column.label.vi, least.vi),
            format!("\"{}\" must be {} or more.", column.label.en, least.en),
        ));
    }
    if let Some(max) = column.max.filter(|max| number > *max) {
        let most = Bilingual::number(decimal_vi(max));
        return Err(wrong(
            "number",
            format!("“{}” không được quá {}.", column.label.vi, most.vi),
            format!("\"{}\" must be {} or less.", column.label.en, most.en),
        ));
    }
    Ok(())
}
