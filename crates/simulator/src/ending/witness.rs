//! What was seen of a life: the facts that checks are asked about.

use super::process::FakeProcess;
use super::tried::AllTried;
use rekindle_core::op::{CensusOp, KernelOp, Op, Outcome, ReadOp, RebootCommand, StorageOp};
use rekindle_core::request::Urgency;
use rekindle_core::settings::Settings;
use rekindle_core::signal::number;

/// What an end has that is asked for at once, in milliseconds.
const AT_ONCE_MS: u64 = 5_000;

/// The facts.
#[derive(Clone, Debug, Default)]
pub(super) struct Witness {
    pub(super) settings: Settings,
    /// The lines that PID 1 said.
    pub(super) said: Vec<String>,
    /// When PID 1 said that it ends the machine's run, and how.
    pub(super) accepted_ms: Option<u64>,
    pub(super) action: String,
    /// As it was asked for first, and as it is now.
    pub(super) first_urgency: Option<Urgency>,
    pub(super) urgency: Option<Urgency>,
    /// Since when it is as urgent as it is.
    at_once_ms: u64,
    pub(super) escalations: usize,
    pub(super) escalated_ms: u64,
    /// End requests that were sent, and when.
    pub(super) sent: Vec<(u8, u64)>,
    pub(super) jumped_ms: u64,
    /// The process ids of helpers, of all that there were.
    pub(super) helper_pids: Vec<u32>,
    /// Looks at the processes since the request that told less than all, and such for which no helper
    /// was to be had.
    pub(super) poor_looks: u32,
    /// When the last whole look began.
    pub(super) whole_look_ms: Option<u64>,
    look_began_ms: u64,
    /// The moments at which TERM was sent, and KILL.
    pub(super) asking_rounds: Vec<u64>,
    pub(super) first_kill_ms: Option<u64>,
    /// Who has ended, as it was then.
    pub(super) ended: Vec<FakeProcess>,
    /// Ops on storage that were begun.
    pub(super) storage_ops: u32,
    pub(super) storage_began_ms: Option<u64>,
    /// A sync was begun and came to its end, after the last op on a file system.
    pub(super) is_synced: bool,
    /// One was begun.
    pub(super) is_syncing: bool,
    pub(super) account_begun: bool,
    pub(super) account_settled: bool,
    /// A table of mounts could not be read whole.
    pub(super) is_table_poor: bool,
    /// Nor could that of the swap files.
    pub(super) are_swaps_unknown: bool,
    pub(super) kernel_calls: u32,
    pub(super) tried_kexec: bool,
    pub(super) kernel_had_no_helper: bool,
    pub(super) tried: AllTried,
    /// What was said of these was not true, by the machine's fault.
    pub(super) lied_of: Vec<u32>,
    pub(super) lied_about: Vec<Vec<u8>>,
    /// The most processes that there were at a time.
    pub(super) most_processes: usize,
    /// How often PID 1's deadline was over already when time was to pass.
    pub(super) spins: u32,
}

impl Witness {
    pub(super) fn sent(&mut self, signal: u8, now_ms: u64) {
        self.sent.push((signal, now_ms));
    }

    pub(super) fn say(&mut self, text: String, now_ms: u64) {
        if let Some((action, urgency)) = parse_announcement(&text)
            && self.accepted_ms.is_none()
        {
            self.accept(action, urgency, now_ms);
        }
        if text.starts_with("asked again by ")
            && let Some((_, name)) = text.rsplit_once(", ")
        {
            self.escalate(Urgency::parse_name(name.as_bytes()), now_ms);
        }
        self.said.push(text);
    }

    fn accept(&mut self, action: &str, urgency: Urgency, now_ms: u64) {
        self.accepted_ms = Some(now_ms);
        self.action = action.to_owned();
        self.first_urgency = Some(urgency);
        (self.urgency, self.at_once_ms) = (Some(urgency), now_ms);
        self.poor_looks = 0;
    }

    fn escalate(&mut self, urgency: Option<Urgency>, now_ms: u64) {
        // None is less than any.
        if urgency > self.urgency {
            (self.urgency, self.at_once_ms) = (urgency, now_ms);
        }
        (self.escalations, self.escalated_ms) = (self.escalations + 1, now_ms);
    }

    /// Whether a line was said that holds this.
    pub(super) fn has_said(&self, words: &str) -> bool {
        self.said.iter().any(|said| said.contains(words))
    }

    /// Whether grace is over because somebody asked again, or asked for an end at once.
    pub(super) fn is_urgent(&self) -> bool {
        self.urgency.is_some_and(|urgency| urgency > Urgency::Orderly)
    }

    /// When all must be over: five seconds after somebody asked for it at once.
    pub(super) fn total_over_ms(&self) -> Option<u64> {
        let over_ms = self.accepted_ms? + self.settings.total_ms;
        Some(match self.urgency? {
            Urgency::AtOnce => over_ms.min(self.at_once_ms + AT_ONCE_MS),
            Urgency::Orderly | Urgency::Hurried => over_ms,
        })
    }

