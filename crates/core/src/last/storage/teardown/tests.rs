use super::*;
use crate::proc::mountinfo::parse_mountinfo;
use alloc::string::String;

const TREE: &[u8] = b"1 1 8:1 / / rw - ext4 /dev/a rw\n\
    2 1 0:5 / /proc rw - proc proc rw\n\
    3 1 8:2 / /srv rw - ext4 /dev/b rw\n\
    4 3 0:9 / /srv/cache rw - tmpfs t rw\n\
    5 4 8:1 /x /srv/cache/bind rw - ext4 /dev/a rw\n\
    6 1 0:9 / /tmp rw - tmpfs t rw\n\
    7 1 8:3 / /srv2 rw - ext4 /dev/c ro\n\
    8 7 8:4 / /srv2 rw - ext4 /dev/d rw\n";

fn targets(teardown: &Teardown) -> Vec<String> {
    let name =
        |index: &usize| String::from_utf8(teardown.mount(*index).unwrap().target.clone()).unwrap();
    teardown.ready().iter().map(name).collect()
}

#[test]
fn dependants_go_first_and_independent_trees_side_by_side() {
    let mut teardown = Teardown::plan(&parse_mountinfo(TREE));
    assert_eq!(targets(&teardown), ["/srv/cache/bind", "/srv2"]);
    for index in teardown.ready() {
        teardown.set(index, UnmountState::Unmounted);
    }
    assert_eq!(targets(&teardown), ["/srv/cache", "/srv2"]);
    for index in teardown.ready() {
        teardown.set(index, UnmountState::Unmounted);
    }
    assert_eq!(targets(&teardown), ["/srv"]);
    assert_eq!(teardown.unmounted(), 4);
}

#[test]
fn of_several_mounts_on_one_place_the_newest_goes_first() {
    let text = b"1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /s rw - ext4 /dev/b rw\n\
        3 1 8:3 / /s rw - ext4 /dev/c rw\n4 3 8:4 / /s rw - ext4 /dev/d rw\n";
    let mut teardown = Teardown::plan(&parse_mountinfo(text));
    for expected in [4, 3, 2] {
        let ready = teardown.ready();
        let ids: Vec<u32> = ready.iter().map(|row| teardown.mount(*row).unwrap().id).collect();
        assert_eq!(ids, [expected]);
        ready.into_iter().for_each(|row| teardown.set(row, UnmountState::Unmounted));
    }
    assert!(teardown.ready().is_empty());
}

#[test]
fn a_refused_mount_is_tried_again_but_a_hung_one_is_not() {
    let mut teardown = Teardown::plan(&parse_mountinfo(TREE));
    let ready = teardown.ready();
    let (first, second) = (*ready.first().unwrap(), *ready.last().unwrap());
    teardown.set(first, UnmountState::Refused(Errno::EBUSY));
    teardown.set(second, UnmountState::Refused(Errno::ETIMEDOUT));
    assert_eq!(targets(&teardown), Vec::<String>::new());
    assert!(teardown.retry());
    assert_eq!(teardown.ready(), [first]);
}

#[test]
fn read_only_covers_each_writable_file_system_once_and_the_root_last() {
    let mounts = parse_mountinfo(TREE);
    let chosen = plan_read_only(&mounts);
    let devices: Vec<&[u8]> = chosen.iter().map(|one| one.mount.device.as_slice()).collect();
    assert_eq!(devices, [&b"8:4"[..], b"8:2", b"8:1"]);
    assert!(chosen.last().unwrap().mount.is_root());
    assert!(chosen.iter().all(|one| one.is_reached));
}

#[test]
fn the_place_of_a_shutdown_initramfs_stays_mounted() {
    let text = b"1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /run/initramfs rw - ext4 /dev/b rw\n\
        3 1 8:3 / /run/initramfs/x rw - ext4 /dev/c rw\n4 1 8:4 / /run/initramfsx rw - ext4 /dev/d rw\n";
    assert_eq!(targets(&Teardown::plan(&parse_mountinfo(text))), ["/run/initramfsx"]);
}

#[test]
fn what_hides_others_goes_before_them_whatever_it_holds() {
    let text = b"1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /n/a rw - ext4 /dev/b rw\n\
        3 1 8:3 / /nn rw - ext4 /dev/c rw\n4 1 0:9 / /n rw - tmpfs t rw\n";
    let mut teardown = Teardown::plan(&parse_mountinfo(text));
    assert_eq!(targets(&teardown), ["/nn", "/n"]);
    for index in teardown.ready() {
        teardown.set(index, UnmountState::Unmounted);
    }
    assert_eq!(targets(&teardown), ["/n/a"]);
}

#[test]
fn of_several_mounts_of_one_file_system_one_that_a_path_leads_to_is_taken() {
    let before = b"1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /b rw - ext4 /dev/b rw\n\
        3 1 8:2 / /n/a rw - ext4 /dev/b rw\n4 1 8:3 / /n ro - ext4 /dev/c ro\n";
    let after = b"1 1 8:1 / / rw - ext4 /dev/a rw\n3 1 8:2 / /n/a rw - ext4 /dev/b rw\n\
        4 1 8:3 / /n ro - ext4 /dev/c ro\n2 1 8:2 / /b rw - ext4 /dev/b rw\n";
    for text in [&before[..], after] {
        let mounts = parse_mountinfo(text);
        let chosen = plan_read_only(&mounts);
        let targets: Vec<&[u8]> = chosen.iter().map(|one| one.mount.target.as_slice()).collect();
        assert_eq!(targets, [&b"/b"[..], b"/"]);
        assert!(chosen.iter().all(|one| one.is_reached));
    }
    let two = b"1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /b rw - ext4 /dev/b rw\n\
        3 1 8:2 / /c rw - ext4 /dev/b rw\n";
    let mounts = parse_mountinfo(two);
    assert_eq!(plan_read_only(&mounts).first().unwrap().mount.target, b"/c");
    let hidden = b"1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /n/a rw - ext4 /dev/b rw\n\
        3 1 8:2 / /n/b rw - ext4 /dev/b rw\n4 1 8:3 / /n ro - ext4 /dev/c ro\n";
    let mounts = parse_mountinfo(hidden);
    let chosen = plan_read_only(&mounts);
    let first = chosen.first().unwrap();
    assert_eq!((first.mount.target.as_slice(), first.is_reached), (&b"/n/b"[..], false));
}
