//! Debian 12 with its own inittab, and BusyBox roots with the tables of two distributions:
//! each boots to its login prompt and ends clean, with this init as its `/sbin/init`. And the
//! commands of this program where another init is process 1.

mod busybox;
mod other_inits;
mod scripts;
mod sysvinit;
mod terminal;
