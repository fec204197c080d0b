//! What PID 1 hands to its last stage: all that counts there, and the one door through which it begins.

mod successor;
#[cfg(test)]
mod tests;

pub use successor::Successor;

use crate::account::Account;
use crate::host::Host;
use crate::inittab::Dialect;
use crate::pairs::Pairs;
use crate::request::{Action, Origin, Request, Urgency};
use crate::settings::Settings;
use crate::spared::Spared;
use crate::text::{Parts, after, cut, lines, parse_u32, parse_u64, parts, word};
use crate::time::Moment;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// An end under way, with all that counts for how it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// What was asked.
    pub request: Request,
    /// When.
    pub requested: Moment,
    /// Since when it is as urgent as it is.
    pub urgent_since: Moment,
    /// The time limits.
    pub settings: Settings,
    /// What signals mean.
    pub dialect: Dialect,
    /// What PID 1 runs on.
    pub host: Host,
    /// The consoles besides /dev/console.
    pub consoles: Vec<Vec<u8>>,
    /// Who serves the root's storage, as it was learned while serving.
    pub spared: Spared,
    /// PID 1's helpers that are at work or hang.
    pub helpers: Vec<u32>,
    /// Whether the file systems are unmounted and made read-only: not if the kernel goes on and its
    /// next init finds them as they are.
    pub tears_down_storage: bool,
    /// The program that PID 1 becomes in the end, if the kernel goes on.
    pub successor: Option<Successor>,
    /// The account so far.
    pub account: Account,
}

impl Default for Handover {
    /// What is known before any of it was read: a reboot of a machine, because an end under way is
    /// finished in any case.
    fn default() -> Self {
        let (action, urgency, origin) = (Action::Reboot, Urgency::Orderly, Origin::default());
        Self {
            request: Request { action, urgency, origin },
            requested: Moment::default(),
            urgent_since: Moment::default(),
            settings: Settings::default(),
            dialect: Dialect::BusyBox,
            host: Host::Unknown,
            consoles: Vec::new(),
            spared: Spared::Unknown,
            helpers: Vec::new(),
            tears_down_storage: true,
            successor: None,
            account: Account::default(),
        }
    }
}

impl Handover {
    /// All of it, for a sealed memfd.
    #[must_use]
    pub fn render(&self) -> Vec<u8> {
        let mut pairs = self.render_pairs();
        if let Some(successor) = &self.successor {
            successor.render_environment(&mut pairs);
        }
        for line in lines(self.account.render().as_bytes()) {
            pairs.put("account", line);
        }
        pairs.into_bytes()
    }

    /// What may stand in arguments, which everybody can read: neither the account nor an environment.
    #[must_use]
    pub fn render_arguments(&self) -> Vec<Vec<u8>> {
        self.render_pairs().into_arguments()
    }

    #[inline(never)]
    fn render_pairs(&self) -> Pairs {
        let mut pairs = Pairs::default();
        self.render_request(&mut pairs);
        pairs.put("dialect", self.dialect.name().as_bytes());
        pairs.put("host", self.host.name().as_bytes());
        pairs.put("tears_down_storage", if self.tears_down_storage { b"1" } else { b"0" });
        self.settings.render(&mut pairs);
        pairs.put_each("console", &self.consoles);
        for pid in &self.helpers {
            pairs.put_shown("helper", pid);
        }
        render_spared(&self.spared, &mut pairs);
        if let Some(successor) = &self.successor {
            successor.render_brief(&mut pairs);
        }
        pairs
    }

    fn render_request(&self, pairs: &mut Pairs) {
        let Request { action, urgency, origin } = &self.request;
        pairs.put_shown("action", action);
        pairs.put("urgency", urgency.name().as_bytes());
        pairs.put_shown("by_signal", &origin.signal);
        pairs.put_shown("by_pid", &origin.pid);
        pairs.put_shown("by_uid", &origin.uid);
        pairs.put_shown("by_session", &origin.session);
        pairs.put("by_comm", &origin.comm);
        pairs.put_shown("by_terminal", &origin.terminal);
        origin.login_uid.iter().for_each(|uid| pairs.put_shown("by_login_uid", uid));
        pairs.put_shown("requested_ms", &self.requested.0);
        pairs.put_shown("urgent_since_ms", &self.urgent_since.0);
    }

