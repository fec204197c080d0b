//! What one version of PID 1 tells the next (`telinit u`): configuration, runlevels, and each entry with its
//! process.

use super::serve::{Children, Levels, State, Supervised};
use crate::configuration::Configuration;
use crate::context::Context;
use crate::host::Host;
use crate::inittab::{Dialect, parse_inittab_as};
use crate::pairs::Pairs;
use crate::settings::Settings;
use crate::text::{cut, parse_u32, parts, word, words};
use crate::time::Moment;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// What was handed over, but for the entries.
#[derive(Clone, Debug)]
pub(crate) struct TakenOver {
    pub(crate) settings: Settings,
    pub(crate) configuration: Box<Configuration>,
    pub(crate) host: Host,
    pub(crate) is_respawn_paused: bool,
    pub(crate) consoles: Vec<Vec<u8>>,
    pub(crate) children: Children,
}

/// The mark of an entry without a process, and of one that has had its turn. Else it is the process,
/// which is none of these.
const IDLE: u32 = 0;
const DONE: u32 = 1;

/// Tells all of it. It stands apart in the program: what runs just before another program takes over need not be
/// resident (crates/init/discard.ld).
#[inline(never)]
pub(crate) fn render_state(
    children: &Children,
    consoles: &[Vec<u8>],
    is_respawn_paused: bool,
    context: &Context,
) -> Vec<u8> {
    let mut pairs = Pairs::default();
    context.settings.render(&mut pairs);
    context.configuration.render(&mut pairs);
    pairs.put("respawn_paused", if is_respawn_paused { b"1" } else { b"0" });
    pairs.put("host", context.host.name().as_bytes());
    pairs.put_each("console", consoles);
    if let Some(levels) = children.levels() {
        let (letters, variables) = levels.render();
        pairs.put("levels", &letters);
        pairs.put_each("variable", variables);
    }
    for one in order_of(children).into_iter().filter_map(|id| children.entries().get(id)) {
        render_entry(one, &mut pairs);
    }
    pairs.into_bytes()
}

fn order_of(children: &Children) -> Vec<u32> {
    match children.levels() {
        Some(levels) => levels.order().to_vec(),
        None => children.entries().ids(&|one| !one.is_removed()),
    }
}

fn render_entry(one: &Supervised, pairs: &mut Pairs) {
    let entry = one.entry();
    let idle = if one.state() == State::Done { DONE } else { IDLE };
    let mark = one.pid().unwrap_or(idle);
    let demand = if one.is_on_demand() { "+" } else { "" };
    pairs.put_shown("state", &format_args!("{mark} {} {demand}", entry.line));
    if one.is_held() {
        pairs.put_flag("held", true);
    }
    pairs.put("entry", &entry.render());
}

/// Reads all of it back. The entries' children get `environment`. What is not known is passed over.
pub(crate) fn parse_state(bytes: &[u8], environment: Vec<Vec<u8>>) -> TakenOver {
    let mut taken = TakenOver {
        settings: Settings::default(),
        configuration: Box::default(),
        host: Host::default(),
        is_respawn_paused: false,
        consoles: Vec::new(),
        children: Children::new(environment, None),
    };
    let (mut state, mut is_held) = (None, false);
    for pair in parts(bytes, 0) {
        let Some((key, value)) = cut(pair, b'=') else { continue };
        match word(key) {
            "respawn_paused" => taken.is_respawn_paused = value == b"1",
            "host" => taken.host = Host::parse_name(value).unwrap_or_default(),
            "console" => taken.consoles.push(value.to_vec()),
            "state" => state = parse_entry_state(value),
            "held" => is_held = true,
            "entry" => {
                let told = state.take().unwrap_or_default();
                let is_held = core::mem::take(&mut is_held);
                take_entry(&mut taken.children, value, told, is_held);
            }
            "levels" => taken.children.set_levels(Levels::parse(value)),
            "variable" => {
                if let Some(levels) = taken.children.levels_mut() {
                    levels.set_variables(Vec::from([value.to_vec()]));
                }
            }
            _ => taken.configuration.take_pair(&mut taken.settings, key, value),
        }
    }
    taken
}

/// What is told of an entry besides its line.
#[derive(Clone, Copy, Debug, Default)]
struct EntryState {
    mark: u32,
    line: u32,
    is_on_demand: bool,
}

