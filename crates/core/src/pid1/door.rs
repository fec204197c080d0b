//! The one door to the last stage: what PID 1 hands over, and how it becomes its own last stage.

use super::provisions::Provisions;
use super::restart_entry::{plan_successor, tears_down_storage};
use super::serve::Supervision;
use crate::context::Context;
use crate::handover::Handover;
use crate::op::{Become, Program, SelfCopy};
use crate::shutdown::Shutdown;
use crate::takeover::LAST_STAGE;
use alloc::vec::Vec;

/// All that counts for the last stage.
pub(crate) fn plan_handover(
    shutdown: &Shutdown,
    supervision: &Supervision,
    provisions: &Provisions,
    context: &Context,
) -> Handover {
    let children = supervision.children();
    let (action, entries) = (shutdown.action(), children.entries());
    Handover {
        request: shutdown.request().clone(),
        requested: shutdown.requested(),
        urgent_since: shutdown.urgent_since(),
        settings: context.settings,
        dialect: children.dialect(),
        host: context.host,
        consoles: provisions.consoles().to_vec(),
        spared: provisions.spared().spared(context),
        helpers: context.helper_pids(),
        tears_down_storage: tears_down_storage(action, entries),
        successor: plan_successor(action, entries, children.environment()),
        account: shutdown.account().clone(),
    }
}

/// How PID 1 becomes its last stage by a copy of itself. The first try hands over in a memfd; where
/// that may be what failed, the arguments carry what counts most.
pub(crate) fn plan_become(copy: SelfCopy, handover: &Handover, provisions: &Provisions) -> Become {
    let mut arguments = Vec::from([b"init".to_vec(), LAST_STAGE.to_vec()]);
    let handed_over = match copy {
        SelfCopy::Memfd => Some(handover.render()),
        SelfCopy::RunFile => {
            arguments.extend(handover.render_arguments());
            None
        }
    };
    Become {
        program: Program::Prepared(copy),
        arguments,
        environment: provisions.start().environment.clone(),
        handed_over,
        session: None,
        keeps_signals: true,
        keeps_control: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::child::Terminal;
    use crate::host::Host;
    use crate::inittab::{Dialect, parse_inittab};
    use crate::pid1::serve::{Children, State};
    use crate::pid1::start::StartArguments;
    use crate::request::{Action, Origin, Request, Urgency};
    use crate::settings::Settings;
    use crate::spared::Spared;
    use crate::time::Moment;

    fn handover(action: Action, table: &str, host: Host) -> Handover {
        let environment = Vec::from([b"HOME=/".to_vec()]);
        let mut children = Children::new(environment, None);
        for entry in parse_inittab(table.as_bytes()).entries {
            children.entries_mut().add(entry, State::Done);
        }
        let consoles = Vec::from([b"/dev/tty0".to_vec()]);
        let provisions = Provisions::new(StartArguments::default(), consoles);
        let request = Request { action, urgency: Urgency::Hurried, origin: Origin::default() };
        let shutdown = Shutdown::new(request, Moment(5_000));
        let settings = Settings { grace_ms: 7, ..Settings::default() };
        let context = Context::of_last_stage(settings, host, &[900, 901]);
        plan_handover(&shutdown, &Supervision::new(children), &provisions, &context)
    }

    #[test]
    fn all_that_counts_is_handed_over() {
        let handover = handover(Action::Halt, "", Host::Machine);
        assert_eq!((handover.request.action, handover.requested), (Action::Halt, Moment(5_000)));
        assert_eq!((handover.settings.grace_ms, handover.dialect), (7, Dialect::BusyBox));
        assert_eq!((handover.host, handover.spared), (Host::Machine, Spared::Unknown));
        assert_eq!(handover.consoles, [b"/dev/tty0".to_vec()]);
        assert_eq!(handover.helpers, [900, 901]);
        assert_eq!((handover.tears_down_storage, handover.successor), (true, None));
        assert_eq!(handover.account.lines().len(), 1);
    }

    #[test]
    fn the_storage_of_a_container_is_its_hosts_to_serve() {
        let handover = handover(Action::Reboot, "", Host::Container);
        assert_eq!(handover.spared, Spared::Known(Vec::new()));
    }

    #[test]
    fn a_restart_entry_finds_the_storage_as_after_busybox() {
        for (rest, tears_down) in [
            ("", false),
            ("::shutdown:/bye\n", false),
            ("::shutdown:umount -a -r\n", true),
            ("::once:umount -a -r\n", false),
        ] {
            let table = alloc::format!("tty1::restart:-/bin/next now\n{rest}");
            let handover = handover(Action::Restart, &table, Host::Machine);
            assert_eq!(handover.tears_down_storage, tears_down, "{rest}");
            let successor = handover.successor.unwrap();
            assert_eq!(successor.programs, [b"/bin/next".to_vec()]);
            assert_eq!(successor.arguments, [b"-/bin/next".to_vec(), b"now".to_vec()]);
            assert_eq!(successor.environment, [b"HOME=/".to_vec()]);
            let terminal = Terminal::Device(b"/dev/tty1".to_vec());
            assert_eq!((successor.terminal, successor.takes_terminal), (terminal, true));
        }
        let kexec = handover(Action::Restart, "::restart:kexec -f -e\n", Host::Machine);
        assert!(kexec.tears_down_storage);
    }

    #[test]
    fn a_soft_reboot_keeps_the_storage_and_becomes_a_fresh_init() {
        let soft = handover(Action::SoftReboot, "::shutdown:umount -a\n", Host::Machine);
        assert!(!soft.tears_down_storage);
        assert_eq!(soft.successor.unwrap().programs, [b"/sbin/init".to_vec()]);
        let missing = handover(Action::Restart, "", Host::Machine).successor.unwrap();
        assert_eq!(missing.programs.first().unwrap(), b"/sbin/init");
        assert_eq!(missing.arguments, [b"init".to_vec()]);
    }
}
