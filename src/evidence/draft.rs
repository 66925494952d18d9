//! Evidence that a reader is putting together.

use super::{
    Caution, CautionKind, Evidence, EvidenceError, LoadShape, MeasuredSubject, MeasuredValue,
    Measurement, Rate, content::Tree,
};
use crate::document::Spot;
use jiff::Timestamp;

/// The most statistics of a file. Every claim that rests on the file searches them.
const MOST_MEASUREMENTS: usize = 10_000;

/// Evidence in the making; refuses values that no measurement can have.
pub(super) struct Draft {
    /// What is known so far; readers fill the plain fields directly.
    pub evidence: Evidence,
}

impl Draft {
    pub(super) fn new(format: &'static str, tool: &'static str) -> Self {
        Self {
            evidence: Evidence {
                format,
                tool,
                version: None,
                measurements: vec![],
                completed: None,
                failed: None,
                dropped: None,
                offered_rps: None,
                achieved_rps: None,
                concurrency: None,
                load_shape: LoadShape::Unknown,
                duration_seconds: None,
                started_at: None,
                subject: MeasuredSubject::default(),
                metrics: vec![],
                cautions: vec![],
            },
        }
    }

    /// Adds any value with the number of observations behind it.
    pub(super) fn add(
        &mut self,
        metric: &str,
        statistic: &str,
        value: MeasuredValue,
        unit: Option<&'static str>,
        samples: Option<u64>,
        at: impl ToString,
    ) {
        self.evidence.measurements.push(Measurement {
            metric: metric.to_owned(),
            statistic: statistic.to_owned(),
            value,
            unit,
            samples,
            resolution: None,
            at: at.to_string(),
        });
    }

    /// Adds a rate over the whole run, in events a second.
    pub(super) fn rate(
        &mut self,
        metric: &str,
        rate: f64,
        samples: Option<u64>,
        at: impl ToString,
    ) {
        let value = MeasuredValue::Number(rate);
        self.add(metric, "value", value, Some("1/s"), samples, at);
    }

    /// Adds a ratio from 0 to 1.
    pub(super) fn ratio(
        &mut self,
        metric: &str,
        ratio: f64,
        samples: Option<u64>,
        at: impl ToString,
    ) {
        let value = MeasuredValue::Number(ratio);
        self.add(metric, "ratio", value, Some("ratio"), samples, at);
    }

