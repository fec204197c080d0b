//! `rekindle kexec load`, up to the point where the kernel is asked: a test must not replace the
//! kernel that the machine it runs on has loaded. What comes after is tested in virtual machines.

mod program;

use program::{run_as, run_in, write};
use std::fs::File;
use std::path::Path;

/// What init_size says: what the kernel needs in one piece.
const INIT_SIZE_AT: usize = 0x260;

/// A file with the header of a 64-bit bzImage of 3072 bytes (Documentation/arch/x86/boot.rst).
fn fabricate_kernel() -> Vec<u8> {
    let mut file = vec![0; 3072];
    let mut put =
        |offset: usize, bytes: &[u8]| file[offset..][..bytes.len()].copy_from_slice(bytes);
    put(0, b"MZ");
    put(0x1f1, &[3]);
    put(0x1f4, &64u32.to_le_bytes());
    put(0x1fe, &[0x55, 0xaa]);
    put(0x202, b"HdrS\x0f\x02");
    put(0x20e, &0x200u16.to_le_bytes());
    put(0x211, &[1]);
    put(0x236, &[0x7f]);
    put(0x238, &2047u32.to_le_bytes());
    put(INIT_SIZE_AT, &(50u32 << 20).to_le_bytes());
    put(0x400, b"6.1.0-x #1");
    file
}

/// Runs `rekindle kexec load ARGUMENTS` and expects it to refuse with exactly these words.
fn assert_refused(folder: &Path, arguments: &[&str], reason: &str) {
    let (status, out, err) = run_in(folder, &[&["kexec", "load"], arguments].concat());
    assert_eq!((status, out.as_str(), err), (1, "", format!("rekindle: {reason}\n")));
}

#[test]
fn what_is_no_kernel_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let rows: [(&[u8], &str); 5] = [
        (b"", "it is empty; copy or install the kernel again"),
        (
            b"\x7fELF\x02\x01\x01",
            "it is an ELF file (a vmlinux?), not a bzImage; use the vmlinuz of the same kernel",
        ),
        (b"\x1f\x8b\x08\0", "it is compressed by gzip, not a bzImage; unpack it first"),
        (b"#!/bin/sh\n", "it is text, not a kernel"),
        (b"070701", "it is an initramfs, not a kernel; give it as --initrd"),
    ];
    for (bytes, reason) in rows {
        write(folder.path(), "k", bytes);
        assert_refused(folder.path(), &["k"], &format!("can't load k: {reason}"));
    }
}

#[test]
fn a_kernel_that_was_cut_short_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let kernel = fabricate_kernel();
    write(folder.path(), "k", &kernel[..3071]);
    let reason = "can't load k: it is cut short: 3071 of at least 3072 bytes; copy or install the kernel again";
    assert_refused(folder.path(), &["k"], reason);
}

#[test]
fn files_that_cannot_be_read_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "k", &fabricate_kernel());
    write(folder.path(), "empty", b"");
    assert_refused(folder.path(), &["none"], "can't load none: no such file or directory (ENOENT)");
    assert_refused(folder.path(), &["."], "can't load .: it is a directory; name a file");
    assert_refused(
        folder.path(),
        &["/dev/null"],
        "can't load /dev/null: it is not a regular file; copy it into one",
    );
    let missing = "can't use initrd none: no such file or directory (ENOENT)";
    assert_refused(folder.path(), &["k", "--initrd", "k", "--initrd", "none"], missing);
    assert_refused(
        folder.path(),
        &["k", "--initrd", "empty"],
        "can't use initrd empty: it is empty; make it again",
    );
}

#[test]
fn a_line_that_does_not_fit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "k", &fabricate_kernel());
    let reason =
        "can't load k: the command line has 2017 bytes and this kernel takes 2016; shorten it";
    assert_refused(folder.path(), &["k", "--append", &"x".repeat(2017)], reason);
}

#[test]
fn a_load_that_no_machine_has_room_for_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "k", &fabricate_kernel());
    File::create(folder.path().join("huge")).unwrap().set_len(1 << 43).unwrap();
    let (status, out, err) =
        run_in(folder.path(), &["kexec", "load", "k", "--initrd", "huge", "--append", "x"]);
    assert_eq!((status, out.as_str()), (1, ""));
    let beginning = "rekindle: can't load k: kernel and initrd need 8388658 MiB, more than half of the memory (";
    assert!(err.starts_with(beginning), "{err}");
    assert!(err.ends_with(" MiB); use a smaller initrd\n"), "{err}");
}

#[test]
fn wrong_usage_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["kexec"][..],
        &["kexec", "load"],
        &["kexec", "load", "k", "--initrd"],
        &["kexec", "unload", "x"],
    ] {
        assert_eq!(run_in(folder.path(), arguments).0, 2, "{arguments:?}");
    }
}

#[test]
fn called_kexec_it_refuses_what_skips_the_shutdown() {
    let folder = tempfile::tempdir().unwrap();
    let rows = [
        (
            &["-e"][..],
            "-e would stop no service and unmount nothing; use 'reboot -k', or add -f to do it all the same",
        ),
        (
            &["-f", "-l", "k"],
            "-f would enter the kernel at once; load it with -l, then use 'reboot -k'",
        ),
        (&["-p", "k"], "crash kernels are not loaded by this program; use kexec-tools"),
        (
            &["-c", "-l", "k"],
            "-c asks for kexec_load, which is not used here; leave it out or use -s",
        ),
        (&["-l", "none"], "can't load none: no such file or directory (ENOENT)"),
    ];
    for (arguments, reason) in rows {
        let (status, out, err) = run_as("/usr/sbin/kexec", folder.path(), arguments);
        assert_eq!(
            (status, out.as_str(), err),
            (1, "", format!("kexec: {reason}\n")),
            "{arguments:?}"
        );
    }
    for arguments in [&[][..], &["-l"], &["-s", "k"], &["-l", "k", "-t", "elf"]] {
        assert_eq!(run_as("kexec", folder.path(), arguments).0, 2, "{arguments:?}");
    }
}

#[test]
fn called_kexec_it_takes_the_options_that_scripts_use() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "k", &fabricate_kernel());
    let line = format!("--append={}", "x".repeat(2017));
    let arguments = ["-s", "-l", "k", "-d", "-t", "bzImage", "--ramdisk=k", &line];
    let (status, out, err) = run_as("kexec", folder.path(), &arguments);
    let reason = "kexec: can't load k: the command line has 2017 bytes and this kernel takes 2016; shorten it\n";
    assert_eq!((status, out.as_str(), err.as_str()), (1, "", reason));
    let longer = format!("--command-line={}", "x".repeat(3000));
    let (_, _, err) = run_as(
        "kexec",
        folder.path(),
        &["--load", "k", "--reuse-cmdline", &longer, "--initrd", "k"],
    );
    assert!(
        err.starts_with("kexec: can't load k: the command line has 3")
            && err.ends_with("; shorten it\n"),
        "{err}"
    );
}