fn parse_entry_state(value: &[u8]) -> Option<EntryState> {
    let mut words = words(value);
    let (mark, line) = (parse_u32(words.next()?)?, parse_u32(words.next()?)?);
    Some(EntryState { mark, line, is_on_demand: words.next().is_some() })
}

fn take_entry(children: &mut Children, text: &[u8], told: EntryState, is_held: bool) {
    let dialect = children.dialect();
    let Some(mut entry) = parse_inittab_as(text, dialect).entries.pop() else { return };
    entry.line = usize::try_from(told.line).unwrap_or(0);
    // It has lived for a while; how long is not worth handing over.
    let since = Moment::default();
    let state = match told.mark {
        IDLE => State::Idle,
        DONE => State::Done,
        pid => State::Running { pid, since },
    };
    let id = children.entries_mut().add(entry, State::Idle);
    if let Some(one) = children.entries_mut().get_mut(id) {
        if told.is_on_demand {
            one.ask_on_demand();
        }
        if is_held {
            one.hold();
        }
        one.set_state(state);
    }
    if dialect == Dialect::Sysvinit
        && let Some(levels) = children.levels_mut()
    {
        levels.append_to_order(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inittab::Runlevel;

    fn states(children: &Children) -> Vec<(usize, Vec<u8>, State, [bool; 2])> {
        let all = children.entries().iter();
        all.map(|one| {
            let marks = [one.is_on_demand(), one.is_held()];
            (one.entry().line, one.entry().command.clone(), one.state(), marks)
        })
        .collect()
    }

    #[test]
    fn what_one_version_tells_the_next_one_knows() {
        let since = Moment::default();
        for (table, levels) in [
            ("::sysinit:/rcS\ntty1::respawn:-/bin/sh a:b\n::shutdown:/bye\n", None),
            ("si::sysinit:/rcS\n1:23:respawn:/getty 'a#b'\nd:a:ondemand:/x\n", Some("2SN3N")),
        ] {
            let levels = levels.and_then(|levels| Levels::parse(levels.as_bytes()));
            let mut children = Children::new(Vec::new(), levels);
            let dialect = children.dialect();
            let entries = parse_inittab_as(table.as_bytes(), dialect).entries;
            let marks = [State::Done, State::Running { pid: 77, since }, State::Idle];
            for (entry, state) in entries.into_iter().zip(marks) {
                let id = children.entries_mut().add(entry, state);
                children.levels_mut().into_iter().for_each(|levels| levels.append_to_order(id));
            }
            let demanded = children.entries_mut().get_mut(2).unwrap();
            demanded.ask_on_demand();
            children.entries_mut().get_mut(1).unwrap().hold();
            let pairs = Vec::from([b"INIT_HALT=HALT".to_vec()]);
            children
                .levels_mut()
                .into_iter()
                .for_each(|levels| levels.set_variables(pairs.clone()));
            let mut context = Context::of_last_stage(Settings::default(), Host::Container, &[]);
            context.settings.grace_ms = 9;
            let consoles = Vec::from([b"/dev/ttyS1".to_vec()]);
            let bytes = render_state(&children, &consoles, true, &context);
            let taken = parse_state(&bytes, Vec::new());
            assert_eq!(states(&taken.children), states(&children));
            assert_eq!((taken.settings, taken.host), (context.settings, Host::Container));
            assert_eq!((taken.is_respawn_paused, taken.consoles), (true, consoles));
            assert_eq!(taken.children.dialect(), dialect);
            let told = |children: &Children| {
                let levels = children.levels()?;
                let (letters, variables) = levels.render();
                Some((letters, variables.to_vec(), levels.order().to_vec(), levels.halts()))
            };
            assert_eq!(told(&taken.children), told(&children));
        }
    }

    #[test]
    fn what_is_not_understood_is_passed_over() {
        let taken =
            parse_state(b"x\0levels=2\0future=1\0entry=\0state=a\0entry=::once:/x\0", Vec::new());
        assert_eq!((taken.host, taken.children.levels().is_none()), (Host::Unknown, true));
        assert_eq!(states(&taken.children).len(), 1);
        assert_eq!(Levels::parse(b"2SN3").map(|levels| levels.now()), Runlevel::parse(b'2'));
    }
}
