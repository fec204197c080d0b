//! The facts that tables and ports tell about a board.

use restart_ladder::{Facts, Fadt};

use crate::acpi::Tables;
use crate::{pci, say};

/// All that the ladder needs to know and that does not depend on how the board was booted.
#[must_use]
pub fn discover(tables: Option<&Tables>) -> Facts {
    let mut facts = tables.map_or_else(Facts::default, fadt);
    facts.cf9_safe = pci::has_mechanism_1();
    facts
}

fn fadt(tables: &Tables) -> Facts {
    let Some(bytes) = tables.get(b"FACP") else {
        say!("acpi", "no fadt");
        return Facts::default();
    };
    match Fadt::parse(bytes) {
        Ok(fadt) => {
            if let Err(reason) = fadt.reset_register() {
                say!("acpi", "fadt revision {}: no reset register: {reason:?}", fadt.revision());
            }
            Facts::from_fadt(&fadt)
        }
        Err(reason) => {
            say!("acpi", "fadt unusable: {reason:?}");
            Facts::default()
        }
    }
}
