//! The control socket while PID 1 serves and ends: who asks is looked at while he waits, and each request
//! has one answer.

mod client;
mod describe;
mod permission;

pub(crate) use describe::{describe_entries, describe_machine};

use crate::context::Context;
use crate::control::{ControlRequest, Doubt, Rank, presume_rank, render_done, render_refused};
use crate::errno::Errno;
use crate::event::{ControlEvent, Severity};
use crate::op::{ControlOp, Op, OpId, Outcome, ReadOp};
use crate::pending::Pending;
use crate::request::refusal::Why;
use crate::request::{Origin, Refusal, Sender};
use crate::text::drop_those;
use crate::time::{Moment, earlier};
use alloc::format;
use alloc::vec::Vec;
use client::{Client, Clients, Turn};
use permission::check_permission;

/// What a look at a client may take: he waits for it.
const LOOK_MS: u64 = 1_000;

/// How long a client waits for its answer at the most: longer than what asking a new version may take.
const JUDGED_MS: u64 = 30_000;

/// How many looks at clients are under way at a time. Whoever asks meanwhile waits for his turn.
const MOST_LOOKS: usize = 4;

/// What such a look may take: somebody may have mounted what hangs over /run.
const CHECK_MS: u64 = 1_000;

/// How often at the most it is looked whether the socket is still there, and a stranger is told of.
const RETRY_MS: u64 = 1_000;

/// What an outcome tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reply {
    /// Who this client is.
    Looked(u32),
    /// Whether this client has taken a frame.
    Sent(u32),
    /// Whether the path still leads to the socket.
    Checked,
}

/// A request of somebody who may ask for it.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// Who asks; he has a client's number.
    pub(crate) origin: Origin,
    /// The frame, which is a request.
    pub(crate) frame: Vec<u8>,
    /// How many descriptors came with it.
    pub(crate) descriptors: u8,
}

/// The socket and its clients.
#[derive(Clone, Debug, Default)]
pub(crate) struct Control {
    clients: Clients,
    pending: Pending<Reply>,
    listening: Pending<()>,
    is_open: bool,
    /// When it is looked whether the socket is still there, and when that was done last.
    check_at: Option<Moment>,
    checked: Moment,
    has_complained: bool,
    /// The names under which descriptors are kept, one for each descriptor.
    kept: Vec<Vec<u8>>,
    /// Strangers whom nobody has told of, and when the next one is.
    untold_strangers: u32,
    stranger_at: Moment,
}

impl Control {
    /// Listens, unless it does. This and the other marked functions run while nobody asks; the rest of this
    /// folder does not.
    #[inline(always)]
    pub(crate) fn open(&mut self, context: &mut Context) {
        if !self.is_open {
            self.is_open = true;
            self.listen(context);
        }
    }

    /// With the descriptors that another version has kept.
    pub(crate) fn new(kept: Vec<Vec<u8>>) -> Self {
        Self { kept, ..Self::default() }
    }

    /// The names under which descriptors are kept, one for each descriptor.
    pub(crate) fn kept(&self) -> &[Vec<u8>] {
        &self.kept
    }

    #[inline(always)]
    fn listen(&mut self, context: &mut Context) {
        self.listening.run(context, Op::Control(ControlOp::Listen), ());
    }

    /// Nobody is heard any more: the last stage begins in this process.
    pub(crate) fn close(&mut self, context: &mut Context) {
        if self.is_open {
            context.run_and_forget(Op::Control(ControlOp::Close));
        }
        *self = Self::default();
    }

    #[inline(always)]
    pub(crate) fn deadline(&self) -> Option<Moment> {
        earlier(self.check_at, self.clients.deadline())
    }

    /// Takes an event in. Returns what somebody who is known by now asks for.
    #[inline(never)]
    pub(crate) fn take(&mut self, event: ControlEvent, context: &mut Context) -> Option<Order> {
        match event {
            ControlEvent::Connected { client, peer } => {
                let rank = presume_rank(&peer, context.groups());
                let least = self.clients.add(client, peer, rank, context.now);
                least.iter().for_each(|least| drop_client(*least, context));
            }
            ControlEvent::Frame { client, bytes, descriptors } => {
                return self.take_frame(client, bytes, descriptors, context);
            }
            ControlEvent::Closed { client } => self.drop(client, context),
            ControlEvent::MayBeGone => {
                self.check_at = Some(self.checked.after_ms(RETRY_MS).max(context.now));
            }
        }
        None
    }

