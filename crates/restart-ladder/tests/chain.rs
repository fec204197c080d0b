//! The order of each way to end, and the tables of callbacks.

use restart_ladder::chain::{
    Chain, CommandText, Dump, Full, MachineOps, Message, Notice, Priorities, State, Verdict,
    reboot_processor,
};

type Log = Vec<String>;

fn ops() -> MachineOps<Log> {
    let mut machine = MachineOps::<Log>::new();
    machine.shutdown = |log| log.push("machine shutdown".into());
    machine.restart = |log, _| log.push("ladder".into());
    machine.emergency_restart = |log| log.push("emergency ladder".into());
    machine.halt = |log| log.push("machine halt".into());
    machine.power_off = |log| log.push("machine power off".into());
    machine.kexec = |log| log.push("jump".into());
    machine
}

fn chain() -> Chain<Log, 4> {
    let mut chain = Chain::<Log, 4>::new(ops());
    chain.enter = |log, state| log.push(format!("{state:?}"));
    chain.migrate = |log| log.push("migrate".into());
    chain.say = |log, message| log.push(format!("say {}", word(message)));
    chain.dump = |log, dump| log.push(format!("dump {dump:?}"));
    chain
        .notifiers
        .register(0, |log, notice, _| told(log, "notifier", notice, Verdict::Continue))
        .unwrap();
    chain.devices.register(0, |log| log.push("first device".into())).unwrap();
    chain.devices.register(0, |log| log.push("second device".into())).unwrap();
    chain.restart_prepare.register(0, |log, _| log.push("prepare".into())).unwrap();
    chain.core.register(0, |log| log.push("first core".into())).unwrap();
    chain.core.register(0, |log| log.push("second core".into())).unwrap();
    chain.restart_handlers.register(128, |log, _| log.push("handler 128".into())).unwrap();
    chain.restart_handlers.register(192, |log, _| log.push("handler 192".into())).unwrap();
    chain
}

fn told(log: &mut Log, who: &str, notice: Notice, verdict: Verdict) -> Verdict {
    log.push(format!("{who} {notice:?}"));
    verdict
}

fn word(message: Message<'_>) -> &'static str {
    match message {
        Message::Restarting(None) => "restarting",
        Message::Restarting(Some(_)) => "restarting with text",
        Message::Halted => "halted",
        Message::PowerOffUnavailable => "no power off",
        Message::PowerDown => "power down",
        Message::StartingKernel => "starting kernel",
        _ => "something new",
    }
}

fn ran(run: impl FnOnce(&Chain<Log, 4>, &mut Log)) -> Log {
    let mut log = Log::new();
    run(&chain(), &mut log);
    log
}

#[test]
fn a_restart_goes_through_the_whole_chain_in_the_kernels_order() {
    let log = ran(|chain, log| chain.restart(log, None));
    let expected = [
        "notifier Restart",
        "Restart",
        "second device",
        "first device",
        "prepare",
        "migrate",
        "second core",
        "first core",
        "say restarting",
        "dump Shutdown",
        "machine shutdown",
        "handler 192",
        "handler 128",
        "ladder",
    ];
    assert_eq!(log, expected);
}

#[test]
fn halt_and_power_off_end_without_prepare_and_handlers() {
    let halted = ran(|chain, log| chain.halt(log, true));
    assert_eq!(halted[..2], ["notifier Halt", "Halt"]);
    assert_eq!(halted[7..], ["say no power off", "dump Shutdown", "machine halt"]);
    let off = ran(Chain::power_off);
    assert_eq!(off[..2], ["notifier PowerOff", "PowerOff"]);
    assert_eq!(off[7..], ["say power down", "dump Shutdown", "machine power off"]);
}

#[test]
fn kexec_announces_a_restart_and_shuts_the_machine_down_before_the_log_is_dumped() {
    let log = ran(Chain::kexec);
    assert_eq!(log[0], "notifier Restart");
    assert_eq!(log[7..], ["say starting kernel", "machine shutdown", "dump Shutdown", "jump"]);
}

#[test]
fn an_emergency_restart_asks_nobody() {
    assert_eq!(
        ran(Chain::emergency_restart),
        [
            format!("dump {:?}", Dump::Emergency),
            format!("{:?}", State::Restart),
            "emergency ladder".into()
        ]
    );
}

#[test]
fn force_leaves_the_machine_shutdown_out() {
    let mut forced = chain();
    forced.is_forced = true;
    let mut log = Log::new();
    forced.machine_restart(&mut log, None);
    assert_eq!(log, ["handler 192", "handler 128", "ladder"]);
}

#[test]
fn a_notifier_that_stops_the_chain_stops_the_notifiers_only() {
    let mut stopped = chain();
    stopped
        .notifiers
        .register(10, |log, notice, _| told(log, "stopper", notice, Verdict::Stop))
        .unwrap();
    let mut log = Log::new();
    stopped.restart(&mut log, None);
    assert_eq!(log[..2], ["stopper Restart", "Restart"]);
    assert_eq!(log.last().map(String::as_str), Some("ladder"));
}

#[test]
fn machine_operations_may_be_replaced() {
    let mut replaced = chain();
    replaced.machine.restart =
        |log, text: Option<&CommandText>| log.push(format!("hypervisor {}", text.is_some()));
    let mut log = Log::new();
    replaced.restart(&mut log, None);
    assert_eq!(log.last().map(String::as_str), Some("hypervisor false"));
}

#[test]
fn entries_of_equal_priority_keep_their_order_and_a_full_table_refuses() {
    let mut table = Priorities::<char, 4>::new();
    for (priority, entry) in [(0, 'c'), (128, 'a'), (0, 'd'), (128, 'b')] {
        table.register(priority, entry).unwrap();
    }
    assert_eq!(table.iter().collect::<String>(), "abcd");
    assert_eq!(table.register(255, 'x'), Err(Full));
    table.remove(|entry| *entry == 'b');
    table.register(64, 'm').unwrap();
    assert_eq!(table.iter().collect::<String>(), "amcd");
}

#[test]
fn the_asked_processor_is_taken_if_it_runs() {
    let online = |processor: u32| processor != 0 && processor != 2;
    assert_eq!(reboot_processor(3, 4, online), Some(3));
    assert_eq!(reboot_processor(2, 4, online), Some(1));
    assert_eq!(reboot_processor(9, 4, |_| true), Some(0));
    assert_eq!(reboot_processor(0, 0, |_| true), None);
}
