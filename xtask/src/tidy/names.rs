//! What the sources define and which lints they set, for pages that name them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::sources::Source;

/// Words in front of a name that is defined.
const DEFINING: [&str; 8] = ["struct", "enum", "union", "trait", "type", "fn", "const", "static"];

#[derive(Debug, Default)]
pub(super) struct Names {
    /// Types, functions and constants, wherever they are.
    defined: BTreeSet<String>,
    /// Lints, without `clippy::`.
    lints: BTreeSet<String>,
    /// The tests of each file.
    tests: BTreeMap<PathBuf, BTreeSet<String>>,
}

impl Names {
    pub(super) fn read(sources: &[Source]) -> Self {
        let mut names = Self::default();
        for source in sources {
            if source.is_rust() {
                names.take_rust(source);
            } else if source.path.ends_with("Cargo.toml") {
                names.lints.extend(find_manifest_lints(&source.text));
            }
        }
        names
    }

    fn take_rust(&mut self, source: &Source) {
        let Ok(tokens) = source.text.parse::<TokenStream>() else { return };
        let mut found = Found::default();
        found.scan(tokens);
        self.defined.extend(found.defined);
        self.lints.extend(found.lints);
        self.tests.insert(source.path.clone(), found.tests);
    }

    /// A type, a constant, a member of a type, a lint, or a test of any file.
    pub(super) fn knows(&self, name: &str) -> bool {
        let plain = name.split(['<', '(']).next().unwrap_or_default();
        let parts: Vec<&str> = plain.trim_start_matches("clippy::").split("::").collect();
        if parts.iter().any(|part| part.starts_with(char::is_uppercase)) {
            return parts.iter().all(|part| self.defined.contains(*part));
        }
        let is_test = |name: &str| self.tests.values().any(|tests| tests.contains(name));
        matches!(parts.as_slice(), [name] if self.lints.contains(*name) || is_test(name))
    }

    pub(super) fn has_test(&self, file: &Path, name: &str) -> bool {
        self.tests.get(file).is_some_and(|tests| tests.contains(name))
    }
}

#[derive(Debug, Default)]
struct Found {
    defined: BTreeSet<String>,
    lints: BTreeSet<String>,
    tests: BTreeSet<String>,
}

impl Found {
    /// A test is a function behind an attribute that ends in `test`, also between the braces of
    /// `proptest!`.
    fn scan(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut is_test = false;
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                    is_test |= is_test_attribute(group.stream());
                    self.take_lints(group.stream());
                }
                TokenTree::Group(group) => {
                    self.scan(group.stream());
                    is_test &= group.delimiter() != Delimiter::Brace;
                }
                TokenTree::Ident(ident) if DEFINING.iter().any(|word| ident == word) => {
                    if let Some(TokenTree::Ident(name)) = tokens.get(at + 1) {
                        self.define(name.to_string(), is_test && ident == "fn");
                    }
                }
                TokenTree::Punct(punct) if punct.as_char() == ';' => is_test = false,
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    fn define(&mut self, name: String, is_test: bool) {
        if is_test {
            self.tests.insert(name.clone());
        }
        self.defined.insert(name);
    }

    /// Of `deny(..)`, `forbid(..)` and `warn(..)`.
    fn take_lints(&mut self, attribute: TokenStream) {
        let mut tokens = attribute.into_iter();
        let level = tokens.next().map(|token| token.to_string()).unwrap_or_default();
        if let (true, Some(TokenTree::Group(list))) =
            (matches!(level.as_str(), "deny" | "forbid" | "warn"), tokens.next())
        {
            let names = list.stream().into_iter().filter_map(|token| match token {
                TokenTree::Ident(name) => Some(name.to_string()),
                _ => None,
            });
            self.lints.extend(names.filter(|name| name != "clippy"));
        }
    }
}

/// `test`, `path::test`, and their arguments, but not `cfg(test)`.
fn is_test_attribute(attribute: TokenStream) -> bool {
    let path = attribute.into_iter().take_while(|token| !matches!(token, TokenTree::Group(_)));
    path.last().is_some_and(|token| token.to_string() == "test")
}

/// The names in front of `=` in the tables of lints.
fn find_manifest_lints(manifest: &str) -> Vec<String> {
    let mut is_in = false;
    let mut found = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_in = line.contains("lints.");
        } else if let (true, Some((name, _))) = (is_in, line.split_once('=')) {
            found.push(name.trim().to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Names;
    use crate::tidy::sources::Source;

    fn names() -> Names {
        let source = |path: &str, text: &str| Source { path: path.into(), text: text.to_owned() };
        Names::read(&[
            source(
                "a.rs",
                "#![deny(clippy::one, two)]\nstruct Door;\nimpl Door { fn open() {} }\n",
            ),
            source(
                "b.rs",
                "#[cfg(test)] mod tests {\n#[test]\n#[ignore]\nfn shown() {}\nfn helper() {}\n\
                 proptest! { #[test] fn for_all(a in 0..3) { b(); } }\n#[tokio::test(x = 1)] async fn later() {}\n}\n",
            ),
            source(
                "Cargo.toml",
                "[lints.clippy]\nthree = \"deny\"\n[dependencies]\nfour = \"1\"\n",
            ),
        ])
    }

    #[test]
    fn types_members_and_lints_are_known() {
        let names = names();
        for known in ["Door", "Door::open", "clippy::one", "two", "three", "shown", "Door<T>"] {
            assert!(names.knows(known), "{known}");
        }
        for unknown in ["Gate", "Gate::open", "Door::close", "four", "clippy", "", "helper"] {
            assert!(!names.knows(unknown), "{unknown}");
        }
    }

    #[test]
    fn only_functions_with_the_attribute_are_tests() {
        let names = names();
        let is_test = |name| names.has_test(Path::new("b.rs"), name);
        assert!(is_test("shown") && is_test("for_all") && is_test("later"));
        assert!(!is_test("helper") && !is_test("b") && !names.has_test(Path::new("a.rs"), "shown"));
    }
}
