//! From a request to the last stage: preflight, announcement, `shutdown` entries, re-execution.

use super::sequence::Sequence;
use super::{Brain, End, Purpose, Stage};
use crate::account::Account;
use crate::action::Action;
use crate::child::{is_kexec, is_storage_teardown};
use crate::errno::Errno;
use crate::event::{Ending as ChildEnding, Severity};
use crate::handover::Handover;
use crate::inittab::EntryAction;
use crate::memory::parse_meminfo;
use crate::op::{How, Image, Op, Outcome, Program, Whom};
use crate::request::{Origin, Request, Urgency};
use crate::signal::number;
use crate::text::{Shown, trimmed};
use crate::time::{Moment, Seconds};
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// The same request again within this time is one request that was sent twice (a client that
/// retries, a manager that sends two signals), not somebody who has lost patience.
const SAME_REQUEST_MS: u64 = 1_000;

/// The total for a request that came as "at once".
const AT_ONCE_TOTAL_MS: u64 = 5_000;

/// What copying PID 1's program may take; it is under 128 KiB.
const IMAGE_MS: u64 = 3_000;

/// How much has to wait to be written before an early start is worth a helper: what a slow disk
/// (an SD card, some MiB/s) writes in a tenth of a second.
const WORTH_WRITING_KIB: u64 = 1_024;

/// What came of the copy of PID 1's program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    Created,
    Filled,
    Executed,
}

/// The end before the last stage.
#[derive(Clone, Debug)]
pub(super) struct Ending {
    scripts: Option<Sequence>,
    began: Moment,
}

impl Brain {
    /// A request arrived, by whatever way.
    pub(super) fn asked_to_end(&mut self, request: Request) {
        if self.end.is_some() {
            return self.asked_again(request);
        }
        match request.action {
            Action::Kexec if self.is_contained() => {
                self.refuse_kexec(&request.origin, "this is a container; ask its host")
            }
            Action::Kexec => self.ask_for_loaded_kernel(request),
            Action::Restart if is_kexec(&self.restart_command().0) => {
                self.ask_for_loaded_kernel(request)
            }
            Action::Restart if self.slots_of(EntryAction::Restart).next().is_none() => {
                let origin = &request.origin;
                let text = format!(
                    "restart asked for by {origin}: inittab has no restart entry; going on"
                );
                self.say(Severity::Warning, text);
            }
            Action::Halt
            | Action::PowerOff
            | Action::Reboot
            | Action::SoftReboot
            | Action::Restart => {
                self.accept(request);
            }
        }
    }

    fn ask_for_loaded_kernel(&mut self, request: Request) {
        let op = Op::ReadFile { path: "/sys/kernel/kexec_loaded", most_bytes: 16 };
        self.run(op, How::Inline, Purpose::KexecLoaded(request));
    }

    /// The preflight of a kexec: nothing has been stopped yet, and nothing is if this fails.
    pub(super) fn kexec_state_known(&mut self, request: Request, outcome: &Outcome) {
        let reason = match outcome.bytes() {
            Ok(bytes) if trimmed(bytes) == b"1" => return self.accept(request),
            Ok(_) => String::from("no kernel is loaded; load one with 'rekindle kexec load'"),
            Err(errno) => format!("can't read /sys/kernel/kexec_loaded: {errno}"),
        };
        self.refuse_kexec(&request.origin, &reason);
    }

    fn refuse_kexec(&mut self, origin: &Origin, reason: &str) {
        self.say(
            Severity::Error,
            format!("kexec asked for by {origin} refused: {reason}; going on"),
        );
    }

    fn accept(&mut self, request: Request) {
        self.say(
            Severity::Info,
            format!(
                "{} ({}) asked for by {}",
                request.action,
                request.urgency.name(),
                request.origin
            ),
        );
        let mut account = Account::default();
        account.request(&request, self.now.0);
        let is_orderly = request.urgency == Urgency::Orderly;
        let level =
            if matches!(request.action, Action::Halt | Action::PowerOff) { b'0' } else { b'6' };
        let writes_back = !request.action.keeps_kernel()
            && !self.is_contained()
            && request.urgency < Urgency::AtOnce;
        self.end = Some(End { request, requested: self.now, account });
        if writes_back {
            self.run(read_meminfo(), How::Inline, Purpose::DirtyPages);
        }
        let scripts = is_orderly.then(|| match self.levels {
            Some(_) => self.plan_level_of_end(level),
            None => self.plan_scripts(),
        });
        self.stage = Stage::Ending(Ending { scripts, began: self.now });
    }

