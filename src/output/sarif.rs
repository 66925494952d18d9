//! SARIF 2.1.0, for code scanning: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>.
//!
//! SARIF knows `error`, `warning` and `note`. An escalation keeps the verdict from `go`, so it is an
//! `error`; the property `servelint/severity` tells them apart. Fingerprints hold no line numbers,
//! so that a result stays the same when text moves.

mod taxonomies;

use super::{
    positions::Positions,
    safe::escape_json,
    style::Style,
    summary::{failures, headline},
};
use crate::{
    document::source::{Source, Span},
    finding::{
        Finding, Fix, Place, Report, ReviewOutcome, Suppression, SuppressionKind, fingerprints,
    },
    rule::{Rule, Severity},
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::Arc,
};
use taxonomies::Taxonomies;

/// What paths are relative to: the folder in which servelint ran.
const BASE: &str = "%SRCROOT%";
const HOME: &str = "https://servelint.dev";

pub(super) fn write(report: &Report, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [SarifRun::of(report).json(report)],
    });
    let text = serde_json::to_string_pretty(&log).map_err(io::Error::other)?;
    writeln!(out, "{}", escape_json(&text))
}

/// The numbers under which files and rules are known within the run.
struct SarifRun<'r> {
    positions: Positions,
    files: BTreeMap<&'r str, usize>,
    rules: BTreeMap<&'r str, usize>,
}

impl<'r> SarifRun<'r> {
    fn of(report: &'r Report) -> Self {
        let mut files: BTreeSet<&str> = BTreeSet::new();
        for finding in all(report) {
            files.insert(&finding.place.source.name);
            for related in &finding.related {
                files.insert(&related.place.source.name);
            }
            if let Some(by) = &finding.suppression {
                files.insert(&by.place.source.name);
            }
        }
        Self {
            positions: Positions::default(),
            files: numbered(files),
            rules: numbered(report.rules.keys().map(String::as_str)),
        }
    }

    fn json(&self, report: &'r Report) -> Value {
        let results = all(report).zip(fingerprints(all(report)));
        let artifacts = self
            .files
            .keys()
            .map(|file| json!({"location": self.file(file)}));
        let taxonomies = Taxonomies::of(report);
        let mut run = json!({
            "tool": {"driver": driver(report, &taxonomies)},
            // What `LineIndex` counts; the default would be units of UTF-16.
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {BASE: {"description": {"text": "The folder in which servelint ran"}}},
            "invocations": [invocation(report)],
            "artifacts": artifacts.collect::<Vec<_>>(),
            "results": results.map(|(finding, print)| self.result(finding, &print)).collect::<Vec<_>>(),
            "properties": {
                "servelint/verdict": headline(report),
                "servelint/reviews": reviews(report),
            },
        });
        if !taxonomies.is_empty() {
            run["taxonomies"] = taxonomies.json().into();
        }
        if let Some(policy) = &report.policy {
            run["properties"]["servelint/policy"] = policy.word().into();
        }
        run
    }

    fn result(&self, finding: &Finding, fingerprint: &str) -> Value {
        let related = finding.related.iter().enumerate().map(|(index, related)| {
            let mut location = self.location(&related.place);
            location["id"] = (index + 1).into();
            location["message"] = message(&related.message);
            location
        });
        let mut result = json!({
            "ruleId": finding.rule,
            "level": level(finding.severity),
            "message": message(&finding.message),
            "locations": [self.location(&finding.place)],
            "relatedLocations": related.collect::<Vec<_>>(),
            "partialFingerprints": {"servelint/v1": fingerprint},
            "properties": {"servelint/severity": finding.severity.word()},
        });
        if let Some(by) = &finding.suppression {
            result["suppressions"] = json!([self.suppression(by)]);
        }
        if let Some(index) = self.rules.get(finding.rule.as_str()) {
            result["ruleIndex"] = (*index).into();
        }
        if let Some(help) = &finding.help {
            result["properties"]["servelint/help"] = help.as_str().into();
        }
        if let Some(fix) = &finding.fix {
            result["fixes"] = json!([self.fix(fix, &finding.place.source)]);
        }
        result
    }