    fn take_frame(
        &mut self,
        id: u32,
        bytes: Vec<u8>,
        descriptors: u8,
        context: &mut Context,
    ) -> Option<Order> {
        let client = self.clients.get_mut(id)?;
        if !client.takes_turn() {
            self.drop(id, context);
            return None;
        }
        let is_stranger = client.rank == Rank::Stranger && client.judged.is_none();
        let why = match ControlRequest::parse(&bytes) {
            Err(why) => Some(why),
            Ok(_) if is_stranger && context.now < self.stranger_at => {
                self.untold_strangers = self.untold_strangers.saturating_add(1);
                Some(Why::NotAllowed)
            }
            Ok(_) => None,
        };
        if let Some(why) = why {
            let refusal = Refusal::control(&client.origin, why);
            self.refuse(id, &refusal, context);
            return None;
        }
        if is_stranger {
            self.stranger_at = context.now.after_ms(RETRY_MS);
        }
        client.turn = Turn::LookedAt(bytes, descriptors);
        client.deadline = None;
        if client.judged.is_some() {
            return self.judge(id, context);
        }
        self.look(context);
        None
    }

    fn refuse(&mut self, client: u32, refusal: &Refusal, context: &mut Context) {
        let text = format!("{refusal}");
        let frame = render_refused(refusal.why.number(), text.as_bytes());
        self.answer(client, frame, context);
    }

    /// Looks at those who wait for it, as long as there is room. The last place is root's: others may be what
    /// blocks a look.
    fn look(&mut self, context: &mut Context) {
        let waiting = self.clients.ids(&Client::awaits_look);
        for id in waiting {
            let Some(client) = self.clients.get_mut(id) else { continue };
            let looks = self.pending.count(&|reply| matches!(reply, Reply::Looked(_)));
            let spare = usize::from(client.rank < Rank::Root);
            let is_looked_at = self.pending.count(&|one| *one == Reply::Looked(id)) > 0;
            if is_looked_at || looks.saturating_add(spare) >= MOST_LOOKS {
                continue;
            }
            let op = Op::Read(ReadOp::Sender { pid: client.peer.pid });
            self.pending.help(context, op, LOOK_MS, Reply::Looked(id));
        }
    }