    /// Reads what [`Handover::render`] made. What can't be read is passed over.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let mut handover = Self::parse_pairs(parts(bytes, 0));
        let lines = parts(bytes, 0).filter_map(|pair| after(pair, b"account="));
        handover.account = Account::from_lines(lines);
        handover
    }

    /// Reads what [`Handover::render_arguments`] made.
    #[must_use]
    pub fn parse_arguments(arguments: &[Vec<u8>]) -> Self {
        Self::parse_pairs(arguments.iter().map(Vec::as_slice))
    }

    fn parse_pairs<'a>(pairs: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut handover = Self::default();
        pairs.for_each(|pair| handover.take_pair(pair));
        handover
    }

    #[inline(never)]
    fn take_pair(&mut self, pair: &[u8]) {
        let Some((key, value)) = cut(pair, b'=') else { return };
        match (after(key, b"successor_"), after(key, b"by_")) {
            (Some(key), _) => self.successor.get_or_insert_default().set(key, value),
            (None, Some(key)) => set_origin(&mut self.request.origin, key, value),
            (None, None) => self.set(key, value),
        }
    }

    fn set(&mut self, key: &[u8], value: &[u8]) {
        let request = &mut self.request;
        match word(key) {
            "action" => request.action = Action::parse_name(value).unwrap_or(request.action),
            "urgency" => request.urgency = Urgency::parse_name(value).unwrap_or(request.urgency),
            "requested_ms" => self.requested = Moment(parse_u64(value).unwrap_or(0)),
            "urgent_since_ms" => self.urgent_since = Moment(parse_u64(value).unwrap_or(0)),
            "dialect" => self.dialect = Dialect::parse_name(value).unwrap_or(self.dialect),
            "host" => self.host = Host::parse_name(value).unwrap_or(self.host),
            "tears_down_storage" => self.tears_down_storage = value != b"0",
            "console" => self.consoles.push(value.to_vec()),
            "helper" => self.helpers.extend(parse_u32(value)),
            "spared" => self.spared = parse_spared(value),
            _ => drop(self.settings.set(key, value)),
        }
    }
}

/// `spared=known,PID,…`, or `partial` in the place of `known`, or nothing.
fn render_spared(spared: &Spared, pairs: &mut Pairs) {
    let word = match spared {
        Spared::Known(_) => "known",
        Spared::Partial(_) => "partial",
        Spared::Unknown => return,
    };
    let mut value = String::from(word);
    for pid in spared.pids() {
        value.push_str(&format!(",{pid}"));
    }
    pairs.put("spared", value.as_bytes());
}

fn parse_spared(value: &[u8]) -> Spared {
    let mut words = parts(value, b',');
    let first = word(words.next().unwrap_or_default());
    match (first, parse_pids(words)) {
        ("known", Some(pids)) => Spared::Known(pids),
        ("known" | "partial", pids) => Spared::Partial(pids.unwrap_or_default()),
        _ => Spared::Unknown,
    }
}

fn parse_pids(words: Parts<'_>) -> Option<Vec<u32>> {
    let mut pids = Vec::new();
    for word in words {
        pids.push(parse_u32(word)?);
    }
    Some(pids)
}

fn set_origin(origin: &mut Origin, key: &[u8], value: &[u8]) {
    let number = parse_u32(value);
    match word(key) {
        "signal" => origin.signal = number.and_then(|signal| signal.try_into().ok()).unwrap_or(0),
        "pid" => origin.pid = number.unwrap_or(0),
        "uid" => origin.uid = number.unwrap_or(0),
        "session" => origin.session = number.unwrap_or(0),
        "terminal" => origin.terminal = number.unwrap_or(0),
        "login_uid" => origin.login_uid = number,
        "comm" => origin.comm = value.to_vec(),
        _ => {}
    }
}
