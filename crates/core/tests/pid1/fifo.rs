//! What comes through the FIFO, and what the power does.

use crate::driver::Driver;
use rekindle_core::event::Event;
use rekindle_core::initctl::{render_environment_request, render_runlevel_request};
use rekindle_core::op::{InitctlOp, Op};
use rekindle_core::signal::number::{KILL, PWR, TERM, USR1};

fn booted(table: &str) -> Driver {
    Driver::new(&[], &format!("id:2:initdefault:\n{table}")).boot()
}

#[test]
fn what_comes_behind_level_0_is_said_by_a_variable_and_by_no_other() {
    for (pair, action) in [("INIT_HALT=HALT", "halt"), ("INIT_OTHER=x", "poweroff")] {
        let mut driver = booted("x:2:once:/x\n");
        let request = render_environment_request(&[pair.as_bytes()]).unwrap();
        driver.give(Event::Initctl(request.to_vec()));
        driver.telinit(b'0');
        assert!(driver.has_said(&format!("{action} (orderly) asked for")), "{pair}");
    }
}

#[test]
fn bytes_that_are_no_request_are_counted_and_a_request_is_not() {
    let mut driver = booted("x:3:once:/x\n");
    driver.telinit(b'3');
    assert!(!driver.has_said("skipped"), "{:?}", driver.said);
    driver.give(Event::Initctl(vec![b'x'; 10]));
    driver.telinit(b'2');
    assert!(driver.has_said("/run/initctl: 10 bytes are no request; skipped"), "{:?}", driver.said);
}

#[test]
fn who_leaves_has_as_long_as_telinit_says() {
    let mut driver = booted("1:2:respawn:/a\n");
    driver.give(Event::Initctl(render_runlevel_request(b'3', 2).to_vec()));
    driver.wait_ms(1_999);
    assert_eq!(driver.signals_to("/a"), [TERM]);
    driver.wait_ms(1);
    assert_eq!(driver.signals_to("/a"), [TERM, KILL]);
}

#[test]
fn the_fifo_is_opened_again_when_somebody_says_so() {
    let opened = |driver: &Driver| {
        driver.ops.iter().filter(|op| **op == Op::Initctl(InitctlOp::Open)).count()
    };
    let mut driver = booted("x:2:once:/x\n");
    let before = opened(&driver);
    driver.signal(USR1, 0);
    assert_eq!(opened(&driver), before + 1);
}

#[test]
fn whether_inittab_has_an_entry_for_the_power_is_said_with_it() {
    for (table, line) in [
        ("p::powerfail:/p\nq::powerwait:/q\n", "the power fails"),
        ("p::powerokwait:/p\n", "the power fails; inittab has no entry for it"),
    ] {
        let mut driver = booted(table);
        driver.signal(PWR, 0);
        assert_eq!(driver.said.last().map(String::as_str), Some(line));
    }
}
