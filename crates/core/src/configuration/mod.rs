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
    FILE_PATH, FOLDER_PATH, FileRead, MOST_BYTES, MOST_FILES, encode_file, is_file_name,
};
pub use group::{GROUP_FILE_PATH, MOST_GROUP_FILE_BYTES, parse_group_id};
pub use problem::{Problem, Reason};
pub use reading::Reading;
pub use source::Source;
pub use value::{Configuration, Group, KEYS, Value};

#[cfg(test)]
mod tests;
