//! `rekindle status`, `watch`, `hold`, `release` and `restart`, with the PID 1 that they ask.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use vm::machine::BOOT_LIMIT;
use vm::place::dist_program;
use vm::protocol::Ran;
use vm::{Init, Running, Scenario, Tree, Verdict};

/// The line of the entry, after the agent's.
const LINE: u64 = 2;

/// It does not let the machine go on to its last stage before the watcher has the line.
const INITTAB: &str = "::respawn:/bin/sleep 12345
::shutdown:/bin/sh -c 'until grep -q \"asked for by reboot\" /data/watched; do sleep 0.05; done'";

/// Somebody who may look once `look_group` is `lookers`.
fn add_users(tree: &mut Tree) {
    tree.text("/etc/passwd", "root::0:0:root:/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n");
    tree.text("/etc/group", "root:x:0:\nlookers:x:70:nobody\nnogroup:x:65534:\n");
    // A process that is called so serves the root's storage, and is sent no TERM: what it says last is sure
    // to come.
    tree.symlink("/sbin/@watch", "rekindle");
}

fn boot() -> Result<Running> {
    let scenario = Scenario::on_disk().inittab(INITTAB).command_line("rekindle.grace_ms=4321");
    let mut up = scenario.files(add_users).boot()?;
    up.await_in_guest("pidof sleep")?;
    Ok(up)
}

/// The state as programs are told it.
fn state(up: &mut Running) -> Result<Value> {
    serde_json::from_str(&up.shell("rekindle status --json")?).context("no JSON")
}

/// The entry on this line.
fn entry(up: &mut Running, line: u64) -> Result<Value> {
    let state = state(up)?;
    let mut entries = state["entries"].as_array().context("no entries")?.iter();
    let found = entries.find(|entry| entry["line"] == line);
    found.cloned().with_context(|| format!("no entry on line {line}: {state}"))
}

fn pid_of(up: &mut Running, comm: &str) -> Result<Value> {
    let processes = up.processes()?;
    Ok(json!(processes.named(comm).with_context(|| format!("no {comm} runs"))?.pid))
}

/// Runs it as the user nobody.
fn as_nobody(up: &mut Running, command: &str) -> Result<Ran> {
    up.run(&["/bin/busybox", "su", "nobody", "-s", "/bin/sh", "-c", command])
}

fn is_refused(ran: &Ran, reason: &str) -> Result<()> {
    let is_so = ran.status == Some(1) && ran.stdout.is_empty() && ran.stderr.contains(reason);
    ensure!(is_so && ran.stderr.lines().count() == 1, "not refused with {reason:?}: {ran:?}");
    Ok(())
}

fn tells_the_state(up: &mut Running) -> Result<()> {
    let state = state(up)?;
    ensure!(state["version"] == env!("CARGO_PKG_VERSION"), "{state}");
    for (field, value) in [("stage", "serving"), ("dialect", "busybox"), ("host", "machine")] {
        ensure!(state[field] == value, "{field} is not {value}: {state}");
    }
    let set = json!([{"key": "grace_ms", "value": "4321", "file": "/proc/cmdline", "line": null}]);
    ensure!(state["settings"] == set && state["end"].is_null(), "{state}");
    let agent = entry(up, 1)?;
    ensure!(agent["pid"] == pid_of(up, "vm-agent")?, "{agent}");
    ensure!(agent["action"] == "respawn" && agent["process"] == "/bin/vm-agent serve", "{agent}");
    let text = up.shell("rekindle status")?;
    let running = format!("respawn   running as {}", agent["pid"]);
    for part in ["stage: serving\n", "  grace_ms = 4321 (/proc/cmdline)\n", running.as_str()] {
        ensure!(text.contains(part), "no {part:?} in {text}");
    }
    Ok(())
}

