//! The modules of one target of a crate: what each declares, imports and names, without its tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Item, ItemMacro, ItemMod, ItemUse, Visibility};

use super::items::{Import, attributes, defined_name, flatten, inherent_type, path_of_attribute};
use super::paths::{Named, find_named, is_only_for_tests};

#[derive(Debug)]
pub(super) struct Module {
    /// From the repository's root.
    pub(super) file: PathBuf,
    pub(super) parent: Option<usize>,
    pub(super) children: BTreeMap<String, usize>,
    /// Names of types, functions, constants and macros that are defined here.
    pub(super) items: BTreeSet<String>,
    pub(super) imports: Vec<Import>,
    /// Paths in the code; single names too, where they may be a type, a call or a macro.
    pub(super) named: BTreeSet<Vec<String>>,
    /// The types of `impl Type { .. }`.
    pub(super) inherent: Vec<Vec<String>>,
    /// Where the files of child modules are.
    folder: PathBuf,
}

/// All modules of a target; the first is its root.
#[derive(Debug)]
pub(super) struct Modules {
    pub(super) all: Vec<Module>,
    /// Macros that `#[macro_export]` puts at the crate's root, and where they are defined.
    pub(super) exported: BTreeMap<String, usize>,
}

impl Modules {
    /// Reads a target from its root file and the files that `mod` leads to.
    pub(super) fn read(root: &Path, root_file: &Path) -> Result<Self> {
        let mut modules = Self { all: Vec::new(), exported: BTreeMap::new() };
        let folder = root_file.parent().map(Path::to_owned).unwrap_or_default();
        let first = modules.add(root_file.to_owned(), None, folder);
        let items = parse_file(&root.join(root_file))?;
        modules.take_all(root, first, items)?;
        Ok(modules)
    }

    /// Whether `module` lies below `ancestor`, or is it.
    pub(super) fn is_within(&self, module: usize, ancestor: usize) -> bool {
        let mut place = Some(module);
        while let Some(at) = place {
            if at == ancestor {
                return true;
            }
            place = self.all[at].parent;
        }
        false
    }

    fn add(&mut self, file: PathBuf, parent: Option<usize>, folder: PathBuf) -> usize {
        self.all.push(Module {
            file,
            parent,
            children: BTreeMap::new(),
            items: BTreeSet::new(),
            imports: Vec::new(),
            named: BTreeSet::new(),
            inherent: Vec::new(),
            folder,
        });
        self.all.len() - 1
    }

    fn take_all(&mut self, root: &Path, module: usize, items: Vec<Item>) -> Result<()> {
        items.into_iter().try_for_each(|item| self.take(root, module, item))
    }

    fn take(&mut self, root: &Path, module: usize, item: Item) -> Result<()> {
        if is_only_for_tests(attributes(&item)) {
            return Ok(());
        }
        match item {
            Item::Mod(declared) => return self.take_module(root, module, declared),
            Item::Use(import) => self.take_imports(module, &import),
            other => {
                if let Item::Impl(block) = &other {
                    self.all[module].inherent.extend(inherent_type(block));
                }
                if let Item::Macro(definition) = &other {
                    self.take_macro(module, definition);
                }
                self.all[module].items.extend(defined_name(&other));
                self.take_code(module, other.to_token_stream());
            }
        }
        Ok(())
    }

    fn take_module(&mut self, root: &Path, parent: usize, declared: ItemMod) -> Result<()> {
        let name = declared.ident.to_string();
        let folder = self.all[parent].folder.clone();
        let (file, folder, items) = match declared.content {
            Some((_, items)) => (self.all[parent].file.clone(), folder.join(&name), items),
            None => {
                let (file, folder) = find_module_file(root, &folder, &name, &declared.attrs);
                let items = parse_file(&root.join(&file))?;
                (file, folder, items)
            }
        };
        let child = self.add(file, Some(parent), folder);
        self.all[parent].children.insert(name, child);
        self.take_all(root, child, items)
    }

    fn take_imports(&mut self, module: usize, import: &ItemUse) {
        let is_public = !matches!(import.vis, Visibility::Inherited);
        if import.leading_colon.is_none() {
            flatten(&import.tree, &[], is_public, &mut self.all[module].imports);
        }
    }

    fn take_macro(&mut self, module: usize, definition: &ItemMacro) {
        let is_exported = definition.attrs.iter().any(|it| it.path().is_ident("macro_export"));
        if let Some(name) = definition.ident.as_ref().filter(|_| is_exported) {
            self.exported.insert(name.to_string(), module);
        }
    }

    fn take_code(&mut self, module: usize, code: TokenStream) {
        for named in find_named(code) {
            match named {
                Named::Path(path) => {
                    self.all[module].named.insert(path);
                }
                Named::Import(import) => self.take_imports(module, &import),
            }
        }
    }
}

fn parse_file(path: &Path) -> Result<Vec<Item>> {
    let text =
        fs::read_to_string(path).with_context(|| format!("unable to read {}", path.display()))?;
    let file = syn::parse_file(&text);
    Ok(file.with_context(|| format!("unable to parse {}", path.display()))?.items)
}

/// The file of `mod name;` and the folder of its children, by the rules of the Rust Reference
/// (Module source filenames).
fn find_module_file(
    root: &Path,
    folder: &Path,
    name: &str,
    attributes: &[Attribute],
) -> (PathBuf, PathBuf) {
    if let Some(path) = attributes.iter().find_map(path_of_attribute) {
        let file = folder.join(path);
        let below = file.parent().map(Path::to_owned).unwrap_or_default();
        return (file, below);
    }
    let below = folder.join(name);
    let flat = folder.join(format!("{name}.rs"));
    let file = if root.join(&flat).is_file() { flat } else { below.join("mod.rs") };
    (file, below)
}
