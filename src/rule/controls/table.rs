//! Reads one table of controls: strictly, and with the place of what is wrong.

use super::{Control, ControlTables, Framework, Mapping};
use crate::{
    did_you_mean::question_or_list,
    document::{
        Entry, Node, Value,
        read::{self, Format},
        source::{LineIndex, Source, Span},
    },
};
use std::{fmt, sync::Arc};

const KEYS: [&str; 6] = ["id", "name", "version", "address", "about", "controls"];
const CONTROL_KEYS: [&str; 2] = ["title", "rules"];
/// Characters of a text.
const LONGEST_TEXT: usize = 600;
/// Characters of an id.
const LONGEST_ID: usize = 60;
/// Controls of all tables.
const MOST_CONTROLS: usize = 5_000;

/// What is wrong with a table of controls, and where.
#[derive(Debug, Clone)]
pub struct ControlProblem {
    /// The file.
    pub source: Arc<Source>,
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
    /// What.
    pub message: String,
}

impl ControlProblem {
    /// At these bytes of the file, or at its start.
    pub fn at(source: &Arc<Source>, span: Option<Span>, message: String) -> Self {
        let start = span.map_or(0, Span::start);
        let at = LineIndex::new(&source.text).position(&source.text, start);
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            source: Arc::clone(source),
            line: number(at.line),
            column: number(at.column),
            message,
        }
    }
}

impl fmt::Display for ControlProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            source,
            line,
            column,
            message,
        } = self;
        write!(out, "{}:{line}:{column}: {message}", source.name)
    }
}

/// Adds what stands in a file. A table of a known framework adds controls and rules to it, and nothing that is there
/// already is replaced. The answer is each rule that it names, and where.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn read_table(
    tables: &mut ControlTables,
    source: &Arc<Source>,
) -> Result<Vec<(String, Span)>, ControlProblem> {
    let parsed = read::parse(source, Format::Yaml);
    if let Some(error) = parsed.errors.first() {
        let message = error.message.clone();
        return Err(ControlProblem::at(source, Some(error.span), message));
    }
    let [document] = parsed.documents.as_slice() else {
        let message = "a table of controls is one document".to_owned();
        return Err(ControlProblem::at(source, None, message));
    };
    let mut reader = TableReader {
        source,
        tables,
        named: Vec::new(),
    };
    reader.table(&document.root)?;
    Ok(reader.named)
}

struct TableReader<'t> {
    source: &'t Arc<Source>,
    tables: &'t mut ControlTables,
    named: Vec<(String, Span)>,
}

