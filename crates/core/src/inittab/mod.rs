//! /etc/inittab: `id:runlevels:action:process`, in BusyBox's dialect or in sysvinit's.
//!
//! Source of the rules: BusyBox init/init.c (`parse_inittab`) and examples/inittab; inittab(5) of
//! sysvinit. Where a line is bad, it alone is lost.

mod action;
mod defaults;
mod dialect;
mod parse;
mod process_field;
mod runlevel;
mod sysvinit;
mod table;

pub use action::EntryAction;
pub use defaults::{default_table, single_user_table};
pub use dialect::Dialect;
pub use parse::{parse_inittab, parse_inittab_as};
pub use process_field::ProcessField;
pub use runlevel::Runlevel;
pub use sysvinit::first_level;
pub use table::{Entry, MOST_FILE_BYTES, Problem, Table};
