//! Who may read and write which document: one table, a function of (kind, role, where the unit stands) and nothing else.

use serde::{Deserialize, Serialize};

use crate::ids::DocumentKind;

/// What a person is to the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Records for a unit.
    Officer,
    /// Acts for an upper-level unit.
    Reviewer,
    /// Runs the system: units, accounts, devices, periods. Reads as a reviewer of its unit does.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Officer, Self::Reviewer, Self::Administrator];

    /// The word stored and shown in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Reviewer => "reviewer",
            Self::Administrator => "administrator",
        }
    }

    /// Reads the word back.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// Where the document's unit stands as seen from the person's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It is the person's unit.
    Own,
    /// It lies somewhere below the person's unit.
    Below,
    /// It lies somewhere above the person's unit.
    Above,
    /// Neither.
    Apart,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 4] = [Self::Own, Self::Below, Self::Above, Self::Apart];
}

/// What a person may do with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// May see it.
    pub read: bool,
    /// May change it. A document is never half-writable.
    pub write: bool,
}

const NONE: Access = Access {
    read: false,
    write: false,
};
const READ: Access = Access {
    read: true,
    write: false,
};
const WRITE: Access = Access {
    read: true,
    write: true,
};

/// The table (DESIGN, "Documents").
pub fn access(kind: DocumentKind, role: Role, standing: Standing) -> Access {
    use DocumentKind::{Board, Log, Oversight, Register};
    use Role::{Administrator, Officer, Reviewer};
    use Standing::{Above, Apart, Below, Own};
    match (kind, role, standing) {
        // An officer keeps the unit's own documents; a reviewer keeps those of the unit acted for, whose report they write.
        (Log | Register, Officer | Reviewer, Own) => WRITE,
        (Log | Register, Administrator, Own) => READ,
        (Log | Register, Officer | Reviewer | Administrator, Below) => READ,
        (Log | Register, Officer | Reviewer | Administrator, Above | Apart) => NONE,
        // What is said to a unit: written from above, read by the unit and everyone above it.
        (Oversight, Reviewer, Below) => WRITE,
        (Oversight, Officer | Administrator, Below) | (Oversight, Officer | Reviewer | Administrator, Own) => READ,
        (Oversight, Officer | Reviewer | Administrator, Above | Apart) => NONE,
        // What a unit issues: read by the whole subtree below it.
        (Board, Reviewer, Own) => WRITE,
        (Board, Officer | Administrator, Own) | (Board, Officer | Reviewer | Administrator, Above) => READ,
        (Board, Officer | Reviewer | Administrator, Below | Apart) => NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_what_the_design_says() {
        let mut table = String::new();
        for kind in DocumentKind::ALL {
            for role in Role::ALL {
                for standing in Standing::ALL {
                    let Access { read, write } = access(kind, role, standing);
                    let letters = match (read, write) {
                        (true, true) => "w",
                        (true, false) => "r",
                        (false, false) => "-",
                        (false, true) => panic!("nobody writes what they may not read"),
                    };
                    table.push_str(letters);
                }
                table.push(' ');
            }
            table.push_str(kind.as_str());
            table.push('\n');
        }
        // For each role: own, below, above, apart.
        let written = "\
wr-- wr-- rr-- log
wr-- wr-- rr-- register
rr-- rw-- rr-- oversight
r-r- w-r- r-r- board
";
        assert_eq!(table, written);
    }
}
