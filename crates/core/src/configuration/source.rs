//! Where a value comes from.

/// Where a value comes from, in as little room as it takes: the place of the file, from 1, above 16 bits of the
/// line; below them alone 1 for the kernel's line and 0 for nobody's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Source(pub(super) u32);

/// The same, to be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nobody has chosen it.
    Default,
    /// A `rekindle.*=` word of the kernel's line.
    KernelLine,
    /// A file.
    File {
        /// Its place in [`super::Configuration::files`].
        file: usize,
        /// The line, from 1; 0 for the file as a whole.
        line: u16,
    },
}

impl Source {
    pub(super) const KERNEL_LINE: Self = Self(1);

    pub(super) const fn of_line(file: u8, line: u16) -> Self {
        let [low, high] = line.to_le_bytes();
        Self(u32::from_le_bytes([low, high, file.saturating_add(1), 0]))
    }

    /// What it is.
    #[must_use]
    pub const fn place(self) -> Place {
        let [low, high, file, _] = self.0.to_le_bytes();
        match (self.0, file.checked_sub(1)) {
            (_, Some(file)) => {
                Place::File { file: file as usize, line: u16::from_le_bytes([low, high]) }
            }
            (0, None) => Place::Default,
            (_, None) => Place::KernelLine,
        }
    }
}
