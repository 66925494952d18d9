//! Before and after: the part of a broken document that a rule points at, and the same part as it should be.

use crate::{
    document::{
        Document, Pointer,
        source::{LineIndex, Source, Span},
    },
    finding::Finding,
    rule::{Rule, Severity},
};
use std::{fmt::Write as _, sync::Arc};

/// Lines shown around a place.
const AROUND: usize = 3;

/// What a rule says about its first case, and how the good document reads at the same place.
#[derive(Debug)]
pub struct Example {
    severity: Severity,
    message: String,
    language: &'static str,
    before: String,
    after: String,
}

impl Example {
    /// From the rule's first finding in the case, and the documents of the good one.
    pub fn new(finding: &Finding, good: &[Document], good_source: &Arc<Source>) -> Self {
        let place = &finding.place;
        let index = match place.document.is_none() && place.pointer.is_root() {
            // A comment, or what is no document: the line is all that they share.
            true => {
                let line = LineIndex::new(&place.source.text).line_of(place.span.start());
                let start = LineIndex::new(&good_source.text).start_of(line, &good_source.text);
                Some(Span::new(start, start))
            }
            false => good_place(&place.pointer, good),
        };
        Self {
            severity: finding.severity,
            message: finding.message.clone(),
            language: language(&place.source.name),
            before: excerpt(&place.source, place.span),
            after: excerpt(good_source, index.unwrap_or_default()),
        }
    }

    /// The name of its format, as Markdown colours it.
    pub(super) fn language(&self) -> &'static str {
        self.language
    }

    pub(super) fn write(&self, rule: &Rule, page: &mut String) {
        let Self {
            severity,
            message,
            language,
            before,
            after,
        } = self;
        let _ = write!(
            page,
            "\n## Before\n\n```{language}\n{before}```\n\n> {severity}: {message}\n"
        );
        if let Some(why) = self.why(rule) {
            let _ = write!(page, "\n{why}\n");
        }
        let _ = write!(page, "\n## After\n\n```{language}\n{after}```\n");
    }

    /// Why the finding does not have the severity that the rule has in production.
    fn why(&self, rule: &Rule) -> Option<String> {
        let reason = match () {
            () if self.severity == rule.severity => return None,
            () if self.severity == rule.elsewhere => "the service is not known to be in production",
            () if self.severity == rule.unclaimed => "no specification claims the manifest",
            () => "the rule calls this case milder than others",
        };
        Some(format!("It is `{}` because {reason}.", self.severity))
    }
}

/// The same pointer in the good document: in the first document that has all of it, else the one
/// that has most of it.
fn good_place(pointer: &Pointer, good: &[Document]) -> Option<Span> {
    let mut best: Option<(usize, Span)> = None;
    for document in good {
        let found = document.root.resolve(pointer);
        if best.is_none_or(|(known, _)| found.depth > known) {
            best = Some((found.depth, found.point));
        }
    }
    best.map(|(_, point)| point)
}

/// Stands for lines that are not shown.
const CUT: &str = "...\n";

/// The lines around a place, with `...` where the file goes on.
fn excerpt(source: &Source, span: Span) -> String {
    let text = source.text.trim_end();
    let lines: Vec<&str> = text.lines().collect();
    let line = LineIndex::new(&source.text)
        .line_of(span.start())
        .min(lines.len().saturating_sub(1));
    let (from, to) = (
        line.saturating_sub(AROUND),
        (line + AROUND + 1).min(lines.len()),
    );
    let mut shown = String::new();
    if from > 0 {
        shown.push_str(CUT);
    }
    for line in lines.iter().take(to).skip(from) {
        shown.push_str(line);
        shown.push('\n');
    }
    if to < lines.len() {
        shown.push_str(CUT);
    }
    shown
}

fn language(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("toml") => "toml",
        Some("json" | "jsonc") => "json",
        _ => "yaml",
    }
}
