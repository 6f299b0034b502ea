//! Remembering what a step was done for, by content, so that a step with nothing new to do is left out. Times of
//! files would not do: a checkout gives every file a new one.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// A file that holds the digest of what a step last ran on.
#[derive(Debug)]
pub(crate) struct Stamp {
    file: PathBuf,
    digest: String,
}

impl Stamp {
    /// A stamp over the given text, such as a version.
    pub(crate) fn over_text(file: PathBuf, text: &str) -> Self {
        Self {
            file,
            digest: text.trim().to_owned(),
        }
    }

    /// A stamp over names and contents of the given files.
    pub(crate) fn over_files(file: PathBuf, root: &Path, names: &[String]) -> Result<Self> {
        let mut digest = Sha256::new();
        for name in names {
            let content = fs::read(root.join(name)).with_context(|| format!("could not read {name}"))?;
            digest.update(name.as_bytes());
            digest.update((content.len() as u64).to_le_bytes());
            digest.update(content);
        }
        let digest = HEXLOWER.encode(&digest.finalize());
        Ok(Self { file, digest })
    }

    /// Whether the step last ran on just this.
    pub(crate) fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|text| text == self.digest)
    }

    /// Forgets the last run, before a step that may fail half-way.
    pub(crate) fn clear(&self) -> Result<()> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("could not remove {}", self.file.display()))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Says that the step has run on this.
    pub(crate) fn set(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
        }
        fs::write(&self.file, &self.digest).with_context(|| format!("could not write {}", self.file.display()))
    }
}
