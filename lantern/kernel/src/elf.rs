//! A static ELF program into the user's part of memory (System V ABI, chapters 4 and 5; x86-64
//! supplement).

use core::fmt;

use crate::memory;

/// What is wrong with a program.
pub(crate) enum Refused {
    Header,
    NotStatic,
    Truncated,
    Place(u64),
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => out.write_str("not a 64-bit x86 elf"),
            Self::NotStatic => out.write_str("not a static executable at fixed addresses"),
            Self::Truncated => out.write_str("shorter than its headers say"),
            Self::Place(address) => write!(out, "segment at {address:#x} is outside user memory"),
        }
    }
}

/// What the program is told about itself.
pub(crate) struct Loaded {
    pub(crate) entry: u64,
    /// Where its program headers lie in memory, if a segment holds them.
    pub(crate) headers: u64,
    pub(crate) header_count: u64,
    /// The highest address in use.
    pub(crate) end: u64,
}

const HEADER_SIZE: u64 = 56;
const TYPE_EXEC: u64 = 2;
const MACHINE_X86_64: u64 = 62;
const LOAD: u64 = 1;
const INTERPRETER: u64 = 3;

pub(crate) fn load(file: &[u8]) -> Result<Loaded, Refused> {
    let is_elf64 = file.starts_with(b"\x7FELF\x02\x01") && number(file, 18, 2)? == MACHINE_X86_64;
    if !is_elf64 || number(file, 54, 2)? != HEADER_SIZE {
        return Err(Refused::Header);
    }
    if number(file, 16, 2)? != TYPE_EXEC {
        return Err(Refused::NotStatic);
    }
    let (table, header_count) = (number(file, 32, 8)?, number(file, 56, 2)?);
    let mut loaded = Loaded { entry: number(file, 24, 8)?, headers: 0, header_count, end: 0 };
    for index in 0..header_count {
        segment(file, table.wrapping_add(index * HEADER_SIZE), table, &mut loaded)?;
    }
    Ok(loaded)
}

fn segment(file: &[u8], header: u64, table: u64, loaded: &mut Loaded) -> Result<(), Refused> {
    let at = usize::try_from(header).map_err(|_| Refused::Truncated)?;
    match number(file, at, 4)? {
        INTERPRETER => return Err(Refused::NotStatic),
        LOAD => {}
        _ => return Ok(()),
    }
    let (offset, address) = (number(file, at + 8, 8)?, number(file, at + 16, 8)?);
    let (in_file, in_memory) = (number(file, at + 32, 8)?, number(file, at + 40, 8)?);
    let end = offset.checked_add(in_file).ok_or(Refused::Truncated)?;
    let bytes = file.get(offset as usize..end as usize).ok_or(Refused::Truncated)?;
    let place = memory::user(address, in_memory).ok_or(Refused::Place(address))?;
    let (filled, zeroed) = place.split_at_mut_checked(bytes.len()).ok_or(Refused::Truncated)?;
    filled.copy_from_slice(bytes);
    zeroed.fill(0);
    loaded.end = loaded.end.max(address + in_memory);
    if offset <= table && table < end {
        loaded.headers = address + (table - offset);
    }
    Ok(())
}

fn number(file: &[u8], at: usize, size: usize) -> Result<u64, Refused> {
    let bytes = file.get(at..at.wrapping_add(size)).ok_or(Refused::Truncated)?;
    Ok(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
