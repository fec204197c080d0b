//! PID 1 from its first instruction to the door of the last stage.
//!
//! ```text
//! Start ─► Boot ─► Serving ──► Scripts ──► (becomes a copy of itself) ──► Last
//!          mounts   sysinit,    shutdown    or goes on in place
//!          console  wait, once, entries
//!                   respawn
//! ```
//!
//! `init -- command` has one stage, Command, for Boot and Serving. Each stage owns its state; a step is
//! lent the context and returns what comes next (next.rs), which [`Pid1`] alone follows (life.rs).

mod api_mounts;
mod boot;
mod command;
mod configuration_file;
mod control;
mod door;
mod host_search;
mod life;
mod next;
mod preflight;
mod provisions;
mod restart_entry;
mod script_plan;
mod script_run;
mod scripts;
mod self_copy;
mod senders;
mod serve;
mod spared_look;
mod stage;
mod start;
mod table_file;
mod takeover_state;
mod without_boot;

pub use life::Pid1;
pub use start::StartArguments;
