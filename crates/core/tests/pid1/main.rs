//! PID 1 from its start to the door of its last stage, in both dialects.

mod asking;
mod boot;
mod command;
mod configuration;
mod control;
mod control_places;
mod control_socket;
mod driver;
mod ending;
mod fifo;
mod reload;
mod resting;
mod runlevels;
mod serving;
mod takeover;
mod takeover_waits;

use driver::Driver;
use rekindle_core::event::Event;
use rekindle_core::initctl::render_runlevel_request;
use rekindle_core::op::{InitctlOp, Op, Program, ReadOp, SelfCopy, SelfCopyOp};
use rekindle_core::proc::meminfo;
use rekindle_core::request::Origin;
use rekindle_core::signal::number;
use rekindle_core::takeover::LAST_STAGE;

const BUSYBOX: &str = "::sysinit:/rcS\n::respawn:/getty\n::shutdown:/bye\n\
     ::shutdown:/bin/umount -a -r\n::ctrlaltdel:/keys\n";
const SYSVINIT: &str = "id:2:initdefault:\nsi::sysinit:/rcS\nl2:2:wait:/rc 2\nl6:6:wait:/rc 6\n\
     1:2:respawn:/getty\nca::ctrlaltdel:/keys\nd:a:ondemand:/demand\n";

/// What PID 1 has become, the only one.
fn only_become(driver: &Driver) -> &rekindle_core::op::Become {
    let [only] = driver.became.as_slice() else { panic!("{:?}", driver.became) };
    only
}

#[test]
fn busyboxs_machine_boots_serves_and_reaches_the_door() {
    let mut driver = Driver::new(&[], BUSYBOX).boot();
    assert_eq!(driver.running(), ["/rcS"]);
    driver.end_child("/rcS");
    assert_eq!(driver.running(), ["/getty"]);
    assert!(driver.ops.contains(&Op::SelfCopy(SelfCopyOp::Fill(SelfCopy::Memfd))));
    driver.signal(number::TERM, 4_000);
    assert!(driver.has_said("reboot (orderly) asked for by reboot[4000] (uid 0, signal 15)"));
    assert!(driver.has_said("'/bin/umount -a -r' is left to the last stage"));
    assert_eq!(driver.running(), ["/getty", "/bye"]);
    assert_eq!(driver.became, []);
    driver.end_child("/bye");
    let to = only_become(&driver);
    assert_eq!(to.program, Program::Prepared(SelfCopy::Memfd));
    assert_eq!(to.arguments, [b"init".to_vec(), LAST_STAGE.to_vec()]);
    assert!(to.handed_over.is_some() && to.keeps_signals && to.session.is_none());
    assert!(!driver.ops.contains(&Op::Initctl(InitctlOp::Close)));
}

#[test]
fn sysvinits_machine_enters_its_levels_and_closes_the_fifo_at_the_door() {
    let mut driver = Driver::new(&[], SYSVINIT).boot();
    driver.end_child("/rcS");
    assert!(driver.has_said("entering runlevel 2"));
    assert_eq!(driver.running(), ["/rc"]);
    driver.end_child("/rc");
    assert_eq!(driver.running(), ["/getty"]);
    driver.give(Event::Initctl(render_runlevel_request(b'6', 5).to_vec()));
    assert!(driver.has_said("reboot (orderly) asked for by a request on /run/initctl"));
    assert!(driver.has_said("entering runlevel 6"));
    assert_eq!(driver.running(), ["/getty"], "it has to leave first");
    driver.end_child("/getty");
    assert_eq!(driver.running(), ["/rc"]);
    driver.end_child("/rc");
    assert!(only_become(&driver).handed_over.is_some());
    assert!(driver.ops.contains(&Op::Initctl(InitctlOp::Close)));
}

#[test]
fn a_change_of_level_that_was_under_way_holds_no_end_up() {
    let mut driver = Driver::new(&[], SYSVINIT).boot();
    driver.end_child("/rcS");
    driver.end_child("/rc");
    let both = [render_runlevel_request(b'3', 5), render_runlevel_request(b'0', 5)].concat();
    driver.give(Event::Initctl(both));
    driver.end_child("/getty");
    assert!(driver.has_said("poweroff (orderly) asked for"));
    assert_eq!(driver.became.len(), 1);
}

#[test]
fn a_kexec_without_a_kernel_is_refused_and_nothing_stops() {
    for table in [BUSYBOX, SYSVINIT] {
        let mut driver = Driver::new(&[], table).boot();
        driver.end_child("/rcS");
        let running = driver.children.clone();
        driver.signal(number::ALRM, 4_000);
        assert!(driver.has_said(
            "kexec asked for by reboot[4000] (uid 0, signal 14) refused: no kernel is loaded; load \
             one with 'rekindle kexec load'; going on"
        ));
        assert_eq!((driver.children.clone(), driver.became.len()), (running, 0));
        driver.kexec_loaded = "1\n";
        driver.signal(50, 4_000);
        assert!(driver.has_said("kexec (at-once) asked for by"));
        assert_eq!(driver.became.len(), 1);
    }
}

