//! Words that Kubernetes reads otherwise than YAML 1.2 does, until it is known whose document it is.

use super::platform::{self, PlatformScalar};
use crate::document::{Entry, Node, Value, read::SyntaxError, source::Span};
use granit_parser::{ScalarStyle, Tag};
use std::collections::{BTreeSet, HashMap};

/// The words of one document that have two readings, by where they start.
pub(super) struct Readings {
    words: HashMap<usize, Word>,
    /// True where every document is read as Kubernetes does.
    platform: bool,
}

struct Word {
    span: Span,
    /// What YAML 1.2 says against it.
    error: Option<String>,
    platform: PlatformScalar,
}

/// A scalar as it stands in the text.
pub(super) struct ScalarText<'e> {
    pub(super) text: &'e str,
    pub(super) style: ScalarStyle,
    pub(super) tag: Option<&'e Tag>,
    pub(super) span: Span,
}

impl ScalarText<'_> {
    /// True for a word that is a text in every reading, told by its first letter: most are.
    fn is_plainly_text(&self) -> bool {
        let first = self.text.as_bytes().first();
        self.tag.is_none()
            && self.style == ScalarStyle::Plain
            && first
                .is_some_and(|first| !first.is_ascii_digit() && !b"+-.~nNyYtTfFoO".contains(first))
    }

    fn on_platform(&self, file: &str) -> PlatformScalar {
        let raw = file.get(self.span.start()..self.span.end());
        let raw = raw.unwrap_or_default();
        let text = match self.style {
            ScalarStyle::Literal | ScalarStyle::Folded if has_tab_in_front(file, self.span) => {
                return refused(
                    "Kubernetes refuses a tab in front of a line of this text: use spaces",
                );
            }
            // A block at the end of a file has the line breaks that are there.
            ScalarStyle::Literal | ScalarStyle::Folded if !has_break(file, self.span.end()) => {
                self.text.strip_suffix('\n').unwrap_or(self.text)
            }
            ScalarStyle::DoubleQuoted if has_slash(raw) => {
                return refused("Kubernetes has no escape `\\/`: write `/`");
            }
            _ => self.text,
        };
        platform::read(text, self.style, self.tag)
    }
}

fn refused(why: &str) -> PlatformScalar {
    PlatformScalar {
        value: Err(why.to_owned()),
        key: None,
    }
}

/// True where a tab stands among the blanks that indent a line of a block, or a blank line below it.
fn has_tab_in_front(file: &str, block: Span) -> bool {
    let rest = file.get(block.start()..).unwrap_or_default();
    let mut lines = rest.split_inclusive('\n');
    let Some(header) = lines.next() else {
        return false;
    };
    // With a digit the lines may be indented by less than the first one is.
    if header.contains(|character: char| character.is_ascii_digit()) {
        return false;
    }
    let mut at = block.start() + header.len();
    let mut indent = None;
    for line in lines {
        let text = line.trim_start_matches(' ');
        let width = line.len() - text.len();
        if text.starts_with('\t') && indent.is_none_or(|indent| width < indent) {
            return true;
        }
        if !text.trim_end().is_empty() {
            if at >= block.end() {
                return false;
            }
            indent = indent.or(Some(width));
        }
        at += line.len();
    }
    false
}

fn has_break(file: &str, from: usize) -> bool {
    let rest = file.get(from..).unwrap_or_default();
    rest.contains(['\n', '\r'])
}

/// True for a text in double quotes with a `/` behind a backslash that is none itself.
fn has_slash(raw: &str) -> bool {
    let mut characters = raw.chars();
    while let Some(character) = characters.next() {
        if character == '\\' && characters.next() == Some('/') {
            return true;
        }
    }
    false
}

impl Readings {
    pub(super) fn new(platform: bool) -> Self {
        Self {
            words: HashMap::new(),
            platform,
        }
    }

    /// True where every document is read as Kubernetes does.
    pub(super) fn is_of_platform(&self) -> bool {
        self.platform
    }

    /// The YAML 1.2 value of a scalar in a file with this text; that of Kubernetes is kept where it differs.
    pub(super) fn value(&mut self, scalar: &ScalarText<'_>, file: &str) -> Value {
        if scalar.is_plainly_text() {
            return Value::String(scalar.text.to_owned());
        }
        let core = super::scalar::value(scalar.text, scalar.style, scalar.tag);
        let platform = scalar.on_platform(file);
        let is_same = core == platform.value
            && (platform.key.as_deref() == Some(scalar.text) || core == Ok(Value::Null));
        let (value, error) = match core {
            Ok(value) => (value, None),
            Err(error) => (Value::String(scalar.text.to_owned()), Some(error)),
        };
        if !is_same {
            let word = Word {
                span: scalar.span,
                error,
                platform,
            };
            self.words.insert(scalar.span.start(), word);
        }
        value
    }

