//! The alerts that Sloth and Pyrra generate from an objective: burn rates and their windows.

use crate::{document::Spot, facts::Number, manifest::facts::GeneratedFacts};

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;

/// A pair of windows of Sloth: the severity, the percent of the budget that it spends, and the
/// seconds of its long and short window. Both periods that Sloth has built in, 28 and 30 days, have
/// the same ones; the budget and the period make the burn rate.
const SLOTH: [(&str, f64, f64, f64); 4] = [
    ("page", 2.0, HOUR, 5.0 * MINUTE),
    ("page", 5.0, 6.0 * HOUR, 30.0 * MINUTE),
    ("ticket", 10.0, DAY, 2.0 * HOUR),
    ("ticket", 10.0, 3.0 * DAY, 6.0 * HOUR),
];

/// The period that Sloth takes where its command line names none, and the shorter one that it also
/// has built in. A catalogue of windows for another period is no part of the file.
const PERIOD: f64 = 30.0 * DAY;
const SHORT_PERIOD: f64 = 28.0 * DAY;

/// The alerts that Sloth generates from an entry of `slos`.
pub(super) fn sloth(slo: &Spot<'_>, page: &str, ticket: &str) -> Vec<GeneratedFacts> {
    let mut generated = Vec::new();
    for (severity, percent, long, short) in SLOTH {
        let key = if severity == "page" { page } else { ticket };
        if slo.is_true_at(&["alerting", key, "disable"]) {
            continue;
        }
        generated.push(GeneratedFacts {
            severity,
            factor: Number::new(percent / 100.0 * PERIOD / long),
            least_factor: Number::new(percent / 100.0 * SHORT_PERIOD / long),
            long_seconds: Number::new(long),
            short_seconds: Number::new(short),
        });
    }
    generated
}

/// A pair of windows of Pyrra for an objective of 28 days: the severity, the burn rate, and the
/// seconds of its long and short window.
const PYRRA: [(&str, f64, f64, f64); 4] = [
    ("critical", 14.0, HOUR, 5.0 * MINUTE),
    ("critical", 7.0, 6.0 * HOUR, 30.0 * MINUTE),
    ("warning", 2.0, DAY, 2.0 * HOUR),
    ("warning", 1.0, 4.0 * DAY, 6.0 * HOUR),
];

/// The alerts that Pyrra generates from the `spec` of an objective with a window of these seconds.
/// Burn rates stay, and windows grow with the objective's.
pub(super) fn pyrra(spec: &Spot<'_>, window: Option<f64>) -> Vec<GeneratedFacts> {
    let alerting = |key: &str| spec.find(&["alerting", key]).and_then(|flag| flag.flag());
    let Some(window) = window
        .filter(|_| alerting("disabled") != Some(true) && alerting("burnrates") != Some(false))
    else {
        return Vec::new();
    };
    let scaled = |seconds: f64| {
        let seconds = seconds * window / SHORT_PERIOD;
        Number::new((seconds / MINUTE).round() * MINUTE)
    };
    let rows = PYRRA.into_iter();
    rows.map(|(severity, factor, long, short)| GeneratedFacts {
        severity,
        factor: Number::new(factor),
        least_factor: None,
        long_seconds: scaled(long),
        short_seconds: scaled(short),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::{Value as Json, json};

    /// Severity, burn rate, and minutes of the long and the short window of each alert.
    fn generated(text: &str) -> Vec<(String, f64, f64, f64)> {
        let slo = facts(text)["slos"][0].clone();
        let alerts = slo["generated"].as_array().cloned().unwrap_or_default();
        let number = |alert: &Json, key: &str| alert[key].as_f64().expect("a number");
        let row = |alert: &Json| {
            (
                alert["severity"].as_str().expect("a severity").to_owned(),
                number(alert, "factor"),
                number(alert, "longSeconds") / 60.0,
                number(alert, "shortSeconds") / 60.0,
            )
        };
        alerts.iter().map(row).collect()
    }

    fn row(severity: &str, factor: f64, long: f64, short: f64) -> (String, f64, f64, f64) {
        (severity.to_owned(), factor, long, short)
    }

    /// Of the alerts that Sloth writes for a period of 30 days: `5m` and `1h` above 14.4 times the
    /// budget, and so on.
    #[test]
    fn sloth_spends_shares_of_the_budget_over_its_windows() {
        let slo = "{version: prometheus/v1, service: s, slos: [{name: a, objective: 99.9, alerting: {ALERTS}}]}";
        let all = [
            row("page", 14.4, 60.0, 5.0),
            row("page", 6.0, 360.0, 30.0),
            row("ticket", 3.0, 1_440.0, 120.0),
            row("ticket", 1.0, 4_320.0, 360.0),
        ];
        assert_eq!(generated(&slo.replace("ALERTS", "name: A")), all);
        assert_eq!(
            generated(&slo.replace("ALERTS", "page_alert: {disable: true}")),
            all[2..]
        );
        assert_eq!(
            generated(&slo.replace("ALERTS", "ticket_alert: {disable: true}")),
            all[..2]
        );
        let found = facts(&slo.replace("ALERTS", "name: A"));
        let least = &found["slos"][0]["generated"];
        assert_eq!(least[0]["leastFactor"], json!(13.44));
        assert_eq!(least[3]["leastFactor"], json!(0.933333333333));
    }

    /// The windows of Pyrra for 7, 28 and 30 days, as its generator rounds them.
    #[test]
    fn windows_of_pyrra_grow_with_that_of_the_objective() {
        let slo = "{apiVersion: pyrra.dev/v1alpha1, kind: ServiceLevelObjective, metadata: {name: a}, spec: {target: '99', window: WINDOW, alerting: {ALERTS}}}";
        let windows = |window: &str| {
            let text = slo.replace("WINDOW", window).replace("ALERTS", "");
            generated(&text)
                .into_iter()
                .map(|(_, _, long, short)| (long, short))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            windows("1w"),
            [(15.0, 1.0), (90.0, 8.0), (360.0, 30.0), (1_440.0, 90.0)]
        );
        assert_eq!(
            windows("28d"),
            [
                (60.0, 5.0),
                (360.0, 30.0),
                (1_440.0, 120.0),
                (5_760.0, 360.0)
            ]
        );
        assert_eq!(
            windows("30d"),
            [
                (64.0, 5.0),
                (386.0, 32.0),
                (1_543.0, 129.0),
                (6_171.0, 386.0)
            ]
        );
        let factors: Vec<f64> = generated(&slo.replace("WINDOW", "4w").replace("ALERTS", ""))
            .into_iter()
            .map(|(_, factor, _, _)| factor)
            .collect();
        assert_eq!(factors, [14.0, 7.0, 2.0, 1.0]);
        for off in ["disabled: true", "burnrates: false"] {
            assert_eq!(
                generated(&slo.replace("WINDOW", "4w").replace("ALERTS", off)),
                []
            );
        }
    }
}
