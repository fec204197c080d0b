//! What cargo-mutants wrote down: each change, and what came of it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// At least so many of a hundred changes below a folder are noticed. The stages are all that is changed.
const FLOORS: [(&str, &str, u64); 2] =
    [("the last stage", "crates/core/src/last", 98), ("the stages", "crates/core/src", 95)];

/// All that came of a run.
#[derive(Debug)]
pub(super) struct Outcomes {
    mutants: Vec<Mutant>,
}

/// A change that could be built.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mutant {
    pub(super) file: String,
    /// What was changed, without the line, which changes too easily.
    pub(super) change: String,
    /// With the line.
    pub(super) name: String,
    is_noticed: bool,
}

#[derive(Debug, Deserialize)]
struct Report {
    outcomes: Vec<Outcome>,
}

#[derive(Debug, Deserialize)]
struct Outcome {
    scenario: Scenario,
    summary: Summary,
}

#[derive(Debug, Deserialize)]
enum Scenario {
    /// The tests without a change.
    Baseline,
    Mutant(MutantName),
}

#[derive(Debug, Deserialize)]
struct MutantName {
    name: String,
    file: String,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
enum Summary {
    Success,
    Failure,
    CaughtMutant,
    MissedMutant,
    /// A test came to no end: that is noticed.
    Timeout,
    /// It can't be built.
    Unviable,
}

impl Outcomes {
    pub(super) fn parse(text: &str) -> Result<Self> {
        let report: Report = serde_json::from_str(text).context("unknown outcomes of mutants")?;
        let mut mutants = Vec::new();
        for outcome in report.outcomes {
            match outcome.scenario {
                Scenario::Baseline => {
                    let is_sound = outcome.summary == Summary::Success;
                    ensure!(is_sound, "the tests fail before anything is changed");
                }
                Scenario::Mutant(name) => mutants.extend(read_mutant(name, &outcome.summary)?),
            }
        }
        ensure!(!mutants.is_empty(), "nothing was changed");
        Ok(Self { mutants })
    }

    pub(super) fn survivors(&self) -> Vec<&Mutant> {
        self.mutants.iter().filter(|mutant| !mutant.is_noticed).collect()
    }

    /// Of the changes below this folder, how many were noticed, and how many there were.
    fn count(&self, folder: &str) -> Count {
        let below =
            self.mutants.iter().filter(|mutant| Path::new(&mutant.file).starts_with(folder));
        below.fold(Count::default(), Count::with)
    }
}

fn read_mutant(read: MutantName, summary: &Summary) -> Result<Option<Mutant>> {
    let is_noticed = match summary {
        Summary::CaughtMutant | Summary::Timeout => true,
        Summary::MissedMutant => false,
        Summary::Unviable => return Ok(None),
        Summary::Success | Summary::Failure => {
            anyhow::bail!("{}: a change with the outcome {summary:?}", read.name)
        }
    };
    let MutantName { name, file } = read;
    // crates/core/src/budget.rs:48:9: replace …
    let change = name.splitn(4, ':').nth(3).context("a change without a place")?.trim().to_owned();
    Ok(Some(Mutant { file, change, name, is_noticed }))
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    noticed: u64,
    all: u64,
}

impl Count {
    fn with(self, mutant: &Mutant) -> Self {
        Self { noticed: self.noticed + u64::from(mutant.is_noticed), all: self.all + 1 }
    }

    /// Never rounded up to what was not reached.
    fn render(self) -> String {
        let tenths = self.noticed * 1000 / self.all.max(1);
        format!("{} of {} noticed, {}.{} %", self.noticed, self.all, tenths / 10, tenths % 10)
    }
}

/// A line for each folder.
pub(super) fn render_folders(outcomes: &Outcomes) -> String {
    let mut folders: BTreeMap<&Path, Count> = BTreeMap::new();
    for mutant in &outcomes.mutants {
        let folder = Path::new(&mutant.file).parent().unwrap_or(Path::new(""));
        let count = folders.entry(folder).or_default();
        *count = count.with(mutant);
    }
    let line = |(folder, count): (&Path, Count)| {
        format!("{:<40} {}\n", folder.display().to_string(), count.render())
    };
    folders.into_iter().map(line).collect()
}

/// Where too little is noticed.
pub(super) fn complain_of_floors(outcomes: &Outcomes) -> Vec<String> {
    let mut complaints = Vec::new();
    for (name, folder, percent) in FLOORS {
        let count = outcomes.count(folder);
        if count.noticed * 100 < percent * count.all {
            complaints.push(format!("{name}: {}; at least {percent} % must be", count.render()));
        }
    }
    complaints
}

#[cfg(test)]
mod tests;
