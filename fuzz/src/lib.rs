//! What must hold for any bytes: each function takes what a change could commit, and panics where servelint breaks a
//! promise about it.

use servelint::{
    check::{self, BaselineChoice, Request, Silent, mend},
    config::Config,
    document::{
        Node,
        read::{Format, Parsed, decode, parse},
        source::{LineIndex, Source, Span},
    },
    evidence::{self, Evidence, EvidenceRequest, WholeFile},
    finding::{Report, Verdict},
    policy::{self, Pack},
    query::{self, QueryReading},
    rule,
    schema::CustomKinds,
    units, waivers,
};
use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

/// The readers of documents: each ends, and every place that it gives lies in the text.
pub fn documents(bytes: &[u8]) {
    let Ok(text) = decode(bytes.to_vec()) else {
        return;
    };
    let source = Source::new("a", text);
    for format in Format::all() {
        reads(&source, format);
    }
}

/// YAML as it is, and as the server of the Kubernetes API reads it.
pub fn yaml(bytes: &[u8]) {
    let Ok(text) = decode(bytes.to_vec()) else {
        return;
    };
    reads(
        &Source::new("a", format!("apiVersion: v1\n{text}")),
        Format::Yaml,
    );
    reads(&Source::new("a", text), Format::Yaml);
}

fn reads(source: &Arc<Source>, format: Format) {
    let lines = LineIndex::new(&source.text);
    let parsed = parse(source, format);
    spans(&parsed).for_each(|span| {
        let slice = source.text.get(span.start()..span.end());
        assert!(slice.is_some(), "{format:?}: {span:?}");
        assert!(lines.line_of(span.start()) <= lines.line_of(span.end()));
    });
    for error in &parsed.errors {
        assert!(!error.message.is_empty(), "{format:?} is refused silently");
    }
    for document in &parsed.documents {
        // Numbers and keys of any kind become JSON.
        document.root.to_json();
    }
}

/// The readers of results: what they find are numbers.
pub fn evidence(bytes: &[u8]) {
    if let Ok(found) = evidence::read(bytes.to_vec(), EvidenceRequest::default()) {
        for measurement in &found.measurements {
            let number = measurement.value.number();
            assert!(number.is_none_or(f64::is_finite), "{measurement:?}");
        }
    }
}

