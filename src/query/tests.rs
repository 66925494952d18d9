use super::*;

fn query(text: &str) -> Query {
    match read(text) {
        QueryReading::Read(query) => *query,
        other => panic!("{text}: {other:?}"),
    }
}

/// The message about a text that is no query, and the part of the text that it is about.
fn wrong(text: &str) -> (String, String) {
    match read(text) {
        QueryReading::Wrong(fault) => {
            let part = text.get(fault.span.start()..fault.span.end());
            (fault.message, part.expect("a part").to_owned())
        }
        other => panic!("{text}: {other:?}"),
    }
}

fn language(text: &str) -> &'static str {
    match read(text) {
        QueryReading::Read(_) => "promql",
        QueryReading::Wrong(fault) => panic!("{text}: {fault:?}"),
        QueryReading::Foreign(foreign) => foreign.language,
    }
}

fn bounds(text: &str) -> Option<(f64, f64)> {
    query(text).bounds().map(|bounds| (bounds.low, bounds.high))
}

const ERRORS: &str = "sum(rate(http_requests_total{job=\"api\",code=~\"5..\"}[5m]))";
const TOTAL: &str = "sum(rate(http_requests_total{job=\"api\"}[5m]))";

#[test]
fn mistakes_are_told_where_they_stand() {
    let table = [
        ("sum(rate(x[5m])", "`(` is never closed", "("),
        ("sum(rate(x[5m])))", "`)` closes nothing", ")"),
        ("sum(rate(x[5m))", "`[` is never closed", "["),
        ("x{a=\"b}", "has no end", "\""),
        ("x + ", "operator `+` has nothing on its right", "+"),
        ("(x / )", "operator `/` has nothing on its right", "/"),
        ("x > * 3", "operator `*` has nothing on its left", "*"),
        (
            "sum(rate(requests errors[5m]))",
            "`errors` follows a value",
            "errors",
        ),
        (
            "histogram_quantil(0.9, x)",
            "`histogram_quantile` is one",
            "histogram_quantil",
        ),
        ("", "it is empty", ""),
        ("  # nothing\n", "it is empty", "# nothing"),
    ];
    for (text, message, part) in table {
        let (said, place) = wrong(text);
        assert!(said.contains(message), "{text}: {said}");
        assert_eq!(place, part, "{text}");
    }
}

#[test]
fn other_languages_are_no_mistakes() {
    for (text, wanted) in [
        ("sum(rate({app=\"x\"} |= \"error\" [5m]))", "logql"),
        (
            "sum(rate({app=\"x\"} | json | level=\"error\" [5m]))",
            "logql",
        ),
        ("avg:system.cpu.user{env:prod}", "datadog"),
        ("histogram_share(0.5, x)", "metricsql"),
        ("rate(x)", "metricsql"),
        ("x default 0", "metricsql"),
        ("sum(x[5m])", "metricsql"),
        ("1 > 2", "metricsql"),
        ("brand_new_function(x)", "unknown"),
        ("x{ {{ if .a }}b=\"c\"{{ end }} }", "template"),
        ("rate(x[5m]) > $threshold", "template"),
        ("{{args.query}}", "promql"),
        ("x{a=\"{{args.b}}\"} {{args.rest}} y", "template"),
        (
            "sum(rate(x{app=\"{{args.app}}\"}[{{args.window}}] offset {{args.back}}))",
            "promql",
        ),
        (
            "histogram_quantile({{args.q}}, sum by (le) (rate(x_bucket[${WINDOW}])))",
            "promql",
        ),
    ] {
        assert_eq!(language(text), wanted, "{text}");
    }
}

