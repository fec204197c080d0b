//! Who imports whom among the files of a crate, and in whose file a type has its methods.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::circles::{Graph, find_circles};
use super::items::Import;
use super::modules::Modules;
use super::packages::Crate;
use super::resolve::{Target, resolve, resolve_import};

/// Of a crate's targets, those whose modules may not import in a circle.
const KINDS: [&str; 5] = ["lib", "rlib", "staticlib", "bin", "example"];

pub(super) fn check(root: &Path, crates: &[Crate]) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for target in crates.iter().flat_map(|found| &found.package.targets) {
        if target.kind.iter().any(|kind| KINDS.contains(&kind.as_str())) {
            let file = target.src_path.strip_prefix(root).unwrap_or(&target.src_path);
            complaints.extend(check_target(root, file)?);
        }
    }
    Ok(complaints)
}

fn check_target(root: &Path, root_file: &Path) -> Result<Vec<String>> {
    let modules = Modules::read(root, root_file)?;
    let folder = root_file.parent().unwrap_or(Path::new(""));
    let circles = find_circles(&find_imports(&modules)).into_iter().map(|circle| {
        let names: Vec<String> = circle.shortest.iter().map(|file| render(file, folder)).collect();
        let (place, count) = (folder.display(), circle.files.len());
        format!("{place}: {count} files import each other in a circle: {}", names.join(" -> "))
    });
    let strangers = find_strangers(&modules).into_iter().map(|(file, name, home)| {
        let home = render(&home, folder);
        format!("{}: methods of {name}, which {home} defines: move them there", file.display())
    });
    Ok(circles.chain(strangers).collect())
}

fn render(file: &Path, folder: &Path) -> String {
    file.strip_prefix(folder).unwrap_or(file).display().to_string()
}

/// Each file and the files whose items it names. Declaring a child module and re-exporting from it
/// is no import: a path through such a façade leads on to the file that defines the item. The name
/// of a module alone is none either; what is named of it is.
fn find_imports(modules: &Modules) -> Graph {
    let mut graph = Graph::new();
    for (at, module) in modules.all.iter().enumerate() {
        let named = module.named.iter().filter_map(|path| resolve(modules, at, path));
        let imported = module.imports.iter().filter_map(|import| follow(modules, at, import));
        let files = named.chain(imported).filter_map(|target| match target {
            Target::Item(owner) => Some(modules.all[owner].file.clone()),
            Target::Module(_) => None,
        });
        graph.entry(module.file.clone()).or_default().extend(files.filter(|to| *to != module.file));
    }
    graph
}

/// Where an import leads, unless it only passes on what a child defines.
fn follow(modules: &Modules, at: usize, import: &Import) -> Option<Target> {
    let target = resolve_import(modules, at, import)?;
    let owner = target.module();
    let is_passed_on = import.is_public && owner != at && modules.is_within(owner, at);
    (!is_passed_on).then_some(target)
}

/// Types that have methods in another file than their own: that file, the type, its home.
fn find_strangers(modules: &Modules) -> Vec<(PathBuf, String, PathBuf)> {
    let mut found = Vec::new();
    for (at, module) in modules.all.iter().enumerate() {
        for path in &module.inherent {
            let Some(Target::Item(owner)) = resolve(modules, at, path) else { continue };
            let home = &modules.all[owner].file;
            if *home != module.file {
                found.push((module.file.clone(), path.join("::"), home.clone()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
