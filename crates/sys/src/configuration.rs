//! What the configuration is made of.

use crate::files::{each_name, read_file, whole};
use crate::path::c_path;
use crate::{Result, errno};
use alloc::vec::Vec;
use rekindle_core::configuration::{
    FILE_PATH, FOLDER_PATH, GROUP_FILE_PATH, KERNEL_LINE_MOST_BYTES, KERNEL_LINE_PATH, MOST_BYTES,
    MOST_FILES, MOST_GROUP_FILE_BYTES, encode_file, is_file_name,
};
use rekindle_core::errno::Errno;
use rustix::fs::FileType;

/// The most names of the folder that are looked at, whatever they are.
const MOST_NAMES: usize = 4096;

/// Tells all of it, as far as it is there: stat(2), open(2), read(2), getdents64(2).
#[must_use]
pub fn read_configuration() -> Vec<u8> {
    let mut told = Vec::new();
    tell_files(FILE_PATH.as_bytes(), FOLDER_PATH.as_bytes(), &mut told);
    tell(KERNEL_LINE_PATH.as_bytes(), KERNEL_LINE_MOST_BYTES, &mut told);
    tell(GROUP_FILE_PATH.as_bytes(), MOST_GROUP_FILE_BYTES, &mut told);
    told
}

fn tell_files(file: &[u8], folder: &[u8], told: &mut Vec<u8>) {
    tell(file, MOST_BYTES, told);
    let mut name = Vec::new();
    let mut left = MOST_FILES;
    let end = loop {
        match next_name(folder, &name) {
            Err(error) => break error,
            Ok(_) if left == 0 => break Errno::EFBIG,
            Ok(next) => name = next,
        }
        left = left.saturating_sub(1);
        let path = [folder, b"/", &name].concat();
        tell(&path, MOST_BYTES.saturating_sub(told.len()), told);
    };
    if end != Errno::ENOENT {
        encode_file(folder, Err(end), told);
    }
}

/// Tells one file, if it is there.
fn tell(path: &[u8], most_bytes: usize, told: &mut Vec<u8>) {
    let content = read_regular(path, most_bytes);
    if content != Err(Errno::ENOENT) {
        encode_file(path, content.as_deref().map_err(|error| *error), told);
    }
}

/// Whatever else stands in a file's place is not opened: that alone can have an effect on a device.
fn read_regular(path: &[u8], most_bytes: usize) -> Result<Vec<u8>> {
    let status = rustix::fs::stat(c_path(path)?.as_c_str()).map_err(errno)?;
    if FileType::from_raw_mode(status.st_mode) != FileType::RegularFile {
        return Err(Errno::EINVAL);
    }
    whole(read_file(path, most_bytes)?)
}

/// The file of the folder that follows in byte order, ENOENT behind the last. The folder is small; a list would
/// have to be sorted.
fn next_name(folder: &[u8], last: &[u8]) -> Result<Vec<u8>> {
    let mut next = Vec::new();
    let mut left = MOST_NAMES;
    let is_whole = each_name(folder, &mut |name| {
        if is_file_name(name) && name > last && (next.is_empty() || name < next.as_slice()) {
            next = name.to_vec();
        }
        left = left.saturating_sub(1);
        left > 0
    })?;
    match (is_whole, next.is_empty()) {
        (false, _) => Err(Errno::EFBIG),
        (true, true) => Err(Errno::ENOENT),
        (true, false) => Ok(next),
    }
}
