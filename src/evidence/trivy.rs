//! Trivy: `--format json`, schema version 2.
//!
//! Each finding is counted, so an identifier counts once for each package that has it. A result without
//! findings has no list of them; whether packages were scanned at all shows in the classes of the
//! results. The filters of a scan (`--severity`, `--ignore-unfixed`) leave no trace in the file.

use super::{
    CautionKind, Evidence, EvidenceError, RunFact,
    content::{Content, Tree},
    draft::Draft,
    severities::{SeverityCounts, image},
};
use crate::document::{Pointer, Spot};

pub(super) fn detect(content: &Content<'_>) -> bool {
    let tree = content.tree();
    tree.is_some_and(|tree| tree.has(&["SchemaVersion", "ArtifactName"]))
}

/// Findings of one kind: the classes of results that tell that it was looked for, and the key of its list.
struct FindingKind {
    metric: &'static str,
    classes: &'static [&'static str],
    key: &'static str,
}

const KINDS: [FindingKind; 3] = [
    FindingKind {
        metric: "vulnerabilities",
        classes: &["os-pkgs", "lang-pkgs"],
        key: "Vulnerabilities",
    },
    FindingKind {
        metric: "misconfigurations",
        classes: &["config"],
        key: "Misconfigurations",
    },
    FindingKind {
        metric: "secrets",
        classes: &["secret"],
        key: "Secrets",
    },
];

/// Reads the report.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("trivy", "Trivy");
    let root = content.root()?;
    if root.count_at(&["SchemaVersion"])? != Some(2) {
        return Err(draft.malformed("its `SchemaVersion` is not 2, which is the one that is read"));
    }
    draft.evidence.version = root.string_at(&["Trivy", "Version"]);
    let results = results(&draft, &root)?;
    for kind in &KINDS {
        count(&mut draft, kind, &results)?;
    }
    if draft.evidence.measurements.is_empty() {
        return Err(draft.malformed(
            "none of its results is of packages, configuration or secrets: nothing shows that anything was scanned",
        ));
    }
    habits(&mut draft, &root, &results);
    if let Some(place) = root.get("CreatedAt") {
        draft.evidence.ended_at = place.text().map(str::to_owned);
        draft.state(RunFact::EndedAt, &place.at);
    }
    if root.text_at(&["ArtifactType"]) == Some("container_image") {
        let named = |key| root.items_at(&["Metadata", key]);
        draft.evidence.subject.image = image(&named("RepoDigests"), &named("RepoTags"));
    }
    draft.finish()
}

fn results<'t>(draft: &Draft, root: &Spot<'t, Tree>) -> Result<Vec<Spot<'t, Tree>>, EvidenceError> {
    match root.get("Results") {
        Some(results) if matches!(results.value, Tree::List(_)) => Ok(results.items()),
        Some(results) => Err(results.bad("no list")),
        None => {
            Err(draft.malformed("it has no `Results`: nothing shows that anything was scanned"))
        }
    }
}

