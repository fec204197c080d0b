//! The files of the configuration.

use crate::files::read_file;
use crate::path::{c_path, open};
use crate::{Result, errno};
use alloc::vec::Vec;
use core::mem::MaybeUninit;
use rekindle_core::configuration::{
    FILE_PATH, FOLDER_PATH, MOST_BYTES, MOST_FILES, encode_file, is_file_name,
};
use rekindle_core::errno::Errno;
use rustix::fs::{FileType, OFlags, RawDir};

/// The most names of the folder that are looked at, whatever they are.
const MOST_NAMES: usize = 4096;

/// How much of the folder one getdents64(2) gives.
const CHUNK_BYTES: usize = 4096;

/// Tells all of it, as far as it is there: stat(2), open(2), read(2), getdents64(2).
#[must_use]
pub fn read_configuration() -> Vec<u8> {
    read_from(FILE_PATH.as_bytes(), FOLDER_PATH.as_bytes())
}

fn read_from(file: &[u8], folder: &[u8]) -> Vec<u8> {
    let mut told = Vec::new();
    let mut left_bytes = MOST_BYTES;
    let first = read_regular(file, left_bytes);
    if first != Err(Errno::ENOENT) {
        tell(file, first, &mut left_bytes, &mut told);
    }
    let names = list_names(folder);
    let (names, error) = match names {
        Ok(names) if names.len() > MOST_FILES => (names, Some(Errno::EFBIG)),
        Ok(names) => (names, None),
        Err(Errno::ENOENT) => (Vec::new(), None),
        Err(error) => (Vec::new(), Some(error)),
    };
    for name in names.iter().take(MOST_FILES) {
        let path = [folder, b"/", name].concat();
        let content = read_regular(&path, left_bytes);
        tell(&path, content, &mut left_bytes, &mut told);
    }
    if let Some(error) = error {
        encode_file(folder, Err(error), &mut told);
    }
    told
}

fn tell(path: &[u8], content: Result<Vec<u8>>, left_bytes: &mut usize, told: &mut Vec<u8>) {
    let bytes = content.as_deref().unwrap_or_default();
    *left_bytes = left_bytes.saturating_sub(bytes.len());
    encode_file(path, content.as_deref().map_err(|error| *error), told);
}

/// Whatever else stands in a file's place is not opened: that alone can have an effect on a device.
fn read_regular(path: &[u8], most_bytes: usize) -> Result<Vec<u8>> {
    let status = rustix::fs::stat(c_path(path)?.as_c_str()).map_err(errno)?;
    if FileType::from_raw_mode(status.st_mode) != FileType::RegularFile {
        return Err(Errno::EINVAL);
    }
    crate::files::whole(read_file(path, most_bytes)?)
}

/// The names that count, in byte order; one more than may be read says that there are more.
fn list_names(folder: &[u8]) -> Result<Vec<Vec<u8>>> {
    let directory = open(folder, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC)?;
    let mut buffer = [MaybeUninit::uninit(); CHUNK_BYTES];
    let mut entries = RawDir::new(directory, &mut buffer);
    let mut names: Vec<Vec<u8>> = Vec::new();
    for _ in 0..MOST_NAMES {
        let Some(entry) = entries.next() else { return Ok(names) };
        let entry = entry.map_err(errno)?;
        let name = entry.file_name().to_bytes();
        if is_file_name(name) {
            let place = names.iter().position(|other| other.as_slice() > name);
            names.insert(place.unwrap_or(names.len()), name.to_vec());
            names.truncate(MOST_FILES.saturating_add(1));
        }
    }
    Err(Errno::EFBIG)
}
