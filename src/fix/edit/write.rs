//! How a key or a value is spelt in each format.

use crate::{document::read::Format, finding::Stub};

/// Spells for one format.
#[derive(Clone, Copy)]
pub(super) struct Spelling {
    pub format: Format,
}

impl Spelling {
    /// `text` in the quotes of `old`; `None` where `old` is written in a way that has no short twin.
    pub(super) fn like(self, old: &str, text: &str) -> Option<String> {
        if !is_quotable(text) || old.starts_with("\"\"\"") || old.starts_with("'''") {
            return None;
        }
        match old.chars().next()? {
            quote @ ('"' | '\'') => Some(format!("{quote}{text}{quote}")),
            '|' | '>' if self.format == Format::Yaml => None,
            _ => Some(self.plain(text)),
        }
    }

    /// `text` without quotes where they are not needed.
    fn plain(self, text: &str) -> String {
        let bare = self.format == Format::Yaml && is_plain(text);
        if bare {
            text.to_owned()
        } else {
            format!("\"{text}\"")
        }
    }

    /// A key of a mapping between braces, or of a table.
    pub(super) fn key(self, key: &str, quoted: bool) -> Option<String> {
        let is_bare = !key.is_empty()
            && key
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        match self.format {
            _ if !is_quotable(key) => None,
            Format::Json | Format::Jsonc => Some(format!("\"{key}\"")),
            _ if quoted => Some(format!("\"{key}\"")),
            Format::Toml if is_bare => Some(key.to_owned()),
            Format::Toml => Some(format!("\"{key}\"")),
            Format::Yaml => Some(self.plain(key)),
            // Our own documents are never written so.
            Format::Pbtxt => None,
        }
    }

    /// `key: value` on one line, as between braces.
    pub(super) fn entry(self, key: &str, stub: &Stub, quoted: bool) -> Option<String> {
        let separator = if self.format == Format::Toml {
            " = "
        } else {
            ": "
        };
        Some(format!(
            "{}{separator}{}",
            self.key(key, quoted)?,
            self.value(stub, quoted)?
        ))
    }

    fn value(self, stub: &Stub, quoted: bool) -> Option<String> {
        Some(match stub {
            Stub::Text(text) if !is_quotable(text) => return None,
            Stub::Text(text) if quoted => format!("\"{text}\""),
            Stub::Text(text) => self.plain(text),
            Stub::List(items) => {
                let mut written = Vec::new();
                for item in items {
                    written.push(self.value(item, quoted)?);
                }
                format!("[{}]", written.join(", "))
            }
            Stub::Map(entries) => {
                let mut written = Vec::new();
                for (key, value) in entries {
                    written.push(self.entry(key, value, quoted)?);
                }
                format!("{{{}}}", written.join(", "))
            }
        })
    }

    /// `key: value` as lines of a YAML block, the first without indentation.
    pub(super) fn block(self, key: &str, stub: &Stub) -> Option<Vec<String>> {
        let mut lines = vec![format!("{}:", self.key(key, false)?)];
        match stub {
            Stub::Map(entries) => {
                for line in self.blocks(entries)? {
                    lines.push(format!("  {line}"));
                }
            }
            Stub::List(items) => {
                for item in items {
                    for (at, line) in self.element(item)?.into_iter().enumerate() {
                        let margin = if at == 0 { "  - " } else { "    " };
                        lines.push(format!("{margin}{line}"));
                    }
                }
            }
            text => lines = vec![self.entry(key, text, false)?],
        }
        Some(lines)
    }

    /// The entries of a YAML mapping under each other.
    fn blocks(self, entries: &[(String, Stub)]) -> Option<Vec<String>> {
        let mut lines = Vec::new();
        for (key, value) in entries {
            lines.extend(self.block(key, value)?);
        }
        Some(lines)
    }

    /// The lines of an element of a YAML list, without its dash.
    fn element(self, item: &Stub) -> Option<Vec<String>> {
        match item {
            Stub::Map(entries) => self.blocks(entries),
            other => Some(vec![self.value(other, false)?]),
        }
    }
}

/// True for text that means itself in any quotes of any format.
fn is_quotable(text: &str) -> bool {
    text.chars()
        .all(|c| (c.is_ascii_graphic() || c == ' ') && !matches!(c, '"' | '\'' | '\\'))
}

/// True for text that YAML of any version reads as text without quotes.
fn is_plain(text: &str) -> bool {
    // Half of them are flags in YAML 1.1 alone, which some tools still read.
    const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let is_number = text.parse::<f64>().is_ok() || text.starts_with("0x") || text.starts_with("0o");
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./+".contains(&byte))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
        && !is_number
}
