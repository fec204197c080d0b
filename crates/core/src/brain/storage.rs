//! The disks: swap files off, mounts off in rounds, the rest read-only, the account written.

use super::end::read_meminfo;
use super::last::Phase;
use super::{Brain, Purpose, Slot, Stage};
use crate::account::ACCOUNT_PATH;
use crate::action::Action;
use crate::child::{is_kexec, is_storage_teardown};
use crate::errno::Errno;
use crate::event::Severity;
use crate::inittab::EntryAction;
use crate::memory::parse_meminfo;
use crate::mount::{Mount, Teardown, UnmountState, parse_mountinfo, plan_read_only};
use crate::op::{How, Op, Outcome};
use crate::swap::parse_swap_files;
use crate::text::Shown;
use crate::time::Moment;
use alloc::format;
use alloc::vec::Vec;

/// The most of a table in /proc that is read: some five thousand mounts.
const TABLE_MOST_BYTES: usize = 1024 * 1024;

/// What reading such a table may take.
const TABLE_MS: u64 = 2_000;

/// What writing the account may take.
const ACCOUNT_MS: u64 = 2_000;

/// How many mounts are worked on at a time.
const MOST_AT_ONCE: usize = 8;

/// How long before a busy mount is tried again. A killed process gives its files back a moment
/// after it is gone (task work, kernel/exit.c), so each try waits a little longer.
const RETRY_AFTER_MS: [u64; 5] = [10, 20, 50, 100, 200];

/// What an outcome is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum For {
    SwapTotal,
    SwapFiles,
    SwappedOff(Vec<u8>, Moment),
    MountsToUnmount,
    /// The row of the teardown, and when it was begun.
    Unmounted(usize, Moment),
    MountsToRemount,
    /// The row of the read-only list, and when it was begun.
    MadeReadOnly(usize, Moment),
    AccountWritten,
}

/// The work on the disks.
#[derive(Clone, Debug, Default)]
pub(super) struct Storage {
    began: Moment,
    teardown: Teardown,
    step: Step,
    tries: usize,
    retry_at: Option<Moment>,
    read_only: Vec<ReadOnly>,
    account_written: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Step {
    #[default]
    Swaps,
    Unmount,
    ReadOnly,
}

#[derive(Clone, Debug)]
struct ReadOnly {
    mount: Mount,
    state: UnmountState,
}

impl Brain {
    pub(super) fn begin_storage(&mut self) {
        if !self.leaves_disks() {
            return self.begin_finish();
        }
        self.set_phase(Phase::Storage(Storage { began: self.now, ..Storage::default() }));
        if self.is_contained() {
            // A remount would reach the file systems of the host, through whatever mount of theirs.
            return self.write_account();
        }
        self.run(read_meminfo(), How::Inline, Purpose::Storage(For::SwapTotal));
    }

    /// A `restart` entry finds the disks as it would after BusyBox: left, if the `umount -a` of a
    /// `shutdown` entry was put off until here, or if it enters another kernel.
    fn leaves_disks(&self) -> bool {
        if self.action() != Action::Restart {
            return !self.action().keeps_kernel();
        }
        let was_put_off = |slot: &Slot| {
            slot.entry.action == EntryAction::Shutdown
                && !slot.is_removed
                && is_storage_teardown(&slot.entry.command)
        };
        is_kexec(&self.restart_command().0) || self.slots.iter().any(was_put_off)
    }

    pub(super) fn set_phase(&mut self, phase: Phase) {
        if let Stage::Last(last) = &mut self.stage {
            last.phase = phase;
        }
    }

    fn storage_mut(&mut self) -> Option<&mut Storage> {
        match &mut self.stage {
            Stage::Last(last) => match &mut last.phase {
                Phase::Storage(storage) => Some(storage),
                Phase::Asking
                | Phase::Waiting
                | Phase::Blind { .. }
                | Phase::Killing { .. }
                | Phase::Finishing(_) => None,
            },
            Stage::Boot(_) | Stage::Command(_) | Stage::Serving | Stage::Ending(_) => None,
        }
    }

    fn read_table(&mut self, path: &'static str, purpose: Purpose) {
        let how = How::Helper { deadline_ms: self.within_total(TABLE_MS) };
        self.run(Op::ReadFile { path, most_bytes: TABLE_MOST_BYTES }, how, purpose);
    }

    fn in_helper(&self, most_ms: u64) -> How {
        How::Helper { deadline_ms: self.within_total(most_ms) }
    }

