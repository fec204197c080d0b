//! What the disks' phase does, by a kernel that answers as told.

mod driven;

use super::*;
use crate::errno::Errno;
use crate::host::Host;
use crate::op::{Read, StorageOp};
use crate::settings::Settings;
use alloc::string::String;
use alloc::vec;
use driven::{Driven, ROOT, kernel};

#[test]
fn swap_files_go_before_the_mounts_and_the_root_after_the_account() {
    let table = "1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /srv rw - ext4 /dev/b rw\n";
    let swaps =
        "Filename Type Size Used Priority\n/srv/swap file 8 0 -2\n/dev/sdb partition 8 0 -3\n";
    let driven = Driven::new(Host::Machine).run(kernel(swaps, &[table, ROOT], |_| Outcome::Done));
    assert_eq!(driven.did, ["swapoff /srv/swap", "unmount /srv", "account", "read-only /"]);
    assert!(driven.says("1 file systems unmounted, 1 made read-only"));
    let lines = driven.account.render();
    assert!(
        lines.contains("swapped-off") && lines.contains("unmounted") && lines.contains("read-only")
    );
}

#[test]
fn a_file_system_under_var_gets_the_account_before_it_goes() {
    let table = "1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /var rw - ext4 /dev/b rw\n";
    let driven = Driven::new(Host::Machine).run(kernel("", &[table, ROOT], |_| Outcome::Done));
    assert_eq!(driven.did, ["account", "unmount /var", "read-only /"]);
}

#[test]
fn what_is_busy_is_tried_again_and_then_made_read_only() {
    let table = "1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /srv rw - ext4 /dev/b rw\n";
    let driven = Driven::new(Host::Machine).run(kernel("", &[table, table], |op| match op {
        StorageOp::Unmount { .. } => Outcome::Failed(Errno::EBUSY),
        _ => Outcome::Done,
    }));
    let count = |what: &str| driven.did.iter().filter(|did| *did == what).count();
    assert_eq!((count("unmount /srv"), count("read-only /srv")), (6, 1));
    assert!(driven.says("can't unmount /srv: busy (EBUSY); making it read-only"));
    assert!(driven.says("0 file systems unmounted, 2 made read-only"));
    assert_eq!(driven.context.now, Moment(380), "the sum of the rests");
}

#[test]
fn what_hangs_is_not_tried_again_and_what_stays_writable_is_named() {
    let table = "1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /srv rw - ext4 /dev/b rw\n";
    let driven = Driven::new(Host::Machine).run(kernel("", &[table, table], |op| match op {
        StorageOp::Unmount { .. } => Outcome::TimedOut,
        StorageOp::RemountReadOnly { target } if target == b"/srv" => Outcome::TimedOut,
        _ => Outcome::Done,
    }));
    assert_eq!(driven.did, ["unmount /srv", "read-only /srv", "account", "read-only /"]);
    assert!(driven.says("can't make /srv read-only"));
}

#[test]
fn a_mount_that_is_gone_already_counts_as_gone() {
    let table = "1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /srv rw - ext4 /dev/b rw\n";
    for errno in [Errno::EINVAL, Errno::ENOENT] {
        let driven = Driven::new(Host::Machine).run(kernel("", &[table, ROOT], |op| match op {
            StorageOp::Unmount { .. } => Outcome::Failed(errno),
            _ => Outcome::Done,
        }));
        assert!(driven.says("1 file systems unmounted"));
    }
}

#[test]
fn a_table_that_is_cut_is_read_again_after_each_round() {
    let first = "1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /a rw - ext4 /dev/b rw\n";
    let second = "1 1 8:1 / / rw - ext4 /dev/a rw\n3 1 8:3 / /b rw - ext4 /dev/c rw\n";
    let mut tables = vec![ROOT, second, first];
    let mut kernel = kernel("", &[], |_| Outcome::Done);
    let driven = Driven::new(Host::Machine).run(|op, count| match op {
        Op::Read(ReadOp::File { path: "/proc/self/mountinfo", .. }) => {
            let bytes = tables.pop().unwrap_or(ROOT).as_bytes().to_vec();
            Outcome::Read(Read { bytes, complete: tables.len() != 2 })
        }
        op => kernel(op, count),
    });
    assert_eq!(driven.did, ["unmount /a", "unmount /b", "account", "read-only /"]);
    assert!(driven.says("2 file systems unmounted, 1 made read-only"));
}

#[test]
fn a_table_that_cannot_be_read_leaves_the_root() {
    let mut kernel = kernel("", &[], |_| Outcome::Done);
    let driven = Driven::new(Host::Machine).run(|op, count| match op {
        Op::Read(ReadOp::File { path: "/proc/self/mountinfo", .. }) => {
            Outcome::Failed(Errno::ENOENT)
        }
        op => kernel(op, count),
    });
    assert_eq!(driven.did, ["account", "read-only /"]);
    assert!(driven.says("only the root is made read-only"));
}

#[test]
fn a_failed_look_at_the_memory_is_not_taken_for_no_swap() {
    let mut kernel = kernel("x\n/swap file 8 0 -2\n", &[ROOT], |_| Outcome::Done);
    let driven = Driven::new(Host::Machine).run(|op, count| match op {
        Op::Read(ReadOp::File { path: "/proc/meminfo", .. }) => Outcome::Failed(Errno::EIO),
        op => kernel(op, count),
    });
    assert_eq!(driven.did.first().unwrap(), "swapoff /swap");
}

#[test]
fn a_container_only_writes_its_account() {
    let driven = Driven::new(Host::Container).run(kernel("", &[], |_| Outcome::Done));
    assert_eq!(driven.did, ["account"]);
    assert_eq!(driven.said, [] as [String; 0]);
}

#[test]
fn eight_hundred_busy_file_systems_are_a_few_at_a_time() {
    let rows = (2..802).map(|id| format!("{id} 1 0:{id} / /m{id} rw - overlay o rw\n"));
    let table: &'static str = String::from(ROOT).leak();
    let table: &'static str = format!("{table}{}", rows.collect::<String>()).leak();
    let driven = Driven::new(Host::Machine).run(kernel("", &[table, table], |op| match op {
        StorageOp::Unmount { .. } => Outcome::Failed(Errno::EBUSY),
        _ => Outcome::Done,
    }));
    assert!(driven.most_at_once <= 8, "{} at once", driven.most_at_once);
    assert!(
        driven.says("0 file systems unmounted, 801 made read-only"),
        "{:?}",
        driven.said.last()
    );
    assert_eq!(driven.did.last().unwrap(), "read-only /");
}

#[test]
fn the_total_ends_it_whatever_hangs() {
    let mut driven = Driven::new(Host::Machine);
    driven.advance();
    assert!(!driven.is_over);
    driven.context.now = driven.storage.deadline(&driven.context);
    driven.advance();
    assert!(driven.is_over);
    assert_eq!(driven.context.now, Moment(Settings::default().total_ms));
}
