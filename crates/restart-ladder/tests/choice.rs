//! The `reboot=` argument, the boards, and what they lead to.

use restart_ladder::{
    Dialect, Dmi, Effect, EfiMode, Facts, Field, Match, Mode, Options, Profile, QUIRKS, Quirk,
    RebootArgument, Rung,
};

fn today(value: &str) -> RebootArgument {
    RebootArgument::parse(value, Dialect::Today, 4)
}

fn linux_317(value: &str) -> RebootArgument {
    RebootArgument::parse(value, Dialect::Linux317, 4)
}

const GIVEN: RebootArgument = RebootArgument {
    is_given: true,
    mode: None,
    panic_mode: None,
    processor: None,
    rung: None,
    is_forced: false,
};

#[test]
fn only_the_first_letter_of_each_item_counts() {
    assert_eq!(
        today("pci,force"),
        RebootArgument { rung: Some(Rung::Cf9Force), is_forced: true, ..GIVEN }
    );
    assert_eq!(
        today("pigs,feathers,warts"),
        RebootArgument { mode: Some(Mode::Warm), ..today("p,f") }
    );
    assert_eq!(today("d,x,,"), GIVEN);
    for (letter, rung) in [
        ("b", Rung::Bios),
        ("a", Rung::Acpi),
        ("k", Rung::Keyboard),
        ("t", Rung::Triple),
        ("e", Rung::Efi),
        ("p", Rung::Cf9Force),
    ] {
        assert_eq!(today(letter).rung, Some(rung));
    }
    assert_eq!(today("q").rung, None, "the safe 0xCF9 rung can't be asked for");
    for mode in Mode::ALL {
        assert_eq!(today(mode.sysfs_name()).mode, Some(mode));
    }
}

#[test]
fn an_s_is_a_processor_only_if_a_digit_follows() {
    assert_eq!(today("soft").mode, Some(Mode::Soft));
    assert_eq!(today("smp").mode, Some(Mode::Soft));
    for (value, processor) in [("s0", 0), ("s3x", 3), ("smp2,w", 2), ("s0x1", 1), ("s03", 3)] {
        assert_eq!(
            (today(value).processor, today(value).mode == Some(Mode::Soft)),
            (Some(processor), false),
            "{value}"
        );
    }
    assert_eq!(today("s4"), GIVEN, "four processors: 0 to 3");
    assert_eq!(today("s0x").processor, Some(0));
}

#[test]
fn the_panic_prefix_redirects_the_mode_only() {
    let argument = today("panic_warm,cold,panic_t");
    assert_eq!(
        (argument.panic_mode, argument.mode, argument.rung),
        (Some(Mode::Warm), Some(Mode::Cold), Some(Rung::Triple))
    );
}

#[test]
fn linux_317_knows_no_prefix_and_ends_at_a_number_that_is_not_last() {
    assert_eq!(linux_317("panic_warm").rung, Some(Rung::Cf9Force));
    assert_eq!(
        linux_317("w,s9"),
        RebootArgument { mode: Some(Mode::Warm), processor: Some(9), ..GIVEN }
    );
    assert_eq!(linux_317("w,s1,t"), RebootArgument { mode: Some(Mode::Warm), ..GIVEN });
    assert_eq!(linux_317("s1x"), GIVEN);
}

#[test]
fn a_board_chooses_the_first_rung_unless_the_command_line_did() {
    let dmi = Dmi { system_vendor: "Acer", product_name: "TravelMate X514-51T", ..Dmi::default() };
    let choose = |argument: &RebootArgument| {
        Options::choose(Profile::Linux, argument, QUIRKS, &dmi, &Facts::default())
    };
    assert_eq!(choose(&RebootArgument::default()).start, Some(Rung::Efi));
    assert_eq!(choose(&today("warm")).start, None);
    assert_eq!(choose(&today("k")).start, Some(Rung::Keyboard));
}

#[test]
fn a_quirk_may_be_for_some_bios_versions_only() {
    let dmi = |bios_version| Dmi { product_name: "OptiPlex 990", bios_version, ..Dmi::default() };
    let start = |dmi| {
        Options::choose(Profile::Linux, &RebootArgument::default(), QUIRKS, &dmi, &Facts::default())
            .start
    };
    assert_eq!(start(dmi("A07")), Some(Rung::Cf9Force));
    assert_eq!(start(dmi("A10")), None);
    assert_eq!(start(Dmi::default()), None, "no quirk is for every board");
}

#[test]
fn a_caller_may_bring_his_own_boards() {
    let own =
        [Quirk { matches: &[Match(Field::BoardName, "x1")], effect: Effect::Start(Rung::Port92) }];
    let dmi = Dmi { board_name: "box1", ..Dmi::default() };
    let options =
        Options::choose(Profile::Best, &RebootArgument::default(), &own, &dmi, &Facts::default());
    assert_eq!(options.start, Some(Rung::Port92));
}

#[test]
fn hardware_reduced_asks_efi_for_a_warm_reset_unless_something_else_was_chosen() {
    let facts = Facts { hardware_reduced: true, efi_reset: true, ..Facts::default() };
    let choose = |argument: &RebootArgument, facts: &Facts| {
        let options = Options::choose(Profile::Linux, argument, QUIRKS, &Dmi::default(), facts);
        (options.start, options.efi_mode)
    };
    assert_eq!(choose(&RebootArgument::default(), &facts), (Some(Rung::Efi), Some(EfiMode::Warm)));
    assert_eq!(choose(&today("cold"), &facts), (None, None));
    let off = Facts { efi_reset: false, ..facts };
    assert_eq!(choose(&RebootArgument::default(), &off), (None, None));
}

#[test]
fn names_lead_back_to_what_they_name() {
    for rung in Rung::ALL {
        assert_eq!(Rung::from_name(rung.name()), Some(rung));
    }
    assert_eq!(Rung::from_name("pci"), Some(Rung::Cf9Force));
    assert_eq!(Profile::from_name("linux-3.17"), Some(Profile::Linux317));
    assert_eq!(
        (Rung::from_name("x"), Profile::from_name(""), Mode::from_name("WARM")),
        (None, None, None)
    );
}
