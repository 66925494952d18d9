//! One value of any JSON or YAML, at the place that the reference selects.
//!
//! What it measures and in which unit only the reference's author knows, so neither is guessed.

use super::{
    CautionKind, Evidence, EvidenceError, EvidenceKind, MeasuredValue,
    content::{Content, Tree},
    draft::Draft,
    runs,
};
use crate::{document::Pointer, units::day_number};

/// Reads the value that `select` leads to.
pub(super) fn read(
    content: &Content<'_>,
    select: Option<&Pointer>,
) -> Result<Evidence, EvidenceError> {
    let select = select.ok_or(EvidenceError::NeedsSelect)?;
    let mut draft = Draft::new("json", "unknown");
    draft.evidence.kind = EvidenceKind::Value;
    let roots = runs::roots(&content.trees);
    let [root] = roots.as_slice() else {
        return match roots.len() {
            0 => Err(draft.malformed("it is lines of text, which `select` cannot point into")),
            count => Err(draft.malformed(format!(
                "it holds {count} documents, of which `select` cannot pick one"
            ))),
        };
    };
    let found = root.select(select)?;
    let value = match found.value {
        Tree::Number(_) => MeasuredValue::Number(found.number()?),
        Tree::Text(text) => MeasuredValue::Text(text.clone()),
        Tree::Bool(flag) => MeasuredValue::Text(flag.to_string()),
        Tree::Null => {
            return Err(EvidenceError::BadSelect(format!(
                "leads to `{select}`, which is null"
            )));
        }
        Tree::List(_) => {
            return Err(EvidenceError::BadSelect(format!(
                "leads to `{select}`, which is a list, not a value"
            )));
        }
        Tree::Map(_) => {
            return Err(EvidenceError::BadSelect(format!(
                "leads to `{select}`, which is a mapping, not a value"
            )));
        }
    };
    draft.add("value", "value", value, None, None, &found.at);
    let dated = |keys: &[&str]| {
        let mut dates = keys.iter().filter_map(|key| root.string_at(&[key]));
        dates.find(|date| day_number(date).is_some())
    };
    draft.evidence.started_at = dated(&["startedAt"]);
    // A date that is no start is that of the file, which was written after what it tells.
    draft.evidence.ended_at = dated(&["endedAt", "collectedAt", "timestamp", "date"]);
    draft.caution(
        CautionKind::Unusual,
        "a plain value: its metric, unit, load and samples are not in the file",
    );
    draft.finish()
}

impl Evidence {
    /// The value that `select` led to; nothing where the file has a format of its own.
    pub fn selected(&self) -> Option<&super::Measurement> {
        (self.format == "json").then(|| self.measurements.first())?
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::fixture;
    use super::super::{EvidenceRequest, open, read};
    use super::*;

    fn at(select: &str) -> Result<Evidence, EvidenceError> {
        open(
            &fixture("json/drill.json"),
            EvidenceRequest {
                format: Some("json"),
                select: Some(select),
            },
        )
    }

    #[test]
    fn one_value_without_a_unit() {
        let found = at("/runs/1/duration_seconds").expect("a number");
        let value = found.selected().expect("selected");
        assert_eq!(
            (value.value.number(), value.unit, value.at.as_str()),
            (Some(94.0), None, "/runs/1/duration_seconds")
        );
        assert_eq!(found.started_at, None, "`date` is no start");
        assert_eq!(found.ended_at.as_deref(), Some("2026-10-02T11:00:00Z"));
        assert_eq!(
            at("/result")
                .expect("text")
                .selected()
                .and_then(|found| found.value.text()),
            Some("passed")
        );
    }

    #[test]
    fn pointers_that_lead_to_no_value() {
        assert_eq!(
            at("/runs/9/x"),
            Err(EvidenceError::NothingSelected("/runs/9".into()))
        );
        assert!(
            at("/runs")
                .expect_err("a list")
                .to_string()
                .contains("a list")
        );
        assert!(
            at("runs")
                .expect_err("no slash")
                .to_string()
                .contains("starts with `/`")
        );
        let needs = open(&fixture("json/drill.json"), EvidenceRequest::default());
        assert_eq!(needs, Err(EvidenceError::NeedsSelect));
    }

    #[test]
    fn a_known_format_can_be_read_as_json() {
        let path = fixture("vegeta/report.json");
        let found = open(
            &path,
            EvidenceRequest {
                format: Some("json"),
                select: Some("/rate"),
            },
        )
        .expect("a number");
        assert_eq!(
            found.selected().and_then(|found| found.value.number()),
            Some(450.000_8)
        );
        let error = open(
            &path,
            EvidenceRequest {
                format: None,
                select: Some("/rate"),
            },
        )
        .expect_err("one run");
        assert!(error.to_string().contains("add `format: json`"), "{error}");
    }

    #[test]
    fn text_has_no_pointers() {
        let error = read(
            b"a b c\n".to_vec(),
            EvidenceRequest {
                format: Some("json"),
                select: Some("/a"),
            },
        );
        assert!(error.is_err());
    }
}
