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
        let list = |parts: Vec<String>| parts.join(", ");
        Some(match stub {
            Stub::Text(text) if !is_quotable(text) => return None,
            Stub::Text(text) if quoted => format!("\"{text}\""),
            Stub::Text(text) => self.plain(text),
            Stub::List(items) => {
                format!(
                    "[{}]",
                    list(
                        items
                            .iter()
                            .map(|item| self.value(item, quoted))
                            .collect::<Option<_>>()?
                    )
                )
            }
            Stub::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| self.entry(key, value, quoted));
                format!("{{{}}}", list(entries.collect::<Option<_>>()?))
            }
        })
    }

    /// `key: value` as lines of a YAML block, the first without indentation.
    pub(super) fn block(self, key: &str, stub: &Stub) -> Option<Vec<String>> {
        let mut lines = vec![format!("{}:", self.key(key, false)?)];
        let indented = |line: String| format!("  {line}");
        match stub {
            Stub::Map(entries) => {
                for (key, value) in entries {
                    lines.extend(self.block(key, value)?.into_iter().map(indented));
                }
            }
            Stub::List(items) => {
                for item in items {
                    let item = match item {
                        Stub::Map(entries) => entries
                            .iter()
                            .map(|(key, value)| self.block(key, value))
                            .collect::<Option<Vec<_>>>()?
                            .concat(),
                        other => vec![self.value(other, false)?],
                    };
                    let first = |(at, line): (usize, String)| {
                        format!("{}{line}", if at == 0 { "  - " } else { "    " })
                    };
                    lines.extend(item.into_iter().enumerate().map(first));
                }
            }
            text => lines = vec![self.entry(key, text, false)?],
        }
        Some(lines)
    }
}

/// True for text that means itself in any quotes of any format.
fn is_quotable(text: &str) -> bool {
    text.chars()
        .all(|c| (c.is_ascii_graphic() || c == ' ') && !matches!(c, '"' | '\'' | '\\'))
}

/// True for text that YAML of any version reads as text without quotes.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let is_number =
        || text.parse::<f64>().is_ok() || text.starts_with("0x") || text.starts_with("0o");
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./+".contains(&byte))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
        && !is_number()
}
