//! What PID 1 was started with.

use crate::child::value_of;
use crate::text::word;
use alloc::vec::Vec;

/// What PID 1 was started with.
#[derive(Clone, Debug, Default)]
pub struct StartArguments {
    /// Its arguments after the program's name.
    pub arguments: Vec<Vec<u8>>,
    /// Its environment.
    pub environment: Vec<Vec<u8>>,
    /// What another PID 1 has handed over in a sealed memfd, if it has.
    pub handed_over: Option<Vec<u8>>,
    /// The names of the descriptors that another version has kept, one for each.
    pub kept: Vec<Vec<u8>>,
}

impl StartArguments {
    /// The first argument, which says what kind of PID 1 this is.
    #[must_use]
    pub fn first(&self) -> &[u8] {
        self.arguments.first().map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether any argument is one of these words.
    #[must_use]
    pub fn has_any(&self, words: &[&[u8]]) -> bool {
        self.arguments.iter().any(|argument| words.contains(&argument.as_slice()))
    }

    /// Whether BusyBox's single user is asked for (BusyBox init/init.c, `init_main`).
    #[must_use]
    pub fn is_single_user(&self) -> bool {
        ["single", "-s", "1", "S"].contains(&word(self.first()))
    }

    /// The console that the environment names, by BusyBox's rule (init/init.c, `console_init`). The
    /// kernel hands both variables over from its command line, as it does every word that it does not
    /// know.
    #[must_use]
    pub fn chosen_console(&self) -> Option<&[u8]> {
        let environment = &self.environment;
        value_of(environment, b"CONSOLE").or_else(|| value_of(environment, b"console"))
    }
}
