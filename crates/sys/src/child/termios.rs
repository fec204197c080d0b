//! The settings of a terminal's line (termios(3)).

use crate::raw;
use rustix::termios::{ControlModes, InputModes, LocalModes, OutputModes};

/// Gives standard input ordinary line settings, keeping speed, size and parity (BusyBox init/init.c, `set_sane_term`).
pub(crate) fn make_terminal_sane() {
    let terminal = raw::standard_stream(0);
    let Ok(mut settings) = raw::line_settings(terminal) else { return };
    settings.control_modes = settings.control_modes & KEPT_CONTROL_MODES.bits()
        | (ControlModes::CREAD | ControlModes::HUPCL | ControlModes::CLOCAL).bits();
    settings.input_modes = (InputModes::ICRNL | InputModes::IXON | InputModes::IXOFF).bits();
    settings.output_modes = (OutputModes::OPOST | OutputModes::ONLCR).bits();
    settings.local_modes = LOCAL_MODES.bits();
    settings.line_discipline = 0;
    for (index, value) in SANE_CODES {
        settings.special_codes.get_mut(index).into_iter().for_each(|code| *code = value);
    }
    let _ = raw::set_line_settings(terminal, &settings);
}

/// Speed, size and parity.
const KEPT_CONTROL_MODES: ControlModes = ControlModes::from_bits_retain(0o10017)
    .union(ControlModes::CSIZE)
    .union(ControlModes::CSTOPB)
    .union(ControlModes::PARENB)
    .union(ControlModes::PARODD)
    .union(ControlModes::CRTSCTS);

const LOCAL_MODES: LocalModes = LocalModes::ISIG
    .union(LocalModes::ICANON)
    .union(LocalModes::ECHO)
    .union(LocalModes::ECHOE)
    .union(LocalModes::ECHOK)
    .union(LocalModes::ECHOCTL)
    .union(LocalModes::ECHOKE)
    .union(LocalModes::IEXTEN);

/// The special characters that BusyBox sets (init/init.c, `set_sane_term`), which are those that the
/// kernel begins with (asm/termios.h, `INIT_C_CC`): their places (asm-generic/termbits.h) and values.
const SANE_CODES: [(usize, u8); 8] = [
    // VINTR, VQUIT, VERASE, VKILL, VEOF
    (0, 3),
    (1, 28),
    (2, 127),
    (3, 21),
    (4, 4),
    // VSTART, VSTOP, VSUSP
    (8, 17),
    (9, 19),
    (10, 26),
];
