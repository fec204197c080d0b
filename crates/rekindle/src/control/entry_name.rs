//! Which entry is meant by a name or a line.

use rekindle_core::control::EntryState;
use rekindle_core::request::Refusal;
use rekindle_core::request::refusal::{Why, Words};
use rekindle_core::text::{base_name, parts, words};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// How somebody names an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EntryName {
    /// By its id, else by its program.
    Name(OsString),
    /// By its line in inittab.
    Line(u32),
}

/// The marks before a program: a login shell in BusyBox's dialect, no record and no shell in sysvinit's
/// (inittab(5)).
const MARKS: &[u8] = b"-+@";

/// The number of the one entry that is meant. What inittab no longer has can't be.
pub(super) fn find_entry(entries: &[EntryState], name: &EntryName) -> Result<u32, Refusal> {
    let present: Vec<&EntryState> = entries.iter().filter(|entry| !entry.is_removed).collect();
    match name {
        EntryName::Line(line) => {
            let meant = pick(&present, &|entry| entry.line == *line);
            the_only(&meant, format!("line {line}").as_bytes())
        }
        EntryName::Name(name) => {
            let name = name.as_bytes();
            let mut meant = pick(&present, &|entry| has_id(entry, name));
            if meant.is_empty() {
                meant = pick(&present, &|entry| runs(entry, name));
            }
            the_only(&meant, name)
        }
    }
}

fn pick<'a>(
    entries: &[&'a EntryState],
    is_meant: &dyn Fn(&EntryState) -> bool,
) -> Vec<&'a EntryState> {
    entries.iter().copied().filter(|entry| is_meant(entry)).collect()
}

fn the_only(meant: &[&EntryState], name: &[u8]) -> Result<u32, Refusal> {
    match meant {
        [] => Err(Refusal::entry(name, Why::NoSuchEntry)),
        [entry] => Ok(entry.number),
        several => {
            let lines: Vec<String> = several.iter().map(|entry| entry.line.to_string()).collect();
            Err(Refusal::entry(name, Why::ManyEntries(Words::new(&lines.join(", ")))))
        }
    }
}

/// Most ids of BusyBox's dialect are empty, and name nothing.
fn has_id(entry: &EntryState, name: &[u8]) -> bool {
    !name.is_empty() && parts(&entry.text, b':').next() == Some(name)
}

/// Whether it runs the program of this path, or of this name in whatever folder.
fn runs(entry: &EntryState, name: &[u8]) -> bool {
    let program = program_of(entry);
    !name.is_empty() && (program == name || base_name(program) == name)
}

/// The first word of its process, which is the last field of `id:runlevels:action:process`.
fn program_of(entry: &EntryState) -> &[u8] {
    let mut fields = parts(&entry.text, b':');
    let _ = fields.nth(2);
    let mut process = fields.rest().unwrap_or_default();
    while let Some((mark, rest)) = process.split_first()
        && MARKS.contains(mark)
    {
        process = rest;
    }
    words(process).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: [&str; 8] = [
        "::sysinit:/etc/rc",
        "tty1::respawn:-/bin/sh",
        "tty2::respawn:-/bin/sh",
        "::respawn:/usr/sbin/sshd -D",
        "2:23:respawn:+@/sbin/getty 38400 tty2",
        "sshd::once:/bin/true",
        "x::respawn:/bin/gone",
        "::respawn:ntpd -n",
    ];

    /// Each on the line that has its place, from 1, with ten times that as its number.
    fn entries() -> Vec<EntryState> {
        let entry = |(text, line): (&&str, u32)| EntryState {
            number: line * 10,
            line,
            is_removed: text.ends_with("gone"),
            text: text.as_bytes().to_vec(),
            ..EntryState::default()
        };
        TABLE.iter().zip(1..).map(entry).collect()
    }

    fn find(name: EntryName) -> Result<u32, String> {
        find_entry(&entries(), &name).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn an_id_comes_before_a_program_and_a_path_is_as_good_as_its_last_part() {
        for (name, number) in [
            ("tty1", 20),
            ("2", 50),
            ("sshd", 60),
            ("/usr/sbin/sshd", 40),
            ("getty", 50),
            ("/sbin/getty", 50),
            ("/etc/rc", 10),
            ("ntpd", 80),
        ] {
            assert_eq!(find(EntryName::Name(name.into())), Ok(number), "{name}");
        }
        assert_eq!(find(EntryName::Line(3)), Ok(30));
    }

    #[test]
    fn who_is_not_there_and_who_are_several_is_told() {
        let missing =
            |name| format!("entry '{name}': inittab has no such entry; see 'rekindle status'");
        for name in ["", "x", "gone", "bin/true", "-D", "respawn"] {
            assert_eq!(find(EntryName::Name(name.into())), Err(missing(name)));
        }
        assert_eq!(find(EntryName::Line(7)), Err(missing("line 7")));
        let several = "entry 'sh': several have it, on lines 2, 3; name it by its line";
        assert_eq!(find(EntryName::Name("sh".into())), Err(several.to_owned()));
    }
}
