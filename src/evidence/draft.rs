//! Evidence that a reader is putting together.

mod finish;

use super::{
    Caution, CautionKind, Contradiction, Evidence, EvidenceError, EvidenceKind, LoadShape,
    MeasuredSubject, MeasuredValue, Measurement, Origin, Rate, RunFact,
    content::Tree,
    laws::{Law, Slack},
};
use crate::document::Spot;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Evidence in the making; refuses values that no measurement can have.
pub(super) struct Draft {
    /// What is known so far; readers fill the plain fields directly.
    pub evidence: Evidence,
    /// How far its statistics may be apart.
    pub slack: Slack,
}

impl Draft {
    pub(super) fn new(format: &'static str, tool: &'static str) -> Self {
        Self {
            evidence: Evidence {
                format,
                kind: EvidenceKind::Load,
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
                ended_at: None,
                subject: MeasuredSubject::default(),
                metrics: vec![],
                cautions: vec![],
                identified_by: "",
                known: BTreeMap::new(),
                contradictions: vec![],
                withdrawn: vec![],
                distributions: vec![],
            },
            slack: Slack {
                relative: 1e-9,
                has_other_mean: false,
                is_rough: false,
                limits_flight: false,
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
            bounds: None,
            exactness: None,
            derived: None,
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

    /// Adds a number of things.
    pub(super) fn number_of(&mut self, metric: &str, count: u64, at: impl ToString) {
        let value = MeasuredValue::Number(count as f64);
        self.add(metric, "value", value, Some("count"), None, at);
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

    /// Says where the file states a fact.
    pub(super) fn state(&mut self, fact: RunFact, at: impl ToString) {
        let at = Some(at.to_string());
        self.evidence.known.insert(fact, Origin::Stated { at });
    }

    /// Says from what a fact follows.
    pub(super) fn derive(&mut self, fact: RunFact, by: impl Into<String>) {
        let by = by.into();
        self.evidence.known.insert(fact, Origin::Derived { by });
    }

    /// Says why a fact is unknown.
    pub(super) fn leave_open(&mut self, fact: RunFact, why: impl Into<String>) {
        let why = Some(why.into());
        self.evidence.known.insert(fact, Origin::Unknown { why });
    }

    /// Takes the rate of requests that the file states, over so many of them, as a fact and as a statistic.
    pub(super) fn reached(&mut self, rate: f64, samples: Option<u64>, at: impl ToString) {
        self.evidence.achieved_rps = Some(rate);
        self.state(RunFact::AchievedRps, at.to_string());
        self.rate("throughput", rate, samples, at);
    }

    /// Takes a count of requests, with its place.
    pub(super) fn take_count(
        &mut self,
        fact: RunFact,
        place: Option<Spot<'_, Tree>>,
    ) -> Result<(), EvidenceError> {
        let Some(place) = place else { return Ok(()) };
        let count = Some(place.count()?);
        match fact {
            RunFact::Completed => self.evidence.completed = count,
            _ => self.evidence.failed = count,
        }
        self.state(fact, &place.at);
        Ok(())
    }

    /// Takes a rate, a limit or a duration, of whose unit `per` make one of ours, with its place.
    pub(super) fn take_amount(
        &mut self,
        fact: RunFact,
        place: Option<Spot<'_, Tree>>,
        per: f64,
    ) -> Result<(), EvidenceError> {
        let Some(place) = place else { return Ok(()) };
        let amount = Some(place.amount()? / per);
        match fact {
            RunFact::AchievedRps => self.evidence.achieved_rps = amount,
            RunFact::Concurrency => self.evidence.concurrency = amount,
            _ => self.evidence.duration_seconds = amount,
        }
        self.state(fact, &place.at);
        Ok(())
    }

    /// Notes what breaks a law that only the reader can test.
    pub(super) fn disagree(&mut self, broken: Option<Contradiction>) {
        self.evidence.contradictions.extend(broken);
    }

    /// A rate that the file states must be its count over its duration.
    pub(super) fn compare_with_duration(
        &mut self,
        law: Law,
        rate: (f64, &str),
        count: Option<f64>,
    ) {
        let duration = self
            .evidence
            .duration_seconds
            .filter(|seconds| *seconds > 0.0);
        let origin = self.evidence.known.get(&RunFact::DurationSeconds);
        if let (Some(count), Some(seconds), Some(Origin::Stated { at: Some(at) })) =
            (count, duration, origin)
        {
            // A time from the first to the last request is one interval short.
            let room = RATE + (1.0 / count.max(1.0)).min(0.05);
            let broken = law.equal(rate, (count / seconds, at), room);
            self.disagree(broken);
        }
    }

    /// A start, a duration, so many seconds of rest, and the end, where the file states all of them.
    pub(super) fn compare_times(&mut self, rest: f64) {
        let evidence = &self.evidence;
        let moment = |text: &Option<String>| text.as_ref()?.parse::<Timestamp>().ok();
        let place = |fact: RunFact| match evidence.known.get(&fact) {
            Some(Origin::Stated { at: Some(at) }) => Some(at.as_str()),
            _ => None,
        };
        let (Some(start), Some(end), Some(seconds), Some(end_at), Some(duration_at)) = (
            moment(&evidence.started_at),
            moment(&evidence.ended_at),
            evidence.duration_seconds,
            place(RunFact::EndedAt),
            place(RunFact::DurationSeconds),
        ) else {
            return;
        };
        let passed = end.duration_since(start).as_secs_f64();
        let needed = seconds + rest;
        // Times are cut to the second, and a run is prepared and closed within them.
        let is_broken = (passed - needed).abs() > 1.5 + needed * 0.01;
        let law = Law::Times;
        let broken = is_broken
            .then(|| law.equal((passed, end_at), (needed, duration_at), 0.0))
            .flatten();
        self.disagree(broken);
    }

    /// The parts of a count and the count.
    pub(super) fn add_up(&mut self, parts: (u64, &str), whole: (u64, &str)) {
        let broken = Law::Counts.equal((parts.0 as f64, parts.1), (whole.0 as f64, whole.1), 1e-12);
        self.disagree(broken);
    }

    /// True where such a measurement was added.
    pub(super) fn has(&self, is_meant: impl Fn(&Measurement) -> bool) -> bool {
        self.evidence.measurements.iter().any(is_meant)
    }
}

/// The room of a rate: files round it, and some are copied with three digits.
const RATE: f64 = 5e-3;
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
