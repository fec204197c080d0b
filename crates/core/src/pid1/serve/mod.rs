//! Serving: what inittab's entries run, in both dialects.

mod asked;
mod busybox;
mod children;
mod entries;
mod entry_order;
mod first;
mod leaving;
mod levels;
mod plan_child;
mod records;
mod reload;
mod sequence;
mod serving;
mod successor;
mod supervised;
mod supervision;
mod table;
mod walk;

pub(crate) use asked::{Asked, heed_initctl, heed_signal, origin_of_fifo};
pub(crate) use children::Children;
pub(crate) use entries::Entries;
pub(crate) use entry_order::order_entry;
pub(crate) use first::serve_booted;
pub(crate) use levels::Levels;
pub(crate) use sequence::Sequence;
pub(crate) use serving::Serving;
pub(crate) use supervised::{State, Supervised};
pub(crate) use supervision::Supervision;
pub(crate) use walk::enter_level;
