//! The help texts.

use crate::request::Action;
use alloc::format;
use alloc::string::String;

const OF_REBOOT: &str =
    "  -k      enter the kernel that was loaded with kexec; refused if none is loaded
  --reset-type TYPE  the kernel's first way to reset: acpi, kbd, efi, bios, pci, triple
  --reset-mode MODE  how thoroughly: warm, cold, hard, soft
  --hardware         with -f: reset by the ports, without the kernel
";

/// The help text of the command that stands for `action`.
#[must_use]
pub fn render_help(action: Action) -> String {
    let (usage, options) = if action == Action::Reboot {
        (" [-k] [--hardware]\n              [--reset-type TYPE] [--reset-mode MODE]", OF_REBOOT)
    } else {
        ("", "")
    };
    let what = match action {
        Action::Halt => "stop the processor and stay on",
        Action::PowerOff => "switch the machine off",
        Action::Reboot | Action::Kexec | Action::SoftReboot | Action::Restart => {
            "start the machine again"
        }
    };
    format!(
        "usage: {action} [-f] [-n] [-d [SEC]] [-p] [-w] [-i] [-h]{usage}\n\n\
         asks PID 1 to end every service and process, make the disks clean, and then {what}.\n\n\
         \x20 -f      don't ask PID 1: write back and call reboot(2), ending nothing first\n\
         \x20 -n      with -f: don't write back either\n\
         \x20 -d SEC  wait SEC seconds first; without a number: no record in wtmp\n\
         \x20 -p      halt: power off\n\
         \x20 -w      only write the record in /var/log/wtmp\n\
         \x20 -i, -h  ignored\n{options}\
         \x20 --help  show this\n\n\
         exit status: 0 asked, 1 refused or failed or wrong usage\n"
    )
}
