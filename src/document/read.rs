//! Text to documents: YAML, TOML, JSON, JSON with comments and protobuf text format.
//!
//! Owns [`Format`] (which reader a file name calls for), [`decode`] (bytes to text) and [`parse`]
//! (text to [`Document`]s, comments and errors). Every reader builds the same tree with the exact
//! bytes of every key and value. A document with an error in it is never returned: what a parser
//! makes up to go on is not what the author wrote. It knows no kinds, reads no files, and is
//! bounded in size, depth and number of values, so that no text can exhaust the machine.

mod configurations;
mod decode;
mod embedded;
mod json;
mod keys;
mod loose;
mod pbtxt;
mod template;
mod toml;
mod yaml;

pub use configurations::{Configuration, configurations};
pub use decode::{DecodeError, bytes_of, decode, io_reason};
pub use embedded::{embedded, part};
pub use loose::{loose_text, unescaped};

use crate::document::{
    Document, Node,
    source::{Source, Span},
};
use std::{collections::HashMap, path::Path, sync::Arc};

/// The largest file that is read. Specifications are a few kilobytes; the cap bounds memory and
/// keeps every offset within the 32 bits of a [`Span`].
pub const MAX_BYTES: usize = 10_000_000;

/// How deep mappings and lists may nest in any format, aliases expanded. Walks over a tree are
/// recursive, so this bounds the stack.
pub const MAX_DEPTH: usize = 128;

/// How many keys' values and list elements a file may write out. An honest file of several
/// megabytes stays below; above it the tree would take several hundred megabytes.
pub const MAX_NODES: usize = 1_000_000;

/// How many values the anchors and aliases of a YAML file may copy. Lower than [`MAX_NODES`],
/// since a few bytes of aliases can ask for any number, and no specification repeats this much.
pub const MAX_COPIES: usize = 100_000;

/// How the message about [`MAX_COPIES`] begins.
const COPIES: &str = "anchors and aliases copy more than";

/// How many errors of one document are worth showing: those after the first few tend to follow from them.
const MAX_ERRORS: usize = 3;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// YAML 1.2 with the core schema: `no` is a string. Documents of Kubernetes are read as it reads them.
    Yaml,
    /// TOML 1.1.
    Toml,
    /// JSON as RFC 8259 has it.
    Json,
    /// JSON with comments and trailing commas.
    Jsonc,
    /// Protobuf text format: Triton's `config.pbtxt`.
    Pbtxt,
}

/// What is known about a format.
struct FormatRow {
    format: Format,
    name: &'static str,
    extensions: &'static [&'static str],
    read: fn(&str) -> ParsedText,
    /// Whether files of this format are commonly written as text templates.
    templates: bool,
}

/// The registry of formats: a new one needs a row here and a reader.
static FORMATS: &[FormatRow] = &[
    FormatRow {
        format: Format::Yaml,
        name: "YAML",
        extensions: &["yaml", "yml"],
        read: yaml::read,
        templates: true,
    },
    FormatRow {
        format: Format::Toml,
        name: "TOML",
        extensions: &["toml"],
        read: toml::read,
        templates: false,
    },
    FormatRow {
        format: Format::Json,
        name: "JSON",
        extensions: &["json"],
        read: json::read,
        templates: true,
    },
    FormatRow {
        format: Format::Jsonc,
        name: "JSON with comments",
        extensions: &["jsonc"],
        read: json::read_with_comments,
        templates: true,
    },
    FormatRow {
        format: Format::Pbtxt,
        name: "protobuf text format",
        extensions: &["pbtxt"],
        read: pbtxt::read,
        templates: false,
    },
];

impl Format {
    /// Every format that there is a reader for.
    pub fn all() -> impl Iterator<Item = Self> {
        FORMATS.iter().map(|row| row.format)
    }

