//! Reboot times of several inits side by side: the same kernel, disk and load, in one run.

mod inittab;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use vm::scenario::END_LIMIT;
use vm::system::AGENT_LINE;
use vm::{Init, Scenario};

use crate::guest;
use crate::progress::{detail, step};

const SAVER: &str = "save-on-term 0.3 /data/saved";

const DEFAULT_ROUNDS: usize = 3;

/// Name, and the workload of `vm-agent load` it stands for.
const LOADS: [(&str, Option<&str>); 4] = [
    ("nothing to stop", None),
    ("200 processes", Some("default 200")),
    ("one that ignores TERM", Some("ignore-term")),
    ("one that needs 0.3 s to save", Some(SAVER)),
];

#[derive(Debug, Clone)]
enum Contestant {
    /// The kernel's part alone: no process is asked, nothing is unmounted.
    Bare,
    Rekindle,
    BusyBox,
    /// Another `init` of ours: an earlier one, to be measured against.
    Other(PathBuf),
}

impl Contestant {
    fn name(&self) -> &'static str {
        match self {
            Contestant::Bare => "reboot -f",
            Contestant::Rekindle => "rekindle",
            Contestant::BusyBox => "busybox",
            Contestant::Other(_) => "against",
        }
    }
}

/// What the command line asks for.
#[derive(Debug)]
struct Plan {
    rounds: usize,
    contestants: Vec<Contestant>,
}

#[derive(Debug, Clone, Copy)]
struct Round {
    took: Duration,
    is_clean: bool,
    /// What the saving process wrote is there and complete; true where nothing is saved.
    is_saved: bool,
}

const USAGE: &str = "usage: cargo xtask bench [inittab | [--against INIT] [ROUNDS]]";

/// `cargo xtask bench [inittab | [--against INIT] [ROUNDS]]`
pub(crate) fn bench(words: &[&str]) -> Result<()> {
    if words == ["inittab"] {
        print!("{}", inittab::render());
        return Ok(());
    }
    let Plan { rounds, contestants } = parse_plan(words)?;
    guest::prepare()?;
    step(&format!("{rounds} rounds, in turn; the median counts"));
    let mut table = String::new();
    for (load_name, workload) in LOADS {
        let cells = measure(&contestants, workload, rounds)?;
        for (contestant, round) in contestants.iter().zip(&cells) {
            detail(&format!("{load_name}, {}: {}", contestant.name(), render_round(*round)));
        }
        table.push_str(&render_row(load_name, &cells));
    }
    println!("\nseconds from the request to the reset, and how many times a bare reboot -f");
    let names = contestants.iter().map(|contestant| format!("{:>26}", contestant.name()));
    println!("{:<30}{}", "", names.collect::<String>());
    print!("{table}\n{}", inittab::render());
    Ok(())
}

fn parse_plan(words: &[&str]) -> Result<Plan> {
    let mut contestants = vec![Contestant::Bare, Contestant::Rekindle, Contestant::BusyBox];
    let count = match words {
        ["--against", init, rest @ ..] => {
            contestants.push(Contestant::Other(PathBuf::from(init)));
            rest
        }
        rest => rest,
    };
    let rounds = match count {
        [] => DEFAULT_ROUNDS,
        [count] => count.parse().with_context(|| format!("{count:?} is no number of rounds"))?,
        _ => bail!("{USAGE}"),
    };
    Ok(Plan { rounds, contestants })
}

/// Each round has all of them one after the other, so that what else the host does meets all alike.
fn measure(
    contestants: &[Contestant],
    workload: Option<&str>,
    rounds: usize,
) -> Result<Vec<Round>> {
    let mut all = vec![Vec::new(); contestants.len()];
    for _ in 0..rounds.max(1) {
        for (contestant, measured) in contestants.iter().zip(&mut all) {
            measured.push(reboot_once(contestant, workload)?);
        }
    }
    all.into_iter().map(median).collect()
}

fn median(mut rounds: Vec<Round>) -> Result<Round> {
    rounds.sort_by_key(|round| round.took);
    rounds.get(rounds.len() / 2).copied().context("no round was measured")
}

fn reboot_once(contestant: &Contestant, workload: Option<&str>) -> Result<Round> {
    let (init, request) = match contestant {
        Contestant::Bare => (Init::BusyBox, "/bin/busybox reboot -f"),
        Contestant::BusyBox => (Init::BusyBox, "reboot"),
        Contestant::Rekindle => (Init::Rekindle, "reboot"),
        Contestant::Other(init) => (Init::Program(init.clone()), "reboot"),
    };
    let mut scenario = Scenario::on_disk().init(init).whole_inittab(AGENT_LINE);
    if let Some(workload) = workload {
        scenario = scenario.load("load", workload);
    }
    let ended = scenario.boot()?.request(request)?.ends_within(END_LIMIT, vm::Verdict::Reset)?;
    let is_clean = ended.root_disk().examine()?.is_clean();
    let saved = ended.root_disk().read_text("/data/saved").unwrap_or_default();
    let is_saved = workload != Some(SAVER) || saved.ends_with("saved\n");
    Ok(Round { took: ended.took, is_clean, is_saved })
}

fn render_round(round: Round) -> String {
    let dirty = if round.is_clean { "" } else { " dirty" };
    let lost = if round.is_saved { "" } else { " lost" };
    format!("{:.2} s{dirty}{lost}", round.took.as_secs_f64())
}

fn render_row(name: &str, rounds: &[Round]) -> String {
    let bare_seconds = rounds.first().map_or(1.0, |bare| bare.took.as_secs_f64());
    let mut row = format!("{name:<30}");
    for round in rounds {
        let ratio = round.took.as_secs_f64() / bare_seconds;
        row.push_str(&format!("{:>26}", format!("{} ({ratio:.1}x)", render_round(*round))));
    }
    row.push('\n');
    row
}

#[cfg(test)]
mod tests {
    use super::{Contestant, Round, parse_plan, render_row};
    use std::time::Duration;

    #[test]
    fn another_init_can_be_measured_against() {
        let plan = parse_plan(&["--against", "/old/init", "9"]).unwrap();
        assert_eq!((plan.rounds, plan.contestants.len()), (9, 4));
        let Some(Contestant::Other(init)) = plan.contestants.last() else { panic!("{plan:?}") };
        assert_eq!(init.to_str(), Some("/old/init"));
        assert_eq!(parse_plan(&[]).unwrap().contestants.len(), 3);
        assert!(parse_plan(&["--against"]).is_err() && parse_plan(&["3", "4"]).is_err());
    }

    #[test]
    fn a_row_relates_all_to_the_first() {
        let round = |seconds, is_clean| Round {
            took: Duration::from_secs_f64(seconds),
            is_clean,
            is_saved: is_clean,
        };
        let row = render_row("x", &[round(0.25, false), round(0.5, true)]);
        let words: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(words, ["x", "0.25", "s", "dirty", "lost", "(1.0x)", "0.50", "s", "(2.0x)"]);
    }
}