    /// Dirty pages go to the disk while services stop, so that the sync at the end finds little left;
    /// a handful is not worth a helper.
    pub(super) fn write_back_early(&mut self, outcome: &Outcome) {
        let dirty_kib = outcome.bytes().map_or(u64::MAX, |text| parse_meminfo(text).dirty_kib);
        if dirty_kib >= WORTH_WRITING_KIB {
            let how = How::Helper { deadline_ms: self.settings.sync_ms };
            self.run_and_forget(Op::Sync, how);
        }
    }

    /// The `shutdown` entries, but for those that would only unmount under running processes.
    fn plan_scripts(&mut self) -> Sequence {
        let (left, run): (Vec<u32>, Vec<u32>) =
            self.slots_of(EntryAction::Shutdown).partition(|id| {
                self.slots
                    .iter()
                    .any(|slot| slot.id == *id && is_storage_teardown(&slot.entry.command))
            });
        for id in left {
            let command =
                self.slots.iter().find(|slot| slot.id == id).map(|slot| slot.entry.command.clone());
            let command = command.unwrap_or_default();
            self.say(
                Severity::Info,
                format!("'{}' is left to the last stage, after the processes", Shown(&command)),
            );
        }
        Sequence::new(run.into_iter())
    }

    /// A request from within the script that is running: it knows where it leads, and it is its last
    /// word. The last stage begins without waiting for it.
    fn joined_by_script(&mut self, request: &Request) -> bool {
        let Stage::Ending(Ending { scripts: Some(scripts), .. }) = &mut self.stage else {
            return false;
        };
        let current = scripts.current();
        let pid = current.and_then(|id| self.slot(id)).and_then(super::slot::Slot::pid);
        if request.origin.session == 0 || pid != Some(request.origin.session) {
            return false;
        }
        self.say(
            Severity::Info,
            format!("{} asked for by {}: scripts are over", request.action, request.origin),
        );
        if let Some(end) = &mut self.end {
            end.request.action = request.action;
        }
        if let (Some(id), Stage::Ending(Ending { scripts, .. })) = (current, &mut self.stage) {
            let began = scripts.take().map_or(self.now, |scripts| scripts.turn_began);
            self.account_script(id, Some(ChildEnding::Exited(0)), began);
        }
        self.leave_scripts();
        true
    }

    fn asked_again(&mut self, request: Request) {
        if self.joined_by_script(&request) {
            return;
        }
        let now = self.now;
        let Some(end) = &mut self.end else { return };
        let is_same =
            request.action == end.request.action && request.urgency == end.request.urgency;
        if is_same && now.since_ms(end.requested) < SAME_REQUEST_MS {
            return;
        }
        let urgency = end.request.urgency.escalated().max(request.urgency);
        end.request.urgency = urgency;
        let escalated = Request { urgency, ..request };
        end.account.escalation(&escalated, now.since_ms(end.requested));
        let text = format!(
            "asked again by {}: {} goes on, {}",
            escalated.origin,
            end.request.action,
            urgency.name()
        );
        self.say(Severity::Warning, text);
    }

    /// The urgency in effect.
    pub(super) fn urgency(&self) -> Urgency {
        self.end.as_ref().map_or(Urgency::Orderly, |end| end.request.urgency)
    }

    /// When the whole end must have reached reboot(2).
    pub(super) fn total_deadline(&self) -> Moment {
        let total_ms = match self.urgency() {
            Urgency::AtOnce => self.settings.total_ms.min(AT_ONCE_TOTAL_MS),
            Urgency::Orderly | Urgency::Hurried => self.settings.total_ms,
        };
        self.end.as_ref().map_or(self.now, |end| end.requested).after_ms(total_ms)
    }

