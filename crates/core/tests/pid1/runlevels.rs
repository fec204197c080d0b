//! sysvinit's runlevels: what each change starts, ends and leaves alone.

use crate::driver::Driver;
use rekindle_core::errno::Errno;
use rekindle_core::event::Event;
use rekindle_core::initctl::render_environment_request;
use rekindle_core::op::{Op, Outcome, ProcessOp};
use rekindle_core::signal::number::{INT, KILL, PWR, TERM};

fn booted(table: &str) -> Driver {
    Driver::new(&[], &format!("id:2:initdefault:\n{table}")).boot()
}

fn no_process(op: &Op) -> Option<Outcome> {
    let is_start = matches!(op, Op::Process(ProcessOp::Spawn(_)));
    is_start.then_some(Outcome::Failed(Errno::EAGAIN))
}

#[test]
fn no_machine_boots_into_a_level_in_which_it_would_end() {
    for (field, level) in [("6", "2"), ("0", "2"), ("63", "3"), ("3a", "3")] {
        let driver = Driver::new(&[], &format!("id:{field}:initdefault:\nx:2:once:/x\n")).boot();
        assert!(driver.has_said(&format!("entering runlevel {level}")), "{field}");
    }
}

#[test]
fn what_is_off_is_not_started_by_its_letter_either() {
    let mut driver = booted("x:a:off:/x\ny:a:ondemand:/y\n");
    driver.telinit(b'a');
    assert_eq!(driver.running(), ["/y"]);
    driver.telinit(b'b');
    assert_eq!(driver.running(), ["/y"]);
}

#[test]
fn an_entry_that_a_change_of_level_cut_short_runs_again_when_its_level_comes_back() {
    let mut driver = booted("l1:1:wait:/rc1\nl2:2:wait:/rc2\n1:2:respawn:/getty\n");
    driver.end_child("/rc2");
    driver.telinit(b'1');
    driver.end_child("/getty");
    assert_eq!(driver.running(), ["/rc1"]);
    driver.telinit(b'2');
    assert_eq!(driver.signals_to("/rc1"), [TERM]);
    driver.end_child("/rc1");
    assert_eq!(driver.running(), ["/rc2"], "the services of level 2 are to be started again");
    driver.telinit(b'1');
    driver.telinit(b'2');
    driver.telinit(b'1');
    driver.end_child("/rc2");
    assert_eq!(driver.running(), ["/rc1"]);
}

#[test]
fn one_that_can_not_be_killed_holds_no_later_level_up() {
    let mut driver = booted("l2:2:wait:/rc2\nl3:3:wait:/rc3\n");
    driver.telinit(b'3');
    driver.wait_ms(5_000);
    assert_eq!(driver.signals_to("/rc2"), [TERM, KILL]);
    assert_eq!(driver.running(), ["/rc2"]);
    driver.wait_ms(2_000);
    assert_eq!(driver.running(), ["/rc2", "/rc3"]);
    driver.end_child("/rc3");
    driver.telinit(b'S');
    driver.wait_ms(7_000);
    assert_eq!(driver.running(), ["/rc2", "/sbin/sulogin"]);
    driver.end_child("/sbin/sulogin");
    assert!(driver.said.last().is_some_and(|line| line == "entering runlevel 2"), "and out again");
    assert_eq!(driver.running(), ["/rc2"], "it is of level 2 again");
}

#[test]
fn a_boot_entry_that_found_no_process_is_tried_before_the_boot_goes_on() {
    let mut driver = Driver::new(&[], "id:2:initdefault:\nb::boot:/b\n1:2:respawn:/getty\n");
    driver.answer = no_process;
    let mut driver = driver.boot();
    assert_eq!(driver.running(), [""; 0]);
    driver.answer = |_| None;
    driver.wait_ms(1_000);
    assert_eq!(driver.running(), ["/b", "/getty"]);
}

#[test]
fn who_rests_behind_one_that_is_waited_for_wakes_nobody() {
    let mut driver = booted("p:2:powerwait:/power\nx:2:once:/x\n");
    driver.answer = no_process;
    driver.signal(PWR, 0);
    driver.answer = |_| None;
    driver.wait_ms(1_000);
    assert_eq!(driver.running(), ["/x", "/power"]);
    let mut driver = Driver::new(&[], "id:2:initdefault:\np:2:powerwait:/power\nx:2:once:/x\n");
    driver.answer = no_process;
    let mut driver = driver.boot();
    driver.answer = |_| None;
    driver.signal(PWR, 0);
    assert_eq!(driver.running(), ["/power"]);
    driver.wait_ms(9_000);
    assert_eq!(driver.running(), ["/power"]);
    driver.end_child("/power");
    assert_eq!(driver.running(), ["/x"]);
}

#[test]
fn an_event_that_finds_no_place_in_the_level_wakes_nobody_either() {
    let mut driver = booted("p:2:powerfail:/power\n");
    driver.answer = no_process;
    driver.signal(PWR, 0);
    driver.telinit(b'3');
    driver.answer = |_| None;
    driver.wait_ms(9_000);
    assert_eq!(driver.running(), [""; 0]);
}

#[test]
fn variables_are_as_many_as_sysvinit_keeps_and_can_be_unset() {
    let mut driver = booted("x:3:once:/x\n");
    for number in 0..20 {
        let pair = format!("INIT_{number}=x");
        let request = render_environment_request(&[pair.as_bytes()]).unwrap();
        driver.give(Event::Initctl(request.to_vec()));
    }
    let unset = render_environment_request(&[b"INIT_3", b"INIT_4=y"]).unwrap();
    driver.give(Event::Initctl(unset.to_vec()));
    driver.telinit(b'3');
    let environment = driver.environment_of("/x");
    let kept: Vec<String> = environment
        .into_iter()
        .filter(|pair| pair.starts_with("INIT_") && pair.len() < 10)
        .collect();
    assert_eq!((kept.len(), kept.last().unwrap().as_str()), (15, "INIT_4=y"));
    assert!(!kept.contains(&String::from("INIT_3=x")) && kept.contains(&String::from("INIT_15=x")));
}

#[test]
fn a_level_of_the_kernels_line_comes_before_that_of_the_table() {
    for (word, level) in
        [("3", "3"), ("single", "S"), ("-s", "S"), ("0", "2"), ("6", "2"), ("33", "2")]
    {
        let driver = Driver::new(&[word], "id:2:initdefault:\nb::bootwait:/b\n").boot();
        if level == "S" {
            assert_eq!(driver.running(), ["/sbin/sulogin"], "{word}");
        } else {
            let mut driver = driver;
            driver.end_child("/b");
            assert!(driver.has_said(&format!("entering runlevel {level}")), "{word}");
        }
    }
}

#[test]
fn the_keys_run_their_entries_one_after_the_other_and_once_for_each_press() {
    let mut driver = booted("a::ctrlaltdel:/a\nb::ctrlaltdel:/b\n");
    driver.signal(INT, 0);
    assert_eq!(driver.running(), ["/a"]);
    driver.end_child("/a");
    assert_eq!(driver.running(), ["/b"]);
    driver.end_child("/b");
    assert_eq!(driver.running(), [""; 0]);
}
