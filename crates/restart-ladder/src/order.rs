//! Which rung follows which, and what each rung does, as tables without memory.

use crate::ports::{
    RESET_CONTROL_COLD, RESET_CONTROL_SYSTEM, RESET_CONTROL_WARM, SHUTDOWN_NORMAL, WARM_FLAG_COLD,
    WARM_FLAG_WARM,
};
use crate::{EfiMode, Facts, Options, Presence, Profile, RebootMode, Rung, Step};

/// A chipset may take this long to act on the ACPI write (Linux drivers/acpi/reboot.c, since 5.10).
const RESET_SETTLE_US: u32 = 15_000;
/// Pulses of the keyboard rung (Linux arch/x86/kernel/reboot.c).
pub(crate) const KEYBOARD_PULSES: u16 = 10;
/// Reads of the keyboard status before each pulse, and the pause after each (same file, kb_wait).
const KEYBOARD_POLLS: u32 = 0x1_0000;
const KEYBOARD_POLL_US: u32 = 2;
/// Pause before and after a pulse, and after each write to 0xCF9 (same file).
const PULSE_US: u32 = 50;

/// Our order. Firmware comes after the chipset because it may hang; the exception after all that
/// leave a machine in order; the BIOS jump last, because it does not come back.
const BEST: [Rung; 7] =
    [Rung::Acpi, Rung::Keyboard, Rung::Cf9Safe, Rung::Efi, Rung::Port92, Rung::Triple, Rung::Bios];

/// The rung after this one of Linux (arch/x86/kernel/reboot.c, native_machine_emergency_restart).
pub(crate) const fn after_in_linux(rung: Rung, is_acpi_once_more: bool) -> Rung {
    match rung {
        Rung::Acpi => Rung::Keyboard,
        Rung::Keyboard if is_acpi_once_more => Rung::Acpi,
        Rung::Keyboard => Rung::Efi,
        Rung::Efi => Rung::Bios,
        Rung::Bios => Rung::Cf9Safe,
        Rung::Cf9Force | Rung::Cf9Safe | Rung::Port92 => Rung::Triple,
        Rung::Triple => Rung::Keyboard,
    }
}

/// The rung at this place of our order, which begins with the one asked for.
pub(crate) fn best(start: Rung, place: u8) -> Option<Rung> {
    let is_same = |rung: Rung| rung == start || (rung, start) == (Rung::Cf9Safe, Rung::Cf9Force);
    let rest = BEST.into_iter().filter(|rung| !is_same(*rung));
    core::iter::once(start).chain(rest).nth(usize::from(place))
}

/// The reset flag for the BIOS: only `warm` asks it to skip its memory test, `soft` does not.
pub(crate) const fn warm_flag(mode: RebootMode) -> Step {
    match mode {
        RebootMode::Warm => Step::WarmFlag(WARM_FLAG_WARM),
        RebootMode::Cold | RebootMode::Hard | RebootMode::Soft | RebootMode::Gpio => {
            Step::WarmFlag(WARM_FLAG_COLD)
        }
    }
}

/// The step at this place of the rung; `None` behind the last.
pub(crate) fn step(rung: Rung, place: u16, facts: &Facts, options: &Options) -> Option<Step> {
    let is_best = options.profile == Profile::Best;
    let settled = |list: &[Option<Step>]| nth_settled(list, place, is_best);
    match rung {
        Rung::Acpi => acpi(place, facts, options.profile),
        Rung::Keyboard if is_best && facts.keyboard_controller == Presence::Absent => None,
        Rung::Keyboard => keyboard(place, options),
        Rung::Efi if facts.efi_reset => settled(&[Some(Step::Efi(efi_mode(facts, options)))]),
        Rung::Efi => None,
        Rung::Bios => {
            nth(&[Some(Step::CmosShutdown(SHUTDOWN_NORMAL)), Some(Step::BiosJump)], place)
        }
        Rung::Cf9Safe if !facts.cf9_safe => None,
        Rung::Cf9Force | Rung::Cf9Safe => {
            settled(&[Some(cf9(options.mode)), Some(Step::Delay { us: PULSE_US })])
        }
        Rung::Port92 => settled(&[Some(Step::Port92)]),
        Rung::Triple => settled(&[Some(Step::TripleFault)]),
    }
}

fn nth(list: &[Option<Step>], place: u16) -> Option<Step> {
    list.get(usize::from(place)).copied().flatten()
}

/// Ours waits behind every rung, so that a reset on its way is not met by the next rung.
fn nth_settled(list: &[Option<Step>], place: u16, is_best: bool) -> Option<Step> {
    let is_behind = usize::from(place) == list.len();
    if is_best && is_behind { Some(Step::Delay { us: RESET_SETTLE_US }) } else { nth(list, place) }
}

fn acpi(place: u16, facts: &Facts, profile: Profile) -> Option<Step> {
    let found = facts.reset_register?;
    let write = Step::AcpiWrite { address: found.address, value: found.value };
    let settle = (profile != Profile::Linux317).then_some(Step::Delay { us: RESET_SETTLE_US });
    nth(&[Some(write), settle], place)
}

/// The quirk's write, then for each pulse: wait until it listens, pause, pulse, pause.
fn keyboard(place: u16, options: &Options) -> Option<Step> {
    let place = match options.keyboard_cf9 {
        Some(value) if place == 0 => return Some(Step::Cf9Write(value)),
        Some(_) => place.saturating_sub(1),
        None => place,
    };
    let (pulse, part) = (place >> 2, place & 3);
    match part {
        _ if pulse == KEYBOARD_PULSES && part == 0 && options.profile == Profile::Best => {
            Some(Step::Delay { us: RESET_SETTLE_US })
        }
        _ if pulse >= KEYBOARD_PULSES => None,
        0 => Some(Step::KeyboardWait { polls: KEYBOARD_POLLS, poll_us: KEYBOARD_POLL_US }),
        2 => Some(Step::KeyboardPulse),
        _ => Some(Step::Delay { us: PULSE_US }),
    }
}

const fn cf9(mode: RebootMode) -> Step {
    let second = match mode {
        RebootMode::Warm => RESET_CONTROL_WARM,
        RebootMode::Cold | RebootMode::Hard | RebootMode::Soft | RebootMode::Gpio => {
            RESET_CONTROL_COLD
        }
    };
    Step::Cf9 { first: RESET_CONTROL_SYSTEM, second, settle_us: PULSE_US }
}

/// A waiting firmware update decides, then the quirk, then the mode (Linux
/// arch/x86/kernel/reboot.c, efi_reboot).
///
/// Ours asks for a cold reset where the tables deny the keyboard controller: EDK II's warm reset is
/// a pulse on that controller and then an endless loop (OvmfPkg/Library/ResetSystemLib).
fn efi_mode(facts: &Facts, options: &Options) -> EfiMode {
    let asked = match options.mode {
        RebootMode::Warm | RebootMode::Soft => EfiMode::Warm,
        RebootMode::Cold | RebootMode::Hard | RebootMode::Gpio => EfiMode::Cold,
    };
    let is_refusable =
        options.profile == Profile::Best && facts.keyboard_controller == Presence::Absent;
    let asked = if is_refusable { EfiMode::Cold } else { asked };
    capsule(facts, options.profile).or(options.efi_mode).unwrap_or(asked)
}

/// A firmware update that waits for its reset (Linux since 4.7).
pub(crate) const fn capsule(facts: &Facts, profile: Profile) -> Option<EfiMode> {
    match profile {
        Profile::Linux | Profile::Best => facts.efi_capsule,
        Profile::Linux317 => None,
    }
}
