//! The header of an x86 kernel: what kexec_file_load(2) looks at and what it ought to.
//!
//! Offsets and their meaning: Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".

use crate::bytes::{u16_at, u32_at};
use core::fmt;

/// `setup_sects`, `boot_flag`, `syssize`, `header`, … in the order of the file (boot.rst).
mod offset {
    pub(super) const SETUP_SECTS: usize = 0x1f1;
    pub(super) const SYSSIZE: usize = 0x1f4;
    pub(super) const BOOT_FLAG: usize = 0x1fe;
    pub(super) const MAGIC: usize = 0x202;
    pub(super) const VERSION: usize = 0x206;
    pub(super) const KERNEL_VERSION: usize = 0x20e;
    pub(super) const LOADFLAGS: usize = 0x211;
    pub(super) const XLOADFLAGS: usize = 0x236;
    pub(super) const CMDLINE_SIZE: usize = 0x238;
    pub(super) const PAYLOAD_OFFSET: usize = 0x248;
    pub(super) const PAYLOAD_LENGTH: usize = 0x24c;
    pub(super) const INIT_SIZE: usize = 0x260;
}

/// How much of the file [`parse_bzimage_header`] needs to see: all of the setup part, which is at
/// most 255 sectors and the boot sector, because the version string lies anywhere in it.
pub const HEADER_MOST_BYTES: usize = 256 * SECTOR_BYTES;

const SECTOR_BYTES: usize = 512;

/// The boot protocol that brought `xloadflags`; kexec_file_load(2) takes nothing older
/// (arch/x86/kernel/kexec-bzimage64.c, `bzImage64_probe`).
const OLDEST_VERSION: u16 = 0x020c;

/// The longest version string that is read: `uname -rv` has 65 bytes for each part.
const VERSION_STRING_MOST_BYTES: usize = 256;

/// The fields of the header that matter to kexec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BzImage {
    /// The boot protocol, major number in the high byte.
    pub protocol_version: u16,
    /// The length of the setup part in sectors, the boot sector not counted.
    pub setup_sectors: u8,
    /// The length of the protected-mode code in units of 16 bytes.
    pub code_paragraphs: u32,
    /// Whether the code is loaded at 0x100000 or above (`loadflags`, LOADED_HIGH).
    pub is_loaded_high: bool,
    /// What the kernel can do (`xloadflags`).
    pub load_abilities: LoadAbilities,
    /// The longest command line, without its NUL.
    pub command_line_most_bytes: u32,
    /// Where the compressed kernel begins, from the start of the protected-mode code.
    pub payload_offset: u32,
    /// How long the compressed kernel is.
    pub payload_bytes: u32,
    /// The memory that the kernel needs in one piece until it has unpacked itself.
    pub init_bytes: u32,
    /// What `uname -rv` will say, if the header tells.
    pub version_string: Option<Vec<u8>>,
}

/// `xloadflags` (boot.rst).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadAbilities(pub u16);

impl LoadAbilities {
    /// XLF_KERNEL_64: it has the 64-bit entry point.
    #[must_use]
    pub const fn is_64_bit(self) -> bool {
        self.0 & 1 != 0
    }

    /// XLF_CAN_BE_LOADED_ABOVE_4G.
    #[must_use]
    pub const fn can_be_above_4_gib(self) -> bool {
        self.0 & 2 != 0
    }

    /// XLF_5LEVEL: it can be entered with five-level page tables.
    #[must_use]
    pub const fn takes_5_levels(self) -> bool {
        self.0 & 0x20 != 0
    }
}

/// Why a file has no usable header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// There is no `HdrS` where it belongs.
    NotBzImage,
    /// The file ends inside its header.
    CutShort,
    /// Its boot protocol is older than 2.12.
    TooOld(u16),
    /// A zImage, loaded below 1 MiB.
    LoadedLow,
    /// It can't be entered in 64-bit mode.
    Not64Bit,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBzImage => out.write_str("not a bzImage"),
            Self::CutShort => {
                out.write_str("it ends inside its own header; copy or install the kernel again")
            }
            Self::TooOld(version) => {
                let (major, minor) = (version >> 8, version & 0xff);
                write!(
                    out,
                    "its boot protocol is {major}.{minor:02}, older than 2.12 (Linux 3.8); use a newer kernel"
                )
            }
            Self::LoadedLow => {
                out.write_str("it is a zImage for the memory below 1 MiB; use a bzImage")
            }
            Self::Not64Bit => out.write_str(
                "it is a 32-bit kernel, which kexec_file_load does not take; use a 64-bit one",
            ),
        }
    }
}

