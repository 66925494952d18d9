//! Files that are not read, and whether they hold documents of ours.
//!
//! Each is looked into, within bounds, and none is judged: what it holds is told, with what keeps it from
//! being read.

use super::Unreadable;
use crate::{
    check::{
        answer::is_answer,
        find::{Suspect, WhyUnread},
        note, open,
        unjudged::SpokenDocument,
        unjudged::{self, Spoken},
    },
    disk::{DiskWalk, FoundPath, OnDisk, WalkPlan},
    document::{
        read::{self, Format, loose_text},
        source::{Source, Span, real_path},
    },
    finding::{NotChecked, Place, Topic},
    schema::{Owned, Vocabulary},
};
use rayon::prelude::*;
use std::{path::Path, sync::Arc};

/// So many files are looked into, the first ones by name.
const MOST_FILES: usize = 20_000;
/// A file whose name promises no format at all is looked into up to this size: programs have no extension
/// either.
const MOST_BYTES: u64 = 1_000_000;

/// What was found in the files that are not read.
#[derive(Debug, Default)]
pub(super) struct Examined {
    pub errors: Vec<Unreadable>,
    pub notes: Vec<NotChecked>,
    /// What the team leaves out.
    pub excluded: Vec<SpokenDocument>,
}

/// So many files and folders are looked at in a folder that a link leads to.
const MOST_BEHIND_LINK: usize = 500;

/// A file that holds something of ours.
struct Hit {
    text: String,
    span: Span,
    /// Empty where it cannot be read.
    found: Vec<Spoken>,
}

/// Looks into all of them, several at a time.
pub(super) fn examine(mut suspects: Vec<Suspect>, own: &Owned) -> Examined {
    suspects.sort_by(|a, b| a.name.cmp(&b.name));
    let mut examined = Examined::default();
    let beyond = suspects.get(MOST_FILES).map(|first| first.name.clone());
    if let Some(first) = beyond {
        let more = suspects.len() - MOST_FILES;
        let reason = format!("it and {more} more unread files were not searched for documents");
        examined.notes.push(note(Topic::File(first), reason));
        suspects.truncate(MOST_FILES);
    }
    let hits: Vec<(Suspect, Hit)> = suspects
        .into_par_iter()
        .filter_map(|suspect| {
            let hit = look(&suspect, own.vocabulary(&suspect.project.root))?;
            Some((suspect, hit))
        })
        .collect();
    for (suspect, hit) in hits {
        examined.add(suspect, hit);
    }
    examined
}

impl Examined {
    fn add(&mut self, suspect: Suspect, hit: Hit) {
        let words = unjudged::words(&hit.found);
        let message = match &suspect.cause {
            WhyUnread::Excluded(place) => {
                let reason = format!("left out by `exclude` at {place}, with {words}");
                self.notes.push(note(Topic::File(suspect.name), reason));
                for spoken in hit.found {
                    self.excluded.push(SpokenDocument {
                        path: real_path(&suspect.path),
                        project: Arc::clone(&suspect.project),
                        spoken,
                        manifests: Vec::new(),
                        excluded: true,
                    });
                }
                return;
            }
            WhyUnread::Name => format!(
                "this file holds {words}, which is not judged: files with such a name are not read"
            ),
            WhyUnread::Baseline => format!(
                "this file holds {words}, which is not judged: it is named as the baseline"
            ),
            WhyUnread::Ignored => {
                format!(
                    "this file holds {words}, which is not judged: an ignore file or a hidden name hides it"
                )
            }
            // What stands outside of the folder is not printed.
            WhyUnread::Link => {
                "a document of servelint is not judged: this symbolic link leads out of the folder and is not followed"
                    .to_owned()
            }
        };
        let is_link = suspect.cause == WhyUnread::Link;
        let source = Source {
            name: suspect.name,
            path: suspect.path,
            text: if is_link { String::new() } else { hit.text },
        };
        let span = if is_link { Span::default() } else { hit.span };
        let spoken = if is_link { Vec::new() } else { hit.found };
        let place = Place::bare(Arc::new(source), span);
        let found = Unreadable::unjudged(place, &suspect.project, spoken, message);
        self.errors.push(Unreadable {
            help: help(&suspect.cause).map(str::to_owned),
            ..found
        });
    }
}

/// What to do, where the rule's own help does not say it.
fn help(cause: &WhyUnread) -> Option<&'static str> {
    Some(match cause {
        WhyUnread::Name => {
            "remove the file, name it like a document (`.yaml`), or list it under `exclude` in `servelint.toml`"
        }
        WhyUnread::Ignored => {
            "take the file out of the ignore file, or list it under `exclude` in `servelint.toml`; in a git repository, files that git does not track are no part of the review"
        }
        WhyUnread::Baseline => "give the baseline a file of its own",
        WhyUnread::Link => "put the file itself into the folder, or name the link to check it",
        WhyUnread::Excluded(_) => return None,
    })
}

/// What a file, or a folder that a link leads to, holds of ours.
fn look(suspect: &Suspect, known: Vocabulary<'_>) -> Option<Hit> {
    let path = &suspect.path;
    if !path.holds_folder() {
        return look_into(path, known);
    }
    let walker = DiskWalk::new(path, WalkPlan::BehindLink);
    let entries = walker.take(MOST_BEHIND_LINK).flatten();
    let mut files = entries.filter(FoundPath::is_file);
    files.find_map(|entry| match Format::of(entry.path()) {
        Some(_) => look_into(entry.path(), known),
        None => None,
    })
}

/// What a file holds of ours; `None` for nothing, and for what cannot be read at all.
fn look_into(path: &Path, known: Vocabulary<'_>) -> Option<Hit> {
    let promised = promise(path);
    if promised.is_none() && path.look().ok()?.len() > MOST_BYTES {
        return None;
    }
    let bytes = read::bytes_of(path).ok()?;
    let text = loose_text(&bytes);
    let span = unjudged::spoken_at(&text, known)?;
    let format = promised.unwrap_or_else(|| guess(&text));
    let source = Arc::new(Source {
        name: String::new(),
        path: path.to_owned(),
        text,
    });
    let mut found = Vec::new();
    let parsed = open::parsed(&source, format)?;
    let is_whole = parsed.errors.is_empty() && !parsed.documents.is_empty();
    let mut documents = parsed.documents;
    documents.retain(|document| !is_answer(&document.root));
    if is_whole && documents.is_empty() {
        return None;
    }
    for document in documents {
        unjudged::anywhere(&document.root, 1, known, &mut found);
    }
    // A script or a readme speaks of documents without being one; what is called like a document and does
    // not parse may be any.
    if found.is_empty() && promised.is_none() {
        return None;
    }
    found.dedup();
    let text = Arc::into_inner(source).map(|source| source.text);
    Some(Hit {
        text: text.unwrap_or_default(),
        span,
        found,
    })
}

/// The format that some part of the name promises.
fn promise(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_string_lossy();
    Format::of(path).or_else(|| Format::hidden_in(&name))
}

fn guess(text: &str) -> Format {
    match text.trim_start().starts_with(['{', '[']) {
        true => Format::Json,
        false => Format::Yaml,
    }
}
