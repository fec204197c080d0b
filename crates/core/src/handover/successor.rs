//! The program that PID 1 becomes when the kernel goes on.

use crate::child::Terminal;
use crate::pairs::Pairs;
use crate::text::word;
use alloc::vec::Vec;

/// The program that PID 1 becomes when the kernel goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Successor {
    /// The paths to try, in order.
    pub programs: Vec<Vec<u8>>,
    /// argv.
    pub arguments: Vec<Vec<u8>>,
    /// envp, each `NAME=value`.
    pub environment: Vec<Vec<u8>>,
    /// Its standard input, output and error.
    pub terminal: Terminal,
    /// Take standard input as the controlling terminal.
    pub takes_terminal: bool,
}

impl Default for Successor {
    fn default() -> Self {
        Self {
            programs: Vec::new(),
            arguments: Vec::new(),
            environment: Vec::new(),
            terminal: Terminal::Inherited,
            takes_terminal: false,
        }
    }
}

impl Successor {
    /// It as pairs, without its environment.
    pub(super) fn render_brief(&self, pairs: &mut Pairs) {
        let word = match &self.terminal {
            Terminal::Inherited => "inherited",
            Terminal::Console => "console",
            Terminal::TakenConsole => "taken-console",
            Terminal::Device(_) => "device",
        };
        pairs.put("successor_terminal", word.as_bytes());
        if let Terminal::Device(path) = &self.terminal {
            pairs.put("successor_device", path);
        }
        if self.takes_terminal {
            pairs.put("successor_takes_terminal", b"1");
        }
        pairs.put_each("successor_program", &self.programs);
        pairs.put_each("successor_argument", &self.arguments);
    }

    /// Its environment, which nobody else is to read.
    pub(super) fn render_environment(&self, pairs: &mut Pairs) {
        pairs.put_each("successor_environment", &self.environment);
    }

    /// Takes one pair in, its key without the prefix.
    pub(super) fn set(&mut self, key: &[u8], value: &[u8]) {
        let list = match word(key) {
            "program" => &mut self.programs,
            "argument" => &mut self.arguments,
            "environment" => &mut self.environment,
            _ => return self.set_terminal(key, value),
        };
        list.push(value.to_vec());
    }

    fn set_terminal(&mut self, key: &[u8], value: &[u8]) {
        self.terminal = match (word(key), word(value)) {
            ("terminal", "console") => Terminal::Console,
            ("terminal", "taken-console") => Terminal::TakenConsole,
            ("device", _) => Terminal::Device(value.to_vec()),
            ("takes_terminal", value) => {
                self.takes_terminal = value == "1";
                return;
            }
            _ => return,
        };
    }
}
