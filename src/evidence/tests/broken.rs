//! Files that are broken in the ways in which files break: never a number that a whole file would not have.

use super::*;

/// Formats of lines that follow each other without an end: a part of one looks like a whole one.
const ENDLESS: [&str; 11] = [
    "vegeta-hdrplot",
    "hey",
    "hey-csv",
    "oha-text",
    "ab",
    "wrk2",
    "mlperf",
    "jmeter-csv",
    "samples",
    "prometheus-text",
    "perf-analyzer",
];

fn texts() -> impl Iterator<Item = (&'static str, &'static str, String)> {
    FIXTURES.iter().map(|(name, format)| {
        let text = fs::read_to_string(fixture(name)).expect(name);
        (*name, *format, text)
    })
}

#[test]
fn a_file_that_is_cut_is_refused() {
    for (name, format, text) in texts() {
        let is_yaml = name.ends_with(".yaml");
        if ENDLESS.contains(&format) || is_yaml {
            continue;
        }
        for part in [4, 2] {
            let cut = text.floor_char_boundary(text.trim_end().len() - text.len() / part);
            let found = read_text(&text[..cut]);
            assert!(found.is_err(), "{name} without its last 1/{part}");
        }
        let found = read_text(
            text.trim_end()
                .get(..text.trim_end().len() - 2)
                .expect(name),
        );
        // The last cells of a row of Locust may be missing: the statistics are then.
        assert!(
            found.is_err() || format == "locust-stats",
            "{name} without its end"
        );
    }
}

#[test]
fn two_results_behind_each_other_are_not_one() {
    let mut read = Vec::new();
    for (name, _, text) in texts() {
        let twice = format!("{}\n{}", text.trim_end(), text);
        if let Ok(found) = read_text(&twice) {
            read.push(format!("{name}: {} statistics", found.measurements.len()));
        }
    }
    assert_eq!(read, Vec::<String>::new());
}

#[test]
fn another_encoding_is_refused() {
    for (name, _, text) in texts() {
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [&[0xFF, 0xFE][..], &wide].concat();
        let latin = [text.as_bytes(), &[b'"', 0xE9, b'"']].concat();
        for bytes in [wide, marked, latin] {
            let error = read(bytes, EvidenceRequest::default()).expect_err(name);
            assert!(!error.to_string().is_empty(), "{name}");
        }
        let with_mark = format!("\u{feff}{text}");
        let found = read_text(&with_mark).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(found, read_fixture(name), "{name} with a byte order mark");
    }
}

/// Every number of a file in turn is something that no number is.
#[test]
fn what_is_no_number_is_never_read_as_one() {
    for (name, format, text) in texts() {
        // Scores and answers of queries may be negative.
        if ["lm-eval", "prometheus-api", "cyclonedx-ml"].contains(&format) {
            continue;
        }
        let (honest, is_tree) = (read_fixture(name), text.trim_start().starts_with('{'));
        if !is_tree {
            continue;
        }
        for (from, to) in edits::numbers(&text) {
            for word in ["-7", "NaN", "-Infinity", "\"fast\"", "{}", "[]", "true"] {
                let edited = format!("{}{word}{}", &text[..from], &text[to..]);
                let Ok(found) = read_text(&edited) else {
                    continue;
                };
                for measured in &found.measurements {
                    let number = measured.value.number();
                    let is_known = honest.measurements.iter().any(|known| {
                        known.metric == measured.metric && known.value == measured.value
                    });
                    assert!(
                        number.is_none_or(|number| number >= 0.0 && number != 7.0) || is_known,
                        "{name}: {word} at {from}: {measured:?}"
                    );
                }
            }
        }
    }
}

/// A scan of a large image is read in seconds, and one beyond the limit refused.
#[test]
fn a_report_of_forty_megabytes_is_read() {
    let finding = format!(
        r#"{{"VulnerabilityID": "CVE-2026-0001", "PkgName": "a", "Severity": "HIGH", "Description": "{}"}}"#,
        "x".repeat(400)
    );
    let count = 40_000_000 / finding.len();
    let findings = vec![finding; count].join(",");
    let text = format!(
        r#"{{"SchemaVersion": 2, "ArtifactName": "a", "Results": [{{"Class": "os-pkgs", "Vulnerabilities": [{findings}]}}]}}"#
    );
    let began = std::time::Instant::now();
    let found = read_text(&text).expect("a report");
    assert_eq!(
        number(&found, "vulnerabilities/high", "value"),
        Some(count as f64)
    );
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}