    fn suppression(&self, by: &Suppression) -> Value {
        json!({
            "kind": if by.kind == SuppressionKind::Comment { "inSource" } else { "external" },
            "status": "accepted",
            "justification": by.told(),
            "location": self.location(&by.place),
            "properties": {"servelint/kind": by.kind.word(), "by": by.by, "until": by.until, "reason": by.reason},
        })
    }

    fn fix(&self, fix: &Fix, source: &Arc<Source>) -> Value {
        let mut replacements = Vec::new();
        for edit in &fix.edits {
            replacements.push(json!({
                "deletedRegion": self.region(source, edit.span),
                "insertedContent": {"text": edit.text},
            }));
        }
        json!({
            "description": message(&fix.title),
            "artifactChanges": [{
                "artifactLocation": self.file(&source.name),
                "replacements": replacements,
            }],
            "properties": {"servelint/safe": fix.safe},
        })
    }

    fn region(&self, source: &Arc<Source>, span: Span) -> Value {
        let (start, end) = (
            self.positions.start(source, span),
            self.positions.end(source, span),
        );
        let [first, after] =
            [span.start(), span.end()].map(|at| super::line::floor(&source.text, at));
        json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
            "byteOffset": first,
            "byteLength": after - first,
        })
    }

    fn location(&self, place: &Place) -> Value {
        let mut location = json!({
            "physicalLocation": {
                "artifactLocation": self.file(&place.source.name),
                "region": self.region(&place.source, place.span),
            },
        });
        if !place.pointer.is_root() {
            location["logicalLocations"] =
                json!([{"fullyQualifiedName": place.pointer.to_string()}]);
        }
        location
    }

    fn file(&self, name: &str) -> Value {
        let mut location = json!({"uri": uri(name)});
        if !is_absolute(name) {
            location["uriBaseId"] = BASE.into();
        }
        if let Some(index) = self.files.get(name) {
            location["index"] = (*index).into();
        }
        location
    }
}

/// Each name with its place among them, by which SARIF refers to it.
fn numbered<'r>(names: impl IntoIterator<Item = &'r str>) -> BTreeMap<&'r str, usize> {
    let mut numbers = BTreeMap::new();
    for (index, name) in names.into_iter().enumerate() {
        numbers.insert(name, index);
    }
    numbers
}

/// What stands, then what is excepted.
fn all(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().chain(&report.suppressed)
}

fn driver(report: &Report, taxonomies: &Taxonomies<'_>) -> Value {
    let mut driver = json!({
        "name": "servelint",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": HOME,
        "rules": report.rules.values().map(|rule| descriptor(rule, taxonomies)).collect::<Vec<_>>(),
        "notifications": [
            {"id": "not-checked", "shortDescription": {"text": "Something was not judged"}},
            {"id": "due-soon", "shortDescription": {"text": "Something lapses within 30 days"}},
            {"id": "failure", "shortDescription": {"text": "servelint could not do a part of its work"}},
        ],
    });
    if !taxonomies.is_empty() {
        driver["supportedTaxonomies"] = taxonomies.references().into();
    }
    driver
}

fn descriptor(rule: &Rule, taxonomies: &Taxonomies<'_>) -> Value {
    let mut tags = vec!["model-serving", rule.category.as_str()];
    tags.extend(rule.tags.iter().map(String::as_str));
    let mut row = json!({
        "id": rule.id,
        "name": pascal(&rule.id),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.description.trim()},
        "help": {"text": rule.help.trim(), "markdown": help(rule)},
        "helpUri": rule.page(),
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {
            "tags": tags,
            "problem.severity": match rule.severity {
                Severity::Error | Severity::Escalation => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
            "servelint/severity": rule.severity.word(),
        },
    });
    if let (None, Some(fields)) = (rule.page(), row.as_object_mut()) {
        fields.shift_remove("helpUri");
    }
    let relationships = taxonomies.relationships(rule);
    if !relationships.is_empty() {
        row["relationships"] = relationships.into();
    }
    row
}

