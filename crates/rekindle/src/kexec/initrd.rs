//! The initrd: one file as it is, or several put together in memory.

use super::kernel::open_regular;
use crate::output::{shown, words};
use kernel_image::initrd::plan_padding;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// One archive.
#[derive(Debug)]
pub(crate) struct Part {
    path: PathBuf,
    file: File,
    file_bytes: u64,
}

/// Opens the archives in order.
pub(crate) fn open_parts(paths: &[PathBuf]) -> Result<Vec<Part>, String> {
    paths.iter().map(|path| open_part(path)).collect()
}

fn open_part(path: &Path) -> Result<Part, String> {
    let fail = |reason: String| format!("can't use initrd {}: {reason}", shown(path));
    let (file, file_bytes) = open_regular(path).map_err(fail)?;
    if file_bytes == 0 {
        return Err(fail(String::from("it is empty; make it again")));
    }
    Ok(Part { path: path.to_owned(), file, file_bytes })
}

/// How long the initrd will be.
pub(crate) fn total_bytes(parts: &[Part]) -> u64 {
    parts.iter().map(|part| part.file_bytes).fold(0, u64::saturating_add)
}

/// The initrd as one file.
pub(crate) fn join_parts(mut parts: Vec<Part>) -> Result<Option<File>, String> {
    if parts.len() > 1 {
        return join_in_memory(parts).map(Some);
    }
    Ok(parts.pop().map(|part| part.file))
}

fn join_in_memory(mut parts: Vec<Part>) -> Result<File, String> {
    let joined = rekindle_sys::kexec::new_initrd_file();
    let mut joined = joined
        .map(File::from)
        .map_err(|errno| format!("can't put the initrds together in memory: {errno}"))?;
    for part in &mut parts {
        append_part(part, &mut joined).map_err(|error| {
            format!("can't copy initrd {} into memory: {}", shown(&part.path), words(&error))
        })?;
    }
    Ok(joined)
}

fn append_part(part: &mut Part, joined: &mut File) -> io::Result<()> {
    let copied_bytes = io::copy(&mut part.file, joined)?;
    const ZEROS: [u8; 8] = [0; 8];
    joined.write_all(ZEROS.get(..plan_padding(copied_bytes)).unwrap_or(&ZEROS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Seek};

    fn join(contents: &[&[u8]]) -> Option<Vec<u8>> {
        let folder = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> =
            (0..contents.len()).map(|number| folder.path().join(number.to_string())).collect();
        for (path, content) in paths.iter().zip(contents) {
            std::fs::write(path, content).unwrap();
        }
        let mut file = join_parts(open_parts(&paths).unwrap()).unwrap()?;
        let mut joined = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut joined).unwrap();
        Some(joined)
    }

    #[test]
    fn several_archives_follow_each_other_aligned() {
        assert_eq!(
            join(&[b"abcde", b"fghi", b"j"]).unwrap(),
            b"abcde\0\0\0\0\0\0\0fghi\0\0\0\0j\0\0\0\0\0\0\0"
        );
    }

    #[test]
    fn one_archive_is_used_as_it_is() {
        assert_eq!(join(&[b"abcde"]).unwrap(), b"abcde");
        assert_eq!(join(&[]), None);
    }
}
