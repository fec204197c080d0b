//! Where a path leads, as far as the crate's own modules go.

use super::items::Import;
use super::modules::Modules;

/// Re-exports of re-exports; more than that is a circle of its own.
const DEPTH: usize = 32;

/// The end of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Module(usize),
    /// Something that this module defines.
    Item(usize),
}

impl Target {
    pub(super) const fn module(self) -> usize {
        match self {
            Self::Module(module) | Self::Item(module) => module,
        }
    }
}

/// Where a path that stands in `from` leads; `None` outside this crate, or to something local.
pub(super) fn resolve(modules: &Modules, from: usize, path: &[String]) -> Option<Target> {
    begin(modules, from, path, DEPTH)
}

/// Where a `use` in `from` leads. All names of a module count as the module's own.
pub(super) fn resolve_import(modules: &Modules, from: usize, import: &Import) -> Option<Target> {
    let target = resolve(modules, from, &import.path)?;
    Some(if import.name == "*" { Target::Item(target.module()) } else { target })
}

fn begin(modules: &Modules, from: usize, path: &[String], depth: usize) -> Option<Target> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => walk(modules, 0, rest, depth),
        "self" => walk(modules, from, rest, depth),
        "super" => climb(modules, from, path, depth),
        _ => {
            let found = look_up(modules, from, first, rest.is_empty(), depth)?;
            follow(modules, found, rest, depth)
        }
    }
}

fn climb(modules: &Modules, from: usize, path: &[String], depth: usize) -> Option<Target> {
    match path.split_first() {
        Some((first, rest)) if first == "super" => {
            climb(modules, modules.all[from].parent?, rest, depth)
        }
        _ => walk(modules, from, path, depth),
    }
}

fn follow(modules: &Modules, found: Target, rest: &[String], depth: usize) -> Option<Target> {
    match found {
        Target::Module(module) => walk(modules, module, rest, depth),
        // What follows is a variant or a method.
        Target::Item(_) => Some(found),
    }
}

fn walk(modules: &Modules, module: usize, path: &[String], depth: usize) -> Option<Target> {
    let Some((first, rest)) = path.split_first() else { return Some(Target::Module(module)) };
    match look_up(modules, module, first, rest.is_empty(), depth) {
        Some(found) => follow(modules, found, rest, depth),
        // A macro may have defined it.
        None => Some(Target::Item(module)),
    }
}

/// A name in a module's scope. Behind a module's name goes the path on, so a module is preferred
/// there, and an item of the same name at the end.
fn look_up(
    modules: &Modules,
    at: usize,
    name: &str,
    is_last: bool,
    depth: usize,
) -> Option<Target> {
    let module = &modules.all[at];
    let item = module.items.contains(name).then_some(Target::Item(at));
    let child = module.children.get(name).map(|child| Target::Module(*child));
    let exported = modules.exported.get(name).filter(|_| at == 0).map(|from| Target::Item(*from));
    let imported = || look_up_import(modules, at, name, depth.checked_sub(1)?);
    if is_last {
        item.or(exported).or_else(imported).or(child)
    } else {
        child.or(item).or(exported).or_else(imported)
    }
}

fn look_up_import(modules: &Modules, at: usize, name: &str, depth: usize) -> Option<Target> {
    let imports = &modules.all[at].imports;
    let is_self = |import: &&Import| import.path.len() == 1 && import.path[0] == name;
    let mut named = imports.iter().filter(|import| import.name == name && !is_self(import));
    let globs = imports.iter().filter(|import| import.name == "*");
    let mut through_globs = globs.filter_map(|glob| match begin(modules, at, &glob.path, depth)? {
        Target::Module(module) if module != at => look_up(modules, module, name, true, depth),
        Target::Module(_) | Target::Item(_) => None,
    });
    named
        .find_map(|import| begin(modules, at, &import.path, depth))
        .or_else(|| through_globs.next())
}
