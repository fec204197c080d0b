//! The paths in a piece of code, macros included: found in its tokens, because what stands between
//! the brackets of a macro has no other shape.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, ItemUse};

/// What code names of the world outside it.
pub(super) enum Named {
    Path(Vec<String>),
    /// A `use` inside a function.
    Import(ItemUse),
}

/// Whether an item exists in tests alone.
pub(super) fn is_only_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| is_test_condition(attribute.meta.to_token_stream()))
}

/// `cfg(test)`, also as the first of several conditions that must all hold.
fn is_test_condition(tokens: TokenStream) -> bool {
    let text = tokens.to_string().replace(' ', "");
    text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

pub(super) fn find_named(code: TokenStream) -> Vec<Named> {
    let mut found = Vec::new();
    scan(&code.into_iter().collect::<Vec<_>>(), &mut found);
    found
}

fn scan(tokens: &[TokenTree], found: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let length = match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => skip_test(tokens, at),
            TokenTree::Ident(ident) if ident == "use" => take_use(tokens, at, found),
            TokenTree::Ident(_) => take_path(tokens, at, found),
            TokenTree::Group(group) => {
                scan(&group.stream().into_iter().collect::<Vec<_>>(), found);
                1
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => 1,
        };
        at += length.max(1);
    }
}

/// How many tokens `#[cfg(test)]` and what stands behind it have.
fn skip_test(tokens: &[TokenTree], at: usize) -> usize {
    let Some(TokenTree::Group(group)) = tokens.get(at + 1) else { return 1 };
    if !is_test_condition(group.stream()) {
        return 2;
    }
    let behind = tokens.iter().skip(at + 2);
    let is_end = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => matches!(punct.as_char(), ';' | ','),
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    };
    3 + behind.take_while(|token| !is_end(token)).count()
}

fn take_use(tokens: &[TokenTree], at: usize, found: &mut Vec<Named>) -> usize {
    let is_end =
        |token: &&TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
    let length = tokens.iter().skip(at).position(|token| is_end(&token)).map_or(1, |end| end + 1);
    let statement: TokenStream = tokens.iter().skip(at).take(length).cloned().collect();
    match syn::parse2(statement) {
        Ok(import) => {
            found.push(Named::Import(import));
            length
        }
        // `use<'a>` of a bound.
        Err(_) => 1,
    }
}

fn take_path(tokens: &[TokenTree], at: usize, found: &mut Vec<Named>) -> usize {
    let mut path = Vec::new();
    let mut next = at;
    while let Some(TokenTree::Ident(ident)) = tokens.get(next) {
        path.push(ident.to_string());
        if !is_separator(tokens, next + 1) {
            next += 1;
            break;
        }
        next += 3;
    }
    if !is_member(tokens, at) && (path.len() > 1 || may_be_imported(&path, tokens.get(next))) {
        found.push(Named::Path(path));
    }
    next - at
}

/// `::`.
fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon = |place: usize| matches!(tokens.get(place), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    is_colon(at) && is_colon(at + 1)
}

/// Behind a dot stands a field or a method, behind `$` a piece of a macro, behind `::` the rest of
/// a path with type arguments.
fn is_member(tokens: &[TokenTree], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let is_path_rest = at.checked_sub(2).is_some_and(|before| is_separator(tokens, before));
    let is_dot =
        matches!(before, Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), '.' | '$'));
    is_path_rest || is_dot
}

/// A single name counts if it looks like a type or a constant, or is called: others are mostly
/// variables.
fn may_be_imported(path: &[String], next: Option<&TokenTree>) -> bool {
    let is_capital = path.first().is_some_and(|name| name.starts_with(char::is_uppercase));
    let is_called = match next {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
        Some(TokenTree::Punct(punct)) => punct.as_char() == '!',
        _ => false,
    };
    is_capital || is_called
}

#[cfg(test)]
mod tests {
    use super::{Named, find_named};

    fn paths(code: &str) -> Vec<String> {
        let named = find_named(code.parse().unwrap()).into_iter();
        let text = |named| match named {
            Named::Path(path) => path.join("::"),
            Named::Import(import) => format!("use {}", import.tree.to_token_stream()),
        };
        use quote::ToTokens;
        named.map(text).collect()
    }

    #[test]
    fn paths_are_found_in_types_calls_and_macros() {
        let code =
            "fn a(b: crate::c::D<e::F>) { g!(\"{}\", h::i(j), K { l: m }); n.o::<p::Q>(); r(); }";
        let expected = ["a", "crate::c::D", "e::F", "g", "h::i", "K", "p::Q", "r"];
        assert_eq!(paths(code), expected);
    }

    #[test]
    fn what_is_only_for_tests_is_skipped_and_a_local_import_is_found() {
        let code = "impl A { #[cfg(test)] fn b() { c::d() } fn e() { use super::f::G; G::h() } }\
                    #[cfg(not(test))] fn i() { j::k() }";
        assert_eq!(paths(code), ["A", "e", "use super :: f :: G", "G::h", "i", "j::k"]);
    }
}
