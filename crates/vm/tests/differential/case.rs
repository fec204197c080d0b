//! A case: an inittab, what is done to it, and, where a row of init(8)'s table of differences is at
//! work, what each init makes of it.
//!
//! Cases are kept in `cases/*.txt`:
//!
//! ```text
//! = name of the case
//! differs: key-of-a-row           # only where the two differ
//! terminals: tty2 ttyS0           # below /dev; the console is always there
//! quick: /bin/flap 2              # ends at once so many times, then stays
//! stays: /bin/daemon              # respawn and askfirst entries stay without being asked
//! inittab:
//! | ::sysinit:/bin/first
//! steps:
//! | await /bin/first
//! ```
//!
//! `unordered` on a line of its own: several run at once, and their order says nothing; `race for the
//! terminal`: nor does which of them comes to control it. `machine: WORDS` before the first case goes to
//! the kernel of the file's machine.
//!
//! Every absolute path in an inittab becomes a program that reports what it found itself to be,
//! except real ones (`/bin/sh`, `/bin/stty`, ...). A section's lines begin with `| `; `␍` stands for
//! a carriage return and `␠` for a blank at the end of a line. `steps`, `trace` and `console` may be
//! for one init alone: `steps busybox:`. `trace` lists what ran where the inits differ, `console` how
//! often a text has to be on the console (`=1 TEXT`, `>3 TEXT`), `pauses` the milliseconds before a
//! restart: `7 >3900 /bin/flap` for the seventh.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;
use std::str::Lines;

use anyhow::{Context, Result, bail, ensure};
use vm::cell::{Script, Step};

use crate::step::parse_step;

/// What an inittab's commands find to be what they say, not a reporting program.
const REAL: [&str; 9] = [
    "/bin/sh",
    "/bin/stty",
    "/bin/echo",
    "/bin/grep",
    "/bin/kill",
    "/bin/ln",
    "/bin/mv",
    "/bin/rm",
    "/bin/cat",
];

/// Where the paths of inittabs name no program.
const NO_PROGRAMS: [&str; 4] = ["dev", "proc", "sys", "tmp"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    BusyBox,
    Rekindle,
}

impl Side {
    pub(crate) const BOTH: [Side; 2] = [Side::BusyBox, Side::Rekindle];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Side::BusyBox => "busybox",
            Side::Rekindle => "rekindle",
        }
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// Rows of the table of differences, by key.
    pub(crate) differs: Vec<String>,
    /// Order of fork(2) says nothing here: several run at once.
    pub(crate) is_unordered: bool,
    /// Several open one terminal at once: which of them it comes to control says nothing.
    pub(crate) is_race_for_terminal: bool,
    words: BTreeMap<String, Vec<String>>,
    sections: BTreeMap<String, Vec<String>>,
}

/// The cases of a file, and the words that its machine's kernel gets.
pub(crate) fn parse_cases(text: &str) -> Result<(Vec<Case>, String)> {
    let mut lines = text.lines().peekable();
    let (mut cases, mut machine) = (Vec::new(), String::new());
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("= ") {
            cases.push(parse_case(name, &mut lines).with_context(|| format!("case {name}"))?);
        } else if let Some(words) = line.strip_prefix("machine: ") {
            machine = words.to_owned();
        } else {
            ensure!(line.is_empty() || line.starts_with('#'), "outside any case: {line}");
        }
    }
    Ok((cases, machine))
}

fn parse_case(name: &str, lines: &mut Peekable<Lines<'_>>) -> Result<Case> {
    let mut case = Case::named(name);
    while let Some(line) = lines.next_if(|line| !line.starts_with("= ")) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line == "unordered" {
            case.is_unordered = true;
        } else if line == "race for the terminal" {
            case.is_race_for_terminal = true;
        } else if let Some(section) = line.strip_suffix(':') {
            case.sections.insert(section.to_owned(), read_section(lines));
        } else {
            let (key, words) =
                line.split_once(": ").with_context(|| format!("what is {line:?}?"))?;
            let words = words.split(' ').map(str::to_owned);
            case.words.entry(key.to_owned()).or_default().extend(words);
        }
    }
    case.differs = case.words.remove("differs").unwrap_or_default();
    case.check()?;
    Ok(case)
}

fn read_section(lines: &mut Peekable<Lines<'_>>) -> Vec<String> {
    let mut section = Vec::new();
    while let Some(line) = lines.next_if(|line| line.starts_with('|')) {
        let text = line.strip_prefix("| ").unwrap_or("");
        section.push(text.replace('␍', "\r").replace('␠', " "));
    }
    section
}

impl Case {
    /// One that has only a name, for what is not run in a cell.
    pub(crate) fn named(name: &str) -> Case {
        Case { name: name.to_owned(), ..Case::default() }
    }