fn steers_an_entry(up: &mut Running) -> Result<()> {
    let first = pid_of(up, "sleep")?;
    up.shell("rekindle restart sleep")?;
    up.await_in_guest(&format!("pidof sleep && [ $(pidof sleep) != {first} ]"))?;
    let second = pid_of(up, "sleep")?;
    up.shell(&format!("rekindle hold --line {LINE}"))?;
    let held = entry(up, LINE)?;
    ensure!(held["pid"] == second && held["held"] == true, "what runs does not go on: {held}");
    up.shell(&format!("kill {second}"))?;
    up.await_in_guest("! pidof sleep")?;
    // PID 1 takes notice of other ends meanwhile.
    up.make_orphans(10)?;
    up.await_no_zombies(std::time::Duration::from_secs(30))?;
    let held = entry(up, LINE)?;
    ensure!(held["pid"].is_null() && held["held"] == true, "it has come back: {held}");
    up.shell("rekindle release /bin/sleep")?;
    up.await_in_guest("pidof sleep")?;
    is_refused(&up.run(&["rekindle", "hold", "no-such"])?, "see 'rekindle status'")?;
    is_refused(&up.run(&["rekindle", "hold", "sh"])?, "it is not started again by itself")
}

fn tells_whom_it_may(up: &mut Running) -> Result<()> {
    is_refused(&as_nobody(up, "rekindle status")?, "(uid 65534) refused: only root may")?;
    up.write_file("/etc/rekindle.conf", "look_group = lookers\n")?;
    up.shell("kill -HUP 1")?;
    up.await_in_guest("su nobody -s /bin/sh -c 'rekindle status'")?;
    let told = as_nobody(up, "rekindle status")?;
    ensure!(told.stdout.contains("look_group = lookers (/etc/rekindle.conf:1)"), "{told:?}");
    is_refused(&as_nobody(up, "rekindle restart sleep")?, "(uid 65534) refused: only root may")
}

/// A new version takes over from under the connection of who watches.
fn goes_on_watching(up: &mut Running) -> Result<()> {
    up.shell("cp /sbin/init /sbin/next && mv /sbin/next /sbin/init && sync && kill -59 1")?;
    up.await_console("this version has taken over", BOOT_LIMIT)?;
    let line = "release of '/bin/sleep 12345'";
    up.await_in_guest(&format!("rekindle release sleep && grep -q \"{line}\" /data/watched"))?;
    let told = up.read_file("/data/watch-end")?;
    ensure!(told.ends_with("lines since then are missing; going on\n"), "{told}");
    let held = entry(up, LINE)?;
    ensure!(held["held"] == false, "{held}");
    Ok(())
}

#[test]
fn the_tool_shows_and_steers_the_pid_1_that_it_asks() -> Result<()> {
    let mut up = boot()?;
    tells_the_state(&mut up)?;
    steers_an_entry(&mut up)?;
    tells_whom_it_may(&mut up)?;
    up.shell("PATH=/sbin:$PATH setsid @watch watch >/data/watched 2>/data/watch-end </dev/null &")?;
    up.await_in_guest("rekindle hold sleep && [ -s /data/watched ]")?;
    goes_on_watching(&mut up)?;
    up.request("reboot")?
        .ends_with(Verdict::Reset)?
        .disk_clean()?
        .file_contains(
            "/data/watched",
            "hold of '/bin/sleep 12345' (line 2) asked for by rekindle[",
        )?
        .file_contains("/data/watched", "reboot (orderly) asked for by reboot[")?
        .file_contains("/data/watch-end", "rekindle: process 1 has become its last stage")?;
    Ok(())
}

#[test]
fn under_another_init_the_tool_says_which_and_what_to_type() -> Result<()> {
    let mut tree = Tree::new();
    tree.program("/sbin/rekindle", &dist_program("rekindle")?)?;
    let scenario = Scenario::on_disk().init(Init::BusyBox).files(|whole| whole.extend(tree));
    let mut up = scenario.boot()?;
    let unheard = "/run/rekindle/control: process 1 is busybox, which does not listen for that";
    is_refused(&up.run(&["rekindle", "status"])?, &format!("{unheard}; type 'ps'\n"))?;
    is_refused(&up.run(&["rekindle", "hold", "sh"])?, &format!("{unheard}\n"))?;
    up.request("reboot")?.ends_with(Verdict::Reset)?;
    Ok(())
}
