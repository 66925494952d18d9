//! Shows the files of a run to the packs of conftest's contract, and places what they say.
//!
//! Such a pack sees every file of the formats that are read, whatever it holds: a Deployment without a model server and a
//! plain configuration file as well.

mod formats;
mod places;
mod shown;

use super::{Request, changed::Changed, evaluate::Judged, judge::Judge, load::Loaded, note};
use crate::{
    config::Project,
    document::{
        read::{self, Configuration},
        source::{Source, Span, folder, real_path},
    },
    finding::{Finding, NotChecked, Place, Suppression, SuppressionKind, Topic},
    policy::{self, ConftestAnswer, ConftestResult, ResultPlace, TeamPack, Value},
};
use serde_json::json;
use shown::{OpenFiles, Unshown};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

/// Asks every pack of conftest's contract about the files that a run reads.
pub(super) fn ask(
    judged: &mut Judged,
    loaded: &mut Loaded,
    judge: &Judge<'_>,
    changed: &Changed,
    request: &Request,
) {
    let mut projects: BTreeMap<&Path, &Arc<Project>> = BTreeMap::new();
    let members = loaded.members.iter().map(|member| &member.project);
    let found = loaded.found.files.iter().map(|file| &file.project);
    for project in found.chain(members) {
        projects.insert(&project.root, project);
    }
    let mut said = Said::default();
    let mut shelf = None;
    for (root, project) in projects {
        for pack in judge.pack.conftest_packs(root) {
            let rules: Vec<String> = pack
                .rules()
                .keys()
                .filter(|id| judge.selection.contains(project, id))
                .cloned()
                .collect();
            if rules.is_empty() {
                continue;
            }
            let shelf = shelf.get_or_insert_with(|| OpenFiles::of(loaded, request));
            let asking = PackAsking {
                pack,
                project,
                rules,
                judge,
                loaded,
                shelf,
            };
            asking.all(request, &mut said);
        }
    }
    let shelf = shelf.map(OpenFiles::into_files).unwrap_or_default();
    said.into_judged(judged, changed);
    loaded.shown = shelf;
}

/// What packs said.
#[derive(Default)]
struct Said {
    findings: Vec<Finding>,
    /// What is said of all files of a project together and of none of them, with its root.
    of_all: Vec<(Arc<Project>, Finding)>,
    notes: Vec<NotChecked>,
    /// Rules that failed, by the name of the file; of all files of a project where there is none.
    failures: Vec<(Option<String>, String)>,
}

impl Said {
    /// Findings count for the services whose documents lie in the same file.
    fn into_judged(self, judged: &mut Judged, changed: &Changed) {
        judged.not_checked.extend(self.notes);
        for (file, failure) in self.failures {
            for review in &mut judged.reviews {
                if file
                    .as_ref()
                    .is_none_or(|file| review.files().contains(file))
                {
                    review.fail(failure.clone());
                }
            }
            judged.failures.push(failure);
        }
        for (project, finding) in self.of_all {
            for review in &mut judged.reviews {
                if review.is_of(&project) {
                    review.add(finding.clone());
                }
            }
            judged.findings.push(finding);
        }
        for finding in self.findings {
            let file = &finding.place.source.name;
            let mut is_shown = false;
            for review in &mut judged.reviews {
                if review.files().contains(file) {
                    review.add(finding.clone());
                    is_shown = true;
                }
            }
            if is_shown || changed.file(&finding.place.source) {
                judged.findings.push(finding);
            } else {
                judged.unchanged.findings += 1;
            }
        }
    }
}

/// One pack that is asked in one project.
struct PackAsking<'a> {
    pack: &'a TeamPack,
    project: &'a Arc<Project>,
    rules: Vec<String>,
    judge: &'a Judge<'a>,
    loaded: &'a Loaded,
    shelf: &'a mut OpenFiles,
}

/// A file as a pack sees it.
struct ShownConfigurations {
    file: usize,
    /// From the root of the project, with forward slashes.
    path: String,
}

