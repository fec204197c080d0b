//! Error numbers of system calls, with their names and words (errno(3)).

use crate::text::{cut, lines};
use core::fmt;

/// An error number as Linux returns it (asm-generic/errno-base.h, errno.h).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(pub u16);

macro_rules! errnos {
    ($($name:ident = $number:literal, $words:literal;)*) => {
        impl Errno {
            $(#[doc = $words] pub const $name: Self = Self($number);)*
        }

        /// Those that Rekindle meets.
        const NUMBERS: &[u8] = &[$($number),*];

        /// Their names and words, a line each: a table of pointers would be three times as large.
        const NAMES_AND_WORDS: &str = concat!($(stringify!($name), "=", $words, "\n"),*);
    };
}

errnos! {
    EPERM = 1, "operation not permitted";
    ENOENT = 2, "no such file or directory";
    ESRCH = 3, "no such process";
    EINTR = 4, "interrupted";
    EIO = 5, "input/output error";
    ENXIO = 6, "no such device or address";
    E2BIG = 7, "argument list too long";
    ENOEXEC = 8, "not an executable format";
    EBADF = 9, "bad file descriptor";
    ECHILD = 10, "no child processes";
    EAGAIN = 11, "resource temporarily unavailable";
    ENOMEM = 12, "out of memory";
    EACCES = 13, "permission denied";
    EFAULT = 14, "bad address";
    ENOTBLK = 15, "not a block device";
    EBUSY = 16, "busy";
    EEXIST = 17, "file exists";
    EXDEV = 18, "different file systems";
    ENODEV = 19, "no such device";
    ENOTDIR = 20, "not a directory";
    EISDIR = 21, "is a directory";
    EINVAL = 22, "invalid argument";
    ENFILE = 23, "too many open files in the system";
    EMFILE = 24, "too many open files";
    ENOTTY = 25, "not a terminal";
    ETXTBSY = 26, "file is open for writing";
    EFBIG = 27, "file too large";
    ENOSPC = 28, "no space left on device";
    EROFS = 30, "read-only file system";
    EPIPE = 32, "broken pipe";
    ENAMETOOLONG = 36, "file name too long";
    ENOSYS = 38, "not in this kernel";
    ELOOP = 40, "too many symbolic links";
    ENODATA = 61, "no data";
    ETIME = 62, "timer expired";
    ENOPKG = 65, "package not installed";
    EREMOTE = 66, "on another machine";
    EBADMSG = 74, "bad message";
    ELIBBAD = 80, "corrupt library";
    EMSGSIZE = 90, "message too long";
    EOPNOTSUPP = 95, "operation not supported";
    EADDRNOTAVAIL = 99, "address not available";
    ECONNABORTED = 103, "connection aborted";
    ECONNRESET = 104, "connection reset";
    ETIMEDOUT = 110, "timed out";
    ECONNREFUSED = 111, "connection refused";
    ESTALE = 116, "stale file handle";
    ENOKEY = 126, "required key not available";
    EKEYREJECTED = 129, "key was rejected";
}

impl Errno {
    /// The symbolic name (`EBUSY`), where it is one that Rekindle meets.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        self.name_and_words().map(|(name, _)| name)
    }

    fn name_and_words(self) -> Option<(&'static str, &'static str)> {
        let place = NUMBERS.iter().position(|number| u16::from(*number) == self.0)?;
        let (name, words) = cut(lines(NAMES_AND_WORDS.as_bytes()).nth(place)?, b'=')?;
        core::str::from_utf8(name).ok().zip(core::str::from_utf8(words).ok())
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name_and_words() {
            Some((name, words)) => write!(out, "{words} ({name})"),
            None => write!(out, "error {}", self.0),
        }
    }
}
