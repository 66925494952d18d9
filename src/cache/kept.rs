//! What the file of a kept run holds.
//!
//! A line that says what it is, a digest of the rest, and the rest: the key, the output, and the questions in their
//! order, each path without what it shares with the one before.

use super::RunKey;
use crate::disk::{DiskAnswer, DiskQuestion, GitQuestion, PLANS, Record};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// How a file begins.
const MAGIC: &[u8] = b"servelint run 1\n";
/// The bytes of a digest.
const DIGEST: usize = 32;

/// What a run wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptRun {
    /// The exit code.
    pub code: u8,
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub errors: Vec<u8>,
    /// The reports that went to files, in the order of the request.
    pub reports: Vec<Vec<u8>>,
}

/// Questions with their answers.
pub(super) type Questions = Vec<(DiskQuestion, DiskAnswer)>;

/// The bytes of a file; `None` where a path is no text.
pub(super) fn text(key: RunKey, run: &KeptRun, record: &Record) -> Option<Vec<u8>> {
    let mut writer = KeptWriter::default();
    // The digest takes its place once the rest is there: the output may be long, and is copied once.
    writer.bytes.extend_from_slice(MAGIC);
    writer.bytes.extend_from_slice(&[0; DIGEST]);
    writer.bytes.extend_from_slice(&key.0);
    writer.bytes.push(run.code);
    writer.block(&run.out);
    writer.block(&run.errors);
    writer.number(run.reports.len() as u64);
    for report in &run.reports {
        writer.block(report);
    }
    writer.number(record.questions.len() as u64);
    for (question, answer) in &record.questions {
        writer.question(question)?;
        writer.bytes.extend_from_slice(answer.bytes());
    }
    let mut bytes = writer.bytes;
    let (head, body) = bytes.split_at_mut_checked(MAGIC.len() + DIGEST)?;
    head[MAGIC.len()..].copy_from_slice(&Sha256::digest(body));
    Some(bytes)
}

/// What a file holds; `None` for what is no such file, or not of this key.
pub(super) fn parse(bytes: &[u8], key: RunKey) -> Option<(KeptRun, Questions)> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (digest, body) = rest.split_at_checked(DIGEST)?;
    let (known, rest) = body.split_at_checked(DIGEST)?;
    if Sha256::digest(body).as_slice() != digest || known != key.0 {
        return None;
    }
    let mut reader = KeptReader {
        rest,
        last: String::new(),
    };
    let mut run = KeptRun {
        code: reader.byte()?,
        out: reader.block()?.to_vec(),
        errors: reader.block()?.to_vec(),
        reports: Vec::new(),
    };
    for _ in 0..reader.number()? {
        run.reports.push(reader.block()?.to_vec());
    }
    let mut questions = Vec::new();
    for _ in 0..reader.number()? {
        let question = reader.question()?;
        let answer = reader.take(DIGEST)?.try_into().ok()?;
        questions.push((question, DiskAnswer::of_bytes(answer)));
    }
    reader.rest.is_empty().then_some((run, questions))
}

#[derive(Default)]
struct KeptWriter {
    bytes: Vec<u8>,
    /// The path that was written last.
    last: String,
}

impl KeptWriter {
    fn number(&mut self, number: u64) {
        self.bytes.extend_from_slice(&number.to_le_bytes());
    }

    fn block(&mut self, block: &[u8]) {
        self.number(block.len() as u64);
        self.bytes.extend_from_slice(block);
    }

    fn path(&mut self, path: &Path) -> Option<()> {
        let path = path.to_str()?;
        let same = self.last.bytes().zip(path.bytes());
        let mut shared = same
            .take_while(|(a, b)| a == b)
            .count()
            .min(usize::from(u16::MAX));
        while !path.is_char_boundary(shared) {
            shared -= 1;
        }
        let rest = path.get(shared..)?;
        let length = u16::try_from(rest.len()).ok()?;
        self.bytes.extend_from_slice(&(shared as u16).to_le_bytes());
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.bytes.extend_from_slice(rest.as_bytes());
        self.last = path.to_owned();
        Some(())
    }

    fn question(&mut self, question: &DiskQuestion) -> Option<()> {
        let (tag, path) = match question {
            DiskQuestion::Kind(path) => (0, path),
            DiskQuestion::OwnKind(path) => (1, path),
            DiskQuestion::Real(path) => (2, path),
            DiskQuestion::Target(path) => (3, path),
            DiskQuestion::Entries(path) => (4, path),
            DiskQuestion::Text(path, ..) => (5, path),
            DiskQuestion::Walk(path, ..) => (6, path),
            DiskQuestion::Git(GitQuestion::Folder(path)) => (7, path),
            DiskQuestion::Git(GitQuestion::Index(path, _)) => (8, path),
        };
        self.bytes.push(tag);
        self.path(path)?;
        match question {
            DiskQuestion::Text(_, bytes, is_ended) => {
                self.number(*bytes);
                self.bytes.push(u8::from(*is_ended));
            }
            DiskQuestion::Walk(_, plan, steps, is_ended) => {
                let plan = PLANS.iter().position(|known| known == plan)?;
                self.bytes.push(u8::try_from(plan).ok()?);
                self.number(*steps);
                self.bytes.push(u8::from(*is_ended));
            }
            DiskQuestion::Git(GitQuestion::Index(_, below)) => self.path(below)?,
            _ => {}
        }
        Some(())
    }
}

struct KeptReader<'k> {
    rest: &'k [u8],
    /// The path that was read last.
    last: String,
}

impl<'k> KeptReader<'k> {
    fn take(&mut self, count: usize) -> Option<&'k [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn short(&mut self) -> Option<usize> {
        let bytes = self.take(2)?.try_into().ok()?;
        Some(usize::from(u16::from_le_bytes(bytes)))
    }

    fn number(&mut self) -> Option<u64> {
        let bytes = self.take(8)?.try_into().ok()?;
        Some(u64::from_le_bytes(bytes))
    }

    fn block(&mut self) -> Option<&'k [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        self.take(length)
    }

    fn path(&mut self) -> Option<PathBuf> {
        let (shared, length) = (self.short()?, self.short()?);
        let rest = std::str::from_utf8(self.take(length)?).ok()?;
        if !self.last.is_char_boundary(shared) {
            return None;
        }
        self.last.truncate(shared);
        self.last.push_str(rest);
        Some(PathBuf::from(&self.last))
    }

    fn question(&mut self) -> Option<DiskQuestion> {
        let (tag, path) = (self.byte()?, self.path()?);
        Some(match tag {
            0 => DiskQuestion::Kind(path),
            1 => DiskQuestion::OwnKind(path),
            2 => DiskQuestion::Real(path),
            3 => DiskQuestion::Target(path),
            4 => DiskQuestion::Entries(path),
            5 => DiskQuestion::Text(path, self.number()?, self.flag()?),
            6 => {
                let plan = *PLANS.get(usize::from(self.byte()?))?;
                DiskQuestion::Walk(path, plan, self.number()?, self.flag()?)
            }
            7 => DiskQuestion::Git(GitQuestion::Folder(path)),
            8 => DiskQuestion::Git(GitQuestion::Index(path, self.path()?)),
            _ => return None,
        })
    }
}
