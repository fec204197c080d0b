//! What holds for every line of an account and every refusal: what is told can be read.
//!
//! `cargo xtask fuzz` searches for inputs that these miss.

use proptest::prelude::{
    Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use rekindle_core::account::{Account, Fate, Line, Phase, StorageDone};
use rekindle_core::errno::Errno;
use rekindle_core::event::ExitStatus;
use rekindle_core::request::refusal::{MOST_WORDS_BYTES, Next, What, Why, Words};
use rekindle_core::request::{Action, Refusal, Urgency};

fn text() -> impl Strategy<Value = Vec<u8>> {
    any::<String>().prop_map(String::into_bytes)
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..60)
}

fn status() -> impl Strategy<Value = Option<ExitStatus>> {
    prop_oneof![
        any::<u8>().prop_map(|status| Some(ExitStatus::Exited(status))),
        any::<u8>().prop_map(|signal| Some(ExitStatus::Killed(signal))),
        Just(None),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    prop::sample::select(Action::ALL.to_vec())
}

fn urgency() -> impl Strategy<Value = Urgency> {
    prop::sample::select(vec![Urgency::Orderly, Urgency::Hurried, Urgency::AtOnce])
}

fn errno() -> impl Strategy<Value = Errno> {
    any::<u16>().prop_map(Errno)
}

fn request<T: Strategy<Value = Vec<u8>>>(texts: T) -> impl Strategy<Value = Line> {
    let numbers = (any::<u32>(), any::<u32>(), any::<u8>(), any::<u64>());
    (action(), urgency(), texts, numbers).prop_map(
        |(action, urgency, by_comm, (by_pid, by_uid, signal, uptime_ms))| Line::Request {
            action,
            urgency,
            by_pid,
            by_uid,
            by_terminal: if by_uid % 2 == 0 { Vec::new() } else { b"pts/3".to_vec() },
            by_login_uid: (by_pid % 2 == 0).then_some(by_uid),
            by_comm,
            signal,
            uptime_ms,
        },
    )
}

fn escalation<T: Strategy<Value = Vec<u8>>>(texts: T) -> impl Strategy<Value = Line> {
    (urgency(), any::<u32>(), texts, any::<u64>()).prop_map(|(urgency, by_pid, by_comm, at_ms)| {
        Line::Escalation { urgency, by_pid, by_comm, at_ms }
    })
}

fn process<T: Strategy<Value = Vec<u8>>>(texts: T) -> impl Strategy<Value = Line> {
    let fates = prop::sample::select(Fate::ALL.to_vec());
    (any::<u32>(), texts, fates, any::<u64>())
        .prop_map(|(pid, comm, fate, took_ms)| Line::Process { pid, comm, fate, took_ms })
}

fn storage<T: Strategy<Value = Vec<u8>>>(texts: T) -> impl Strategy<Value = Line> {
    let done = prop_oneof![
        prop::sample::select(StorageDone::ALL.to_vec()).prop_map(Ok),
        errno().prop_map(Err),
    ];
    (texts, done, any::<u64>()).prop_map(|(target, done, took_ms)| Line::Storage {
        target,
        done,
        took_ms,
    })
}

/// Every kind of line, its names and paths out of `texts`.
fn line<T: Strategy<Value = Vec<u8>> + Clone + 'static>(texts: T) -> impl Strategy<Value = Line> {
    let phase = (prop::sample::select(Phase::ALL.to_vec()), any::<u64>(), any::<u64>())
        .prop_map(|(name, started_ms, took_ms)| Line::Phase { name, started_ms, took_ms });
    let script = (texts.clone(), status(), any::<u64>())
        .prop_map(|(command, status, took_ms)| Line::Script { command, status, took_ms });
    prop_oneof![
        request(texts.clone()),
        escalation(texts.clone()),
        phase,
        script,
        process(texts.clone()),
        storage(texts),
        any::<u32>().prop_map(|lines| Line::Omitted { lines }),
    ]
}