    /// Adds the phase of an analysis, which its status must have.
    pub(super) fn phase<'t>(
        &mut self,
        metric: &str,
        status: &Spot<'t, Tree>,
    ) -> Result<&'t str, EvidenceError> {
        let place = status.get("phase");
        let Some((phase, place)) = place.and_then(|place| Some((place.text()?, place))) else {
            return Err(self.malformed("its status has no `phase`"));
        };
        let value = MeasuredValue::Text(phase.to_owned());
        self.add(metric, "phase", value, None, None, &place.at);
        Ok(phase)
    }

    /// Adds a time that the file has in units of which `per` make a second.
    pub(super) fn time(
        &mut self,
        metric: &str,
        statistic: &str,
        place: &Spot<'_, Tree>,
        per: f64,
        samples: Option<u64>,
    ) -> Result<(), EvidenceError> {
        let seconds = to_seconds(place.amount()?, per);
        self.add(
            metric,
            statistic,
            MeasuredValue::Number(seconds),
            Some("s"),
            samples,
            &place.at,
        );
        Ok(())
    }

    /// Adds the time of a line of text.
    pub(super) fn seconds(
        &mut self,
        metric: &str,
        statistic: &str,
        seconds: f64,
        samples: Option<u64>,
        at: impl ToString,
    ) -> Result<(), EvidenceError> {
        let what = match seconds {
            seconds if !seconds.is_finite() => format!("not a finite number (`{seconds}`)"),
            seconds if seconds < 0.0 => format!("negative ({seconds})"),
            _ => {
                self.add(
                    metric,
                    statistic,
                    MeasuredValue::Number(seconds),
                    Some("s"),
                    samples,
                    at,
                );
                return Ok(());
            }
        };
        Err(EvidenceError::BadValue {
            at: at.to_string(),
            what,
        })
    }

    pub(super) fn caution(&mut self, kind: CautionKind, message: impl Into<String>) {
        self.evidence.cautions.push(Caution {
            kind,
            message: message.into(),
        });
    }

    /// The error for a file that lacks what its format promises.
    pub(super) fn malformed(&self, message: impl Into<String>) -> EvidenceError {
        EvidenceError::Malformed {
            format: self.evidence.format,
            message: message.into(),
        }
    }

    /// Says where the generator sent less than `ratio` of what it was asked for.
    pub(super) fn compare_rates(&mut self, offered: f64, achieved: f64) {
        if achieved < offered * 0.98 {
            let message =
                format!("{offered} requests a second were asked for and {achieved:.2} were sent");
            self.caution(CautionKind::GeneratorBehind, message);
        }
    }

    /// The shape of the load that follows from the rate that was asked for and the limit of
    /// requests in flight, with what that limit means for a reader.
    pub(super) fn load_shape(&mut self, rate: Option<Rate>, cap: Option<f64>) -> LoadShape {
        match (rate, cap) {
            (None, None) => LoadShape::Unknown,
            (Some(_), None) => LoadShape::Open,
            (None, Some(users)) => {
                let message =
                    format!("{users} requests were kept in flight: a slow server is asked less");
                self.caution(CautionKind::ClosedLoop, message);
                LoadShape::Closed
            }
            // The limit may have been reached, and no file says whether it was.
            (Some(_), Some(cap)) => {
                let message = format!(
                    "at most {cap} requests were in flight, which may have held others back"
                );
                self.caution(CautionKind::ClosedLoop, message);
                LoadShape::Unknown
            }
        }
    }

    /// Completes what follows from the counts.
    ///
    /// # Errors
    /// A file without any statistic is no evidence.
    pub(super) fn finish(mut self) -> Result<Evidence, EvidenceError> {
        if let (Some(completed), Some(failed)) = (self.evidence.completed, self.evidence.failed) {
            self.counted("error_ratio", failed, completed);
            self.counted("availability", completed, failed);
        }
        match self.evidence.measurements.len() {
            0 => Err(self.malformed("it holds no statistic that is read")),
            1..=MOST_MEASUREMENTS => Ok(self.evidence),
            more => Err(self.malformed(format!(
                "it holds {more} statistics; {MOST_MEASUREMENTS} are the most that are read"
            ))),
        }
    }

    /// Adds the share of `count` in all requests, unless the tool states it itself.
    fn counted(&mut self, metric: &str, count: u64, others: u64) {
        let total = count.saturating_add(others);
        let is_stated = self.has(|known| known.metric == metric);
        if total > 0 && !is_stated {
            let ratio = count as f64 / total as f64;
            self.ratio(metric, ratio, Some(total), "the counts");
        }
    }

    /// True where such a measurement was added.
    pub(super) fn has(&self, is_meant: impl Fn(&Measurement) -> bool) -> bool {
        self.evidence.measurements.iter().any(is_meant)
    }
}

/// An amount in a line of text: finite and not negative, as tools print `NaN` for nothing.
pub(super) fn printed_amount(text: &str) -> Option<f64> {
    let amount: f64 = text.parse().ok()?;
    (amount.is_finite() && amount >= 0.0).then_some(amount)
}

/// A time in units of which `per` make a second, in seconds. 612.4 ms must be the float nearest to
/// 0.6124, as a threshold that is written so is; one division alone may miss it by the last bit.
pub(super) fn to_seconds(amount: f64, per: f64) -> f64 {
    let seconds = amount / per;
    format!("{seconds:.14e}").parse().unwrap_or(seconds)
}

/// How many of a unit make a second. The names are those that tools write.
pub(super) fn per_second(unit: &Spot<'_, Tree>) -> Result<f64, EvidenceError> {
    let name = unit.text().unwrap_or_default();
    match name.strip_suffix("/token").unwrap_or(name) {
        "ns" => Ok(1e9),
        "us" | "\u{b5}s" | "\u{3bc}s" => Ok(1e6),
        "ms" => Ok(1e3),
        "s" | "sec" => Ok(1.0),
        _ => Err(unit.bad("no unit of time")),
    }
}

/// Seconds since 1970 as RFC 3339; `None` for what is no time of a test.
pub(super) fn moment(seconds: f64) -> Option<String> {
    let is_plausible = seconds > 0.0 && seconds < 4_102_444_800.0;
    let moment =
        is_plausible.then(|| Timestamp::from_millisecond((seconds * 1_000.0) as i64).ok())??;
    Some(moment.to_string())
}
