//! /etc/group: which number a name has. PID 1 reads it itself: NSS would be a C library, and may ask a server.

use crate::text::{lines, parse_u32, parts};

/// The number of the group called `name`, by the first line that gives one (`name:password:number:members`).
#[must_use]
pub fn parse_group_id(text: &[u8], name: &[u8]) -> Option<u32> {
    for line in lines(text) {
        let mut fields = parts(line, b':');
        let (first, _, number) = (fields.next(), fields.next(), fields.next());
        if first == Some(name)
            && let Some(number) = number.and_then(parse_u32)
        {
            return Some(number);
        }
    }
    None
}