/// Reads the header at the beginning of a kernel file.
///
/// # Errors
/// What kexec_file_load(2) would answer with ENOEXEC, told apart.
pub fn parse_bzimage_header(file: &[u8]) -> Result<BzImage, HeaderError> {
    if !has_magic(file) {
        return Err(HeaderError::NotBzImage);
    }
    let version = u16_at(file, offset::VERSION).ok_or(HeaderError::CutShort)?;
    if version < OLDEST_VERSION {
        return Err(HeaderError::TooOld(version));
    }
    let header = parse_fields(file, version).ok_or(HeaderError::CutShort)?;
    match (
        header.is_loaded_high,
        header.load_abilities.is_64_bit(),
        header.load_abilities.can_be_above_4_gib(),
    ) {
        (false, ..) => Err(HeaderError::LoadedLow),
        (true, true, true) => Ok(header),
        (true, ..) => Err(HeaderError::Not64Bit),
    }
}

/// Whether it is a bzImage at all, usable or not.
pub(crate) fn has_magic(file: &[u8]) -> bool {
    let magic = file.get(offset::MAGIC..).is_some_and(|rest| rest.starts_with(b"HdrS"));
    magic && u16_at(file, offset::BOOT_FLAG) == Some(0xaa55)
}

fn parse_fields(file: &[u8], protocol_version: u16) -> Option<BzImage> {
    let setup_sectors = match *file.get(offset::SETUP_SECTS)? {
        // "for backwards compatibility, if the setup_sects field contains 0, the real value is 4"
        0 => 4,
        sectors => sectors,
    };
    Some(BzImage {
        protocol_version,
        setup_sectors,
        code_paragraphs: u32_at(file, offset::SYSSIZE)?,
        is_loaded_high: file.get(offset::LOADFLAGS)? & 1 != 0,
        load_abilities: LoadAbilities(u16_at(file, offset::XLOADFLAGS)?),
        command_line_most_bytes: u32_at(file, offset::CMDLINE_SIZE)?,
        payload_offset: u32_at(file, offset::PAYLOAD_OFFSET)?,
        payload_bytes: u32_at(file, offset::PAYLOAD_LENGTH)?,
        init_bytes: u32_at(file, offset::INIT_SIZE)?,
        version_string: parse_version_string(file),
    })
}

/// `kernel_version` holds the string's place less 0x200; 0 means that there is none.
fn parse_version_string(file: &[u8]) -> Option<Vec<u8>> {
    let place = usize::from(u16_at(file, offset::KERNEL_VERSION)?);
    if place == 0 {
        return None;
    }
    let rest = file.get(place.checked_add(0x200)?..)?;
    let length = rest.iter().take(VERSION_STRING_MOST_BYTES).position(|byte| *byte == 0)?;
    rest.get(..length).map(<[u8]>::to_vec)
}

impl BzImage {
    /// How long the file must be at least: its setup part and its protected-mode code. A
    /// signature may follow.
    #[must_use]
    pub fn complete_bytes(&self) -> u64 {
        let setup_bytes = u64::from(self.setup_sectors).saturating_add(1).saturating_mul(512);
        u64::from(self.code_paragraphs).saturating_mul(16).saturating_add(setup_bytes)
    }

    /// The release, as `uname -r` will say it: the first word of the version string.
    #[must_use]
    pub fn release(&self) -> Option<&[u8]> {
        self.version_string.as_deref()?.split(|byte| *byte == b' ').next()
    }
}

