//! Files to bytes, and bytes to text.

use super::{MAX_BYTES, Skip};
use crate::disk::{self, OnDisk};
use std::{
    io::{self, Read},
    path::Path,
};
use thiserror::Error;

/// Why bytes are not the text of a specification.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct DecodeError {
    /// The byte where it shows.
    pub offset: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl DecodeError {
    fn new(offset: usize, message: impl Into<String>) -> Self {
        Self {
            offset,
            message: message.into(),
        }
    }
}

/// The bytes of a regular file, at most one more than is parsed: a huge file costs no memory.
///
/// # Errors
/// Those of the system; a folder, a pipe or a device is refused as well.
pub fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    // Asked before it is opened: opening a pipe waits for someone who writes.
    let found = path.look()?;
    if !found.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let most = MAX_BYTES as u64 + 1;
    // With room to see the end: texts are kept, and a vector that grows makes room for twice as much.
    let length = found.len().min(most) as usize + 1;
    let mut bytes = Vec::with_capacity(length);
    disk::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Why the system refuses a path, without the number that it gives its errors. `wanted` is what was
/// looked for: `file`, or `file or folder`.
pub fn io_reason(error: &io::Error, wanted: &str) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("there is no such {wanted}"),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::IsADirectory => "it is a folder, not a file".into(),
        _ => error.to_string(),
    }
}

/// Decodes UTF-8. A byte order mark is kept, so that offsets in the text are those in the file.
///
/// # Errors
/// Says which byte is no UTF-8, or that the bytes are UTF-16, UTF-32 or no text at all.
pub fn decode(bytes: Vec<u8>) -> Result<String, DecodeError> {
    if let Some(encoding) = wide_encoding(&bytes) {
        return Err(DecodeError::new(
            0,
            format!("the file is {encoding}: save it as UTF-8"),
        ));
    }
    if let Some(skip) = Skip::of_bytes(&bytes) {
        return Err(DecodeError::new(0, skip.reason()));
    }
    // UTF-8 has it, but no format that is read here; a binary file shows itself by it.
    if let Some(offset) = bytes.iter().position(|byte| *byte == 0) {
        return Err(DecodeError::new(
            offset,
            format!("byte {offset} is NUL: the file is not text"),
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let byte = error.as_bytes().get(offset).copied().unwrap_or_default();
        DecodeError::new(
            offset,
            format!("byte {offset} (0x{byte:02X}) is not UTF-8: save the file as UTF-8"),
        )
    })
}

/// UTF-16 and UTF-32 by their byte order mark, or by the zeros beside a first ASCII character.
fn wide_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        // Its mark begins with that of UTF-16, so it is looked for first.
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some("UTF-16"),
        [first, 0, 0, 0, ..] | [0, 0, 0, first, ..] if *first != 0 => Some("UTF-32"),
        [first, 0, third, 0, ..] | [0, first, 0, third, ..] if *first != 0 && *third != 0 => {
            Some("UTF-16")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(bytes: &[u8]) -> (usize, String) {
        let error = decode(bytes.to_vec()).unwrap_err();
        (error.offset, error.to_string())
    }

    #[test]
    fn utf8_keeps_its_byte_order_mark() {
        assert_eq!(decode("\u{feff}é: 1".into()).unwrap(), "\u{feff}é: 1");
        assert_eq!(decode(vec![]).unwrap(), "");
    }

    #[test]
    fn wide_encodings_are_named() {
        let utf16: Vec<u8> = "a: 1".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(
            refusal(&utf16),
            (0, "the file is UTF-16: save it as UTF-8".into())
        );
        assert_eq!(
            refusal(b"\xFF\xFEa\0").1,
            "the file is UTF-16: save it as UTF-8"
        );
        assert_eq!(
            refusal(b"\xFE\xFF\0a").1,
            "the file is UTF-16: save it as UTF-8"
        );
        assert_eq!(
            refusal(b"a\0\0\0").1,
            "the file is UTF-32: save it as UTF-8"
        );
        assert_eq!(
            refusal(b"\xFF\xFE\0\0a\0\0\0").1,
            "the file is UTF-32: save it as UTF-8"
        );
    }

    #[test]
    fn other_bytes_are_refused_with_their_place() {
        assert_eq!(
            refusal(b"a: \xE9\n"),
            (
                3,
                "byte 3 (0xE9) is not UTF-8: save the file as UTF-8".into()
            )
        );
        assert_eq!(
            refusal(b"abc\0def"),
            (3, "byte 3 is NUL: the file is not text".into())
        );
        assert_eq!(refusal("é".as_bytes().get(..1).unwrap()).0, 0);
    }
}
