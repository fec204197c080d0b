//! Uses every part of the crate on values that the optimiser can't know. The panic handler calls a
//! symbol that does not exist, so the program links only if no panic is reachable.
#![no_std]
#![no_main]

use core::arch::global_asm;
use core::hint::black_box;

use restart_ladder::chain::{
    Call, Caller, Chain, MachineOps, System, Verdict, reboot_processor,
};
use restart_ladder::x86::{Mapping, X86, tsc_delay};
use restart_ladder::{
    ArgumentGrammar, Dmi, Facts, Fadt, Ladder, Ledger, MAX_STEPS, Options, Profile, QUIRKS, RebootArgument,
    Rung, climb,
};

// The ready-made `core` is built for unwinding and refers to these; the memory functions belong to
// the target's C library.
global_asm!(
    ".globl _start, rust_eh_personality, _Unwind_Resume, memcpy, memset, memmove, memcmp, bcmp",
    "_start:",
    "    call no_panic_main",
    "rust_eh_personality:",
    "_Unwind_Resume:",
    "    ud2",
    "memcpy:",
    "memmove:",
    "memset:",
    "memcmp:",
    "bcmp:",
    "    ud2",
);

unsafe extern "C" {
    fn a_panic_can_be_reached() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // SAFETY: it does not exist; if this is linked, the link fails.
    unsafe { a_panic_can_be_reached() }
}

static INPUT: [u8; 300] = [7; 300];

#[unsafe(no_mangle)]
extern "C" fn no_panic_main() -> ! {
    let bytes: &[u8] = black_box(&INPUT);
    black_box(ladder(bytes));
    black_box(chain(bytes));
    #[cfg(feature = "reachable")]
    black_box(bytes[black_box(3)]);
    loop {}
}

fn ladder(bytes: &[u8]) -> usize {
    let facts = Fadt::parse(bytes).map(|fadt| Facts::from_fadt(&fadt)).unwrap_or_default();
    let text = core::str::from_utf8(bytes).unwrap_or_default();
    let mut argument = RebootArgument::parse(text, black_box(ArgumentGrammar::Today), black_box(4));
    argument.add(text, black_box(ArgumentGrammar::Linux317), black_box(4));
    let mut dmi = Dmi::default();
    dmi.product_name = text;
    let mut options = Options::choose(black_box(Profile::Linux), &argument, QUIRKS, &dmi, &facts);
    options.only = Rung::from_name(text);
    let mapping = Mapping { offset: black_box(0), bytes: black_box(1 << 32) };
    // SAFETY: never run.
    let platform = unsafe { X86::new(mapping, tsc_delay(black_box(1000))) };
    // SAFETY: never run.
    let mut platform = unsafe { platform.with_bios_page() };
    let mut ledger = Ledger::<MAX_STEPS>::new();
    climb(&mut Ladder::new(black_box(facts), black_box(options)), &mut platform, &mut ledger);
    ledger.entries().count().wrapping_add(ledger.dropped())
}

fn chain(bytes: &[u8]) -> usize {
    let mut chain = Chain::<usize, 8>::new(MachineOps::new());
    chain.migrate = |count| {
        *count = reboot_processor(black_box(1), 4, |cpu| cpu != black_box(1))
            .map_or(0, |cpu| cpu as usize)
    };
    chain.is_forced = black_box(false);
    let added = chain.notifiers.register(black_box(3), |_, _, _| black_box(Verdict::Continue));
    chain.devices.remove(|_| black_box(true));
    let mut count = usize::from(added.is_ok());
    let mut bytes = bytes.iter().copied();
    let caller = Caller { may_boot: black_box(true), is_in_first_pid_namespace: black_box(true) };
    let call = black_box(Call::from_libc(0));
    let next = || bytes.next().ok_or(restart_ladder::chain::Fault);
    count = count.wrapping_add(usize::from(
        call.decide(caller, &black_box(System::default()), next).is_ok(),
    ));
    black_box(&chain).restart(&mut count, None);
    black_box(&chain).halt(&mut count, black_box(true));
    black_box(&chain).power_off(&mut count);
    black_box(&chain).kexec(&mut count);
    black_box(&chain).emergency_restart(&mut count);
    count
}
