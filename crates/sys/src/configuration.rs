//! What the configuration is made of.

use crate::files::{each_name, open_to_read, read_all};
use crate::{Result, errno};
use alloc::vec::Vec;
use rekindle_core::configuration::{
    FILE_PATH, FOLDER_PATH, GROUP_FILE_PATH, KERNEL_LINE_MOST_BYTES, KERNEL_LINE_PATH, MOST_BYTES,
    MOST_FILES, MOST_GROUP_FILE_BYTES, encode_file, is_file_name,
};
use rekindle_core::errno::Errno;
use rekindle_core::op::Read;
use rustix::fs::FileType;

/// The most names of the folder that are looked at, whatever they are.
const MOST_NAMES: usize = 4096;

/// Tells all of it, as far as it is there: open(2), fstat(2), read(2), getdents64(2).
pub(crate) fn read_configuration() -> Vec<u8> {
    let mut told = Vec::new();
    tell_files(FILE_PATH.as_bytes(), FOLDER_PATH.as_bytes(), &mut told);
    tell(KERNEL_LINE_PATH.as_bytes(), KERNEL_LINE_MOST_BYTES, &mut told);
    tell(GROUP_FILE_PATH.as_bytes(), MOST_GROUP_FILE_BYTES, &mut told);
    told
}

/// The same without the kernel's line.
#[must_use]
pub fn read_configuration_files() -> Vec<u8> {
    let mut told = Vec::new();
    tell_files(FILE_PATH.as_bytes(), FOLDER_PATH.as_bytes(), &mut told);
    tell(GROUP_FILE_PATH.as_bytes(), MOST_GROUP_FILE_BYTES, &mut told);
    told
}

fn tell_files(file: &[u8], folder: &[u8], told: &mut Vec<u8>) {
    tell(file, MOST_BYTES, told);
    let mut path = Vec::new();
    let mut left = MOST_FILES;
    let end = loop {
        match (next_path(folder, &mut path), left.checked_sub(1)) {
            (Err(error), _) => break error,
            (Ok(()), None) => break Errno::EFBIG,
            (Ok(()), Some(fewer)) => left = fewer,
        }
        tell(&path, MOST_BYTES.saturating_sub(told.len()), told);
    };
    if end != Errno::ENOENT {
        encode_file(folder, Err(end), told);
    }
}

/// Tells one file, if it is there.
fn tell(path: &[u8], most_bytes: usize, told: &mut Vec<u8>) {
    let error = match read_regular(path, most_bytes) {
        Ok(Read { bytes, complete: true }) => return encode_file(path, Ok(&bytes), told),
        Ok(_) => Errno::EFBIG,
        Err(Errno::ENOENT) => return,
        Err(error) => error,
    };
    encode_file(path, Err(error), told);
}

/// What else stands in a file's place is not read; opened like this it neither blocks nor becomes a terminal.
fn read_regular(path: &[u8], most_bytes: usize) -> Result<Read> {
    let file = open_to_read(path)?;
    let status = rustix::fs::fstat(&file).map_err(errno)?;
    if FileType::from_raw_mode(status.st_mode) != FileType::RegularFile {
        return Err(Errno::EINVAL);
    }
    read_all(&file, most_bytes)
}

