//! The arithmetic of serving: pure functions that know no document.
//!
//! Owns every formula behind a Fact, with its source, its units and golden values in its tests.
//! Sample sizes stand in [`samples`]. Inputs are taken as they come: whoever calls keeps them in
//! the domain that is named, or drops a result that is not finite.

pub mod samples;

/// The product of factors of which each may be unknown; unknown where one of them is.
pub fn product<const N: usize>(factors: [Option<f64>; N]) -> Option<f64> {
    factors.into_iter().product()
}

/// Seconds at a canary weight (percent) until `samples` requests have passed, at the lowest rate
/// of requests in a second: `samples / (rate x weight / 100)`.
pub fn bake_seconds(samples: f64, trough_rps: f64, weight: f64) -> f64 {
    samples / canary_rps(trough_rps, weight)
}

/// Requests in a second that a canary with this weight (percent) receives.
pub fn canary_rps(rps: f64, weight: f64) -> f64 {
    rps * weight / 100.0
}

/// The part of the error budget that total failure at a canary weight (percent) costs, as a ratio.
///
/// The impact of a failed rollout is proportional to the traffic exposed and to the time it lasts
/// (SRE workbook, chapter 16): `weight/100 x exposed / (window x (1 - target))`, in seconds.
pub fn budget_exposure(
    weight: f64,
    exposed_seconds: f64,
    window_seconds: f64,
    budget_ratio: f64,
) -> f64 {
    weight / 100.0 * exposed_seconds / (window_seconds * budget_ratio)
}

/// The part of the error budget that a burn rate costs over the long window, as a ratio:
/// `rate x window / period`, in seconds (SRE workbook, chapter 5).
pub fn budget_spent(burn_rate: f64, long_window_seconds: f64, period_seconds: f64) -> f64 {
    burn_rate * long_window_seconds / period_seconds
}

/// The burn rate when every request fails: `1 / (1 - target)`, from the budget as a ratio.
pub fn max_burn_rate(budget_ratio: f64) -> f64 {
    1.0 / budget_ratio
}

/// The shape of a model's key-value cache.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KvCache {
    /// Transformer layers.
    pub layers: f64,
    /// Heads of keys and values; fewer than attention heads under grouped-query attention.
    pub kv_heads: f64,
    /// Numbers in a head.
    pub head_dim: f64,
    /// Bytes of a number in the cache.
    pub bytes_per_element: f64,
}

impl KvCache {
    /// Bytes that one token occupies over all layers, keys and values:
    /// `2 x layers x heads x dimension x bytes`.
    pub fn bytes_per_token(&self) -> f64 {
        2.0 * self.layers * self.kv_heads * self.head_dim * self.bytes_per_element
    }
}

/// Bytes of GPU memory that a serving engine may fill in one replica: vLLM takes
/// `gpu_memory_utilization` of each GPU for weights, cache and overhead together.
pub fn usable_gpu_bytes(count: f64, bytes_each: f64, utilization: f64) -> f64 {
    count * bytes_each * utilization
}

/// Seconds of an answer of `tokens` output tokens: `ttft + (tokens - 1) x tpot`, as vLLM defines
/// TPOT (the first token belongs to the TTFT).
pub fn generation_seconds(ttft_seconds: f64, tpot_seconds: f64, tokens: f64) -> f64 {
    ttft_seconds + (tokens - 1.0) * tpot_seconds
}

/// Requests in flight at a rate (1/s) and a mean latency (s): Little's law, `L = lambda x W`.
pub fn concurrency(rps: f64, mean_seconds: f64) -> f64 {
    rps * mean_seconds
}

/// Requests in a second that one replica is planned to carry: its measured throughput times the
/// utilisation that autoscaling aims at.
pub fn effective_rps(throughput_rps: f64, target_utilisation: f64) -> f64 {
    throughput_rps * target_utilisation
}

