//! Bytes in digits, as checksums are written.

use std::fmt::Write as _;

/// The two hexadecimal digits of each byte, in small letters.
pub fn hex(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing into a text cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}
