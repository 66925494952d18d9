//! From what a document should say to the bytes that say it.
//!
//! Owns [`Fixer`], which turns a [`Remedy`] into a [`Fix`] with the spelling of the file itself
//! (quotes, indentation, line breaks), and [`apply`], which makes the edits. Where the layout leaves
//! a doubt there is no fix. It decides nothing about what is right, and writes no file.

mod insert;
mod write;

use crate::{
    document::{
        Document, Node, Pointer, Value,
        read::{self, Format},
        source::{Span, clip},
    },
    finding::{Edit, Fix, Remedy, RemedyStep, Scalar},
};
use std::{cell::OnceCell, collections::HashMap, sync::Arc};
use write::Spelling;

/// Characters of a name in a title.
const LONGEST_NAME: usize = 60;

/// Makes fixes for one document.
pub struct Fixer<'d> {
    document: &'d Document,
    format: Format,
    shared: OnceCell<Vec<Span>>,
    synonyms: OnceCell<HashMap<Span, Arc<[Span]>>>,
}

impl<'d> Fixer<'d> {
    /// For this document, in the format that its file's name or text tells.
    pub fn new(document: &'d Document) -> Self {
        let format = Format::of_source(&document.source);
        Self {
            document,
            format,
            shared: OnceCell::new(),
            synonyms: OnceCell::new(),
        }
    }

    /// The edits that make the changes; `None` where one of them cannot be made without doubt.
    pub fn fix(&self, remedy: &Remedy) -> Option<Fix> {
        let mut edits = Vec::new();
        let mut title = String::new();
        for change in &remedy.changes {
            let (words, made) = match change {
                RemedyStep::Rename { at, to } => self.rename(at, to)?,
                RemedyStep::Replace { at, with } => self.replace(at, with)?,
                RemedyStep::Insert { at, before, stub } => self.insert(at, before, stub)?,
            };
            // The first change names the fix; the others follow from it.
            title = if title.is_empty() { words } else { title };
            edits.extend(made);
        }
        edits.sort();
        edits.dedup();
        let is_shared = edits.iter().any(|edit| self.is_shared(edit.span));
        if edits.is_empty() || is_shared || !are_apart(&edits) {
            return None;
        }
        match remedy.changes.len() {
            1 => {}
            2 => title.push_str(" and 1 more value"),
            many => title.push_str(&format!(" and {} more values", many - 1)),
        }
        Some(Fix {
            title,
            safe: remedy.safe,
            edits,
        })
    }

    fn text(&self) -> &'d str {
        &self.document.source.text
    }

    fn slice(&self, span: Span) -> &'d str {
        self.document.source.slice(span)
    }

    fn spelling(&self) -> Spelling {
        Spelling {
            format: self.format,
        }
    }

    fn rename(&self, at: &Pointer, to: &str) -> Option<(String, Vec<Edit>)> {
        let found = self.document.root.resolve(at);
        if !found.complete || found.alias.is_some() {
            return None;
        }
        let key = found.key?;
        let title = format!("rename `{}` to `{to}`", clip(self.slice(key), LONGEST_NAME));
        let synonyms = self
            .synonyms
            .get_or_init(|| read::synonyms(self.text(), self.format));
        // A TOML table is named in the header of every table below it: all of them or none.
        let spans: &[Span] = match synonyms.get(&key) {
            Some(all) => all,
            None => std::slice::from_ref(&key),
        };
        let mut edits = Vec::new();
        for span in spans {
            let text = self.respelt_key(self.slice(*span), to)?;
            edits.push(Edit { span: *span, text });
        }
        Some((title, edits))
    }

    /// The new key, in quotes where the old one has them.
    fn respelt_key(&self, old: &str, to: &str) -> Option<String> {
        if old.starts_with(['"', '\'']) {
            self.spelling().like(old, to)
        } else {
            self.spelling().key(to, false)
        }
    }

    fn replace(&self, at: &Pointer, with: &Scalar) -> Option<(String, Vec<Edit>)> {
        let found = self.document.root.resolve(at);
        let span = found.node.span;
        let is_scalar = !matches!(found.node.value, Value::List(_) | Value::Map(_));
        if !found.complete || found.alias.is_some() || !is_scalar || span.is_empty() {
            return None;
        }
        let text = match with {
            Scalar::Text(text) => self.spelling().like(self.slice(span), text)?,
            Scalar::Number(text) => text.clone(),
            Scalar::Flag(_) => with.text().to_owned(),
        };
        // No edits make no fix; other changes of the remedy may need some.
        let edits = if text == self.slice(span) {
            vec![]
        } else {
            vec![Edit { span, text }]
        };
        Some((
            format!("write `{}`", clip(with.text(), LONGEST_NAME)),
            edits,
        ))
    }

    /// True for bytes that stand in several places of the tree: what mends one could break another.
    fn is_shared(&self, span: Span) -> bool {
        let shared = self.shared.get_or_init(|| {
            let mut spans = Vec::new();
            gather_shared(&self.document.root, &mut spans);
            merged(spans)
        });
        let at = shared.partition_point(|other| other.end() < span.start());
        shared
            .get(at)
            .is_some_and(|other| other.start() <= span.end())
    }
}

