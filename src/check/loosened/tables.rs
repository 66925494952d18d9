//! Which values of our documents ask for something, and in which direction they ask for less.

use crate::{config::LEVELS, rule::Subject};
use Looser::{Becomes, ByOperator, Changed, Earlier, Gone, Higher, Lower, Other, Turned};

/// One list of entries, or one value where there are no ids.
#[derive(Debug)]
pub(super) struct Demands {
    pub subject: Subject,
    pub path: &'static [&'static str],
    /// The texts that tell an entry from others; none where the value under the path is the entry, which is
    /// then known by the name of its document.
    pub ids: &'static [&'static str],
    /// The texts that tell what an entry is about, whatever its name.
    pub about: &'static [&'static str],
    /// What messages call an entry.
    pub word: &'static str,
    /// True where an entry that is gone was relaxed.
    pub removal: bool,
    pub fields: &'static [Demand],
}

/// One value of an entry.
#[derive(Debug)]
pub(super) struct Demand {
    /// Keys below the entry, joined by `/`.
    pub path: &'static str,
    pub looser: Looser,
    /// What a missing value means, where that is known.
    pub default: Option<f64>,
    /// True where a value that is gone was relaxed.
    pub demanded: bool,
}

/// How a value asks for less.
#[derive(Debug)]
pub(super) enum Looser {
    Higher,
    Lower,
    /// By the `op` of its entry, which says what passes, or what fails.
    ByOperator {
        passes: bool,
    },
    /// Earlier in a list of words.
    Earlier(&'static [&'static str]),
    /// This word, after another one.
    Becomes(&'static str),
    /// An operator of the other direction.
    Turned,
    /// Any other value asks for something else.
    Other,
    /// Another text may ask for less: its words do not tell.
    Changed,
    /// Only where it is gone.
    Gone,
}

const fn field(path: &'static str, looser: Looser) -> Demand {
    Demand {
        path,
        looser,
        default: None,
        demanded: false,
    }
}

/// A value whose absence asks for nothing.
const fn demanded(path: &'static str, looser: Looser) -> Demand {
    Demand {
        demanded: true,
        ..field(path, looser)
    }
}

/// A value whose absence means 0.
const fn from_zero(path: &'static str, looser: Looser) -> Demand {
    Demand {
        default: Some(0.0),
        ..field(path, looser)
    }
}

const STATISTICS: &[&str] = &["p50", "mean", "p90", "p95", "p99", "p99.9", "max"];

