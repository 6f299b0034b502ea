//! A disk of its own of a few megabytes, so that it can really be full.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Large enough for a world, small enough to be filled in no time.
const SIZE: &str = "size=64m";

/// A file system in memory. It goes when this is dropped.
#[derive(Debug)]
pub(crate) struct SmallDisk {
    root: PathBuf,
}

impl SmallDisk {
    /// Puts one in place of a folder. Only root may; the reason is given otherwise.
    pub(crate) fn mount(root: &Path) -> Result<Self, String> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(root);
        let output = mount.output().map_err(|error| format!("mount: {error}"))?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        Ok(Self { root: root.to_owned() })
    }

    /// Takes all room but so many bytes.
    pub(crate) fn fill(&self, left: u64) {
        let mut filler = File::create(self.filler()).unwrap();
        let piece = vec![1; 1 << 16];
        while filler.write_all(&piece).is_ok() {}
        let length = filler.metadata().unwrap().len();
        filler.set_len(length.saturating_sub(left)).unwrap();
    }

    /// Gives the room back.
    pub(crate) fn free(&self) {
        fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.root.join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: whatever is still open there keeps it until it is closed.
        let _ = Command::new("umount").arg("--lazy").arg(&self.root).status();
    }
}