    pub(super) fn is_total_over(&self, now_ms: u64) -> bool {
        self.total_over_ms().is_some_and(|over_ms| over_ms <= now_ms)
    }

    /// There are so many processes.
    pub(super) fn counts(&mut self, processes: usize) {
        self.most_processes = self.most_processes.max(processes);
    }

    /// Time is to pass, until PID 1's deadline at the latest.
    pub(super) fn rests(&mut self, deadline_ms: Option<u64>, now_ms: u64) {
        let is_spinning = deadline_ms.is_some_and(|at_ms| at_ms <= now_ms + 1);
        self.spins = if is_spinning { self.spins + 1 } else { 0 };
    }

    pub(super) fn signalled(&mut self, signal: u8, now_ms: u64) {
        match signal {
            number::TERM if self.asking_rounds.last() != Some(&now_ms) => {
                self.asking_rounds.push(now_ms);
            }
            number::KILL => {
                self.first_kill_ms.get_or_insert(now_ms);
            }
            _ => {}
        }
    }

    pub(super) fn gone(&mut self, process: &FakeProcess) {
        if self.accepted_ms.is_some() {
            self.ended.push(process.clone());
        }
    }

    pub(super) fn had_no_helper(&mut self, op: &Op) {
        match op {
            Op::Read(ReadOp::Census(_) | ReadOp::ProcessOwners) => self.poor_looks += 1,
            Op::Kernel(_) => self.kernel_had_no_helper = true,
            // It is asked for again; where none comes, there is nothing to wait for.
            Op::Storage(StorageOp::Sync) => self.is_synced = true,
            Op::Storage(StorageOp::WriteFile { .. }) => {
                (self.account_begun, self.account_settled) = (true, true);
            }
            Op::Read(ReadOp::File { path: "/proc/self/mountinfo", .. }) => {
                self.is_table_poor = true;
            }
            Op::Read(ReadOp::File { path: "/proc/swaps", .. }) => self.are_swaps_unknown = true,
            Op::Storage(StorageOp::SwapOff { .. }) => self.are_swaps_unknown = true,
            _ => {}
        }
    }

    /// An op begins.
    pub(super) fn begin(&mut self, op: &Op, now_ms: u64) {
        match op {
            Op::Read(ReadOp::Census(CensusOp::Everyone)) => self.look_began_ms = now_ms,
            Op::Storage(StorageOp::Sync) => self.is_syncing = true,
            Op::Storage(op) => self.begin_on_storage(op, now_ms),
            Op::Kernel(op) => {
                self.kernel_calls += 1;
                self.kernel_had_no_helper = false;
                self.tried_kexec |= *op == KernelOp::Reboot(RebootCommand::Kexec);
            }
            _ => {}
        }
    }

    fn begin_on_storage(&mut self, op: &StorageOp, now_ms: u64) {
        self.storage_ops += 1;
        if matches!(op, StorageOp::Unmount { .. } | StorageOp::RemountReadOnly { .. }) {
            (self.is_synced, self.is_syncing) = (false, false);
        }
        if let StorageOp::WriteFile { .. } = op {
            self.account_begun = true;
        } else {
            self.storage_began_ms.get_or_insert(now_ms);
        }
    }

    /// PID 1 hears what came of an op.
    pub(super) fn end(&mut self, op: &Op, outcome: &Outcome) {
        let is_whole = matches!(outcome, Outcome::Read(read) if read.complete);
        match op {
            Op::Read(ReadOp::Census(CensusOp::Everyone)) if is_whole => {
                self.whole_look_ms = Some(self.look_began_ms);
            }
            Op::Read(ReadOp::Census(_) | ReadOp::ProcessOwners) => self.poor_looks += 1,
            Op::Read(ReadOp::File { path: "/proc/self/mountinfo", .. }) => {
                self.is_table_poor |= !is_whole;
            }
            Op::Read(ReadOp::File { path: "/proc/swaps" | "/proc/meminfo", .. }) => {
                self.are_swaps_unknown |= !is_whole;
            }
            Op::Storage(StorageOp::Sync) => self.is_synced = true,
            Op::Storage(StorageOp::WriteFile { .. }) => self.account_settled = true,
            Op::Storage(op) => self.tried.note(op, outcome),
            _ => {}
        }
    }
}

/// `reboot (orderly) asked for by …`: what is ended how urgently.
fn parse_announcement(text: &str) -> Option<(&str, Urgency)> {
    let (action, rest) = text.split_once(" (")?;
    let (urgency, rest) = rest.split_once(") ")?;
    rest.strip_prefix("asked for by ")?;
    Some((action, Urgency::parse_name(urgency.as_bytes())?))
}