    /// Takes an outcome in. `None` if it is not of these.
    #[inline(always)]
    pub(crate) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        context: &mut Context,
    ) -> Option<Option<Order>> {
        if self.listening.complete(id).is_some() {
            match outcome.error() {
                Some(errno) => self.complain(errno, context),
                None => self.has_complained = false,
            }
            context.run_and_forget(Op::ForgetCode);
            return Some(None);
        }
        if self.pending.is_empty() {
            return None;
        }
        self.client_finished(id, outcome, context)
    }

    #[inline(never)]
    fn client_finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        context: &mut Context,
    ) -> Option<Option<Order>> {
        match self.pending.complete(id)? {
            Reply::Looked(client) => {
                let seen = outcome.look().seen().unwrap_or_default();
                if let Some(client) = self.clients.get_mut(client) {
                    client.looked_at(&Sender::decode(seen), context.groups());
                }
                let order = self.judge(client, context);
                self.look(context);
                return Some(order);
            }
            Reply::Sent(client) => {
                if outcome.error().is_some() {
                    self.drop(client, context);
                }
            }
            Reply::Checked => {
                // Where there is no answer, the path leads to what hangs: nothing is made there.
                if *outcome == Outcome::Answer(false) {
                    self.listen(context);
                }
                context.run_and_forget(Op::ForgetCode);
            }
        }
        Some(None)
    }

    /// What makes it possible after all is a mount, of which it is told. A container into which its host's /run
    /// is mounted has no socket, and nothing is wrong.
    #[inline(never)]
    fn complain(&mut self, errno: Errno, context: &mut Context) {
        if errno == Errno::EREMOTE {
            return;
        }
        if !core::mem::replace(&mut self.has_complained, true) {
            let path = crate::control::PATH;
            let text =
                format_args!("can't listen on {path}: {errno}; signals are heard all the same");
            context.say_formatted(Severity::Info, text);
        }
    }

    /// Lets a client ask who is known by now, if he may.
    fn judge(&mut self, id: u32, context: &mut Context) -> Option<Order> {
        let client = self.clients.get_mut(id)?;
        let Turn::LookedAt(frame, descriptors) = core::mem::take(&mut client.turn) else {
            return None;
        };
        client.turn = Turn::Judged;
        client.deadline = Some(context.now.after_ms(JUDGED_MS));
        let origin = client.origin.clone();
        let judged = client.judged.unwrap_or(Err(Doubt::Unseen));
        if judged == Err(Doubt::Unseen) {
            // Whoever asks again is looked at again.
            client.judged = None;
        }
        match check_permission(judged, &frame, descriptors, self.kept.len(), &origin) {
            Ok(()) => return Some(Order { origin, frame, descriptors }),
            Err(refusal) => {
                self.say_refused(&refusal, context);
                self.refuse(id, &refusal, context);
            }
        }
        None
    }

    /// Strangers could fill the console: one a second is told of, and the others are counted.
    fn say_refused(&mut self, refusal: &Refusal, context: &mut Context) {
        let untold = core::mem::take(&mut self.untold_strangers);
        if untold > 0 {
            let text = format_args!("{refusal}; and {untold} more before");
            return context.say_formatted(Severity::Warning, text);
        }
        context.refuse(Severity::Warning, refusal);
    }

    /// Keeps the descriptors that a client has sent.
    pub(crate) fn keep(&mut self, client: u32, name: &[u8], count: u8, context: &mut Context) {
        for _ in 0..count {
            self.kept.push(name.to_vec());
        }
        let op = ControlOp::Keep { client, name: name.to_vec() };
        context.run_and_forget(Op::Control(op));
    }

    /// Closes the descriptors that are kept under a name.
    pub(crate) fn discard(&mut self, name: &[u8], context: &mut Context) -> Result<(), Refusal> {
        let before = self.kept.len();
        drop_those(&mut self.kept, &|one| one == name);
        if self.kept.len() == before {
            return Err(Refusal::descriptors(name, Why::NotKept));
        }
        context.run_and_forget(Op::Control(ControlOp::Discard { name: name.to_vec() }));
        Ok(())
    }

    /// Answers a client, which may ask again after that.
    fn answer(&mut self, id: u32, frame: Vec<u8>, context: &mut Context) {
        let Some(client) = self.clients.get_mut(id) else { return };
        client.rest(context.now);
        self.send(id, frame, context);
    }

    fn send(&mut self, client: u32, frame: Vec<u8>, context: &mut Context) {
        let op = ControlOp::Send { client, frame };
        self.pending.run(context, Op::Control(op), Reply::Sent(client));
    }

    /// From now on this client is told what PID 1 says.
    pub(crate) fn watch(&mut self, id: u32, context: &mut Context) {
        self.answer(id, render_done(), context);
        if let Some(client) = self.clients.get_mut(id) {
            (client.turn, client.deadline) = (Turn::Watching, None);
        }
    }

    fn drop(&mut self, client: u32, context: &mut Context) {
        if self.clients.remove(client) {
            drop_client(client, context);
        }
        if self.clients.is_empty() {
            context.run_and_forget(Op::ForgetCode);
        }
    }

    /// Does what is due.
    #[inline(always)]
    pub(crate) fn advance(&mut self, context: &mut Context) {
        if self.check_at.is_some() || !self.clients.is_empty() || context.has_answers() {
            self.advance_clients(context);
        }
    }

    /// Does what is due: answers, lines for those who watch, and those whose time is over.
    #[inline(never)]
    fn advance_clients(&mut self, context: &mut Context) {
        for (client, answer) in context.take_answers() {
            self.answer(client, answer, context);
        }
        self.tell_watchers(context);
        for client in self.clients.late(context.now) {
            self.drop(client, context);
        }
        if self.check_at.is_some_and(|at| at <= context.now) {
            (self.check_at, self.checked) = (None, context.now);
            self.pending.help(context, Op::Control(ControlOp::Check), CHECK_MS, Reply::Checked);
        }
    }

    fn tell_watchers(&mut self, context: &mut Context) {
        let watching = self.clients.ids(&Client::is_watching);
        if watching.is_empty() {
            return;
        }
        for answer in context.said() {
            for client in &watching {
                self.send(*client, answer.clone(), context);
            }
        }
    }
}

fn drop_client(client: u32, context: &mut Context) {
    context.run_and_forget(Op::Control(ControlOp::Drop { client }));
}
