//! What is read as a flat object, and what is not.

use super::*;
use alloc::format;

#[test]
fn order_and_blanks_do_not_matter() {
    let object =
        Object::parse(b" {\t\"b\" : 7 ,\r\n\"a\":\"x\" , \"c\":true,\"d\":null } \n").unwrap();
    assert_eq!((object.number("b"), object.text("a")), (Ok(7u8), Ok("x")));
    assert_eq!(object.get("c"), Some(&Value::Bool(true)));
    assert_eq!(object.get("d"), Some(&Value::Null));
    assert_eq!(Object::parse(b"{ }"), Ok(Object::default()));
}

#[test]
fn every_escape_is_read() {
    let text = br#"{"a":"\"\\\/\b\f\n\r\t\u0041\u00e9\uD83D\ude00\u007f"}"#;
    let object = Object::parse(text).unwrap();
    assert_eq!(object.text("a"), Ok("\"\\/\u{8}\u{c}\n\r\tA\u{e9}\u{1f600}\u{7f}"));
}

#[test]
fn what_is_no_flat_object_is_refused_with_the_reason() {
    for (text, reason) in [
        (&b""[..], "begins with"),
        (b"[]", "begins with"),
        (b"{", "a name is missing"),
        (b"{\"a\"}", "':' is missing"),
        (b"{\"a\":1", "',' or '}'"),
        (b"{\"a\":1,}", "a name is missing"),
        (b"{\"a\":{}}", "neither text"),
        (b"{\"a\":[1]}", "neither text"),
        (b"{\"a\":-1}", "neither text"),
        (b"{\"a\":01}", "neither text"),
        (b"{\"a\":1e3}", "neither text"),
        (b"{\"a\":18446744073709551616}", "neither text"),
        (b"{\"a\":}", "neither text"),
        (b"{\"a\":1,\"a\":2}", "twice"),
        (b"{\"a\":1}}", "follows"),
        (b"{\"a\":\"x", "does not end"),
        (b"{\"a\":\"\n\"}", "control character"),
        (b"{\"a\":\"\\x\"}", "does not know"),
        (b"{\"a\":\"\\u00g0\"}", "four hexadecimal"),
        (b"{\"a\":\"\\u12", "four hexadecimal"),
        (b"{\"a\":\"\\ud83d\"}", "surrogate"),
        (b"{\"a\":\"\\ud83d\\u0041\"}", "surrogate"),
        (b"{\"a\":\"\\ude00\"}", "surrogate"),
        (b"{\"a\":\"\xff\"}", "not UTF-8"),
    ] {
        let error = Object::parse(text).unwrap_err();
        assert!(error.contains(reason), "{}: {error}", text.escape_ascii());
    }
}

#[test]
fn fields_are_bounded_and_typed() {
    let fields =
        |count| (0..count).map(|name| format!("\"{name}\":1")).collect::<Vec<_>>().join(",");
    assert!(Object::parse(format!("{{{}}}", fields(MOST_FIELDS)).as_bytes()).is_ok());
    let error = Object::parse(format!("{{{}}}", fields(MOST_FIELDS + 1)).as_bytes());
    assert_eq!(error, Err("the object has too many fields"));
    let object = Object::parse(b"{\"a\":256,\"b\":\"x\"}").unwrap();
    assert_eq!(object.number::<u8>("a"), Err("a number is too large"));
    assert_eq!(object.number::<u8>("b"), Err("a number is missing"));
    assert_eq!(
        (object.text("a"), object.text("c")),
        (Err("a text is missing"), Err("a text is missing"))
    );
}
