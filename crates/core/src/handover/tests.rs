use super::*;
use crate::account::{Line, Phase};
use crate::child::Terminal;

fn sample() -> Handover {
    let origin = Origin {
        signal: 14,
        pid: 77,
        uid: 3,
        session: 5,
        comm: b"we=i\nrd".to_vec(),
        terminal: 0x8803,
        login_uid: Some(1_000),
        client: 0,
    };
    let mut account = Account::default();
    account.note(Line::Phase { name: Phase::Scripts, started_ms: 0, took_ms: 12 });
    Handover {
        request: Request { action: Action::Restart, urgency: Urgency::Hurried, origin },
        requested: Moment(123_456),
        urgent_since: Moment(124_000),
        settings: Settings { grace_ms: 9, ..Settings::default() },
        dialect: Dialect::Sysvinit,
        host: Host::Machine,
        consoles: Vec::from([b"/dev/tty0".to_vec(), b"/dev/ttyS1".to_vec()]),
        spared: Spared::Known(Vec::from([7, 70_000])),
        helpers: Vec::from([90, 91]),
        tears_down_storage: false,
        successor: Some(Successor {
            programs: Vec::from([b"/sbin/init".to_vec()]),
            arguments: Vec::from([b"init".to_vec(), b"a b\n".to_vec()]),
            environment: Vec::from([b"HOME=/".to_vec()]),
            terminal: Terminal::Device(b"/dev/tty1".to_vec()),
            takes_terminal: true,
        }),
        account,
    }
}

#[test]
fn what_is_handed_over_arrives() {
    assert_eq!(Handover::parse(&sample().render()), sample());
    let partial = Spared::Partial(Vec::from([9]));
    for spared in [Spared::Known(Vec::new()), partial, Spared::Unknown] {
        let handover = Handover { spared, successor: None, ..sample() };
        assert_eq!(Handover::parse(&handover.render()), handover);
    }
}

#[test]
fn arguments_carry_all_but_what_is_nobodys_business() {
    let mut expected = Handover { account: Account::default(), ..sample() };
    expected.successor.as_mut().unwrap().environment.clear();
    assert_eq!(Handover::parse_arguments(&sample().render_arguments()), expected);
}

#[test]
fn rubbish_ends_in_a_reboot_of_a_machine_that_nothing_is_known_of() {
    let handover = Handover::parse(b"action=dance\0x\0by_pid=-\0spared=x\0\xff=\xff\0account=x");
    assert_eq!(handover, Handover::default());
    assert_eq!(handover.spared.nobody(), None);
}
