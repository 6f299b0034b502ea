//! Imports a JSON file.

use std::io::Write;

use anyhow::{Context, Result};
use server::clock::{Clock, SystemClock};
use server::config::ImportOptions;
use server::import::{ImportError, Remark, import as import_file};

use super::{hold_store, say};

/// Imports and prints what was done, or every error.
pub(super) fn import(options: &ImportOptions) -> Result<()> {
    let json = std::fs::read(&options.file).with_context(|| format!("could not read {}", options.file.display()))?;
    let (_hold, store) = hold_store(&options.data)?;
    match import_file(&store, &json, SystemClock.now()) {
        Ok(imported) => {
            complain("warning: ", &imported.warnings)?;
            let (directory, records) = (imported.directory, imported.records);
            say(&format!(
                "Imported {directory} units, people and periods, and {records} entries and declarations."
            ))?;
            if imported.corrected > 0 {
                say(&match imported.corrected {
                    1 => "1 value was corrected since the last import and stays.".to_owned(),
                    more => format!("{more} values were corrected since the last import and stay."),
                })?;
            }
            if imported.deleted > 0 {
                say(&match imported.deleted {
                    1 => "1 entry was deleted and stays so.".to_owned(),
                    more => format!("{more} entries were deleted and stay so."),
                })?;
            }
            if imported.undecided > 0 {
                say(&match imported.undecided {
                    1 => "1 value was written differently by two people and stays until one is chosen.".to_owned(),
                    more => {
                        format!("{more} values were written differently by two people and stay until one is chosen.")
                    }
                })?;
            }
            Ok(())
        }
        Err(ImportError::Refused(errors)) => {
            complain("", &errors)?;
            Err(ImportError::Refused(errors).into())
        }
        Err(ImportError::Failed(error)) => Err(error).context("nothing was imported"),
    }
}

fn complain(prefix: &str, remarks: &[Remark]) -> Result<()> {
    let mut output = std::io::stderr().lock();
    for remark in remarks {
        writeln!(output, "{prefix}{remark}").context("could not write to standard error")?;
    }
    Ok(())
}
