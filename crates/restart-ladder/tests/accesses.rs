//! The exact accesses of each rung and the order of each profile.

mod fake;

use fake::Access::{Bios, Efi, In, Memory8, Memory16, Out, Pci, Triple, Wait};
use fake::{Access, climbed, with};
use restart_ladder::{
    BAY_TRAIL_E3800, Dmi, EfiMode, Facts, Ladder, Ledger, Options, Presence, Profile,
    RebootArgument, RebootMode, Reply, ResetAddress, ResetRegister, Rung, Step, climb,
};

const LISTENING: &[u8] = &[0x1C];
const NOBODY: &[u8] = &[0xFF];

fn register(address: ResetAddress) -> Facts {
    let register = ResetRegister::new(address, 0x0F);
    with(Facts::default(), |facts| facts.reset_register = Some(register))
}

fn full() -> Facts {
    with(register(ResetAddress::Io(0xCF9)), |facts| {
        (facts.cf9_safe, facts.efi_reset) = (true, true);
    })
}

fn only(rung: Rung, facts: Facts, answers: &[u8]) -> Vec<Access> {
    climbed(facts, Options::only(Profile::Linux, rung), answers).0.accesses
}

/// The pulses of one keyboard rung, as writes.
fn pulses() -> Vec<Access> {
    vec![Out(0x64, 0xFE); 10]
}

#[test]
fn acpi_writes_eight_bits_to_each_address_space_and_waits_fifteen_milliseconds() {
    let preface = Memory16(0x472, 0);
    let io = only(Rung::Acpi, register(ResetAddress::Io(0xCF9)), LISTENING);
    assert_eq!(io, [preface, Out(0xCF9, 0x0F), Wait(15_000)]);
    let memory = only(Rung::Acpi, register(ResetAddress::Memory(0xFEA0_0202)), LISTENING);
    assert_eq!(memory, [preface, Memory8(0xFEA0_0202, 0x0F), Wait(15_000)]);
    let pci = only(
        Rung::Acpi,
        register(ResetAddress::PciConfig { device: 31, function: 0, offset: 0xB2 }),
        LISTENING,
    );
    assert_eq!(pci, [preface, Pci(31, 0, 0xB2, 0x0F), Wait(15_000)]);
}

#[test]
fn linux_317_does_not_wait_after_the_acpi_write() {
    let options = Options::only(Profile::Linux317, Rung::Acpi);
    let accesses = climbed(register(ResetAddress::Io(0xCF9)), options, LISTENING).0.accesses;
    assert_eq!(accesses, [Memory16(0x472, 0), Out(0xCF9, 0x0F)]);
}

#[test]
fn keyboard_pulses_ten_times_with_a_wait_on_both_sides() {
    let accesses = only(Rung::Keyboard, Facts::default(), LISTENING);
    let pulse = [In(0x64), Wait(50), Out(0x64, 0xFE), Wait(50)];
    assert_eq!(accesses[0], Memory16(0x472, 0));
    assert_eq!(accesses[1..], pulse.repeat(10));
}

#[test]
fn keyboard_polls_a_busy_controller_for_a_bounded_time_and_pulses_all_the_same() {
    let (fake, _) =
        climbed(Facts::default(), Options::only(Profile::Linux, Rung::Keyboard), NOBODY);
    let reads = fake.accesses.iter().filter(|access| **access == In(0x64)).count();
    assert_eq!(reads, 10 * 0x1_0000);
    assert_eq!(fake.waited_us(), 10 * (0x1_0000 * 2 + 100));
    assert_eq!(fake.writes()[1..], pulses());
}

#[test]
fn keyboard_stops_polling_when_the_controller_listens() {
    let options = Options::only(Profile::Linux, Rung::Keyboard);
    let accesses = climbed(Facts::default(), options, &[0x02, 0x02, 0x00]).0.accesses;
    assert_eq!(accesses[1..7], [In(0x64), Wait(2), In(0x64), Wait(2), In(0x64), Wait(50)]);
}