    /// The format that a file's extension promises; `None` where no reader is known.
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        for row in FORMATS {
            let mut known = row.extensions.iter();
            if known.any(|known| extension.eq_ignore_ascii_case(known)) {
                return Some(row.format);
            }
        }
        None
    }

    /// True for an extension that is one of those that are read but for a slip of the fingers.
    pub fn misspelt(extension: &str) -> bool {
        let given = extension.to_ascii_lowercase();
        let mut known = FORMATS.iter().flat_map(|row| row.extensions);
        // `xml` and `ml` are as near to `yml` as a slip is.
        known.any(|known| known.len() > 3 && strsim::damerau_levenshtein(&given, known) == 1)
    }

    /// The format that a part of a file's name promises which is not its last: that of `a.yaml.bak`, `a.yml~`
    /// or `a.json.disabled`. Whatever follows is no letter, so that `a.jsonl` promises none.
    pub fn hidden_in(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        for row in FORMATS {
            for known in row.extensions {
                let known = format!(".{known}");
                let mut places = name.match_indices(&known);
                let is_followed = |(at, _): (usize, &str)| {
                    let rest = name.get(at + known.len()..).unwrap_or_default();
                    rest.starts_with(|c: char| !c.is_ascii_alphanumeric())
                };
                if places.any(is_followed) {
                    return Some(row.format);
                }
            }
        }
        None
    }

    /// The format of a file that was read: by its name, else by how its text begins.
    pub fn of_source(source: &Source) -> Self {
        let is_json = source
            .text
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with(['{', '[']);
        Self::of(&source.path).unwrap_or(if is_json { Self::Json } else { Self::Yaml })
    }

    /// The name in messages.
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.name)
    }

    fn row(self) -> Option<&'static FormatRow> {
        FORMATS.iter().find(|row| row.format == self)
    }
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The documents without an error, in the order of the text. Empty ones are left out.
    pub documents: Vec<Document>,
    /// The comments, in the order of the text; those of a broken file may be incomplete.
    pub comments: Vec<Comment>,
    /// What is wrong, in the order of the text.
    pub errors: Vec<SyntaxError>,
    /// Set where the file is not what its name promises and was therefore not read; everything
    /// else is then empty.
    pub skipped: Option<Skip>,
}

impl Parsed {
    /// The same of a source with the same text.
    #[must_use]
    pub fn in_source(&self, source: &Arc<Source>) -> Self {
        let documents = self.documents.iter().map(|document| Document {
            source: Arc::clone(source),
            root: document.root.clone(),
            index: document.index,
        });
        Self {
            documents: documents.collect(),
            comments: self.comments.clone(),
            errors: self.errors.clone(),
            skipped: self.skipped,
        }
    }
}

/// A comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// Its bytes, from the `#`, `//` or `/*` on, without the line break.
    pub span: Span,
    /// True where nothing but blanks stands before it on its line.
    pub own_line: bool,
}

impl Comment {
    fn new(text: &str, span: Span) -> Self {
        let before = text
            .get(..span.start())
            .unwrap_or_default()
            .trim_end_matches([' ', '\t']);
        let own_line = before.is_empty() || before.ends_with(['\n', '\r', '\u{feff}']);
        Self { span, own_line }
    }

    /// The text without the comment's own marks and the blanks around it.
    pub fn text<'s>(&self, source: &'s Source) -> &'s str {
        let text = source.slice(self.span);
        if let Some(inner) = text.strip_prefix("/*") {
            return inner.strip_suffix("*/").unwrap_or(inner).trim();
        }
        let line = text.strip_prefix("//").or_else(|| text.strip_prefix('#'));
        line.unwrap_or(text).trim()
    }
}

/// Something that keeps a document from being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The bytes to show; empty where something is missing.
    pub span: Span,
    /// What is wrong. May hold text from the file, so it is not safe to print raw.
    pub message: String,
    /// Another place that matters, and what stands there.
    pub related: Option<(Span, String)>,
}

impl SyntaxError {
    fn new(span: impl Into<Span>, message: impl Into<String>) -> Self {
        Self {
            span: span.into(),
            message: message.into(),
            related: None,
        }
    }

    fn and(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related = Some((span, message.into()));
        self
    }

    /// True where another reader may accept the text: a key that stands twice, or more than our limits allow.
    pub fn is_ours_alone(&self) -> bool {
        let limits = [Self::too_deep(self.span), Self::too_many(self.span)];
        self.related.is_some()
            || self.message.starts_with(COPIES)
            || limits.iter().any(|limit| limit.message == self.message)
    }

    fn too_deep(span: Span) -> Self {
        Self::new(
            span,
            format!("mappings and lists nest deeper than {MAX_DEPTH} levels"),
        )
    }

    fn too_many(span: Span) -> Self {
        Self::new(
            span,
            format!("the file holds more than {MAX_NODES} values: split it"),
        )
    }

    fn duplicate(key: &str, span: Span, first: Span) -> Self {
        Self::new(span, format!("duplicate key `{}`", short(key))).and(first, "first defined here")
    }
}

