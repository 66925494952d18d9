//! What a reader of the numbers must know about the tool that wrote them.

use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;

/// Something that a reader of the numbers must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Caution {
    /// What it is about: rules decide by this.
    pub kind: CautionKind,
    /// What it means here. May hold text from the file, so it is not safe to print raw.
    pub message: String,
}

/// What a [`Caution`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum CautionKind {
    /// The tool says itself that the result does not count.
    Invalid,
    /// The run was cancelled, stopped or is still going.
    Unfinished,
    /// An analysis was stopped from outside, which counts as a success.
    Terminated,
    /// An analysis that ended as a failure, whatever one of its metrics shows.
    RunFailed,
    /// An analysis that cannot fail.
    DryRun,
    /// An analysis that measured nothing, or whose query found nothing.
    NoMeasurements,
    /// Measurements of an analysis failed, erred or were inconclusive.
    FailedMeasurements,
    /// A threshold that the file itself records was crossed.
    ThresholdCrossed,
    /// The generator did not send what it should have.
    GeneratorBehind,
    /// The load says nothing about latency at a rate: unbounded, or of an offline scenario.
    UnboundedLoad,
    /// Requests waited for answers.
    ClosedLoop,
    /// Percentiles leave failed requests out.
    SuccessesOnly,
    /// Latencies count failed requests, some of which fail fast.
    IncludesFailures,
    /// Values are rounded by the tool.
    Quantised,
    /// The tool estimates percentiles from a histogram or an approximation.
    Estimated,
    /// A name that tools use for different things.
    Definition,
    /// A time without an offset.
    LocalTime,
    /// The file has no numbers, or has them twice.
    Unusual,
}

impl fmt::Display for CautionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => "invalid",
            Self::Unfinished => "unfinished",
            Self::Terminated => "terminated",
            Self::RunFailed => "run-failed",
            Self::DryRun => "dry-run",
            Self::NoMeasurements => "no-measurements",
            Self::FailedMeasurements => "failed-measurements",
            Self::ThresholdCrossed => "threshold-crossed",
            Self::GeneratorBehind => "generator-behind",
            Self::UnboundedLoad => "unbounded-load",
            Self::ClosedLoop => "closed-loop",
            Self::SuccessesOnly => "successes-only",
            Self::IncludesFailures => "includes-failures",
            Self::Quantised => "quantised",
            Self::Estimated => "estimated",
            Self::Definition => "definition",
            Self::LocalTime => "local-time",
            Self::Unusual => "unusual",
        })
    }
}
