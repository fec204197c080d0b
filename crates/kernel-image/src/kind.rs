//! What a file is that was given as a kernel.

use crate::bzimage::has_magic;
use crate::pe;
use core::fmt;

/// A file, by how it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// An x86 kernel (boot.rst).
    BzImage,
    /// Nothing in it.
    Empty,
    /// An ELF file: a vmlinux, if it is a kernel at all.
    Elf,
    /// A unified kernel image: an EFI program with a `.linux` section (UAPI.5).
    UnifiedKernelImage,
    /// An EFI kernel that unpacks itself (linux drivers/firmware/efi/libstub/zboot-header.S).
    Zboot,
    /// An arm64 `Image` (Documentation/arch/arm64/booting.rst).
    Arm64Image,
    /// Another EFI or Windows program.
    Pe,
    /// Compressed by this program.
    Compressed(&'static str),
    /// An initramfs, not compressed (Documentation/driver-api/early-userspace/buffer-format.rst).
    Cpio,
    /// Text.
    Text,
    /// Something else.
    Unknown,
}

/// How the formats of compressed files begin: RFC 1952, RFC 8878, the .xz file format 1.2.1, the
/// LZ4 frame format 1.6 with its legacy form, and the headers of bzip2 and lzop.
const COMPRESSED: [(&[u8], &str); 7] = [
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x02\x21\x4c\x18", "lz4"),
    (b"BZh", "bzip2"),
    (b"\x89LZO", "lzop"),
];

/// How much of a file tells whether it is text.
const TEXT_SAMPLE_BYTES: usize = 512;

/// Recognises a file by its first bytes; the setup part of a kernel
/// ([`crate::bzimage::HEADER_MOST_BYTES`]) is enough.
#[must_use]
pub fn recognise_file(file: &[u8]) -> FileKind {
    let compressed = COMPRESSED.iter().find(|(magic, _)| file.starts_with(magic));
    if file.is_empty() {
        FileKind::Empty
    } else if has_magic(file) {
        FileKind::BzImage
    } else if file.starts_with(b"\x7fELF") {
        FileKind::Elf
    } else if file.get(56..).is_some_and(|rest| rest.starts_with(b"ARM\x64")) {
        FileKind::Arm64Image
    } else if file.starts_with(b"MZ") {
        recognise_program(file)
    } else if let Some((_, program)) = compressed {
        FileKind::Compressed(program)
    } else if file.starts_with(b"070701") || file.starts_with(b"070702") {
        FileKind::Cpio
    } else if is_text(file) {
        FileKind::Text
    } else {
        FileKind::Unknown
    }
}

fn recognise_program(file: &[u8]) -> FileKind {
    if file.get(4..).is_some_and(|rest| rest.starts_with(b"zimg")) {
        FileKind::Zboot
    } else if pe::has_section(file, b".linux") == Some(true) {
        FileKind::UnifiedKernelImage
    } else {
        FileKind::Pe
    }
}

fn is_text(file: &[u8]) -> bool {
    let is_printable = |byte: &u8| matches!(byte, 0x20..=0x7e | b'\n' | b'\r' | b'\t');
    file.iter().take(TEXT_SAMPLE_BYTES).all(is_printable)
}

impl fmt::Display for FileKind {
    /// What it is and what to do about it, where it is not what kexec takes.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::BzImage => "it is a bzImage",
            Self::Empty => "it is empty; copy or install the kernel again",
            Self::Elf => {
                "it is an ELF file (a vmlinux?), not a bzImage; use the vmlinuz of the same kernel"
            }
            Self::UnifiedKernelImage => {
                "it is a unified kernel image, not a bzImage; take the kernel out with 'objcopy -O binary -j .linux'"
            }
            Self::Zboot => {
                "it is an EFI zboot image, which unpacks itself only under EFI; use the kernel inside it"
            }
            Self::Arm64Image => "it is a kernel for arm64; use one for x86-64",
            Self::Pe => "it is an EFI program without a kernel in it; use a bzImage",
            Self::Compressed(program) => {
                return write!(
                    out,
                    "it is compressed by {program}, not a bzImage; unpack it first"
                );
            }
            Self::Cpio => "it is an initramfs, not a kernel; give it as --initrd",
            Self::Text => "it is text, not a kernel",
            Self::Unknown => "it is not a kernel of a kind that kexec takes; use a bzImage",
        };
        out.write_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bzimage::tests::fabricate_kernel;
    use proptest::prelude::{any, prop, proptest};

    /// An EFI program with one section of this name.
    fn fabricate_program(section: &[u8]) -> Vec<u8> {
        let mut file = vec![0; 0x400];
        file[..2].copy_from_slice(b"MZ");
        file[0x3c] = 0x80;
        file[0x80..0x84].copy_from_slice(b"PE\0\0");
        file[0x84 + 2] = 2;
        file[0x84 + 16] = 0x10;
        file[0x84 + 20 + 0x10 + 40..][..section.len()].copy_from_slice(section);
        file
    }

    #[test]
    fn every_kind_of_file_is_recognised() {
        let mut arm64 = vec![0; 64];
        arm64[56..60].copy_from_slice(b"ARM\x64");
        let rows: [(&[u8], FileKind); 14] = [
            (&fabricate_kernel(), FileKind::BzImage),
            (b"", FileKind::Empty),
            (b"\x7fELF\x02\x01", FileKind::Elf),
            (&fabricate_program(b".linux"), FileKind::UnifiedKernelImage),
            (&fabricate_program(b".linux2"), FileKind::Pe),
            (&fabricate_program(b".text"), FileKind::Pe),
            (b"MZ\0\0zimg\0\0", FileKind::Zboot),
            (&arm64, FileKind::Arm64Image),
            (b"\x1f\x8b\x08", FileKind::Compressed("gzip")),
            (b"\xfd7zXZ\0\0", FileKind::Compressed("xz")),
            (b"\x28\xb5\x2f\xfd\0", FileKind::Compressed("zstd")),
            (b"070701000", FileKind::Cpio),
            (b"#!/bin/sh\n", FileKind::Text),
            (b"\0\x01\x02", FileKind::Unknown),
        ];
        for (file, kind) in rows {
            assert_eq!(recognise_file(file), kind);
        }
    }

    proptest! {
        #[test]
        fn no_file_panics(tail in prop::collection::vec(any::<u8>(), 0..600)) {
            for head in [&b"MZ"[..], b"", b"\x7fELF"] {
                let _ = recognise_file(&[head, &tail]. concat());
            }
        }
    }
}
