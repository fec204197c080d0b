//! What the tests of the product share: its account of the end, read from the disk.
#![allow(dead_code, reason = "each test program uses its part")]

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use vm::{Ended, Verdict};

/// Where PID 1 leaves its account.
const ACCOUNT: &str = "/var/lib/rekindle/shutdown.jsonl";

pub(crate) const TERM: i32 = 15;

/// The account of one end.
pub(crate) struct Account(pub(crate) Vec<Value>);

pub(crate) fn read_account(ended: &Ended) -> Result<Account> {
    let text = ended.root_disk().read_text(ACCOUNT)?;
    let lines = text.lines().map(|line| {
        serde_json::from_str(line).with_context(|| format!("not JSON in {ACCOUNT}: {line}"))
    });
    Ok(Account(lines.collect::<Result<_>>()?))
}

impl Account {
    pub(crate) fn of(&self, event: &str) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(move |line| line["event"] == event)
    }

    /// What is said of the process called `comm`.
    pub(crate) fn process(&self, comm: &str) -> Result<&Value> {
        self.of("process")
            .find(|line| line["comm"] == comm)
            .with_context(|| format!("the account does not name {comm}: {:?}", self.0))
    }

    pub(crate) fn fate_is(&self, comm: &str, fate: &str) -> Result<()> {
        let line = self.process(comm)?;
        ensure!(line["fate"] == fate, "expected {comm} to be {fate}, but: {line}");
        Ok(())
    }

    /// How long a phase took, in milliseconds.
    pub(crate) fn phase_ms(&self, name: &str) -> Result<u64> {
        let line = self.of("phase").find(|line| line["name"] == name);
        line.and_then(|line| line["took_ms"].as_u64())
            .with_context(|| format!("the account has no phase {name}: {:?}", self.0))
    }
}

pub(crate) fn panicked() -> Verdict {
    Verdict::Panicked { message: String::new() }
}
