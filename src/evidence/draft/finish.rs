//! What follows from the values of a file, and which of them contradict each other.

use super::Draft;
use crate::evidence::{
    CautionKind, Evidence, EvidenceError, LoadShape, Measurement, Origin, RunFact, Withdrawn, laws,
};
use jiff::{SignedDuration, Timestamp, civil};

/// The most statistics of a file. Every claim that rests on the file searches them.
const MOST_MEASUREMENTS: usize = 10_000;
/// Contradictions that cautions repeat; the list has them all.
const MOST_TOLD: usize = 5;

impl Draft {
    /// Completes what follows from the counts and the times, and takes out what contradicts itself.
    ///
    /// # Errors
    /// A file without any statistic is no evidence.
    pub(in crate::evidence) fn finish(mut self) -> Result<Evidence, EvidenceError> {
        if let (Some(completed), Some(failed)) = (self.evidence.completed, self.evidence.failed) {
            self.counted("error_ratio", failed, completed);
            self.counted("availability", completed, failed);
        }
        match self.evidence.measurements.len() {
            0 => return Err(self.malformed("it holds no statistic that is read")),
            1..=MOST_MEASUREMENTS => {}
            more => {
                return Err(self.malformed(format!(
                    "it holds {more} statistics; {MOST_MEASUREMENTS} are the most that are read"
                )));
            }
        }
        let twice = laws::twice(&mut self.evidence);
        self.evidence.contradictions.extend(twice);
        self.unstreamed();
        let broken = laws::broken(&self.evidence, self.slack);
        self.evidence.contradictions.extend(broken);
        self.take_out();
        self.begin();
        self.fill_in();
        Ok(self.evidence)
    }

    /// Adds the share of `count` in all requests, unless the tool states it itself.
    fn counted(&mut self, metric: &str, count: u64, others: u64) {
        let total = count.saturating_add(others);
        let is_stated = self.has(|known| known.metric == metric);
        if total > 0 && !is_stated {
            let ratio = count as f64 / total as f64;
            self.ratio(metric, ratio, Some(total), "the counts");
            self.last().derived = Some("the counts");
        }
    }

    /// The measurement that was added last.
    pub(in crate::evidence) fn last(&mut self) -> &mut Measurement {
        let last = self.evidence.measurements.last_mut();
        last.expect("called after adding one")
    }

    /// A run began its duration before its end.
    fn begin(&mut self) {
        let evidence = &mut self.evidence;
        if let (None, Some(end), Some(seconds)) = (
            &evidence.started_at,
            &evidence.ended_at,
            evidence.duration_seconds,
        ) && let Some(start) = earlier(end, seconds)
        {
            evidence.started_at = Some(start);
            self.derive(RunFact::StartedAt, "the end less the duration");
        }
    }

    /// Without streaming there is no first token: tools write the whole latency in its place.
    fn unstreamed(&mut self) {
        let evidence = &self.evidence;
        if evidence
            .subject
            .output_tokens
            .is_some_and(|tokens| tokens <= 1.0)
        {
            return;
        }
        let firsts = evidence.measurements.iter();
        let firsts = firsts.filter(|found| found.metric == "time_to_first_token");
        let pairs: Vec<bool> = firsts
            .filter_map(|first| {
                let whole = evidence.find("request_latency", &first.statistic)?;
                Some(first.value == whole.value)
            })
            .collect();
        if pairs.len() >= 2 && pairs.iter().all(|is_equal| *is_equal) {
            self.withdraw("time_to_first_token", "no streaming");
            self.caution(
                CautionKind::Definition,
                "without streaming there is no first token: its time is that of the whole answer in each statistic, so it is left out",
            );
        }
    }

    /// Takes out all statistics of a metric.
    pub(in crate::evidence) fn withdraw(&mut self, metric: &str, why: &'static str) {
        self.withdraw_where(|found| found.metric == metric, why);
    }