#[test]
fn what_is_too_large_is_not_read() {
    let long = format!("x{}", " ".repeat(20_000));
    let deep = format!("{}x{}", "(".repeat(300_000), ")".repeat(300_000));
    let nested = format!("{}x{}", "(".repeat(65), ")".repeat(65));
    let chain = vec!["x"; 302].join("+");
    let signs = format!("{}1", "-".repeat(301));
    let regex = "x{a=~\"(((a{100}){100}){100})\"}".to_owned();
    let classes = format!("x{{a=~\"{}\"}}", "\\\\w".repeat(4_000));
    for text in [long, deep, nested, chain, signs, regex, classes] {
        assert_eq!(
            language(&text),
            "unknown",
            "{}",
            text.get(..20).unwrap_or(&text)
        );
    }
}

#[test]
fn the_largest_query_fits_a_small_stack() {
    let deep = format!("{}x{}", "(".repeat(64), ")".repeat(64));
    let chain = vec!["x"; 300].join("+");
    let signs = format!("{}1", "-".repeat(300));
    let compared = vec!["(x > 2)"; 100].join(" or ");
    let thread = std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(move || {
            for text in [deep, chain, signs, compared] {
                let query = query(&text);
                let _ = (
                    query.bounds(),
                    query.impossible(),
                    query.burns(),
                    query.part_of(&query),
                );
                let _ = (
                    query.without_data(),
                    query.selects(),
                    query.selects_target(),
                );
            }
        });
    thread.expect("a thread").join().expect("no overflow");
}

#[test]
fn constants_are_folded_and_bounds_follow() {
    let table = [
        ("14.4 * (1 - 0.9)", Some((1.44, 1.44))),
        ("up", Some((0.0, 1.0))),
        ("100 * avg(up)", Some((0.0, 100.0))),
        ("count(x)", Some((1.0, f64::INFINITY))),
        ("rate(x[5m])", Some((0.0, f64::INFINITY))),
        ("rate(x_sum[5m])", None),
        ("x", None),
        ("x > bool 3", Some((0.0, 1.0))),
        ("clamp(x, 0, 5) / 10", Some((0.0, 0.5))),
        ("3 <= x < 20", Some((3.0, 20.0))),
        ("up > 5", Some((0.0, 1.0))),
        ("max(up < -1) without (a)", Some((0.0, 1.0))),
        ("up == NaN", Some((0.0, 1.0))),
        ("up or vector(2)", Some((0.0, 2.0))),
        (
            "sum(rate(a[5m])) / sum(rate(b[5m]))",
            Some((0.0, f64::INFINITY)),
        ),
        ("x * {{args.factor}}", None),
    ];
    for (text, wanted) in table {
        let found = bounds(text);
        let near = |(one, other): (f64, f64)| one == other || (one - other).abs() < 1e-9;
        let fits = match (found, wanted) {
            (Some(found), Some(wanted)) => near((found.0, wanted.0)) && near((found.1, wanted.1)),
            (found, wanted) => found == wanted,
        };
        assert!(fits, "{text}: {found:?}");
    }
    assert_eq!(bounds(&format!("{ERRORS} / {TOTAL}")), Some((0.0, 1.0)));
    assert_eq!(
        bounds(&format!("100 * {ERRORS} / {TOTAL}")),
        Some((0.0, 100.0))
    );
    assert_eq!(bounds(&format!("1 - {ERRORS} / {TOTAL}")), Some((0.0, 1.0)));
    assert_eq!(
        bounds(&format!("({TOTAL} - {ERRORS}) / {TOTAL}")),
        Some((0.0, 1.0))
    );
    assert_eq!(
        bounds(&format!("({ERRORS} - {TOTAL}) / {TOTAL}")),
        Some((-1.0, 0.0))
    );
}

