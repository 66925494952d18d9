//! The names of percentiles, which every tool writes in its own way.

/// `p99` for 99, `p99.9` for 99.9. `None` outside (0,100).
pub(super) fn name(percent: f64) -> Option<String> {
    (percent > 0.0 && percent < 100.0).then(|| {
        let rounded = format!("{percent:.6}");
        format!("p{}", rounded.trim_end_matches('0').trim_end_matches('.'))
    })
}

/// The rank of `p99.9` as a part of one, 0.999.
pub(super) fn rank_of(statistic: &str) -> Option<f64> {
    let percent: f64 = statistic.strip_prefix('p')?.parse().ok()?;
    // Through percent: 1 - 0.999 is not 0.001 in binary, and 99.9 / 100 is the nearest there is.
    (percent > 0.0 && percent < 100.0).then_some(percent / 100.0)
}

/// The percentile of `99`, `99.90` or `99.9`: a plain number of percent.
pub(super) fn of_percent(text: &str) -> Option<String> {
    let is_plain = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_plain {
        name(text.parse().ok()?)
    } else {
        None
    }
}

/// `p(99.9)` of k6.
pub(super) fn of_k6(key: &str) -> Option<String> {
    of_percent(key.strip_prefix("p(")?.strip_suffix(')')?)
}

/// `p99` and `p99.9` of vLLM, AIPerf and inference-perf.
pub(super) fn of_key(key: &str) -> Option<String> {
    of_percent(key.strip_prefix('p')?)
}

/// `p99p9` of the llm-d report, where the second `p` is the decimal point.
pub(super) fn of_llmd(key: &str) -> Option<String> {
    of_percent(&key.strip_prefix('p')?.replacen('p', ".", 1))
}

/// `p999` of GuideLLM is 99.9 %, `p001` 0.1 %, `p01` 1 %, `p05` 5 %: two digits are percent. No other
/// name of three digits is known, and `p100` is not 10 %.
pub(super) fn of_guidellm(key: &str) -> Option<String> {
    let digits = key.strip_prefix('p')?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match digits.len() {
        2 => of_percent(digits),
        3 if digits == "001" => name(0.1),
        3 if digits == "999" => name(99.9),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_has_one_name() {
        let p = |text: &str| Some(text.to_owned());
        assert_eq!(of_k6("p(99.9)"), p("p99.9"));
        assert_eq!(of_k6("p(95)"), p("p95"));
        assert_eq!(of_key("p99.90"), p("p99.9"));
        assert_eq!(of_llmd("p99p9"), p("p99.9"));
        assert_eq!(of_llmd("p0p1"), p("p0.1"));
        assert_eq!(of_guidellm("p999"), p("p99.9"));
        assert_eq!(of_guidellm("p001"), p("p0.1"));
        assert_eq!(of_guidellm("p01"), p("p1"));
        assert_eq!(of_guidellm("p90"), p("p90"));
        assert_eq!(name(1.0 / 3.0), p("p0.333333"));
    }

    #[test]
    fn what_is_no_percentile_has_none() {
        for key in [
            "p", "p0", "p100", "p1e1", "p-5", "pNaN", "std", "p1.2.3", "p\u{663}",
        ] {
            assert_eq!(of_key(key), None, "{key}");
            assert_eq!(of_guidellm(key), None, "{key}");
        }
        assert_eq!(of_guidellm("p9999"), None);
    }
}
