//! What holds for every configuration: a bad line costs only itself, and the kernel's line wins.
//!
//! `cargo xtask fuzz` searches for inputs that these miss.

use proptest::prelude::{Strategy, prop, prop_assert_eq, prop_oneof, proptest};
use rekindle_core::configuration::Reading;
use rekindle_core::settings::Settings;

/// A line, and the limit that it sets, if it does.
#[derive(Clone, Debug)]
struct Line {
    text: String,
    sets: Option<(&'static str, u64)>,
}

fn good() -> impl Strategy<Value = Line> {
    let names = Settings::default().named().map(|(name, _)| name);
    let fields = (prop::sample::select(names.to_vec()), "[ \t]{0,2}", 0..u64::MAX);
    fields.prop_map(|(name, blanks, value)| Line {
        text: format!("{blanks}{name}{blanks}={blanks}{value}{blanks}"),
        sets: Some((name, value)),
    })
}

/// Another key, no number, no `=`, or a comment.
fn bad() -> impl Strategy<Value = Line> {
    let texts = prop_oneof![
        "[^\n=]{0,40}",
        "[a-z]{1,9}_mss = [0-9]{1,4}",
        "grace_ms = [0-9]{0,3}[^0-9\n ][^\n]{0,9}x",
        "#[ ]?kill_ms = [0-9]{1,4}",
    ];
    texts.prop_map(|text| Line { text, sets: None })
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    prop::collection::vec(prop_oneof![good(), bad()], 0..40)
}

/// What the lines say, the last of each key.
fn expected(lines: &[Line]) -> Vec<(&'static str, u64)> {
    let last = |name| lines.iter().rev().filter_map(|line| line.sets).find(|(key, _)| *key == name);
    let defaults = Settings::default().named();
    defaults.map(|default| last(default.0).unwrap_or(default)).to_vec()
}

proptest! {
    #[test]
    fn a_bad_line_costs_only_itself_and_the_kernels_line_wins(
        lines in lines(),
        split in 0..40usize,
        value in 0..9u64,
    ) {
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        let (first, second) = texts.split_at(split.min(texts.len()));
        let mut reading = Reading::default();
        reading.take_file(b"/a", Ok(first.join("\n").as_bytes()));
        reading.take_file(b"/b", Ok(second.join("\r\n").as_bytes()));
        prop_assert_eq!(reading.settings.named().to_vec(), expected(&lines));
        reading.take_kernel_line(format!("quiet rekindle.kill_ms={value} ro").as_bytes());
        let over = Line { text: String::new(), sets: Some(("kill_ms", value)) };
        let expected = expected(&[lines, vec![over]].concat());
        prop_assert_eq!(reading.settings.named().to_vec(), expected);
    }
}
