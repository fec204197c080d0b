//! The manual pages say what the code does.

use rekindle_core::configuration::{
    Configuration, FILE_PATH, FOLDER_PATH, GROUP_FILE_PATH, KERNEL_LINE_PATH, MOST_BYTES,
    MOST_FILES, Value,
};
use rekindle_core::control::EntryVerb;
use rekindle_core::hardware::{RESET_MODES, RESET_TYPES};
use rekindle_core::inittab::{Dialect, EntryAction, default_table};
use rekindle_core::request::Action;
use rekindle_core::request::options::render_help;
use rekindle_core::settings::Settings;
use rekindle_core::signal::{Meaning, meaning};
use std::path::Path;
use std::process::Command;

fn read_page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../man").join(name);
    std::fs::read_to_string(path).expect("the page is there")
}

/// The name of a signal in the page (signal(7), x86-64).
fn signal_name(number: u8) -> String {
    let named = [
        (1, "HUP"),
        (2, "INT"),
        (3, "QUIT"),
        (10, "USR1"),
        (12, "USR2"),
        (14, "ALRM"),
        (15, "TERM"),
        (18, "CONT"),
        (20, "TSTP"),
        (28, "WINCH"),
        (30, "PWR"),
    ];
    let found = named.iter().find(|(other, _)| *other == number);
    found.map_or_else(
        || format!("SIGRTMIN+{}", i32::from(number) - 34),
        |(_, name)| (*name).to_owned(),
    )
}

#[test]
fn every_key_stands_in_rekindle_conf_5_with_its_default_and_no_other() {
    let page = read_page("rekindle.conf.5");
    let values = Configuration::default().values(&Settings::default());
    for Value { key, text, .. } in &values {
        let default = if text.is_empty() { "none" } else { text };
        assert!(page.contains(&format!("\n.It Cm {key} Ta {default} Ta ")), "{key} {default}");
    }
    assert_eq!(page.matches("\n.It Cm ").count(), values.len());
}

#[test]
fn every_path_and_bound_of_the_configuration_stands_in_rekindle_conf_5() {
    let page = read_page("rekindle.conf.5");
    for path in [FILE_PATH, FOLDER_PATH, KERNEL_LINE_PATH, GROUP_FILE_PATH] {
        assert!(page.contains(path), "{path}");
    }
    assert!(page.contains(&format!("\n{MOST_BYTES} bytes")), "{MOST_BYTES}");
    assert!(page.contains(&format!("more than {MOST_FILES} files")), "{MOST_FILES}");
}

#[test]
fn every_signal_with_a_meaning_stands_in_init_8() {
    let page = read_page("init.8");
    let mut rows = 0;
    for number in 1..=64 {
        let meanings = Dialect::ALL.map(|dialect| meaning(number, dialect));
        if meanings.iter().any(|one| !matches!(one, Meaning::Nothing | Meaning::Child)) {
            let name = signal_name(number);
            assert!(page.contains(&format!("\n.It {name} Ta ")), "{name}");
            rows += 1;
        }
    }
    let section =
        page.split("\n.Sh ").find(|section| section.starts_with("SIGNALS")).expect("it is there");
    let header_row = 1;
    assert_eq!(section.matches("\n.It ").count(), rows + header_row);
}

#[test]
fn every_action_and_the_built_in_table_stand_in_inittab_5() {
    let page = read_page("inittab.5");
    for action in EntryAction::BUSYBOX.iter().chain(&EntryAction::SYSVINIT) {
        assert!(page.contains(&format!("\n.It Cm {}\n", action.name())), "{}", action.name());
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let rows: Vec<String> = default_table()
        .entries
        .iter()
        .map(|entry| {
            format!("{}::{}:{}\n", text(&entry.id), entry.action.name(), text(&entry.command))
        })
        .collect();
    assert!(page.contains(&format!(".Bd -literal -offset indent\n{}.Ed", rows.concat())));
}

/// What the program prints.
fn run(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_rekindle")).args(arguments).output();
    String::from_utf8(output.expect("the program can be started").stdout).expect("UTF-8")
}

/// The long options in a help text.
fn options_in(arguments: &[&str]) -> Vec<String> {
    let help = run(&[arguments, &["--help"]].concat());
    let lines = help.lines().filter_map(|line| line.trim_start().strip_prefix("--"));
    lines.filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn every_option_stands_in_rekindle_8() {
    let page = read_page("rekindle.8");
    let rows = [
        (&["kexec", "load"][..], 3),
        (&["kexec", "status"], 1),
        (&["check"], 3),
        (&["status"], 1),
        (&["watch"], 0),
        (&["hold"], 1),
        (&["release"], 1),
        (&["restart"], 1),
    ];
    for (command, count) in rows {
        let options = options_in(command);
        assert_eq!(options.len(), count, "{options:?}");
        for option in options {
            assert!(page.contains(&format!("Fl -{option}")), "{option}");
        }
    }
}

#[test]
fn every_command_stands_in_rekindle_8_and_the_help() {
    let page = read_page("rekindle.8");
    let help = run(&["--help"]);
    for verb in EntryVerb::ALL {
        assert!(page.contains(&format!("\n.It Cm {} Ar entry\n", verb.name())), "{verb:?}");
        assert!(help.contains(&format!("\n  {} ", verb.name())), "{verb:?}");
    }
    for command in ["status", "watch", "kexec", "check"] {
        assert!(page.contains(&format!("\n.It Cm {command}")), "{command}");
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
    }
    assert!(page.contains(&format!("\n.It Pa {}\n", rekindle_core::control::PATH)));
}

#[test]
fn every_long_option_reset_type_and_mode_stands_in_reboot_8() {
    let page = read_page("reboot.8");
    let help = render_help(Action::Reboot);
    let lines = help.lines().filter_map(|line| line.trim_start().strip_prefix("--"));
    let options: Vec<&str> = lines.filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(options, ["reset-type", "reset-mode", "hardware", "help"]);
    for option in options {
        assert!(page.contains(&format!("\n.It Fl -{option}")), "{option}");
    }
    for name in RESET_TYPES.iter().chain(&RESET_MODES) {
        assert!(help.contains(name), "{name} in the help");
        assert!(page.contains(&format!("\n.Cm {name}")), "{name} in the page");
    }
}
