//! The marks of sysvinit's process field.

/// What a process field begins with besides the command itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessField<'a> {
    /// Not `+`: its start and end are recorded in utmp and wtmp.
    pub is_recorded: bool,
    /// `@`: executed without a shell, whatever characters it has.
    pub is_direct: bool,
    /// The command.
    pub command: &'a [u8],
}

impl<'a> ProcessField<'a> {
    /// Takes the marks off a process field.
    #[must_use]
    pub fn parse(field: &'a [u8]) -> Self {
        let mut process = Self { is_recorded: true, is_direct: false, command: field };
        loop {
            match process.command.split_first() {
                Some((b'+', rest)) => (process.is_recorded, process.command) = (false, rest),
                Some((b'@', rest)) => (process.is_direct, process.command) = (true, rest),
                _ => return process,
            }
        }
    }
}
