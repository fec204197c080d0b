//! A life in which PID 1 may panic: it fails then, as it fails with a check, and can be made smaller.

use crate::life::{Broken, Life, Violation};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Once;

thread_local! {
    static IS_LIVING: Cell<bool> = const { Cell::new(false) };
    /// Where the last panic within a life was.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// A life whose panic is a failure.
#[derive(Clone)]
pub struct Guarded<L>(pub L);

impl<L: fmt::Debug> fmt::Debug for Guarded<L> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Why a life fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing<C> {
    /// It breaks a check.
    Check(C),
    /// PID 1 panicked.
    Panic,
}

impl<C: fmt::Display> fmt::Display for Failing<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Check(check) => check.fmt(formatter),
            Self::Panic => formatter.write_str("PID 1 panicked"),
        }
    }
}

impl<L: Life> Life for Guarded<L> {
    type Check = Failing<L::Check>;

    fn of_seed(seed: u64) -> Self {
        Self(L::of_seed(seed))
    }

    fn live(&self) -> Result<(), Box<Broken<Self::Check>>> {
        match catch(|| self.0.live()) {
            Ok(lived) => lived.map_err(|broken| Box::new(with_check(*broken))),
            Err(message) => Err(Box::new(of_panic(&message))),
        }
    }

    fn parts(&self) -> usize {
        self.0.parts()
    }

    fn without(&self, part: usize) -> Self {
        Self(self.0.without(part))
    }
}

fn with_check<C>(broken: Broken<C>) -> Broken<Failing<C>> {
    let Violation { check, seen } = broken.violation;
    Broken { violation: Violation { check: Failing::Check(check), seen }, log: broken.log }
}

fn of_panic<C>(message: &str) -> Broken<Failing<C>> {
    let seen = format!("PID 1 panicked: {message}");
    Broken {
        violation: Violation { check: Failing::Panic, seen },
        log: "(a panic takes the log with it)\n".to_owned(),
    }
}

/// What it returns, or what it said when it panicked, and where. Nothing of that is printed.
fn catch<T>(live: impl FnOnce() -> T) -> Result<T, String> {
    keep_quiet();
    IS_LIVING.set(true);
    let caught = panic::catch_unwind(AssertUnwindSafe(live));
    IS_LIVING.set(false);
    caught.map_err(|payload| format!("{} ({})", read_message(&*payload), PLACE.take()))
}

fn read_message(payload: &(dyn Any + Send)) -> &str {
    let owned = payload.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message")
}

/// A life is lived hundreds of times while it is made smaller. Panics outside of a life are told as ever.
fn keep_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let tell = panic::take_hook();
        panic::set_hook(Box::new(move |panic| match IS_LIVING.get() {
            true => PLACE.set(render_place(panic)),
            false => tell(panic),
        }));
    });
}

fn render_place(panic: &PanicHookInfo<'_>) -> String {
    panic.location().map_or_else(|| "somewhere".to_owned(), ToString::to_string)
}
