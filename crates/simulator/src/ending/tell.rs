//! Ops, as a log tells of them.

use rekindle_core::op::Op;

/// The op in a line: what is text is shown as text.
pub(super) fn render_op(op: &Op) -> String {
    let debug = format!("{op:?}");
    let mut rendered = String::new();
    let mut rest = debug.as_str();
    while let Some((before, list)) = rest.split_once('[') {
        let Some((numbers, after)) = list.split_once(']') else { break };
        rendered.push_str(before);
        match text_of(numbers) {
            Some(text) => rendered.push_str(&format!("{text:?}")),
            None => {
                rendered.push('[');
                rest = list;
                continue;
            }
        }
        rest = after;
    }
    rendered + rest
}

/// A list of numbers that are letters.
fn text_of(numbers: &str) -> Option<String> {
    let letters = numbers.split(", ").map(|number| number.parse::<u8>().ok());
    let text = String::from_utf8(letters.collect::<Option<Vec<u8>>>()?).ok()?;
    let is_letter = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\0');
    (text.len() > 1 || text == "/").then_some(text).filter(|text| text.chars().all(is_letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rekindle_core::op::{CensusOp, ReadOp, StorageOp};

    #[test]
    fn bytes_are_shown_as_text_and_numbers_as_numbers() {
        let op = Op::Storage(StorageOp::Unmount { target: b"/srv".to_vec() });
        assert_eq!(render_op(&op), "Storage(Unmount { target: \"/srv\" })");
        let op = Op::Read(ReadOp::Census(CensusOp::Closer { pids: vec![100, 1000] }));
        assert_eq!(render_op(&op), "Read(Census(Closer { pids: [100, 1000] }))");
    }
}
