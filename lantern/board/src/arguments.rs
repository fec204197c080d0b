//! The kernel's command line: words of its own, then `--` and the user program's argument vector.

use restart_ladder::{ArgumentGrammar, Profile, RebootArgument, RebootMode, Rung};

/// What the command line asks for.
pub struct Arguments {
    /// `ladder=`: whose order, counts and delays.
    pub profile: Profile,
    /// `rung=`: this one alone.
    pub only: Option<Rung>,
    /// Every `reboot=` as Linux reads it, one after the other, and `mode=`.
    pub reboot: RebootArgument,
    /// `boots=`: the boot at which to end QEMU instead; 0: never.
    pub boots: u8,
    /// What the user program is called with.
    pub program: &'static str,
}

impl Arguments {
    /// Unknown words are passed over: a boot loader may have added its own.
    #[must_use]
    pub fn parse(line: &'static str, processors: u32) -> Self {
        let (own, program) = line.split_once(" -- ").unwrap_or((line, "reboot -f"));
        let mut arguments = Self {
            profile: Profile::Best,
            only: None,
            reboot: RebootArgument::default(),
            boots: 0,
            program,
        };
        for (name, value) in own.split_whitespace().filter_map(|word| word.split_once('=')) {
            match name {
                "ladder" => {
                    arguments.profile = Profile::from_name(value).unwrap_or(arguments.profile)
                }
                "rung" => arguments.only = Rung::from_name(value),
                "reboot" => arguments.reboot.add(value, ArgumentGrammar::Today, processors),
                "mode" => arguments.reboot.mode = RebootMode::from_name(value),
                "boots" => arguments.boots = value.parse().unwrap_or(0),
                _ => {}
            }
        }
        arguments
    }
}
