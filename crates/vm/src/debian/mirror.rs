//! The way to Debian's packages that this host uses itself. mmdebstrap starts from apt's
//! defaults, which lead nowhere where packages come from a mirror or through a proxy.

use std::process::Command;

use anyhow::Result;

use crate::artifacts::{index_targets, run};

/// Lines for a sources.list; none lets mmdebstrap choose, for a host that is no Debian 12.
pub(super) fn sources() -> Result<Vec<String>> {
    index_targets("$(REPO_URI) $(RELEASE) $(COMPONENT)").map(|text| parse_sources(&text))
}

fn parse_sources(text: &str) -> Vec<String> {
    let words = text.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    let mut lines: Vec<String> = words
        .filter_map(|words| match words.as_slice() {
            [place, suite @ ("bookworm" | "bookworm-updates" | "bookworm-security"), "main"] => {
                Some(format!("deb {place} {suite} main"))
            }
            _ => None,
        })
        .collect();
    lines.sort();
    lines.dedup();
    // The updates alone are no release.
    if lines.iter().any(|line| line.ends_with(" bookworm main")) { lines } else { Vec::new() }
}

/// Proxies and certificates.
pub(super) fn options() -> Result<Vec<String>> {
    let text = run(Command::new("apt-config").args(["dump", "--no-empty", "Acquire"]))?;
    Ok(parse_options(&text))
}

fn parse_options(text: &str) -> Vec<String> {
    let chosen = text
        .lines()
        .filter(|line| line.starts_with("Acquire::http::") || line.starts_with("Acquire::https::"));
    chosen.map(|line| format!("--aptopt={line}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{parse_options, parse_sources};

    #[test]
    fn only_debians_own_suites_are_taken_and_each_once() {
        let text = "http://mirror/debian/ bookworm main\nhttp://mirror/debian/ bookworm main\n\
                    http://mirror/debian/ bookworm contrib\nhttp://other/ stable main\n\
                    http://mirror/security/ bookworm-security main\n";
        let expected = [
            "deb http://mirror/debian/ bookworm main",
            "deb http://mirror/security/ bookworm-security main",
        ];
        assert_eq!(parse_sources(text), expected);
        assert_eq!(parse_sources("http://mirror/ bookworm-updates main\n"), Vec::<String>::new());
    }

    #[test]
    fn proxies_and_certificates_carry_over() {
        let text = "Acquire \"\";\nAcquire::http::Proxy \"http://proxy:3128\";\n\
                    Acquire::Languages \"none\";\n";
        assert_eq!(parse_options(text), ["--aptopt=Acquire::http::Proxy \"http://proxy:3128\";"]);
    }
}