#[test]
fn a_comparison_that_cannot_hold_is_found_in_every_spelling() {
    let ratio = format!("{ERRORS} / {TOTAL}");
    for text in [
        format!("{ratio} > 14.4 * 0.1"),
        format!("{ratio} > (14.4 * (1 - 0.9))"),
        format!("{ratio} > 1.44"),
        format!("1.44 < {ratio}"),
        format!("({ratio}) / 0.1 > 14.4"),
        format!("({ratio}) * 100 > 144"),
        format!("(1 - ({TOTAL} - {ERRORS}) / {TOTAL}) > 14.4 * 0.1"),
        format!("{ratio} > scalar(vector(1.44))"),
        format!("{ratio} > 1"),
        format!("{ratio} > 14.4 * 10 / 100"),
        format!("({ratio} > 1.44) and ({ratio} > 0.1)"),
        "max(slo:sli_error:ratio_rate1h{sloth_id=\"a\"} > (14.4 * 0.1)) without (x)".to_owned(),
        format!("{ERRORS} - {TOTAL} > 0.1"),
        "count(x) == 0".to_owned(),
    ] {
        assert!(query(&text).impossible().is_some(), "{text}");
    }
    for text in [
        format!("{ratio} > 0.1"),
        format!("{ratio} >= 1"),
        format!("{ratio} > bool 1.44"),
        format!("({ratio} > 1.44) or ({ratio} > 0.1)"),
        format!("up == 1 unless {ratio} > 3"),
        "sum(rate(errors[1h])) / sum(rate(requests[1h])) > 1.44".to_owned(),
        "memory_ratio > 2".to_owned(),
        "absent(up == 5)".to_owned(),
        "x > {{args.limit}}".to_owned(),
        "up == 0".to_owned(),
    ] {
        assert_eq!(query(&text).impossible(), None, "{text}");
    }
}

#[test]
fn a_part_is_within_its_total_or_apart_from_it() {
    let part = |part: &str, total: &str| query(part).part_of(&query(total));
    let x = |matchers: &str| format!("sum(rate(x{{{matchers}}}[5m]))");
    assert_eq!(part(ERRORS, TOTAL), Some(PartOf::Within));
    assert_eq!(part(TOTAL, TOTAL), Some(PartOf::Same));
    assert_eq!(
        part(&format!("{ERRORS} - {TOTAL}"), TOTAL),
        Some(PartOf::Negative)
    );
    assert_eq!(
        part(&format!("{TOTAL} - {ERRORS}"), TOTAL),
        Some(PartOf::Within)
    );
    assert_eq!(part(&x("code=~\"5..\""), &x("code=~\"[0-9]+\"")), None);
    assert_eq!(
        part(&x("code=\"500\""), &x("code=~\"[0-9]+\"")),
        Some(PartOf::Within)
    );
    assert_eq!(
        part(&x("code=~\"500|503\""), &x("code=~\"5..\"")),
        Some(PartOf::Within)
    );
    assert_eq!(
        part(&x("code=~\"5..\""), &x("code!~\"4..\"")),
        Some(PartOf::Within)
    );
    assert_eq!(
        part(&x("code=~\"5..\""), &x("code!=\"429\"")),
        Some(PartOf::Within)
    );
    for (own, total) in [
        ("code=~\"5..\"", "code=~\"2..\""),
        ("job=\"rankr\"", "job=\"ranker\""),
        ("code=\"500\"", "code!~\"5..\""),
    ] {
        assert!(
            matches!(part(&x(own), &x(total)), Some(PartOf::Apart(_))),
            "{own} {total}"
        );
    }
    assert_eq!(
        part(&x("job=\"{{args.a}}\""), &x("job=\"{{args.b}}\"")),
        None
    );
    assert_eq!(part(&x("code=~\"5..\""), "sum(rate(x[1h]))"), None);
    assert_eq!(part(&x(""), "sum(rate(y[5m]))"), None);
    assert_eq!(part("sum by (a) (rate(x[5m]))", "sum(rate(x[5m]))"), None);
    assert_eq!(
        part(
            "sum(rate(x_bucket{le=\"0.5\"}[5m]))",
            "sum(rate(x_count[5m]))"
        ),
        Some(PartOf::Within)
    );
    assert_eq!(
        part(
            "sum(rate(x_bucket{le=\"0.5\"}[5m]))",
            "sum(rate(x_bucket{le=\"+Inf\"}[5m]))"
        ),
        Some(PartOf::Within)
    );
}

