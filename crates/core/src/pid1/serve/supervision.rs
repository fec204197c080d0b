//! What goes on from the boot to the last stage: entries and their processes, those that leave, and
//! what arrives by the FIFO, the keys and the power.

use super::children::Children;
use super::leaving::Leaving;
use super::levels::Levels;
use super::walk::{next_start, open_fifo};
use crate::context::Context;
use crate::event::{ExitStatus, Severity};
use crate::initctl::{InitctlRequest, Power, Stream};
use crate::inittab::{Dialect, EntryAction, Runlevel};
use crate::op::{InitctlOp, Op, OpId, Outcome, ReadOp};
use crate::pending::Pending;
use crate::request::{Action, KeyPresses};
use crate::time::{Moment, earlier};
use alloc::format;
use alloc::vec::Vec;

/// What a UPS daemon leaves before it sends SIGPWR (sysvinit src/paths.h, PWRSTAT).
const POWER_STATUS_PATH: &str = "/run/powerstatus";

/// Supervision, which an accepted end takes over from serving.
#[derive(Clone, Debug, Default)]
pub(crate) struct Supervision {
    children: Children,
    leaving: Leaving,
    stream: Stream,
    keys: KeyPresses,
    /// Asked for the state of the power.
    power: Pending<()>,
}

impl Supervision {
    pub(crate) fn new(children: Children) -> Self {
        Self { children, ..Self::default() }
    }

    pub(crate) fn children(&self) -> &Children {
        &self.children
    }

    pub(crate) fn children_mut(&mut self) -> &mut Children {
        &mut self.children
    }

    /// Takes an outcome in. `None` if it is not of these.
    pub(crate) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        context: &mut Context,
    ) -> Option<()> {
        if self.power.complete(id).is_none() {
            return self.children.finished(id, outcome, context);
        }
        let status = outcome.look().seen().and_then(|bytes| bytes.first().copied());
        self.power_changed(Power::parse_status(status), context);
        Some(())
    }

    /// A child ended.
    pub(crate) fn child_ended(&mut self, pid: u32, status: ExitStatus, context: &mut Context) {
        self.children.ended(pid, status, context);
        self.children.entries_mut().drop_removed();
    }

    /// Sends TERM to whoever has no place any more; KILL follows after this long, or the usual time.
    pub(crate) fn begin_leaving(&mut self, grace_ms: Option<u64>, context: &mut Context) {
        self.leaving.begin(&mut self.children, grace_ms, context);
    }

    pub(crate) fn drive_leaving(&mut self, context: &mut Context) {
        self.leaving.drive(self.children.entries(), context);
    }

    pub(crate) fn leaving(&self) -> &Leaving {
        &self.leaving
    }

    /// Whether something is under way that a new version would not be told of.
    pub(crate) fn is_busy(&self) -> bool {
        self.children.is_busy() || self.leaving.is_under_way() || !self.power.is_empty()
    }

    /// Whether the runlevels of the boot are not over.
    pub(crate) fn is_booting(&self) -> bool {
        self.children.levels().is_some_and(Levels::is_booting)
    }

    /// Whether nothing of sysvinit's walk is started because somebody has to leave first.
    pub(crate) fn is_walk_suspended(&self) -> bool {
        let levels = self.children.levels();
        levels.is_some_and(|levels| levels.awaits_table() || self.leaving.is_under_way())
    }

    /// When an entry may be started again, or those that leave are killed.
    pub(crate) fn deadline(&self, is_respawn_paused: bool) -> Option<Moment> {
        let rest = match self.children.dialect() {
            Dialect::Sysvinit if is_respawn_paused || self.is_walk_suspended() => None,
            Dialect::Sysvinit => next_start(&self.children),
            Dialect::BusyBox => {
                let entries = self.children.entries();
                let is_leaving = self.leaving.is_under_way();
                entries.resting_until(&|one| {
                    let action = one.entry().action;
                    let is_respawned = action.is_respawned();
                    let is_paused = is_respawn_paused && is_respawned;
                    // Any other has its turn, whoever has its terminal.
                    let may_be_held = is_respawned || action == EntryAction::Once;
                    let is_held = || entries.is_terminal_taken(&one.entry().id);
                    !is_paused && (!may_be_held || !is_leaving || !is_held())
                })
            }
        };
        earlier(rest, self.leaving.deadline())
    }

    /// Takes a press of Ctrl-Alt-Del. Says whether it forces a reboot.
    pub(crate) fn press_keys(&mut self, now: Moment) -> bool {
        self.keys.press(now)
    }

    /// Bytes came out of the FIFO.
    pub(crate) fn read_requests(
        &mut self,
        bytes: &[u8],
        context: &mut Context,
    ) -> Vec<InitctlRequest> {
        let received = self.stream.take(bytes);
        if received.skipped_bytes > 0 {
            let text =
                format!("/run/initctl: {} bytes are no request; skipped", received.skipped_bytes);
            context.say(Severity::Warning, text);
        }
        received.requests
    }

    pub(crate) fn set_variables(&mut self, pairs: Vec<Vec<u8>>) {
        if let Some(levels) = self.children.levels_mut() {
            levels.set_variables(pairs);
        }
    }

    /// The end that this runlevel stands for. shutdown(8) of sysvinit says by INIT_HALT what comes
    /// behind runlevel 0.
    pub(crate) fn action_of_end(&self, level: Runlevel) -> Action {
        let halts = self.children.levels().is_some_and(|levels| levels.halts());
        let stops = if halts { Action::Halt } else { Action::PowerOff };
        let is_it = |action: &Action| action.runlevel() == level.letter();
        [stops, Action::Reboot].into_iter().find(is_it).unwrap_or(Action::Reboot)
    }

    pub(crate) fn open_fifo(&mut self, context: &mut Context) {
        open_fifo(context);
    }

    pub(crate) fn close_fifo(&mut self, context: &mut Context) {
        context.run_and_forget(Op::Initctl(InitctlOp::Close));
    }

    /// SIGPWR: a file says what the power does.
    pub(crate) fn ask_for_power(&mut self, context: &mut Context) {
        let op = ReadOp::TakeFile { path: POWER_STATUS_PATH, most_bytes: 16 };
        self.power.run(context, Op::Read(op), ());
    }

    pub(crate) fn power_changed(&mut self, power: Power, context: &mut Context) {
        let (actions, what): (&[EntryAction], &str) = match power {
            Power::Failing => (&[EntryAction::PowerFail, EntryAction::PowerWait], "fails"),
            Power::FailingNow => (&[EntryAction::PowerFailNow], "fails and the battery is low"),
            Power::Ok => (&[EntryAction::PowerOkWait], "is back"),
        };
        let has_any = self.children.trigger(actions);
        let and = if has_any { "" } else { "; inittab has no entry for it" };
        context.say_formatted(Severity::Warning, format_args!("the power {what}{and}"));
    }
}
