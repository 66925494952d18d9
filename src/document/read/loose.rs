//! What the bytes of a file seem to say, where they need not be text or parse.
//!
//! For a look whether a file may hold something, never to judge it: encodings are guessed, what is no
//! character is passed over, and escapes are undone as JSON, YAML and TOML write them.

use std::borrow::Cow;

/// The text of bytes in any encoding, without the zeros of wide ones.
pub fn loose_text(bytes: &[u8]) -> String {
    let (bytes, wide) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (rest, Some(u16::from_le_bytes as fn([u8; 2]) -> u16)),
        [0xFE, 0xFF, rest @ ..] => (rest, Some(u16::from_be_bytes as fn([u8; 2]) -> u16)),
        _ => (bytes, None),
    };
    let mut text = match wide {
        Some(unit) => {
            let pairs = bytes
                .chunks_exact(2)
                .filter_map(|pair| pair.try_into().ok());
            String::from_utf16_lossy(&pairs.map(unit).collect::<Vec<u16>>())
        }
        None => String::from_utf8_lossy(bytes).into_owned(),
    };
    // Rare, and a pass over every character is not free.
    if text.contains('\0') {
        text.retain(|character| character != '\0');
    }
    text
}

/// The text with its escapes undone: `\u002f`, `\x2f`, `\/`, and a line break after a backslash with the
/// blanks that follow it. Places in it are not those of the text.
pub fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut parts = text.split('\\');
    plain.extend(parts.next());
    for part in parts {
        let (character, rest) = escape(part);
        plain.extend(character);
        plain.push_str(rest);
    }
    Cow::Owned(plain)
}

/// What the text after a backslash begins with, and the rest.
fn escape(text: &str) -> (Option<char>, &str) {
    let digits = match text.as_bytes().first() {
        Some(b'x') => 2,
        Some(b'u') => 4,
        Some(b'U') => 8,
        Some(b'\n' | b'\r') => return (None, text.trim_start()),
        _ => return (None, text),
    };
    let character = text
        .get(1..=digits)
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .and_then(char::from_u32);
    match character {
        Some(_) => (character, text.get(digits + 1..).unwrap_or_default()),
        None => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_shows_its_words() {
        let utf16 = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "servelint".encode_utf16().flat_map(unit).collect()
        };
        for bytes in [
            utf16(u16::to_le_bytes),
            utf16(u16::to_be_bytes),
            [&[0xFF, 0xFE][..], &utf16(u16::to_le_bytes)].concat(),
            [&[0xFE, 0xFF][..], &utf16(u16::to_be_bytes)].concat(),
            b"serve\0lint\xFF".to_vec(),
        ] {
            assert!(loose_text(&bytes).starts_with("servelint"), "{bytes:?}");
        }
    }

    #[test]
    fn escapes_are_undone() {
        for text in [
            r"servelint\u002fv1",
            r"servelint\x2Fv1",
            r"servelint\U0000002fv1",
            r"servelint\/v1",
            "serve\\\n   lint/v1",
            "serve\\\r\n\tlint/v1",
        ] {
            assert_eq!(unescaped(text), "servelint/v1", "{text}");
        }
        assert_eq!(unescaped(r"a\u00"), "au00");
        assert_eq!(unescaped(r"a\ud800é\"), "aud800é");
    }
}