#[test]
fn without_data_a_query_yields_nothing_or_its_fallback() {
    let value = |text: &str| query(text).without_data().map(|it| (it.value, it.whole));
    let ratio = format!("{ERRORS} / {TOTAL}");
    assert_eq!(value(&ratio), None);
    assert_eq!(value(&format!("{ratio} or vector(1)")), Some((1.0, true)));
    assert_eq!(
        value(&format!("{ratio} or on() vector(0)")),
        Some((0.0, true))
    );
    assert_eq!(value(&format!("({ERRORS} or vector(0)) / {TOTAL}")), None);
    assert_eq!(
        value(&format!("({ERRORS} or vector(0)) / ({TOTAL} or vector(1))")),
        Some((0.0, true))
    );
    assert_eq!(
        value(&format!("1 - ({ratio} or vector(0))")),
        Some((1.0, true))
    );
    assert_eq!(value(&format!("{ERRORS} or vector(0)")), Some((0.0, false)));
    assert_eq!(value("absent(x)"), Some((1.0, false)));
    assert_eq!(value("x or vector({{args.default}})"), None);
    assert_eq!(
        value("histogram_quantile(0.9, rate(x_bucket[5m])) or vector(0)"),
        Some((0.0, true))
    );
    assert!(query(&ratio).is_empty_without_data());
    assert!(!query("time()").is_empty_without_data());
    let text = "x / y or on() vector(1) ";
    let span = query(text).fallback_span().expect("a fallback");
    assert_eq!(
        text.get(span.start()..span.end()),
        Some("or on() vector(1)")
    );
}

#[test]
fn a_query_of_argo_selects_the_canary_or_everything() {
    for (matchers, wanted) in [
        ("job=\"ranker\"", SelectedRevision::Whole),
        ("service=\"ranker-canary\"", SelectedRevision::Canary),
        (
            "rollouts_pod_template_hash=\"{{args.x}}\"",
            SelectedRevision::Canary,
        ),
        (
            "service=\"{{args.service-name}}\"",
            SelectedRevision::Argument,
        ),
        ("pod=~\"ranker-.*\"", SelectedRevision::Canary),
    ] {
        let text = format!("sum(rate(x{{{matchers}}}[5m]))");
        assert_eq!(query(&text).selects(), wanted, "{text}");
    }
    let both = "sum(rate(x{track=\"a\"}[5m])) / sum(rate(x[5m]))";
    assert_eq!(query(both).selects(), SelectedRevision::Canary);
    assert_eq!(query("vector(1)").selects(), SelectedRevision::Canary);
}

#[test]
fn a_query_of_flagger_selects_the_target_and_not_its_primary() {
    for (matchers, wanted) in [
        (
            "destination_workload=~\"{{ target }}\"",
            SelectedRevision::Canary,
        ),
        ("deployment=\"{{ target }}\"", SelectedRevision::Canary),
        (
            "pod=~\"{{ target }}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)\"",
            SelectedRevision::Canary,
        ),
        ("pod=~\"{{ target }}-.*\"", SelectedRevision::Primary),
        (
            "pod=~\"{{ target }}-.*\", pod!~\"{{ target }}-primary.*\"",
            SelectedRevision::Canary,
        ),
        (
            "ingress=\"{{ ingress }}\", canary!=\"\"",
            SelectedRevision::Canary,
        ),
        ("service=\"{{ service }}\"", SelectedRevision::Whole),
        ("namespace=\"{{ namespace }}\"", SelectedRevision::Whole),
        ("x=\"{{ variables.x }}\"", SelectedRevision::Argument),
    ] {
        let text = format!("sum(rate(x{{{matchers}}}[{{{{ interval }}}}]))");
        assert_eq!(query(&text).selects_target(), wanted, "{text}");
    }
}

