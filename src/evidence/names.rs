//! The other common names of metrics and statistics.

/// The canonical name of a metric that has several; any other name is its own.
pub fn canonical_metric(name: &str) -> &str {
    match name {
        "latency" | "e2el" | "e2e_latency" | "response_time" | "http_req_duration" => {
            "request_latency"
        }
        "ttft" => "time_to_first_token",
        "tpot" => "time_per_output_token",
        "itl" => "inter_token_latency",
        "ntpot" => "normalized_time_per_output_token",
        "success_ratio" | "success_rate" => "availability",
        "error_rate" | "http_req_failed" => "error_ratio",
        "request_throughput" => "throughput",
        "request_goodput" => "goodput",
        "critical_vulnerabilities" | "vulnerabilities_critical" => "vulnerabilities/critical",
        "high_vulnerabilities" | "vulnerabilities_high" => "vulnerabilities/high",
        other => other,
    }
}

/// `p50` for a median, `mean` for an average; any other name is its own.
pub(super) fn canonical_statistic(name: &str) -> &str {
    match name {
        "median" => "p50",
        "avg" => "mean",
        other => other,
    }
}
