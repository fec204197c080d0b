//! The `reboot=` argument of the kernel's command line (Linux
//! Documentation/admin-guide/kernel-parameters.txt).

use crate::{Mode, Rung};

/// Whose reading of the argument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Today's: the `panic_` prefix exists, and a processor that can't be is ignored.
    #[default]
    Today,
    /// Linux 3.17's: no prefix; a processor number must be the last item and ends the reading if it
    /// is not.
    Linux317,
}

/// What was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RebootArgument {
    /// There was an argument, which silences the quirks.
    pub is_given: bool,
    /// The mode of an ordinary restart.
    pub mode: Option<Mode>,
    /// The mode of a restart after a panic.
    pub panic_mode: Option<Mode>,
    /// The processor to restart from.
    pub processor: Option<u32>,
    /// The first rung.
    pub rung: Option<Rung>,
    /// Leave out the shutdown of the other processors and interrupt controllers.
    pub is_forced: bool,
}

impl RebootArgument {
    /// Reads the value of one `reboot=`. Only the first letter of each item counts, unknown letters
    /// are passed over. `processors` is the number of possible ones.
    #[must_use]
    pub fn parse(value: &str, dialect: Dialect, processors: u32) -> Self {
        let mut argument = Self { is_given: true, ..Self::default() };
        let mut items = value.as_bytes().split(|byte| *byte == b',').peekable();
        while let Some(item) = items.next() {
            let is_read = match dialect {
                Dialect::Today => argument.read_today(item, processors),
                Dialect::Linux317 => argument.read_317(item, items.peek().is_none()),
            };
            if !is_read {
                break;
            }
        }
        argument
    }

    fn read_today(&mut self, item: &[u8], processors: u32) -> bool {
        let (item, is_panic) =
            item.strip_prefix(b"panic_").map_or((item, false), |rest| (rest, true));
        match processor(item) {
            Some(number) if number.value < processors => self.processor = Some(number.value),
            Some(_) => {}
            None => self.read_letter(item, is_panic),
        }
        true
    }

    /// A number that is not the whole rest of the argument ends the reading.
    fn read_317(&mut self, item: &[u8], is_last: bool) -> bool {
        match processor(item) {
            Some(number) if is_last && number.is_whole => self.processor = Some(number.value),
            Some(_) => return false,
            None => self.read_letter(item, false),
        }
        true
    }

    fn read_letter(&mut self, item: &[u8], is_panic: bool) {
        let Some(letter) = item.first() else { return };
        match mode(*letter) {
            Some(mode) => self.set_mode(mode, is_panic),
            None => self.rung = rung(*letter).or(self.rung),
        }
        self.is_forced |= *letter == b'f';
    }

    const fn set_mode(&mut self, mode: Mode, is_panic: bool) {
        if is_panic {
            self.panic_mode = Some(mode);
        } else {
            self.mode = Some(mode);
        }
    }
}

const fn mode(letter: u8) -> Option<Mode> {
    match letter {
        b'w' => Some(Mode::Warm),
        b'c' => Some(Mode::Cold),
        b'h' => Some(Mode::Hard),
        b's' => Some(Mode::Soft),
        b'g' => Some(Mode::Gpio),
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

struct Number {
    value: u32,
    is_whole: bool,
}

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
    let add = |value: u32, digit: u32| value.wrapping_mul(radix).wrapping_add(digit);
    let value = digits.iter().map_while(digit).fold(0_u32, add);
    Some(Number { value, is_whole: digits.iter().all(|byte| digit(byte).is_some()) })
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
