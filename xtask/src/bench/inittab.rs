//! Inittabs of two sizes: what is done once for each entry should take time as the file grows.

use std::time::Duration;

use rekindle_core::event::{Effect, Event, ExitStatus};
use rekindle_core::inittab::parse_inittab;
use rekindle_core::op::{ConsoleOp, Op, Outcome, ProcessOp, Read, ReadOp};
use rekindle_core::pid1::{Pid1, StartArguments};
use rekindle_core::request::Origin;
use rekindle_core::signal::number;
use rekindle_core::time::Moment;
use rustix::time::{ClockId, clock_gettime};

/// The second is four times the first: four times the time is linear, sixteen times is quadratic.
const ENTRIES: [usize; 2] = [2_500, 10_000];

/// The quickest of so many counts: whatever else the machine does can only make it slower.
const ROUNDS: usize = 7;

type Measure = fn(usize) -> Duration;

const WORK: [(&str, Measure); 5] = [
    ("parse, busybox", parse_busybox),
    ("parse, sysvinit", parse_sysvinit),
    ("start every entry", start_all),
    ("every child ends", end_all),
    ("reload", reload),
];

/// A line for each kind of work.
pub(super) fn render() -> String {
    let mut text =
        format!("{:<30}{:>14}{:>14}\n", "milliseconds for entries", ENTRIES[0], ENTRIES[1]);
    for (name, measure) in WORK {
        let [small, large] = ENTRIES.map(|entries| quickest(measure, entries).as_secs_f64() * 1e3);
        text.push_str(&format!("{name:<30}{small:>14.2}{large:>14.2} ({:.1}x)\n", large / small));
    }
    text
}

fn quickest(measure: Measure, entries: usize) -> Duration {
    (0..ROUNDS).map(|_| measure(entries)).min().unwrap_or_default()
}

fn busybox_table(entries: usize) -> String {
    (0..entries).map(|number| format!("::respawn:/sbin/service --number {number}\n")).collect()
}

/// The ids go through all places before any comes twice: the worst order for a sorted list.
fn sysvinit_table(entries: usize) -> String {
    let line = |number: usize| {
        let id = number * 7_919 % entries;
        format!("{id:04x}:2345:respawn:/sbin/service --number {number}\n")
    };
    String::from("id:2:initdefault:\n") + &(0..entries).map(line).collect::<String>()
}

/// In time of the processor, which others on this machine don't lengthen (clock_gettime(2)).
fn time(work: impl FnOnce()) -> Duration {
    let used = || Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default();
    let began = used();
    work();
    used().saturating_sub(began)
}

fn parse_busybox(entries: usize) -> Duration {
    let table = busybox_table(entries);
    time(|| assert_eq!(parse_inittab(table.as_bytes()).entries.len(), entries))
}

fn parse_sysvinit(entries: usize) -> Duration {
    let table = sysvinit_table(entries);
    time(|| assert_eq!(parse_inittab(table.as_bytes()).entries.len(), entries + 1))
}

fn start_all(entries: usize) -> Duration {
    time(|| drop(Served::boot(entries)))
}

fn end_all(entries: usize) -> Duration {
    let mut served = Served::boot(entries);
    time(|| served.end_all())
}

fn reload(entries: usize) -> Duration {
    let mut served = Served::boot(entries);
    let comm = b"kill".to_vec();
    let origin = Origin { signal: number::HUP, pid: 2, session: 2, comm, ..Origin::default() };
    time(|| served.tell(Event::Signal(origin)))
}

/// PID 1 where everything works.
struct Served {
    pid1: Pid1,
    table: String,
    children: u32,
}

impl Served {
    fn boot(entries: usize) -> Served {
        let pid1 = Pid1::new(StartArguments::default());
        let mut served = Served { pid1, table: busybox_table(entries), children: 0 };
        served.tell(Event::Start);
        assert_eq!(served.children as usize, entries, "not every entry was started");
        served
    }

    /// Tells of an event and of all that comes of it.
    fn tell(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            let effects = self.pid1.step(event, Moment::default());
            for effect in effects {
                if let Effect::Run { id, op, .. } = effect {
                    events.push(Event::Finished { id, outcome: self.carry_out(&op) });
                }
            }
        }
    }

    fn carry_out(&mut self, op: &Op) -> Outcome {
        match op {
            Op::Process(ProcessOp::Spawn(_)) => {
                self.children += 1;
                Outcome::Started(self.children + 1)
            }
            Op::Read(ReadOp::File { path: "/etc/inittab", .. }) => {
                Outcome::Read(Read::whole(self.table.clone().into_bytes()))
            }
            Op::Read(ReadOp::IsMountPoint { .. }) | Op::Console(ConsoleOp::Open { .. }) => {
                Outcome::Answer(true)
            }
            Op::Read(_) => Outcome::Read(Read::whole(Vec::new())),
            _ => Outcome::Done,
        }
    }

    fn end_all(&mut self) {
        for pid in 2..self.children + 2 {
            self.tell(Event::ChildEnded { pid, status: ExitStatus::Exited(0) });
        }
    }
}
