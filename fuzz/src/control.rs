//! Frames of the control socket: any bytes are a request that comes back from its frame, or refused with a
//! reason that has a number; and no answer, however malformed, stops a client.

use rekindle_core::control::{Answer, ControlRequest, parse_frame, render_frame};

/// Checks every property of frames, in both directions.
pub fn check_control(bytes: &[u8]) {
    match ControlRequest::parse(bytes) {
        Ok(request) => assert_eq!(request.render(), bytes, "{request:?} has another frame"),
        Err(why) => assert_ne!(why.number(), 0, "{why:?} has no number"),
    }
    if let Ok((kind, content)) = parse_frame(bytes) {
        assert_eq!(render_frame(kind, content), bytes, "a frame is not its kind and its content");
    }
    check_answer(bytes);
}

/// What says whether something was done says the same to everybody.
fn check_answer(bytes: &[u8]) {
    let (all, verdict) = (Answer::parse(bytes), Answer::parse_verdict(bytes));
    if let Some(verdict) = verdict {
        assert_eq!(all, Some(verdict), "a command and a tool understand it differently");
    }
}