fn words() -> impl Strategy<Value = Words> {
    any::<String>().prop_map(|text| Words::new(&text))
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        words().prop_map(|by| What::Kexec { by }),
        words().prop_map(|by| What::Restart { by }),
        words().prop_map(|by| What::Keys { by }),
        action().prop_map(What::Asking),
        action().prop_map(What::RebootCommand),
        words().prop_map(What::ResetValue),
        prop::sample::select(vec![
            What::Takeover,
            What::Runlevel,
            What::InitctlRequest,
            What::AskingToReload,
            What::AskingToBeReplaced,
            What::Initctl,
            What::Variables,
            What::End,
            What::ResetChoice,
            What::Hardware,
            What::Command,
            What::Usage,
        ]),
    ]
}

fn why() -> impl Strategy<Value = Why> {
    let with_errno = [
        Why::KexecUnknown as fn(Errno) -> Why,
        Why::CantTakeOver,
        Why::NoResetType,
        Why::NoResetMode,
        Why::PortsFailed,
        Why::NoAccess,
        Why::Failed,
    ];
    prop_oneof![
        (prop::sample::select(with_errno.to_vec()), errno()).prop_map(|(why, errno)| why(errno)),
        any::<u8>().prop_map(Why::NoSuchRunlevel),
        any::<u32>().prop_map(Why::NoSuchRequest),
        words().prop_map(Why::NotHeard),
        words().prop_map(Why::LockedDown),
        words().prop_map(Why::WrongUsage),
        prop::sample::select(vec![
            Why::Container,
            Why::NoKernelLoaded,
            Why::NoRestartEntry,
            Why::NoKeysEntry,
            Why::NotServing,
            Why::Ending,
            Why::NoRunlevels,
            Why::NotEnded,
            Why::VariablesTooLong,
            Why::NotProcess1,
            Why::KeptFromRoot,
            Why::OnlyRoot,
            Why::NoPortCalls,
            Why::NothingWorked,
        ]),
    ]
}

fn next() -> impl Strategy<Value = Next> {
    prop_oneof![
        words().prop_map(Next::Help),
        words().prop_map(Next::Type),
        prop::sample::select(vec![
            Next::Nothing,
            Next::GoOn,
            Next::Ignored,
            Next::RunlevelIgnored,
            Next::AskHost,
            Next::LoadKernel,
            Next::AskLater,
            Next::Force,
            Next::AskKernel,
            Next::AskKernelForMore,
            Next::ChooseAtBoot,
        ]),
    ]
}

fn refusal() -> impl Strategy<Value = Refusal> {
    (what(), why(), next()).prop_map(|(what, why, next)| Refusal { what, why, next })
}

proptest! {
    #[test]
    fn a_line_of_text_comes_back_as_it_was(line in line(text().boxed())) {
        let told = line.to_string();
        prop_assert!(!told.contains('\n'), "{}", told);
        prop_assert_eq!(Line::parse(told.as_bytes()), Ok(line));
    }

    #[test]
    fn a_line_of_any_bytes_is_told_the_same_again(line in line(bytes().boxed())) {
        let told = line.to_string();
        let again = Line::parse(told.as_bytes()).map(|line| line.to_string());
        prop_assert_eq!(again, Ok(told));
    }

    #[test]
    fn an_account_comes_back_from_its_text(
        lines in prop::collection::vec(line(text().boxed()), 0..40),
    ) {
        let mut account = Account::default();
        for line in lines.into_iter().filter(|line| !matches!(line, Line::Omitted { .. })) {
            account.note(line);
        }
        let text = account.render();
        prop_assert_eq!(Account::from_lines(text.as_bytes().split(|byte| *byte == b'\n')), account);
    }

    #[test]
    fn any_bytes_are_a_line_or_none(bytes in bytes()) {
        if let Ok(line) = Line::parse(&bytes) {
            prop_assert_eq!(Line::parse(line.to_string().as_bytes()), Ok(line));
        }
    }

    #[test]
    fn a_refusal_comes_back_as_it_was(refusal in refusal()) {
        let told = refusal.render();
        prop_assert!(!told.contains('\n'), "{}", told);
        prop_assert_eq!(Refusal::parse(told.as_bytes()), Ok(refusal));
    }

    #[test]
    fn words_are_bounded(text in "\\PC{0,600}") {
        let words = Words::new(&text);
        prop_assert!(words.as_str().len() <= MOST_WORDS_BYTES);
        prop_assert!(text.starts_with(words.as_str()));
    }
}