    /// What is left of the total, and at least a second, for one step that may take `most_ms`.
    pub(super) fn within_total(&self, most_ms: u64) -> u64 {
        let left_ms = self.total_deadline().since_ms(self.now).max(1_000);
        most_ms.min(left_ms)
    }

    fn script_deadline(&self, scripts: &Sequence) -> Moment {
        let settings = &self.settings;
        let most_ms = if self.levels.is_some() { settings.level_ms } else { settings.script_ms };
        scripts.turn_began.after_ms(most_ms).min(self.scripts_deadline())
    }

    /// Scripts leave a quarter of the total to the processes and the disks, whatever they do.
    fn scripts_deadline(&self) -> Moment {
        let total = self.total_deadline();
        let requested = self.end.as_ref().map_or(self.now, |end| end.requested);
        requested.after_ms((total.since_ms(requested) / 4).saturating_mul(3))
    }

    pub(super) fn ending_deadline(&self, ending: &Ending) -> Option<Moment> {
        let scripts = ending.scripts.as_ref()?;
        if let Some(leaving) = self.leaving.deadline().filter(|_| self.levels.is_some()) {
            return Some(leaving.min(self.scripts_deadline()));
        }
        let rest = self.resting_until(|slot| Some(slot.id) == scripts.current());
        let deadline = self.script_deadline(scripts);
        Some(rest.map_or(deadline, |rest| rest.min(deadline)))
    }

    #[inline(never)]
    pub(super) fn advance_ending(&mut self) {
        self.drive_leaving();
        let is_over = self.urgency() > Urgency::Orderly || self.scripts_deadline() <= self.now;
        let is_waiting = self.is_walk_suspended() && !is_over;
        let Stage::Ending(ending) = &mut self.stage else { return };
        let Some(scripts) = ending.scripts.take_if(|_| !is_waiting) else {
            if ending.scripts.is_none() {
                self.leave_scripts();
            }
            return;
        };
        let left = if self.urgency() > Urgency::Orderly {
            None
        } else {
            self.drive(scripts).and_then(|scripts| self.give_up_late(scripts))
        };
        if let Stage::Ending(ending) = &mut self.stage {
            ending.scripts = left;
            if ending.scripts.is_none() {
                self.leave_scripts();
            }
        }
    }

    /// Ends the script whose time is over, with everything it started.
    fn give_up_late(&mut self, mut scripts: Sequence) -> Option<Sequence> {
        if self.now < self.script_deadline(&scripts) {
            return Some(scripts);
        }
        if let Some(id) = scripts.current() {
            if let Some(pid) = self.slot(id).and_then(super::slot::Slot::pid) {
                self.run_and_forget(
                    Op::Signal { whom: Whom::Group(pid), signal: number::KILL },
                    How::Inline,
                );
            }
            scripts.end_turn(id);
            self.account_script(id, None, scripts.turn_began);
        }
        if self.scripts_deadline() <= self.now { None } else { self.drive(scripts) }
    }

    /// Notes a script's end and lets the next have its turn.
    pub(super) fn script_ended(&mut self, id: u32, ending: Option<ChildEnding>) {
        let Stage::Ending(state) = &mut self.stage else { return };
        let Some(scripts) = &mut state.scripts else { return };
        let began = scripts.turn_began;
        if scripts.end_turn(id) {
            self.account_script(id, ending, began);
        }
    }

    fn account_script(&mut self, id: u32, ending: Option<ChildEnding>, began: Moment) {
        let took_ms = self.now.since_ms(began);
        let Some(slot) = self.slots.iter().find(|slot| slot.id == id) else { return };
        let command = slot.entry.command.clone();
        if ending.is_none() {
            let text = format!(
                "'{}' (line {}) did not end in {}; killed",
                Shown(&command),
                slot.entry.line,
                Seconds(took_ms)
            );
            self.say(Severity::Error, text);
        }
        if let Some(end) = &mut self.end {
            end.account.script(&command, ending, took_ms);
        }
    }

