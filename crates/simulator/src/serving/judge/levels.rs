//! Runlevels, by inittab(5): "The machine boots through the sysinit entries, then those of boot and
//! bootwait, to the level of the initdefault entry". `#` and `*` are those of the boot.

/// Where the machine is.
#[derive(Clone, Debug)]
pub(super) struct Levels {
    pub(super) now: u8,
    /// RUNLEVEL and PREVLEVEL of children.
    pub(super) shown: u8,
    pub(super) previous: u8,
    /// Where the boot leads, and where single user does.
    pub(super) first: u8,
    pub(super) default: u8,
    pub(super) has_booted: bool,
    /// A change waits for the table.
    pub(super) awaits_table: bool,
    pub(super) grace_ms: Option<u64>,
    /// What telinit and shutdown have set.
    pub(super) variables: Vec<(String, String)>,
}

impl Default for Levels {
    fn default() -> Self {
        Self {
            now: b'#',
            shown: b'S',
            previous: b'N',
            first: b'2',
            default: b'2',
            has_booted: false,
            awaits_table: false,
            grace_ms: None,
            variables: Vec::new(),
        }
    }
}

/// "the highest of its runlevels, 0 and 6 apart, is where the boot leads"; "Where nothing names a
/// level, it is 2."
pub(super) fn default_level(field: Option<&str>) -> u8 {
    let letters = field.unwrap_or_default().bytes().map(|letter| letter.to_ascii_uppercase());
    letters
        .filter(|letter| matches!(letter, b'1'..=b'5' | b'7'..=b'9' | b'S'))
        .max()
        .unwrap_or(b'2')
}

/// What a word of the kernel's line asks for.
pub(super) fn level_of_word(word: &str) -> Option<u8> {
    match word.as_bytes() {
        b"single" | b"-s" | b"S" | b"s" => Some(b'S'),
        [letter @ (b'1'..=b'5' | b'7'..=b'9')] => Some(*letter),
        _ => None,
    }
}
