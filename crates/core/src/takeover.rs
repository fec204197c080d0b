//! The words by which one PID 1 speaks to the next: as its first argument, or as a question beside it.

/// PID 1 is its own last stage, and finds in its arguments what was handed over.
pub const LAST_STAGE: &[u8] = b"--last-stage";

/// A new version takes over from the one that ran (`telinit u`).
pub const TAKEOVER: &[u8] = b"--takeover";

/// Called with this argument beside PID 1, a program that can take over ends with
/// [`CAN_TAKE_OVER_STATUS`].
pub const CAN_TAKE_OVER: &[u8] = b"--can-take-over";

/// A status that no other init has: sysvinit's and BusyBox's end with 1.
pub const CAN_TAKE_OVER_STATUS: u8 = 97;

/// PID 1 goes on after an internal error: it starts nothing, but reaps and answers as ever.
pub const AFTER_PANIC: &core::ffi::CStr = c"--after-panic";
