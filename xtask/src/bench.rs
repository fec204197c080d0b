//! Reboot times of several inits side by side: the same kernel, disk and load, in one run.

mod inittab;

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

#[derive(Debug, Clone, Copy)]
enum Contestant {
    /// The kernel's part alone: no process is asked, nothing is unmounted.
    Bare,
    Rekindle,
    BusyBox,
}

const CONTESTANTS: [(&str, Contestant); 3] = [
    ("reboot -f", Contestant::Bare),
    ("rekindle", Contestant::Rekindle),
    ("busybox", Contestant::BusyBox),
];

#[derive(Debug, Clone, Copy)]
struct Round {
    took: Duration,
    is_clean: bool,
    /// What the saving process wrote is there and complete; true where nothing is saved.
    is_saved: bool,
}

/// `cargo xtask bench [inittab | ROUNDS]`
pub(crate) fn bench(words: &[&str]) -> Result<()> {
    let rounds = match words {
        ["inittab"] => {
            print!("{}", inittab::render());
            return Ok(());
        }
        [] => DEFAULT_ROUNDS,
        [count] => count.parse().with_context(|| format!("{count:?} is no number of rounds"))?,
        _ => bail!("usage: cargo xtask bench [inittab | ROUNDS]"),
    };
    guest::prepare()?;
    step(&format!("{rounds} rounds each; the median counts"));
    let mut table = String::new();
    for (load_name, workload) in LOADS {
        let mut cells = Vec::new();
        for (name, contestant) in CONTESTANTS {
            let round = measure(contestant, workload, rounds)?;
            detail(&format!("{load_name}, {name}: {}", render_round(round)));
            cells.push(round);
        }
        table.push_str(&render_row(load_name, &cells));
    }
    println!("\nseconds from the request to the reset, and how many times a bare reboot -f");
    println!("{:<30}{:>26}{:>26}{:>26}", "", CONTESTANTS[0].0, CONTESTANTS[1].0, CONTESTANTS[2].0);
    print!("{table}\n{}", inittab::render());
    Ok(())
}

fn measure(contestant: Contestant, workload: Option<&str>, rounds: usize) -> Result<Round> {
    let mut all = (0..rounds.max(1))
        .map(|_| reboot_once(contestant, workload))
        .collect::<Result<Vec<_>>>()?;
    all.sort_by_key(|round| round.took);
    all.get(all.len() / 2).copied().context("no round was measured")
}

fn reboot_once(contestant: Contestant, workload: Option<&str>) -> Result<Round> {
    let (init, request) = match contestant {
        Contestant::Bare => (Init::BusyBox, "/bin/busybox reboot -f"),
        Contestant::BusyBox => (Init::BusyBox, "reboot"),
        Contestant::Rekindle => (Init::Rekindle, "reboot"),
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
    use super::{Round, render_row};
    use std::time::Duration;

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