fn measure(text: &str) -> QueryMeasure {
    query(text).measure()
}

#[test]
fn series_are_named_without_the_ends_of_histograms_and_counters() {
    let series = |text: &str| {
        measure(text)
            .series
            .into_iter()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        series("sum(rate(a_bucket[5m])) / sum(rate(b_total[5m]))"),
        "a b"
    );
    assert_eq!(series("{__name__=\"c_count\",x=\"y\"} + c_sum"), "c");
    assert_eq!(series("vector(0.5)"), "");
    assert!(measure("{x=\"y\"}").unnamed && !measure("a").unnamed);
}

#[test]
fn a_quantile_is_told_where_it_is_one() {
    let table = [
        (
            "histogram_quantile(0.95, sum by (le) (rate(a_bucket[5m])))",
            Some(0.95),
        ),
        ("histogram_quantile(0.95, a_bucket) * 1000", Some(0.95)),
        ("quantile_over_time(0.5, a[5m])", Some(0.5)),
        ("quantile(0.99, a)", Some(0.99)),
        (
            "histogram_quantile(0.5, a_bucket) or histogram_quantile(0.9, a_bucket)",
            None,
        ),
        ("histogram_quantile({{args.q}}, a_bucket)", None),
        ("avg(a)", None),
    ];
    for (text, expected) in table {
        assert_eq!(measure(text).quantile, expected, "{text}");
    }
}

#[test]
fn a_sum_by_its_count_is_the_mean() {
    assert!(measure("sum(rate(a_sum{x=\"y\"}[5m])) / (sum(rate(a_count[5m])))").mean);
    assert!(measure("1000 * (rate(a_sum[5m]) / rate(a_count[5m]))").mean);
    assert!(measure("histogram_avg(rate(a[5m]))").mean);
    for other in [
        "rate(a_sum[5m]) / rate(b_count[5m])",
        "a_sum",
        "a_count / a_sum",
        "avg(a)",
    ] {
        assert!(!measure(other).mean, "{other}");
    }
}

#[test]
fn the_longest_window_is_that_of_ranges_and_subqueries() {
    let table = [
        ("rate(a[5m]) / rate(b[30m])", Some(1_800.0)),
        ("max_over_time(rate(a[5m])[1h:1m])", Some(3_900.0)),
        ("a", None),
        ("rate(a{x=\"{{args.x}}\"}[5m])", None),
    ];
    for (text, expected) in table {
        assert_eq!(measure(text).window_seconds, expected, "{text}");
    }
}

#[test]
fn a_query_that_always_yields_one_number_says_which() {
    assert_eq!(measure("vector(0.5)").always, Some(0.5));
    assert_eq!(
        measure(&format!("{ERRORS} / {TOTAL} * 0")).always,
        Some(0.0)
    );
    assert_eq!(measure(&format!("{ERRORS} / {TOTAL}")).always, None);
}

#[test]
fn server_errors_that_no_series_counts_are_listed() {
    let uncounted = |matchers: &str| {
        measure(&format!(
            "sum(rate(a{{{matchers}}}[5m])) / sum(rate(a[5m]))"
        ))
        .uncounted
    };
    let all = vec!["500", "502", "503", "504"];
    assert_eq!(uncounted("code=~\"4..\""), all);
    assert_eq!(uncounted("status=\"599\""), all);
    assert_eq!(uncounted("code=~\"50[02]\""), vec!["503", "504"]);
    for whole in [
        "code=~\"5..\"",
        "code=~\"4..|5..\"",
        "code!~\"2..\"",
        "code=~\"2..\"",
        "x=\"4\"",
        "code=\"Unavailable\"",
        "code=~\"{{args.codes}}\"",
    ] {
        assert_eq!(uncounted(whole), Vec::<&str>::new(), "{whole}");
    }
}
