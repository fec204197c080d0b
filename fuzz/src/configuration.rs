//! /etc/rekindle.conf: any bytes give a configuration, and a bad line costs only itself.

use rekindle_core::configuration::{
    KERNEL_LINE_PATH, Place, Problem, Reading, Reason, encode_file, parse_group_id,
};
use rekindle_core::errno::Errno;
use rekindle_core::op::{Outcome, Read};

const PATH: &[u8] = b"/etc/rekindle.conf";

/// Checks every property of the parsers on one text.
pub fn check_configuration(text: &[u8]) {
    let whole = read_file(text);
    check_problems(&whole);
    check_lines(text, &whole);
    check_values(&whole);
    check_kernel_line(text);
    check_look(text);
    check_groups(text);
}

fn read_file(text: &[u8]) -> Reading {
    let mut reading = Reading::default();
    reading.take_file(PATH, Ok(text));
    reading
}

/// Each is one line on the console, and the lines come in order.
fn check_problems(reading: &Reading) {
    let mut last = 0;
    for Problem { source, reason, .. } in &reading.problems {
        let Place::File { line, .. } = source.place() else { panic!("not of the file") };
        assert!(line > last || line == u16::MAX, "out of order: {line} behind {last}");
        assert!(matches!(reason, Reason::Line(_)), "{reason:?}");
        last = line;
    }
    for problem in &reading.problems {
        let said = problem.render(&reading.configuration.files);
        assert!(!said.contains(char::is_control), "more than a line: {said}");
    }
}

/// Without its bad lines the file says the same, and without any trouble.
fn check_lines(text: &[u8], whole: &Reading) {
    let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    if lines.len() >= usize::from(u16::MAX) {
        return;
    }
    for problem in &whole.problems {
        if let Place::File { line, .. } = problem.source.place() {
            lines[usize::from(line) - 1] = b"";
        }
    }
    let good = read_file(&lines.join(&b'\n'));
    assert_eq!(good.problems, [], "a line that was good is bad alone");
    assert_eq!(good.settings, whole.settings, "a bad line has changed another");
    assert_eq!(good.configuration, whole.configuration, "a bad line has changed another");
}

/// What is shown can be read, and means the same.
fn check_values(reading: &Reading) {
    let values = reading.configuration.values(&reading.settings);
    let set = values.iter().filter(|value| value.source.place() != Place::Default);
    let text: String = set.map(|value| format!("{} = {}\n", value.key, value.text)).collect();
    let again = read_file(text.as_bytes());
    assert_eq!(again.settings, reading.settings, "other limits: {text}");
    let shown = again.configuration.values(&again.settings);
    for (one, other) in values.iter().zip(shown).filter(|(one, _)| one.text.is_ascii()) {
        // A byte that could steer a terminal is shown by its number.
        assert!(one.text == other.text || one.text.contains('\\'), "{one:?}, {other:?}");
    }
}

/// It wins over every file, whatever those say.
fn check_kernel_line(text: &[u8]) {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut alone = Reading::default();
    alone.take_kernel_line(line);
    let mut over = read_file(text);
    over.take_kernel_line(line);
    let values = |reading: &Reading| reading.configuration.values(&reading.settings);
    for (alone, over) in values(&alone).into_iter().zip(values(&over)) {
        let is_given = alone.source.place() == Place::KernelLine;
        assert!(!is_given || alone == over, "a file has won: {alone:?}, {over:?}");
    }
}

/// What the look tells comes back, however much of it arrives; as a look it is any bytes.
fn check_look(text: &[u8]) {
    let mut told = Vec::new();
    encode_file(PATH, Ok(text), &mut told);
    encode_file(b"/folder", Err(Errno::EIO), &mut told);
    encode_file(KERNEL_LINE_PATH.as_bytes(), Ok(text), &mut told);
    let mut expected = read_file(text);
    expected.take_file(b"/folder", Err(Errno::EIO));
    expected.take_kernel_line(text);
    expected.take_groups(b"");
    let outcome = |bytes: &[u8], complete| Outcome::Read(Read { bytes: bytes.to_vec(), complete });
    assert_eq!(Reading::of_look(&outcome(&told, true)), expected, "lost on the way");
    let half = Reading::of_look(&outcome(&told[..told.len() / 2], false));
    assert!(half.unread().is_some(), "a look that was cut counts as whole");
    let any = Reading::of_look(&outcome(text, true));
    assert!(any.configuration.files.len() <= text.len() / 8, "files out of nothing");
}

/// A number comes from a line of that name.
fn check_groups(text: &[u8]) {
    for line in text.split(|byte| *byte == b'\n') {
        let fields: Vec<&[u8]> = line.split(|byte| *byte == b':').collect();
        let Some(number) = fields.first().and_then(|name| parse_group_id(text, name)) else {
            continue;
        };
        let is_it = |line: &[u8]| {
            let other: Vec<&[u8]> = line.split(|byte| *byte == b':').collect();
            let digits = other.get(2).and_then(|digits| std::str::from_utf8(digits).ok());
            other[0] == fields[0] && digits.and_then(|digits| digits.parse().ok()) == Some(number)
        };
        assert!(text.split(|byte| *byte == b'\n').any(is_it), "{number} out of nothing");
    }
}
