//! The answers of kexec_file_load(2), each in words with what to do next.
//!
//! Sources: kernel/kexec.c, kernel/kexec_file.c, arch/x86/kernel/kexec-bzimage64.c,
//! crypto/asymmetric_keys/verify_pefile.c.

use crate::bzimage::BzImage;
use crate::facts::{Facts, LoadLimit, Lockdown};
use rekindle_core::errno::Errno;

/// Explains why `header`'s kernel was not loaded. The text begins with the reason and ends with
/// the error's name.
#[must_use]
pub fn explain_load_error(errno: Errno, facts: &Facts, header: &BzImage) -> String {
    let text = match errno {
        Errno::EPERM => explain_forbidden(facts, true),
        Errno::ENOEXEC => explain_no_exec(header),
        other => explain_other(other),
    };
    named(errno, text)
}

/// Explains why the loaded kernel was not unloaded.
#[must_use]
pub fn explain_unload_error(errno: Errno, facts: &Facts) -> String {
    let text = match errno {
        Errno::EPERM => explain_forbidden(facts, false),
        other => explain_other(other),
    };
    named(errno, text)
}

fn named(errno: Errno, text: &str) -> String {
    match (text, errno.name()) {
        ("", _) => format!("{errno}; the kernel's log (dmesg) may say more"),
        (text, Some(name)) => format!("{text} ({name})"),
        (text, None) => format!("{text} (error {})", errno.0),
    }
}

/// EPERM has four causes (`kexec_load_permitted`, security_locked_down). What is known to hold is
/// named; what can't be ruled out is what is left.
fn explain_forbidden(facts: &Facts, is_load: bool) -> &'static str {
    match (facts.has_boot_capability, facts.is_load_disabled, facts.load_limit, facts.lockdown) {
        (Some(false), ..) => {
            "this process lacks CAP_SYS_BOOT; run it as root, outside of a container"
        }
        (_, Some(true), ..) if is_load => {
            "kernel.kexec_load_disabled is 1, which can't be undone; load earlier, or reboot through the firmware"
        }
        (_, Some(true), ..) => {
            "kernel.kexec_load_disabled is 1, which can't be undone until the next boot"
        }
        (_, _, Some(LoadLimit::Left(0)), _) => {
            "kernel.kexec_load_limit_reboot is used up, which can't be undone until the next boot"
        }
        (_, _, _, Some(Lockdown::Integrity | Lockdown::Confidentiality)) => {
            "the running kernel is locked down and takes only a kernel signed with a key that it trusts; \
             use the distribution's signed kernel, or turn Secure Boot off"
        }
        (Some(true), _, _, Some(Lockdown::None)) => {
            "root is allowed to load, but a security module forbids it; look for a denial in the kernel's log (dmesg)"
        }
        _ => {
            "forbidden by lockdown or by a security module; mount securityfs and look at \
             /sys/kernel/security/lockdown, and in the kernel's log (dmesg)"
        }
    }
}

fn explain_no_exec(header: &BzImage) -> &'static str {
    if header.load_abilities.takes_5_levels() {
        "the running kernel does not take it for a 64-bit bzImage; look in its log (dmesg)"
    } else {
        "it can't be entered from a kernel with five-level page tables; boot this one with 'no5lvl', or use a kernel that has X86_5LEVEL"
    }
}

/// Everything with one cause, or one way to go on. Empty where nothing is known.
fn explain_other(errno: Errno) -> &'static str {
    match errno {
        Errno::EACCES => {
            "a security module (IMA, SELinux, LoadPin) forbids it; look for a denial in the kernel's log (dmesg)"
        }
        Errno::ENOSYS => "the running kernel has no kexec_file_load; it needs CONFIG_KEXEC_FILE=y",
        Errno::EBUSY => "another program is loading a kernel, for longer than a second; try again",
        Errno::EINVAL => {
            "the kernel found an argument wrong that was checked before: files, command line and memory; \
             look in its log (dmesg)"
        }
        Errno::ETXTBSY => {
            "the kernel or an initrd is open for writing; wait until the package upgrade is over"
        }
        Errno::EKEYREJECTED => {
            "its signature is made with a key that is not trusted; enrol the key, or use the distribution's signed kernel"
        }
        Errno::ENOKEY => {
            "its signature is made with a key that is in no keyring; enrol the key, or use the distribution's signed kernel"
        }
        Errno::ENODATA => {
            "it is not signed and the running kernel takes only signed ones; use the distribution's signed kernel"
        }
        Errno::ENOPKG => {
            "the running kernel lacks an algorithm for its signature; use a kernel signed another way"
        }
        Errno::EBADMSG => "its signature is damaged; copy or install the kernel again",
        Errno::ELIBBAD => {
            "its PE header, which holds the signature, is damaged; copy or install the kernel again"
        }
        Errno::EMSGSIZE => "its signature is cut short; copy or install the kernel again",
        Errno::EOPNOTSUPP => {
            "the running kernel can't check a signature of this kind; use a kernel signed another way"
        }
        Errno::EADDRNOTAVAIL => {
            "no memory is free where it has to lie; free some, or reboot through the firmware"
        }
        Errno::ENOMEM => "there is too little memory; free some or use a smaller initrd",
        Errno::EIO => "a file can't be read to its end; check the disk",
        Errno::EFBIG => "a file is too large to be loaded; use a smaller initrd",
        Errno::EBADF | Errno::EFAULT => "an internal error of this program; please report it",
        _ => "",
    }
}

