//! The `reboot=` argument, the boards, and what they lead to.

mod fake;

use fake::with;
use restart_ladder::{
    ArgumentGrammar, Dmi, DmiField, DmiMatch, EfiMode, Facts, Options, Profile, QUIRKS, Quirk,
    QuirkEffect, RebootArgument, RebootMode, Rung,
};

fn today(value: &str) -> RebootArgument {
    RebootArgument::parse(value, ArgumentGrammar::Today, 4)
}

fn linux_317(value: &str) -> RebootArgument {
    RebootArgument::parse(value, ArgumentGrammar::Linux317, 4)
}

/// An argument that says nothing but this.
fn given(change: impl FnOnce(&mut RebootArgument)) -> RebootArgument {
    let mut argument = RebootArgument::default();
    argument.is_given = true;
    with(argument, change)
}

fn nothing() -> RebootArgument {
    given(|_| ())
}

#[test]
fn only_the_first_letter_of_each_item_counts() {
    assert_eq!(
        today("pci,force"),
        given(|argument| (argument.rung, argument.is_forced) = (Some(Rung::Cf9Force), true))
    );
    assert_eq!(
        today("pigs,feathers,warts"),
        with(today("p,f"), |argument| argument.mode = Some(RebootMode::Warm))
    );
    assert_eq!(today("d,x,,"), nothing());
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
    for mode in RebootMode::ALL {
        assert_eq!(today(mode.sysfs_name()).mode, Some(mode));
    }
}

#[test]
fn an_s_is_a_processor_only_if_a_digit_follows() {
    assert_eq!(today("soft").mode, Some(RebootMode::Soft));
    assert_eq!(today("smp").mode, Some(RebootMode::Soft));
    for (value, processor) in [("s0", 0), ("s3x", 3), ("smp2,w", 2), ("s0x1", 1), ("s03", 3)] {
        assert_eq!(
            (today(value).processor, today(value).mode == Some(RebootMode::Soft)),
            (Some(processor), false),
            "{value}"
        );
    }
    assert_eq!(today("s4"), nothing(), "four processors: 0 to 3");
    assert_eq!(today("s0x").processor, Some(0));
}

#[test]
fn the_panic_prefix_redirects_the_mode_only() {
    let argument = today("panic_warm,cold,panic_t");
    assert_eq!(
        (argument.panic_mode, argument.mode, argument.rung),
        (Some(RebootMode::Warm), Some(RebootMode::Cold), Some(Rung::Triple))
    );
}

#[test]
fn linux_317_knows_no_prefix_and_ends_at_a_number_that_is_not_last() {
    assert_eq!(linux_317("panic_warm").rung, Some(Rung::Cf9Force));
    assert_eq!(
        linux_317("w,s9"),
        given(|argument| (argument.mode, argument.processor) = (Some(RebootMode::Warm), Some(9)))
    );
    let warm = given(|argument| argument.mode = Some(RebootMode::Warm));
    assert_eq!(linux_317("w,s1,t"), warm);
    assert_eq!(linux_317("s1x"), nothing());
}

#[test]
fn linux_317_takes_no_number_that_an_int_cannot_hold() {
    for (value, processor) in [
        ("s2147483647", Some(2_147_483_647)),
        ("s2147483648", None),
        ("s4294967295", None),
        ("s4294967297", None),
        ("smp4294967297", None),
        ("s18446744073709551617", None),
        ("s0x7fffffff", Some(0x7FFF_FFFF)),
        ("s0x100000001", None),
        ("s037777777777", None),
    ] {
        assert_eq!(linux_317(value), given(|argument| argument.processor = processor), "{value}");
    }
    let warm = given(|argument| argument.mode = Some(RebootMode::Warm));
    assert_eq!(linux_317("w,s4294967297"), warm, "what came before stays");
    let soft = given(|argument| argument.mode = Some(RebootMode::Soft));
    assert_eq!(linux_317("s-1"), soft, "no digit follows, so no number is read");
}

/// Linux 6.1 assigns simple_strtoul to an `int` and compares it unsigned.
#[test]
fn today_a_number_wraps_before_it_is_compared() {
    assert_eq!(today("s4294967297").processor, Some(1));
    assert_eq!(today("s2147483648"), nothing());
    assert_eq!(today("s4294967295"), nothing());
    assert_eq!(today("s-1").mode, Some(RebootMode::Soft));
}

/// A kernel calls its parser once for each `reboot=` of the command line.
#[test]
fn an_argument_given_twice_adds() {
    let read = |grammar: ArgumentGrammar, values: &[&str]| {
        let mut argument = RebootArgument::default();
        values.iter().for_each(|value| argument.add(value, grammar, 4));
        argument
    };
    let today = |values: &[&str]| read(ArgumentGrammar::Today, values);
    assert_eq!(today(&["pci", "warm"]), today(&["pci,warm"]));
    assert_eq!(today(&["warm", "force,s2", "cold"]), today(&["force,s2,cold"]));
    assert_eq!(today(&["k", "", "x"]), today(&["k"]));
    assert_eq!(today(&[]), RebootArgument::default());
    let linux_317 = |values: &[&str]| read(ArgumentGrammar::Linux317, values);
    assert_eq!(linux_317(&["s1", "s4294967297"]), linux_317(&["s1"]));
    assert_eq!(linux_317(&["s1x,k", "warm"]), linux_317(&["warm"]), "only its own rest is lost");
}

#[test]
fn a_board_chooses_the_first_rung_unless_the_command_line_did() {
    let dmi = with(Dmi::default(), |dmi| {
        (dmi.system_vendor, dmi.product_name) = ("Acer", "TravelMate X514-51T");
    });
    let choose = |argument: &RebootArgument| {
        Options::choose(Profile::Linux, argument, QUIRKS, &dmi, &Facts::default())
    };
    assert_eq!(choose(&RebootArgument::default()).start, Some(Rung::Efi));
    assert_eq!(choose(&today("warm")).start, None);
    assert_eq!(choose(&today("k")).start, Some(Rung::Keyboard));
}

#[test]
fn a_quirk_may_be_for_some_bios_versions_only() {
    let dmi = |version| {
        with(Dmi::default(), |dmi| {
            (dmi.product_name, dmi.bios_version) = ("OptiPlex 990", version);
        })
    };
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
    let condition = [DmiMatch::contains(DmiField::BoardName, "x1")];
    let own = [Quirk::new(&condition, QuirkEffect::Start(Rung::Port92))];
    let dmi = with(Dmi::default(), |dmi| dmi.board_name = "box1");
    let options =
        Options::choose(Profile::Best, &RebootArgument::default(), &own, &dmi, &Facts::default());
    assert_eq!(options.start, Some(Rung::Port92));
}

#[test]
fn hardware_reduced_asks_efi_for_a_warm_reset_unless_something_else_was_chosen() {
    let facts = with(Facts::default(), |facts| {
        (facts.hardware_reduced, facts.efi_reset) = (true, true);
    });
    let choose = |argument: &RebootArgument, facts: &Facts| {
        let options = Options::choose(Profile::Linux, argument, QUIRKS, &Dmi::default(), facts);
        (options.start, options.efi_mode)
    };
    assert_eq!(choose(&RebootArgument::default(), &facts), (Some(Rung::Efi), Some(EfiMode::Warm)));
    assert_eq!(choose(&today("cold"), &facts), (None, None));
    let off = with(facts, |facts| facts.efi_reset = false);
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
        (Rung::from_name("x"), Profile::from_name(""), RebootMode::from_name("WARM")),
        (None, None, None)
    );
}
