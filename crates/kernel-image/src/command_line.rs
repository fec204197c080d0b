//! The next kernel's command line.

use rekindle_core::proc::cmdline::split_words;

/// The words of /proc/cmdline that describe how *this* kernel was started: what the boot loader
/// loaded, and what a crash kernel was told.
const OF_THIS_BOOT: [&[u8]; 4] = [b"BOOT_IMAGE=", b"initrd=", b"elfcorehdr=", b"dmcryptkeys="];

/// What the kernel keeps free of the command line for a crash kernel's `elfcorehdr=`
/// (arch/x86/kernel/kexec-bzimage64.c, MAX_ELFCOREHDR_STR_LEN).
const RESERVED_BYTES: usize = 30;

/// Plans the line from the running kernel's, if that is to be used again, and one to append.
/// Options go before the other line's `--`, so that none of them becomes an argument of init.
#[must_use]
pub fn plan_command_line(reused: Option<&[u8]>, appended: &[u8]) -> Vec<u8> {
    let Some(reused) = reused else { return appended.trim_ascii().to_vec() };
    let kept: Vec<&[u8]> = split_words(reused).filter(|word| !is_of_this_boot(word)).collect();
    let appended: Vec<&[u8]> = split_words(appended).collect();
    let (options, arguments) = split_arguments(&kept);
    let (more_options, more_arguments) = split_arguments(&appended);
    let mut words = [options, more_options].concat();
    if !arguments.is_empty() || !more_arguments.is_empty() {
        words.push(b"--");
        words.extend(arguments.iter().chain(more_arguments));
    }
    words.join(&b' ')
}

fn is_of_this_boot(word: &[u8]) -> bool {
    OF_THIS_BOOT.iter().any(|prefix| word.starts_with(prefix))
}

/// The kernel's options, and what stands behind the first `--`.
fn split_arguments<'a, 'b>(words: &'b [&'a [u8]]) -> (&'b [&'a [u8]], &'b [&'a [u8]]) {
    let dashes = words.iter().position(|word| *word == b"--").unwrap_or(words.len());
    let (options, rest) = words.split_at_checked(dashes).unwrap_or((words, &[]));
    (options, rest.split_first().map_or(&[], |(_, arguments)| arguments))
}

/// Checks that the line fits: with its NUL and the reserved bytes it may not be longer than
/// `cmdline_size` (`bzImage64_load`). That is 2016 bytes of text for the usual 2047.
///
/// # Errors
/// Both lengths in words, or that it holds a NUL.
pub fn check_command_line(line: &[u8], command_line_most_bytes: u32) -> Result<(), String> {
    if line.contains(&0) {
        return Err(String::from("the command line holds a NUL byte; leave it out"));
    }
    let size_bytes = usize::try_from(command_line_most_bytes).unwrap_or(usize::MAX);
    let most_bytes = size_bytes.saturating_sub(RESERVED_BYTES).saturating_sub(1);
    if line.len() <= most_bytes {
        return Ok(());
    }
    Err(format!(
        "the command line has {} bytes and this kernel takes {most_bytes}; shorten it",
        line.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(reused: &str, appended: &str) -> String {
        String::from_utf8(plan_command_line(Some(reused.as_bytes()), appended.as_bytes())).unwrap()
    }

    #[test]
    fn what_describes_this_boot_is_not_used_again() {
        let line = "BOOT_IMAGE=/vmlinuz root=/dev/vda initrd=\\x.img quiet elfcorehdr=1M dmcryptkeys=2 x.initrd=y\n";
        assert_eq!(plan(line, ""), "root=/dev/vda quiet x.initrd=y");
    }

    #[test]
    fn quoted_blanks_stay() {
        assert_eq!(
            plan("dyndbg=\"a initrd=b  c\"  quiet", "z=\"1  2\""),
            "dyndbg=\"a initrd=b  c\" quiet z=\"1  2\""
        );
    }

    #[test]
    fn appended_options_do_not_become_arguments_of_init() {
        assert_eq!(plan("root=/dev/vda -- single", "quiet"), "root=/dev/vda quiet -- single");
        assert_eq!(plan("a -- b", "c -- d"), "a c -- b d");
        assert_eq!(plan("a", "c -- d"), "a c -- d");
    }

    #[test]
    fn a_line_of_its_own_is_taken_as_it_is() {
        assert_eq!(plan_command_line(None, b"initrd=x  y "), b"initrd=x  y");
        assert_eq!(plan_command_line(None, b""), b"");
    }

    #[test]
    fn the_limit_is_the_one_that_was_measured() {
        assert_eq!(check_command_line(&[b'x'; 2016], 2047), Ok(()));
        let text = "the command line has 2017 bytes and this kernel takes 2016; shorten it";
        assert_eq!(check_command_line(&[b'x'; 2017], 2047).unwrap_err(), text);
        let nul = "the command line holds a NUL byte; leave it out";
        assert_eq!(check_command_line(b"a\0b", 2047).unwrap_err(), nul);
    }
}
