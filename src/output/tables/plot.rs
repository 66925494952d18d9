//! The times of a file as bars of text.

use super::evidence::plain;
use crate::{
    evidence::{Distribution, DistributionSource, Evidence, MeasuredValue},
    output::{safe, style::columns},
};
use std::fmt::Write as _;

/// The columns of bars where nothing is known of the reader's terminal.
const WIDTH: usize = 80;
/// A bar is no longer, however wide the terminal is, and no shorter.
const BAR: std::ops::RangeInclusive<usize> = 8..=60;
/// Eighths of a block.
const BLOCKS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/// A plot of each metric of times: from samples or buckets where the file has them, else its percentiles. Safe to print.
pub fn evidence_plot(found: &Evidence, width: Option<usize>, unicode: bool) -> String {
    let width = width.unwrap_or(WIDTH);
    let mut metrics: Vec<&str> = Vec::new();
    for measurement in found
        .measurements
        .iter()
        .filter(|found| found.unit == Some("s"))
    {
        if !metrics.contains(&measurement.metric.as_str()) {
            metrics.push(&measurement.metric);
        }
    }
    let mut text = String::new();
    for metric in metrics {
        let known = found
            .distributions
            .iter()
            .find(|known| known.metric == metric);
        let plot = match known {
            Some(known) => counted(known),
            None => percentiles(found, metric),
        };
        if plot.rows.len() > 1 {
            let _ = writeln!(text, "\n{}, {}", safe::escape(metric), plot.head);
            text.push_str(&bars(&plot.rows, width, unicode));
        }
    }
    if text.is_empty() {
        text.push_str("\nnothing to plot: the file has no two percentiles of a time\n");
    }
    text
}

struct Plot {
    head: &'static str,
    /// What stands before a bar, its length and what stands behind it.
    rows: Vec<(String, f64, String)>,
}

fn counted(known: &Distribution) -> Plot {
    let times = known.bins.iter().map(|bin| match bin.high {
        Some(high) => format!("{} to {} s", plain(bin.low), plain(high)),
        None => format!("above {} s", plain(bin.low)),
    });
    let rows = times.zip(&known.bins);
    Plot {
        head: match known.source {
            DistributionSource::Samples => "from samples: a bar is how many took so long",
            DistributionSource::Buckets => {
                "from the buckets of a histogram: a bar is how many took so long"
            }
        },
        rows: rows
            .map(|(times, bin)| (times, bin.count as f64, bin.count.to_string()))
            .collect(),
    }
}

fn percentiles(found: &Evidence, metric: &str) -> Plot {
    let of_metric = found
        .measurements
        .iter()
        .filter(|known| known.metric == metric);
    let mut ranked: Vec<(f64, &str, f64)> = of_metric
        .filter_map(|known| {
            let rank = match known.statistic.as_str() {
                "min" => 0.0,
                "max" => 100.0,
                other => other.strip_prefix('p')?.parse().ok()?,
            };
            match known.value {
                MeasuredValue::Number(value) => Some((rank, known.statistic.as_str(), value)),
                MeasuredValue::Text(_) => None,
            }
        })
        .collect();
    ranked.sort_by(|one, other| one.0.total_cmp(&other.0));
    let rows = ranked.into_iter().map(|(_, statistic, value)| {
        (
            safe::escape(statistic).into_owned(),
            value,
            format!("{} s", plain(value)),
        )
    });
    Plot {
        head: "from percentiles: a bar is a time, and nothing is known between them",
        rows: rows.collect(),
    }
}

fn bars(rows: &[(String, f64, String)], width: usize, unicode: bool) -> String {
    let head = rows
        .iter()
        .map(|(head, ..)| columns(head))
        .max()
        .unwrap_or_default();
    let tail = rows
        .iter()
        .map(|(.., tail)| columns(tail))
        .max()
        .unwrap_or_default();
    let room = width.saturating_sub(head + tail + 6);
    let room = room.clamp(*BAR.start(), *BAR.end());
    let most = rows
        .iter()
        .map(|(_, length, _)| *length)
        .fold(0.0, f64::max);
    let mut text = String::new();
    for (name, length, told) in rows {
        let part = if most > 0.0 { length / most } else { 0.0 };
        let gap = " ".repeat(head - columns(name));
        let bar = bar(part, room, unicode);
        let _ = writeln!(
            text,
            "  {gap}{name}  {}",
            format!("{bar} {told}").trim_start()
        );
    }
    text
}

/// A bar of a part of so many columns. What is there at all is seen.
fn bar(part: f64, room: usize, unicode: bool) -> String {
    let eighths = (part * room as f64 * 8.0).round() as usize;
    let eighths = if part > 0.0 { eighths.max(1) } else { 0 };
    match unicode {
        true => {
            let rest = eighths.checked_rem(8).and_then(|rest| rest.checked_sub(1));
            let rest = rest.and_then(|index| BLOCKS.get(index));
            let mut bar = "█".repeat(eighths / 8);
            bar.extend(rest);
            bar
        }
        false => "#".repeat(eighths.div_ceil(8)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{EvidenceRequest, read};

    fn plot(text: &str, unicode: bool) -> String {
        let found = read(text.into(), EvidenceRequest::default()).expect("evidence");
        evidence_plot(&found, Some(60), unicode)
    }

    #[test]
    fn samples_are_counted_and_said_to_be() {
        let rows: String = (1..=64).map(|n| format!("{n}\n")).collect();
        let drawn = plot(&format!("latency_ms\n{rows}"), false);
        assert!(drawn.contains("request_latency, from samples"), "{drawn}");
        assert_eq!(
            drawn.lines().filter(|line| line.contains(" to ")).count(),
            16
        );
        assert!(drawn.is_ascii(), "{drawn}");
        assert!(drawn.lines().all(|line| columns(line) <= 76), "{drawn}");
        assert!(plot(&format!("latency_ms\n{rows}"), true).contains('█'));
    }

    #[test]
    fn buckets_and_percentiles_are_told_apart() {
        let text = "# TYPE a_seconds histogram\na_seconds_bucket{le=\"0.1\"} 3\na_seconds_bucket{le=\"1\"} 5\na_seconds_bucket{le=\"+Inf\"} 6\na_seconds_sum 1\na_seconds_count 6\n";
        let drawn = plot(text, false);
        assert!(drawn.contains("from the buckets of a histogram"), "{drawn}");
        assert!(drawn.contains("above 1 s  #"), "{drawn}");
        let vegeta = include_str!("../../../fixtures/evidence/vegeta/report.json");
        let drawn = plot(vegeta, false);
        assert!(
            drawn.contains("from percentiles: a bar is a time"),
            "{drawn}"
        );
        let ranks: Vec<&str> = drawn
            .lines()
            .skip(2)
            .filter_map(|line| line.split_whitespace().next())
            .collect();
        assert_eq!(ranks.first(), Some(&"min"), "{drawn}");
        assert_eq!(ranks.last(), Some(&"max"), "{drawn}");
        let scores = include_str!("../../../fixtures/evidence/lm-eval/results.json");
        assert!(plot(scores, false).contains("nothing to plot"));
    }

    #[test]
    fn a_bar_is_as_long_as_its_part() {
        assert_eq!(bar(1.0, 8, false), "########");
        assert_eq!(bar(0.5, 8, false), "####");
        assert_eq!(bar(0.001, 8, false), "#", "what is there is seen");
        assert_eq!(bar(0.0, 8, true), "");
        assert_eq!(bar(0.5, 8, true), "████");
        assert_eq!(bar(1.0 / 64.0, 8, true), "▏");
    }
}
