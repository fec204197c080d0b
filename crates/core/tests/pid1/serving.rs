//! Entries that come, go and are paused.

use crate::SYSVINIT;
use crate::driver::Driver;
use rekindle_core::event::Event;
use rekindle_core::initctl::render_runlevel_request;
use rekindle_core::op::{Op, ProcessOp};
use rekindle_core::signal::number;

#[test]
fn what_left_the_table_is_ended_and_what_stayed_goes_on() {
    let mut driver = Driver::new(&[], "::respawn:/a\n::respawn:/b\n").boot();
    assert_eq!(driver.running(), ["/a", "/b"]);
    driver.inittab = String::from("::respawn:/b\n::respawn:/c\n");
    driver.signal(number::HUP, 4_000);
    assert_eq!(driver.running(), ["/a", "/b"], "/a still has the terminal of /c");
    let terms = driver
        .ops
        .iter()
        .filter(|op| matches!(op, Op::Process(ProcessOp::Signal { signal: number::TERM, .. })));
    assert_eq!(terms.count(), 1);
    driver.end_child("/a");
    assert_eq!(driver.running(), ["/b", "/c"]);
}

#[test]
fn paused_nothing_comes_back_until_it_is_allowed_to() {
    let mut driver = Driver::new(&[], "::respawn:/a\n").boot();
    driver.signal(number::TSTP, 0);
    driver.now_ms += 5_000;
    driver.end_child("/a");
    assert_eq!((driver.running().len(), driver.pid1.next_deadline()), (0, None));
    driver.signal(number::CONT, 0);
    assert_eq!(driver.running(), ["/a"]);
}

#[test]
fn an_entry_on_demand_runs_beside_the_level_and_power_entries_when_it_fails() {
    let table = format!("{SYSVINIT}pf::powerfail:/power\n");
    let mut driver = Driver::new(&[], &table).boot();
    driver.end_child("/rcS");
    driver.end_child("/rc");
    driver.give(Event::Initctl(render_runlevel_request(b'a', 5).to_vec()));
    assert_eq!(driver.running(), ["/getty", "/demand"]);
    driver.signal(number::PWR, 0);
    assert!(driver.has_said("the power fails"));
    assert_eq!(driver.running(), ["/getty", "/demand", "/power"]);
}
