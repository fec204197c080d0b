//! `cargo xtask lantern`: boots the bare-metal kernel, which narrates one reboot layer by layer.

use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use vm::place::dist_program;
use vm::tools::find_program;

use crate::build;
use crate::progress::step;

#[derive(Debug, PartialEq, Eq)]
struct Options {
    machine: String,
    command_line: String,
}

pub(crate) fn boot(words: &[&str]) -> Result<()> {
    let options = parse_options(words)?;
    build::build_lantern()?;
    let qemu = find_program("qemu-system-x86_64").context("unable to find qemu-system-x86_64")?;
    step(&format!("{} with '{}'", options.machine, options.command_line));
    // -no-reboot ends QEMU at the reset that the last rung brings about.
    let status = Command::new(qemu)
        .args(["-accel", "tcg", "-smp", "2", "-nodefaults", "-display", "none", "-no-reboot"])
        .args(["-serial", "stdio", "-machine", &options.machine])
        .arg("-kernel")
        .arg(dist_program("lantern")?)
        .arg("-initrd")
        .arg(dist_program("lantern-reboot")?)
        .args(["-append", &options.command_line])
        .status();
    ensure!(status.context("unable to start QEMU")?.success(), "QEMU failed");
    Ok(())
}

fn parse_options(words: &[&str]) -> Result<Options> {
    let mut options = Options { machine: "q35".to_owned(), command_line: "ladder=best".to_owned() };
    for pair in words.chunks(2) {
        match pair {
            ["--machine", machine] => options.machine = (*machine).to_owned(),
            ["--rung", rung] => options.command_line = format!("rung={rung}"),
            ["--ladder", ladder] => options.command_line = format!("ladder={ladder}"),
            _ => bail!(
                "usage: cargo xtask lantern [--machine q35|pc|microvm|isapc] \
                 [--rung acpi|kbd|cf9|port92|efi|bios|triple] [--ladder linux|linux-3.17|best]"
            ),
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::{Options, parse_options};

    #[test]
    fn the_last_of_rung_and_ladder_counts_and_unknown_words_are_refused() {
        let options = parse_options(&["--machine", "pc", "--rung", "kbd"]).unwrap();
        let expected = Options { machine: "pc".to_owned(), command_line: "rung=kbd".to_owned() };
        assert_eq!(options, expected);
        assert!(parse_options(&["--rung"]).is_err());
        assert!(parse_options(&["kbd"]).is_err());
    }
}