#[test]
fn cf9_latches_the_kind_of_reset_then_resets() {
    let cold = only(Rung::Cf9Force, Facts::default(), &[0x8D]);
    assert_eq!(cold[1..], [In(0xCF9), Out(0xCF9, 0x83), Wait(50), Out(0xCF9, 0x8F), Wait(50)]);
    let mut options = Options::only(Profile::Linux, Rung::Cf9Force);
    options.mode = RebootMode::Warm;
    let warm = climbed(Facts::default(), options, &[0x00]).0.writes();
    assert_eq!(warm, [Memory16(0x472, 0x1234), Out(0xCF9, 0x02), Out(0xCF9, 0x06)]);
}

#[test]
fn cf9_safe_needs_the_fact() {
    assert_eq!(only(Rung::Cf9Safe, Facts::default(), LISTENING), [Memory16(0x472, 0)]);
}

#[test]
fn port_92_raises_bit_0_and_keeps_the_a20_bit() {
    let accesses = only(Rung::Port92, Facts::default(), &[0x02]);
    assert_eq!(accesses[1..], [In(0x92), Out(0x92, 0x02), Out(0x92, 0x03)]);
    assert_eq!(only(Rung::Port92, Facts::default(), NOBODY)[1..], [In(0x92)]);
}

#[test]
fn bios_clears_the_shutdown_status_with_the_nmi_masked() {
    let accesses = only(Rung::Bios, Facts::default(), LISTENING);
    assert_eq!(accesses[1..], [Out(0x70, 0x8F), Out(0x71, 0x00), Bios]);
}

#[test]
fn only_warm_sets_the_reset_flag_and_soft_means_warm_to_efi_alone() {
    let facts = with(Facts::default(), |facts| facts.efi_reset = true);
    for (mode, flag, efi) in [
        (RebootMode::Cold, 0, EfiMode::Cold),
        (RebootMode::Warm, 0x1234, EfiMode::Warm),
        (RebootMode::Hard, 0, EfiMode::Cold),
        (RebootMode::Soft, 0, EfiMode::Warm),
        (RebootMode::Gpio, 0, EfiMode::Cold),
    ] {
        let mut options = Options::only(Profile::Linux, Rung::Efi);
        options.mode = mode;
        assert_eq!(
            climbed(facts, options, LISTENING).0.accesses,
            [Memory16(0x472, flag), Efi(efi)],
            "{mode:?}"
        );
    }
}

#[test]
fn linux_goes_acpi_keyboard_twice_then_efi_bios_cf9_triple_and_round_again() {
    let writes = climbed(full(), Options::new(Profile::Linux), &[0x00]).0.writes();
    let twice = [vec![Out(0xCF9, 0x0F)], pulses()].concat().repeat(2);
    let cf9 = [Out(0xCF9, 0x02), Out(0xCF9, 0x0E)];
    let rest =
        [&[Efi(EfiMode::Cold), Out(0x70, 0x8F), Out(0x71, 0), Bios][..], &cf9, &[Triple]].concat();
    let expected = [vec![Memory16(0x472, 0)], twice, rest.clone(), pulses(), rest].concat();
    assert_eq!(writes, expected);
}

#[test]
fn linux_without_tables_pulses_twenty_times_before_the_bios() {
    let writes = climbed(Facts::default(), Options::new(Profile::Linux), NOBODY).0.writes();
    assert_eq!(writes[1..21], pulses().repeat(2));
    assert_eq!(writes[21..24], [Out(0x70, 0x8F), Out(0x71, 0), Bios]);
}

#[test]
fn linux_started_elsewhere_does_not_come_back_to_acpi() {
    let mut options = Options::new(Profile::Linux);
    options.start = Some(Rung::Keyboard);
    let writes = climbed(full(), options, &[0x00]).0.writes();
    assert_eq!(writes[1..11], pulses());
    assert_eq!(writes[11], Efi(EfiMode::Cold));
    assert!(!writes.contains(&Out(0xCF9, 0x0F)));
}

#[test]
fn forcing_cf9_marks_it_safe_for_the_second_round() {
    let mut options = Options::new(Profile::Linux);
    options.start = Some(Rung::Cf9Force);
    let writes = climbed(Facts::default(), options, &[0x00]).0.writes();
    let cf9 = writes.iter().filter(|access| **access == Out(0xCF9, 0x0E)).count();
    assert_eq!(cf9, 2);
}