    /// Forgets the words of a document, and gives them their meaning in `root`. The answer is what is
    /// wrong with them there.
    pub(super) fn settle(&mut self, root: Option<&mut Node>) -> Vec<SyntaxError> {
        let words = std::mem::take(&mut self.words);
        match root {
            // Whose document it would be is not known.
            None => Vec::new(),
            Some(_) if words.is_empty() => Vec::new(),
            Some(root) if self.platform || is_of_kubernetes(root) => {
                let mut rereading = Rereading {
                    words,
                    told: BTreeSet::new(),
                    errors: Vec::new(),
                };
                match self.platform {
                    true => rereading.value(root),
                    false => rereading.object(root),
                }
                rereading.errors
            }
            Some(_) => {
                let errors = words.into_values().filter_map(Word::into_core_error);
                let mut errors = Vec::from_iter(errors);
                errors.sort_by_key(|error| error.span);
                errors
            }
        }
    }
}

impl Word {
    fn into_core_error(self) -> Option<SyntaxError> {
        Some(SyntaxError::new(self.span, self.error?))
    }
}

/// True for an object of the Kubernetes API: its group is one of the old ones, or has a dot, which the
/// API server demands of every other. Documents of ours and of OpenSLO have neither.
pub(super) fn is_of_kubernetes(root: &Node) -> bool {
    const OLD: &[&str] = &["apps", "batch", "autoscaling", "policy", "extensions"];
    let text = |key| root.get(key).and_then(Node::as_str);
    let (Some(version), Some(_)) = (text("apiVersion"), text("kind")) else {
        return false;
    };
    match version.split_once('/') {
        None => version.starts_with('v') && version.len() < 16,
        Some((group, _)) => OLD.contains(&group) || group.contains('.'),
    }
}

/// True for what may hold a document of ours, or of OpenSLO: it has an `apiVersion` or a `kind` and is none of
/// Kubernetes. Several may stand in one list.
pub(super) fn may_be_ours(root: &Node) -> bool {
    let has_envelope = |node: &Node| node.get("apiVersion").is_some() || node.get("kind").is_some();
    let is_one = |node: &Node| has_envelope(node) && !is_of_kubernetes(node);
    is_one(root) || root.items().iter().any(is_one)
}

/// The walk that puts the readings of Kubernetes into a tree.
struct Rereading {
    words: HashMap<usize, Word>,
    /// Aliases lead to one place several times.
    told: BTreeSet<Span>,
    errors: Vec<SyntaxError>,
}

impl Rereading {
    fn object(&mut self, root: &mut Node) {
        let Value::Map(entries) = &mut root.value else {
            return;
        };
        self.keys(entries);
        for entry in entries {
            match &mut entry.node.value {
                // A list may hold documents of ours, which are none of Kubernetes.
                Value::List(items) if entry.key == "items" => {
                    for item in items {
                        if item.get("apiVersion").is_none() || is_of_kubernetes(item) {
                            self.value(item);
                        }
                    }
                }
                _ => self.value(&mut entry.node),
            }
        }
    }

    fn value(&mut self, node: &mut Node) {
        match &mut node.value {
            Value::List(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Map(entries) => {
                self.keys(entries);
                for entry in entries {
                    self.value(&mut entry.node);
                }
            }
            scalar => {
                let word = self.words.get(&node.span.start());
                match word.map(|word| word.platform.value.clone()) {
                    Some(Ok(value)) => *scalar = value,
                    Some(Err(message)) => self.tell(SyntaxError::new(node.span, message)),
                    None => {}
                }
            }
        }
    }

    fn keys(&mut self, entries: &mut [Entry]) {
        let mut is_changed = false;
        for entry in entries.iter_mut() {
            let Some(word) = self.words.get(&entry.key_span.start()) else {
                continue;
            };
            match word.platform.key.clone() {
                Some(key) => {
                    is_changed |= key != entry.key;
                    entry.key = key;
                }
                None => self.tell(SyntaxError::new(
                    entry.key_span,
                    "Kubernetes takes no such key: put it in quotes",
                )),
            }
        }
        if is_changed {
            self.duplicates(entries);
        }
    }

    /// Reports keys that are one for Kubernetes, such as `on` and `true`.
    fn duplicates(&mut self, entries: &[Entry]) {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        let mut found = Vec::new();
        for entry in entries {
            match seen.get(entry.key.as_str()) {
                Some(first) => {
                    found.push(SyntaxError::duplicate(&entry.key, entry.key_span, *first))
                }
                None => {
                    seen.insert(&entry.key, entry.key_span);
                }
            }
        }
        for error in found {
            self.tell(error);
        }
    }

    fn tell(&mut self, error: SyntaxError) {
        if self.told.insert(error.span) {
            self.errors.push(error);
        }
    }
}