impl PackAsking<'_> {
    fn all(self, request: &Request, said: &mut Said) {
        let Some(options) = self.pack.conftest() else {
            return;
        };
        let wanted = shown::FileGlobs::of(options);
        let mut files = Vec::new();
        for index in 0..self.shelf.len() {
            let Some(path) = self.shelf.path_in(index, self.project) else {
                continue;
            };
            if !wanted.holds(&path) {
                continue;
            }
            match self.shelf.open(index) {
                Ok(()) => files.push(ShownConfigurations { file: index, path }),
                Err(unshown) => self.unshown(index, &unshown, said),
            }
        }
        said.notes.extend(formats::refused(
            &wanted,
            self.project,
            request,
            &self.pack.name,
        ));
        match options.combine {
            true => self.together(&files, said),
            false => files.iter().for_each(|file| self.one(file, said)),
        }
    }

    /// A file that the pack should see and does not.
    fn unshown(&self, index: usize, unshown: &Unshown, said: &mut Said) {
        let name = self.shelf.name(index).to_owned();
        let reason = format!(
            "the pack `{}` did not see it: {}",
            self.pack.name, unshown.reason
        );
        said.notes
            .push(note(Topic::File(name.clone()), reason.clone()));
        if unshown.is_fault {
            let failure = format!("{name}: {reason}");
            said.failures.push((Some(name), failure));
        }
    }

    fn one(&self, shown: &ShownConfigurations, said: &mut Said) {
        let Some((source, parsed)) = self.shelf.opened(shown.file) else {
            return;
        };
        let format = self.shelf.format(shown.file);
        let (configurations, _) = read::configurations(parsed, source, format);
        let file = named(&source.path);
        for configuration in configurations {
            let input = value(&configuration);
            let answer = self.pack.answer_about(&self.rules, input, &file);
            self.failures(&answer, Some(&source.name), said);
            for result in &answer.results {
                let place = self.place(source, &configuration, &result.place);
                said.findings.extend(self.finding(result, place));
            }
        }
    }

    fn together(&self, files: &[ShownConfigurations], said: &mut Said) {
        let (mut inputs, mut entries) = (Vec::new(), Vec::new());
        let mut sorted: Vec<&ShownConfigurations> = files.iter().collect();
        sorted.sort_by(|a, b| a.path.cmp(&b.path));
        for shown in sorted {
            let Some((source, parsed)) = self.shelf.opened(shown.file) else {
                continue;
            };
            let format = self.shelf.format(shown.file);
            for configuration in read::configurations(parsed, source, format).0 {
                inputs.push(policy::object([
                    ("path", Value::from(shown.path.as_str())),
                    ("contents", value(&configuration)),
                ]));
                entries.push((source, configuration));
            }
        }
        if files.is_empty() {
            return;
        }
        let file = json!({
            "name": "Combined",
            "dir": self.project.root.to_string_lossy(),
        });
        let answer = self
            .pack
            .answer_about(&self.rules, Value::from(inputs), &file);
        self.failures(&answer, None, said);
        for result in &answer.results {
            let within = places::combined(&result.place, entries.len());
            let place = match (within, &result.place) {
                (Some((at, rest)), _) => {
                    let (source, configuration) = &entries[at];
                    self.place(source, configuration, &ResultPlace::At(rest))
                }
                (None, ResultPlace::Line(Some(name), line)) => {
                    self.line(name, *line).unwrap_or_else(|| self.of_pack())
                }
                _ => self.of_pack(),
            };
            let is_of_all = place.source.path == self.pack.source().path;
            match (self.finding(result, place), is_of_all) {
                (Some(finding), true) => said.of_all.push((Arc::clone(self.project), finding)),
                (found, _) => said.findings.extend(found),
            }
        }
    }

    /// Where nothing says which of all files is meant: at the pack that compares them.
    fn of_pack(&self) -> Place {
        Place::bare(Arc::clone(self.pack.source()), Span::new(0, 0))
    }

    fn failures(&self, answer: &ConftestAnswer, file: Option<&String>, said: &mut Said) {
        for failure in &answer.failures {
            let topic = match file {
                Some(name) => Topic::File(name.clone()),
                None => Topic::OtherFiles,
            };
            let reason = format!("rule `{}` failed: {}", failure.rule, failure.reason);
            let told = match file {
                Some(name) => format!(
                    "rule `{}` failed on {name}: {}",
                    failure.rule, failure.reason
                ),
                None => format!(
                    "rule `{}` failed on all files together: {}",
                    failure.rule, failure.reason
                ),
            };
            said.notes.push(note(topic, reason));
            said.failures.push((file.cloned(), told));
        }
    }

    fn finding(&self, result: &ConftestResult, place: Place) -> Option<Finding> {
        let finding = self.judge.of_pack(
            &result.rule,
            &result.message,
            place,
            self.project,
            &self.loaded.members,
        )?;
        let suppression = result.excepted.then(|| Suppression {
            kind: SuppressionKind::Config,
            by: None,
            reason: Some("the policy's own `exception`".to_owned()),
            until: None,
            place: Place::bare(Arc::clone(self.pack.source()), Span::new(0, 0)),
        });
        Some(Finding {
            suppression,
            ..finding
        })
    }

    fn place(
        &self,
        source: &Arc<Source>,
        configuration: &Configuration<'_>,
        said: &ResultPlace,
    ) -> Place {
        let head = || places::head(source, configuration, &self.loaded.members);
        match said {
            ResultPlace::Head => head(),
            ResultPlace::At(at) => {
                places::at(configuration, at, &self.loaded.members).unwrap_or_else(head)
            }
            ResultPlace::Line(None, line) => places::line(source, *line).unwrap_or_else(head),
            ResultPlace::Line(Some(name), line) => match is_called(source, name) {
                true => places::line(source, *line).unwrap_or_else(head),
                false => self.line(name, *line).unwrap_or_else(head),
            },
        }
    }

    /// A line of another file that the run reads.
    fn line(&self, name: &str, line: usize) -> Option<Place> {
        let source = self
            .shelf
            .sources()
            .find(|source| is_called(source, name))?;
        places::line(source, line)
    }
}

/// True where a policy means this file by a name: its own, or the end of its path.
fn is_called(source: &Source, name: &str) -> bool {
    source.name == name || source.path.ends_with(name)
}

fn value(configuration: &Configuration<'_>) -> Value {
    match configuration.node() {
        Some(node) => policy::from_whole_node(node),
        None => Value::Null,
    }
}

/// `data.conftest.file`
fn named(path: &Path) -> serde_json::Value {
    let name = path.file_name().unwrap_or_default();
    json!({
        "name": name.to_string_lossy(),
        "dir": real_path(folder(path)).to_string_lossy(),
    })
}

/// How many documents only packs saw: in files without one that takes part anyway.
pub(super) fn documents(loaded: &Loaded, taking: &BTreeSet<usize>) -> usize {
    let members = taking.iter().filter_map(|index| loaded.members.get(*index));
    let held = loaded.held.iter().map(|(member, _)| member);
    let known: BTreeSet<&Path> = members
        .chain(held)
        .map(|member| member.document.source.path.as_path())
        .collect();
    let shown = loaded.shown.iter();
    shown
        .filter(|file| !known.contains(file.source.path.as_path()))
        .map(|file| file.documents)
        .sum()
}
