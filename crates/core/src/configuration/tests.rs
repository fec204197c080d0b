use super::*;
use crate::errno::Errno;
use crate::inittab::Dialect;
use crate::op::{Outcome, Read};
use crate::pairs::Pairs;
use crate::settings::Settings;
use crate::text::{cut, parts};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

type Content<'a> = Result<&'a str, Errno>;

fn told(files: &[(&str, Content<'_>)]) -> Vec<u8> {
    let mut told = Vec::new();
    for (path, content) in files {
        encode_file(path.as_bytes(), content.map(str::as_bytes), &mut told);
    }
    told
}

fn read(files: &[(&str, Content<'_>)]) -> Reading {
    Reading::of_look(&Outcome::Read(Read::whole(told(files))))
}

fn said(reading: &Reading) -> Vec<String> {
    let files = &reading.configuration.files;
    reading.problems.iter().map(|problem| problem.render(files)).collect()
}

fn place(reading: &Reading, key: &str) -> Place {
    let values = reading.configuration.values(&reading.settings);
    values.iter().find(|value| value.key == key).unwrap().source.place()
}

#[test]
fn later_lines_and_files_win_and_the_kernels_line_over_all() {
    let reading = read(&[
        ("/etc/rekindle.conf", Ok("grace_ms = 1\ngrace_ms=2\n\n # x\n\tkill_ms\t=\t5 \r\n")),
        ("/etc/rekindle.conf.d/a.conf", Ok("#\nkill_ms = 6\nsync_ms = 7\nscript_ms = 8")),
        (KERNEL_LINE_PATH, Ok("rekindle.sync_ms=9 console=a console=b rekindle.dialect=sysvinit")),
    ]);
    let Settings { grace_ms, kill_ms, sync_ms, script_ms, .. } = reading.settings;
    assert_eq!((grace_ms, kill_ms, sync_ms, script_ms), (2, 6, 9, 8));
    assert_eq!(said(&reading), [""; 0]);
    assert_eq!(reading.configuration.dialect(), Some(Dialect::Sysvinit));
    assert_eq!(reading.consoles, [b"/dev/a"]);
    assert_eq!(place(&reading, "grace_ms"), Place::File { file: 0, line: 2 });
    assert_eq!(place(&reading, "kill_ms"), Place::File { file: 1, line: 2 });
    assert_eq!(place(&reading, "sync_ms"), Place::KernelLine);
    assert_eq!(place(&reading, "total_ms"), Place::Default);
}

#[test]
fn each_bad_line_is_named_and_costs_only_itself() {
    let text = "nonsense\ngrace_ms = x\ngrase_ms = 1\nkill_ms = 1\n= 1\ndialect = finit\n\
                look_group = a:b\nend_group = \0\nkill_ms =\n";
    let reading =
        read(&[("/f", Ok(text)), (KERNEL_LINE_PATH, Ok("rekindle.kil_ms=1 rekindle.kill_ms"))]);
    assert_eq!(reading.settings, Settings { kill_ms: 1, ..Settings::default() });
    assert_eq!(
        said(&reading),
        [
            "/f:1: not of the form key = value",
            "/f:2: not a number of milliseconds",
            "/f:3: no such option",
            "/f:5: no such option",
            "/f:6: neither busybox nor sysvinit",
            "/f:7: not the name of a group",
            "/f:8: not the name of a group",
            "/f:9: not a number of milliseconds",
            "/proc/cmdline: rekindle.kil_ms=1: no such option",
            "/proc/cmdline: rekindle.kill_ms: not a number of milliseconds",
        ]
    );
    assert!(reading.unread().is_none());
}

#[test]
fn a_group_has_the_number_that_etc_group_gives_it_or_nobody_is_in_it() {
    let groups = "root:x:0:\nwheel:x:ten:\nwheelx:x:3:\nwheel:x:10:root,a\nwheel:x:11:\n";
    for (text, line, look, end, problem) in [
        ("look_group = wheel\nend_group = 42", "", Some(10), Some(42), ""),
        ("look_group = wheel\nlook_group =", "", None, None, ""),
        ("end_group = whee", "", None, None, "/f:1: whee: no such group in /etc/group"),
        ("", "rekindle.end_group=root", None, Some(0), ""),
        (
            "look_group = root",
            "rekindle.look_group=x",
            None,
            None,
            "/proc/cmdline: x: no such group in /etc/group",
        ),
    ] {
        let files = [("/f", Ok(text)), (KERNEL_LINE_PATH, Ok(line)), (GROUP_FILE_PATH, Ok(groups))];
        let reading = read(&files);
        let configuration = &reading.configuration;
        assert_eq!((configuration.look_gid(), configuration.end_gid()), (look, end), "{text}");
        assert_eq!(said(&reading).concat(), problem);
    }
    assert_eq!(parse_group_id(b"", b""), None);
}

#[test]
fn what_can_not_be_read_is_named_and_makes_the_look_incomplete() {
    let reading = read(&[
        ("/etc/rekindle.conf", Err(Errno::EIO)),
        ("/d/x.conf", Ok("kill_ms = 3")),
        ("/d", Err(Errno::EFBIG)),
        (KERNEL_LINE_PATH, Err(Errno::EACCES)),
    ]);
    assert_eq!(reading.settings.kill_ms, 3);
    assert_eq!(
        said(&reading),
        [
            "can't read /etc/rekindle.conf: input/output error (EIO)",
            "can't read /d: more than 32 files or 65536 bytes",
            "can't read /proc/cmdline: permission denied (EACCES)",
        ]
    );
    assert!(reading.unread().is_some());
    let failed = Reading::of_look(&Outcome::Failed(Errno::EMFILE));
    assert_eq!(said(&failed), ["can't read /etc/rekindle.conf: too many open files (EMFILE)"]);
}

#[test]
fn etc_group_matters_only_where_a_group_has_a_name() {
    for (text, is_whole) in [("end_group = 7", true), ("end_group = a", false)] {
        let reading = read(&[("/f", Ok(text)), (GROUP_FILE_PATH, Err(Errno::EIO))]);
        assert_eq!(reading.unread().is_none(), is_whole, "{text}");
    }
}

#[test]
fn a_look_that_was_cut_keeps_whole_files_alone() {
    let whole = told(&[("/a", Ok("kill_ms = 3")), ("/b", Ok("sync_ms = 4"))]);
    for length in 0..=whole.len() {
        let bytes = whole[..length].to_vec();
        let reading = Reading::of_look(&Outcome::Read(Read { bytes, complete: false }));
        assert!(reading.unread().is_some());
        assert!([3, 2_000].contains(&reading.settings.kill_ms));
        assert_eq!(reading.settings.sync_ms == 4, length == whole.len());
    }
}

fn hand_over(reading: &Reading) -> (Settings, Configuration) {
    let mut pairs = Pairs::default();
    reading.settings.render(&mut pairs);
    reading.configuration.render(&mut pairs);
    let (mut settings, mut configuration) = (Settings::default(), Configuration::default());
    for pair in parts(&pairs.into_bytes(), 0) {
        let (key, value) = cut(pair, b'=').unwrap_or_default();
        configuration.take_pair(&mut settings, key, value);
    }
    (settings, configuration)
}

#[test]
fn a_new_version_is_told_every_value_and_where_it_comes_from() {
    let text = "kill_ms = 3\ndialect = busybox\nlook_group = wheel\nend_group = missing";
    let reading = read(&[
        ("/a", Ok("")),
        ("/b", Ok(text)),
        (KERNEL_LINE_PATH, Ok("rekindle.sync_ms=4")),
        (GROUP_FILE_PATH, Ok("wheel:x:10:")),
    ]);
    let (settings, configuration) = hand_over(&reading);
    assert_eq!((&settings, &configuration), (&reading.settings, &*reading.configuration));
    let (settings, configuration) = hand_over(&Reading::default());
    assert_eq!((settings, configuration), Default::default());
}

#[test]
fn a_version_that_knows_the_kernels_line_alone_hands_over_its_values() {
    let (mut settings, mut configuration) = (Settings::default(), Configuration::default());
    for (key, value) in [("kill_ms", "3"), ("future", "1"), ("dialect", "future"), ("source", "x")]
    {
        configuration.take_pair(&mut settings, key.as_bytes(), value.as_bytes());
    }
    assert_eq!(settings, Settings { kill_ms: 3, ..Settings::default() });
    assert_eq!((configuration.dialect(), configuration.look_gid()), (None, None));
}

#[test]
fn values_are_shown_as_a_file_would_have_them() {
    let reading = read(&[("/f", Ok("end_group = adm\ndialect = sysvinit\nsync_ms = 007"))]);
    let values = reading.configuration.values(&reading.settings);
    let shown: Vec<_> = values
        .iter()
        .filter(|value| value.source.place() != Place::Default)
        .map(|value| format!("{} = {}", value.key, value.text))
        .collect();
    assert_eq!(shown, ["sync_ms = 7", "dialect = sysvinit", "end_group = adm"]);
    assert_eq!(values.len(), KEYS);
}
