//! The kernel's file.

use crate::output::{shown, words};
use kernel_image::bzimage::{BzImage, HEADER_MOST_BYTES};
use kernel_image::judge::judge_kernel;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

/// A kernel that passed every check that its file allows.
#[derive(Debug)]
pub(crate) struct Kernel {
    pub(crate) file: File,
    pub(crate) file_bytes: u64,
    pub(crate) header: BzImage,
}

/// Opens and judges a kernel.
pub(crate) fn open_kernel(path: &Path) -> Result<Kernel, String> {
    let fail = |reason: String| format!("can't load {}: {reason}", shown(path));
    let (mut file, file_bytes) = open_regular(path).map_err(fail)?;
    let head = read_head(&mut file).map_err(fail)?;
    let header = judge_kernel(&head, file_bytes).map_err(fail)?;
    Ok(Kernel { file, file_bytes, header })
}

/// Opens a file that has a length; the kernel loads nothing else (EINVAL).
pub(super) fn open_regular(path: &Path) -> Result<(File, u64), String> {
    let metadata = fs::metadata(path).map_err(|error| words(&error))?;
    if metadata.is_dir() {
        return Err(String::from("it is a directory; name a file"));
    }
    if !metadata.is_file() {
        return Err(String::from("it is not a regular file; copy it into one"));
    }
    let file = File::open(path).map_err(|error| words(&error))?;
    Ok((file, metadata.len()))
}

fn read_head(file: &mut File) -> Result<Vec<u8>, String> {
    let most_bytes = u64::try_from(HEADER_MOST_BYTES).unwrap_or(u64::MAX);
    let mut head = Vec::new();
    file.take(most_bytes).read_to_end(&mut head).map_err(|error| words(&error))?;
    Ok(head)
}
