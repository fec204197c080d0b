//! A new version takes over.

use crate::driver::Driver;
use crate::{BUSYBOX, SYSVINIT, only_become};
use rekindle_core::pid1::StartArguments;
use rekindle_core::signal::number;
use rekindle_core::takeover::{LAST_STAGE, TAKEOVER};

#[test]
fn a_new_version_takes_over_with_all_that_runs() {
    for table in [BUSYBOX, SYSVINIT] {
        let mut old = Driver::new(&[], table).boot();
        old.end_child("/rcS");
        if table == SYSVINIT {
            old.end_child("/rc");
        }
        old.signal(number::TAKE_OVER, 0);
        let to = only_become(&old);
        assert_eq!(to.arguments, [b"init".to_vec(), TAKEOVER.to_vec()]);
        let start = StartArguments {
            arguments: vec![TAKEOVER.to_vec()],
            environment: to.environment.clone(),
            handed_over: to.handed_over.clone(),
        };
        let mut new = Driver::started_with(start, table).boot();
        assert!(new.has_said("this version has taken over"));
        assert_eq!(new.running(), [""; 0], "nothing is started twice");
        new.children = old.children.clone();
        new.end_child("/getty");
        if table == BUSYBOX {
            // It counts from a start long ago, so it comes back at once.
            assert_eq!(new.running(), ["/getty"]);
        }
        new.signal(number::TERM, 0);
        assert!(new.has_said("reboot (orderly) asked for"));
    }
}

#[test]
fn a_takeover_waits_for_whoever_asks_for_the_end() {
    let mut driver = Driver::new(&[], "::once:/x\n").boot();
    driver.holds_looks = true;
    driver.signal(number::TERM, 4_000);
    driver.signal(number::TAKE_OVER, 4_001);
    assert!(driver.has_said("reboot (orderly) asked for by process 4000 (uid 0, signal 15)"));
    assert_eq!(only_become(&driver).arguments[1], LAST_STAGE);
}
