//! What the documents around a file of evidence ask of it, and the statement beside it.

use super::{fit, grid::Grid};
use crate::{
    evidence::{Binding, BindingKind, BindingStatus},
    facts::{CitedClaim, CitedDocument},
    output::{safe, style::wrapping},
};
use serde_json::{Value as Json, json};
use std::fmt::Write as _;

/// What stands around a file.
#[derive(Debug, Default)]
pub struct FileSurroundings {
    /// The statement beside it.
    pub statement: Option<Binding>,
    /// The documents that rest on it, or could.
    pub documents: Vec<CitedDocument>,
    /// Why documents around it were not read, in words.
    pub unread: Option<String>,
}

const HEADS: [&str; 5] = ["claim", "asks", "file has", "shows", "stands"];

/// The surroundings as the end of a table. Safe to print.
pub fn surroundings_table(around: &FileSurroundings, width: Option<usize>) -> String {
    let mut text = String::from("\nStatement\n");
    let line = match &around.statement {
        Some(binding) => statement(binding),
        None => "none beside it: `servelint evidence record` or `bind` writes one".to_owned(),
    };
    match width {
        Some(width) => text.push_str(&fit::lines(&line, "  ", "    ", wrapping(width))),
        None => text.push_str(&format!("  {line}\n")),
    }
    text.push_str("\nProves\n");
    if let Some(reason) = &around.unread {
        let _ = writeln!(text, "  not known: {}", safe::escape(reason));
    } else if around.documents.is_empty() {
        text.push_str(
            "  nothing: no document around it names it, or asks for a value that it has\n",
        );
    }
    for document in &around.documents {
        let _ = writeln!(text, "  {}", safe::escape(&document.file));
        let mut rows = vec![HEADS.map(str::to_owned)];
        rows.extend(document.claims.iter().map(row));
        let grid = Grid {
            indent: "    ",
            is_number: [false; 5],
            rows,
        };
        // Nobody sees the lines of a file or a pipe wrapped.
        text.push_str(&width.map_or_else(|| grid.draw(), |width| grid.fit(width)));
    }
    text
}

/// The same as JSON, to be joined to that of the file.
pub fn surroundings_json(around: &FileSurroundings) -> Json {
    let mut found = json!({"statement": around.statement, "documents": around.documents});
    if let (Some(reason), Some(fields)) = (&around.unread, found.as_object_mut()) {
        fields.insert("documentsUnread".to_owned(), json!(reason));
    }
    found
}

fn statement(binding: &Binding) -> String {
    let mut parts = vec![match (binding.status, binding.kind, &binding.by) {
        (BindingStatus::Bound, Some(BindingKind::Recorded), _) => {
            "bound: the command was recorded".to_owned()
        }
        (BindingStatus::Bound, _, Some(by)) => format!("bound: {by} attests it"),
        _ => format!(
            "counts for nothing: {}",
            binding
                .reason
                .as_deref()
                .unwrap_or("it is not about this file")
        ),
    }];
    if let Some(ended) = &binding.ended_at {
        parts.push(format!("ended {ended}"));
    }
    if let Some(Json::Object(subject)) = binding
        .subject
        .as_ref()
        .and_then(|subject| serde_json::to_value(subject).ok())
    {
        let named = ["service", "revision", "model", "image", "gpu", "gpus"];
        let values = named.iter().filter_map(|name| match subject.get(*name)? {
            Json::String(text) => Some(format!("{name} {text}")),
            Json::Null => None,
            other => Some(format!("{name} {other}")),
        });
        parts.extend(values);
    }
    safe::escape(&format!("{}: {}", binding.path, parts.join(", "))).into_owned()
}

fn row(claim: &CitedClaim) -> [String; 5] {
    let or_dash =
        |text: Option<&str>| text.map_or("-".to_owned(), |text| safe::escape(text).into_owned());
    let shows = match (claim.meets, claim.is_cited, &claim.because) {
        (Some(true), true, _) => "met".to_owned(),
        (Some(false), true, _) => "missed".to_owned(),
        (Some(true), false, _) => "would be met, but is not named".to_owned(),
        (Some(false), false, _) => "would be missed, and is not named".to_owned(),
        (None, _, Some(reason)) => safe::escape(reason).into_owned(),
        (None, ..) => "an argument, which no rule compares".to_owned(),
    };
    let stands = claim
        .standing
        .as_ref()
        .map(|standing| match &standing.because {
            Some(reason) => format!("{}: {reason}", standing.state.word()),
            None => standing.state.word().to_owned(),
        });
    [
        safe::escape(&claim.claim).into_owned(),
        or_dash(claim.target.as_deref()),
        or_dash(claim.value.as_deref()),
        shows,
        or_dash(stands.as_deref()),
    ]
}
