//! How the format of a file is found, and how its content is read.

use super::{
    Evidence, EvidenceError, Exactness, MAX_EVIDENCE_BYTES, Measurement,
    content::Content,
    json, lookalikes, percentile,
    table::{EvidenceFormat, FORMATS},
};
use crate::{
    did_you_mean::nearest,
    disk::{self, OnDisk},
    document::{Pointer, read},
};
use std::{
    io::{self, Read},
    path::Path,
};

/// What a reference says about its file.
#[derive(Debug, Clone, Copy, Default)]
pub struct EvidenceRequest<'r> {
    /// The format that it should have: a name or an alias from [`formats`].
    pub format: Option<&'r str>,
    /// A JSON Pointer: to the value in any JSON, or to the run where a file holds several.
    pub select: Option<&'r str>,
}

/// The format for one value of any JSON or YAML. It is no row: its content has no marks.
const ANY_JSON: &str = "json";

/// The names of all formats.
pub fn formats() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|row| row.name).chain([ANY_JSON])
}

/// Reads a file as evidence.
///
/// # Errors
/// Where the file cannot be read, is too large, or is no evidence of the wanted format.
pub fn open(path: &Path, request: EvidenceRequest<'_>) -> Result<Evidence, EvidenceError> {
    read(bytes(path)?, request)
}

/// Reads the content of a file as evidence.
///
/// # Errors
/// Where it is no evidence of the wanted format.
pub fn read(bytes: Vec<u8>, request: EvidenceRequest<'_>) -> Result<Evidence, EvidenceError> {
    read_each(bytes, &[request])
        .pop()
        .unwrap_or(Err(EvidenceError::Unknown))
}

/// All of a file.
#[derive(Debug)]
pub enum WholeFile {
    /// The one run that it holds, or that the request selects.
    Run(Box<Evidence>),
    /// One test of several loads, each with the pointer that selects it.
    Sweep(Vec<(String, Evidence)>),
}

/// Reads the content of a file as evidence, and a sweep whole, though a reference must select one of its loads.
///
/// # Errors
/// Where it is no evidence of the wanted format.
pub fn read_whole(
    bytes: Vec<u8>,
    request: EvidenceRequest<'_>,
) -> Result<WholeFile, EvidenceError> {
    asked(bytes, |ask| {
        let pointers = match ask(request) {
            Ok(run) => return Ok(WholeFile::Run(Box::new(run))),
            Err(EvidenceError::Sweep { pointers, .. }) => pointers,
            Err(error) => return Err(error),
        };
        let mut runs = Vec::new();
        for pointer in pointers {
            let select = Some(pointer.as_str());
            let run = ask(EvidenceRequest { select, ..request })?;
            runs.push((pointer, run));
        }
        Ok(WholeFile::Sweep(runs))
    })
}

/// Answers several requests about one content, which is parsed once.
///
/// An answer is an error where the content is no evidence of the format that its request wants.
pub fn read_each(
    bytes: Vec<u8>,
    requests: &[EvidenceRequest<'_>],
) -> Vec<Result<Evidence, EvidenceError>> {
    asked(bytes, |ask| {
        requests.iter().map(|request| ask(*request)).collect()
    })
}

type Answering<'a> = dyn Fn(EvidenceRequest<'_>) -> Result<Evidence, EvidenceError> + 'a;

/// Hands on what answers requests about a content, which is parsed once for all of them.
fn asked<T>(bytes: Vec<u8>, questions: impl FnOnce(&Answering<'_>) -> T) -> T {
    let text = match bytes.len() > MAX_EVIDENCE_BYTES {
        true => Err(EvidenceError::TooLarge),
        false => read::decode(bytes).map_err(|error| EvidenceError::NotText(error.message)),
    };
    let known = text.as_ref().map_err(Clone::clone);
    let known = known.and_then(|text| recognised(text));
    questions(&|request| answer(request, known.as_ref()))
}

/// The bytes of a regular file, as many as evidence may have.
///
/// # Errors
/// Where there is no regular file, it cannot be read, or it is too large.
pub fn bytes(path: &Path) -> Result<Vec<u8>, EvidenceError> {
    // A pipe or a device would block or never end, some of them when they are opened.
    let is_regular = |is_file: bool| match is_file {
        true => Ok(()),
        false => Err(EvidenceError::Unreadable("it is no regular file".into())),
    };
    is_regular(path.look().map_err(unreadable)?.is_file())?;
    let file = disk::open(path).map_err(unreadable)?;
    is_regular(file.is_file().map_err(unreadable)?)?;
    let room = file.room();
    read_into(Vec::with_capacity(room), file)
}

/// All bytes of a stream, as many as evidence may have.
///
/// # Errors
/// Where it cannot be read, or holds more.
pub fn bytes_of(stream: impl Read) -> Result<Vec<u8>, EvidenceError> {
    read_into(Vec::new(), stream)
}

fn read_into(mut bytes: Vec<u8>, stream: impl Read) -> Result<Vec<u8>, EvidenceError> {
    stream
        .take(MAX_EVIDENCE_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    match bytes.len() > MAX_EVIDENCE_BYTES {
        true => Err(EvidenceError::TooLarge),
        false => Ok(bytes),
    }
}

fn unreadable(error: io::Error) -> EvidenceError {
    EvidenceError::Unreadable(error.to_string())
}

type Recognised<'t> = (Content<'t>, Vec<&'static EvidenceFormat>);

/// The content of a text, as formats are told apart by.
#[cfg(test)]
pub(super) fn content_of(text: &str) -> Result<Content<'_>, EvidenceError> {
    recognised(text).map(|(content, _)| content)
}

/// The content and the formats that it could be of.
fn recognised(text: &str) -> Result<Recognised<'_>, EvidenceError> {
    let content = Content::of(text)?;
    let found = detected(&content);
    // YAML last: almost any text can be read as some of it.
    if found.is_empty() && content.trees.is_empty() {
        if let Some(error) = lookalikes::of(&content) {
            return Err(error);
        }
        let content = content.with_yaml()?;
        let found = detected(&content);
        return Ok((content, found));
    }
    Ok((content, found))
}

