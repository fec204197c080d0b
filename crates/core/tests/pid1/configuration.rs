//! The configuration: at boot, when it is read again, and what of it a new version is told.

use crate::driver::Driver;
use crate::takeover::successor;
use rekindle_core::configuration::{FILE_PATH, GROUP_FILE_PATH, KERNEL_LINE_PATH};
use rekindle_core::errno::Errno;
use rekindle_core::op::{Op, Outcome, ReadOp};
use rekindle_core::signal::number::{HUP, KILL, TAKE_OVER, TERM};

const TABLE: &str = "::respawn:/a\n::shutdown:/bye\n";

type Content = Result<&'static str, Errno>;

fn boot(configuration: &[(&'static str, Content)]) -> Driver {
    let mut driver = Driver::new(&[], TABLE);
    driver.configuration = configuration.to_vec();
    driver.boot()
}

fn read_again(driver: &mut Driver, configuration: &[(&'static str, Content)]) {
    driver.configuration = configuration.to_vec();
    driver.said.clear();
    driver.signal(HUP, 0);
}

/// How long the script of an end may take, which ends the life.
fn script_ms(driver: &mut Driver) -> u64 {
    driver.signal(TERM, 0);
    let began_ms = driver.now_ms;
    while driver.running().contains(&"/bye") && driver.signals_to("/bye").is_empty() {
        driver.wait();
    }
    assert_eq!(driver.signals_to("/bye"), [KILL]);
    driver.now_ms - began_ms
}

#[test]
fn a_file_sets_limits_the_kernels_line_wins_and_each_bad_line_is_named() {
    let text = "script_ms = 7000\nnonsense\ntotal_ms = 60000\n";
    let mut driver = boot(&[(FILE_PATH, Ok(text))]);
    assert!(driver.has_said("/etc/rekindle.conf:2: not of the form key = value; ignored"));
    assert_eq!(driver.running(), ["/a"], "the rest of the boot is as ever");
    assert_eq!(script_ms(&mut driver), 7_000);
    let line = (KERNEL_LINE_PATH, Ok("rekindle.script_ms=3000"));
    assert_eq!(script_ms(&mut boot(&[(FILE_PATH, Ok(text)), line])), 3_000);
    assert_eq!(script_ms(&mut boot(&[])), 30_000);
}

#[test]
fn of_many_bad_lines_the_first_are_named() {
    let driver = boot(&[(FILE_PATH, Ok("x\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx"))]);
    let named = driver.said.iter().filter(|line| line.starts_with(FILE_PATH)).count();
    assert_eq!(named, 16);
    assert!(driver.has_said("more of the configuration ignored; see 'rekindle check'"));
}

#[test]
fn what_can_not_be_read_at_boot_is_named_and_the_rest_counts() {
    let mut driver = boot(&[
        (FILE_PATH, Err(Errno::EIO)),
        ("/etc/rekindle.conf.d/a.conf", Ok("script_ms=4000")),
    ]);
    assert!(driver.has_said("can't read /etc/rekindle.conf: input/output error (EIO); ignored"));
    assert_eq!(script_ms(&mut driver), 4_000);
    let mut driver = Driver::new(&[], TABLE);
    driver.answer = |op| {
        matches!(op, Op::Read(ReadOp::Configuration)).then_some(Outcome::Failed(Errno::EMFILE))
    };
    let mut driver = driver.boot();
    assert!(driver.has_said("can't read /etc/rekindle.conf: too many open files (EMFILE)"));
    assert_eq!(script_ms(&mut driver), 30_000);
}

#[test]
fn read_again_it_counts_as_a_whole_or_not_at_all() {
    let line = (KERNEL_LINE_PATH, Ok("rekindle.total_ms=100000"));
    let mut driver = boot(&[(FILE_PATH, Ok("script_ms = 5000\nkill_ms = 1")), line]);
    read_again(&mut driver, &[(FILE_PATH, Ok("script_ms = 4000")), ("/d", Err(Errno::EFBIG))]);
    let kept =
        "can't read /d: more than 32 files or 65536 bytes; keeping the configuration as it is";
    assert_eq!(driver.said, [kept]);
    assert_eq!(script_ms(&mut driver.clone()), 5_000);
    read_again(&mut driver, &[(FILE_PATH, Ok("script_ms = 4000\n!\ntotal_ms = 1")), line]);
    assert_eq!(driver.said, ["/etc/rekindle.conf:2: not of the form key = value; ignored"]);
    assert_eq!(script_ms(&mut driver.clone()), 4_000);
    read_again(&mut driver, &[line]);
    assert_eq!(driver.said, [""; 0]);
    assert_eq!(script_ms(&mut driver), 30_000);
}

#[test]
fn inittab_is_read_again_whatever_becomes_of_the_configuration() {
    for content in [Ok("nonsense"), Err(Errno::EIO)] {
        let mut driver = boot(&[]);
        driver.inittab = String::from("::respawn:/a\n::respawn:/b\n");
        read_again(&mut driver, &[(FILE_PATH, content)]);
        assert_eq!(driver.running(), ["/a", "/b"]);
    }
}

#[test]
fn a_dialect_is_for_the_boot_and_a_change_of_it_is_said_once() {
    let text = "id:2:initdefault:\n::respawn:/a\na:2:respawn:/b\n";
    let mut driver = Driver::new(&[], text);
    driver.configuration = vec![(FILE_PATH, Ok("dialect = sysvinit"))];
    let mut driver = driver.boot();
    assert_eq!(driver.running(), ["/b"]);
    let other = [(FILE_PATH, Ok("dialect = busybox"))];
    read_again(&mut driver, &other);
    assert!(
        driver.has_said("the configuration's dialect is another; it counts from the next boot on")
    );
    assert_eq!(driver.running(), ["/b"]);
    read_again(&mut driver, &other);
    assert!(!driver.has_said("dialect"));
    let line = (KERNEL_LINE_PATH, Ok("rekindle.dialect=busybox"));
    driver = Driver::new(&[], text);
    driver.configuration = vec![(FILE_PATH, Ok("dialect = sysvinit")), line];
    assert_eq!(driver.boot().running(), ["/a", "/b"]);
}

#[test]
fn a_group_that_is_not_there_is_named() {
    let groups = (GROUP_FILE_PATH, Ok("adm:x:4:\n"));
    let driver = boot(&[(FILE_PATH, Ok("look_group = adm\nend_group = wheel")), groups]);
    let missing = "/etc/rekindle.conf:2: wheel: no such group in /etc/group; nobody is in it";
    assert_eq!(driver.said, [missing]);
}

#[test]
fn a_new_version_goes_by_what_the_one_before_has_read() {
    let mut old = boot(&[(FILE_PATH, Ok("script_ms = 6000"))]);
    old.configuration.clear();
    old.signal(TAKE_OVER, 0);
    assert_eq!(script_ms(&mut successor(&old, TABLE)), 6_000);
}

#[test]
fn that_there_are_more_bad_lines_is_said_of_more_than_are_named() {
    let driver = boot(&[(FILE_PATH, Ok("x\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\n"))]);
    let named = driver.said.iter().filter(|line| line.starts_with(FILE_PATH)).count();
    assert_eq!(named, 16);
    assert!(!driver.has_said("more of the configuration"));
}