/// Counts the findings of a kind, where a result shows that they were looked for.
fn count(
    draft: &mut Draft,
    kind: &FindingKind,
    results: &[Spot<'_, Tree>],
) -> Result<(), EvidenceError> {
    let (mut all, mut fixable) = (SeverityCounts::default(), SeverityCounts::default());
    let mut is_scanned = false;
    for result in results {
        let class = result.text_at(&["Class"]).unwrap_or_default();
        let list = result.get(kind.key);
        is_scanned |= kind.classes.contains(&class) || list.is_some();
        for finding in list.iter().flat_map(Spot::items) {
            // Checks that a configuration passes are listed as well.
            if finding.text_at(&["Status"]) == Some("PASS") {
                continue;
            }
            all.take(&finding, "Severity")?;
            if finding
                .text_at(&["FixedVersion"])
                .is_some_and(|version| !version.is_empty())
            {
                fixable.take(&finding, "Severity")?;
            }
        }
        if list.is_some_and(|list| !matches!(list.value, Tree::List(_))) {
            return Err(result.bad(format!("with `{}` that is no list", kind.key)));
        }
    }
    if is_scanned {
        all.write(draft, kind.metric, "/Results");
        if kind.metric == "vulnerabilities" {
            fixable.write(draft, "fixable_vulnerabilities", "/Results");
        }
    }
    Ok(())
}

fn habits(draft: &mut Draft, root: &Spot<'_, Tree>, results: &[Spot<'_, Tree>]) {
    draft.caution(
        CautionKind::Definition,
        "findings are counted, an identifier once for each package; filters of the scan (`--severity`, `--ignore-unfixed`, `.trivyignore`) and the day of its database are not in the file",
    );
    let suppressed: usize = results
        .iter()
        .map(|result| result.items_at(&["ExperimentalModifiedFindings"]).len())
        .sum();
    if suppressed > 0 {
        let message = format!("{suppressed} findings are suppressed and not counted");
        draft.caution(CautionKind::Unusual, message);
    }
    let has_system = |result: &Spot<'_, Tree>| result.text_at(&["Class"]) == Some("os-pkgs");
    if root.text_at(&["ArtifactType"]) == Some("container_image") && !results.iter().any(has_system)
    {
        let message = "no packages of an operating system were scanned: the image has none, or its distribution is not known to the scanner";
        draft.caution(CautionKind::Unusual, message);
    }
    if root.is_true_at(&["Metadata", "OS", "EOSL"]) {
        let message = "the distribution is no longer supported, so newer vulnerabilities of its packages are not known";
        draft.caution(CautionKind::Unusual, message);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture, read_text};

    #[test]
    fn findings_are_counted_by_severity() {
        let found = read_fixture("trivy/image.json");
        let count = |name: &str| number(&found, name, "value");
        assert_eq!(count("vulnerabilities"), Some(4.0));
        assert_eq!(count("vulnerabilities/critical"), Some(1.0));
        assert_eq!(count("critical_vulnerabilities"), Some(1.0), "another name");
        assert_eq!(count("vulnerabilities/high"), Some(2.0));
        assert_eq!(count("vulnerabilities/unknown"), Some(0.0));
        assert_eq!(count("fixable_vulnerabilities/high"), Some(1.0));
        assert_eq!(count("secrets"), None, "not looked for");
        assert_eq!(found.version.as_deref(), Some("0.66.0"));
        let image = found.subject.image.as_deref().expect("an image");
        assert!(image.starts_with("registry.example.com/ranker@sha256:"));
        assert_eq!((found.completed, found.error_ratio()), (None, None));
    }

    #[test]
    fn an_image_without_a_known_system_says_so() {
        let text = r#"{"SchemaVersion": 2, "ArtifactName": "a", "ArtifactType": "container_image", "Results": [{"Class": "lang-pkgs"}]}"#;
        let told = |found: &crate::evidence::Evidence| {
            let mut cautions = found.cautions.iter();
            cautions.any(|caution| caution.message.contains("operating system"))
        };
        assert!(told(&read_text(text).expect("a scan")));
        assert!(!told(&read_fixture("trivy/image.json")));
    }

    #[test]
    fn what_was_not_scanned_has_no_count() {
        let text = |results: &str| {
            format!(
                r#"{{"SchemaVersion": 2, "ArtifactName": "a", "ArtifactType": "filesystem"{results}}}"#
            )
        };
        let clean = read_text(&text(
            r#", "Results": [{"Target": "a", "Class": "os-pkgs"}]"#,
        ));
        let clean = clean.expect("a scan of packages");
        assert_eq!(
            number(&clean, "vulnerabilities/critical", "value"),
            Some(0.0)
        );
        let secrets = read_text(&text(
            r#", "Results": [{"Target": "a", "Class": "secret"}]"#,
        ));
        let secrets = secrets.expect("a scan for secrets");
        assert_eq!(number(&secrets, "vulnerabilities", "value"), None);
        assert_eq!(number(&secrets, "secrets/critical", "value"), Some(0.0));
        for (results, part) in [
            ("", "has no `Results`"),
            (r#", "Results": []"#, "nothing shows"),
            (r#", "Results": [{"Class": "license"}]"#, "nothing shows"),
            (
                r#", "Results": [{"Vulnerabilities": [{"Severity": "SEVERE"}]}]"#,
                "no known severity",
            ),
            (
                r#", "Results": [{"Vulnerabilities": [{}]}]"#,
                "without a `Severity`",
            ),
            (
                r#", "Results": [{"Vulnerabilities": {"Severity": "HIGH"}}]"#,
                "no list",
            ),
        ] {
            let error = read_text(&text(results)).expect_err(part).to_string();
            assert!(error.contains(part), "{error}");
        }
        let other = text(r#", "Results": [{"Class": "os-pkgs"}]"#).replace(": 2,", ": 3,");
        assert!(read_text(&other).is_err(), "another version");
    }
}
