//! What a touched service had already at the base: the findings that a change did not bring.
//!
//! Owns [`set_aside`]. The base's version of the touched services is written into a folder of its own,
//! with all that it names and all that governs it, and checked there by the same rules. Where that
//! version cannot be had as it was, nothing is set aside: a finding that is new is never hidden.

mod past;

use super::{Gathered, LintError, Request, note, trust::Trust};
use crate::{
    config::FILE_NAME,
    document::source::real_path,
    finding::{Finding, NotChecked, Report, Topic, each_apart, fingerprints_of},
    policy::Pack,
    review::Group,
    rule::Severity,
    units::counted,
};
use past::BaseCopy;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// What the base is said to have found: how much each finding weighed, by fingerprint.
type Known = BTreeMap<String, Severity>;

/// A service by the root of its project and its name, or a document without one by its file.
type Touched = BTreeSet<(PathBuf, String)>;

/// Takes the findings of touched services that stood at the base as well out of what is listed. They
/// stay in the report, and count.
pub(super) fn set_aside(gathered: &Gathered, report: &mut Report, request: &Request, pack: &Pack) {
    let Some(revision) = gathered.changed.revision() else {
        return;
    };
    if request.list_all || gathered.changed.is_named_only() {
        return;
    }
    // One that is new may have become a part of one that is old.
    report.findings = each_apart(std::mem::take(&mut report.findings));
    let groups = Groups::of(gathered);
    let unknown = groups.counted(report, &groups.unknown);
    if unknown > 0 {
        report.not_checked.push(not_known(
            revision,
            "what governs them, or a document beside them, cannot be compared",
        ));
    }
    if groups.counted(report, &groups.known) == 0 {
        return;
    }
    match known(gathered, &groups, request, pack) {
        Ok(known) => groups.split(report, &known, gathered.changed.root()),
        Err(reason) => report.not_checked.push(not_known(revision, &reason)),
    }
    report
        .not_checked
        .extend(counted_only(report.unlisted.len(), revision));
}

/// What is said of findings that are not listed.
fn counted_only(old: usize, revision: &str) -> Option<NotChecked> {
    let (them, count) = match old {
        0 => return None,
        1 => ("it", "counts"),
        _ => ("them", "count"),
    };
    let reason = format!(
        "{} of changed services stood at `{revision}` already: not listed, but {count} in the verdict; `--all` lists {them}",
        counted(old, "finding"),
    );
    Some(note(Topic::Old, reason))
}

fn not_known(revision: &str, reason: &str) -> NotChecked {
    let reason = format!(
        "which findings stood at `{revision}` as well is not known for all services, so those are listed in full: {reason}"
    );
    note(Topic::Old, reason)
}

/// The touched services, by whether their version at the base can be had.
#[derive(Default)]
struct Groups<'g> {
    compared: Vec<&'g Group>,
    /// The names of the files of these.
    known: BTreeSet<&'g str>,
    /// The names of the files of the others.
    unknown: BTreeSet<&'g str>,
}

impl<'g> Groups<'g> {
    fn of(gathered: &'g Gathered) -> Self {
        let (changed, members) = (&gathered.changed, &gathered.loaded.members);
        let mut groups = Self::default();
        for group in &gathered.groups {
            if !changed.group(group, members) {
                continue;
            }
            let is_known = changed.knows(group, members);
            let files = match is_known {
                true => &mut groups.known,
                false => &mut groups.unknown,
            };
            for index in group.members.iter().copied().chain(group.manifests()) {
                files.extend(
                    members
                        .get(index)
                        .map(|member| member.document.source.name.as_str()),
                );
            }
            groups.compared.extend(is_known.then_some(group));
        }
        // A file of two services is that of both.
        groups.known = &groups.known - &groups.unknown;
        groups
    }

    /// How many findings stand in these files.
    fn counted(&self, report: &Report, files: &BTreeSet<&str>) -> usize {
        let is_in = |finding: &&Finding| files.contains(finding.place.source.name.as_str());
        report.findings.iter().filter(is_in).count()
    }

