//! /etc/rekindle.conf and /etc/rekindle.conf.d: `key = value`, the same keys as `rekindle.*=` on the
//! kernel's line, which wins over them.
//!
//! A line that can't be used costs only itself. See rekindle.conf(5).

mod files;
mod group;
mod problem;
mod reading;
mod source;
mod value;

pub use files::{
    FILE_PATH, FOLDER_PATH, FileRead, GROUP_FILE_PATH, KERNEL_LINE_MOST_BYTES, KERNEL_LINE_PATH,
    MOST_BYTES, MOST_FILES, MOST_GROUP_FILE_BYTES, encode_file, is_file_name,
};
pub use group::parse_group_id;
pub use problem::{Problem, Reason};
pub use reading::Reading;
pub use source::{Place, Source};
pub use value::{Configuration, KEYS, Value};

#[cfg(test)]
mod tests;
