//! Lives of machines that come to their end: whatever runs, hangs, refuses or asks again.
//!
//! ```text
//! EndingLife (a seed's, or a test's) ─► World: Pid1 ◄─► kernel, processes, disks ─► Report
//!                                                 └─► checks, after every op
//! ```
//!
//! From the bottom up:
//!
//! - the life as data: `plan`, `mutation`, `life`, made by `generate`, made smaller by `parts`
//! - the machine as data: `world`, with what it is made of (`process`, `helper`, `disks`, `pids`, `faults`,
//!   `schedule`) and what is noted of it (`witness`, `tried`, `report`)
//! - `checks`, which look at the world and change nothing; `mutate`, which makes PID 1 do wrong
//! - what happens: `kernel`, `looks`, `helpers`, `children`, `anew`; `passing` as time passes
//! - `machine`, which drives all of it, and `live`, which a life is told by

mod anew;
mod checks;
mod children;
mod disks;
mod faults;
mod generate;
mod helper;
mod helpers;
mod kernel;
mod life;
mod live;
mod looks;
mod machine;
mod mutate;
mod mutation;
mod parts;
mod passing;
mod pids;
pub mod plan;
mod process;
mod report;
mod schedule;
mod tell;
mod tried;
mod witness;
mod world;

pub use checks::Check;
pub use life::EndingLife;
pub use live::Tell;
pub use mutation::Mutation;
pub use plan::FakeHost;
pub use report::Report;
