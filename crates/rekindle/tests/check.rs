//! `rekindle check`.

mod program;

use program::{run_in, write};

const GOOD: &[u8] = b"# a comment\n\
::sysinit:/etc/init.d/rcS\n\
ttyS0:2345:respawn:/sbin/getty -L ttyS0 # console\n\
::shutdown:sh -c \\\n\
  'echo \"bye\"'\n";

#[test]
fn a_clean_file_is_printed_entry_by_entry() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "inittab", GOOD);
    let (status, out, err) = run_in(folder.path(), &["check", "inittab"]);
    let expected = "2: sysinit: /etc/init.d/rcS\n\
                    3: respawn on /dev/ttyS0: /sbin/getty -L ttyS0\n\
                    4: shutdown: sh -c 'echo \"bye\"'\n";
    assert_eq!((status, out.as_str(), err.as_str()), (0, expected, ""));
}

#[test]
fn json_has_one_object_a_line() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "inittab", GOOD);
    let (status, out, err) = run_in(folder.path(), &["check", "--json", "inittab"]);
    let expected = concat!(
        r#"{"line":2,"id":"","runlevels":"","action":"sysinit","process":"/etc/init.d/rcS"}"#,
        "\n",
        r#"{"line":3,"id":"ttyS0","runlevels":"2345","action":"respawn","process":"/sbin/getty -L ttyS0"}"#,
        "\n",
        r#"{"line":4,"id":"","runlevels":"","action":"shutdown","process":"sh -c 'echo \"bye\"'"}"#,
        "\n",
    );
    assert_eq!((status, out.as_str(), err.as_str()), (0, expected, ""));
}

#[test]
fn an_inittab_of_sysvinit_is_read_by_its_rules() {
    let folder = tempfile::tempdir().unwrap();
    let text = b"id:2:initdefault:\nl2:2:wait:/etc/init.d/rc 2\nca::ctrlaltdel:/x\nid::once:/x\n";
    write(folder.path(), "inittab", text);
    let (status, out, err) = run_in(folder.path(), &["check", "inittab"]);
    let expected = "1: id: initdefault in 2\n\
                    2: l2: wait in 2: /etc/init.d/rc 2\n\
                    3: ca: ctrlaltdel: /x\n";
    let problem = "inittab:4: an earlier line has the same id\n";
    assert_eq!((status, out.as_str(), err.as_str()), (1, expected, problem));
    let (_, out, _) = run_in(folder.path(), &["check", "--json", "inittab"]);
    let first = r#"{"line":1,"id":"id","runlevels":"2","action":"initdefault","process":""}"#;
    assert_eq!(out.lines().next(), Some(first));
    let forced = run_in(folder.path(), &["check", "--dialect", "busybox", "inittab"]);
    assert!(forced.2.starts_with("inittab:1: unknown action\n"), "{}", forced.2);
    assert_eq!(run_in(folder.path(), &["check", "--dialect", "procd", "inittab"]).0, 2);
}

#[test]
fn problems_are_named_by_line_and_cost_only_themselves() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "inittab", b"::onec:/bin/a\n::once:/bin/b\nbad\n");
    let (status, out, err) = run_in(folder.path(), &["check", "inittab"]);
    let problems = "inittab:1: unknown action\n\
                    inittab:3: not of the form id:runlevels:action:process\n";
    assert_eq!((status, out.as_str(), err.as_str()), (1, "2: once: /bin/b\n", problems));
}

#[test]
fn a_terminal_is_not_steered_by_what_an_inittab_holds() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "inittab", b"::once:/bin/\x1b[2J\n");
    let (_, out, _) = run_in(folder.path(), &["check", "inittab"]);
    assert_eq!(out, "1: once: /bin/\\x1b[2J\n");
    let (_, out, _) = run_in(folder.path(), &["check", "inittab", "--json"]);
    assert!(out.ends_with("\"process\":\"/bin/\\u001b[2J\"}\n"), "{out}");
}

#[test]
fn a_file_that_init_could_not_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let missing = run_in(folder.path(), &["check", "none"]);
    let said = "rekindle: can't read none: no such file or directory (ENOENT)\n";
    assert_eq!(missing, (1, String::new(), said.to_owned()));
    write(folder.path(), "large", &vec![b'#'; 4 * 1024 * 1024 + 1]);
    let large = run_in(folder.path(), &["check", "large"]);
    let said = "rekindle: can't read large: file too large (EFBIG)\n";
    assert_eq!(large, (1, String::new(), said.to_owned()));
}

#[test]
fn wrong_usage_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["check", "a", "b"][..],
        &["check", "--configuration", "--dialect", "busybox", "a"],
        &["chekc"],
        &[],
    ] {
        assert_eq!(run_in(folder.path(), arguments).0, 2, "{arguments:?}");
    }
    assert_eq!(run_in(folder.path(), &["--help"]).0, 0);
}

#[test]
fn an_inittab_in_which_nothing_can_run_is_a_problem() {
    let folder = tempfile::tempdir().unwrap();
    for text in [&b""[..], b"id:2:initdefault:\nx:2:off:/x\n"] {
        write(folder.path(), "inittab", text);
        let (status, _, err) = run_in(folder.path(), &["check", "inittab"]);
        let problem = "inittab: no entry can run; init would go by its own table\n";
        assert_eq!((status, err.as_str()), (1, problem));
    }
}

#[test]
fn a_configuration_is_printed_value_by_value() {
    let folder = tempfile::tempdir().unwrap();
    let text = b"kill_ms = 1\n# x\nkill_ms=2\ndialect = sysvinit\nend_group = root\n";
    for (name, options) in [("x.conf", &[][..]), ("x", &["--configuration"])] {
        write(folder.path(), name, text);
        let words = [&["check", name], options].concat();
        let expected = format!(
            "{name}:3: kill_ms = 2\n{name}:4: dialect = sysvinit\n{name}:5: end_group = root\n"
        );
        assert_eq!(run_in(folder.path(), &words), (0, expected, String::new()));
    }
    let (status, out, _) = run_in(folder.path(), &["check", "--json", "x.conf"]);
    let first = r#"{"file":"x.conf","line":3,"key":"kill_ms","value":"2"}"#;
    assert_eq!((status, out.lines().next()), (0, Some(first)));
    assert_eq!(run_in(folder.path(), &["check", "--dialect", "busybox", "x.conf"]).0, 1);
}

#[test]
fn problems_of_a_configuration_are_named_by_line_and_cost_only_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let text = b"kil_ms = 1\nkill_ms = 2\nlook_group = no-such-group\nx\n";
    write(folder.path(), "x.conf", text);
    let (status, out, err) = run_in(folder.path(), &["check", "x.conf"]);
    let values = "x.conf:2: kill_ms = 2\nx.conf:3: look_group = no-such-group\n";
    let problems = "x.conf:1: no such option\nx.conf:4: not of the form key = value\n\
                    x.conf:3: no-such-group: no such group in /etc/group\n";
    assert_eq!((status, out.as_str(), err.as_str()), (1, values, problems));
    write(folder.path(), "big.conf", &[b'#'; 65_537]);
    let (status, _, err) = run_in(folder.path(), &["check", "big.conf"]);
    assert_eq!(
        (status, err.as_str()),
        (1, "rekindle: can't read big.conf: file too large (EFBIG)\n")
    );
}
