//! QEMU's control socket: one JSON object a line (docs/interop/qmp-spec in QEMU's tree).

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// Asked of the emulator itself, which answers at once unless it hangs.
const REPLY_LIMIT: Duration = Duration::from_secs(20);

/// What a command came to, or why QEMU refused it.
type Reply = Result<Value, String>;

#[derive(Debug, Clone, PartialEq)]
enum Message {
    Greeting,
    Event(Event),
    Reply(Reply),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    pub(crate) name: String,
    /// SHUTDOWN and RESET carry one.
    pub(crate) reason: Option<String>,
}

fn parse_message(line: &str) -> Result<Message> {
    let value: Value =
        serde_json::from_str(line).with_context(|| format!("QMP said no JSON: {line}"))?;
    if value.get("QMP").is_some() {
        return Ok(Message::Greeting);
    }
    if let Some(name) = value.get("event").and_then(Value::as_str) {
        let reason = value.pointer("/data/reason").and_then(Value::as_str).map(str::to_owned);
        return Ok(Message::Event(Event { name: name.to_owned(), reason }));
    }
    if let Some(answer) = value.get("return") {
        return Ok(Message::Reply(Ok(answer.clone())));
    }
    match value.pointer("/error/desc").and_then(Value::as_str) {
        Some(description) => Ok(Message::Reply(Err(description.to_owned()))),
        None => bail!("QMP said something unknown: {line}"),
    }
}

/// The writing half, and the replies that the reading thread passes on.
#[derive(Debug)]
pub(crate) struct Client {
    stream: UnixStream,
    replies: Receiver<Reply>,
}

impl Client {
    /// Leaves the negotiation that every connection begins in. `tell` gets each event, in a thread
    /// of its own that ends with the connection, or once it says that nobody listens (`None`).
    pub(crate) fn start(
        stream: UnixStream,
        tell: impl FnMut(Event) -> Option<()> + Send + 'static,
    ) -> Result<Client> {
        let reading = stream.try_clone().context("unable to duplicate a socket")?;
        let (sender, replies) = channel();
        thread::spawn(move || listen(reading, tell, &sender));
        let mut client = Client { stream, replies };
        client.execute("qmp_capabilities", &json!({}))?;
        Ok(client)
    }

    pub(crate) fn execute(&mut self, command: &str, arguments: &Value) -> Result<Value> {
        let line = format!("{}\n", json!({ "execute": command, "arguments": arguments }));
        self.stream
            .write_all(line.as_bytes())
            .with_context(|| format!("unable to send {command} to QEMU"))?;
        let reply = self.replies.recv_timeout(REPLY_LIMIT);
        let reply = reply.with_context(|| format!("QEMU did not answer {command}"))?;
        reply.map_err(|reason| anyhow::anyhow!("QEMU refused {command}: {reason}"))
    }

    /// Runs a line of QEMU's monitor for people; some facts are told only there.
    pub(crate) fn monitor(&mut self, line: &str) -> Result<String> {
        let reply = self.execute("human-monitor-command", &json!({ "command-line": line }))?;
        Ok(reply.as_str().unwrap_or_default().to_owned())
    }
}

fn listen(
    stream: UnixStream,
    mut tell: impl FnMut(Event) -> Option<()>,
    replies: &Sender<Reply>,
) -> Option<()> {
    for line in BufReader::new(stream).lines() {
        match parse_message(&line.ok()?).ok()? {
            Message::Greeting => {}
            Message::Event(event) => tell(event)?,
            Message::Reply(reply) => replies.send(reply).ok()?,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Event, Message, parse_message};
    use serde_json::json;

    #[test]
    fn the_four_kinds_of_message_are_told_apart() {
        let greeting = r#"{"QMP": {"version": {"qemu": {"micro": 22}}, "capabilities": []}}"#;
        assert_eq!(parse_message(greeting).unwrap(), Message::Greeting);
        assert_eq!(
            parse_message(r#"{"return": {"a": 1}}"#).unwrap(),
            Message::Reply(Ok(json!({ "a": 1 })))
        );
        let error = r#"{"error": {"class": "GenericError", "desc": "no"}}"#;
        assert_eq!(parse_message(error).unwrap(), Message::Reply(Err("no".to_owned())));
        let event = r#"{"event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-reset"}}"#;
        let expected =
            Event { name: "SHUTDOWN".to_owned(), reason: Some("guest-reset".to_owned()) };
        assert_eq!(parse_message(event).unwrap(), Message::Event(expected));
    }

    #[test]
    fn an_event_without_data_has_no_reason() {
        let expected = Event { name: "STOP".to_owned(), reason: None };
        assert_eq!(parse_message(r#"{"event": "STOP"}"#).unwrap(), Message::Event(expected));
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(parse_message("{").is_err());
        assert!(parse_message("{}").is_err());
    }
}
