//! The console's text: bounded, and split into lines as they end.

/// Enough for a talkative boot many times over.
const KEPT_BYTES: usize = 1 << 20;

#[derive(Debug, Default)]
pub(super) struct Console {
    text: String,
    /// Bytes of a line that has not ended yet; they are part of `text` too.
    open_line: String,
}

impl Console {
    /// Takes what arrived and gives back the lines that it completed.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(bytes);
        self.text.push_str(&text);
        self.shorten();
        self.open_line.push_str(&text);
        let Some((complete, open)) = self.open_line.rsplit_once('\n') else {
            return Vec::new();
        };
        let lines = complete.lines().map(|line| line.trim_end_matches('\r').to_owned()).collect();
        self.open_line = open.to_owned();
        lines
    }

    fn shorten(&mut self) {
        if self.text.len() > 2 * KEPT_BYTES {
            let mut from = self.text.len() - KEPT_BYTES;
            while !self.text.is_char_boundary(from) {
                from += 1;
            }
            self.text.drain(..from);
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn last_lines(&self, count: usize) -> String {
        let lines: Vec<&str> = self.text.lines().collect();
        let from = lines.len().saturating_sub(count);
        lines.get(from..).unwrap_or_default().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::{Console, KEPT_BYTES};

    #[test]
    fn a_line_counts_once_it_has_ended() {
        let mut console = Console::default();
        assert!(console.push(b"one\r\ntw").len() == 1);
        assert_eq!(console.push(b"o\r\nthree"), ["two"]);
        assert_eq!(console.text(), "one\r\ntwo\r\nthree");
        assert_eq!(console.last_lines(2), "two\nthree");
    }

    #[test]
    fn an_endless_console_does_not_fill_the_host() {
        let mut console = Console::default();
        let chunk = "zeile mit ü\n".repeat(1000);
        for _ in 0..400 {
            console.push(chunk.as_bytes());
        }
        assert!(console.text().len() <= 2 * KEPT_BYTES);
        assert!(console.text().ends_with("mit ü\n"));
    }
}