#[test]
fn a_restart_without_an_entry_is_refused() {
    let mut driver = Driver::new(&[], BUSYBOX).boot();
    driver.signal(number::QUIT, 4_000);
    assert!(driver.has_said("inittab has no restart entry; going on"));
    assert_eq!(driver.became, []);
}

#[test]
fn each_way_to_the_last_stage_is_tried_when_the_one_before_failed() {
    let mut driver = Driver::new(&[], "::once:/x\n").boot();
    driver.failing_becomes = 2;
    driver.signal(number::TERM, 4_000);
    let ways: Vec<_> = driver.became.iter().map(|to| to.program.clone()).collect();
    let prepared = [SelfCopy::Memfd, SelfCopy::RunFile].map(Program::Prepared);
    assert_eq!(ways, prepared);
    assert!(driver.became[0].handed_over.is_some() && driver.became[1].handed_over.is_none());
    assert!(
        driver.has_said("can't run from a memfd: out of memory (ENOMEM); trying a copy under /run")
    );
    assert!(
        driver.has_said(
            "can't run from a copy under /run: out of memory (ENOMEM); going on in place"
        )
    );
    assert!(driver.ops.contains(&Op::SelfCopy(SelfCopyOp::Drop)));
}

#[test]
fn a_container_makes_no_copy_and_looks_at_nobody() {
    let mut driver = Driver::new(&[], BUSYBOX);
    driver.is_container = true;
    let mut driver = driver.boot();
    driver.end_child("/rcS");
    let is_needless =
        |op: &Op| matches!(op, Op::SelfCopy(SelfCopyOp::Create(_)) | Op::Read(ReadOp::Census(_)));
    assert!(!driver.ops.iter().any(is_needless), "while it serves");
    driver.signal(number::TERM, 0);
    assert!(!driver.ops.iter().any(is_needless), "while its scripts run");
    driver.end_child("/bye");
    assert!(driver.has_said("running in a container: kexec and ctrl-alt-del are its host's"));
    assert_eq!(driver.became, []);
}

#[test]
fn the_seventh_press_of_the_keys_forces_a_reboot() {
    let mut driver = Driver::new(&[], BUSYBOX).boot();
    (0..6).for_each(|_| driver.signal(number::INT, 0));
    assert_eq!(driver.running(), ["/rcS", "/keys"]);
    driver.signal(number::INT, 0);
    assert!(driver.has_said("reboot (at-once) asked for by the kernel (signal 2)"));
    assert_eq!(driver.became.len(), 1);
}

#[test]
fn scripts_that_hang_are_killed_and_a_quarter_of_the_total_is_left() {
    let mut driver = Driver::new(&[], &"::shutdown:/hang\n".repeat(9)).boot();
    let began_ms = driver.now_ms;
    driver.signal(number::TERM, 0);
    while driver.became.is_empty() {
        driver.wait();
    }
    assert_eq!(driver.now_ms - began_ms, 90_000);
    assert!(driver.has_said("'/hang' (line 1) did not end in 30.00 s; killed"));
    assert_eq!(driver.said.iter().filter(|line| line.contains("killed")).count(), 3);
}

#[test]
fn after_a_panic_nothing_is_started_and_an_end_is_still_taken() {
    let mut driver = Driver::new(&["--after-panic"], BUSYBOX).boot();
    assert_eq!(driver.running(), [""; 0]);
    driver.signal(number::TERM, 0);
    assert_eq!(driver.became.len(), 1);
}

/// Asked in the moment of its start, PID 1 knows neither from a boot nor from who served before that the
/// disks are its host's.
#[test]
fn nobody_is_heeded_before_it_is_known_whose_disks_an_end_reaches() {
    for first in ["--after-panic", "--takeover"] {
        for signal in [number::TERM, number::USR2, number::USR1] {
            let mut driver = Driver::new(&[first], BUSYBOX);
            driver.is_container = true;
            let asked = Event::Signal(Origin { signal, ..Origin::default() });
            driver.give_all([Event::Start, asked]);
            assert!(driver.has_said("asked for by"), "{first} {signal}: {:?}", driver.said);
            let wrote_back = driver.ops.contains(&Op::Read(meminfo::READ));
            assert_eq!((wrote_back, driver.became.len()), (false, 0), "{first} {signal}");
        }
    }
}
