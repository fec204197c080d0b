//! The entries under supervision.

use super::supervised::{State, Supervised};
use crate::inittab::{Entry, EntryAction};
use crate::time::Moment;
use alloc::vec::Vec;

/// The entries, in the order of their ids: looking one up is a binary search. Only this type adds one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entries {
    all: Vec<Supervised>,
    next_id: u32,
}

impl Entries {
    /// Takes one more. Ids only grow.
    pub(crate) fn add(&mut self, entry: Entry, state: State) -> u32 {
        let id = self.next_id;
        self.next_id = id.saturating_add(1);
        let mut supervised = Supervised::new(id, entry);
        supervised.set_state(state);
        self.all.push(supervised);
        id
    }

    fn place_of(&self, id: u32) -> Option<usize> {
        self.all.binary_search_by_key(&id, Supervised::id).ok()
    }

    pub(crate) fn get(&self, id: u32) -> Option<&Supervised> {
        self.all.get(self.place_of(id)?)
    }

    pub(crate) fn get_mut(&mut self, id: u32) -> Option<&mut Supervised> {
        let at = self.place_of(id)?;
        self.all.get_mut(at)
    }

    pub(crate) fn set_state(&mut self, id: u32, state: State) {
        if let Some(supervised) = self.get_mut(id) {
            supervised.set_state(state);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Supervised> {
        self.all.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Supervised> {
        self.all.iter_mut()
    }

    /// Those of one action that inittab has, in the order of the file: a table that was read again may
    /// have another order than their ids.
    pub(crate) fn ids_of_action(&self, action: EntryAction) -> Vec<u32> {
        let mut ids: Vec<u32> = Vec::new();
        for one in self.all.iter().filter(|one| one.entry().action == action && !one.is_removed()) {
            let line = one.entry().line;
            let is_before =
                |id: &u32| self.get(*id).is_some_and(|other| other.entry().line <= line);
            let before = ids.iter().rposition(is_before);
            ids.insert(before.map_or(0, |at| at.saturating_add(1)), one.id());
        }
        ids
    }

    /// Whether an entry that leaves has this terminal: another one could not make it its controlling one.
    pub(crate) fn is_terminal_taken(&self, id: &[u8]) -> bool {
        self.all.iter().any(|one| one.is_removed() && one.is_alive() && one.entry().id == id)
    }

    /// Those for which `is_wanted`.
    pub(crate) fn ids(&self, is_wanted: &dyn Fn(&Supervised) -> bool) -> Vec<u32> {
        self.all.iter().filter(|one| is_wanted(one)).map(Supervised::id).collect()
    }

    /// The entry whose process this is.
    pub(crate) fn of_pid(&self, pid: u32) -> Option<&Supervised> {
        self.all.iter().find(|one| one.pid() == Some(pid))
    }

    /// The first end of a rest among those that inittab has and that count.
    pub(crate) fn resting_until(&self, counts: &dyn Fn(&Supervised) -> bool) -> Option<Moment> {
        let is_counted = |one: &&Supervised| !one.is_removed() && counts(one);
        self.all.iter().filter(is_counted).filter_map(Supervised::resting_until).min()
    }

    /// Inittab is read again: what it still has is kept afterwards.
    pub(crate) fn remove_all(&mut self) {
        self.all.iter_mut().for_each(Supervised::remove);
    }

    /// Keeps, as `entry`, the first removed one that `is_same`; or else gives `entry` back. It is looked
    /// for from the place `hint` on and then from the beginning: in a table that was read again nearly
    /// every entry is where it was.
    pub(crate) fn keep(
        &mut self,
        entry: Entry,
        hint: &mut usize,
        is_same: fn(&Entry, &Entry) -> bool,
    ) -> Result<u32, Entry> {
        for at in (*hint..self.all.len()).chain(0..*hint) {
            let Some(one) = self.all.get_mut(at) else { continue };
            if one.is_removed() && is_same(one.entry(), &entry) {
                *hint = at.saturating_add(1);
                one.keep_as(entry);
                return Ok(one.id());
            }
        }
        Err(entry)
    }

    /// Forgets those that inittab no longer has and that have no process.
    pub(crate) fn drop_removed(&mut self) {
        self.all.retain(|one| !one.is_removed() || one.is_alive());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inittab::parse_inittab;

    #[test]
    fn an_entry_is_kept_wherever_it_stands_now_and_only_once() {
        let table = parse_inittab(b"::once:/a\n::once:/b\n::once:/c\n");
        let mut entries = Entries::default();
        for entry in table.entries.clone() {
            entries.add(entry, State::Done);
        }
        entries.remove_all();
        let mut hint = 2;
        let is_same = |old: &Entry, new: &Entry| old.command == new.command;
        let [a, b, _] = table.entries.as_slice() else { panic!("three entries") };
        assert_eq!(entries.keep(b.clone(), &mut hint, is_same), Ok(1));
        assert_eq!(entries.keep(a.clone(), &mut hint, is_same), Ok(0));
        assert_eq!(entries.keep(a.clone(), &mut hint, is_same), Err(a.clone()));
        entries.drop_removed();
        assert_eq!(entries.ids(&|_| true), [0, 1]);
        assert_eq!(entries.add(a.clone(), State::Idle), 3);
    }

    #[test]
    fn those_of_an_action_come_in_the_order_of_the_file_as_it_stands_now() {
        let mut entries = Entries::default();
        for entry in parse_inittab(b"::once:/a\n::wait:/w\n::once:/b\n").entries {
            entries.add(entry, State::Done);
        }
        assert_eq!(entries.ids_of_action(EntryAction::Once), [0, 2]);
        entries.remove_all();
        let is_same = |old: &Entry, new: &Entry| old.command == new.command;
        let mut hint = 0;
        for entry in parse_inittab(b"::once:/c\n::once:/b\n::once:/a\n").entries {
            if let Err(new) = entries.keep(entry, &mut hint, is_same) {
                entries.add(new, State::Done);
            }
        }
        assert_eq!(entries.ids_of_action(EntryAction::Once), [3, 2, 0]);
        assert_eq!(entries.ids_of_action(EntryAction::Wait), [0; 0]);
    }
}
