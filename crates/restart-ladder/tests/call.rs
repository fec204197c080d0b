//! The reboot(2) call's checks, one by one and in their order. crates/vm/tests/ladder asks a real
//! kernel the same.

use restart_ladder::chain::{
    Action, Call, Caller, Command, Ending, Errno, Fault, Hibernation, KexecState, System,
};

const ROOT: Caller = Caller { may_boot: true, is_in_first_pid_namespace: true };
const NOBODY: Caller = Caller { may_boot: false, is_in_first_pid_namespace: true };
const CONTAINER: Caller = Caller { may_boot: true, is_in_first_pid_namespace: false };
const SYSTEM: System = System::new().with_power_off(true).with_hibernation(Hibernation::Off);

fn decide(call: Call, caller: Caller, system: &System) -> Result<Action, Errno> {
    call.decide(caller, system, || Err(Fault))
}

fn root(command: Command) -> Result<Action, Errno> {
    decide(Call::from_libc(command.number()), ROOT, &SYSTEM)
}

#[test]
fn the_capability_comes_before_the_magic_numbers() {
    let wrong = Call { magic1: 0, magic2: 0, command: 0x1234 };
    assert_eq!(decide(wrong, NOBODY, &SYSTEM), Err(Errno::Permission));
    assert_eq!(decide(wrong, ROOT, &SYSTEM), Err(Errno::Invalid));
}

#[test]
fn four_second_magic_numbers_are_right_and_no_other() {
    let call = |magic1, magic2| Call { magic1, magic2, command: Command::CadOff.number() };
    for magic2 in [672_274_793, 85_072_278, 369_367_448, 537_993_216] {
        assert_eq!(decide(call(0xFEE1_DEAD, magic2), ROOT, &SYSTEM), Ok(Action::CtrlAltDel(false)));
        assert_eq!(decide(call(0xFEE1_DEAE, magic2), ROOT, &SYSTEM), Err(Errno::Invalid));
        assert_eq!(decide(call(0xFEE1_DEAD, magic2 + 1), ROOT, &SYSTEM), Err(Errno::Invalid));
    }
}

#[test]
fn every_command_of_root() {
    assert_eq!(root(Command::Restart), Ok(Action::Restart(None)));
    assert_eq!(root(Command::Halt), Ok(Action::Halt { instead_of_power_off: false }));
    assert_eq!(root(Command::CadOn), Ok(Action::CtrlAltDel(true)));
    assert_eq!(root(Command::CadOff), Ok(Action::CtrlAltDel(false)));
    assert_eq!(root(Command::PowerOff), Ok(Action::PowerOff));
    assert_eq!(root(Command::Restart2), Err(Errno::Fault));
    assert_eq!(root(Command::Suspend), Err(Errno::Permission));
    assert_eq!(root(Command::Kexec), Err(Errno::Invalid));
    assert_eq!(decide(Call::from_libc(0xDEAD_BEEF), ROOT, &SYSTEM), Err(Errno::Invalid));
}

#[test]
fn power_off_without_anybody_who_can_becomes_halt() {
    let system = SYSTEM.with_power_off(false);
    let call = Call::from_libc(Command::PowerOff.number());
    assert_eq!(decide(call, ROOT, &system), Ok(Action::Halt { instead_of_power_off: true }));
}

#[test]
fn a_container_ends_itself_and_may_do_nothing_else() {
    for command in Command::ALL {
        let expected = match command {
            Command::Restart | Command::Restart2 => Ok(Action::EndNamespace(Ending::Hangup)),
            Command::Halt | Command::PowerOff => Ok(Action::EndNamespace(Ending::Interrupt)),
            _ => Err(Errno::Invalid),
        };
        assert_eq!(
            decide(Call::from_libc(command.number()), CONTAINER, &SYSTEM),
            expected,
            "{command:?}"
        );
    }
    assert_eq!((Ending::Hangup.signal(), Ending::Interrupt.signal()), (1, 2));
}

#[test]
fn kexec_and_hibernation_answer_for_their_state() {
    let kexec =
        |kexec| decide(Call::from_libc(Command::Kexec.number()), ROOT, &SYSTEM.with_kexec(kexec));
    assert_eq!(kexec(KexecState::Locked), Err(Errno::Busy));
    assert_eq!(kexec(KexecState::NotBuilt), Err(Errno::Invalid));
    assert_eq!(kexec(KexecState::Loaded), Ok(Action::Kexec));
    let call = Call::from_libc(Command::Suspend.number());
    let suspend = |hibernation| decide(call, ROOT, &SYSTEM.with_hibernation(hibernation));
    assert_eq!(suspend(Hibernation::NotBuilt), Err(Errno::Invalid));
    assert_eq!(suspend(Hibernation::Available), Ok(Action::Hibernate));
}

fn text_of(bytes: &[u8]) -> Result<Vec<u8>, Errno> {
    let mut bytes = bytes.iter().copied();
    let call = Call::from_libc(Command::Restart2.number());
    match call.decide(ROOT, &SYSTEM, || bytes.next().ok_or(Fault))? {
        Action::Restart(Some(text)) => Ok(text.as_bytes().to_vec()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_text_ends_at_its_zero_or_after_255_bytes() {
    assert_eq!(text_of(b"bootloader\0rest"), Ok(b"bootloader".to_vec()));
    assert_eq!(text_of(b"\0"), Ok(Vec::new()));
    assert_eq!(text_of(&[b'x'; 255]), Ok(vec![b'x'; 255]), "the 256th byte is never read");
    assert_eq!(text_of(&[b'x'; 300]), Ok(vec![b'x'; 255]));
    assert_eq!(text_of(&[b'x'; 254]), Err(Errno::Fault));
}

#[test]
fn the_forms_of_the_c_libraries_are_the_same_call() {
    assert_eq!(
        Call::from_libc(0x0123_4567),
        Call::from_libc5(-0x011E_2153, 672_274_793, 0x0123_4567)
    );
    assert_eq!(Call::from_libc(0xCDEF_0123).command, Command::Halt.number());
}

#[test]
fn errors_have_linuxs_numbers() {
    let numbers = [Errno::Permission, Errno::Fault, Errno::Busy, Errno::Invalid].map(Errno::number);
    assert_eq!(numbers, [1, 14, 16, 22]);
}
