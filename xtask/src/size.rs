//! How large the finished programs are, and whether PID 1 is what it must be.

use std::fs;

use anyhow::{Context, Result, bail};
use object::{Object, ObjectSection, ObjectSymbol};
use vm::place::{dist_folder, dist_program};

/// What PID 1 may take: both dialects of inittab, the configuration, the control socket, the end of a machine and of a container,
/// and the hand-over of a running machine to another version of itself.
const INIT_BUDGET_BYTES: u64 = 216 << 10;

/// Program and budget; where there is no budget, the size is only shown.
const PROGRAMS: [(&str, Option<u64>); 3] =
    [("init", Some(INIT_BUDGET_BYTES)), ("rekindle", None), ("vm-agent", None)];

/// Text that every program linked with a C library carries: the name of its start function,
/// and the banner of glibc and musl.
const LIBRARY_MARKS: [&str; 3] = ["__libc_start_main", "GNU C Library", "musl libc"];

pub(crate) fn size() -> Result<()> {
    let mut complaints = Vec::new();
    for (name, budget_bytes) in PROGRAMS {
        let Ok(path) = dist_program(name) else {
            println!("{name:<10} not built");
            continue;
        };
        let size_bytes =
            fs::metadata(&path).with_context(|| format!("unable to stat {name}"))?.len();
        let budget = budget_bytes.map_or_else(String::new, |budget| format!(" of {budget}"));
        println!("{name:<10} {size_bytes:>9} bytes{budget}");
        if budget_bytes.is_some_and(|budget| size_bytes > budget) {
            complaints.push(format!("{name} is over its budget"));
        }
    }
    let init = fs::read(dist_program("init")?).context("unable to read init")?;
    complaints.extend(look_for_library(&init)?.into_iter().map(|what| format!("init has {what}")));
    if complaints.is_empty() {
        println!("init is statically linked, without a C library");
        return Ok(());
    }
    bail!("{} (in {})", complaints.join(", "), dist_folder().display())
}

/// What a program without a C library must not have.
fn look_for_library(program: &[u8]) -> Result<Vec<String>> {
    let file = object::File::parse(program).context("not an ELF program")?;
    let mut found = Vec::new();
    for section in file.sections() {
        let name = section.name().unwrap_or_default();
        if matches!(name, ".interp" | ".dynamic") {
            found.push(format!("a section {name}: it is not statically linked"));
        }
    }
    let outside =
        file.symbols().chain(file.dynamic_symbols()).filter(|symbol| symbol.is_undefined());
    found.extend(outside.filter_map(|symbol| {
        symbol.name().ok().filter(|name| !name.is_empty()).map(render_symbol)
    }));
    for mark in LIBRARY_MARKS {
        if program.windows(mark.len()).any(|window| window == mark.as_bytes()) {
            found.push(format!("the text {mark:?} of a C library"));
        }
    }
    Ok(found)
}

fn render_symbol(name: &str) -> String {
    format!("an undefined symbol {name}")
}

#[cfg(test)]
mod tests {
    use super::look_for_library;

    /// This very test program is linked with the C library.
    #[test]
    fn a_program_with_a_library_is_recognised() {
        let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let found = look_for_library(&program).unwrap().join("\n");
        assert!(found.contains(".interp") && found.contains(".dynamic"), "{found}");
        assert!(found.contains("__libc_start_main"), "{found}");
    }

    #[test]
    fn what_is_no_program_is_an_error() {
        assert!(look_for_library(b"#!/bin/sh\n").is_err());
    }
}
