//! What a life looks like to a person.

use crate::soak::readable::render_life;

#[derive(Debug)]
#[allow(dead_code, reason = "they are only printed")]
struct Machine {
    table: &'static str,
    processes: Vec<Process>,
    arguments: Vec<Vec<u8>>,
    requests: Vec<(u64, Vec<u8>)>,
    is_container: bool,
}

#[derive(Debug)]
#[allow(dead_code, reason = "they are only printed")]
struct Process {
    name: &'static str,
    holds: Option<u64>,
    times_ms: Vec<u64>,
}

#[test]
fn what_fits_into_a_line_is_in_a_line_and_text_is_text() {
    let process = |name| Process { name, holds: Some(1), times_ms: vec![40, 50_000] };
    let mut record = b"initctl".to_vec();
    record.extend([0; 300]);
    let machine = Machine {
        table: "::sysinit:/rc\n::respawn:/bin/sh\n",
        processes: vec![process("the first of them {"), process("the second of them")],
        arguments: vec![b"init".to_vec(), b"--after-panic".to_vec()],
        requests: vec![(5, record), (6, vec![1, 2])],
        is_container: false,
    };
    let expected = r#"Machine {
    table: "::sysinit:/rc\n\
            ::respawn:/bin/sh\n",
    processes: [
        Process { name: "the first of them {", holds: Some(1), times_ms: [40, 50000] },
        Process { name: "the second of them", holds: Some(1), times_ms: [40, 50000] },
    ],
    arguments: [[105, 110, 105, 116] (b"init"), b"--after-panic"],
    requests: [(5, b"initctl" and 300 zeros), (6, [1, 2])],
    ..
}
"#;
    assert_eq!(render_life(&machine), expected);
}

#[test]
fn only_fields_are_left_out() {
    let process = Process { name: "x", holds: None, times_ms: Vec::new() };
    assert_eq!(render_life(&process), "Process { name: \"x\", .. }\n");
    assert_eq!(render_life(&[false, true]), "[false, true]\n");
    assert_eq!(render_life(&Vec::<u8>::new()), "[]\n");
    assert_eq!(render_life(&(u64::MAX, "")), "(u64::MAX, \"\")\n");
}
