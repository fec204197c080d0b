//! The entries of inittab, as process 1 tells them.

use super::pid_1::{Failure, Pid1};
use rekindle_core::control::{Answer, ControlRequest, EntryState};

/// All of them, in the order of their numbers, page by page.
pub(super) fn read_entries(pid_1: &mut Pid1) -> Result<Vec<EntryState>, Failure> {
    collect_pages(|from| pid_1.ask(ControlRequest::Entries { from }))
}

/// Asks for pages until one is the last. One that leads back would have no end.
fn collect_pages(
    mut ask: impl FnMut(u32) -> Result<Answer, Failure>,
) -> Result<Vec<EntryState>, Failure> {
    let (mut all, mut from) = (Vec::new(), 0);
    loop {
        let Answer::Entries { entries, next } = ask(from)? else { return Err(Failure::Unfit) };
        all.extend(entries);
        if next == 0 {
            return Ok(all);
        }
        if next <= from {
            return Err(Failure::Unfit);
        }
        from = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(numbers: &[u32], next: u32) -> Answer {
        let entry = |number: &u32| EntryState { number: *number, ..EntryState::default() };
        Answer::Entries { entries: numbers.iter().map(entry).collect(), next }
    }

    #[test]
    fn pages_are_read_to_the_last() {
        let mut asked = Vec::new();
        let entries = collect_pages(|from| {
            asked.push(from);
            Ok(if from == 0 { page(&[1, 2], 5) } else { page(&[5], 0) })
        });
        let numbers: Vec<u32> = entries.unwrap().iter().map(|entry| entry.number).collect();
        assert_eq!((asked, numbers), (vec![0, 5], vec![1, 2, 5]));
    }

    #[test]
    fn a_page_that_leads_back_is_no_answer() {
        assert_eq!(collect_pages(|from| Ok(page(&[], from.min(3)))), Ok(Vec::new()));
        assert_eq!(collect_pages(|_| Ok(page(&[3], 3))), Err(Failure::Unfit));
        assert_eq!(collect_pages(|_| Ok(Answer::Done)), Err(Failure::Unfit));
    }
}
