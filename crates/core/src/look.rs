//! What a look at the machine has told, and whether that is all of it.

use crate::errno::Errno;

/// The result of a look. What failed is neither zero nor nobody: a decision that needs all of it takes
/// what [`Look::known`] gives, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look<T> {
    /// All of it.
    Known(T),
    /// Some of it: the look was cut short.
    Partial(T),
    /// Nothing, for this reason.
    Unknown(Errno),
}

impl<T> Look<T> {
    /// All of it, or nothing.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Partial(_) | Self::Unknown(_) => None,
        }
    }

    /// What was seen, be it all or not.
    pub fn seen(self) -> Option<T> {
        match self {
            Self::Known(value) | Self::Partial(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    /// All of it, or why it could not be had: EFBIG where only a part came.
    ///
    /// # Errors
    /// That reason.
    pub fn whole(self) -> Result<T, Errno> {
        match self {
            Self::Known(value) => Ok(value),
            Self::Partial(_) => Err(Errno::EFBIG),
            Self::Unknown(errno) => Err(errno),
        }
    }

    /// What was seen, read by `read`.
    pub fn map<U>(self, read: impl FnOnce(T) -> U) -> Look<U> {
        match self {
            Self::Known(value) => Look::Known(read(value)),
            Self::Partial(value) => Look::Partial(read(value)),
            Self::Unknown(errno) => Look::Unknown(errno),
        }
    }
}

impl<T> From<Result<T, Errno>> for Look<T> {
    /// A look that is all of it or fails.
    fn from(looked: Result<T, Errno>) -> Self {
        match looked {
            Ok(value) => Self::Known(value),
            Err(errno) => Self::Unknown(errno),
        }
    }
}
