//! The actions of both dialects.

use super::dialect::Dialect;
use crate::text::is_same_in_any_case;

/// When an entry runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryAction {
    /// First, one after the other.
    Sysinit,
    /// After sysinit, one after the other (sysvinit: on entering its runlevels).
    Wait,
    /// After wait, all at once (sysvinit: on entering its runlevels).
    Once,
    /// Always: started again whenever it ends.
    Respawn,
    /// Like respawn, once somebody has pressed Enter on its terminal.
    AskFirst,
    /// On Ctrl-Alt-Del.
    CtrlAltDel,
    /// Before the machine ends.
    Shutdown,
    /// In PID 1's place, on SIGQUIT.
    Restart,
    /// Between sysinit and the first runlevel, all at once.
    Boot,
    /// Between sysinit and the first runlevel, one after the other.
    BootWait,
    /// When the power fails.
    PowerFail,
    /// When the power fails, and everything else waits for it.
    PowerWait,
    /// When the power has failed and the battery is nearly empty.
    PowerFailNow,
    /// When the power is back.
    PowerOkWait,
    /// On the key combination that the keyboard's map calls KeyboardSignal.
    KbRequest,
    /// When its runlevel `a`, `b` or `c` is asked for.
    OnDemand,
    /// Never: its runlevel is the first.
    InitDefault,
    /// Never.
    Off,
}

impl EntryAction {
    /// What BusyBox knows.
    pub const BUSYBOX: [Self; 8] = [
        Self::Sysinit,
        Self::Wait,
        Self::Once,
        Self::Respawn,
        Self::AskFirst,
        Self::CtrlAltDel,
        Self::Shutdown,
        Self::Restart,
    ];

    /// What sysvinit knows (inittab(5) of sysvinit).
    pub const SYSVINIT: [Self; 15] = [
        Self::Sysinit,
        Self::Wait,
        Self::Once,
        Self::Respawn,
        Self::CtrlAltDel,
        Self::Boot,
        Self::BootWait,
        Self::PowerFail,
        Self::PowerWait,
        Self::PowerFailNow,
        Self::PowerOkWait,
        Self::KbRequest,
        Self::OnDemand,
        Self::InitDefault,
        Self::Off,
    ];

    /// The word in inittab.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sysinit => "sysinit",
            Self::Wait => "wait",
            Self::Once => "once",
            Self::Respawn => "respawn",
            Self::AskFirst => "askfirst",
            Self::CtrlAltDel => "ctrlaltdel",
            Self::Shutdown => "shutdown",
            Self::Restart => "restart",
            Self::Boot => "boot",
            Self::BootWait => "bootwait",
            Self::PowerFail => "powerfail",
            Self::PowerWait => "powerwait",
            Self::PowerFailNow => "powerfailnow",
            Self::PowerOkWait => "powerokwait",
            Self::KbRequest => "kbrequest",
            Self::OnDemand => "ondemand",
            Self::InitDefault => "initdefault",
            Self::Off => "off",
        }
    }

    /// The action that `name` stands for: BusyBox wants it exactly, sysvinit in any case of letters.
    #[must_use]
    pub fn parse_name(name: &[u8], dialect: Dialect) -> Option<Self> {
        let find = |actions: &[Self], is_called: fn(&[u8], &[u8]) -> bool| {
            actions.iter().copied().find(|action| is_called(action.name().as_bytes(), name))
        };
        match dialect {
            Dialect::BusyBox => find(&Self::BUSYBOX, |one, other| one == other),
            Dialect::Sysvinit => find(&Self::SYSVINIT, is_same_in_any_case),
        }
    }

    /// Whether PID 1 starts it again when it ends.
    #[must_use]
    pub const fn is_respawned(self) -> bool {
        matches!(self, Self::Respawn | Self::AskFirst | Self::OnDemand)
    }

    /// Whether it runs on an event instead of on entering a runlevel.
    #[must_use]
    pub const fn is_on_event(self) -> bool {
        self.is_about_power() || matches!(self, Self::CtrlAltDel | Self::KbRequest)
    }

    /// Whether it runs when the power changes.
    #[must_use]
    pub const fn is_about_power(self) -> bool {
        matches!(self, Self::PowerFail | Self::PowerWait | Self::PowerFailNow | Self::PowerOkWait)
    }

    /// Whether entries of this action come before all others in sysvinit's dialect.
    #[must_use]
    pub const fn is_urgent(self) -> bool {
        self.is_about_power() || matches!(self, Self::CtrlAltDel)
    }

    /// Whether the entries after it wait until it has ended (sysvinit src/init.c, `startup`).
    #[must_use]
    pub const fn is_waited_for(self) -> bool {
        matches!(
            self,
            Self::Sysinit
                | Self::Wait
                | Self::BootWait
                | Self::PowerWait
                | Self::PowerFailNow
                | Self::PowerOkWait
                | Self::CtrlAltDel
        )
    }
}
