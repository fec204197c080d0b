//! /run/initctl: any bytes, cut anywhere, and a request that comes after them is still heard.

use rekindle_core::initctl::{
    InitctlRequest, REQUEST_BYTES, Received, Stream, render_environment_request,
    render_runlevel_request,
};

/// Checks every property of the stream. The first byte says how the rest is cut into pieces.
pub fn check_initctl(input: &[u8]) {
    let Some((cut, bytes)) = input.split_first() else { return };
    let (mut stream, at_once) = receive(bytes, bytes.len().max(1));
    let (_, in_pieces) = receive(bytes, usize::from(*cut) + 1);
    assert_eq!(at_once, in_pieces, "where a read ends changes what is understood");
    check_count(&at_once, bytes.len());
    at_once.requests.iter().for_each(check_request);
    check_next_requests(&mut stream);
}

/// Everything that comes of `bytes`, read `piece_bytes` at a time.
fn receive(bytes: &[u8], piece_bytes: usize) -> (Stream, Received) {
    let mut stream = Stream::default();
    let mut all = Received::default();
    for piece in bytes.chunks(piece_bytes) {
        let Received { requests, skipped_bytes } = stream.take(piece);
        all.requests.extend(requests);
        all.skipped_bytes += skipped_bytes;
    }
    (stream, all)
}

/// Each byte is part of a request, skipped, or part of the one request that is kept for later: what
/// is kept never grows.
fn check_count(received: &Received, taken_bytes: usize) {
    let used_bytes = received.requests.len() * REQUEST_BYTES + received.skipped_bytes;
    let kept_bytes = taken_bytes.checked_sub(used_bytes).expect("more came out than went in");
    assert!(kept_bytes < REQUEST_BYTES, "{kept_bytes} bytes are kept");
}

/// What PID 1 does with a request works out.
fn check_request(request: &InitctlRequest) {
    match request {
        InitctlRequest::Runlevel { level, .. } => {
            assert!(!level.is_ascii_lowercase(), "{request:?}")
        }
        InitctlRequest::Environment(pairs) => check_environment(pairs),
        InitctlRequest::Power(_) | InitctlRequest::Unknown(_) => {}
    }
}

/// Only variables of the protocol, and each one that could be sent again.
fn check_environment(pairs: &[Vec<u8>]) {
    assert!(pairs.iter().all(|pair| pair.starts_with(b"INIT_") && !pair.contains(&0)), "{pairs:?}");
    let words: Vec<&[u8]> = pairs.iter().map(Vec::as_slice).collect();
    // An unfinished last string fills the request and leaves no room for its NUL.
    let Some(request) = render_environment_request(&words) else { return };
    let again = Stream::default().take(&request);
    assert_eq!(again.requests, [InitctlRequest::Environment(pairs.to_vec())], "lost on the way");
}

/// A request that was begun swallows at most the start of the next one: the second is heard.
fn check_next_requests(stream: &mut Stream) {
    let request = render_runlevel_request(b'6', 5);
    let last = stream.take(&[request, request].concat()).requests.pop();
    assert_eq!(last, Some(InitctlRequest::Runlevel { level: b'6', sleep_seconds: 5 }), "not heard");
    assert_eq!(stream.take(&request).skipped_bytes, 0, "still out of step");
}
