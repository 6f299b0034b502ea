//! Which document: its kind, whose it is, and of which year.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{IdError, OrgUnitId};

/// The kinds of document (DESIGN, "Documents").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "lowercase")]
pub enum DocumentKind {
    /// A unit's year: activities, questions, reports with their submissions.
    Log,
    /// A unit's long-lived items: initiatives, agreements, recommendations, snapshots.
    Register,
    /// What the upper level says to a unit in a year.
    Oversight,
    /// Notices and requests that a unit issues in a year.
    Board,
}

impl DocumentKind {
    /// Every kind, in the order of the design.
    pub const ALL: [Self; 4] = [Self::Log, Self::Register, Self::Oversight, Self::Board];

    /// The word that stands in a document id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Register => "register",
            Self::Oversight => "oversight",
            Self::Board => "board",
        }
    }

    /// Whether there is one document per unit and year, or one per unit.
    pub fn is_yearly(self) -> bool {
        match self {
            Self::Log | Self::Oversight | Self::Board => true,
            Self::Register => false,
        }
    }
}

/// One document: `log/UNIT/2026`, `register/UNIT`. The unit of sync and of access.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId {
    kind: DocumentKind,
    unit: OrgUnitId,
    year: Option<i16>,
}

/// The years a document may be about. The plan dates from 2021 and says that plans to come keep its codes.
pub const DOCUMENT_YEARS: std::ops::RangeInclusive<i16> = 2015..=2100;

impl DocumentId {
    /// The log of a unit's year.
    pub fn log(unit: &OrgUnitId, year: i16) -> Self {
        Self {
            kind: DocumentKind::Log,
            unit: unit.clone(),
            year: Some(year),
        }
    }

    /// A unit's register.
    pub fn register(unit: &OrgUnitId) -> Self {
        Self {
            kind: DocumentKind::Register,
            unit: unit.clone(),
            year: None,
        }
    }

    /// What the upper level says to a unit in a year.
    pub fn oversight(unit: &OrgUnitId, year: i16) -> Self {
        Self {
            kind: DocumentKind::Oversight,
            unit: unit.clone(),
            year: Some(year),
        }
    }

    /// What a unit issues in a year to all below it.
    pub fn board(unit: &OrgUnitId, year: i16) -> Self {
        Self {
            kind: DocumentKind::Board,
            unit: unit.clone(),
            year: Some(year),
        }
    }

    /// Which of the four kinds.
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The unit it belongs to.
    pub fn unit(&self) -> &OrgUnitId {
        &self.unit
    }

    /// The year, for the kinds that have one.
    pub fn year(&self) -> Option<i16> {
        self.year
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.kind.as_str(), self.unit)?;
        match self.year {
            Some(year) => write!(formatter, "/{year}"),
            None => Ok(()),
        }
    }
}

impl FromStr for DocumentId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        const KIND: &str = "document id";
        let mut parts = text.split('/');
        let word = parts.next().unwrap_or_default();
        let kind = DocumentKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or(IdError {
                kind: KIND,
                reason: "its kind is none of log, register, oversight, board",
            })?;
        let unit = parts
            .next()
            .ok_or(IdError {
                kind: KIND,
                reason: "it names no unit",
            })?
            .parse()?;
        let year = match (kind.is_yearly(), parts.next()) {
            (false, None) => None,
            (true, Some(year)) if year.len() == 4 => {
                let year = year.parse().map_err(|_| IdError {
                    kind: KIND,
                    reason: "its year is not a number",
                })?;
                if !DOCUMENT_YEARS.contains(&year) {
                    return Err(IdError {
                        kind: KIND,
                        reason: "its year is not between 2015 and 2100",
                    });
                }
                Some(year)
            }
            (true, _) => {
                return Err(IdError {
                    kind: KIND,
                    reason: "this kind has a year of four digits",
                });
            }
            (false, Some(_)) => {
                return Err(IdError {
                    kind: KIND,
                    reason: "this kind has no year",
                });
            }
        };
        if parts.next().is_some() {
            return Err(IdError {
                kind: KIND,
                reason: "it has too many parts",
            });
        }
        Ok(Self { kind, unit, year })
    }
}

impl Serialize for DocumentId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DocumentId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
