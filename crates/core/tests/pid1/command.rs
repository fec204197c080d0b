//! `init -- command`.

use crate::driver::Driver;
use crate::{BUSYBOX, only_become};
use rekindle_core::event::ExitStatus;
use rekindle_core::op::{Op, ProcessOp, Whom};
use rekindle_core::signal::number;
use rekindle_core::takeover::LAST_STAGE;

#[test]
fn a_command_gets_every_signal_and_its_end_is_that_of_the_container() {
    let mut driver = Driver::new(&["--", "/bin/app"], BUSYBOX);
    driver.is_container = true;
    let mut driver = driver.boot();
    driver.signal(number::TERM, 4_000);
    driver.signal(number::CHLD, 0);
    driver.end_command(ExitStatus::Killed(number::TERM));
    let after_start =
        driver.ops.iter().skip_while(|op| !matches!(op, Op::Process(ProcessOp::SpawnCommand(_))));
    let processes: Vec<&Op> = after_start.skip(1).collect();
    let whom = Whom::Process(100);
    let wanted = [
        Op::Process(ProcessOp::Signal { whom, signal: number::TERM }),
        Op::Process(ProcessOp::Exit { status: 143 }),
    ];
    assert_eq!(processes, wanted.iter().collect::<Vec<_>>());
}

#[test]
fn a_command_that_ends_on_a_machine_switches_it_off() {
    let mut driver = Driver::new(&["-g", "--", "/bin/app"], BUSYBOX).boot();
    driver.end_command(ExitStatus::Exited(3));
    assert!(driver.has_said("'/bin/app' exited with 3; nothing else is to be run"));
    assert!(driver.has_said("poweroff (orderly) asked for by /bin/app[100] (uid 0, signal 17)"));
    assert_eq!(only_become(&driver).arguments[1], LAST_STAGE);
}

#[test]
fn wrong_usage_boots_a_machine() {
    let driver = Driver::new(&["--"], BUSYBOX).boot();
    assert!(driver.has_said("usage: init [-g] -- command [argument]..."));
    assert_eq!(driver.running(), ["/rcS"]);
}
