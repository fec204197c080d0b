//! Looks.

use super::answer::{answered, read, read_whole};
use crate::teller::Teller;
use crate::{census, configuration, files, mounts, process_files, raw, sender};
use rekindle_core::op::{Outcome, ReadOp};

/// What may block is told as it is seen.
pub(super) fn perform(op: &ReadOp, teller: &mut Teller<'_>) -> Outcome {
    match op {
        ReadOp::IsMountPoint { path } => answered(mounts::is_mount_point(path)),
        ReadOp::IsVirtualTerminal => {
            Outcome::Answer(raw::is_virtual_terminal(raw::standard_stream(0)))
        }
        ReadOp::File { path, most_bytes } => read(files::read_file(path.as_bytes(), *most_bytes)),
        ReadOp::TakeFile { path, most_bytes } => read(files::take_file(path, *most_bytes)),
        ReadOp::Configuration => read_whole(Ok(configuration::read_configuration())),
        ReadOp::OwnPidNamespace => read_whole(process_files::read_own_pid_namespace()),
        ReadOp::ProcessOwners => read(census::list_owners()),
        ReadOp::Sender { pid } => {
            let result = sender::tell_sender(*pid, teller);
            teller.end_look(result)
        }
        ReadOp::Census(census) => {
            let result = census::take_census(census, teller);
            teller.end_look(result)
        }
    }
}