/// Each format by its name, and each load of a sweep: what is read keeps the laws that honest files keep.
pub fn formats(bytes: &[u8]) {
    let by_name = |format| EvidenceRequest {
        format: Some(format),
        select: None,
    };
    let requests: Vec<EvidenceRequest<'_>> = evidence::formats().map(by_name).collect();
    for found in evidence::read_each(bytes.to_vec(), &requests)
        .into_iter()
        .flatten()
    {
        keeps_the_laws(&found);
    }
    match evidence::read_whole(bytes.to_vec(), EvidenceRequest::default()) {
        Ok(WholeFile::Run(run)) => keeps_the_laws(&run),
        Ok(WholeFile::Sweep(runs)) => runs.iter().for_each(|(_, run)| keeps_the_laws(run)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn keeps_the_laws(found: &Evidence) {
    let mut seen = BTreeSet::new();
    for measurement in &found.measurements {
        let key = (&measurement.metric, &measurement.statistic);
        assert!(seen.insert(key), "twice: {measurement:?}");
        let is_broken = found
            .contradictions
            .iter()
            .any(|broken| broken.at == measurement.at || broken.other == measurement.at);
        assert!(!is_broken, "contradicted and used: {measurement:?}");
        let Some(number) = measurement.value.number() else {
            continue;
        };
        assert!(number.is_finite(), "{measurement:?}");
        match measurement.unit {
            Some("ratio") => assert!((0.0..=1.0).contains(&number), "{measurement:?}"),
            Some("count") => assert!(number >= 0.0 && number.fract() == 0.0, "{measurement:?}"),
            Some("s") if measurement.metric == "schedule_delay" => {}
            Some(_) => assert!(number >= 0.0, "{measurement:?}"),
            None => {}
        }
    }
    assert!(
        found
            .error_ratio()
            .is_none_or(|ratio| (0.0..=1.0).contains(&ratio))
    );
    let amounts = [
        found.achieved_rps,
        found.concurrency,
        found.duration_seconds,
    ];
    assert!(
        amounts
            .into_iter()
            .flatten()
            .all(|amount| amount.is_finite() && amount >= 0.0),
        "{amounts:?}"
    );
    for distribution in &found.distributions {
        assert!(
            distribution.bins.iter().all(|bin| bin.low.is_finite()),
            "{distribution:?}"
        );
    }
}

/// Queries: each ends, a mistake lies in the text, and every answer is a number.
pub fn queries(bytes: &[u8]) {
    let Ok(text) = decode(bytes.to_vec()) else {
        return;
    };
    match query::read(&text) {
        QueryReading::Read(query) => {
            if let Some(bounds) = query.bounds() {
                assert!(bounds.low <= bounds.high, "{bounds:?}");
            }
            if let Some((bounds, value)) = query.impossible() {
                assert!(value.is_finite() && bounds.low <= bounds.high, "{bounds:?}");
            }
            for burn in query.burns() {
                assert!(
                    burn.factor > 0.0 && burn.budget > 0.0 && burn.budget < 1.0,
                    "{burn:?}"
                );
            }
            let fallback = query.without_data();
            assert!(fallback.is_none_or(|fallback| fallback.value.is_finite()));
            let span = query.fallback_span();
            assert!(span.is_none_or(|span| text.get(span.start()..span.end()).is_some()));
            query.part_of(&query);
            query.selects();
            query.selects_target();
        }
        QueryReading::Wrong(fault) => {
            assert!(
                text.get(fault.span.start()..fault.span.end()).is_some(),
                "{fault:?}"
            );
            assert!(!fault.message.is_empty());
        }
        QueryReading::Foreign(foreign) => assert!(!foreign.reason.is_empty()),
    }
}

/// Waivers in comments: each lies in the text, names rules, and covers a part of a document.
pub fn waivers(bytes: &[u8]) {
    let Ok(text) = decode(bytes.to_vec()) else {
        return;
    };
    let source = Source::new("a", text);
    for format in Format::all() {
        let parsed = parse(&source, format);
        let Some(comments) = waivers::comments(&source, &parsed) else {
            continue;
        };
        assert!(!comments.list.is_empty());
        for comment in &comments.list {
            let span = comment.span;
            assert!(source.text.get(span.start()..span.end()).is_some());
            match &comment.reading {
                Ok(waiver) => assert!(!waiver.rules.is_empty(), "a waiver of nothing"),
                Err(invalid) => assert!(!invalid.message.is_empty() && !invalid.help.is_empty()),
            }
            if let Some((document, pointer)) = &comment.target {
                let document = parsed.documents.get(*document);
                document.expect("a document").root.resolve(pointer);
            }
        }
    }
}

/// Durations, quantities, windows and days: what is read is a number, and what is respelt can be read.
pub fn units(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(seconds) = units::duration_seconds(text) {
        assert!(seconds.is_finite() && seconds >= 0.0, "{seconds}");
        let written = units::duration_text(seconds);
        let read = units::duration_seconds(&written).expect("what people read");
        // From two minutes on to a second, and never worse than the promised hundredth below it.
        let precision = if seconds < 119.0 { 0.01 } else { 1.0 };
        assert!((read - seconds).abs() <= precision, "{text}: {written}");
    }
    if let Some(respelt) = units::respelt_duration(text) {
        assert!(units::duration_seconds(&respelt).is_ok(), "{respelt}");
        assert_eq!(units::respelt_duration(&respelt), None, "{respelt}");
    }
    if let Some(number) = units::quantity(text) {
        assert!(number.is_finite(), "{number}");
    }
    if let Some(respelt) = units::respelt_quantity(text) {
        assert!(units::quantity(&respelt).is_some(), "{respelt}");
        assert_eq!(units::respelt_quantity(&respelt), None, "{respelt}");
    }
    for follows_calendar in [false, true] {
        let seconds = units::window_seconds(text, follows_calendar);
        assert!(seconds.is_ok_and(|seconds| seconds.is_finite()) || seconds.is_err());
    }
    let _ = units::day_number(text);
}

/// Policies of a team: METADATA is read or refused, and so is the policy, with a reason in one line.
pub fn metadata(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let path = "policies/a/b/b.rego";
    match rule::read(path, text, rule::RuleHome::BuiltIn) {
        Ok(rule) => assert!(rule.id == "b" && rule.category == "a"),
        Err(error) => assert!(error.to_string().contains(path)),
    }
    if let Err(failure) = policy::refusals(path, text) {
        assert!(!failure.reason.contains('\n'), "{}", failure.reason);
    }
}

/// `servelint.toml`: it is read or refused with a reason, at a place in the text.
pub fn config(bytes: &[u8]) {
    let Ok(text) = decode(bytes.to_vec()) else {
        return;
    };
    if let Err(error) = Config::parse(&Source::new("servelint.toml", text)) {
        assert!(!error.to_string().is_empty());
        assert!(error.help().is_none_or(|help| !help.is_empty()));
    }
}

/// Definitions of custom resources: what is converted compiles, and judges each document of the text.
pub fn crds(bytes: &[u8]) {
    let Ok(text) = decode(bytes.to_vec()) else {
        return;
    };
    let parsed = parse(&Source::new("a.yaml", text), Format::Yaml);
    let mut kinds = CustomKinds::default();
    for document in &parsed.documents {
        if let Err(error) = kinds.add(document) {
            assert!(!error.to_string().is_empty());
        }
    }
    for document in &parsed.documents {
        let checked = kinds.check(&document.root).expect("a schema that compiles");
        for refusal in checked.iter().flat_map(|checked| &checked.refusals) {
            let found = document.root.resolve(&refusal.violation.at);
            assert!(found.complete || found.depth < refusal.violation.at.steps().len());
            assert!(!refusal.violation.message.is_empty());
        }
    }
}

/// Policies are compiled once for all inputs.
static PACK: LazyLock<Pack> = LazyLock::new(|| Pack::embedded().expect("policies that compile"));

/// The bytes as a document that stands alone.
fn request(bytes: &[u8]) -> Request {
    Request {
        stdin: Some((Some("a.yaml".to_owned()), bytes.to_vec())),
        today: "2026-10-09".parse().expect("a day"),
        isolated: true,
        baseline: BaselineChoice::Ignored,
        ..Request::default()
    }
}

/// The whole check: no rule fails on what a document holds, each finding has a place in the text, and `go` means that
/// nothing fails.
pub fn check(bytes: &[u8]) {
    let report = check::run(&request(bytes), &PACK, &Silent).expect("a report");
    keeps_its_promises(&report);
}

fn keeps_its_promises(report: &Report) {
    assert!(report.failures.is_empty(), "{:?}", report.failures);
    for finding in report.findings.iter().chain(&report.suppressed) {
        let (place, span) = (&finding.place, finding.place.span);
        let text = place.source.text.get(span.start()..span.end());
        assert!(text.is_some(), "{}: {span:?}", finding.rule);
        assert!(!finding.message.is_empty(), "{}", finding.rule);
    }
    let errors = report.tally().errors;
    if report.verdict() == Verdict::Go {
        assert_eq!((errors, report.exit_code()), (0, 0));
    }
    if errors > 0 {
        assert_eq!(report.exit_code(), 1);
    }
}

/// `--fix --unsafe`: every fix leaves a text that parses, and a second time finds nothing to do.
pub fn fix(bytes: &[u8]) {
    let fixed = mend::mend(&request(bytes), &PACK, &Silent, true).expect("a run");
    assert!(fixed.failures.is_empty(), "{:?}", fixed.failures);
    for file in &fixed.files {
        let before = parse(&Source::new("a.yaml", file.before.clone()), Format::Yaml);
        let after = parse(&Source::new("a.yaml", file.after.clone()), Format::Yaml);
        assert_eq!(before.documents.len(), after.documents.len());
        assert!(after.errors.len() <= before.errors.len());
        let again = mend::mend(&request(file.after.as_bytes()), &PACK, &Silent, true);
        let again = again.expect("a run").files;
        assert!(
            again.is_empty(),
            "{:?}",
            again.first().map(|file| &file.after)
        );
    }
}

/// Every place that a reader gives.
fn spans(parsed: &Parsed) -> impl Iterator<Item = Span> {
    let mut spans: Vec<Span> = parsed.comments.iter().map(|comment| comment.span).collect();
    for error in &parsed.errors {
        spans.push(error.span);
        spans.extend(error.related.iter().map(|(span, _)| *span));
    }
    for document in &parsed.documents {
        of_node(&document.root, &mut spans);
    }
    spans.into_iter()
}

fn of_node(node: &Node, spans: &mut Vec<Span>) {
    spans.push(node.span);
    spans.extend(node.header.into_iter().chain(node.alias));
    for item in node.items() {
        of_node(item, spans);
    }
    for entry in node.entries() {
        spans.push(entry.key_span);
        of_node(&entry.node, spans);
    }
}
