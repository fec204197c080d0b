//! What single items say: the names they bring, the types they are for.

use quote::ToTokens;
use syn::{Attribute, Ident, Item, ItemImpl, Type, UseTree};

/// What a module brings into its scope with `use`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// The name in the module; `*` for all names of what the path leads to.
    pub(super) name: String,
    pub(super) path: Vec<String>,
    /// Others may name it here: a re-export.
    pub(super) is_public: bool,
}

/// `#[path = "file"]`.
pub(super) fn path_of_attribute(attribute: &Attribute) -> Option<String> {
    let pair = attribute.meta.require_name_value().ok()?;
    let literal: syn::LitStr = syn::parse2(pair.value.to_token_stream()).ok()?;
    attribute.path().is_ident("path").then(|| literal.value())
}

/// Every name that a tree of `use` brings, behind the path before it.
pub(super) fn flatten(tree: &UseTree, before: &[String], is_public: bool, into: &mut Vec<Import>) {
    let joined = |ident: &Ident| [before, &[ident.to_string()]].concat();
    let import = |name: String, path: Vec<String>| Import { name, path, is_public };
    match tree {
        UseTree::Path(path) => flatten(&path.tree, &joined(&path.ident), is_public, into),
        UseTree::Group(group) => {
            group.items.iter().for_each(|item| flatten(item, before, is_public, into));
        }
        UseTree::Glob(_) => into.push(import("*".to_owned(), before.to_vec())),
        UseTree::Name(name) if name.ident == "self" => {
            let last = before.last().cloned().unwrap_or_default();
            into.push(import(last, before.to_vec()));
        }
        UseTree::Name(name) => into.push(import(name.ident.to_string(), joined(&name.ident))),
        UseTree::Rename(renamed) => {
            let path =
                if renamed.ident == "self" { before.to_vec() } else { joined(&renamed.ident) };
            into.push(import(renamed.rename.to_string(), path));
        }
    }
}

/// The type of a block that implements no trait.
pub(super) fn inherent_type(block: &ItemImpl) -> Option<Vec<String>> {
    match (&block.trait_, &*block.self_ty) {
        (None, Type::Path(path)) => {
            Some(path.path.segments.iter().map(|segment| segment.ident.to_string()).collect())
        }
        _ => None,
    }
}

/// The name that an item brings into its module.
pub(super) fn defined_name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

pub(super) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
