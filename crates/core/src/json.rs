//! Reads one flat JSON object (RFC 8259): text, whole numbers, `true`, `false`, `null`, and nothing
//! inside each other. That is all that lines of an account and refusals are made of.

use alloc::string::String;
use alloc::vec::Vec;

/// The most fields of an object: twice as many as any line has.
const MOST_FIELDS: usize = 16;

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A string.
    Text(String),
    /// A number without sign, fraction and exponent.
    Number(u64),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

/// The fields of an object, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    fields: Vec<(String, Value)>,
}

impl Object {
    /// Reads the only object of `text`, with blanks around it or without.
    ///
    /// # Errors
    /// What is wrong with it. A name that stands twice is, too.
    pub fn parse(text: &[u8]) -> Result<Self, &'static str> {
        let rest = core::str::from_utf8(text).map_err(|_| "the text is not UTF-8")?;
        let mut reader = Reader { rest };
        let object = reader.read_object()?;
        reader.skip_blanks();
        if reader.rest.is_empty() { Ok(object) } else { Err("something follows the object") }
    }

    /// What the field `name` holds.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The text of the field `name`.
    ///
    /// # Errors
    /// It is missing, or no text.
    pub fn text(&self, name: &str) -> Result<&str, &'static str> {
        match self.get(name) {
            Some(Value::Text(text)) => Ok(text),
            Some(Value::Number(_) | Value::Bool(_) | Value::Null) | None => {
                Err("a text is missing")
            }
        }
    }

    /// The number of the field `name`.
    ///
    /// # Errors
    /// It is missing, no number, or too large for `N`.
    pub fn number<N: TryFrom<u64>>(&self, name: &str) -> Result<N, &'static str> {
        match self.get(name) {
            Some(Value::Number(number)) => {
                N::try_from(*number).map_err(|_| "a number is too large")
            }
            Some(Value::Text(_) | Value::Bool(_) | Value::Null) | None => {
                Err("a number is missing")
            }
        }
    }
}

/// What has not been read yet.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    /// Takes `token`, with blanks before it, if it is next.
    fn takes(&mut self, token: &str) -> bool {
        self.skip_blanks();
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, token: &str, complaint: &'static str) -> Result<(), &'static str> {
        if self.takes(token) { Ok(()) } else { Err(complaint) }
    }

    fn read_object(&mut self) -> Result<Object, &'static str> {
        self.expect("{", "an object begins with '{'")?;
        let mut object = Object::default();
        if self.takes("}") {
            return Ok(object);
        }
        loop {
            self.read_field(&mut object)?;
            if self.takes("}") {
                return Ok(object);
            }
            self.expect(",", "',' or '}' is missing behind a field")?;
        }
    }

    fn read_field(&mut self, object: &mut Object) -> Result<(), &'static str> {
        self.expect("\"", "a name is missing")?;
        let name = self.read_text()?;
        self.expect(":", "':' is missing behind a name")?;
        let value = self.read_value()?;
        if object.fields.len() >= MOST_FIELDS {
            return Err("the object has too many fields");
        }
        if object.get(&name).is_some() {
            return Err("a name stands twice");
        }
        object.fields.push((name, value));
        Ok(())
    }

    fn read_value(&mut self) -> Result<Value, &'static str> {
        if self.takes("\"") {
            return self.read_text().map(Value::Text);
        }
        let end = self.rest.find([',', '}', ' ', '\t', '\n', '\r']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        match word {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            "null" => Ok(Value::Null),
            digits => read_number(digits).map(Value::Number),
        }
    }

    /// The rest of a string whose first quotation mark has been taken.
    fn read_text(&mut self) -> Result<String, &'static str> {
        let mut text = String::new();
        loop {
            match self.take_char()? {
                '"' => return Ok(text),
                '\\' => text.push(self.read_escape()?),
                letter if u32::from(letter) < 0x20 => {
                    return Err("a text holds a control character");
                }
                letter => text.push(letter),
            }
        }
    }

    fn take_char(&mut self) -> Result<char, &'static str> {
        let mut letters = self.rest.chars();
        let letter = letters.next().ok_or("a text does not end")?;
        self.rest = letters.as_str();
        Ok(letter)
    }

    fn read_escape(&mut self) -> Result<char, &'static str> {
        match self.take_char()? {
            letter @ ('"' | '\\' | '/') => Ok(letter),
            'b' => Ok('\u{8}'),
            'f' => Ok('\u{c}'),
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            't' => Ok('\t'),
            'u' => self.read_code_point(),
            _ => Err("a text holds an escape that JSON does not know"),
        }
    }

    /// What stands behind `\u`: beyond U+FFFF it takes two, a high and a low surrogate.
    fn read_code_point(&mut self) -> Result<char, &'static str> {
        const LONE: &str = "half a surrogate pair";
        let mut units = [self.read_hex()?, 0];
        let is_pair = matches!(units, [0xd800..=0xdbff, _]);
        if is_pair {
            let rest = self.rest.strip_prefix("\\u").ok_or(LONE)?;
            self.rest = rest;
            units = [units[0], self.read_hex()?];
        }
        let units = units.into_iter().take(if is_pair { 2 } else { 1 });
        char::decode_utf16(units).next().and_then(Result::ok).ok_or(LONE)
    }

    fn read_hex(&mut self) -> Result<u16, &'static str> {
        const WRONG: &str = "an escape needs four hexadecimal digits";
        let (digits, rest) = self.rest.split_at_checked(4).ok_or(WRONG)?;
        let number = crate::text::parse_hex(digits.as_bytes()).ok_or(WRONG)?;
        self.rest = rest;
        u16::try_from(number).map_err(|_| WRONG)
    }
}

/// RFC 8259 section 6, without what no field needs.
fn read_number(digits: &str) -> Result<u64, &'static str> {
    const WRONG: &str = "a value is neither text nor a whole number nor true, false or null";
    let is_padded = digits.len() > 1 && digits.starts_with('0');
    let number = crate::text::parse_u64(digits.as_bytes()).filter(|_| !is_padded);
    number.ok_or(WRONG)
}

#[cfg(test)]
mod tests;
