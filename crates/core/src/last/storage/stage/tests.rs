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
fn a_mount_that_somebody_else_has_unmounted_is_not_counted_and_not_complained_of() {
    let table = "1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /srv rw - ext4 /dev/b rw\n";
    for errno in [Errno::EINVAL, Errno::ENOENT] {
        let driven = Driven::new(Host::Machine).run(kernel("", &[table, ROOT], |op| match op {
            StorageOp::Unmount { .. } => Outcome::Failed(errno),
            _ => Outcome::Done,
        }));
        assert!(driven.says("0 file systems unmounted, 1 made read-only"));
        assert!(!driven.says("can't unmount"));
    }
}

#[test]
fn what_no_path_leads_to_is_named_and_what_hides_it_is_not_taken_for_it() {
    let table = "1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /n/a rw - ext4 /dev/b rw\n\
        3 1 8:3 / /n rw - ext4 /dev/c rw\n";
    let driven = Driven::new(Host::Machine).run(kernel("", &[table, table], |op| match op {
        StorageOp::Unmount { .. } => Outcome::Failed(Errno::EBUSY),
        _ => Outcome::Done,
    }));
    assert!(driven.says("can't make /n/a read-only: no such file or directory (ENOENT)"));
    assert!(!driven.did.iter().any(|did| did == "read-only /n/a" || did == "unmount /n/a"));
    assert!(driven.did.iter().any(|did| did == "read-only /n"));
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

/// Answers tables that were cut, until they are used up; then the last of them, whole.
fn cut<'a>(tables: &'a [&'a str]) -> impl FnMut(&Op, usize) -> Outcome + use<'a> {
    let mut whole = kernel("", &[], |_| Outcome::Done);
    let mut count = 0;
    move |op, at| match op {
        Op::Read(ReadOp::File { path: "/proc/self/mountinfo", most_bytes: 1_048_576 }) => {
            let text = tables.get(count).or(tables.last()).unwrap();
            count += 1;
            let complete = count >= tables.len();
            Outcome::Read(Read { bytes: text.as_bytes().to_vec(), complete })
        }
        op => whole(op, at),
    }
}

#[test]
fn the_root_is_made_read_only_also_where_a_cut_table_does_not_show_it() {
    let tables = [""; 4];
    let driven = Driven::new(Host::Machine).run(cut(&tables));
    assert_eq!(driven.did, ["account", "read-only /"]);
    assert!(
        driven.says("the mount table can't be read whole; what it does not show stays as it is")
    );
}

#[test]
fn a_cut_table_with_nothing_to_unmount_is_read_again() {
    let both = "1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /srv rw - ext4 /dev/b rw\n";
    let tables = [ROOT, both];
    let driven = Driven::new(Host::Machine).run(cut(&tables));
    assert_eq!(driven.did, ["read-only /srv", "account", "read-only /"]);
    assert!(!driven.says("can't be read whole"));
}

#[test]
fn a_cut_table_that_nothing_of_can_be_unmounted_is_not_read_for_ever() {
    let both = "1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /srv rw - ext4 /dev/b rw\n";
    let mut tables = 0;
    let driven = Driven::new(Host::Machine).run(|op, _| match op {
        Op::Read(ReadOp::File { path: "/proc/self/mountinfo", .. }) => {
            tables += 1;
            Outcome::Read(Read { bytes: both.as_bytes().to_vec(), complete: false })
        }
        Op::Storage(StorageOp::Unmount { .. }) => Outcome::TimedOut,
        Op::Read(_) => Outcome::Read(Read::whole(b"SwapTotal: 0 kB\n".to_vec())),
        _ => Outcome::Done,
    });
    assert_eq!(tables, 2);
    assert!(driven.says("can't unmount /srv: timed out (ETIMEDOUT); making it read-only"));
}

#[test]
fn with_nothing_to_unmount_the_table_is_read_once() {
    let mut tables = 0;
    let driven = Driven::new(Host::Machine).run(|op, _| match op {
        Op::Read(ReadOp::File { path: "/proc/self/mountinfo", .. }) => {
            tables += 1;
            Outcome::Read(Read::whole(ROOT.as_bytes().to_vec()))
        }
        Op::Read(_) => Outcome::Read(Read::whole(b"SwapTotal: 0 kB\n".to_vec())),
        _ => Outcome::Done,
    });
    assert_eq!((tables, driven.did.len()), (1, 2));
}

#[test]
fn what_is_busy_is_made_read_only_a_moment_later() {
    let mut times = Vec::new();
    let mut driven = Driven::new(Host::Machine);
    driven.context.now = Moment(0);
    let mut count = 0;
    let driven = driven.run(|op, _| match op {
        Op::Storage(StorageOp::RemountReadOnly { .. }) => {
            count += 1;
            if count < 4 { Outcome::Failed(Errno::EBUSY) } else { Outcome::Done }
        }
        Op::Read(ReadOp::File { path: "/proc/self/mountinfo", .. }) => {
            Outcome::Read(Read::whole(ROOT.as_bytes().to_vec()))
        }
        Op::Read(_) => Outcome::Read(Read::whole(b"SwapTotal: 0 kB\n".to_vec())),
        _ => Outcome::Done,
    });
    times.push(driven.context.now);
    assert_eq!(times, [Moment(10 + 20 + 50)]);
    assert_eq!(driven.did.iter().filter(|did| *did == "read-only /").count(), 4);
    assert!(!driven.says("can't make / read-only"));
}

#[test]
fn swap_files_are_read_from_a_table_of_so_many_bytes() {
    let mut most = 0;
    let _ = Driven::new(Host::Machine).run(|op, _| match op {
        Op::Read(ReadOp::File { path: "/proc/swaps", most_bytes }) => {
            most = *most_bytes;
            Outcome::Failed(Errno::ENOENT)
        }
        Op::Read(ReadOp::File { path: "/proc/meminfo", .. }) => Outcome::Failed(Errno::ENOENT),
        Op::Read(_) => Outcome::Read(Read::whole(ROOT.as_bytes().to_vec())),
        _ => Outcome::Done,
    });
    assert_eq!(most, 262_144);
}

#[test]
fn nothing_else_is_under_way_while_the_account_is_written() {
    let table = "1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /var rw - ext4 /dev/b rw\n\
        3 1 8:3 / /srv rw - ext4 /dev/c rw\n";
    let driven = Driven::new(Host::Machine).run(kernel("", &[table], |_| Outcome::Done));
    assert_eq!(driven.did.first().map(String::as_str), Some("account"));
    assert_eq!(driven.most_at_once, 2, "the account alone, then both at once");
}

#[test]
fn without_time_the_disks_are_left_and_it_is_said() {
    let mut driven = Driven::new(Host::Machine);
    driven.context.now = Moment(120_000);
    driven.advance();
    assert!(driven.is_over);
    assert_eq!(driven.storage.began(), Moment(0));
    let driven = driven.run(|op, _| panic!("{op:?}"));
    assert!(driven.says("no time is left for the disks"));
}

#[test]
fn the_phase_knows_when_it_began() {
    let settings = Settings::default();
    let mut context = Context::of_last_stage(settings, Host::Machine, &[]);
    context.now = Moment(77);
    assert_eq!(Storage::begin(&Account::default(), &mut context).began(), Moment(77));
}