/// Why a file was not read although its name promises a known format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skip {
    /// It is a text template (Helm, Jinja), not yet a document.
    Templated,
    /// It is a template of Terraform.
    Terraform,
    /// git-crypt encrypted the file.
    GitCrypt,
    /// SOPS encrypted what the document holds.
    Sops,
}

impl Skip {
    /// What these bytes are, where they are no text that could be read.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.starts_with(b"\0GITCRYPT\0").then_some(Self::GitCrypt)
    }

    /// What a document is that only says how it was encrypted.
    pub fn of_document(root: &Node) -> Option<Self> {
        let signature = root.at(&["sops", "mac"])?.as_str()?;
        signature.starts_with("ENC[").then_some(Self::Sops)
    }

    /// Why, and what would change it.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Templated => {
                "it holds template actions `{{ ... }}`; render it first (for example `helm template`)"
            }
            Self::Terraform => {
                "it is a template of Terraform (`%{ ... }`, `${...}`); check the text that it renders"
            }
            Self::GitCrypt => "it is encrypted with git-crypt; run `git-crypt unlock` first",
            Self::Sops => "it is encrypted with SOPS; check the decrypted file",
        }
    }
}

/// What a reader makes of a text.
#[derive(Default)]
struct ParsedText {
    /// Each document's tree and its place among the documents of the text, broken ones counted.
    roots: Vec<(usize, Node)>,
    comments: Vec<Comment>,
    errors: Vec<SyntaxError>,
    templated: bool,
}

impl ParsedText {
    fn failed(error: SyntaxError) -> Self {
        Self {
            errors: vec![error],
            ..Self::default()
        }
    }
}

/// Reads a text as `format`. Never fails: what is wrong is among the errors.
pub fn parse(source: &Arc<Source>, format: Format) -> Parsed {
    let read = format.row().map(|row| row.read);
    parse_with(source, format, read)
}

/// As [`parse`], with every document of YAML read as Kubernetes reads its own: `yes` is true.
pub fn parse_as_platform(source: &Arc<Source>, format: Format) -> Parsed {
    match format {
        Format::Yaml => parse_with(source, format, Some(yaml::read_as_platform)),
        _ => parse(source, format),
    }
}

fn parse_with(
    source: &Arc<Source>,
    format: Format,
    read: Option<fn(&str) -> ParsedText>,
) -> Parsed {
    let text = &source.text;
    let (Some(row), Some(read)) = (format.row(), read) else {
        return Parsed::default();
    };
    if text.len() > MAX_BYTES {
        let megabytes = MAX_BYTES / 1_000_000;
        let message =
            format!("the file is larger than {megabytes} MB, which is the most that is read");
        return Parsed {
            errors: vec![SyntaxError::new(0..0, message)],
            ..Parsed::default()
        };
    }
    let mut reading = read(text);
    // A template that parses has told the reader so; one that does not looks like a broken file.
    if row.templates
        && (reading.templated || (!reading.errors.is_empty() && template::is_template(text)))
    {
        return Parsed {
            skipped: Some(Skip::Templated),
            ..Parsed::default()
        };
    }
    if row.templates && !reading.errors.is_empty() && template::is_terraform(text) {
        return Parsed {
            skipped: Some(Skip::Terraform),
            ..Parsed::default()
        };
    }
    reading.errors.sort_by_key(|error| error.span);
    let mut documents = Vec::with_capacity(reading.roots.len());
    for (index, root) in reading.roots {
        documents.push(Document {
            source: Arc::clone(source),
            root,
            index,
        });
    }
    Parsed {
        documents,
        comments: reading.comments,
        errors: reading.errors,
        skipped: None,
    }
}

/// Where each key of a text that is written several times stands, by any of these places: a TOML
/// table is named in the header of every table below it.
pub fn synonyms(text: &str, format: Format) -> HashMap<Span, Arc<[Span]>> {
    match format {
        Format::Toml => toml::synonyms(text),
        Format::Yaml | Format::Json | Format::Jsonc | Format::Pbtxt => HashMap::new(),
    }
}

/// True for a document of ours: what else a file may list is no document of its own.
fn is_envelope(node: &Node) -> bool {
    node.get("apiVersion").is_some() && node.get("kind").is_some()
}

/// A name or value from a file, cut to a length that suits a message.
fn short(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
