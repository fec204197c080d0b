//! The `reboot=` argument of the kernel's command line (Linux
//! Documentation/admin-guide/kernel-parameters.txt).

use crate::{RebootMode, Rung};

/// Whose reading of the argument.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ArgumentGrammar {
    /// Today's: the `panic_` prefix exists, and a processor that can't be is ignored.
    #[default]
    Today,
    /// Linux 3.17's: no prefix; a processor number must be the last item and fit a C `int`, else it
    /// is ignored and ends the reading.
    Linux317,
}

/// What was asked for.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RebootArgument {
    /// There was an argument, which silences the quirks.
    pub is_given: bool,
    /// The mode of an ordinary restart.
    pub mode: Option<RebootMode>,
    /// The mode of a restart after a panic.
    pub panic_mode: Option<RebootMode>,
    /// The processor to restart from.
    pub processor: Option<u32>,
    /// The first rung.
    pub rung: Option<Rung>,
    /// Leave out the shutdown of the other processors and interrupt controllers.
    pub is_forced: bool,
}

impl RebootArgument {
    /// Reads the value of the only `reboot=` of a command line; see [`Self::add`].
    #[must_use]
    pub fn parse(value: &str, grammar: ArgumentGrammar, processors: u32) -> Self {
        let mut argument = Self::default();
        argument.add(value, grammar, processors);
        argument
    }

    /// Reads the value of one more `reboot=`, in the order of the command line: what it says
    /// replaces what was said before, the rest stays. Only the first letter of each item counts,
    /// unknown letters are passed over. `processors` is the number of possible ones.
    pub fn add(&mut self, value: &str, grammar: ArgumentGrammar, processors: u32) {
        self.is_given = true;
        let mut items = value.as_bytes().split(|byte| *byte == b',').peekable();
        while let Some(item) = items.next() {
            let is_read = match grammar {
                ArgumentGrammar::Today => self.read_today(item, processors),
                ArgumentGrammar::Linux317 => self.read_317(item, items.peek().is_none()),
            };
            if !is_read {
                break;
            }
        }
    }

    fn read_today(&mut self, item: &[u8], processors: u32) -> bool {
        let (item, is_panic) =
            item.strip_prefix(b"panic_").map_or((item, false), |rest| (rest, true));
        match processor(item) {
            Some(number) if number.wrapped < processors => self.processor = Some(number.wrapped),
            Some(_) => {}
            None => self.read_letter(item, is_panic),
        }
        true
    }

    /// A number that is not the whole rest of the argument, or no C `int`, ends the reading and
    /// sets nothing: kstrtoint answers EINVAL or ERANGE.
    fn read_317(&mut self, item: &[u8], is_last: bool) -> bool {
        let Some(number) = processor(item) else {
            self.read_letter(item, false);
            return true;
        };
        let exact = number.exact.filter(|_| is_last);
        self.processor = exact.or(self.processor);
        exact.is_some()
    }

    fn read_letter(&mut self, item: &[u8], is_panic: bool) {
        let Some(letter) = item.first() else { return };
        match mode(*letter) {
            Some(mode) => self.set_mode(mode, is_panic),
            None => self.rung = rung(*letter).or(self.rung),
        }
        self.is_forced |= *letter == b'f';
    }

    const fn set_mode(&mut self, mode: RebootMode, is_panic: bool) {
        if is_panic {
            self.panic_mode = Some(mode);
        } else {
            self.mode = Some(mode);
        }
    }
}

const fn mode(letter: u8) -> Option<RebootMode> {
    match letter {
        b'w' => Some(RebootMode::Warm),
        b'c' => Some(RebootMode::Cold),
        b'h' => Some(RebootMode::Hard),
        b's' => Some(RebootMode::Soft),
        b'g' => Some(RebootMode::Gpio),
        _ => None,
    }
}

const fn rung(letter: u8) -> Option<Rung> {
    match letter {
        b'b' => Some(Rung::Bios),
        b'a' => Some(Rung::Acpi),
        b'k' => Some(Rung::Keyboard),
        b't' => Some(Rung::Triple),
        b'e' => Some(Rung::Efi),
        b'p' => Some(Rung::Cf9Force),
        _ => None,
    }
}

/// A number as each kernel takes it.
struct Number {
    /// Its lowest 32 bits, up to the first byte that is no digit (lib/vsprintf.c, simple_strtoul,
    /// assigned to an `int`).
    wrapped: u32,
    /// Only if all bytes are digits and an `int` can hold it (lib/kstrtox.c, kstrtoint).
    exact: Option<u32>,
}

/// The largest C `int` of Linux on x86.
const INT_MAX: u32 = i32::MAX.cast_unsigned();

/// The number behind `s` or `smp`: 0x for hexadecimal, 0 for octal, else decimal, as far as its
/// digits go. An `s` without a number asks for a soft restart.
fn processor(item: &[u8]) -> Option<Number> {
    let digits = item.strip_prefix(b"smp").or_else(|| item.strip_prefix(b"s"))?;
    digits.first().filter(|first| first.is_ascii_digit())?;
    let (digits, radix) = match digits {
        [b'0', b'x' | b'X', rest @ ..] if rest.first().is_some_and(u8::is_ascii_hexdigit) => {
            (rest, 16)
        }
        [b'0', ..] => (digits, 8),
        _ => (digits, 10),
    };
    let digit = |byte: &u8| digit(*byte).filter(|value| *value < radix);
    let wrap = |value: u32, digit: u32| value.wrapping_mul(radix).wrapping_add(digit);
    let wrapped = digits.iter().map_while(digit).fold(0_u32, wrap);
    let add = |value: u32, byte| value.checked_mul(radix)?.checked_add(digit(byte)?);
    let exact = digits.iter().try_fold(0_u32, add).filter(|value| *value <= INT_MAX);
    Some(Number { wrapped, exact })
}

/// Not `char::to_digit`: that panics for a radix above 36, and the optimiser can't always see that
/// this one is not.
fn digit(byte: u8) -> Option<u32> {
    let value = match byte {
        b'0'..=b'9' => byte.wrapping_sub(b'0'),
        b'a'..=b'f' => byte.wrapping_sub(b'a').wrapping_add(10),
        b'A'..=b'F' => byte.wrapping_sub(b'A').wrapping_add(10),
        _ => return None,
    };
    Some(u32::from(value))
}