/// Goes on to the file of the folder that follows in byte order, ENOENT behind the last. The folder is small;
/// a list would have to be sorted.
fn next_path(folder: &[u8], path: &mut Vec<u8>) -> Result<()> {
    let mut next = Vec::new();
    let mut left = MOST_NAMES;
    let is_whole = each_name(folder, &mut |name| {
        let other = [folder, b"/", name].concat();
        if is_file_name(name) && other > *path && (next.is_empty() || other < next) {
            next = other;
        }
        left = left.saturating_sub(1);
        left > 0
    })?;
    *path = next;
    match (is_whole, path.is_empty()) {
        (false, _) => Err(Errno::EFBIG),
        (true, true) => Err(Errno::ENOENT),
        (true, false) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::c_path;
    use rekindle_core::configuration::{Problem, Reading};
    use rekindle_core::op::Outcome;
    use std::fs;
    use std::path::PathBuf;
    use std::string::{String, ToString};

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let name = std::format!("rekindle-configuration-{name}-{}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            fs::create_dir_all(folder.join("d")).unwrap();
            Self(folder)
        }

        fn read(&self) -> Reading {
            let path = |name: &str| self.0.join(name).to_str().unwrap().to_string();
            let mut told = Vec::new();
            tell_files(path("file").as_bytes(), path("d").as_bytes(), &mut told);
            Reading::of_look(&Outcome::Read(Read::whole(told)))
        }

        /// The paths below it that were read, and what was said.
        fn told(&self) -> (Vec<String>, Vec<String>) {
            let reading = self.read();
            let files = &reading.configuration.files;
            let below = |text: String| text.replace(self.0.to_str().unwrap(), "");
            let say = |problem: &Problem| below(problem.render(files));
            let paths = files.iter().map(|path| below(String::from_utf8(path.clone()).unwrap()));
            (paths.collect(), reading.problems.iter().map(say).collect())
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn what_is_not_there_is_no_complaint() {
        let folder = Folder::new("missing");
        assert_eq!(folder.told(), (Vec::new(), Vec::new()));
        fs::remove_dir(folder.0.join("d")).unwrap();
        assert_eq!(folder.told(), (Vec::new(), Vec::new()));
    }

    #[test]
    fn files_come_in_byte_order_behind_the_first_and_later_ones_count() {
        let folder = Folder::new("order");
        for (number, name) in ["file", "d/10.conf", "d/9.conf", "d/a.conf"].iter().enumerate() {
            fs::write(folder.0.join(name), std::format!("kill_ms = {number}\n")).unwrap();
        }
        for name in ["d/z.conf.old", "d/.hidden.conf", "d/conf"] {
            fs::write(folder.0.join(name), "kill_ms = 99\n").unwrap();
        }
        let names = ["/file", "/d/10.conf", "/d/9.conf", "/d/a.conf"].map(String::from);
        assert_eq!(folder.told(), (names.to_vec(), Vec::new()));
        assert_eq!(folder.read().settings.kill_ms, 3);
    }

    #[test]
    fn what_is_no_file_is_named_and_not_read() {
        let folder = Folder::new("odd");
        let fifo = c_path(folder.0.join("d/fifo.conf").to_str().unwrap().as_bytes()).unwrap();
        let kind = FileType::Fifo;
        rustix::fs::mknodat(rustix::fs::CWD, fifo.as_c_str(), kind, 0o600.into(), 0).unwrap();
        fs::create_dir(folder.0.join("d/folder.conf")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", folder.0.join("file")).unwrap();
        let said = ["/file", "/d/fifo.conf", "/d/folder.conf"];
        let said = said.map(|name| std::format!("can't read {name}: not a regular file"));
        assert_eq!(folder.told().1, said);
        fs::remove_dir_all(folder.0.join("d")).unwrap();
        fs::write(folder.0.join("d"), "").unwrap();
        assert_eq!(folder.told().1[1], "can't read /d: not a directory (ENOTDIR)");
    }

    #[test]
    fn what_is_beyond_the_bounds_is_said() {
        let folder = Folder::new("bounds");
        for number in 10..10 + MOST_FILES {
            let path = folder.0.join(std::format!("d/{number}.conf"));
            fs::write(path, "kill_ms = 1\n").unwrap();
        }
        assert_eq!(folder.told().1, [""; 0]);
        fs::write(folder.0.join("d/99.conf"), "kill_ms = 2\n").unwrap();
        assert_eq!(folder.told().1, ["can't read /d: more than 32 files or 65536 bytes"]);
        assert_eq!(folder.read().settings.kill_ms, 1);
        let long = std::format!("#{}\n", "x".repeat(MOST_BYTES));
        fs::write(folder.0.join("d/20.conf"), long).unwrap();
        fs::remove_file(folder.0.join("d/99.conf")).unwrap();
        let said = "can't read /d/20.conf: more than 32 files or 65536 bytes";
        assert_eq!(folder.told().1, [said]);
    }
}
