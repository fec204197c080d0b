//! What happens to a machine, and when.

use super::happening::{Asked, Happening, What, When};
use crate::chance::Chance;
use rekindle_core::errno::Errno;
use rekindle_core::inittab::Dialect;
use rekindle_core::signal::number;

/// Signals that change something short of an end, the usual ones more often.
const SERVING: [u8; 12] = [
    number::HUP,
    number::HUP,
    number::HUP,
    number::TSTP,
    number::CONT,
    number::CONT,
    number::INT,
    number::INT,
    number::TAKE_OVER,
    number::TAKE_OVER,
    number::CHLD,
    number::WINCH,
];

/// Signals that mean an end, in BusyBox's dialect or in both.
const ENDING: [u8; 13] = [
    number::TERM,
    number::USR1,
    number::USR2,
    number::PWR,
    number::ALRM,
    number::QUIT,
    37,
    38,
    39,
    40,
    41,
    49,
    51,
];

const WINDOWS_MS: [u64; 4] = [50, 1_500, 4_000, 12_000];

/// Makes what happens.
pub(super) fn make_happenings(
    dialect: Dialect,
    tables: usize,
    lasts_ms: u64,
    chance: &mut Chance,
) -> Vec<Happening> {
    let mut happenings = Vec::new();
    for _ in 0..chance.below(14) {
        let when = if chance.percent(60) {
            When::At(chance.below(lasts_ms))
        } else {
            When::AfterOp(chance.below(120) as u32)
        };
        let what = make_what(dialect, tables, chance);
        happenings.push(Happening { when, what });
        follow(when, what, chance, &mut happenings);
    }
    happenings
}

/// Some come together: a new table with its HUP, keys that are pressed again and again, a request that
/// is repeated.
fn follow(when: When, what: What, chance: &mut Chance, happenings: &mut Vec<Happening>) {
    let mut add = |what| happenings.push(Happening { when, what });
    match what {
        What::Table(_) if chance.percent(90) => add(What::Signal { signal: number::HUP, pid: 0 }),
        What::Signal { signal: number::INT, pid: 0 } if chance.percent(20) => {
            (0..7).for_each(|_| add(what));
        }
        What::Request(_) if chance.percent(15) => {
            (0..chance.below(14)).for_each(|_| add(what));
        }
        _ => {}
    }
    if let (What::Signal { .. } | What::Request(_), When::At(ms)) = (what, when)
        && chance.percent(15)
    {
        let when = When::At(ms + chance.pick(&[1, 30, 999, 1_001, 3_000]));
        happenings.push(Happening { when, what });
    }
}

fn make_what(dialect: Dialect, tables: usize, chance: &mut Chance) -> What {
    let window = chance.pick(&WINDOWS_MS);
    let errno = chance.pick(&[Errno::EAGAIN, Errno::ENOMEM]);
    let pid = chance.pick(&[0, 0, 40_000, 40_001]);
    match chance.below(100) {
        0..14 => What::Table(chance.below(tables as u64) as usize),
        14..36 => What::Signal { signal: chance.pick(&SERVING), pid },
        36..40 => What::Signal { signal: chance.pick(&ENDING), pid },
        40..66 if dialect == Dialect::Sysvinit => make_request(chance),
        40..46 => What::NoTerminal(window),
        46..56 => {
            What::Signal { signal: chance.pick(&[number::HUP, number::TSTP, number::CONT]), pid: 0 }
        }
        56..66 => What::Signal { signal: number::INT, pid },
        66..72 => What::NoProcess(errno, window),
        72..76 => What::NoHelper(errno, window),
        76..79 => What::HelpersHang(window),
        79..82 => What::SuccessorFails(chance.percent(70)),
        82..83 => What::CopyFails,
        83..84 => What::Loaded(chance.percent(70)),
        84..87 => What::OrphanEnds,
        87..93 => What::Kill(chance.below(6) as usize),
        93..96 => What::Stall(chance.pick(&[20, 900, 6_000, 70_000])),
        96..97 => What::Panic,
        _ => What::Power(chance.pick(b"FLO?")),
    }
}

fn make_request(chance: &mut Chance) -> What {
    let asked = match chance.below(20) {
        0..10 => Asked::Level(chance.pick(b"2233451S1s"), chance.pick(&[0, 0, 0, 2, 90])),
        10 => Asked::Level(chance.pick(b"06"), 0),
        11..14 => Asked::Level(chance.pick(b"abAC"), 0),
        14 => Asked::Level(chance.pick(b"QqUu"), 0),
        15 => Asked::Level(chance.pick(b"xD*#N\0"), 0),
        16 | 17 => Asked::Power(chance.pick(&[2, 3, 4])),
        18 => Asked::Halt(chance.percent(60)),
        _ => Asked::Unknown,
    };
    match chance.below(12) {
        0 => What::HalfRequest(asked, 1 + chance.below(383) as usize),
        1 => What::Garbage(1 + chance.below(500) as usize),
        2 => What::ReadsPieces(chance.pick(&[1, 7, 100, 383, 385, 4_096])),
        _ => What::Request(asked),
    }
}