    #[inline(never)]
    pub(super) fn storage_finished(&mut self, purpose: For, outcome: &Outcome) {
        match purpose {
            For::SwapTotal => self.swap_total_known(outcome),
            For::SwapFiles => self.swaps_read(outcome),
            For::SwappedOff(path, began) => self.swapped_off(&path, began, outcome),
            For::MountsToUnmount => self.mounts_read(outcome),
            For::Unmounted(row, began) => self.unmounted(row, began, outcome),
            For::MountsToRemount => self.remounts_read(outcome),
            For::MadeReadOnly(row, began) => self.made_read_only(row, began, outcome),
            For::AccountWritten => self.account_written(outcome),
        }
    }

    fn swap_total_known(&mut self, outcome: &Outcome) {
        if outcome.bytes().is_ok_and(|text| parse_meminfo(text).swap_total_kib == 0) {
            self.read_mounts_when_swap_is_off();
        } else {
            self.read_table("/proc/swaps", Purpose::Storage(For::SwapFiles));
        }
    }

    fn swaps_read(&mut self, outcome: &Outcome) {
        let files = outcome.bytes().map(parse_swap_files).unwrap_or_default();
        for path in files {
            let how = self.in_helper(self.settings.unmount_ms);
            self.run(
                Op::SwapOff { path: path.clone() },
                how,
                Purpose::Storage(For::SwappedOff(path, self.now)),
            );
        }
        self.read_mounts_when_swap_is_off();
    }

    fn swapped_off(&mut self, path: &[u8], began: Moment, outcome: &Outcome) {
        if let Some(errno) = outcome.error() {
            self.say(Severity::Warning, format!("can't stop swapping to {}: {errno}", Shown(path)));
        }
        self.account_storage(path, "swapped-off", outcome, began);
        self.read_mounts_when_swap_is_off();
    }

    fn read_mounts_when_swap_is_off(&mut self) {
        if !self.is_pending(|purpose| matches!(purpose, Purpose::Storage(For::SwappedOff(..)))) {
            self.read_table("/proc/self/mountinfo", Purpose::Storage(For::MountsToUnmount));
        }
    }

    fn mounts_read(&mut self, outcome: &Outcome) {
        let mounts = self.parse_mounts(outcome);
        let teardown = Teardown::plan(&mounts);
        let account_stays = holder_of_account(&mounts).is_none_or(Mount::is_root);
        if teardown.is_empty() {
            return self.plan_remounts(&mounts);
        }
        if let Some(storage) = self.storage_mut() {
            storage.teardown = teardown;
            storage.step = Step::Unmount;
        }
        // A file system of its own under /var goes before the root: what is known by now must do.
        if !account_stays {
            self.write_account();
        }
    }

    fn parse_mounts(&mut self, outcome: &Outcome) -> Vec<Mount> {
        outcome.bytes().map(parse_mountinfo).unwrap_or_else(|errno| {
            let reason = format!("can't read /proc/self/mountinfo: {errno}");
            self.say(Severity::Error, format!("{reason}; only the root is made read-only"));
            Vec::from([root_unseen()])
        })
    }

    /// The account so far, for a disk that scripts may make read-only before the last stage.
    pub(super) fn write_account_early(&mut self) {
        let Some(end) = &self.end else { return };
        let bytes = end.account.render().into_bytes();
        let op = Op::WriteFile { path: ACCOUNT_PATH, bytes };
        self.run_and_forget(op, How::Helper { deadline_ms: ACCOUNT_MS });
    }

    fn write_account(&mut self) {
        let Some(end) = &self.end else { return };
        let bytes = end.account.render().into_bytes();
        let how = self.in_helper(ACCOUNT_MS);
        self.run(
            Op::WriteFile { path: ACCOUNT_PATH, bytes },
            how,
            Purpose::Storage(For::AccountWritten),
        );
        if let Some(storage) = self.storage_mut() {
            storage.account_written = true;
        }
    }

    fn account_written(&mut self, outcome: &Outcome) {
        match outcome.error() {
            // No /var/lib, or a root that was read-only all along: the console has the account.
            None | Some(Errno::ENOENT | Errno::EROFS) => {}
            Some(errno) => self.say(
                Severity::Warning,
                format!("can't write {ACCOUNT_PATH}: {errno}; the account is on the console only"),
            ),
        }
        if self.is_contained() {
            self.begin_finish();
        }
    }

    fn account_storage(&mut self, target: &[u8], word: &str, outcome: &Outcome, began: Moment) {
        let took_ms = self.now.since_ms(began);
        if let Some(end) = &mut self.end {
            end.account.storage(target, outcome.error().map_or(Ok(word), Err), took_ms);
        }
    }

