//! How many requests a statement about latency or errors needs.

use statrs::function::beta::checked_beta_reg;

/// Beyond this a count is no longer exact in a float, nor of any use.
const MOST: u64 = 1 << 50;

/// The fewest requests that support "the `percentile` (in (0,1)) lies below the limit" at this
/// `confidence` (in (0,1)) when `over_limit` of them were seen above it.
///
/// The smallest `n` with `P(Binomial(n, 1 - p) <= t) <= 1 - c`: the early stopping of MLPerf
/// (`inference_rules.adoc`). For `t = 0` that is `ceil(ln(1 - c) / ln p)`. `None` outside the
/// domain, and where `n` would be above 2^50. With failures allowed, the beta function is exact to
/// the request up to about a million requests, to one in a thousand up to 10^12, and only roughly
/// right from there on.
pub fn samples_for_percentile(percentile: f64, confidence: f64, over_limit: u64) -> Option<u64> {
    if !is_inside(percentile) || !is_inside(confidence) || over_limit >= MOST {
        return None;
    }
    if over_limit == 0 {
        return samples_without_failure(percentile, confidence);
    }
    let is_enough =
        |n: u64| tail(n, over_limit, percentile).is_some_and(|chance| chance <= 1.0 - confidence);
    let mut too_few = over_limit;
    // One more would do as well: `tail` has no answer here, so this is never enough.
    let mut enough = over_limit;
    while !is_enough(enough) {
        if enough == MOST {
            return None;
        }
        too_few = enough;
        enough = enough.saturating_mul(2).min(MOST);
    }
    while enough - too_few > 1 {
        let middle = too_few + (enough - too_few) / 2;
        if is_enough(middle) {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    Some(enough)
}

/// The closed form for no request above the limit.
fn samples_without_failure(percentile: f64, confidence: f64) -> Option<u64> {
    let exact = (1.0 - confidence).ln() / percentile.ln();
    // 1 - 0.75 = 0.5^2 must give 2, not 3, whatever the logarithms round to.
    let rounded = (exact - exact * 1e-12).ceil().max(1.0);
    count(rounded)
}

/// `P(Binomial(n, 1 - p) <= t)` for `t < n`, through the incomplete beta function.
fn tail(n: u64, t: u64, p: f64) -> Option<f64> {
    checked_beta_reg((n - t) as f64, (t + 1) as f64, p).ok()
}

fn is_inside(ratio: f64) -> bool {
    ratio > 0.0 && ratio < 1.0
}

/// A whole, finite, not negative float as a count.
fn count(samples: f64) -> Option<u64> {
    (samples >= 0.0 && samples <= MOST as f64).then_some(samples as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PERCENTILES: [(f64, f64, [u64; 3]); 7] = [
        (0.90, 0.95, [29, 46, 61]),
        (0.95, 0.95, [59, 93, 124]),
        (0.95, 0.99, [90, 130, 165]),
        (0.99, 0.95, [299, 473, 628]),
        (0.99, 0.99, [459, 662, 838]),
        (0.999, 0.95, [2_995, 4_742, 6_294]),
        (0.999, 0.99, [4_603, 6_636, 8_403]),
    ];

    #[test]
    fn percentiles_need_as_many_samples_as_mlperf_says() {
        for (percentile, confidence, expected) in PERCENTILES {
            let found = [0, 1, 2].map(|over| samples_for_percentile(percentile, confidence, over));
            assert_eq!(
                found,
                expected.map(Some),
                "p {percentile}, confidence {confidence}"
            );
        }
        // MLPerf's own configuration: MultiStream.min_query_count for a p99.
        assert_eq!(samples_for_percentile(0.99, 0.99, 1), Some(662));
    }

    #[test]
    fn the_closed_form_agrees_with_the_definition() {
        for (percentile, confidence, [n, ..]) in PERCENTILES {
            let chance = |n: u64| tail(n, 0, percentile).expect("inside the domain");
            assert!(
                chance(n) <= 1.0 - confidence && chance(n - 1) > 1.0 - confidence,
                "{percentile}"
            );
        }
        assert_eq!(samples_for_percentile(0.5, 0.75, 0), Some(2));
        assert_eq!(samples_for_percentile(0.5, 0.95, 0), Some(5));
        assert_eq!(samples_for_percentile(0.01, 0.5, 0), Some(1));
    }

    #[test]
    fn values_outside_the_domain_have_no_answer() {
        for bad in [0.0, 1.0, -0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert_eq!(samples_for_percentile(bad, 0.95, 0), None, "{bad}");
            assert_eq!(samples_for_percentile(0.95, bad, 1), None, "{bad}");
        }
        // With so small a percentile the count itself would be enough.
        for percentile in [0.95, 1e-17] {
            assert_eq!(samples_for_percentile(percentile, 0.95, MOST), None);
            assert_eq!(samples_for_percentile(percentile, 0.95, u64::MAX), None);
        }
        for over in [0, 1, 2, 3] {
            assert_eq!(samples_for_percentile(1.0 - f64::EPSILON, 0.95, over), None);
        }
    }

    #[test]
    fn rare_failures_need_exactly_so_many() {
        // From the sums `p^n (1 + n q / p + ...)` in sixty decimal digits.
        for (percentile, over, expected) in [
            (0.9999, 1, 47_437),
            (0.9999, 3, 77_535),
            (0.99999, 2, 629_578),
            (0.9999, 19, 278_788),
        ] {
            let found = samples_for_percentile(percentile, 0.95, over);
            assert_eq!(found, Some(expected), "{percentile}, {over}");
        }
    }

    proptest! {
        #[test]
        fn more_confidence_and_more_failures_need_more_samples(
            percentile in 0.5_f64..0.9999, confidence in 0.5_f64..0.99, over in 0_u64..20,
        ) {
            let n = samples_for_percentile(percentile, confidence, over).expect("inside the domain");
            prop_assert!(n > over);
            prop_assert!(samples_for_percentile(percentile, confidence, over + 1).expect("inside") > n);
            prop_assert!(samples_for_percentile(percentile, confidence + 0.009, over).expect("inside") >= n);
        }
    }
}