    fn withdraw_where(&mut self, is_meant: impl Fn(&Measurement) -> bool, why: &'static str) {
        let evidence = &mut self.evidence;
        let (out, kept) = std::mem::take(&mut evidence.measurements)
            .into_iter()
            .partition::<Vec<_>, _>(is_meant);
        evidence.measurements = kept;
        evidence
            .withdrawn
            .extend(out.into_iter().map(|found| Withdrawn {
                metric: found.metric,
                statistic: found.statistic,
                why,
            }));
    }

    /// Takes out the values that contradict each other, and tells so.
    fn take_out(&mut self) {
        let broken = self.evidence.contradictions.clone();
        let is_broken = |at: &str| {
            broken
                .iter()
                .any(|found| found.at == at || found.other == at)
        };
        self.withdraw_where(|found| is_broken(&found.at), "contradiction");
        for fact in RunFact::ALL {
            let origin = self.evidence.known.get(&fact);
            if let Some(Origin::Stated { at: Some(at) }) = origin
                && is_broken(at)
            {
                self.forget(fact);
                self.leave_open(fact, "the file contradicts itself");
            }
        }
        for found in broken.iter().take(MOST_TOLD) {
            let message = format!("the file contradicts itself: {}", found.message);
            self.caution(CautionKind::Unusual, message);
        }
    }

    fn forget(&mut self, fact: RunFact) {
        let evidence = &mut self.evidence;
        match fact {
            RunFact::Completed => evidence.completed = None,
            RunFact::Failed => evidence.failed = None,
            RunFact::OfferedRps => evidence.offered_rps = None,
            RunFact::AchievedRps => evidence.achieved_rps = None,
            RunFact::Concurrency => evidence.concurrency = None,
            RunFact::LoadShape => evidence.load_shape = LoadShape::Unknown,
            RunFact::DurationSeconds => evidence.duration_seconds = None,
            RunFact::StartedAt => evidence.started_at = None,
            RunFact::EndedAt => evidence.ended_at = None,
        }
    }

    /// Says of each fact how it is known, where its reader did not.
    fn fill_in(&mut self) {
        let evidence = &mut self.evidence;
        let present = [
            (RunFact::Completed, evidence.completed.is_some()),
            (RunFact::Failed, evidence.failed.is_some()),
            (RunFact::OfferedRps, evidence.offered_rps.is_some()),
            (RunFact::AchievedRps, evidence.achieved_rps.is_some()),
            (RunFact::Concurrency, evidence.concurrency.is_some()),
            (
                RunFact::LoadShape,
                evidence.load_shape != LoadShape::Unknown,
            ),
            (
                RunFact::DurationSeconds,
                evidence.duration_seconds.is_some(),
            ),
            (RunFact::StartedAt, evidence.started_at.is_some()),
            (RunFact::EndedAt, evidence.ended_at.is_some()),
        ];
        for (fact, is_present) in present {
            let origin = match (is_present, fact) {
                (false, _) => Origin::Unknown { why: None },
                (true, RunFact::LoadShape) => Origin::Derived {
                    by: "how the tool sends requests".to_owned(),
                },
                (true, _) => Origin::Stated { at: None },
            };
            let known = evidence.known.entry(fact).or_insert_with(|| origin.clone());
            // A reader may give the reason for a gap that another line of the file then fills, and the reverse.
            if matches!(known, Origin::Unknown { .. }) == is_present {
                *known = origin;
            }
        }
    }
}

/// A time so many seconds before another, which may have no offset.
fn earlier(end: &str, seconds: f64) -> Option<String> {
    let length = SignedDuration::try_from_secs_f64(seconds).ok()?;
    let before = |time: Timestamp| time.checked_sub(length).ok().map(|time| time.to_string());
    match end.parse::<Timestamp>() {
        Ok(time) => before(time),
        Err(_) => {
            let time = end.parse::<civil::DateTime>().ok()?;
            time.checked_sub(length).ok().map(|time| time.to_string())
        }
    }
}