    #[inline(never)]
    pub(super) fn storage_deadline(&self, storage: &Storage) -> Option<Moment> {
        let total = self.total_deadline();
        Some(storage.retry_at.map_or(total, |at| at.min(total)))
    }

    #[inline(never)]
    pub(super) fn advance_storage(&mut self) {
        let now = self.now;
        let is_late = self.total_deadline() <= now;
        let is_writing =
            self.is_pending(|purpose| *purpose == Purpose::Storage(For::AccountWritten));
        let Some(storage) = self.storage_mut() else { return };
        if is_late {
            return self.leave_storage();
        }
        let is_resting = storage.retry_at.is_some_and(|at| at > now);
        if is_writing || is_resting {
            return;
        }
        storage.retry_at = None;
        match storage.step {
            Step::Swaps => {}
            Step::Unmount => self.advance_unmount(),
            Step::ReadOnly => self.advance_read_only(),
        }
    }

    fn advance_unmount(&mut self) {
        let now = self.now;
        let running =
            self.desk.count(|purpose| matches!(purpose, Purpose::Storage(For::Unmounted(..))));
        let Some(storage) = self.storage_mut() else { return };
        let room = MOST_AT_ONCE.saturating_sub(running);
        let ready: Vec<usize> = storage.teardown.ready().into_iter().take(room).collect();
        if ready.is_empty() && running == 0 {
            return self.after_round();
        }
        for row in ready {
            let Some(storage) = self.storage_mut() else { return };
            storage.teardown.set(row, UnmountState::Running);
            let Some(target) = storage.teardown.mount(row).map(|mount| mount.target.clone()) else {
                return;
            };
            let how = self.in_helper(self.settings.unmount_ms);
            self.run(Op::Unmount { target }, how, Purpose::Storage(For::Unmounted(row, now)));
        }
    }

    /// A round is over: another one while mounts are only busy, else on to the remounts.
    fn after_round(&mut self) {
        let now = self.now;
        let is_pending =
            self.is_pending(|purpose| *purpose == Purpose::Storage(For::MountsToRemount));
        let Some(storage) = self.storage_mut() else { return };
        if let (Some(after_ms), true) =
            (RETRY_AFTER_MS.get(storage.tries), storage.teardown.retry())
        {
            storage.tries = storage.tries.saturating_add(1);
            storage.retry_at = Some(now.after_ms(*after_ms));
        } else if !is_pending {
            self.read_table("/proc/self/mountinfo", Purpose::Storage(For::MountsToRemount));
        }
    }

    fn unmounted(&mut self, row: usize, began: Moment, outcome: &Outcome) {
        // EINVAL and ENOENT: it is no mount point any more (umount2(2)), which is all that was wanted.
        let state = match outcome.error() {
            None | Some(Errno::EINVAL | Errno::ENOENT) => UnmountState::Unmounted,
            Some(errno) => UnmountState::Refused(errno),
        };
        let Some(storage) = self.storage_mut() else { return };
        storage.teardown.set(row, state);
        let target =
            storage.teardown.mount(row).map(|mount| mount.target.clone()).unwrap_or_default();
        if state == UnmountState::Unmounted {
            self.account_storage(&target, "unmounted", &Outcome::Done, began);
        }
    }

    fn remounts_read(&mut self, outcome: &Outcome) {
        let mounts = self.parse_mounts(outcome);
        self.name_the_busy();
        self.plan_remounts(&mounts);
    }

    fn plan_remounts(&mut self, mounts: &[Mount]) {
        let rows = plan_read_only(mounts)
            .into_iter()
            .map(|mount| ReadOnly { mount, state: UnmountState::Waiting });
        if let Some(storage) = self.storage_mut() {
            storage.read_only = rows.collect();
            storage.step = Step::ReadOnly;
            storage.tries = 0;
        }
    }

    fn name_the_busy(&mut self) {
        let Some(storage) = self.storage_mut() else { return };
        let busy: Vec<(Vec<u8>, Errno)> = storage
            .teardown
            .remaining()
            .map(|(mount, errno)| (mount.target.clone(), errno.unwrap_or(Errno::EBUSY)))
            .collect();
        for (target, errno) in busy {
            self.say(
                Severity::Warning,
                format!("can't unmount {}: {errno}; making it read-only", Shown(&target)),
            );
            self.account_storage(&target, "", &Outcome::Failed(errno), self.now);
        }
    }

