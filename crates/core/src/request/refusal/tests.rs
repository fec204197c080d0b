//! What people are told, word by word, and that programs are told the same.

use super::*;
use crate::request::action::Action;
use alloc::string::ToString;
use alloc::vec::Vec;

fn sender() -> Origin {
    Origin { pid: 91, comm: b"reboot".to_vec(), signal: 40, ..Origin::default() }
}

type Told = (Refusal, &'static str);

/// Every refusal that there is, with its sentence.
fn all() -> impl Iterator<Item = Told> {
    let of_process_1 = of_kexec().into_iter().chain(of_process_1());
    of_process_1.chain(of_control()).chain(of_asking()).chain(of_ends()).chain(of_hardware())
}

fn of_kexec() -> [Told; 5] {
    let by = sender();
    [
        (
            Refusal::kexec(Some(&by), Why::Container),
            "kexec asked for by reboot[91] (uid 0, signal 40) refused: this is a container; ask its host; going on",
        ),
        (
            Refusal::kexec(Some(&by), Why::NoKernelLoaded),
            "kexec asked for by reboot[91] (uid 0, signal 40) refused: no kernel is loaded; load one with 'rekindle kexec load'; going on",
        ),
        (
            Refusal::kexec(Some(&by), Why::KexecUnknown(Errno::ENOENT)),
            "kexec asked for by reboot[91] (uid 0, signal 40) refused: can't read /sys/kernel/kexec_loaded: no such file or directory (ENOENT); going on",
        ),
        (
            Refusal::kexec(None, Why::NoKernelLoaded),
            "no kernel is loaded for kexec; load one with 'rekindle kexec load'",
        ),
        (
            Refusal::kexec(None, Why::KexecUnknown(Errno::ENOENT)),
            "can't read /sys/kernel/kexec_loaded: no such file or directory (ENOENT)",
        ),
    ]
}

fn of_process_1() -> [Told; 8] {
    let by = sender();
    [
        (
            Refusal::no_restart_entry(&by),
            "restart asked for by reboot[91] (uid 0, signal 40): inittab has no restart entry; going on",
        ),
        (
            Refusal::keys_in_container(&by),
            "ctrl-alt-del from reboot[91] (uid 0, signal 40): refused: this is a container; ask its host",
        ),
        (
            Refusal::no_keys_entry(&by),
            "ctrl-alt-del from reboot[91] (uid 0, signal 40): no ctrlaltdel entry; ignored",
        ),
        (
            Refusal::takeover_not_now(),
            "not replaced by /sbin/init while the machine boots or ends; ask again later",
        ),
        (
            Refusal::cant_take_over(Errno::ENOEXEC),
            "not replaced by /sbin/init, which can't take over: not an executable format (ENOEXEC); going on",
        ),
        (Refusal::runlevel_while_ending(), "the machine is ending; runlevel ignored"),
        (Refusal::no_such_runlevel(120), "/run/initctl: there is no runlevel 120; ignored"),
        (Refusal::no_such_request(9), "/run/initctl: no request has the number 9; ignored"),
    ]
}

fn of_control() -> Vec<Told> {
    let by = Origin { pid: 7, uid: 1000, comm: b"sh".to_vec(), ..Origin::default() };
    let control = |why| Refusal::control(&by, why);
    let entry = |why| Refusal::entry(b"tty1", why);
    let kept = |why| Refusal::descriptors(b"image", why);
    Vec::from([
        (control(Why::NotAllowed), "request of sh[7] (uid 1000) refused: only root may"),
        (
            control(Why::OtherNamespace),
            "request of sh[7] (uid 1000) refused: who asks is of another user or PID namespace than process 1",
        ),
        (
            control(Why::PeerUnknown(Errno::ESRCH)),
            "request of sh[7] (uid 1000) refused: who asks can't be told: no such process (ESRCH)",
        ),
        (control(Why::NoFrame), "request of sh[7] (uid 1000) refused: not a frame"),
        (
            control(Why::OtherVersion(2)),
            "request of sh[7] (uid 1000) refused: a frame of version 2, where process 1 knows version 1",
        ),
        (
            control(Why::BadContent),
            "request of sh[7] (uid 1000) refused: a frame with a wrong content",
        ),
        (entry(Why::NoSuchEntry), "entry 'tty1': inittab has no such entry; see 'rekindle status'"),
        (
            entry(Why::ManyEntries(Words::new("3, 4"))),
            "entry 'tty1': several have it, on lines 3, 4; name it by its line",
        ),
        (entry(Why::NotRespawned), "entry 'tty1': it is not started again by itself"),
        (kept(Why::NoRoom), "descriptors 'image': no room for more descriptors"),
        (
            kept(Why::WrongDescriptors),
            "descriptors 'image': it must bring the descriptors that are to be kept, and no other may",
        ),
        (kept(Why::NotKept), "descriptors 'image': nothing is kept under that name"),
        (
            Refusal::reload(Errno::ENOENT),
            "can't read /etc/inittab: no such file or directory (ENOENT); keeping the entries as they are",
        ),
        (
            Refusal::because(What::ControlSocket, Why::Told(Words::new("only root may"))),
            "only root may",
        ),
        (
            Refusal::failed(What::ControlSocket, Errno::ETIMEDOUT),
            "can't ask process 1 on /run/rekindle/control: timed out (ETIMEDOUT)",
        ),
    ])
}

fn of_asking() -> [Told; 7] {
    let errno = Errno::EPERM;
    let command = Some(Words::new("init 6"));
    [
        (
            Refusal::not_heard(What::Asking(Action::Kexec), "busybox", None, true),
            "process 1 is busybox, which does not listen for kexec; '-f' goes without it, ends no process and unmounts nothing",
        ),
        (
            Refusal::not_heard(What::Asking(Action::Reboot), "runit", command, true),
            "process 1 is runit, which does not listen for reboot; type 'init 6'",
        ),
        (
            Refusal::not_heard(What::Runlevel, "runit", None, false),
            "process 1 is runit, which does not listen for that",
        ),
        (
            Refusal::failed(What::Asking(Action::Reboot), errno),
            "can't ask process 1 for reboot: operation not permitted (EPERM)",
        ),
        (
            Refusal::failed(What::AskingToReload, errno),
            "can't ask process 1 to reload: operation not permitted (EPERM)",
        ),
        (
            Refusal::failed(What::AskingToBeReplaced, errno),
            "can't ask process 1 to be replaced: operation not permitted (EPERM)",
        ),
        (
            Refusal::failed(What::Initctl, errno),
            "can't write to /run/initctl: operation not permitted (EPERM)",
        ),
    ]
}

fn of_ends() -> [Told; 6] {
    let errno = Errno::EPERM;
    [
        (
            Refusal::failed(What::RebootCommand(Action::PowerOff), errno),
            "the kernel refused to poweroff: operation not permitted (EPERM)",
        ),
        (
            Refusal::failed(What::ResetValue(Words::new("kbd")), Errno::EINVAL),
            "the kernel does not take the reset 'kbd': invalid argument (EINVAL)",
        ),
        (
            Refusal::because(What::End, Why::NotEnded),
            "process 1 has been asked, and the machine has not ended",
        ),
        (
            Refusal::because(What::Variables, Why::VariablesTooLong),
            "the variables take more than 368 bytes",
        ),
        (
            Refusal::because(What::Runlevel, Why::NoRunlevels),
            "process 1 has no runlevels but 0 and 6: its inittab has no initdefault entry",
        ),
        (
            Refusal::because(What::Command, Why::NotProcess1),
            "must be run as process 1 of a PID namespace to run a command",
        ),
    ]
}

fn of_hardware() -> [Told; 9] {
    let errno = Errno::EPERM;
    [
        (
            Refusal::because(What::Hardware, Why::NoAccess(errno)),
            "can't reset the hardware: no access to the ports: operation not permitted (EPERM)",
        ),
        (
            Refusal { next: Next::AskKernelForMore, ..Refusal::hardware(Why::NothingWorked) },
            "no way to reset the hardware worked; 'reboot -f' asks the kernel, which has more",
        ),
        (
            Refusal::hardware(Why::LockedDown(Words::new("integrity"))),
            "can't reset the hardware: the kernel is locked down (integrity) and lets no process at the ports; use 'reboot -f', which asks the kernel",
        ),
        (
            Refusal::hardware(Why::OnlyRoot),
            "can't reset the hardware: only root may use the ports (EPERM); use 'reboot -f', which asks the kernel",
        ),
        (
            Refusal::hardware(Why::PortsFailed(Errno::EINVAL)),
            "can't reset the hardware: the ports can't be had: invalid argument (EINVAL); use 'reboot -f', which asks the kernel",
        ),
        (
            Refusal::no_reset_choice(Why::NoResetType(Errno::ENOENT)),
            "can't choose how to reset: /sys/kernel/reboot/type: no such file or directory (ENOENT); Linux has it since 5.11, before that 'reboot=' on its command line chooses",
        ),
        (
            Refusal::no_reset_choice(Why::NoResetMode(errno)),
            "can't choose how to reset: /sys/kernel/reboot/mode: operation not permitted (EPERM); Linux has it since 5.11, before that 'reboot=' on its command line chooses",
        ),
        (
            Refusal::wrong_usage("unknown option -x", Some("halt")),
            "unknown option -x; see 'halt --help'",
        ),
        (
            Refusal::wrong_usage("'x' is no runlevel; usage: telinit", None),
            "'x' is no runlevel; usage: telinit",
        ),
    ]
}

#[test]
fn people_are_told_what_why_and_what_next() {
    for (refusal, text) in all() {
        assert_eq!(refusal.to_string(), text);
    }
}

#[test]
fn programs_are_told_the_same_and_can_read_it() {
    for (refusal, text) in all() {
        let line = refusal.render();
        assert_eq!(Refusal::parse(line.as_bytes()), Ok(refusal), "{text}");
        assert!(!line.contains('\n'), "{line}");
    }
    let line = Refusal::kexec(Some(&sender()), Why::NoKernelLoaded).render();
    let expected = r#"{"what":"kexec","by":"reboot[91] (uid 0, signal 40)","why":"no-kernel-loaded","next":"load-kernel"}"#;
    assert_eq!(line, expected);
}

#[test]
fn what_is_no_refusal_is_named() {
    for (text, reason) in [
        ("", "begins with"),
        ("{}", "a text is missing"),
        (r#"{"what":"x","why":"container","next":"nothing"}"#, "nothing that is refused"),
        (r#"{"what":"end","why":"x","next":"nothing"}"#, "no reason"),
        (r#"{"what":"end","why":"failed","next":"nothing"}"#, "a number is missing"),
        (r#"{"what":"end","why":"container","next":"x"}"#, "no next step"),
        (r#"{"what":"asking","action":"x","why":"container","next":"x"}"#, "no action"),
    ] {
        let error = Refusal::parse(text.as_bytes()).unwrap_err();
        assert!(error.contains(reason), "{text}: {error}");
    }
}

/// Programs of another version know reasons by their numbers.
#[test]
fn every_reason_has_a_number_of_its_own_which_the_protocol_names() {
    let page = include_str!("../../../../../docs/protocol.md");
    let reasons = page.split("## Reasons").nth(1).and_then(|rest| rest.split("##").next()).unwrap();
    let words: Vec<&str> = reasons.split_whitespace().collect();
    let reasons = words.join(" ");
    let listed: Vec<&str> = reasons.split([',', '.']).map(str::trim).collect();
    for (refusal, _) in all() {
        let (number, name) = (refusal.why.number(), refusal.why.name());
        let entry = alloc::format!("{number} {name}");
        assert!(listed.contains(&entry.as_str()), "{entry} is not in docs/protocol.md");
    }
}
