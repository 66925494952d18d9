//! Whether a file states by itself what was measured.

use crate::evidence::Evidence;

/// True where the file names a model or an image, or an analysis the service that it judged. A path on the server's own
/// disk names no model.
pub(super) fn names_subject(evidence: &Evidence, service: Option<&str>) -> bool {
    let subject = &evidence.subject;
    let names_model = subject
        .model
        .as_deref()
        .is_some_and(|model| !model.starts_with('/'));
    names_model || subject.image.is_some() || subject.rollout.is_some() || {
        let service = service.map(str::to_lowercase);
        let service = service.filter(|service| !service.trim().is_empty());
        service.is_some_and(|service| {
            let mut texts = texts(evidence);
            texts.any(|text| text.to_lowercase().contains(&service))
        })
    }
}

/// True for the report of a scan that may have left severities out: Trivy does not write what it was told to report, and
/// no finding of a lower severity shows that these were reported.
pub(super) fn may_be_filtered(evidence: &Evidence) -> bool {
    let is_there = |severity: &str| {
        let found = evidence.find(&format!("vulnerabilities/{severity}"), "value");
        found.and_then(|found| found.value.number()) > Some(0.0)
    };
    evidence.format == "trivy" && !["low", "medium", "unknown"].into_iter().any(is_there)
}

/// What an analysis says about itself.
fn texts(evidence: &Evidence) -> impl Iterator<Item = &str> {
    let subject = &evidence.subject;
    let own = [&subject.name, &subject.namespace].into_iter().flatten();
    let values = subject.labels.values().chain(subject.arguments.values());
    let metrics = evidence.metrics.iter();
    let queries = metrics.flat_map(|metric| {
        let selected = metric.labels.values().flatten();
        metric.query.iter().chain(selected)
    });
    own.chain(values).chain(queries).map(String::as_str)
}