    fn advance_read_only(&mut self) {
        let Some(storage) = self.storage_mut() else { return };
        let is_running = storage.read_only.iter().any(|row| row.state == UnmountState::Running);
        let waiting = |row: &&ReadOnly| row.state == UnmountState::Waiting;
        let next: Vec<Mount> =
            storage.read_only.iter().filter(waiting).map(|row| row.mount.clone()).collect();
        match (next.first(), is_running) {
            (None, true) => {}
            (None, false) => self.after_read_only_round(),
            // The root waits for the others, and then for the account to be on it.
            (Some(mount), true) if mount.is_root() => {}
            (Some(mount), false) if mount.is_root() && !storage.account_written => {
                self.write_account()
            }
            (Some(_), _) => self.make_next_read_only(),
        }
    }

    fn make_next_read_only(&mut self) {
        let now = self.now;
        let Some(storage) = self.storage_mut() else { return };
        let waiting = |row: &ReadOnly| row.state == UnmountState::Waiting;
        let Some(at) = storage.read_only.iter().position(waiting) else { return };
        let Some(row) = storage.read_only.get_mut(at) else { return };
        row.state = UnmountState::Running;
        let target = row.mount.target.clone();
        let how = self.in_helper(self.settings.unmount_ms);
        self.run(Op::RemountReadOnly { target }, how, Purpose::Storage(For::MadeReadOnly(at, now)));
        self.advance_storage();
    }

    fn made_read_only(&mut self, row: usize, began: Moment, outcome: &Outcome) {
        let state = outcome.error().map_or(UnmountState::Unmounted, UnmountState::Refused);
        let Some(storage) = self.storage_mut() else { return };
        let Some(row) = storage.read_only.get_mut(row) else { return };
        row.state = state;
        let target = row.mount.target.clone();
        if state == UnmountState::Unmounted {
            self.account_storage(&target, "read-only", outcome, began);
        }
    }

    fn after_read_only_round(&mut self) {
        let now = self.now;
        let Some(storage) = self.storage_mut() else { return };
        let retry_after = RETRY_AFTER_MS.get(storage.tries).copied();
        let mut is_any = false;
        for row in &mut storage.read_only {
            if row.state == UnmountState::Refused(Errno::EBUSY) && retry_after.is_some() {
                row.state = UnmountState::Waiting;
                is_any = true;
            }
        }
        match (is_any, retry_after) {
            (true, Some(after_ms)) => {
                storage.tries = storage.tries.saturating_add(1);
                storage.retry_at = Some(now.after_ms(after_ms));
            }
            _ => self.leave_storage(),
        }
    }

    /// The disks have had their time: say what is still writable, then finish.
    fn leave_storage(&mut self) {
        let Some(storage) = self.storage_mut() else { return };
        let began = storage.began;
        let unmounted = storage.teardown.unmounted();
        let count = |state: fn(&UnmountState) -> bool| {
            storage.read_only.iter().filter(|row| state(&row.state)).count()
        };
        let read_only = count(|state| *state == UnmountState::Unmounted);
        let dirty: Vec<(Vec<u8>, UnmountState)> = storage
            .read_only
            .iter()
            .filter(|row| row.state != UnmountState::Unmounted)
            .map(|row| (row.mount.target.clone(), row.state))
            .collect();
        self.account_phase("storage", began);
        let took = crate::time::Seconds(self.now.since_ms(began));
        self.say(
            Severity::Info,
            format!("{unmounted} file systems unmounted, {read_only} made read-only, in {took}"),
        );
        for (target, state) in dirty {
            let errno =
                if let UnmountState::Refused(errno) = state { errno } else { Errno::ETIMEDOUT };
            self.say(
                Severity::Error,
                format!(
                    "can't make {} read-only: {errno}; it will need its journal replayed",
                    Shown(&target)
                ),
            );
        }
        self.begin_finish();
    }
}

/// The mount that the account's file lies on.
fn holder_of_account(mounts: &[Mount]) -> Option<&Mount> {
    let path = ACCOUNT_PATH.as_bytes();
    let holds = |mount: &&Mount| {
        mount.is_root()
            || path.strip_prefix(mount.target.as_slice()).is_some_and(|rest| rest.starts_with(b"/"))
    };
    mounts.iter().filter(holds).max_by_key(|mount| mount.target.len())
}

/// The root file system, as far as it is known without mountinfo.
fn root_unseen() -> Mount {
    Mount {
        id: 1,
        parent: 1,
        device: Vec::new(),
        target: b"/".to_vec(),
        kind: b"unknown".to_vec(),
        is_read_only: false,
    }
}