    /// Sets aside what the base had with at least the same weight.
    fn split(&self, report: &mut Report, known: &Known, root: &Path) {
        let prints = prints(&report.findings, root);
        let mut listed = Vec::new();
        for (finding, print) in std::mem::take(&mut report.findings).into_iter().zip(prints) {
            let is_ours = self.known.contains(finding.place.source.name.as_str());
            let before = known.get(&print).filter(|_| is_ours);
            match before.is_some_and(|before| *before >= finding.severity) {
                true => report.unlisted.push(finding),
                false => listed.push(finding),
            }
        }
        report.findings = listed;
    }
}

/// The fingerprints of findings, whose files are called by their paths below the root.
fn prints(findings: &[Finding], root: &Path) -> Vec<String> {
    let mut names: BTreeMap<&Path, String> = BTreeMap::new();
    for finding in findings {
        let path = finding.place.source.path.as_path();
        names.entry(path).or_insert_with(|| {
            let real = real_path(path);
            real.strip_prefix(root)
                .unwrap_or(&real)
                .to_string_lossy()
                .into_owned()
        });
    }
    let named = findings.iter().map(|finding| {
        let name = names.get(finding.place.source.path.as_path());
        (finding, name.map(String::as_str).unwrap_or_default())
    });
    fingerprints_of(named)
}

/// What stood at the base in the services that can be compared, or why that is not known. Whatever is wrong
/// with the base is no failure of a run about what came after it.
fn known(
    gathered: &Gathered,
    groups: &Groups<'_>,
    request: &Request,
    pack: &Pack,
) -> Result<Known, String> {
    let copy = BaseCopy::of(gathered, groups, request)?;
    let Some(past) = copy.request(request) else {
        return Ok(Known::new());
    };
    let found = found(&past, pack, &copy, &touched(gathered, groups));
    let found = found.map_err(|error| copy.as_at_hand(&error.to_string()))?;
    let prints = prints(&found, copy.root());
    let weights = found.iter().map(|finding| finding.severity);
    Ok(prints.into_iter().zip(weights).collect())
}

/// What stands in the services of the copy, in the words in which it would be said at hand.
fn found(
    request: &Request,
    pack: &Pack,
    copy: &BaseCopy,
    touched: &Touched,
) -> Result<Vec<Finding>, LintError> {
    // The base is compared with nothing.
    let trust = Trust::default();
    let mut past = Gathered::new(request, &trust, pack, &super::Silent)?;
    let members = &past.loaded.members;
    past.groups
        .retain(|group| keys(group, members, copy.root()).any(|key| touched.contains(&key)));
    let mut found = each_apart(past.report(request, &trust, &super::Silent)?.findings);
    for finding in &mut found {
        finding.message = copy.as_at_hand(&finding.message);
        if let Some(wording) = &mut finding.first_wording {
            *wording = copy.as_at_hand(wording);
        }
    }
    Ok(found)
}

fn touched(gathered: &Gathered, groups: &Groups<'_>) -> Touched {
    let root = gathered.changed.root();
    let members = &gathered.loaded.members;
    let compared = groups.compared.iter();
    compared
        .flat_map(|group| keys(group, members, root))
        .collect()
}

/// What tells a group from others, with paths below `root`.
fn keys<'m>(
    group: &'m Group,
    members: &'m [crate::review::Member],
    root: &'m Path,
) -> impl Iterator<Item = (PathBuf, String)> {
    let indexes = group.members.iter().copied().chain(group.manifests());
    let members = indexes.filter_map(|index| members.get(index));
    members.map(move |member| {
        let below = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_owned();
        match group
            .reviews
            .first()
            .filter(|review| !review.service.is_empty())
        {
            Some(review) => (below(&member.project.root), review.service.clone()),
            None => {
                let file = below(&real_path(&member.document.source.path));
                (
                    below(&member.project.root),
                    file.to_string_lossy().into_owned(),
                )
            }
        }
    })
}

/// True for a file that has a say in how others are read, wherever it stands.
fn governs(path: &Path) -> bool {
    const NAMES: [&str; 7] = [
        FILE_NAME,
        "CODEOWNERS",
        ".gitignore",
        ".ignore",
        "kustomization.yaml",
        "kustomization.yml",
        "Kustomization",
    ];
    path.file_name()
        .is_some_and(|name| NAMES.iter().any(|known| name == *known))
}
