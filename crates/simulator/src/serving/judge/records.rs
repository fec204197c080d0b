//! Records of utmp and wtmp (init(8), FILES).

use rekindle_core::utmp::Record;

/// How many may wait; those beyond are left out.
const MOST_WAITING: usize = 64;

/// What is to be recorded: one helper at a time, so that records stay in order.
#[derive(Debug, Default)]
pub(super) struct Records {
    waiting: Vec<Record>,
    is_writing: bool,
    /// What a helper is to be given in this step.
    owed: Vec<Record>,
}

impl Records {
    pub(super) fn add(&mut self, record: Record) {
        if !self.is_writing {
            self.is_writing = true;
            self.owed.push(record);
        } else if self.waiting.len() < MOST_WAITING {
            self.waiting.push(record);
        }
    }

    /// A helper is to write these.
    pub(super) fn sees(&mut self, records: &[Record]) -> Result<(), String> {
        let owed = std::mem::take(&mut self.owed);
        if owed == records { Ok(()) } else { Err(format!("{records:?} instead of {owed:?}")) }
    }

    /// The helper is done, or gave up.
    pub(super) fn written(&mut self) {
        self.owed = std::mem::take(&mut self.waiting);
        self.is_writing = !self.owed.is_empty();
    }

    /// Whether some wait for a helper.
    pub(super) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// What should have been given to a helper by now.
    pub(super) fn owes(&self) -> Option<String> {
        (!self.owed.is_empty()).then(|| format!("not recorded: {:?}", self.owed))
    }
}