fn answer(
    request: EvidenceRequest<'_>,
    known: Result<&Recognised<'_>, &EvidenceError>,
) -> Result<Evidence, EvidenceError> {
    if let Some(given) = request.format
        && given != ANY_JSON
        && !FORMATS.iter().any(|row| row.answers_to(given))
    {
        return Err(no_such_format(given));
    }
    let select = request.select.map(pointer).transpose()?;
    let (content, found) = known.map_err(Clone::clone)?;
    choose(content, found, request.format, select.as_ref())
}

fn detected(content: &Content<'_>) -> Vec<&'static EvidenceFormat> {
    FORMATS.iter().filter(|row| (row.detect)(content)).collect()
}

/// Reads the content as the format that is meant: the wanted one, or the only one that fits.
fn choose(
    content: &Content<'_>,
    found: &[&'static EvidenceFormat],
    format: Option<&str>,
    select: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let mut fitting = found.to_vec();
    match format {
        Some(ANY_JSON) => return value(content, found, select),
        Some(given) => fitting.retain(|row| row.answers_to(given)),
        None => {}
    }
    match (fitting.as_slice(), format) {
        ([row], _) if select.is_some() && !row.runs => Err(EvidenceError::BadSelect(format!(
            "has no use in `{}`, which holds one run; add `format: json` to read the value that it leads to",
            row.name
        ))),
        ([row], _) => as_row(row, content, select),
        ([], Some(given)) => Err(mismatch(given, found)),
        ([], None) if content.trees.is_empty() => Err(EvidenceError::Unknown),
        ([], None) => match lookalikes::of(content).filter(|_| select.is_none()) {
            Some(error) => Err(error),
            None => json::read(content, select),
        },
        (several, _) => Err(EvidenceError::Ambiguous(quoted(names(several)))),
    }
}

/// Reads the content as that format, and adds what holds of all its files.
fn as_row(
    row: &EvidenceFormat,
    content: &Content<'_>,
    select: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    if let Some(mark) = row.once {
        let lines = content.text.lines().map(str::trim_start);
        let mut marked = lines.enumerate().filter(|(_, line)| line.starts_with(mark));
        if let Some((index, _)) = marked.nth(1) {
            return Err(EvidenceError::Malformed {
                format: row.name,
                message: format!("a second result begins at line {}: `{mark}`", index + 1),
            });
        }
    }
    let mut found = (row.read)(content, select)?;
    found.identified_by = row.marks;
    found.kind = row.kind;
    for measurement in &mut found.measurements {
        if measurement.unit == Some("s") && measurement.exactness.is_none() {
            measurement.exactness = Some(exactness(row, measurement));
        }
    }
    Ok(found)
}

/// How exact a time of that format is.
fn exactness(row: &EvidenceFormat, found: &Measurement) -> Exactness {
    let is_percentile = percentile::rank_of(&found.statistic).is_some();
    match (found.bounds, found.resolution, is_percentile) {
        (Some(_), _, _) => Exactness::Bucket,
        (None, Some(_), _) => Exactness::Rounded,
        (None, None, true) => row.percentiles,
        (None, None, false) if row.percentiles == Exactness::Untold => Exactness::Untold,
        (None, None, false) => Exactness::Exact,
    }
}

/// One value of any JSON. What a file of a known format was measured on is compared however it is read.
fn value(
    content: &Content<'_>,
    found: &[&'static EvidenceFormat],
    select: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let mut value = json::read(content, select)?;
    if let [row] = found
        && let Ok(whole) = (row.read)(content, None)
    {
        value.subject = whole.subject;
    }
    Ok(value)
}

fn mismatch(given: &str, found: &[&'static EvidenceFormat]) -> EvidenceError {
    let detected = match found {
        [] => "of no known format".to_owned(),
        found => quoted(names(found)),
    };
    EvidenceError::Mismatch {
        given: given.to_owned(),
        detected,
    }
}

fn names(rows: &[&'static EvidenceFormat]) -> impl Iterator<Item = &'static str> {
    rows.iter().map(|row| row.name)
}

/// `` `a`, `b` ``.
fn quoted<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn no_such_format(given: &str) -> EvidenceError {
    let hint = nearest(given, formats())
        .map(|known| format!(" (did you mean `{known}`?)"))
        .unwrap_or_default();
    EvidenceError::NoSuchFormat {
        given: given.to_owned(),
        hint,
        known: quoted(formats()),
    }
}

fn pointer(text: &str) -> Result<Pointer, EvidenceError> {
    match text.is_empty() || text.starts_with('/') {
        true => Ok(Pointer::parse(text)),
        false => Err(EvidenceError::BadSelect(format!(
            "is no JSON Pointer (`{text}`); it starts with `/`"
        ))),
    }
}
