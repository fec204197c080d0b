//! The commands that ask process 1, as far as that goes without one that answers: what comes after is tested
//! in virtual machines.

mod program;

use program::run_in;
use std::path::Path;

const NOT_HEARD: &str = "rekindle: can't ask process 1 on /run/rekindle/control: ";

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [
        &["status", "x"][..],
        &["watch", "--json"],
        &["hold"],
        &["release", "--line"],
        &["restart", "--line", "x"],
        &["restart", "--line", "-1"],
        &["hold", "getty", "--line", "3"],
        &["hold", "getty", "sshd"],
    ] {
        assert_eq!(run_in(Path::new("/"), arguments).0, 2, "{arguments:?}");
    }
}

/// On a machine whose process 1 listens there, this test has nothing to ask.
#[test]
fn where_nobody_listens_each_command_says_so_in_one_line() {
    if Path::new(rekindle_core::control::PATH).exists() {
        return;
    }
    for arguments in [
        &["status"][..],
        &["status", "--json"],
        &["watch"],
        &["hold", "getty"],
        &["release", "--line", "3"],
        &["restart", "/usr/sbin/sshd"],
    ] {
        let (status, out, err) = run_in(Path::new("/"), arguments);
        assert_eq!((status, out.as_str(), err.lines().count()), (1, "", 1), "{arguments:?}");
        assert!(err.starts_with(NOT_HEARD), "{err}");
    }
}
