//! What the options mean, and which can't be meant.

use super::*;

fn steps(action: Action, arguments: &[&str]) -> Result<Vec<Step>, String> {
    let bytes: Vec<&[u8]> = arguments.iter().map(|word| word.as_bytes()).collect();
    match parse_end_command(action, &bytes, false)? {
        Invocation::Steps(steps) => Ok(steps),
        Invocation::Help(text) => Err(text),
    }
}

#[test]
fn options_mean_what_they_mean_to_busybox() {
    use Step::{AskInit, Delay, EndKernel, RequireLoadedKernel, Sync, WriteWtmp};
    let reboot = |arguments: &[&str]| steps(Action::Reboot, arguments).unwrap();
    assert_eq!(reboot(&[]), [WriteWtmp, AskInit(Action::Reboot)]);
    assert_eq!(reboot(&["-f"]), [WriteWtmp, Sync, EndKernel(Action::Reboot)]);
    assert_eq!(reboot(&["-nfi"]), [WriteWtmp, EndKernel(Action::Reboot)]);
    assert_eq!(reboot(&["-w", "-f"]), [WriteWtmp]);
    assert_eq!(reboot(&["-d", "2"]), [Delay(2000), WriteWtmp, AskInit(Action::Reboot)]);
    assert_eq!(reboot(&["-d2", "now"]), reboot(&["-d", "2"]));
    assert_eq!(reboot(&["-k"]), [RequireLoadedKernel, WriteWtmp, AskInit(Action::Kexec)]);
    assert_eq!(reboot(&["-kf"]), [RequireLoadedKernel, WriteWtmp, Sync, EndKernel(Action::Kexec)]);
}

#[test]
fn options_mean_what_they_mean_to_sysvinit() {
    use Step::{AskInit, EndKernel, Sync, WriteWtmp};
    let reboot = steps(Action::Reboot, &["-d", "-f", "-i"]).unwrap();
    assert_eq!(reboot, [Sync, EndKernel(Action::Reboot)]);
    let halt = steps(Action::Halt, &["-d", "-f", "-i", "-p", "-h"]).unwrap();
    assert_eq!(halt, [Sync, EndKernel(Action::PowerOff)]);
    assert_eq!(steps(Action::Halt, &["-p"]).unwrap(), [WriteWtmp, AskInit(Action::PowerOff)]);
    assert_eq!(steps(Action::PowerOff, &["-h"]).unwrap().len(), 2);
    assert_eq!(steps(Action::Reboot, &["-d"]).unwrap(), [AskInit(Action::Reboot)]);
}

#[test]
fn a_script_of_an_end_never_cuts_it_short() {
    let words: [&[u8]; 3] = [b"-d", b"-f", b"-i"];
    let steps = parse_end_command(Action::Reboot, &words, true);
    let asked = Vec::from([Step::AskInit(Action::Reboot), Step::AwaitEnd]);
    assert_eq!(steps, Ok(Invocation::Steps(asked)));
}

#[test]
fn the_kernel_is_told_how_to_reset_before_anything_else() {
    use Step::{AskInit, ChooseReset, Delay, WriteWtmp};
    let reboot = |arguments: &[&str]| steps(Action::Reboot, arguments).unwrap();
    let choice = ResetChoice { kind: Some("kbd"), mode: Some("warm") };
    let asked = reboot(&["-d1", "--reset-type", "kbd", "--reset-mode=warm"]);
    assert_eq!(asked, [ChooseReset(choice), Delay(1000), WriteWtmp, AskInit(Action::Reboot)]);
    assert_eq!(reboot(&["--reset-type=kbd", "-w"]), [WriteWtmp]);
    let kind = steps(Action::Reboot, &["--reset-type", "gpio"]).unwrap_err();
    assert!(kind.starts_with("no reset type is called 'gpio': choose one of acpi, kbd"), "{kind}");
    let mode = steps(Action::Reboot, &["--reset-mode="]).unwrap_err();
    assert!(mode.starts_with("no reset mode is called ''"), "{mode}");
    let missing = steps(Action::Reboot, &["--reset-mode"]).unwrap_err();
    assert_eq!(missing, "option --reset-mode needs a value");
}

#[test]
fn the_hardware_is_reset_only_by_force_and_only_where_ports_suffice() {
    use Step::{RequirePorts, ResetHardware, Sync, WriteWtmp};
    let reboot = |arguments: &[&str]| steps(Action::Reboot, arguments);
    let default = ResetChoice::default();
    let all = [RequirePorts, WriteWtmp, Sync, ResetHardware(default)];
    assert_eq!(reboot(&["-f", "--hardware"]).unwrap(), all);
    let pci = ResetChoice { kind: Some("pci"), mode: None };
    assert_eq!(
        reboot(&["--hardware", "-fn", "--reset-type=pci"]).unwrap(),
        [RequirePorts, WriteWtmp, ResetHardware(pci)]
    );
    for (arguments, reason) in [
        (&["--hardware"][..], "needs -f"),
        (&["-f", "--hardware", "--reset-type", "efi"], "only a kernel can"),
        (&["-fk", "--hardware"], "without any reset"),
        (&["-k", "--reset-mode", "warm"], "without any reset"),
        (&["-f", "--hardware=kbd"], "unknown option --hardware=kbd"),
    ] {
        let error = reboot(arguments).unwrap_err();
        assert!(error.contains(reason), "{arguments:?}: {error}");
    }
    for action in [Action::Halt, Action::PowerOff] {
        let error = steps(action, &["-f", "--hardware"]).unwrap_err();
        assert_eq!(error, "unknown option --hardware");
    }
}

#[test]
fn wrong_usage_is_named() {
    assert_eq!(steps(Action::Reboot, &["-x"]).unwrap_err(), "unknown option -x");
    assert_eq!(steps(Action::Halt, &["-k"]).unwrap_err(), "unknown option -k");
    assert_eq!(steps(Action::Halt, &["--now"]).unwrap_err(), "unknown option --now");
    assert_eq!(
        steps(Action::Halt, &["-d", "5s"]).unwrap_err(),
        "option -d needs a number of seconds"
    );
    assert!(steps(Action::Halt, &["--help"]).unwrap_err().starts_with("usage: halt"));
}
