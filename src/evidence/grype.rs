//! Grype: `-o json`.
//!
//! Each match is counted, so an identifier counts once for each package that has it; ignored matches are
//! a list of their own. Without a match the list is empty, never absent.

use super::{
    CautionKind, Evidence, EvidenceError, RunFact,
    content::{Content, Tree},
    draft::Draft,
    severities::{SeverityCounts, image},
};
use crate::document::{Pointer, Spot};

pub(super) fn detect(content: &Content<'_>) -> bool {
    content.tree().is_some_and(|tree| {
        let name = tree.at(&["descriptor", "name"]).and_then(Tree::text);
        name == Some("grype") && tree.get("matches").is_some()
    })
}

/// Reads the report.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("grype", "Grype");
    let root = content.root()?;
    draft.evidence.version = root.string_at(&["descriptor", "version"]);
    let matches = root
        .get("matches")
        .filter(|matches| matches!(matches.value, Tree::List(_)))
        .ok_or_else(|| draft.malformed("its `matches` is no list"))?;
    let (mut all, mut fixable) = (SeverityCounts::default(), SeverityCounts::default());
    for found in matches.items() {
        let found = found
            .get("vulnerability")
            .ok_or_else(|| found.bad("without a `vulnerability`"))?;
        all.take(&found, "severity")?;
        if found.text_at(&["fix", "state"]) == Some("fixed") {
            fixable.take(&found, "severity")?;
        }
    }
    all.write(&mut draft, "vulnerabilities", "/matches");
    fixable.write(&mut draft, "fixable_vulnerabilities", "/matches");
    habits(&mut draft, &root);
    if let Some(place) = root.find(&["descriptor", "timestamp"]) {
        draft.evidence.ended_at = place.text().map(str::to_owned);
        draft.state(RunFact::EndedAt, &place.at);
    }
    if root.text_at(&["source", "type"]) == Some("image") {
        let named = |key| root.items_at(&["source", "target", key]);
        draft.evidence.subject.image = image(&named("repoDigests"), &named("tags"));
    }
    draft.finish()
}

/// Settings that leave findings out, with what they leave.
const FILTERS: [(&str, &str); 3] = [
    ("only-fixed", "only vulnerabilities with a fix are listed"),
    (
        "only-notfixed",
        "only vulnerabilities without a fix are listed",
    ),
    (
        "ignore-wontfix",
        "vulnerabilities that will not be fixed are left out",
    ),
];

fn habits(draft: &mut Draft, root: &Spot<'_, Tree>) {
    draft.caution(
        CautionKind::Definition,
        "matches are counted, an identifier once for each package",
    );
    let ignored = root.items_at(&["ignoredMatches"]).len();
    if ignored > 0 {
        let message = format!("{ignored} matches are ignored by rules of the scan and not counted");
        draft.caution(CautionKind::Unusual, message);
    }
    for (key, what) in FILTERS {
        // A flag, and a list of states in older releases.
        let setting = root.find(&["descriptor", "configuration", key]);
        let is_set = setting.is_some_and(|setting| match setting.value {
            Tree::Bool(flag) => *flag,
            Tree::Text(text) => !text.is_empty(),
            _ => false,
        });
        if is_set {
            draft.caution(CautionKind::Unusual, format!("{what} (`{key}`)"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture, read_text};

    #[test]
    fn matches_are_counted_and_ignored_ones_are_told() {
        let found = read_fixture("grype/image.json");
        let count = |name: &str| number(&found, name, "value");
        assert_eq!(count("vulnerabilities"), Some(3.0));
        assert_eq!(count("vulnerabilities/high"), Some(1.0));
        assert_eq!(count("vulnerabilities/negligible"), Some(1.0));
        assert_eq!(count("vulnerabilities/critical"), Some(0.0));
        assert_eq!(count("fixable_vulnerabilities"), Some(1.0));
        assert_eq!(found.version.as_deref(), Some("0.100.0"));
        let told: Vec<&str> = found
            .cautions
            .iter()
            .map(|caution| caution.message.as_str())
            .collect();
        assert!(
            told.iter()
                .any(|text| text.contains("1 matches are ignored")),
            "{told:?}"
        );
        assert!(
            told.iter().any(|text| text.contains("`only-fixed`")),
            "{told:?}"
        );
    }

    #[test]
    fn a_match_without_a_severity_is_an_error() {
        let text = |matches: &str| {
            format!(r#"{{"matches": {matches}, "descriptor": {{"name": "grype"}}}}"#)
        };
        let none = read_text(&text("[]")).expect("a clean scan");
        assert_eq!(number(&none, "vulnerabilities", "value"), Some(0.0));
        for (matches, part) in [
            ("null", "no list"),
            ("{}", "no list"),
            ("[{}]", "without a `vulnerability`"),
            (r#"[{"vulnerability": {}}]"#, "without a `severity`"),
            (
                r#"[{"vulnerability": {"severity": 9}}]"#,
                "no known severity",
            ),
        ] {
            let error = read_text(&text(matches)).expect_err(part).to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
