//! PID 1's account of a shutdown: one JSON object a line. Unknown events and missing fields
//! are no error: the account grows with the product.

use serde::Deserialize;

#[derive(Debug, Default, PartialEq)]
pub(super) struct Record {
    pub(super) requests: Vec<Request>,
    pub(super) phases: Vec<Phase>,
    pub(super) processes: Vec<Process>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Request {
    pub(super) action: String,
    pub(super) by_pid: Option<i32>,
    pub(super) by_uid: Option<u32>,
    pub(super) by_comm: Option<String>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Phase {
    pub(super) name: String,
    pub(super) started_ms: Option<u64>,
    pub(super) took_ms: Option<u64>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Process {
    pub(super) pid: i32,
    pub(super) comm: String,
    pub(super) fate: String,
    pub(super) took_ms: Option<u64>,
}

#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event {
    Request(Request),
    Phase(Phase),
    Process(Process),
    #[serde(other)]
    Other,
}

pub(super) fn parse_record(text: &str) -> Record {
    let mut record = Record::default();
    for event in text.lines().filter_map(|line| serde_json::from_str(line).ok()) {
        match event {
            Event::Request(request) => record.requests.push(request),
            Event::Phase(phase) => record.phases.push(phase),
            Event::Process(process) => record.processes.push(process),
            Event::Other => {}
        }
    }
    record
}

#[cfg(test)]
mod tests {
    use super::parse_record;

    #[test]
    fn known_events_are_taken_and_others_are_passed_over() {
        let record = parse_record(concat!(
            r#"{"event":"request","action":"kexec","by_pid":7,"by_uid":0,"by_comm":"reboot"}"#,
            "\n",
            r#"{"event":"weather","sun":true}"#,
            "\n",
            r#"{"event":"phase","name":"term","took_ms":12,"new":1}"#,
            "\n",
            r#"{"event":"process","pid":9,"comm":"a","fate":"exited"}"#,
            "\nhalf a li",
        ));
        assert_eq!(record.requests[0].by_comm.as_deref(), Some("reboot"));
        assert_eq!((record.phases[0].name.as_str(), record.phases[0].took_ms), ("term", Some(12)));
        assert_eq!(
            (record.processes[0].fate.as_str(), record.processes[0].took_ms),
            ("exited", None)
        );
    }
}