/// Checks that the file was not cut short. The kernel does not, and would load what can't boot.
///
/// # Errors
/// Both lengths in words.
pub fn check_complete(header: &BzImage, file_bytes: u64) -> Result<(), String> {
    let complete_bytes = header.complete_bytes();
    if file_bytes >= complete_bytes {
        return Ok(());
    }
    Err(format!(
        "it is cut short: {file_bytes} of at least {complete_bytes} bytes; copy or install the kernel again"
    ))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A file with the header of a 64-bit kernel of protocol 2.15, and nothing in it.
    pub(crate) fn fabricate_kernel() -> Vec<u8> {
        let mut file = vec![0; 4 * 512 + 64 * 16];
        file[..2].copy_from_slice(b"MZ");
        file[offset::SETUP_SECTS] = 3;
        put_u32(&mut file, offset::SYSSIZE, 64);
        file[offset::BOOT_FLAG..][..2].copy_from_slice(&[0x55, 0xaa]);
        file[offset::MAGIC..][..4].copy_from_slice(b"HdrS");
        file[offset::VERSION..][..2].copy_from_slice(&[0x0f, 0x02]);
        file[offset::KERNEL_VERSION..][..2].copy_from_slice(&[0x00, 0x02]);
        file[offset::LOADFLAGS] = 1;
        file[offset::XLOADFLAGS] = 0x7f;
        put_u32(&mut file, offset::CMDLINE_SIZE, 2047);
        put_u32(&mut file, offset::PAYLOAD_OFFSET, 716);
        put_u32(&mut file, offset::PAYLOAD_LENGTH, 300);
        put_u32(&mut file, offset::INIT_SIZE, 0x0330_0000);
        file[0x400..][..14].copy_from_slice(b"6.1.0-x #1 SMP");
        file
    }

    fn put_u32(file: &mut [u8], offset: usize, value: u32) {
        file[offset..][..4].copy_from_slice(&value.to_le_bytes());
    }

    #[test]
    fn every_field_is_read_from_its_place() {
        let expected = BzImage {
            protocol_version: 0x020f,
            setup_sectors: 3,
            code_paragraphs: 64,
            is_loaded_high: true,
            load_abilities: LoadAbilities(0x7f),
            command_line_most_bytes: 2047,
            payload_offset: 716,
            payload_bytes: 300,
            init_bytes: 0x0330_0000,
            version_string: Some(b"6.1.0-x #1 SMP".to_vec()),
        };
        assert_eq!(parse_bzimage_header(&fabricate_kernel()), Ok(expected.clone()));
        assert_eq!(expected.release(), Some(&b"6.1.0-x"[..]));
    }

    #[test]
    fn a_setup_part_of_no_sectors_means_four() {
        let mut file = fabricate_kernel();
        file[offset::SETUP_SECTS] = 0;
        assert_eq!(parse_bzimage_header(&file).unwrap().setup_sectors, 4);
    }

    #[test]
    fn one_missing_byte_makes_a_kernel_incomplete() {
        let file = fabricate_kernel();
        let header = parse_bzimage_header(&file).unwrap();
        assert_eq!(check_complete(&header, 3072), Ok(()));
        assert_eq!(check_complete(&header, 9999), Ok(()));
        let text = "it is cut short: 3071 of at least 3072 bytes; copy or install the kernel again";
        assert_eq!(check_complete(&header, 3071).unwrap_err(), text);
    }

    #[test]
    fn what_the_kernel_would_refuse_is_told_apart() {
        let with = |place: usize, byte: u8| {
            let mut file = fabricate_kernel();
            file[place] = byte;
            parse_bzimage_header(&file).unwrap_err()
        };
        assert_eq!(with(offset::MAGIC, b'h'), HeaderError::NotBzImage);
        assert_eq!(with(offset::BOOT_FLAG, 0), HeaderError::NotBzImage);
        assert_eq!(with(offset::VERSION, 0x0b), HeaderError::TooOld(0x020b));
        assert_eq!(with(offset::LOADFLAGS, 0), HeaderError::LoadedLow);
        assert_eq!(with(offset::XLOADFLAGS, 2), HeaderError::Not64Bit);
        assert_eq!(with(offset::XLOADFLAGS, 1), HeaderError::Not64Bit);
        let old = HeaderError::TooOld(0x0206).to_string();
        assert_eq!(
            old,
            "its boot protocol is 2.06, older than 2.12 (Linux 3.8); use a newer kernel"
        );
    }

    #[test]
    fn no_prefix_of_a_kernel_panics_or_passes_without_its_fields() {
        let file = fabricate_kernel();
        for length in 0..offset::INIT_SIZE + 4 {
            let error = parse_bzimage_header(&file[..length]).unwrap_err();
            assert!(matches!(error, HeaderError::NotBzImage | HeaderError::CutShort), "{length}");
        }
    }

    #[test]
    fn a_version_string_outside_the_file_is_none() {
        let mut file = fabricate_kernel();
        file[offset::KERNEL_VERSION..][..2].copy_from_slice(&[0xff, 0xff]);
        assert_eq!(parse_bzimage_header(&file).unwrap().version_string, None);
    }
}
