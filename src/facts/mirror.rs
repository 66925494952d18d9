//! The mirror: every duration, quantity and date of a document as a number at the same path.

use crate::{
    document::{Node, Value},
    facts::sheet::json_number,
    rule::Subject,
    units,
};
use Measure::{Day, Duration, Quantity, Window};
use serde_json::{Map, Value as Json};
use std::sync::LazyLock;

/// How a value becomes a number.
#[derive(Debug, Clone, Copy)]
enum Measure {
    /// Seconds.
    Duration,
    /// Seconds; calendar units count where a `calendar` stands beside the duration.
    Window,
    /// Bytes, cores or a count. A bare number is one too, as in Kubernetes.
    Quantity,
    /// Days since 1970-01-01.
    Day,
}

/// Paths from the root of a document; `*` is any key or index.
type Table = &'static [(&'static str, Measure)];

const SERVING_SPEC: Table = &[
    ("metadata/reviewBy", Day),
    ("spec/assumptions/*/validateBy", Day),
    ("spec/assumptions/*/basis/evidence/collectedAt", Day),
    ("spec/assumptions/*/basis/evidence/*/collectedAt", Day),
    ("spec/model/parameters", Quantity),
    ("spec/serving/batching/maxQueueDelay", Duration),
    ("spec/resources/cpu", Quantity),
    ("spec/resources/memory", Quantity),
    ("spec/resources/gpu/memory", Quantity),
    ("spec/resources/gpu/overhead", Quantity),
    ("spec/slos/*/value", Duration),
    ("spec/slos/*/window/duration", Window),
    ("spec/slos/*/window/calendar/startTime", Day),
    ("spec/latencyBudget/components/*", Duration),
    ("spec/timeouts/client", Duration),
    ("spec/timeouts/gateway", Duration),
    ("spec/timeouts/server", Duration),
    ("spec/timeouts/queue", Duration),
    ("spec/timeouts/retries/perTryTimeout", Duration),
    ("spec/capacity/coldStart", Duration),
    ("spec/capacity/perReplica/evidence/collectedAt", Day),
    ("spec/capacity/perReplica/evidence/*/collectedAt", Day),
    ("spec/health/startupProbe/period", Duration),
    ("spec/health/terminationGracePeriod", Duration),
    ("spec/rollout/shadow/duration", Duration),
    ("spec/rollout/steps/*/bake", Duration),
    ("spec/rollout/analysis/*/threshold", Duration),
    ("spec/rollout/analysis/*/interval", Duration),
    ("spec/rollout/analysis/*/window", Duration),
    ("spec/rollout/analysis/*/initialDelay", Duration),
    ("spec/rollback/rto", Duration),
    ("spec/rollback/rehearsal/date", Day),
    ("spec/alerts/*/longWindow", Duration),
    ("spec/alerts/*/shortWindow", Duration),
];

const DECISION_LOG: Table = &[
    ("metadata/reviewBy", Day),
    ("spec/decisions/*/date", Day),
    ("spec/decisions/*/revisitBy", Day),
    (
        "spec/decisions/*/options/*/tradeoffs/*/evidence/collectedAt",
        Day,
    ),
    (
        "spec/decisions/*/options/*/tradeoffs/*/evidence/*/collectedAt",
        Day,
    ),
    ("spec/decisions/*/outcome/evidence/collectedAt", Day),
    ("spec/decisions/*/outcome/evidence/*/collectedAt", Day),
    ("spec/residualRisks/*/dueDate", Day),
    ("spec/residualRisks/*/acceptance/date", Day),
    ("spec/residualRisks/*/acceptance/expires", Day),
    ("spec/residualRisks/*/escalation/date", Day),
    ("spec/actions/*/dueDate", Day),
];