#[test]
fn a_waiting_capsule_forces_efi_and_its_mode_except_in_317() {
    let facts = with(full(), |facts| facts.efi_capsule = Some(EfiMode::Warm));
    for profile in [Profile::Linux, Profile::Best] {
        assert_eq!(
            climbed(facts, Options::new(profile), &[0x00]).0.writes()[1],
            Efi(EfiMode::Warm)
        );
    }
    assert_eq!(
        climbed(facts, Options::new(Profile::Linux317), &[0x00]).0.writes()[1],
        Out(0xCF9, 0x0F)
    );
}

#[test]
fn best_tries_all_that_returns_before_the_bios() {
    let writes = climbed(full(), Options::new(Profile::Best), &[0x00]).0.writes();
    let chipset = [
        Out(0xCF9, 0x02),
        Out(0xCF9, 0x0E),
        Efi(EfiMode::Cold),
        Out(0x92, 0),
        Out(0x92, 1),
        Triple,
    ];
    let bios = [Out(0x70, 0x8F), Out(0x71, 0), Bios];
    let expected = [
        &[Memory16(0x472, 0), Out(0xCF9, 0x0F)],
        pulses().as_slice(),
        chipset.as_slice(),
        bios.as_slice(),
    ]
    .concat();
    assert_eq!(writes, expected);
}

#[test]
fn best_leaves_a_silent_controller_after_one_wait_and_pulses_nothing() {
    let writes = climbed(Facts::default(), Options::new(Profile::Best), NOBODY).0.writes();
    assert_eq!(writes, [Memory16(0x472, 0), Triple, Out(0x70, 0x8F), Out(0x71, 0), Bios]);
}

#[test]
fn best_does_not_touch_a_controller_that_the_tables_deny() {
    let facts = with(Facts::default(), |facts| {
        (facts.keyboard_controller, facts.efi_reset) = (Presence::Absent, true);
    });
    let mut options = Options::new(Profile::Best);
    options.mode = RebootMode::Warm;
    let accesses = climbed(facts, options, LISTENING).0.accesses;
    assert!(!accesses.contains(&In(0x64)));
    assert!(
        accesses.contains(&Efi(EfiMode::Cold)),
        "a warm reset by the firmware may need the controller"
    );
}

#[test]
fn user_space_never_gets_a_rung_that_only_a_kernel_can_climb() {
    for profile in [Profile::Linux, Profile::Linux317, Profile::Best] {
        let accesses = climbed(full(), Options::user_space(profile), &[0x00]).0.accesses;
        assert!(
            !accesses.iter().any(|access| matches!(access, Efi(_) | Bios | Triple)),
            "{profile:?}"
        );
        assert!(accesses.contains(&Out(0xCF9, 0x0E)), "{profile:?}");
    }
}

#[test]
fn the_e3800_quirk_writes_0e_to_cf9_when_the_keyboard_rung_begins() {
    let dmi = with(Dmi::default(), |dmi| {
        dmi.processor_version = "Intel(R) Atom(TM) CPU  E3845  @ 1.91GHz"
    });
    let argument = RebootArgument::default();
    let options =
        Options::choose(Profile::Linux317, &argument, &[BAY_TRAIL_E3800], &dmi, &Facts::default());
    let accesses = climbed(Facts::default(), options, &[0x00]).0.accesses;
    assert_eq!(accesses[1..5], [Out(0xCF9, 0x0E), In(0x64), Wait(50), Out(0x64, 0xFE)]);
}

#[test]
fn the_ledger_knows_a_step_before_it_is_done_and_counts_what_does_not_fit() {
    let mut ledger = Ledger::<2>::new();
    let mut fake = fake::Fake::answering(&[0x00]);
    climb(
        &mut Ladder::new(full(), Options::only(Profile::Linux, Rung::Cf9Force)),
        &mut fake,
        &mut ledger,
    );
    let entries: Vec<_> =
        ledger.entries().map(|entry| (entry.rung, entry.step, entry.reply)).collect();
    let cf9 = Step::Cf9 { first: 2, second: 0x0E, settle_us: 50 };
    let preface = (Some(Rung::Cf9Force), Step::WarmFlag(0), Some(Reply::Done));
    assert_eq!(entries, [preface, (Some(Rung::Cf9Force), cf9, Some(Reply::Done))]);
    assert_eq!(ledger.dropped(), 1);
    ledger.begin(None, cf9);
    assert_eq!(ledger.dropped(), 2);
}