impl TableReader<'_> {
    fn wrong<T>(&self, span: Span, message: impl Into<String>) -> Result<T, ControlProblem> {
        Err(ControlProblem::at(self.source, Some(span), message.into()))
    }

    fn table(&mut self, root: &Node) -> Result<(), ControlProblem> {
        self.allow(root, &KEYS)?;
        let framework = self.framework(root)?;
        let Some(controls) = root.get("controls") else {
            return self.wrong(root.span, "the table has no `controls`");
        };
        for entry in self.entries(controls, "`controls`")? {
            self.control(&framework, entry)?;
        }
        Ok(())
    }

    fn framework(&mut self, root: &Node) -> Result<Arc<Framework>, ControlProblem> {
        let Some(id) = self.text(root, "id")? else {
            return self.wrong(root.span, "the table has no `id`");
        };
        let span = root.get("id").map_or(root.span, |node| node.span);
        let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || id.chars().count() > LONGEST_ID || !id.chars().all(is_kebab) {
            return self.wrong(
                span,
                "an `id` is lower-case letters, digits and `-`, at most 60",
            );
        }
        if let Some(known) = self.tables.frameworks.get(&id) {
            return Ok(Arc::clone(known));
        }
        let [name, version] = ["name", "version"].map(|key| self.text(root, key));
        let (Some(name), Some(version)) = (name?, version?) else {
            let message = format!("a new framework such as `{id}` has a `name` and a `version`");
            return self.wrong(span, message);
        };
        let address = self.text(root, "address")?;
        let is_link = |address: &String| {
            let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'<>()`\\".contains(&byte);
            address.starts_with("https://") && address.bytes().all(is_plain)
        };
        if let (Some(node), Some(false)) = (root.get("address"), address.as_ref().map(is_link)) {
            return self.wrong(
                node.span,
                "an `address` begins with `https://` and holds no blanks",
            );
        }
        let framework = Arc::new(Framework {
            id: id.clone(),
            name,
            version,
            address,
            about: self.text(root, "about")?.unwrap_or_default(),
        });
        self.tables.frameworks.insert(id, Arc::clone(&framework));
        Ok(framework)
    }

    fn control(&mut self, framework: &Arc<Framework>, entry: &Entry) -> Result<(), ControlProblem> {
        let id = &entry.key;
        let is_part = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if id.is_empty() || id.chars().count() > LONGEST_ID || !id.chars().all(is_part) {
            let message = "the id of a control is letters, digits, `.`, `_` and `-`, at most 60";
            return self.wrong(entry.key_span, message);
        }
        self.allow(&entry.node, &CONTROL_KEYS)?;
        let control = self.known_or_new(framework, entry)?;
        let Some(rules) = entry.node.get("rules") else {
            return Ok(());
        };
        for rule in self.entries(rules, "`rules`")? {
            let reason = self.checked(&rule.node, &rule.key)?;
            self.named.push((rule.key.clone(), rule.key_span));
            let mappings = self.tables.mappings.entry(rule.key.clone()).or_default();
            if mappings.iter().all(|known| known.control != control) {
                mappings.push(Mapping {
                    control: Arc::clone(&control),
                    reason,
                });
            }
        }
        Ok(())
    }

    fn known_or_new(
        &mut self,
        framework: &Arc<Framework>,
        entry: &Entry,
    ) -> Result<Arc<Control>, ControlProblem> {
        let title = self.text(&entry.node, "title")?;
        let name = format!("{}:{}", framework.id, entry.key);
        if let Some(known) = self.tables.controls.get(&name) {
            return Ok(Arc::clone(known));
        }
        let Some(title) = title else {
            return self.wrong(
                entry.key_span,
                format!("the control `{name}` has no `title`"),
            );
        };
        let place = self.tables.controls.len();
        if place >= MOST_CONTROLS {
            let message = format!("there are more than {MOST_CONTROLS} controls");
            return self.wrong(entry.key_span, message);
        }
        let control = Arc::new(Control {
            framework: Arc::clone(framework),
            id: entry.key.clone(),
            title,
            place,
        });
        self.tables.controls.insert(name, Arc::clone(&control));
        Ok(control)
    }

    fn allow(&self, node: &Node, known: &[&str]) -> Result<(), ControlProblem> {
        for entry in self.entries(node, "a table of controls")? {
            if !known.contains(&entry.key.as_str()) {
                let help = question_or_list(&entry.key, known, "known here: ");
                let message = format!("unknown key `{}`; {help}", entry.key);
                return self.wrong(entry.key_span, message);
            }
        }
        Ok(())
    }

    fn entries<'n>(&self, node: &'n Node, what: &str) -> Result<&'n [Entry], ControlProblem> {
        match &node.value {
            Value::Map(entries) => Ok(entries),
            _ => self.wrong(node.span, format!("{what} is a mapping")),
        }
    }

    fn text(&self, node: &Node, key: &str) -> Result<Option<String>, ControlProblem> {
        match node.get(key) {
            Some(node) => self.checked(node, key).map(Some),
            None => Ok(None),
        }
    }

    fn checked(&self, node: &Node, key: &str) -> Result<String, ControlProblem> {
        let text = node.as_str().map(str::trim);
        match text.filter(|text| !text.is_empty() && text.chars().count() <= LONGEST_TEXT) {
            Some(text) => Ok(text.to_owned()),
            None => self.wrong(
                node.span,
                format!("`{key}` is a text of at most {LONGEST_TEXT} characters"),
            ),
        }
    }
}