    fn check(&self) -> Result<()> {
        const WORDS: [&str; 8] =
            ["terminals", "quick", "stays", "absent", "programs", "init", "argv", "environment"];
        const SECTIONS: [&str; 6] = ["inittab", "steps", "trace", "console", "pauses", "file"];
        if let Some(unknown) = self.words.keys().find(|key| !WORDS.contains(&key.as_str())) {
            bail!("no header is called {unknown}");
        }
        let kind = |name: &str| name.split(' ').next().unwrap_or_default().to_owned();
        if let Some(unknown) =
            self.sections.keys().find(|name| !SECTIONS.contains(&kind(name).as_str()))
        {
            bail!("no section is called {unknown}");
        }
        for side in Side::BOTH {
            ensure!(!self.section("steps", side).is_empty(), "no steps for {}", side.name());
            let proofs = ["trace", "console", "pauses"];
            let is_proven = proofs.iter().any(|name| !self.section(name, side).is_empty());
            ensure!(is_proven != self.differs.is_empty(), "a trace is given where they differ");
        }
        Ok(())
    }

    /// Whether they differ in what runs, not only in what they say.
    pub(crate) fn has_trace(&self) -> bool {
        Side::BOTH.iter().all(|side| !self.section("trace", *side).is_empty())
    }

    /// How many inittabs it runs.
    pub(crate) fn count_inittabs(&self) -> usize {
        self.sections.keys().filter(|name| name.starts_with("inittab")).count()
    }

    pub(crate) fn section(&self, name: &str, side: Side) -> &[String] {
        let own = self.sections.get(&format!("{name} {}", side.name()));
        own.or_else(|| self.sections.get(name)).map_or(&[], Vec::as_slice)
    }

    fn header(&self, name: &str) -> Vec<String> {
        self.words.get(name).cloned().unwrap_or_default()
    }

    fn inittabs(&self) -> impl Iterator<Item = &[String]> {
        let all = self.sections.iter().filter(|(name, _)| name.starts_with("inittab"));
        all.map(|(_, lines)| lines.as_slice())
    }

    /// The text of `inittab NAME`.
    pub(crate) fn inittab(&self, name: &str) -> Result<String> {
        let lines = self.sections.get(format!("inittab {name}").trim());
        Ok(joined(lines.with_context(|| format!("no inittab is called {name:?}"))?))
    }

    pub(crate) fn script(&self, side: Side) -> Result<Script> {
        let init = match side {
            Side::BusyBox => "busybox",
            Side::Rekindle => "init",
        };
        let kernel_environment = [("HOME", "/"), ("TERM", "linux")];
        let mut environment =
            kernel_environment.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        for pair in self.header("environment") {
            let (name, value) = pair.split_once('=').context("environment: NAME=value")?;
            environment.retain(|(other, _)| other != name);
            environment.push((name.to_owned(), value.to_owned()));
        }
        let steps = self.section("steps", side).iter();
        let steps: Vec<Step> = steps.map(|line| parse_step(self, line)).collect::<Result<_>>()?;
        Ok(Script {
            name: format!("{} / {}", self.name, side.name()),
            init: init.to_owned(),
            arguments: self.header("argv"),
            environment,
            files: self.files()?,
            programs: self.programs(),
            init_names: self.header("init"),
            terminals: self.header("terminals"),
            quick: self.quick()?,
            steps,
        })
    }

    fn files(&self) -> Result<Vec<(String, String)>> {
        let mut files = Vec::new();
        for (name, lines) in &self.sections {
            if let Some(path) = name.strip_prefix("file ") {
                files.push((path.to_owned(), joined(lines)));
            }
        }
        if self.sections.contains_key("inittab") {
            files.push(("/etc/inittab".to_owned(), self.inittab("")?));
        }
        Ok(files)
    }

    fn programs(&self) -> Vec<String> {
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || "/._-+".contains(letter);
        let lines = self.inittabs().flatten();
        let words = lines.flat_map(|line| line.split(move |letter| !is_name(letter)));
        let mut programs: BTreeSet<String> = words
            .map(|word| word.trim_start_matches('-'))
            .filter(|word| word.starts_with('/') && !word.ends_with('/'))
            .filter(|word| !NO_PROGRAMS.contains(&word.split('/').nth(1).unwrap_or("")))
            .map(str::to_owned)
            .collect();
        programs.extend(self.header("programs"));
        let left_out = [self.header("absent"), self.header("init")].concat();
        programs.retain(|path| {
            !REAL.contains(&path.as_str())
                && !left_out.contains(path)
                && path != "/sbin/init"
                && !self.sections.contains_key(&format!("file {path}"))
        });
        programs.into_iter().collect()
    }

    /// Who stays: what respawn and askfirst entries name first, and who is named.
    fn quick(&self) -> Result<BTreeMap<String, u32>> {
        let mut quick = BTreeMap::from([(vm::cell::LOGIN_SHELL.to_owned(), 0)]);
        for line in self.inittabs().flatten() {
            let fields: Vec<&str> = line.splitn(4, ':').collect();
            if let [_, _, "respawn" | "askfirst", command] = fields.as_slice() {
                let name = command.trim_start_matches([' ', '-']).split([' ', '\t']).next();
                quick.insert(name.unwrap_or_default().to_owned(), 0);
            }
        }
        quick.extend(self.header("stays").into_iter().map(|name| (name, 0)));
        for pair in self.header("quick").chunks(2) {
            let [name, times] = pair else { bail!("quick: NAME TIMES ...") };
            quick.insert(name.clone(), times.parse().context("quick: NAME TIMES")?);
        }
        Ok(quick)
    }
}

fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}