/// Seconds until an Argo analysis can fail: a metric fails when failures exceed `failureLimit`, so
/// the failing measurement is number `failureLimit + 1`, the first one after `initialDelay`.
/// The time that the failing query itself looks back comes on top.
pub fn argo_detection_seconds(initial_delay: f64, failure_limit: f64, interval: f64) -> f64 {
    initial_delay + failure_limit * interval
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: f64 = 3_600.0;
    const DAY: f64 = 86_400.0;

    fn assert_close(found: f64, expected: f64, within: f64) {
        assert!(
            (found - expected).abs() <= within,
            "{found} is not {expected}"
        );
    }

    #[test]
    fn a_product_is_known_where_every_factor_is() {
        assert_eq!(product([Some(2.0), Some(1.5), Some(4.0)]), Some(12.0));
        assert_eq!(product([Some(0.25)]), Some(0.25));
        assert_eq!(product([Some(2.0), None, Some(4.0)]), None);
    }

    #[test]
    fn a_bake_is_as_long_as_its_samples_take() {
        assert_close(bake_seconds(299.0, 20.0, 5.0), 299.0, 1e-9);
        assert_close(bake_seconds(459.0, 20.0, 5.0), 459.0, 1e-9);
    }

    #[test]
    fn a_canary_gets_its_part_of_the_requests() {
        assert_close(canary_rps(40.0, 25.0), 10.0, 1e-9);
        assert_close(bake_seconds(300.0, 40.0, 25.0), 30.0, 1e-9);
    }

    #[test]
    fn ten_minutes_of_failure_at_five_percent_cost_one_percent_of_a_month() {
        assert_close(
            budget_exposure(5.0, 600.0, 30.0 * DAY, 0.001),
            0.0116,
            0.000_05,
        );
    }

    #[test]
    fn a_burn_rate_spends_the_budget_by_the_hour() {
        let table = [
            (14.4, HOUR, 30.0, 0.02),
            (13.44, HOUR, 28.0, 0.02),
            (6.0, 6.0 * HOUR, 30.0, 0.05),
            (1.0, 3.0 * DAY, 30.0, 0.10),
        ];
        for (rate, window, days, spent) in table {
            assert_close(budget_spent(rate, window, days * DAY), spent, 1e-9);
        }
    }

    #[test]
    fn total_failure_burns_fastest() {
        assert_close(max_burn_rate(0.005), 200.0, 1e-9);
    }

    #[test]
    fn kv_cache_agrees_with_the_log_of_vllm() {
        let llama_8b = KvCache {
            layers: 32.0,
            kv_heads: 8.0,
            head_dim: 128.0,
            bytes_per_element: 2.0,
        };
        let llama_70b = KvCache {
            layers: 80.0,
            ..llama_8b
        };
        assert_eq!(llama_8b.bytes_per_token(), 131_072.0);
        assert_eq!(llama_70b.bytes_per_token(), 327_680.0);
        // "Maximum concurrency for 8192 tokens: 11.12x" from 11.12 GiB of cache.
        let cache = 11.12 * 1_073_741_824.0;
        assert_close(cache / llama_8b.bytes_per_token() / 8_192.0, 11.12, 1e-9);
    }

    #[test]
    fn capacity_and_memory() {
        assert_close(
            usable_gpu_bytes(2.0, 84_825_604_096.0, 0.9),
            152_686_087_372.8,
            1e-3,
        );
        assert_close(effective_rps(3.2, 0.7) * 8.0, 17.92, 1e-9);
        assert_close(concurrency(4_000.0, 0.018), 72.0, 1e-9);
    }

    #[test]
    fn a_long_answer_takes_its_tokens_times() {
        assert_close(generation_seconds(0.8, 0.05, 1_024.0), 51.95, 1e-9);
        assert_close(generation_seconds(0.8, 0.05, 600.0), 30.75, 1e-9);
        assert_close(generation_seconds(0.8, 0.05, 1.0), 0.8, 1e-9);
    }

    #[test]
    fn detection_counts_the_measurement_that_exceeds_the_limit() {
        assert_close(argo_detection_seconds(0.0, 3.0, 300.0), 900.0, 1e-9);
        assert_close(argo_detection_seconds(60.0, 0.0, 300.0), 60.0, 1e-9);
    }
}
