//! Modules of a kernel that is in the cache.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::tree::Tree;

/// Puts the module `name` of a kernel into the tree as `/lib/modules/NAME.ko`, for `insmod`.
pub fn add_module(tree: &mut Tree, kernel: &Path, name: &str) -> Result<()> {
    let file = format!("{name}.ko");
    // The image is in `boot/` of the unpacked package, the modules are beside that folder.
    let package = kernel.ancestors().nth(2).unwrap_or(kernel);
    let module = find_below(&package.join("lib/modules"), &file)
        .with_context(|| format!("no {file} for {}", kernel.display()))?;
    tree.program(Path::new("/lib/modules").join(file), &module)
}

fn find_below(folder: &Path, name: &str) -> Option<PathBuf> {
    let direct = folder.join(name);
    if direct.is_file() {
        return Some(direct);
    }
    let entries = fs::read_dir(folder).ok()?.flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    folders.into_iter().find_map(|entry| find_below(&entry.path(), name))
}
