//! Kernels newer than the host's own Debian has, from the backports of Debian 13. apt is given
//! lists and sources of its own: what the host has set up stays as it is, but for its mirror
//! and its proxies, which are used.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::package::{index_targets, run};

const SUITE: &str = "trixie-backports";
const FLAVOUR: &str = "-cloud-amd64";

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Downloads the newest package whose name begins so, and gives its name.
pub(super) fn download_newest(
    beginning: &str,
    folder: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<String> {
    let apt = Apt::set_up(&folder.join("apt"))?;
    progress(&format!("reading the package list of {SUITE}"));
    run(apt.command("apt-get").args(["update", "-q"]))?;
    let names = run(apt.command("apt-cache").args(["pkgnames", beginning]))?;
    let package = newest(&names, beginning)
        .with_context(|| format!("no {beginning}*{FLAVOUR} in {SUITE}"))?;
    progress(&format!("fetching {package}"));
    // apt compares the archive with the sum in the signed list.
    run(apt.command("apt-get").args(["download", "-q", package]).current_dir(folder))?;
    Ok(package.to_owned())
}

/// The name with the highest number after its beginning.
fn newest<'a>(names: &'a str, beginning: &str) -> Option<&'a str> {
    let number = |name: &str| -> Option<u32> {
        let rest = name.strip_prefix(beginning)?.strip_suffix(FLAVOUR)?;
        rest.split('+').next()?.parse().ok()
    };
    let numbered = names.lines().filter_map(|name| Some((number(name)?, name)));
    numbered.max().map(|(_, name)| name)
}

struct Apt {
    options: Vec<String>,
}

impl Apt {
    fn set_up(folder: &Path) -> Result<Apt> {
        for part in ["lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(folder.join(part)).context("unable to make folders for apt")?;
        }
        let line = format!("deb [signed-by={KEYRING}] {} {SUITE} main\n", mirror()?);
        fs::write(folder.join("sources.list"), line).context("unable to write sources for apt")?;
        fs::write(folder.join("status"), "").context("unable to write a status for apt")?;
        let path = |name: &str| folder.join(name).display().to_string();
        let settings = [
            ("Dir::State", path("")),
            ("Dir::State::lists", path("lists")),
            ("Dir::State::status", path("status")),
            ("Dir::Cache", path("cache")),
            ("Dir::Etc::sourcelist", path("sources.list")),
            ("Dir::Etc::sourceparts", "/dev/null".to_owned()),
            ("Acquire::Languages", "none".to_owned()),
            ("APT::Sandbox::User", "root".to_owned()),
        ];
        let render = |(name, value): (&str, String)| ["-o".to_owned(), format!("{name}={value}")];
        Ok(Apt { options: settings.into_iter().flat_map(render).collect() })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.args(&self.options);
        command
    }
}

/// Where this host gets Debian's own suites from.
fn mirror() -> Result<String> {
    let text = index_targets("$(REPO_URI) $(ORIGIN) $(COMPONENT) $(SUITE)")?;
    let place = text.lines().find_map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
        [place, "Debian", "main", suite] if !suite.contains("security") => Some(place.to_owned()),
        _ => None,
    });
    place.context("apt on this host knows no mirror of Debian to fetch a newer kernel from")
}

#[cfg(test)]
mod tests {
    use super::newest;

    #[test]
    fn the_highest_number_is_the_newest() {
        let names = "linux-binary-7.1.8+deb13-cloud-amd64\nlinux-binary-7.1.13+deb13-cloud-amd64\n\
                     linux-binary-7.1.14+deb13-amd64\nlinux-binary-7.1.7+deb13-cloud-amd64\n";
        let newest = newest(names, "linux-binary-7.1.");
        assert_eq!(newest, Some("linux-binary-7.1.13+deb13-cloud-amd64"));
    }
}