/// What it means that the process that loads was killed.
pub const KILLED_FOR_MEMORY: &str = "the kernel killed the process that loads it, most likely for want of memory; free some or use a smaller initrd";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bzimage::parse_bzimage_header;
    use crate::bzimage::tests::fabricate_kernel;

    fn header() -> BzImage {
        parse_bzimage_header(&fabricate_kernel()).unwrap()
    }

    fn explain(facts: Facts) -> String {
        explain_load_error(Errno::EPERM, &facts, &header())
    }

    const FREE: Facts = Facts {
        has_boot_capability: Some(true),
        is_load_disabled: Some(false),
        load_limit: Some(LoadLimit::Unlimited),
        lockdown: Some(Lockdown::None),
    };

    #[test]
    fn the_causes_of_eperm_are_told_apart() {
        let rows = [
            (
                Facts { has_boot_capability: Some(false), ..FREE },
                "this process lacks CAP_SYS_BOOT;",
            ),
            (Facts { is_load_disabled: Some(true), ..FREE }, "kernel.kexec_load_disabled is 1,"),
            (
                Facts { load_limit: Some(LoadLimit::Left(0)), ..FREE },
                "kernel.kexec_load_limit_reboot is used up,",
            ),
            (
                Facts { lockdown: Some(Lockdown::Integrity), ..FREE },
                "the running kernel is locked down ",
            ),
            (Facts { lockdown: None, ..FREE }, "forbidden by lockdown or by a security module;"),
            (FREE, "root is allowed to load, but a security module forbids it;"),
            (Facts::default(), "forbidden by lockdown or by a security module;"),
        ];
        for (facts, beginning) in rows {
            let text = explain(facts);
            assert!(text.starts_with(beginning) && text.ends_with(" (EPERM)"), "{facts:?}: {text}");
        }
        assert_eq!(explain(Facts { load_limit: Some(LoadLimit::Left(1)), ..FREE }), explain(FREE));
    }

    #[test]
    fn every_answer_of_the_call_has_words_of_its_own() {
        let answers = [
            Errno::EACCES,
            Errno::ENOSYS,
            Errno::EBUSY,
            Errno::ENOEXEC,
            Errno::EINVAL,
            Errno::ETXTBSY,
            Errno::EKEYREJECTED,
            Errno::ENOKEY,
            Errno::ENOPKG,
            Errno::EBADMSG,
            Errno::ELIBBAD,
            Errno::EMSGSIZE,
            Errno::ENODATA,
            Errno::EADDRNOTAVAIL,
            Errno::ENOMEM,
            Errno::EOPNOTSUPP,
            Errno::EIO,
            Errno::EFBIG,
            Errno::EPERM,
        ];
        let texts: std::collections::BTreeSet<String> = answers
            .into_iter()
            .map(|errno| {
                let text = explain_load_error(errno, &FREE, &header());
                let (words, name) = text.rsplit_once(" (").unwrap();
                assert_eq!(name, format!("{})", errno.name().unwrap()));
                assert!(words.contains("; "), "no next step: {text}");
                words.to_owned()
            })
            .collect();
        assert_eq!(texts.len(), answers.len());
    }

    #[test]
    fn a_kernel_without_five_level_paging_is_told_so() {
        let mut kernel = fabricate_kernel();
        kernel[0x236] = 0x1f;
        let header = parse_bzimage_header(&kernel).unwrap();
        let text = explain_load_error(Errno::ENOEXEC, &FREE, &header);
        assert!(
            text.starts_with("it can't be entered from a kernel with five-level page tables;"),
            "{text}"
        );
    }

    #[test]
    fn unknown_numbers_point_to_the_log() {
        let text = "error 200; the kernel's log (dmesg) may say more";
        assert_eq!(explain_load_error(Errno(200), &FREE, &header()), text);
        assert_eq!(explain_unload_error(Errno(200), &FREE), text);
    }
}
