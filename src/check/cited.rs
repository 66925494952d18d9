//! Which documents rest on a file of evidence, or could, for whoever asks what it proves.

#![expect(clippy::disallowed_methods, reason = "no part of a check")]

use super::{LintError, Request, inputs, threads::with_room};
use crate::{
    document::source::real_path,
    evidence::Evidence,
    facts::{self, CitedDocument},
    finding::Report,
    policy::Pack,
};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// What every document of ours has in it.
const OURS: &str = "servelint/v1";
/// The largest document that is searched for a name, and so many of them.
const LARGEST: u64 = 1024 * 1024;
const MOST: usize = 20_000;
/// So many documents that do not name the file are read.
const MOST_OTHERS: usize = 50;
const ENDINGS: [&str; 5] = ["yaml", "yml", "json", "jsonc", "toml"];

/// The documents around a file: those below the root of its repository or project that name it, or all where none does
/// and they are few. Nothing where no such root is known.
pub fn around(file: &Path) -> Vec<PathBuf> {
    let real = real_path(file);
    let (Some(root), Some(name)) = (
        root_of(&real),
        real.file_name().and_then(|name| name.to_str()),
    ) else {
        return Vec::new();
    };
    let (mut naming, mut others) = (Vec::new(), Vec::new());
    let walker = ignore::WalkBuilder::new(root).build().flatten();
    for entry in walker.take(MOST) {
        let path = entry.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        let is_document = ending.is_some_and(|ending| ENDINGS.contains(&ending));
        let is_small = || {
            entry
                .metadata()
                .is_ok_and(|data| data.is_file() && data.len() <= LARGEST)
        };
        if !is_document || path == real || !is_small() {
            continue;
        }
        let text = fs::read_to_string(path).unwrap_or_default();
        match (text.contains(OURS), text.contains(name)) {
            (true, true) => naming.push(path.to_owned()),
            (true, false) => others.push(path.to_owned()),
            (false, _) => {}
        }
    }
    match naming.is_empty() && others.len() <= MOST_OTHERS {
        true => others,
        false => naming,
    }
}

/// The nearest folder above a file with a configuration or a repository; else the current one, where the file is below it.
fn root_of(real: &Path) -> Option<PathBuf> {
    let marked = |folder: &&Path| {
        ["servelint.toml", ".git"]
            .iter()
            .any(|mark| folder.join(mark).exists())
    };
    let above = real.ancestors().skip(1).find(marked).map(Path::to_owned);
    above.or_else(|| {
        let here = real_path(&env::current_dir().ok()?);
        real.starts_with(&here).then_some(here)
    })
}

/// What the documents that `request` names ask of a file, and what it answers; and what keeps documents from being read.
///
/// # Errors
/// As [`super::inputs`].
pub fn cited(
    request: &Request,
    pack: &Pack,
    (file, evidence): (&Path, Option<&Evidence>),
) -> Result<(Vec<CitedDocument>, Report), LintError> {
    let real = real_path(file);
    with_room(|| {
        let mut found = Vec::new();
        let obstacles = inputs::with_seen(request, pack, &mut |gathered, seen| {
            for group in &gathered.groups {
                for (index, document) in seen.documents(group) {
                    let member = &gathered.loaded.members[index];
                    if member.broken {
                        continue;
                    }
                    let project = &member.project;
                    let leads = |path: &str| real_path(&project.root.join(path)) == real;
                    let confidence = project.config.policy.confidence;
                    let root = &member.document.root;
                    let claims = facts::cited(&document.facts, root, evidence, confidence, &leads);
                    if !claims.is_empty() {
                        found.push(CitedDocument {
                            file: member.document.source.name.clone(),
                            service: member.service().map(str::to_owned),
                            claims,
                        });
                    }
                }
            }
        })?;
        Ok((found, obstacles))
    })
}