const CHECKLIST: Table = &[
    ("metadata/reviewBy", Day),
    ("spec/evidenceMaxAge", Duration),
    ("spec/items/*/conditions/duration", Duration),
    ("spec/items/*/evidence/collectedAt", Day),
    ("spec/items/*/evidence/*/collectedAt", Day),
    ("spec/items/*/waiver/expires", Day),
    ("spec/items/*/dueDate", Day),
    ("spec/verdict/date", Day),
];

static SERVING_SPEC_TREE: LazyLock<Branch> = LazyLock::new(|| Branch::new(SERVING_SPEC));
static DECISION_LOG_TREE: LazyLock<Branch> = LazyLock::new(|| Branch::new(DECISION_LOG));
static CHECKLIST_TREE: LazyLock<Branch> = LazyLock::new(|| Branch::new(CHECKLIST));

/// The mirror of a document; `None` where it has no numbers.
pub(super) fn mirror(kind: Subject, root: &Node) -> Option<Json> {
    let tree = match kind {
        Subject::ServingSpec => &SERVING_SPEC_TREE,
        Subject::DecisionLog => &DECISION_LOG_TREE,
        Subject::VerificationChecklist => &CHECKLIST_TREE,
        Subject::Artifact | Subject::Artifacts | Subject::Review | Subject::File => return None,
    };
    tree.walk(root, false)
}

/// A table as a tree, so that a document is walked only where it can have numbers.
#[derive(Debug, Default)]
struct Branch {
    measure: Option<Measure>,
    any: Option<Box<Self>>,
    named: Vec<(&'static str, Self)>,
}

impl Branch {
    fn new(table: Table) -> Self {
        let mut tree = Self::default();
        for (path, measure) in table {
            let tip = path.split('/').fold(&mut tree, Self::grow);
            tip.measure = Some(*measure);
        }
        tree
    }

    fn grow(&mut self, key: &'static str) -> &mut Self {
        if key == "*" {
            return self.any.get_or_insert_default();
        }
        let place = self
            .named
            .iter()
            .position(|(name, _)| *name == key)
            .unwrap_or_else(|| {
                self.named.push((key, Self::default()));
                self.named.len() - 1
            });
        &mut self.named[place].1
    }

    fn under(&self, key: &str) -> Option<&Self> {
        self.named
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, branch)| branch)
            .or(self.any.as_deref())
    }

    fn walk(&self, node: &Node, beside_calendar: bool) -> Option<Json> {
        match &node.value {
            Value::Map(entries) => {
                let beside_calendar = entries.iter().any(|entry| entry.key == "calendar");
                let mut mirrored = Map::new();
                for entry in entries {
                    let branch = self.under(&entry.key);
                    if let Some(value) =
                        branch.and_then(|branch| branch.walk(&entry.node, beside_calendar))
                    {
                        mirrored.insert(entry.key.clone(), value);
                    }
                }
                (!mirrored.is_empty()).then_some(Json::Object(mirrored))
            }
            // Elements without numbers stay as `{}`: an index means the same in both trees.
            Value::List(items) => {
                let branch = self.any.as_deref()?;
                let mirrored = items.iter().map(|item| branch.walk(item, false));
                Some(
                    mirrored
                        .map(|value| value.unwrap_or_else(|| Json::Object(Map::new())))
                        .collect(),
                )
            }
            Value::String(text) => self.measure?.read(text, beside_calendar),
            Value::Integer(_) | Value::Unsigned(_) | Value::Float(_) => match self.measure? {
                Quantity => json_number(node.as_f64()?),
                Duration | Window | Day => None,
            },
            Value::Null | Value::Bool(_) => None,
        }
    }
}

impl Measure {
    fn read(self, text: &str, beside_calendar: bool) -> Option<Json> {
        match self {
            Duration => units::duration_seconds(text).ok().and_then(json_number),
            Window => units::window_seconds(text, beside_calendar)
                .ok()
                .and_then(json_number),
            Quantity => units::quantity(text).and_then(json_number),
            Day => units::day_number(text).map(Json::from),
        }
    }
}
