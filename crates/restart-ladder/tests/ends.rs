//! Every profile ends in a bounded number of steps and microseconds, whatever the hardware answers.

mod fake;

use fake::with;
use proptest::prelude::*;
use restart_ladder::{
    EfiMode, Facts, Fadt, Ladder, MAX_MICROSECONDS, MAX_STEPS, Options, Presence, Profile,
    RebootArgument, RebootMode, Reply, ResetAddress, ResetRegister, Rung, RungSet, Step,
};

fn profile() -> impl Strategy<Value = Profile> {
    prop::sample::select(vec![Profile::Linux, Profile::Linux317, Profile::Best])
}

fn efi_mode() -> impl Strategy<Value = Option<EfiMode>> {
    prop::sample::select(vec![None, Some(EfiMode::Cold), Some(EfiMode::Warm)])
}

fn register() -> impl Strategy<Value = ResetAddress> {
    prop_oneof![
        any::<u64>().prop_map(ResetAddress::Memory),
        any::<u16>().prop_map(ResetAddress::Io),
        any::<(u8, u8, u8)>().prop_map(|(device, function, offset)| ResetAddress::PciConfig {
            device,
            function,
            offset
        }),
    ]
}

fn facts() -> impl Strategy<Value = Facts> {
    let presence =
        prop::sample::select(vec![Presence::Unknown, Presence::Present, Presence::Absent]);
    let reset = proptest::option::of((register(), any::<u8>()));
    (reset, presence, any::<[bool; 3]>(), efi_mode()).prop_map(
        |(reset, presence, [hardware_reduced, cf9_safe, efi_reset], capsule)| {
            let mut facts = Facts::default();
            facts.reset_register = reset.map(|(address, value)| ResetRegister::new(address, value));
            facts.keyboard_controller = presence;
            facts.hardware_reduced = hardware_reduced;
            facts.cf9_safe = cf9_safe;
            facts.efi_reset = efi_reset;
            facts.efi_capsule = capsule;
            facts
        },
    )
}

fn rung() -> impl Strategy<Value = Option<Rung>> {
    proptest::option::of(prop::sample::select(Rung::ALL.to_vec()))
}

fn options() -> impl Strategy<Value = Options> {
    let mode = prop::sample::select(RebootMode::ALL.to_vec());
    let skip = prop::collection::vec(prop::sample::select(Rung::ALL.to_vec()), 0..8);
    (profile(), mode, rung(), rung(), skip, efi_mode(), any::<Option<u8>>()).prop_map(
        |(profile, mode, start, only, skip, efi_mode, keyboard_cf9)| {
            let mut options = Options::new(profile);
            options.mode = mode;
            options.start = start;
            options.only = only.filter(|rung| rung.name().len() == 3);
            options.skip = skip.into_iter().fold(RungSet::EMPTY, RungSet::with);
            options.efi_mode = efi_mode;
            options.keyboard_cf9 = keyboard_cf9;
            options
        },
    )
}

fn reply() -> impl Strategy<Value = Reply> {
    prop_oneof![
        Just(Reply::Done),
        Just(Reply::Unsupported),
        any::<u8>().prop_map(Reply::Status),
        Just(Reply::Status(0xFF))
    ]
}

/// Steps until the end, counting to one more than there may be.
fn steps(facts: Facts, options: Options, replies: &[Reply]) -> Vec<Step> {
    let mut ladder = Ladder::new(facts, options);
    let mut replies = replies.iter().copied().cycle();
    let mut reply = Reply::Done;
    std::iter::from_fn(|| {
        let step = ladder.next(reply);
        reply = replies.next().unwrap_or(Reply::Done);
        step
    })
    .take(MAX_STEPS + 1)
    .collect()
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() }
}

fn replies() -> impl Strategy<Value = Vec<Reply>> {
    prop::collection::vec(reply(), 1..40)
}

fn bytes(sizes: std::ops::Range<usize>) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), sizes)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_ladder_ends(facts in facts(), options in options(), replies in replies()) {
        let steps = steps(facts, options, &replies);
        prop_assert!(steps.len() <= MAX_STEPS, "{} steps", steps.len());
        let us: u64 = steps.iter().map(|step| u64::from(step.worst_us())).sum();
        prop_assert!(us <= MAX_MICROSECONDS, "{us} microseconds");
    }

    #[test]
    fn every_hardware_ends_it(facts in facts(), options in options(), answers in bytes(1..20)) {
        let (fake, ledger) = fake::climbed(facts, options, &answers);
        prop_assert_eq!(ledger.dropped(), 0);
        prop_assert!(fake.waited_us() <= MAX_MICROSECONDS);
    }

    #[test]
    fn an_ended_ladder_stays_ended(facts in facts(), options in options(), reply in reply()) {
        let mut ladder = Ladder::new(facts, options);
        while ladder.next(Reply::Done).is_some() {}
        prop_assert_eq!(ladder.next(reply), None);
        prop_assert_eq!(ladder.rung(), None);
    }

    #[test]
    fn no_rung_left_out_is_climbed(facts in facts(), options in options(), replies in replies()) {
        let mut ladder = Ladder::new(facts, options);
        let mut replies = replies.into_iter().cycle();
        let mut is_preface = true;
        while ladder.next(replies.next().unwrap_or(Reply::Done)).is_some() {
            let is_left_out = ladder.rung().is_some_and(|rung| options.skip.contains(rung));
            prop_assert!(is_preface || !is_left_out);
            is_preface = false;
        }
    }

    #[test]
    fn no_bytes_make_the_parsers_panic(bytes in bytes(0..300), text in ".{0,40}") {
        let mut named = bytes;
        named.splice(0..0, *b"FACP");
        if let Ok(fadt) = Fadt::parse(&named) {
            let _ = Facts::from_fadt(&fadt);
        }
        for grammar in [restart_ladder::ArgumentGrammar::Today, restart_ladder::ArgumentGrammar::Linux317] {
            prop_assert!(RebootArgument::parse(&text, grammar, 4).is_given);
        }
    }
}

#[test]
fn the_worst_hardware_comes_close_to_the_bounds() {
    let options = with(Options::new(Profile::Linux), |options| options.start = Some(Rung::Acpi));
    let (fake, ledger) =
        fake::climbed(with(Facts::default(), |facts| facts.cf9_safe = true), options, &[0xFF]);
    assert!(fake.waited_us() > MAX_MICROSECONDS / 2, "{}", fake.waited_us());
    assert!(ledger.entries().count() > MAX_STEPS / 2, "{}", ledger.entries().count());
}
