//! What is asked.

use crate::chance::Chance;
use crate::ending::plan::{RequestPlan, When};
use rekindle_core::op::RebootCommand;
use rekindle_core::signal::number;

/// The signals of BusyBox's dialect that end a machine, and what each asks for.
pub(in crate::ending) const ENDS: [(u8, RebootCommand); 4] = [
    (number::TERM, RebootCommand::Restart),
    (number::USR1, RebootCommand::Halt),
    (number::USR2, RebootCommand::PowerOff),
    (number::ALRM, RebootCommand::Kexec),
];

/// Requests that may follow the first: ends, more urgent ones, the keys, and what means nothing by then.
const LATER: [u8; 8] =
    [number::TERM, number::USR1, number::USR2, number::INT, 49, 48, number::HUP, number::QUIT];

/// Requests after the first.
pub(in crate::ending) fn later_requests(
    chance: &mut Chance,
    requested_ms: u64,
) -> Vec<RequestPlan> {
    let mut requests = Vec::new();
    while chance.percent(35) {
        let when = match chance.below(10) {
            0 => When::AtBecome,
            1..=4 => When::AfterOp(10 + chance.below(120) as u32),
            _ => When::AtMs(requested_ms + chance.below(20_000)),
        };
        requests.push(RequestPlan { when, signal: chance.pick(&LATER) });
    }
    requests
}