fn help(rule: &Rule) -> String {
    let mut text = format!(
        "{}\n\n**What to do:** {}",
        rule.description.trim(),
        rule.help.trim()
    );
    for resource in &rule.resources {
        text.push_str(&format!(
            "\n- [{}]({})",
            resource.description, resource.address
        ));
    }
    match rule.page() {
        Some(page) => format!("{text}\n\n[{}]({page})", rule.id),
        None => text,
    }
}

/// `timeouts-order` as `TimeoutsOrder`.
fn pascal(id: &str) -> String {
    let mut name = String::new();
    for word in id.split(['-', '/']) {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error | Severity::Escalation => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn invocation(report: &Report) -> Value {
    let mut told = Vec::new();
    for failure in failures(report) {
        told.push(notification("failure", "error", &failure));
    }
    for gap in &report.not_checked {
        let text = format!("{}: {}", gap.subject, gap.reason);
        told.push(notification("not-checked", "warning", &text));
    }
    for expiring in &report.due_soon {
        told.push(notification("due-soon", "note", &expiring.told()));
    }
    // Findings are no failure of the run; it fails where servelint could not do its work.
    json!({
        "executionSuccessful": report.exit_code() != 2,
        "exitCode": report.exit_code(),
        "toolExecutionNotifications": told,
    })
}

fn notification(id: &str, level: &str, text: &str) -> Value {
    json!({"descriptor": {"id": id}, "level": level, "message": message(text)})
}

fn reviews(report: &Report) -> Vec<Value> {
    let reviews = report.reviews.iter().map(|review| {
        json!({
            "service": review.service,
            "environment": review.environment,
            "verdict": review.verdict.word(),
            "states": states(review),
            "gates": gates(review),
            "approvers": review.approvers,
            "consents": review.consents,
            "suppressed": review.suppressed,
            "rulesInForce": review.rules_in_force,
        })
    });
    reviews.collect()
}

fn states(review: &ReviewOutcome) -> Value {
    let rows = review.states().rows().into_iter();
    rows.map(|(state, count)| (state.word().to_owned(), Value::from(count)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// What became of each gate, by its name.
fn gates(review: &ReviewOutcome) -> Value {
    let gates = review.gates.iter();
    gates
        .map(|gate| (gate.gate.word().to_owned(), Value::from(gate.state.word())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// A message in which nothing is a link or a placeholder: SARIF reads `[text](target)` and `{0}`.
fn message(text: &str) -> Value {
    let linked = text.contains("](");
    let filled = text
        .split('{')
        .skip(1)
        .any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let mut shown = text.to_owned();
    // Only where they act: viewers that know neither would show the escapes.
    if linked {
        shown = shown
            .replace('\\', "\\\\")
            .replace('[', "\\[")
            .replace(']', "\\]");
    }
    if filled {
        shown = shown.replace('{', "{{").replace('}', "}}");
    }
    json!({"text": shown})
}

fn is_absolute(name: &str) -> bool {
    name.starts_with('/') || is_on_drive(name)
}

fn is_on_drive(name: &str) -> bool {
    matches!(name.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic())
}

/// The path as a URI reference (RFC 3986): all but unreserved characters and `/` as `%` and two digits.
fn uri(name: &str) -> String {
    let (scheme, path) = match (is_absolute(name), is_on_drive(name)) {
        (true, true) => (format!("file:///{}:", &name[..1]), &name[2..]),
        (true, false) => ("file://".to_owned(), name),
        (false, _) => (String::new(), name),
    };
    let mut uri = scheme;
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references_that_nothing_can_leave() {
        assert_eq!(uri("specs/a b#c?.yaml"), "specs/a%20b%23c%3F.yaml");
        assert_eq!(uri("../größe:x.yaml"), "../gr%C3%B6%C3%9Fe%3Ax.yaml");
        assert_eq!(uri("/tmp/a.yaml"), "file:///tmp/a.yaml");
        assert_eq!(uri("C:/a b.yaml"), "file:///C:/a%20b.yaml");
    }

    #[test]
    fn messages_hold_no_links_and_no_placeholders() {
        assert_eq!(message("`steps[0]` is {a}")["text"], "`steps[0]` is {a}");
        assert_eq!(
            message("[x](http://y) {0}")["text"],
            "\\[x\\](http://y) {{0}}"
        );
    }
}
