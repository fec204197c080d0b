//! Lives of machines that boot and serve: entries start, end and come back, the table is read again,
//! runlevels change, requests come in pieces, a new version takes over, until somebody asks for the end.
//!
//! ```text
//! ServingLife (a value that a seed makes) ─► World (the kernel, the processes, the FIFO)
//!                                              │ events          ▲ effects
//!                                              ▼                 │
//!                               ServingMutation, if any  ◄─►   Pid1
//!                                              │
//!                                              └─► Judge (what the man pages say)
//! ```
//!
//! From the bottom up: the life as data (`life`, `table`, `program`, `happening`), made by `make`; what is
//! judged (`judge`); the world as data (`world`, `process`, `fifo`, `mutator`), and what happens in it
//! (`signals`, `look`, `becoming`, `kernel`, `happen`, `clock`, `ready`); `machine`, which drives all of it,
//! and `told`, which a life is told by.

mod becoming;
mod clock;
mod configuration;
mod fifo;
mod happen;
mod happening;
mod judge;
mod kernel;
mod life;
mod log;
mod look;
mod machine;
mod make;
mod make_happenings;
mod make_tables;
mod mutation;
mod mutator;
mod process;
mod program;
mod ready;
mod signals;
mod table;
mod told;
mod world;

pub use configuration::ConfigurationFile;
pub use happening::{Asked, Happening, What, When};
pub use judge::ServingCheck;
pub use life::ServingLife;
pub use mutation::ServingMutation;
pub use program::Manner;
pub use table::{Command, FileState, Line, TableFile};
