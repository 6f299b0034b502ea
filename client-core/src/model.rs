//! What documents mean: typed reads and edits.
//!
//! `log` and `register` hold a section `entries`: a map by entry id of flat maps of scalars.
//!
//! | key in an entry | holds |
//! | --- | --- |
//! | `@type` | code of the activity type, written once |
//! | `@made` | when it was made, ms on the device's clock |
//! | `@author` | who made it, where another brought it here from the log of another year |
//! | `@deleted` | when it was deleted; empty when that was taken back |
//! | `@moved` | with a tombstone: when it was moved from here to another document; empty when it came back |
//! | `@kept` | after a tombstone: when a person who knew of it decided that the entry lives in another document |
//! | `@state` | state code of a register item or thread |
//! | `@event/STATE` | the day on which it entered that state |
//! | `field` | a scalar |
//! | `field/CODE` | true: the code is chosen, in a field that takes several |
//! | `field#PART` | one paragraph or line, by part id; the order of the ids is the order of reading |
//! | `field#PART/column` | one cell of a table |
//! | `-KEY` | what stood under a key where the entry comes from, and was taken away on the way here |
//!
//! Flat keys mean that two people who first fill the same field apart from each other never make two maps of which one
//! would be hidden. Two who move the same entry here from another year's log do make two maps: they are read as one (`maps`).
//! Where an entry stands in two logs after a move, one of them counts, and the rest is asked about (`places`).
//! Keys that are not understood are kept.

pub mod conflict;
pub mod declaration;
pub mod deletion;
pub mod entries;
pub mod entry;
mod foreign;
pub mod home;
pub mod log;
pub mod maps;
pub mod narrative;
pub mod parts;
pub mod period;
pub mod places;
pub mod schema;
pub mod submission;
pub mod touched;
pub mod value;
