//! A file that remembers what was read of it.

use super::{
    PathKind, overlay,
    recording::{self, DiskAnswer, DiskQuestion},
};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File, Metadata},
    io::{self, Cursor, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

/// No more room is made before anything was read.
const MOST_ROOM: usize = 1 << 24;

/// Bytes read at once.
const CHUNK: usize = 1 << 16;

/// An open file. What was read of it is recorded when it is dropped.
#[derive(Debug)]
pub struct DiskFile {
    content: FileContents,
    /// Nothing where no run is recorded.
    read: Option<ReadPart>,
}

/// Where the bytes come from.
#[derive(Debug)]
enum FileContents {
    Disk(File),
    Overlay(Cursor<Arc<[u8]>>),
}

/// The part of a file that was read.
#[derive(Debug)]
struct ReadPart {
    path: PathBuf,
    bytes: u64,
    /// True where its end was seen, or an error in the place of more.
    is_ended: bool,
    hash: Sha256,
}

impl DiskFile {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let is_recorded = recording::is_on();
        let opened = match overlay::text(path) {
            Some(text) => Ok(FileContents::Overlay(Cursor::new(text))),
            None => File::open(path).map(FileContents::Disk),
        };
        match &opened {
            Err(error) => {
                let question = |path| DiskQuestion::Text(path, 0, true);
                recording::note(question, path, || DiskAnswer::of_error(error));
            }
            Ok(FileContents::Disk(file)) if is_recorded && file.metadata().is_ok_and(is_stream) => {
                recording::unprovable("a pipe or a device was read");
            }
            Ok(_) => {}
        }
        Ok(Self {
            content: opened?,
            read: is_recorded.then(|| ReadPart {
                path: path.to_owned(),
                bytes: 0,
                is_ended: false,
                hash: Sha256::new(),
            }),
        })
    }

    /// The room that its bytes take, and one more with which its end is seen: a reader that does not know how many come
    /// asks for a few at first. It may be other than that by the time it is read.
    pub fn room(&self) -> usize {
        let length = match &self.content {
            FileContents::Disk(file) => file.metadata().map_or(0, |found| found.len()),
            FileContents::Overlay(text) => text.get_ref().len() as u64,
        };
        usize::try_from(length).unwrap_or(MOST_ROOM).min(MOST_ROOM) + 1
    }

    /// True for a file, and not a pipe or a device.
    ///
    /// # Errors
    /// Those of the system.
    pub fn is_file(&self) -> io::Result<bool> {
        let file = match &self.content {
            FileContents::Disk(file) => file,
            // Only a file has a text that stands for it.
            FileContents::Overlay(_) => return Ok(true),
        };
        let found = file.metadata().map(PathKind::from);
        if let Some(read) = &self.read {
            recording::note(DiskQuestion::Kind, &read.path, || {
                DiskAnswer::of_kind(&found)
            });
        }
        found.map(|found| found.is_file())
    }
}

impl Read for DiskFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.content {
            FileContents::Disk(file) => file.read(buffer),
            FileContents::Overlay(text) => text.read(buffer),
        };
        let Some(part) = &mut self.read else {
            return read;
        };
        match &read {
            // Nothing fits into an empty buffer, which tells nothing of the end.
            Ok(0) if buffer.is_empty() => {}
            Ok(0) => part.is_ended = true,
            Ok(count) => {
                part.bytes += *count as u64;
                part.hash.update(buffer.get(..*count).unwrap_or_default());
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                part.is_ended = true;
                part.hash.update(DiskAnswer::of_error(error).bytes());
            }
        }
        read
    }
}

impl Drop for DiskFile {
    fn drop(&mut self) {
        if let Some(part) = self.read.take() {
            let question = |path| DiskQuestion::Text(path, part.bytes, part.is_ended);
            let answer = DiskAnswer::of_hash(part.hash);
            recording::note(question, &part.path, || answer);
        }
    }
}

/// True for a pipe or a device: what was read of it is gone, and to open it may mean to wait.
fn is_stream(found: Metadata) -> bool {
    !found.is_file() && !found.is_dir()
}

/// Reads the same part again. What is no file any more is left to the run, which would otherwise find it read.
pub(super) fn again(path: &Path, bytes: u64, is_ended: bool) -> DiskAnswer {
    if fs::metadata(path).is_ok_and(is_stream) {
        return DiskAnswer::of_text(b"a pipe or a device");
    }
    let mut file = match File::open(path) {
        Ok(file) => file.take(bytes.saturating_add(u64::from(is_ended))),
        Err(error) => return DiskAnswer::of_error(&error),
    };
    let mut hash = Sha256::new();
    let size = usize::try_from(bytes).unwrap_or(CHUNK).saturating_add(1);
    let mut chunk = vec![0; size.min(CHUNK)];
    loop {
        match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => hash.update(chunk.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                hash.update(DiskAnswer::of_error(&error).bytes());
                break;
            }
        }
    }
    DiskAnswer::of_hash(hash)
}
