//! A `.tar.gz` of files, the same bytes for the same files.

use super::PackBytes;
use crate::units::hex;
use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// Who may read a file of an archive: everybody.
const MODE: u32 = 0o644;
/// What gzip says of a system that it does not name.
const UNKNOWN_SYSTEM: u8 = 255;

/// An archive of these files, sorted by path. No entry has a time, an owner or a name of a machine.
///
/// # Errors
/// Where a path cannot stand in an archive.
pub fn packed(files: &PackBytes) -> io::Result<Vec<u8>> {
    let mut entries = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(MODE);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        entries.append_data(&mut header, path, bytes.as_slice())?;
    }
    let mut gzip = GzBuilder::new()
        .mtime(0)
        .operating_system(UNKNOWN_SYSTEM)
        .write(Vec::new(), Compression::best());
    gzip.write_all(&entries.into_inner()?)?;
    gzip.finish()
}

/// The SHA-256 of an archive in small hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::unpacked;

    #[test]
    fn what_is_packed_says_nothing_but_paths_and_bytes() {
        let long = format!("policies/{}/a.rego", "x".repeat(200));
        let files: PackBytes = [
            ("b.json".to_owned(), b"{}".to_vec()),
            (long, b"package a\n".to_vec()),
        ]
        .into();
        let bytes = packed(&files).expect("an archive");
        assert_eq!(bytes, packed(&files).expect("an archive"));
        // RFC 1952: deflate, no flags, no time, the best compression, an unknown system.
        assert_eq!(bytes[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
        assert_eq!(unpacked(&bytes), Ok(files));
    }
}