    /// The scripts are over: become the last stage, once.
    fn leave_scripts(&mut self) {
        let is_under_way = self.is_pending(|purpose| matches!(purpose, Purpose::Image(..)));
        let Stage::Ending(ending) = &self.stage else { return };
        if is_under_way {
            return;
        }
        let began = ending.began;
        self.account_phase("scripts", began);
        // A container's file systems are its host's to unmount: PID 1's own file may stay in use.
        if self.is_contained() || self.keeps_kernel() {
            return self.enter_last_stage_in_place();
        }
        match self.ready_image.take() {
            Some(image) => self.become_last_stage(image),
            None => self.prepare_image(),
        }
    }

    /// Copies PID 1's program into memory, once the machine is up: in an emergency the disk may hang
    /// or memory be short, and an orderly end has one thing less to do.
    pub(super) fn prepare_image(&mut self) {
        if self.is_contained() {
            return;
        }
        let purpose = Purpose::Image(For::Created, Image::Memfd);
        self.run(Op::CreateImage(Image::Memfd), How::Inline, purpose);
    }

    pub(super) fn keeps_kernel(&self) -> bool {
        self.end.as_ref().is_some_and(|end| end.request.action.keeps_kernel())
    }

    /// Whether nothing but the copy stands before the last stage.
    fn awaits_image(&self) -> bool {
        matches!(&self.stage, Stage::Ending(Ending { scripts: None, .. }))
    }

    /// Notes a phase that ends now.
    pub(super) fn account_phase(&mut self, name: &str, began: Moment) {
        let now = self.now;
        if let Some(end) = &mut self.end {
            end.account.phase(name, began.since_ms(end.requested), now.since_ms(began));
        }
    }

    /// memfd, then a file under /run, then in place: each is tried when the one before failed.
    pub(super) fn image_finished(&mut self, purpose: For, image: Image, outcome: &Outcome) {
        match (purpose, outcome.error()) {
            (For::Created, None) => {
                let how = How::Helper { deadline_ms: self.within_total(IMAGE_MS) };
                self.run(Op::FillImage(image), how, Purpose::Image(For::Filled, image));
            }
            (For::Filled, None) if self.awaits_image() => self.become_last_stage(image),
            (For::Filled | For::Executed, None) => self.ready_image = Some(image),
            // A copy ahead of time that fails is made again, and complained about, when it is needed.
            (_, Some(_)) if !self.awaits_image() => {}
            (_, error) => {
                let reason = error.unwrap_or(Errno::EIO);
                self.image_failed(image, reason);
            }
        }
    }

    fn become_last_stage(&mut self, image: Image) {
        let Some(end) = &self.end else { return };
        let handover = Handover {
            request: end.request.clone(),
            requested: end.requested,
            settings: self.settings,
            consoles: self.consoles.clone(),
            account: end.account.clone(),
        };
        let mut arguments = vec![b"init".to_vec()];
        arguments.extend(handover.render_arguments());
        let environment = self.birth.environment.clone();
        let program = Program::Prepared(image);
        let op =
            Op::Become { program, arguments, environment, terminal: None, takes_terminal: false };
        self.run(op, How::Inline, Purpose::Image(For::Executed, image));
    }

    fn image_failed(&mut self, image: Image, errno: Errno) {
        match image {
            Image::Memfd => {
                self.say(
                    Severity::Warning,
                    format!("can't run from a memfd: {errno}; trying a copy under /run"),
                );
                self.run(
                    Op::CreateImage(Image::RunFile),
                    How::Inline,
                    Purpose::Image(For::Created, Image::RunFile),
                );
            }
            Image::RunFile => {
                let text = format!("can't run from a copy under /run: {errno}; going on in place");
                self.say(Severity::Warning, text);
                self.enter_last_stage_in_place();
            }
        }
    }

    fn enter_last_stage_in_place(&mut self) {
        self.run_and_forget(Op::DropImage, How::Inline);
        self.stage = Stage::Last(super::last::Last::default());
        self.boot_sequence = None;
        self.keys_sequence = None;
        self.begin_last_stage();
    }
}

/// Lock-free in the kernel (fs/proc/meminfo.c), so that PID 1 may read it itself.
pub(super) fn read_meminfo() -> Op {
    Op::ReadFile { path: "/proc/meminfo", most_bytes: 16 * 1024 }
}
