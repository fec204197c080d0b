//! Words that have no place in the repository: where packages are fetched from is the
//! business of the machine that builds, not of the sources.

use super::sources::Source;

/// Written apart, so that this file passes its own check.
const HOSTS: [[&str; 2]; 5] =
    [["crates", "io"], ["pypi", "org"], ["npmjs", "org"], ["npmjs", "com"], ["deb.debian", "org"]];

pub(super) fn check(sources: &[Source]) -> Vec<String> {
    // Cargo writes its lock files itself.
    let judged = sources.iter().filter(|source| !source.path.ends_with("Cargo.lock"));
    judged.flat_map(check_source).collect()
}

fn check_source(source: &Source) -> Vec<String> {
    let hosts = HOSTS.map(|parts| parts.join("."));
    let lines = source.text.lines().enumerate();
    let hits = lines.filter(|(_, line)| hosts.iter().any(|host| line.contains(host)));
    hits.map(|(number, _)| {
        format!("{}:{}: names a package registry", source.path.display(), number + 1)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::{HOSTS, check};
    use crate::tidy::sources::Source;

    #[test]
    fn a_named_registry_is_found_except_in_a_lock_file() {
        let text = format!("a\nsee {}/b\n", HOSTS[0].join("."));
        let source = |path: &str| Source { path: path.into(), text: text.clone() };
        assert_eq!(check(&[source("README.md")]), ["README.md:2: names a package registry"]);
        assert!(check(&[source("crates/init/Cargo.lock")]).is_empty());
    }
}
