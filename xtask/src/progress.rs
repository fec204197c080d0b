//! What is being done right now, for the person who waits.

/// One step, on its own line.
pub(crate) fn step(what: &str) {
    eprintln!("==> {what}");
}

/// A detail of the present step.
pub(crate) fn detail(what: &str) {
    eprintln!("    {what}");
}
