//! What edits of a result are seen: each law has one that it alone catches, and of all edits of one number the
//! share that none sees is known.

use super::*;

/// A fixture, the text that is replaced, its replacement, and the law that sees it.
const EDITS: [(&str, &str, &str, &str); 14] = [
    (
        "vllm/bench-3.2rps.json",
        "\"p95_tpot_ms\": 46.6",
        "\"p95_tpot_ms\": 52.0",
        "percentiles-rise",
    ),
    (
        "fortio/load.json",
        "\"Max\": 0.0962",
        "\"Max\": 0.07",
        "bounds",
    ),
    (
        "vegeta/report.json",
        "\"90th\": 24100000, \"95th\": 29800000, \"99th\": 41300000, \"max\": 96200000",
        "\"90th\": 150000000, \"95th\": 160000000, \"99th\": 170000000, \"max\": 180000000",
        "mean-bounds-tail",
    ),
    (
        "vllm/bench-3.2rps.json",
        "\"std_tpot_ms\": 4.4",
        "\"std_tpot_ms\": 0.4",
        "deviation-bounds-tail",
    ),
    (
        "vllm/bench-3.2rps.json",
        "\"failed\": 2",
        "\"failed\": 3",
        "counts",
    ),
    (
        "vegeta/report.json",
        "\"success\": 0.99972",
        "\"success\": 0.9",
        "ratio",
    ),
    (
        "vllm/bench-3.2rps.json",
        "\"request_throughput\": 3.1982",
        "\"request_throughput\": 4.2",
        "rate",
    ),
    (
        "vllm/bench-3.2rps.json",
        "\"output_throughput\": 703.6",
        "\"output_throughput\": 803.6",
        "token-rate",
    ),
    (
        "inference-perf/stage_0_lifecycle_metrics.json",
        "\"max\": 0.82",
        "\"max\": 17.0",
        "first-token",
    ),
    (
        "vllm/bench-3.2rps.json",
        "\"mean_e2el_ms\": 8598.2",
        "\"mean_e2el_ms\": 9598.2",
        "token-times",
    ),
    (
        "sglang/rate-8.jsonl",
        "\"concurrency\": ",
        "\"concurrency\": 1",
        "in-flight",
    ),
    (
        "vegeta/report.json",
        "\"end\": \"2026-10-06T09:20:00.01Z\"",
        "\"end\": \"2026-10-06T09:40:00.01Z\"",
        "times",
    ),
    (
        "lm-eval/results.json",
        "\"acc_norm_stderr,none\": 0.008",
        "\"acc_norm_stderr,none\": 0.018",
        "standard-error",
    ),
    (
        "vllm/bench-3.2rps.json",
        "\"p99_ttft_ms\": ",
        "\"p99.0_ttft_ms\": 1301.0, \"p99_ttft_ms\": ",
        "one-value",
    ),
];

#[test]
fn each_law_sees_an_edit_that_no_other_sees() {
    for (name, from, to, law) in EDITS {
        let text = fs::read_to_string(fixture(name)).expect(name);
        assert_eq!(text.matches(from).count(), 1, "{name}: {from}");
        let found = read_text(&text.replace(from, to)).expect(name);
        let laws: Vec<&str> = found
            .contradictions
            .iter()
            .map(|broken| broken.law)
            .collect();
        assert!(!laws.is_empty(), "{law}: not seen");
        assert!(laws.iter().all(|broken| *broken == law), "{law}: {laws:?}");
        let broken = &found.contradictions[0];
        assert_ne!(broken.at, broken.other, "{law}: two places");
        assert!(broken.message.contains(&broken.at), "{law}");
        assert!(
            found
                .measurements
                .iter()
                .all(|kept| kept.at != broken.at && kept.at != broken.other),
            "{law}: neither value is used"
        );
        assert!(found.warns(CautionKind::Unusual), "{law}");
    }
}

#[test]
fn a_withdrawn_fact_is_unknown() {
    let text = fs::read_to_string(fixture("vllm/bench-3.2rps.json")).expect("fixture");
    let found =
        read_text(&text.replace("\"duration\": 1200.04", "\"duration\": 120.04")).expect("vllm");
    assert_eq!((found.duration_seconds, found.achieved_rps), (None, None));
    assert_eq!(found.started_at, None, "it followed from the duration");
    assert!(matches!(
        found.known[&RunFact::DurationSeconds],
        Origin::Unknown { why: Some(_) }
    ));
    assert!(found.withdraws("throughput", "value"));
    assert!(number(&found, "ttft", "p99").is_some(), "the others stay");
}

/// The places of the numbers of a text of JSON.
pub(super) fn numbers(text: &str) -> Vec<(usize, usize)> {
    let (mut found, mut start, mut is_text) = (Vec::new(), None, false);
    for (index, byte) in text.bytes().enumerate() {
        is_text ^= byte == b'"';
        let is_part =
            !is_text && (byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'e' | b'+'));
        match (is_part, start) {
            (true, None) if byte.is_ascii_digit() || byte == b'-' => start = Some(index),
            (false, Some(from)) => {
                found.push((from, index));
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// Of edits that change what is read, by a factor of three: all, and those that nothing sees.
fn unseen(name: &str) -> (usize, usize) {
    let text = fs::read_to_string(fixture(name)).expect(name);
    let honest = read_text(&text).expect(name);
    let (mut all, mut missed) = (0, 0);
    for (from, to) in numbers(&text) {
        let Ok(number) = text[from..to].parse::<f64>() else {
            continue;
        };
        for factor in [3.0, 1.0 / 3.0] {
            let is_whole = !text[from..to].contains('.');
            let edited = if is_whole {
                (number * factor).round()
            } else {
                number * factor
            };
            let text = format!("{}{edited}{}", &text[..from], &text[to..]);
            match read_text(&text) {
                Ok(found) if found == honest => {}
                Ok(found) => {
                    all += 1;
                    missed += usize::from(found.contradictions.is_empty());
                }
                Err(_) => all += 1,
            }
        }
    }
    (all, missed)
}

/// The share of such edits that no law can see: no second number of the file depends on the edited one, or
/// not by so much.
#[test]
fn most_edits_of_one_number_are_seen_where_numbers_depend_on_each_other() {
    let mut total = (0, 0);
    let mut shares = Vec::new();
    for (name, most) in [
        ("vllm/bench-3.2rps.json", 22),
        ("sglang/rate-8.jsonl", 30),
        ("vegeta/report.json", 15),
        ("fortio/load.json", 36),
        ("inference-perf/stage_0_lifecycle_metrics.json", 34),
        ("oha/report.json", 15),
        ("ghz/report.json", 31),
    ] {
        let (all, missed) = unseen(name);
        shares.push(format!("{name}: {missed} of {all}"));
        assert!(
            all > 10 && missed * 100 <= all * most,
            "{name}: {missed} of {all}"
        );
        total = (total.0 + all, total.1 + missed);
    }
    println!(
        "unseen edits: {} of {}\n{}",
        total.1,
        total.0,
        shares.join("\n")
    );
}
