//! Consoles.

use alloc::vec::Vec;

/// Where PID 1's lines and its children's streams go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsoleOp {
    /// Open this console as standard input, output and error; or, without one, /dev/console as those
    /// of them that are closed.
    Open {
        /// As the environment names it.
        path: Option<Vec<u8>>,
    },
    /// Say every later line on these consoles, too.
    SpeakOn {
        /// Paths of terminals.
        consoles: Vec<Vec<u8>>,
    },
    /// Say every later line on standard error, and nowhere else.
    SpeakOnStandardError,
    /// Have the keyboard's own request sent as SIGWINCH (ioctl_console(2), KDSIGACCEPT).
    AcceptKeyboardRequest,
}
