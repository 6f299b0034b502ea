//! Whether SQLite can do its work.

use super::SqliteStore;
use crate::store::Result;
use crate::store::upkeep::Upkeep;

impl Upkeep for SqliteStore {
    fn try_out(&self) -> Result<()> {
        if !self.writer.fails() {
            return Ok(());
        }
        // Something is written also where it stood before.
        self.write(|connection| {
            connection.execute(
                "INSERT INTO setting (name, value) VALUES ('tried_out', 1)
                 ON CONFLICT (name) DO UPDATE SET value = value + 1",
                (),
            )?;
            Ok(())
        })
    }
}
