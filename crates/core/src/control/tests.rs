//! Frames there and back, and who may ask.

use super::*;
use crate::errno::Errno;
use crate::initctl::InitctlRequest;
use crate::request::refusal::{Why, Words};
use crate::request::{Action, Origin, Refusal, Sender, Urgency};
use alloc::vec;
use alloc::vec::Vec;

fn requests() -> Vec<ControlRequest> {
    let target = Target::Name(b"/sbin/getty".to_vec());
    vec![
        ControlRequest::End { action: Action::Kexec, urgency: Urgency::AtOnce },
        ControlRequest::Machine,
        ControlRequest::Entries { from: 12 },
        ControlRequest::Watch,
        ControlRequest::Entry { verb: EntryVerb::Hold, target: target.clone() },
        ControlRequest::Entry { verb: EntryVerb::Restart, target: Target::Line(4) },
        ControlRequest::Entry { verb: EntryVerb::Release, target },
        ControlRequest::Telinit(InitctlRequest::Runlevel { level: b'Q', sleep_seconds: 5 }),
        ControlRequest::Telinit(InitctlRequest::Environment(vec![b"INIT_HALT=HALT".to_vec()])),
        ControlRequest::Keep { name: b"next-kernel".to_vec() },
        ControlRequest::Discard { name: b"x.1_2".to_vec() },
    ]
}

#[test]
fn a_request_comes_back_from_its_frame() {
    for request in requests() {
        let frame = request.render();
        assert!(frame.len() <= MOST_FRAME_BYTES);
        assert_eq!(ControlRequest::parse(&frame), Ok(request));
    }
}

#[test]
fn an_answer_comes_back_from_its_frame() {
    let end = PendingEnd {
        id: 5_000,
        action: Action::Halt,
        urgency: Urgency::Hurried,
        by: b"reboot[7] (uid 0)".to_vec(),
    };
    let machine = MachineState {
        version: b"0.1.0".to_vec(),
        since_ms: 77,
        stage: b"ending".to_vec(),
        dialect: b"sysvinit".to_vec(),
        runlevel: Some(b'2'),
        host: b"machine".to_vec(),
        is_respawn_paused: true,
        end: Some(end),
        settings: vec![b"grace_ms 5000".to_vec()],
        kept: vec![b"image".to_vec()],
    };
    let entry = EntryState {
        number: 3,
        line: 9,
        state: b"running".to_vec(),
        value: 812,
        is_held: true,
        is_removed: false,
        text: b"tty1:2345:respawn:/sbin/getty 38400 tty1".to_vec(),
    };
    let idle = EntryState { is_held: false, is_removed: true, text: Vec::new(), ..entry.clone() };
    for answer in [
        Answer::Done,
        Answer::Accepted { id: 123_456 },
        Answer::Refused(Refusal::control(&Origin::default(), Why::NotAllowed)),
        Answer::Machine(machine),
        Answer::Machine(MachineState::default()),
        Answer::Entries { entries: vec![entry, idle], next: Some(4) },
        Answer::Entries { entries: Vec::new(), next: None },
        Answer::Said { severity: 6, text: b"a=b\xff".to_vec() },
    ] {
        assert_eq!(Answer::parse(&answer.render()), Some(answer));
    }
}

#[test]
fn what_is_no_request_is_refused_with_the_reason() {
    let bad = |name: &str| Why::BadField(Words::new(name));
    for (frame, why) in [
        (&b""[..], Why::NoFrame),
        (b"RK\x01", Why::NoFrame),
        (b"XX\x01\x02", Why::NoFrame),
        (b"RK\x01\x01action=reboot", Why::NoFrame),
        (b"RK\x02\x01action=reboot\0", Why::OtherVersion(2)),
        (b"RK\x01\x63", Why::NoSuchRequest(0x63)),
        (b"RK\x01\x01", bad("action")),
        (b"RK\x01\x01action=dance\0", bad("action")),
        (b"RK\x01\x01action=reboot\0action=halt\0", bad("action")),
        (b"RK\x01\x01action=reboot\0at=12:00\0", bad("at")),
        (b"RK\x01\x02action=reboot\0", bad("action")),
        (b"RK\x01\x05verb=hold\0", bad("name")),
        (b"RK\x01\x05verb=hold\0line=3\0name=x\0", bad("name")),
        (b"RK\x01\x06variable=PATH=/x\0", bad("variable")),
        (b"RK\x01\x06level=22\0", bad("level")),
        (b"RK\x01\x07name=a/b\0", bad("name")),
        (b"RK\x01\x07name=\0", bad("name")),
    ] {
        assert_eq!(ControlRequest::parse(frame), Err(why), "{}", frame.escape_ascii());
    }
}

#[test]
fn an_answer_may_tell_more_than_is_known() {
    let frame = b"RK\x01\x81id=7\0mood=fine\0";
    assert_eq!(Answer::parse(frame), Some(Answer::Accepted { id: 7 }));
    assert_eq!(Answer::parse(b"RK\x01\xfe"), None);
}

#[test]
fn root_of_another_namespace_is_nobody_here() {
    let root = Peer { pid: 7, ..Peer::default() };
    let here =
        Sender { is_of_our_users: Some(true), is_of_our_pids: Some(true), ..Sender::default() };
    let groups = Groups { look_gid: Some(50), end_gid: Some(60) };
    let judge = |peer: &Peer, sender: &Sender| judge_peer(peer, sender, groups);
    assert_eq!(judge(&root, &here), Ok(Rank::Root));
    let elsewhere = Sender { is_of_our_users: Some(false), ..here.clone() };
    assert_eq!(judge(&root, &elsewhere), Err(Why::OtherNamespace));
    let contained = Sender { is_of_our_pids: Some(false), ..here.clone() };
    assert_eq!(judge(&root, &contained), Err(Why::OtherNamespace));
    let unseen = Peer { pid: 0, ..root.clone() };
    assert_eq!(judge(&unseen, &here), Err(Why::OtherNamespace));
    let unknown = Sender { is_of_our_users: None, ..here.clone() };
    assert_eq!(judge(&root, &unknown), Err(Why::PeerUnknown(Errno::ESRCH)));
    let user = |gid, groups: &[u32]| Peer { pid: 7, uid: 1_000, gid, groups: groups.to_vec() };
    assert_eq!(judge(&user(100, &[]), &here), Err(Why::NotAllowed));
    assert_eq!(judge(&user(60, &[]), &here), Ok(Rank::Ends));
    assert_eq!(judge(&user(100, &[4, 50]), &here), Ok(Rank::Looks));
    assert_eq!(judge(&user(100, &[50, 60]), &unknown), Err(Why::PeerUnknown(Errno::ESRCH)));
    assert_eq!(presume_rank(&user(0, &[0]), Groups::default()), Rank::Stranger);
}
