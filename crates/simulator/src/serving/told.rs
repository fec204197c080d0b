//! A life is lived, made smaller, and told.

use super::judge::ServingCheck;
use super::life::{SHORTEST_MS, ServingLife};
use super::machine::live;
use super::make::make;
use super::world::World;
use crate::life::{Broken, Life};

/// Lives it through, and says what was said and done.
fn tell(life: &ServingLife) -> String {
    let mut world = World::new(life, true);
    live(&mut world);
    world.take_log()
}

impl Life for ServingLife {
    type Check = ServingCheck;

    fn of_seed(seed: u64) -> Self {
        make(seed)
    }

    fn live(&self) -> Result<(), Box<Broken<ServingCheck>>> {
        let mut world = World::new(self, false);
        live(&mut world);
        match world.take_violation() {
            Some(violation) => Err(Box::new(Broken { violation, log: tell(self) })),
            None => Ok(()),
        }
    }

    fn parts(&self) -> usize {
        let lines: usize = self.tables.iter().map(|table| table.lines.len()).sum();
        let can_be_shorter = usize::from(self.lasts_ms > SHORTEST_MS);
        let files = self.configurations.iter();
        let options: usize = files.map(|file| file.lines.len()).sum();
        self.happenings.len() + lines + options + self.kernel_line.len() + can_be_shorter
    }

    fn without(&self, part: usize) -> Self {
        let mut smaller = self.clone();
        if part < smaller.happenings.len() {
            smaller.happenings.remove(part);
            return smaller;
        }
        let mut at = part - smaller.happenings.len();
        for table in &mut smaller.tables {
            if at < table.lines.len() {
                table.lines.remove(at);
                return smaller;
            }
            at -= table.lines.len();
        }
        for file in &mut smaller.configurations {
            if at < file.lines.len() {
                file.lines.remove(at);
                return smaller;
            }
            at -= file.lines.len();
        }
        if at < smaller.kernel_line.len() {
            smaller.kernel_line.remove(at);
        } else {
            smaller.lasts_ms /= 2;
        }
        smaller
    }
}
