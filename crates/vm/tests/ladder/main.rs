//! The restart ladder against emulated hardware and against Linux, on bare boards.

mod efi;
mod layers;
mod linux;
mod matrix;
mod reboot_call;
mod user_space;
