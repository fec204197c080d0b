//! Lines of an account and refusals: any bytes, and what is understood means the same when it is told
//! again.

use rekindle_core::account::{Account, Line};
use rekindle_core::json::Object;
use rekindle_core::request::Refusal;

/// Checks every property of what is told, line by line.
pub fn check_account(text: &[u8]) {
    let lines = || text.split(|byte| *byte == b'\n');
    for line in lines() {
        check_object(line);
        check_line(line);
        check_refusal(line);
    }
    check_whole(&Account::from_lines(lines()));
}

/// Nothing grows beyond what was read.
fn check_object(text: &[u8]) {
    let Ok(object) = Object::parse(text) else { return };
    for name in ["event", "what", "by_comm"] {
        let length = object.text(name).map_or(0, str::len);
        assert!(length <= text.len(), "a text of {length} bytes out of {}", text.len());
    }
}

fn check_line(text: &[u8]) {
    let Ok(line) = Line::parse(text) else { return };
    let told = line.to_string();
    assert!(!told.contains(is_ascii_control), "more than a line, or steers a terminal: {told}");
    assert_eq!(Line::parse(told.as_bytes()).as_ref(), Ok(&line), "not read back: {told}");
}

fn check_refusal(text: &[u8]) {
    let Ok(refusal) = Refusal::parse(text) else { return };
    let told = refusal.render();
    assert!(!told.contains(is_ascii_control), "more than a line, or steers a terminal: {told}");
    assert_eq!(Refusal::parse(told.as_bytes()).as_ref(), Ok(&refusal), "not read back: {told}");
}

fn is_ascii_control(letter: char) -> bool {
    letter.is_ascii_control()
}

/// What an account was read as, it is read as once more.
fn check_whole(account: &Account) {
    let text = account.render();
    let again = Account::from_lines(text.as_bytes().split(|byte| *byte == b'\n'));
    assert_eq!(again, *account, "another account:\n{text}");
}
