//! Frames there and back, and who may ask.

use super::*;
use crate::initctl::render_runlevel_request;
use crate::pairs::Pairs;
use crate::request::refusal::Why;
use crate::request::{Action, Sender, Urgency};
use crate::settings::Settings;
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

#[test]
fn a_request_comes_back_from_its_frame() {
    let change = render_runlevel_request(b'Q', 5);
    for request in [
        ControlRequest::End { action: Action::Kexec, urgency: Urgency::AtOnce },
        ControlRequest::Machine,
        ControlRequest::Entries { from: 12 },
        ControlRequest::Watch,
        ControlRequest::Entry { verb: EntryVerb::Hold, number: 7 },
        ControlRequest::Entry { verb: EntryVerb::Release, number: u32::MAX },
        ControlRequest::Entry { verb: EntryVerb::Restart, number: 0 },
        ControlRequest::Telinit(&change),
        ControlRequest::Keep { name: b"next-kernel" },
        ControlRequest::Discard { name: b"x.1_2" },
    ] {
        let frame = request.render();
        assert!(frame.len() <= MOST_FRAME_BYTES);
        assert_eq!(ControlRequest::parse(&frame), Ok(request));
    }
}

#[test]
fn numbers_stand_for_the_same_for_ever() {
    for (at, action) in Action::ALL.into_iter().enumerate() {
        assert_eq!(usize::from(action as u8), at);
    }
    assert_eq!(Urgency::ALL.map(|urgency| urgency as u8), [0, 1, 2]);
    assert_eq!(EntryVerb::ALL.map(|verb| verb as u8), [0, 1, 2]);
}

#[test]
fn an_answer_comes_back_from_its_frame() {
    for (frame, answer) in [
        (render_done(), Answer::Done),
        (render_accepted(123_456), Answer::Accepted { id: 123_456 }),
        (render_refused(7, b"no"), Answer::Refused { why: 7, text: b"no".to_vec() }),
        (render_said(6, b"a=b\xff"), Answer::Said { severity: 6, text: b"a=b\xff".to_vec() }),
        (render_entries(0, Pairs::default()), Answer::Entries { entries: Vec::new(), next: 0 }),
        (render_machine(Pairs::default()), Answer::Machine(Box::default())),
    ] {
        assert_eq!(Answer::parse(&frame), Some(answer));
    }
}

#[test]
fn every_field_of_pid_1_and_of_an_entry_is_read() {
    let mut pairs = Pairs::default();
    for (name, value) in [
        ("version", "0.1.0"),
        ("since_ms", "77"),
        ("stage", "ending"),
        ("dialect_in_effect", "sysvinit"),
        ("runlevel", "2"),
        ("host", "machine"),
        ("respawn_paused", "1"),
        ("end", "5000 halt hurried reboot[7] (uid 0)"),
        ("grace_ms", "77"),
        ("kept", "image"),
    ] {
        pairs.put(name, value.as_bytes());
    }
    let by = b"reboot[7] (uid 0)".to_vec();
    let (action, urgency) = (Action::Halt, Urgency::Hurried);
    let mut expected = MachineState::default();
    expected.configuration.take_pair(&mut expected.settings, b"grace_ms", b"77");
    let state = MachineState {
        version: b"0.1.0".to_vec(),
        since_ms: 77,
        stage: b"ending".to_vec(),
        dialect: b"sysvinit".to_vec(),
        runlevel: Some(b'2'),
        host: b"machine".to_vec(),
        is_respawn_paused: true,
        end: Some(PendingEnd { id: 5_000, action, urgency, by }),
        settings: Settings { grace_ms: 77, ..Settings::default() },
        configuration: expected.configuration.clone(),
        kept: vec![b"image".to_vec()],
    };
    assert_eq!(Answer::parse(&render_machine(pairs)), Some(Answer::Machine(Box::new(state))));
    let mut pairs = Pairs::default();
    pairs.put("entry", b"3 9 running 812 held tty1:2345:respawn:/sbin/getty 38400 tty1");
    pairs.put("mood", b"fine");
    pairs.put("entry", b"4 10 idle 0 removed ");
    let entry = EntryState {
        number: 3,
        line: 9,
        state: b"running".to_vec(),
        value: 812,
        is_held: true,
        is_removed: false,
        text: b"tty1:2345:respawn:/sbin/getty 38400 tty1".to_vec(),
    };
    let (state, text) = (b"idle".to_vec(), Vec::new());
    let (is_held, is_removed) = (false, true);
    let idle = EntryState { number: 4, line: 10, state, value: 0, is_held, is_removed, text };
    let answer = Answer::Entries { entries: vec![entry, idle], next: 11 };
    assert_eq!(Answer::parse(&render_entries(11, pairs)), Some(answer));
}

#[test]
fn what_is_no_request_is_refused_with_the_reason() {
    for (frame, why) in [
        (&b""[..], Why::NoFrame),
        (b"RK\x01", Why::NoFrame),
        (b"XX\x01\x02", Why::NoFrame),
        (b"RK\x02\x01\x02\x00", Why::OtherVersion(2)),
        (b"RK\x01\x63", Why::NoSuchRequest(0x63)),
        (b"RK\x01\x01", Why::BadContent),
        (b"RK\x01\x01\x02", Why::BadContent),
        (b"RK\x01\x01\x06\x00", Why::BadContent),
        (b"RK\x01\x01\x02\x03", Why::BadContent),
        (b"RK\x01\x01\x02\x0012:00", Why::BadContent),
        (b"RK\x01\x02x", Why::BadContent),
        (b"RK\x01\x03\x00", Why::BadContent),
        (b"RK\x01\x05\x00\x01\x00\x00", Why::BadContent),
        (b"RK\x01\x05\x03\x01\x00\x00\x00", Why::BadContent),
        (b"RK\x01\x05", Why::BadContent),
        (b"RK\x01\x06Q", Why::BadContent),
        (b"RK\x01\x07a/b", Why::BadContent),
        (b"RK\x01\x08", Why::BadContent),
    ] {
        assert_eq!(ControlRequest::parse(frame), Err(why), "{}", frame.escape_ascii());
    }
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
    assert_eq!(judge(&root, &elsewhere), Err(Doubt::OtherNamespace));
    let contained = Sender { is_of_our_pids: Some(false), ..here.clone() };
    assert_eq!(judge(&root, &contained), Err(Doubt::OtherNamespace));
    let unseen = Peer { pid: 0, ..root.clone() };
    assert_eq!(judge(&unseen, &here), Err(Doubt::OtherNamespace));
    let unknown = Sender { is_of_our_users: None, ..here.clone() };
    assert_eq!(judge(&root, &unknown), Err(Doubt::Unseen));
    let user = |gid, groups: &[u32]| Peer { pid: 7, uid: 1_000, gid, groups: groups.to_vec() };
    assert_eq!(judge(&user(100, &[]), &here), Err(Doubt::NotAllowed));
    assert_eq!(judge(&user(60, &[]), &here), Ok(Rank::Ends));
    assert_eq!(judge(&user(100, &[4, 50]), &here), Ok(Rank::Looks));
    assert_eq!(judge(&user(100, &[50, 60]), &unknown), Err(Doubt::Unseen));
    assert_eq!(presume_rank(&user(0, &[0]), Groups::default()), Rank::Stranger);
}