/// True where no edit overlaps the next: of two that do, neither can be made as it was meant.
fn are_apart(sorted: &[Edit]) -> bool {
    let mut pairs = sorted.iter().zip(sorted.iter().skip(1));
    pairs.all(|(edit, next)| edit.span.end() <= next.span.start())
}

/// The definitions that aliases lead to.
fn gather_shared(node: &Node, spans: &mut Vec<Span>) {
    if node.alias.is_some() {
        spans.push(node.span);
    }
    for item in node.items() {
        gather_shared(item, spans);
    }
    for entry in node.entries() {
        // The key of a merged entry stands where it is defined, as its value does.
        if entry.node.alias.is_some() {
            spans.push(entry.key_span);
        }
        gather_shared(&entry.node, spans);
    }
}

/// Sorted, and without those that lie within others.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut merged: Vec<Span> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start() <= last.end() => {
                *last = Span::new(last.start(), last.end().max(span.end()));
            }
            _ => merged.push(span),
        }
    }
    merged
}

/// The text with as many of the fixes as do not touch each other, the first first, and which of them
/// were made.
pub fn apply(text: &str, fixes: &[&Fix]) -> (String, Vec<usize>) {
    let mut made = Vec::new();
    let mut edits: Vec<&Edit> = Vec::new();
    for (index, fix) in fixes.iter().enumerate() {
        let alone = fix.edits.len() == 1;
        // A fix is made whole or not at all: half of one could break the document.
        if fix
            .edits
            .iter()
            .all(|edit| is_sound(edit, text) && is_free(edit, alone, &edits))
        {
            for edit in &fix.edits {
                let at = edits.partition_point(|other| other.span <= edit.span);
                edits.insert(at, edit);
            }
            made.push(index);
        }
    }
    (patched(text, &edits), made)
}

/// The text with these edits, which are sorted and do not overlap.
fn patched(text: &str, edits: &[&Edit]) -> String {
    let mut patched = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        patched.push_str(text.get(done..edit.span.start()).unwrap_or_default());
        patched.push_str(&edit.text);
        done = edit.span.end();
    }
    patched.push_str(text.get(done..).unwrap_or_default());
    patched
}

/// True where the bytes exist and no character is cut.
fn is_sound(edit: &Edit, text: &str) -> bool {
    text.get(edit.span.start()..edit.span.end()).is_some()
}

/// True where an edit neither overlaps nor touches one that is made already. Several insertions may
/// share a place where each brings its own separator.
fn is_free(edit: &Edit, alone: bool, made: &[&Edit]) -> bool {
    let from = made.partition_point(|other| other.span.end() < edit.span.start());
    for other in made.iter().skip(from) {
        if other.span.start() > edit.span.end() {
            break;
        }
        let shares_place = other.span == edit.span
            && brings_separator(edit)
            && brings_separator(other)
            // A separator before and one after leave none between the two.
            && begins_with_separator(other) == begins_with_separator(edit);
        // Of several edits that belong together, none may get a neighbour that it does not know.
        if !alone || !shares_place {
            return false;
        }
    }
    true
}

/// True for an insertion that needs nothing between it and its neighbour.
fn brings_separator(edit: &Edit) -> bool {
    edit.span.is_empty() && (begins_with_separator(edit) || edit.text.ends_with([' ', '\n', '\r']))
}

fn begins_with_separator(edit: &Edit) -> bool {
    edit.text.starts_with([',', '\n', '\r'])
}

#[cfg(test)]
mod tests;
