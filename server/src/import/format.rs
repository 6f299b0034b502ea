//! The file as it is written.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use client_core::access::Role;
use client_core::ids::{EntryId, OrgUnitId, PersonId};
use client_core::model::period::ReportingPeriod;
use jiff::civil::Date;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::Remark;

/// What spreadsheet programs put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];
/// What they put before UTF-16.
const UTF_16_MARKS: [&[u8]; 2] = [&[0xFF, 0xFE], &[0xFE, 0xFF]];

/// Reads a file, or says where it is not the format.
pub(super) fn read(bytes: &[u8]) -> Result<File, Remark> {
    if UTF_16_MARKS.iter().any(|mark| bytes.starts_with(mark)) {
        return Err(Remark::new("$", "the file is in UTF-16; save it in UTF-8"));
    }
    let json = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let read: Result<Object<File>, _> = serde_path_to_error::deserialize(&mut deserializer);
    let Object(file) = read.map_err(|error| match error.path().to_string().as_str() {
        "." => Remark::new(
            "$",
            format!(
                "{}; the file is one object with units, people, periods, entries and declarations, as docs/IMPORT.md says",
                error.inner()
            ),
        ),
        path => Remark::new(format!("$.{path}"), error.inner().to_string()),
    })?;
    let ended = deserializer.end();
    ended.map_err(|error| Remark::new("$", error.to_string()))?;
    Ok(file)
}

/// What is written as an object. Serde would take a list as well, its items for the fields in their order.
#[derive(Debug)]
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfMap<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for OfMap<T> {
            type Value = T;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object in braces")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_map(OfMap(PhantomData)).map(Object)
    }
}

fn objects<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let objects = Vec::<Object<T>>::deserialize(deserializer)?;
    Ok(objects.into_iter().map(|Object(one)| one).collect())
}

/// Any JSON in whose objects each key stands once: of two, `Value` would keep the last without a word.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OfAny).map(Self)
    }
}

struct OfAny;

impl<'de> Visitor<'de> for OfAny {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, yes: bool) -> Result<Value, E> {
        Ok(yes.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        while let Some(Once(item)) = items.next_element()? {
            read.push(item);
        }
        Ok(read.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        let members = OfKeys::<Once>(PhantomData).visit_map(map)?;
        let members = members.into_iter().map(|(key, Once(member))| (key, member));
        Ok(Value::Object(members.collect()))
    }
}

/// An object of any keys, each of which stands there once.
struct OfKeys<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OfKeys<T> {
    type Value = BTreeMap<String, T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object in braces")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut read = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if read.contains_key(&key) {
                return Err(A::Error::custom(format_args!("duplicate field `{key}`")));
            }
            read.insert(key, map.next_value()?);
        }
        Ok(read)
    }
}

fn fields<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Value>, D::Error> {
    let read = deserializer.deserialize_map(OfKeys::<Once>(PhantomData))?;
    Ok(read.into_iter().map(|(key, Once(value))| (key, value)).collect())
}

fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Date>, D::Error> {
    deserializer.deserialize_map(OfKeys(PhantomData))
}

/// A whole file. Every part may be missing; a key that is not known here is a mistake.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct File {
    #[serde(deserialize_with = "objects")]
    pub(super) units: Vec<Unit>,
    #[serde(deserialize_with = "objects")]
    pub(super) people: Vec<Person>,
    #[serde(deserialize_with = "objects")]
    pub(super) periods: Vec<Period>,
    #[serde(deserialize_with = "objects")]
    pub(super) entries: Vec<Entry>,
    #[serde(deserialize_with = "objects")]
    pub(super) declarations: Vec<Declaration>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unit {
    pub(super) id: OrgUnitId,
    pub(super) name: String,
    pub(super) tier: String,
    #[serde(default)]
    pub(super) sector: String,
    pub(super) parent: Option<OrgUnitId>,
    pub(super) from: Date,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) id: PersonId,
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) unit: OrgUnitId,
    pub(super) login: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Period {
    pub(super) period: ReportingPeriod,
    pub(super) due: Date,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) unit: OrgUnitId,
    pub(super) id: Option<EntryId>,
    #[serde(rename = "type")]
    pub(super) type_code: String,
    #[serde(default, deserialize_with = "fields")]
    pub(super) fields: BTreeMap<String, Value>,
    pub(super) state: Option<String>,
    #[serde(default, deserialize_with = "days")]
    pub(super) events: BTreeMap<String, Date>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Declaration {
    pub(super) unit: OrgUnitId,
    pub(super) period: ReportingPeriod,
    pub(super) indicator: String,
    pub(super) value: Value,
    #[serde(default)]
    pub(super) reason: String,
}
