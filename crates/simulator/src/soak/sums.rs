//! What has been lived, kept in a file from one run to the next: one entry for each commit.

use super::failed::Failed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use std::{fs, io};

/// All that is in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// The one that was lived last is the last.
    pub commits: Vec<CommitSums>,
}

/// What one commit has lived.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitSums {
    /// Its name, as git knows it.
    pub commit: String,
    /// For each kind of life.
    pub kinds: BTreeMap<String, KindSums>,
}

/// What one commit has lived of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindSums {
    /// How many lives, those that failed among them.
    pub lives: u64,
    /// Where the next run begins.
    pub next_seed: u64,
    /// How long that took.
    pub milliseconds: u64,
    /// The lives that failed.
    pub failures: Vec<Failure>,
}

/// A life that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Its seed.
    pub seed: u64,
    /// What it broke, as a sentence.
    pub check: String,
}

impl Sums {
    /// What is in the file; nothing if there is none.
    ///
    /// # Errors
    /// It can't be read, or holds something else.
    pub fn load(path: &Path) -> io::Result<Self> {
        match fs::read(path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Puts them into the file, all or nothing.
    ///
    /// # Errors
    /// It can't be written.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let beside = path.with_extension("new");
        fs::write(&beside, serde_json::to_vec_pretty(self)?)?;
        fs::rename(&beside, path)
    }

    /// The sums of this commit and kind, begun if there are none.
    pub fn of(&mut self, commit: &str, kind: &str) -> &mut KindSums {
        let known = self.commits.iter().position(|sums| sums.commit == commit);
        let sums = match known {
            Some(index) => self.commits.remove(index),
            None => CommitSums { commit: commit.to_owned(), ..CommitSums::default() },
        };
        self.commits.push(sums);
        let last = self.commits.len() - 1;
        self.commits[last].kinds.entry(kind.to_owned()).or_default()
    }
}

impl KindSums {
    /// Adds lives that took so long; the next run begins at `next_seed`.
    pub fn add(&mut self, lives: u64, next_seed: u64, took: Duration) {
        self.lives += lives;
        self.next_seed = next_seed;
        self.milliseconds += u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    }

    /// A seed that failed stands there once.
    pub fn note(&mut self, failed: &Failed) {
        if !self.failures.iter().any(|failure| failure.seed == failed.seed) {
            self.failures.push(Failure { seed: failed.seed, check: failed.check.clone() });
        }
    }
}
