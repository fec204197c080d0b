//! What the last stage is handed.

use crate::ending::mutation::Mutation;
use rekindle_core::handover::Handover;
use rekindle_core::inittab::Dialect;

pub(in crate::ending) fn mutate_handover(
    mutation: Option<Mutation>,
    handed_over: Option<Vec<u8>>,
) -> Option<Vec<u8>> {
    if mutation != Some(Mutation::ForgetsDialect) {
        return handed_over;
    }
    let mut handover = Handover::parse(&handed_over?);
    handover.dialect = match handover.dialect {
        Dialect::BusyBox => Dialect::Sysvinit,
        Dialect::Sysvinit => Dialect::BusyBox,
    };
    Some(handover.render())
}
