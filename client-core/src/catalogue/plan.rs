//! The plan's tasks and documents, and who carries them out.

use serde::{Deserialize, Serialize};

use super::activity::Label;

/// The kinds of org unit that the plan names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Tier {
    /// The provincial federation.
    Tinh,
    /// Its policy and law department, which owns the plan.
    BanCspl,
    /// Its other departments.
    BanKhac,
    /// Unions right above the grassroots.
    Cttt,
    /// Grassroots unions.
    Cdcs,
    /// Grassroots unions right under the province.
    CdcsTt,
}

impl Tier {
    /// The tier whose duties it shares: departments act for the province, and a grassroots union is one wherever it reports.
    #[must_use]
    pub fn acts_as(self) -> Self {
        match self {
            Self::Tinh | Self::BanCspl | Self::BanKhac => Self::Tinh,
            Self::Cttt => Self::Cttt,
            Self::Cdcs | Self::CdcsTt => Self::Cdcs,
        }
    }

    /// Whether other units may stand below it. Below a grassroots union or a department nobody reports.
    #[must_use]
    pub fn stands_above_others(self) -> bool {
        match self {
            Self::Tinh | Self::Cttt => true,
            Self::BanCspl | Self::BanKhac | Self::Cdcs | Self::CdcsTt => false,
        }
    }
}

/// Whom a task, a type or an indicator is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(rename_all = "UPPERCASE")]
pub enum Sector {
    /// Everybody.
    All,
    /// Public offices and services.
    Hcsn,
    /// Enterprises.
    Dn,
}

/// What an org unit is: the codes of the common field `sector`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UnitSector {
    /// A public office or service.
    Hcsn,
    /// A state enterprise.
    DnNn,
    /// Another enterprise.
    DnNnn,
    /// A cooperative or an occupational union.
    Htx,
    /// Something else.
    Khac,
}

impl Sector {
    /// Whether a unit of this kind is meant. A cooperative is not an enterprise: it would swell "enterprises with a union".
    pub fn includes(self, unit: UnitSector) -> bool {
        match self {
            Self::All => true,
            Self::Hcsn => unit == UnitSector::Hcsn,
            Self::Dn => matches!(unit, UnitSector::DnNn | UnitSector::DnNnn),
        }
    }
}

/// Who leads a task, does it and helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct TaskTiers {
    /// Who leads.
    pub lead: &'static [Tier],
    /// Who does it.
    #[serde(rename = "do")]
    pub carry_out: &'static [Tier],
    /// Who helps.
    pub support: &'static [Tier],
    /// Whether the plan names them (`explicit`), names some (`explicit_partial`) or they follow from it (`inferred`).
    pub basis: &'static str,
}

/// A node of the plan: a group, or a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct Task {
    /// Its code, as `II.3.1.a`.
    pub code: &'static str,
    /// The group it belongs to.
    pub parent: Option<&'static str>,
    /// Whether it only groups others.
    pub is_group: bool,
    /// Its title.
    pub title: Label,
    /// What it asks for, in Vietnamese.
    pub summary_vi: &'static str,
    /// Who carries it out.
    pub tiers: TaskTiers,
    /// For which sector.
    pub sector: Sector,
    /// Codes of documents it refers to.
    pub documents: &'static [&'static str],
    /// Codes of activity types that serve it.
    pub activity_types: &'static [&'static str],
    /// Codes of the nodes in it.
    pub children: &'static [&'static str],
    /// Codes of the indicators that measure it.
    pub indicators: &'static [&'static str],
}

/// A document the plan rests on or is linked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct Document {
    /// Its code, as `KH119`.
    pub code: &'static str,
    /// Its number, as `119/KH-LĐLĐ`.
    pub number: &'static str,
    /// Its date, where the plan gives one, as `2019-09-16`.
    pub date: Option<&'static str>,
    /// Who issued it, in Vietnamese.
    pub issuer_vi: &'static str,
    /// What it is called.
    pub title: Label,
    /// Whether the plan rests on it, or else is linked with it.
    pub is_basis: bool,
}

/// An emulation campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct Campaign {
    /// Its code.
    pub code: &'static str,
    /// Its name.
    pub name: Label,
    /// The task it belongs to.
    pub task: &'static str,
    /// For which sector.
    pub sector: Sector,
}

/// A named prize.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct Award {
    /// Its code.
    pub code: &'static str,
    /// Its name.
    pub name: Label,
    /// The task it belongs to.
    pub task: &'static str,
}

/// What the plan says about a kind of org unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct TierInfo {
    /// Which.
    pub code: Tier,
    /// What people call it.
    pub label: Label,
    /// Where the plan speaks of it.
    pub plan: &'static str,
    /// What it is part of.
    pub parent: Option<Tier>,
}