/// Every list whose entries ask for something.
pub(super) const LISTS: &[Demands] = &[
    Demands {
        subject: Subject::ServingSpec,
        path: &["spec"],
        ids: &[],
        about: &[],
        word: "specification",
        removal: false,
        fields: &[
            field("environment", Earlier(&["dev", "staging", "production"])),
            field("tier", Earlier(&["experimental", "standard", "critical"])),
            demanded("rollout", Gone),
            field("rollout/strategy", Becomes("rolling")),
            demanded("rollout/shadow", Gone),
            demanded("rollout/shadow/percent", Lower),
            demanded("rollout/shadow/duration", Lower),
            demanded("rollback", Gone),
            demanded("rollback/rehearsal", Gone),
            demanded("rollback/runbook", Gone),
            demanded("health", Gone),
            demanded("health/podDisruptionBudget", Gone),
            demanded("health/startupProbe", Gone),
            demanded("capacity/targetUtilisation", Higher),
            demanded("rollback/automatic", Earlier(&["false", "true"])),
            demanded("rollback/rto", Higher),
            field("rollout/onInconclusive", Earlier(&["pause", "abort"])),
            field("rollout/onNoData", Earlier(&["pause", "abort"])),
            demanded("capacity/tolerateLostReplicas", Lower),
            demanded("capacity/tolerateLostZones", Lower),
        ],
    },
    Demands {
        subject: Subject::ServingSpec,
        path: &["spec", "slos"],
        ids: &["name"],
        about: &["indicator/type"],
        word: "objective",
        removal: true,
        fields: &[
            demanded("value", ByOperator { passes: true }),
            field("op", Turned),
            demanded("target", Lower),
            demanded("window/duration", Higher),
        ],
    },
    Demands {
        subject: Subject::ServingSpec,
        path: &["spec", "rollout", "analysis"],
        ids: &["name"],
        about: &["slo", "metric"],
        word: "analysis",
        removal: true,
        fields: &[
            demanded("threshold", ByOperator { passes: false }),
            field("op", Turned),
            from_zero("failureLimit", Higher),
            demanded("interval", Higher),
            demanded("window", Higher),
            from_zero("initialDelay", Higher),
            demanded("minSamples", Lower),
            demanded("baseline", Gone),
            field("metric", Changed),
        ],
    },
    Demands {
        subject: Subject::ServingSpec,
        path: &["spec", "alerts"],
        ids: &["slo", "severity", "longWindow"],
        about: &["slo", "severity"],
        word: "alert",
        removal: true,
        fields: &[
            demanded("burnRate", Higher),
            demanded("longWindow", Higher),
            demanded("shortWindow", Higher),
        ],
    },
    Demands {
        subject: Subject::ServingSpec,
        path: &["spec", "constraints"],
        ids: &["id"],
        about: &["statement"],
        word: "constraint",
        removal: true,
        fields: &[
            demanded("hard", Earlier(&["false", "true"])),
            field("statement", Changed),
            field("kind", Changed),
            demanded("check", Gone),
            demanded("check/fact", Other),
            field("check/op", Turned),
            demanded("check/value", ByOperator { passes: true }),
        ],
    },
    Demands {
        subject: Subject::ServingSpec,
        path: &["spec", "assumptions"],
        ids: &["id"],
        about: &["statement"],
        word: "assumption",
        removal: false,
        fields: &[
            demanded("check", Gone),
            demanded("check/fact", Other),
            field("check/op", Turned),
            demanded("check/value", ByOperator { passes: true }),
        ],
    },
    Demands {
        subject: Subject::DecisionLog,
        path: &["spec", "residualRisks"],
        ids: &["id"],
        about: &["statement"],
        word: "risk",
        removal: true,
        fields: &[
            field("likelihood", Earlier(&LEVELS)),
            field("impact", Earlier(&LEVELS)),
            field("response", Earlier(&["mitigate", "accept"])),
            demanded("mitigation", Gone),
            demanded("verification", Gone),
        ],
    },
    Demands {
        subject: Subject::VerificationChecklist,
        path: &["spec"],
        ids: &[],
        about: &[],
        word: "checklist",
        removal: false,
        fields: &[
            demanded("evidenceMaxAge", Higher),
            demanded("verdict/inputs", Gone),
        ],
    },
    Demands {
        subject: Subject::VerificationChecklist,
        path: &["spec", "items"],
        ids: &["id"],
        about: &["category", "metric/name", "metric/statistic"],
        word: "item",
        removal: true,
        fields: &[
            field("gate", Earlier(&["advisory", "blocking"])),
            demanded("metric/name", Other),
            field("metric/statistic", Earlier(STATISTICS)),
            demanded("threshold", ByOperator { passes: true }),
            field("op", Turned),
            demanded("minSamples", Lower),
            demanded("minMeasurements", Lower),
            demanded("conditions", Gone),
            demanded("conditions/offeredRps", Lower),
            demanded("conditions/duration", Lower),
            demanded("conditions/inputTokens", Lower),
            demanded("conditions/outputTokens", Lower),
            demanded("conditions/replicas", Higher),
            demanded("method", Gone),
            demanded("method/command", Gone),
        ],
    },
];

/// What a rating claims.
pub(super) const CLAIM: Demands = Demands {
    subject: Subject::DecisionLog,
    path: &[],
    ids: &[],
    about: &[],
    word: "rating",
    removal: false,
    fields: &[
        demanded("claim", Gone),
        demanded("claim/metric", Other),
        field("claim/statistic", Earlier(STATISTICS)),
        field("claim/op", Turned),
        demanded("claim/value", ByOperator { passes: true }),
    ],
};
