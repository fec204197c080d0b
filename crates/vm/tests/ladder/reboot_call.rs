//! `Call::decide` against what a stock Linux answers to the same calls: every command, magic
//! number, capability and namespace that does not end the machine.

use std::collections::BTreeMap;

use anyhow::Result;
use restart_ladder::chain::{Action, Call, Caller, Fault, Hibernation, System};
use vm::Kernel;
use vm::board::{Board, Ending, MachineType, Payload};

/// The callers of the probe by their number (lantern/probe/src/table.rs). The capability counts in
/// the user namespace that owns the PID namespace: a new user namespace alone gives none.
const CALLERS: [(&str, Caller); 6] = [
    ("root", Caller { may_boot: true, is_in_first_pid_namespace: true }),
    ("nobody", Caller { may_boot: false, is_in_first_pid_namespace: true }),
    ("root in a new pid namespace", Caller { may_boot: true, is_in_first_pid_namespace: false }),
    ("nobody in a new pid namespace", Caller { may_boot: false, is_in_first_pid_namespace: false }),
    ("root of a new user namespace", Caller { may_boot: false, is_in_first_pid_namespace: true }),
    (
        "root of a new user and pid namespace",
        Caller { may_boot: true, is_in_first_pid_namespace: false },
    ),
];

/// The state of the machine: Debian's kernel has kexec and hibernation, nothing is loaded,
/// `nohibernate` is given.
const SYSTEM: System = System::new().with_power_off(true).with_hibernation(Hibernation::Off);

/// One line of the probe: caller, magic1, magic2, command, text can be read.
type Case = (usize, u32, u32, u32, bool);

fn parse(line: &str) -> Option<(Case, i64)> {
    let words: Vec<i64> =
        line.strip_prefix("case ")?.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let [caller, magic1, magic2, command, text, result] = words[..] else { panic!("{line}") };
    let number = |value: i64| u32::try_from(value).unwrap();
    let case = (
        usize::try_from(caller).unwrap(),
        number(magic1),
        number(magic2),
        number(command),
        text == 1,
    );
    Some((case, result))
}

/// In the probe's terms: minus the error, 0, or 1000 and the signal.
fn decided((caller, magic1, magic2, command, is_readable): Case) -> i64 {
    let mut text = b"text\0".iter().copied().filter(|_| is_readable);
    let call = Call { magic1, magic2, command };
    match call.decide(CALLERS[caller].1, &SYSTEM, || text.next().ok_or(Fault)) {
        Err(error) => -i64::from(error.number()),
        Ok(Action::CtrlAltDel(_)) => 0,
        Ok(Action::EndNamespace(ending)) => 1000 + i64::from(ending.signal()),
        Ok(other) => panic!("the probe survived {other:?}"),
    }
}

/// 6 callers, 2 by 6 magic numbers, 10 commands with RESTART2 twice, less the 4 by 4 that end the
/// machine.
const CASES: usize = 6 * 2 * 6 * 11 - 4 * 4;

#[test]
fn linux_6_1_answers_every_call_as_we_do() -> Result<()> {
    compare(Kernel::Linux6_1)
}

#[test]
fn linux_6_12_answers_every_call_as_we_do() -> Result<()> {
    compare(Kernel::Linux6_12)
}

fn compare(kernel: Kernel) -> Result<()> {
    let payload = Payload::linux_with_probe(kernel)?;
    let line = "console=ttyS0 quiet loglevel=0 nohibernate panic=-1 -- table";
    let (ending, trace) = Board::new(MachineType::Q35, &payload, line).run_to_reset()?;
    let serial = trace.serial();
    assert!(matches!(ending, Ending::Reset { .. }), "{ending:x?}\n{serial}");
    let answers: BTreeMap<Case, i64> =
        serial.lines().filter_map(|line| parse(line.trim())).collect();
    assert!(serial.contains("cases done"), "{serial}");
    assert_eq!(answers.len(), CASES);
    let wrong = answers.iter().filter(|(case, answer)| decided(**case) != **answer);
    let wrong: Vec<String> = wrong
        .map(|(case, answer)| {
            format!("{} {case:x?}: linux {answer}, we {}", CALLERS[case.0].0, decided(*case))
        })
        .collect();
    println!("{} calls, {} answered differently", answers.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// Without ACPI nobody can power a PC off: it halts, and says so.
#[test]
fn power_off_becomes_halt_where_nobody_can() -> Result<()> {
    let payload = Payload::linux_with_probe(Kernel::Linux6_1)?;
    let line = "console=ttyS0 loglevel=6 panic=-1 acpi=off -- poweroff";
    let board = Board::new(MachineType::Q35WithoutAcpi, &payload, line);
    let printed = board.run_until("System halted")?;
    assert!(printed.ends_with("reboot: System halted"), "{printed}");
    Ok(())
}
