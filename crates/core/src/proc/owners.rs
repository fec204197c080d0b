//! The processes as the directory /proc lists them: their numbers and users, without a look into any of
//! their files.

use alloc::vec::Vec;

/// A process and the user that it runs as: its directory's owner (proc(5)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its process id.
    pub pid: u32,
    /// Its effective user id.
    pub uid: u32,
}

/// The bytes of such a list.
#[must_use]
pub fn encode_owners(owners: &[Owner]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for owner in owners {
        bytes.extend_from_slice(&owner.pid.to_le_bytes());
        bytes.extend_from_slice(&owner.uid.to_le_bytes());
    }
    bytes
}

/// The list in these bytes.
#[must_use]
pub fn decode_owners(bytes: &[u8]) -> Vec<Owner> {
    let (words, _) = bytes.as_chunks::<4>();
    let (pairs, _) = words.as_chunks::<2>();
    let number = u32::from_le_bytes;
    let mut owners = Vec::new();
    for [pid, uid] in pairs {
        owners.push(Owner { pid: number(*pid), uid: number(*uid) });
    }
    owners
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_comes_back() {
        let owners = [Owner { pid: 2, uid: 0 }, Owner { pid: 70_000, uid: 1000 }];
        assert_eq!(decode_owners(&encode_owners(&owners)), owners);
        assert_eq!(decode_owners(b"1234567"), []);
    }
}
