//! Strings: in either quotes, several in a row joined, with the escapes of C.

use super::{super::SyntaxError, Cursor};

/// The string at the cursor and those that follow it directly. Escapes write bytes; where those
/// are no UTF-8, as a `bytes` field may have them, each becomes a replacement character.
pub(super) fn read(cursor: &mut Cursor) -> Result<String, SyntaxError> {
    let mut bytes = Vec::new();
    // `peek` would put the end of the value behind blanks; it takes nothing, so `last` stays.
    while let (at, Some(quote @ ('"' | '\''))) = cursor.peek() {
        cursor.bump();
        piece(cursor, at, quote, &mut bytes)?;
    }
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// One string, up to its closing quote.
fn piece(
    cursor: &mut Cursor,
    start: usize,
    quote: char,
    bytes: &mut Vec<u8>,
) -> Result<(), SyntaxError> {
    loop {
        let at = cursor.here();
        match cursor.bump() {
            Some(character) if character == quote => return Ok(()),
            Some('\\') => escape(cursor, at, bytes)?,
            None | Some('\n' | '\r') => {
                let message = "the string is never closed on its line: strings in a row are joined";
                return Err(SyntaxError::new(start..start + 1, message));
            }
            Some(character) => push(bytes, character),
        }
    }
}

fn push(bytes: &mut Vec<u8>, character: char) {
    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

/// What follows a backslash that stands at `at`.
fn escape(cursor: &mut Cursor, at: usize, bytes: &mut Vec<u8>) -> Result<(), SyntaxError> {
    let Some(next) = cursor.bump() else {
        return Err(SyntaxError::new(
            at..at + 1,
            "the string ends within an escape",
        ));
    };
    match next {
        'a' => bytes.push(0x07),
        'b' => bytes.push(0x08),
        'f' => bytes.push(0x0c),
        'n' => bytes.push(b'\n'),
        'r' => bytes.push(b'\r'),
        't' => bytes.push(b'\t'),
        'v' => bytes.push(0x0b),
        '\\' | '\'' | '"' | '?' => push(bytes, next),
        '0'..='7' => octal(cursor, at, next, bytes)?,
        'x' | 'X' => {
            let Some((value, 1..)) = digits(cursor, 2) else {
                return Err(bad(cursor, at, "one or two digits follow `\\x`"));
            };
            // Two digits are a byte.
            bytes.push(u8::try_from(value).unwrap_or_default());
        }
        'u' => push(bytes, unicode(cursor, at, 4)?),
        'U' => push(bytes, unicode(cursor, at, 8)?),
        other => {
            let end = at + 1 + other.len_utf8();
            let message = "there is no such escape: write `\\\\` for a backslash";
            return Err(SyntaxError::new(at..end, message));
        }
    }
    Ok(())
}

/// One to three digits, a byte.
fn octal(
    cursor: &mut Cursor,
    at: usize,
    first: char,
    bytes: &mut Vec<u8>,
) -> Result<(), SyntaxError> {
    let mut value = first.to_digit(8).unwrap_or_default();
    for _ in 0..2 {
        let Some(digit) = cursor
            .rest()
            .chars()
            .next()
            .and_then(|next| next.to_digit(8))
        else {
            break;
        };
        cursor.bump();
        value = value * 8 + digit;
    }
    bytes.push(u8::try_from(value).map_err(|_| bad(cursor, at, "a byte is at most `\\377`"))?);
    Ok(())
}

/// Up to `most` hexadecimal digits: their value and how many there are.
fn digits(cursor: &mut Cursor, most: usize) -> Option<(u32, usize)> {
    let (mut value, mut count) = (0_u32, 0);
    while count < most
        && let Some(digit) = cursor
            .rest()
            .chars()
            .next()
            .and_then(|next| next.to_digit(16))
    {
        cursor.bump();
        value = value.checked_mul(16)?.checked_add(digit)?;
        count += 1;
    }
    Some((value, count))
}

/// A character by its number. Halves of a pair, as JSON writes what lies beyond 16 bits, are joined.
fn unicode(cursor: &mut Cursor, at: usize, length: usize) -> Result<char, SyntaxError> {
    let mut value = match digits(cursor, length) {
        Some((value, count)) if count == length => value,
        _ => {
            let message = format!("{length} hexadecimal digits are needed here");
            return Err(bad(cursor, at, &message));
        }
    };
    let is_high = (0xd800..0xdc00).contains(&value);
    if is_high && length == 4 && cursor.rest().starts_with("\\u") {
        cursor.bump();
        cursor.bump();
        if let Some((low @ 0xdc00..0xe000, 4)) = digits(cursor, 4) {
            value = 0x1_0000 + ((value - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    // Half of a pair alone is no character either.
    char::from_u32(value).ok_or_else(|| bad(cursor, at, "there is no such character"))
}

fn bad(cursor: &Cursor, at: usize, message: &str) -> SyntaxError {
    SyntaxError::new(at..cursor.last().max(at + 1), message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> Result<String, String> {
        read(&mut Cursor::new(text)).map_err(|error| error.message)
    }

    #[test]
    fn strings_are_joined_and_unescaped() {
        for (text, expected) in [
            (
                r#""a" 'b' # c
               "d""#,
                "abd",
            ),
            (r#""it's""#, "it's"),
            (
                r"'\'\x41\101\t\?\\'",
                "'A\tA?\\".replace("A\tA", "AA\t").as_str(),
            ),
            (r#""\303\251 \u00e9 \U0001F680 \ud83d\ude80""#, "é é 🚀 🚀"),
            (r#""\xff""#, "\u{fffd}"),
            (r#""\1234""#, "S4"),
            ("\"\"", ""),
        ] {
            assert_eq!(string(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_string_is_refused() {
        for (text, part) in [
            ("\"a", "never closed"),
            ("\"a\nb\"", "never closed"),
            (r#""\q""#, "no such escape"),
            (r#""\x""#, "follow `\\x`"),
            (r#""\u12""#, "4 hexadecimal"),
            (r#""\ud800""#, "no such character"),
            (r#""\U00110000""#, "no such character"),
            (r#""\777""#, "at most"),
            ("\"\\", "within an escape"),
        ] {
            let error = string(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
