//! What the metrics and the objectives of a manifest relax.

use super::{
    Loosened,
    conditions::MetricPair,
    manifests::{ManifestPair, Way, is_looser},
};
use crate::{
    document::{Node, Spot},
    manifest::facts::{MetricFacts, ObjectiveFacts},
};

impl ManifestPair {
    /// Conditions and queries of its metrics that became others.
    pub(super) fn texts(
        &self,
        before: &Node,
        after: &Node,
        was: &[MetricFacts],
        is: &[MetricFacts],
    ) -> Vec<Loosened> {
        let mut found = Vec::new();
        let path = ["spec", "metrics"];
        let old = Spot::root(before).items_at(&path);
        let new = Spot::root(after).items_at(&path);
        for (was, old) in was.iter().zip(old) {
            let mut others = is.iter().zip(&new);
            let Some((is, new)) = others.find(|(is, _)| is.name == was.name) else {
                continue;
            };
            let name = was.name.as_deref().unwrap_or_default();
            let pair = MetricPair {
                member: self.member,
                owner: &format!("`{name}` of {}", self.name),
                was: old,
                is: new.clone(),
                limits: !was.bounds.is_empty() && was.bounds.len() == is.bounds.len(),
            };
            found.extend(pair.compare());
        }
        found
    }

    pub(super) fn metric(&self, was: &MetricFacts, is: &MetricFacts, found: &mut Vec<Loosened>) {
        let of = was.name.as_deref().unwrap_or_default();
        self.counts(was, is, found);
        let numbers = [
            (
                "failureLimit",
                &was.failure_limit,
                &is.failure_limit,
                Some(0.0),
            ),
            (
                "interval",
                &was.interval_seconds,
                &is.interval_seconds,
                None,
            ),
            (
                "initialDelay",
                &was.initial_delay_seconds,
                &is.initial_delay_seconds,
                Some(0.0),
            ),
            (
                "consecutiveErrorLimit",
                &was.consecutive_error_limit,
                &is.consecutive_error_limit,
                Some(4.0),
            ),
        ];
        for (key, was, is, default) in numbers {
            let values = (was.as_ref(), is.as_ref());
            self.number(of, key, Way::Higher, values, default, found);
        }
        let here = is.at.clone().unwrap_or_default();
        if is.dry_run && !was.dry_run {
            let (before, after) = ("false".to_owned(), Some("true".to_owned()));
            found.push(self.relaxed(&here, of, "dry run", before, after));
        }
        for limit in &was.bounds {
            let (Some(fails), Some(value)) = (limit.fails, limit.value) else {
                continue;
            };
            let is_upper = fails.starts_with('g');
            let mut others = is.bounds.iter();
            let other =
                others.find(|other| other.fails.is_some_and(|f| f.starts_with('g') == is_upper));
            let before = format!("{fails} {}", value.get());
            match other.and_then(|other| Some((other, other.value?, other.fails?))) {
                Some((other, now, fails)) => {
                    let way = if is_upper { Way::Higher } else { Way::Lower };
                    if is_looser(way, value.get(), now.get()) {
                        let at = other.at.clone().unwrap_or_else(|| here.clone());
                        let after = Some(format!("{fails} {}", now.get()));
                        found.push(self.relaxed(&at, of, "limit", before, after));
                    }
                }
                None => found.push(self.relaxed(&here, of, "limit", before, None)),
            }
        }
    }

    /// How many measurements there are, and how many of them may be bad.
    fn counts(&self, was: &MetricFacts, is: &MetricFacts, found: &mut Vec<Loosened>) {
        let of = was.name.as_deref().unwrap_or_default();
        // Without an interval a metric is measured once.
        let once = is.interval_seconds.is_none().then_some(1.0);
        if let Some(count) = &was.count {
            let (before, at) = (count.value.get(), is.at.clone().unwrap_or_default());
            let now = is.count.as_ref().map(|count| count.value.get()).or(once);
            if let Some(now) = now.filter(|now| *now < before) {
                let at = is.count.as_ref().map_or(at, |count| count.at.clone());
                found.push(self.relaxed(
                    &at,
                    of,
                    "count",
                    before.to_string(),
                    Some(now.to_string()),
                ));
            }
        }
        let limits = (
            was.inconclusive_limit.as_ref(),
            is.inconclusive_limit.as_ref(),
        );
        self.number(
            of,
            "inconclusiveLimit",
            Way::Higher,
            limits,
            Some(0.0),
            found,
        );
        let (was, is) = (
            &was.consecutive_success_limit,
            &is.consecutive_success_limit,
        );
        // Without it, only `count` ends a metric as a success.
        let all = Some(f64::INFINITY);
        self.number(
            of,
            "consecutiveSuccessLimit",
            Way::Lower,
            (was.as_ref(), is.as_ref()),
            all,
            found,
        );
    }

    pub(super) fn objective(
        &self,
        was: &ObjectiveFacts,
        is: &ObjectiveFacts,
        found: &mut Vec<Loosened>,
    ) {
        let of = was.name.as_deref().unwrap_or_default();
        let numbers = [
            ("target", Way::Lower, &was.target, &is.target),
            (
                "window",
                Way::Higher,
                &was.window_seconds,
                &is.window_seconds,
            ),
            (
                "threshold",
                Way::Higher,
                &was.threshold_seconds,
                &is.threshold_seconds,
            ),
        ];
        for (key, way, was, is) in numbers {
            self.number(of, key, way, (was.as_ref(), is.as_ref()), None, found);
        }
    }
}
