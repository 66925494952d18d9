//! The mirror: every duration, quantity and date of a document as a number at the same path.

use crate::{
    document::{Node, Value},
    facts::Number,
    rule::Subject,
    units,
};
use Measure::{Bytes, Cores, Count, Day, Duration, Window};
use schemars::{Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use std::sync::LazyLock;

/// How a value becomes a number.
#[derive(Debug, Clone, Copy)]
enum Measure {
    /// Seconds.
    Duration,
    /// Seconds; calendar units count where a `calendar` stands beside the duration.
    Window,
    /// A quantity of bytes. A bare number is one too, as in Kubernetes.
    Bytes,
    /// A quantity of CPU cores, likewise.
    Cores,
    /// A quantity of things, likewise.
    Count,
    /// Days since 1970-01-01.
    Day,
}

/// Paths from the root of a document; `*` is every element of a list, `{}` every entry of a mapping.
type MeasuredPaths = &'static [(&'static str, Measure)];

const SERVING_SPEC: MeasuredPaths = &[
    ("metadata/reviewBy", Day),
    ("spec/assumptions/*/validateBy", Day),
    ("spec/assumptions/*/basis/evidence/collectedAt", Day),
    ("spec/assumptions/*/basis/evidence/*/collectedAt", Day),
    ("spec/model/parameters", Count),
    ("spec/serving/batching/maxQueueDelay", Duration),
    ("spec/resources/cpu", Cores),
    ("spec/resources/memory", Bytes),
    ("spec/resources/gpu/memory", Bytes),
    ("spec/resources/gpu/overhead", Bytes),
    ("spec/slos/*/value", Duration),
    ("spec/slos/*/window/duration", Window),
    ("spec/slos/*/window/calendar/startTime", Day),
    ("spec/latencyBudget/components/{}", Duration),
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

const DECISION_LOG: MeasuredPaths = &[
    ("metadata/reviewBy", Day),
    ("spec/decisions/*/date", Day),
    ("spec/decisions/*/revisitBy", Day),
    (
        "spec/decisions/*/options/*/tradeoffs/{}/evidence/collectedAt",
        Day,
    ),
    (
        "spec/decisions/*/options/*/tradeoffs/{}/evidence/*/collectedAt",
        Day,
    ),
    (
        "spec/decisions/*/options/*/tradeoffs/{}/claim/evidence/collectedAt",
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

const CHECKLIST: MeasuredPaths = &[
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

/// One half of a mirror: what stands below `metadata` or below `spec` of the document, as a tree of
/// numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Mirror(Json);

impl Mirror {
    /// The tree of numbers.
    pub(super) fn json(&self) -> &Json {
        &self.0
    }
}

/// The mirror of a document.
#[derive(Debug, Default)]
pub(super) struct Mirrors {
    pub(super) metadata: Option<Mirror>,
    pub(super) spec: Option<Mirror>,
}

/// The mirror of a document; empty where it has no numbers.
pub(super) fn mirror(kind: Subject, root: &Node) -> Mirrors {
    let Some(tree) = tree(kind) else {
        return Mirrors::default();
    };
    let half = |key: &str| {
        let branch = tree.under(key)?;
        branch.walk(root.get(key)?, false).map(Mirror)
    };
    Mirrors {
        metadata: half("metadata"),
        spec: half("spec"),
    }
}

fn tree(kind: Subject) -> Option<&'static Branch> {
    match kind {
        Subject::ServingSpec => Some(&SERVING_SPEC_TREE),
        Subject::DecisionLog => Some(&DECISION_LOG_TREE),
        Subject::VerificationChecklist => Some(&CHECKLIST_TREE),
        _ => None,
    }
}

/// The schema of the mirror of `spec` of a ServingSpec.
pub(super) fn serving_spec(_: &mut SchemaGenerator) -> Schema {
    schema(Subject::ServingSpec, "spec")
}

/// The schema of the mirror of `spec` of a DecisionLog.
pub(super) fn decision_log(_: &mut SchemaGenerator) -> Schema {
    schema(Subject::DecisionLog, "spec")
}

/// The schema of the mirror of `spec` of a VerificationChecklist.
pub(super) fn checklist(_: &mut SchemaGenerator) -> Schema {
    schema(Subject::VerificationChecklist, "spec")
}

/// The schema of the mirror of `metadata`, which is the same in all kinds.
pub(super) fn metadata(_: &mut SchemaGenerator) -> Schema {
    schema(Subject::ServingSpec, "metadata")
}

fn schema(kind: Subject, key: &str) -> Schema {
    let branch = tree(kind).and_then(|tree| tree.under(key));
    let json = branch.map(Branch::schema).unwrap_or_default();
    Schema::try_from(json).unwrap_or_default()
}

/// A table as a tree, so that a document is walked only where it can have numbers.
#[derive(Debug, Default)]
struct Branch {
    measure: Option<Measure>,
    any: Option<Box<Self>>,
    /// What `any` stands for is a mapping, not a list.
    is_map: bool,
    named: Vec<(&'static str, Self)>,
}

impl Branch {
    fn new(table: MeasuredPaths) -> Self {
        let mut tree = Self::default();
        for (path, measure) in table {
            let tip = path.split('/').fold(&mut tree, Self::grow);
            tip.measure = Some(*measure);
        }
        tree
    }

    fn grow(&mut self, key: &'static str) -> &mut Self {
        if matches!(key, "*" | "{}") {
            self.is_map = key == "{}";
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
                // Only beside a calendar a window may count in months, quarters or years.
                let beside_calendar = entries.iter().any(|entry| entry.key == "calendar");
                let mut mirrored = Map::new();
                for entry in entries {
                    let Some(branch) = self.under(&entry.key) else {
                        continue;
                    };
                    if let Some(value) = branch.walk(&entry.node, beside_calendar) {
                        mirrored.insert(entry.key.clone(), value);
                    }
                }
                (!mirrored.is_empty()).then_some(Json::Object(mirrored))
            }
            // Elements without numbers stay as `{}`: an index means the same in both trees.
            Value::List(items) => {
                let branch = self.any.as_deref()?;
                let mut mirrored = Vec::new();
                for item in items {
                    let value = branch.walk(item, false);
                    mirrored.push(value.unwrap_or_else(|| Json::Object(Map::new())));
                }
                Some(Json::Array(mirrored))
            }
            Value::String(text) => self.measure?.read(text, beside_calendar),
            Value::Integer(_) | Value::Unsigned(_) | Value::Float(_) => match self.measure? {
                Bytes | Cores | Count => number(node.as_f64()?),
                Duration | Window | Day => None,
            },
            Value::Null | Value::Bool(_) => None,
        }
    }
}

fn number(value: f64) -> Option<Json> {
    Number::new(value).map(Json::from)
}

impl Branch {
    /// What a mirror can hold here. One that may be a list or a mapping is described as both.
    fn schema(&self) -> Json {
        let mut named = Map::new();
        for (key, branch) in &self.named {
            named.insert((*key).to_owned(), branch.schema());
        }
        let (list, rest) = match &self.any {
            Some(any) if self.is_map => (None, any.schema()),
            Some(any) => {
                let description =
                    "The entries of the list at this path of the document, in its order.";
                let list =
                    json!({"description": description, "type": "array", "items": any.schema()});
                (Some(list), Json::Bool(false))
            }
            None => (None, Json::Bool(false)),
        };
        let is_object = self.is_map || !named.is_empty();
        let object = is_object.then(|| {
            let description = "The numbers of the mapping at this path of the document.";
            json!({
                "description": description,
                "type": "object",
                "properties": named,
                "additionalProperties": rest,
            })
        });
        match (self.measure.map(Measure::schema), list, object) {
            (Some(leaf), ..) => leaf,
            (None, Some(list), Some(object)) => json!({
                "description": "The numbers of the mapping or list at this path of the document.",
                "anyOf": [object, list],
            }),
            (None, list, object) => list.or(object).unwrap_or_default(),
        }
    }
}

impl Measure {
    fn schema(self) -> Json {
        json!({"type": "number", "description": match self {
            Duration | Window => "The value at this path of the document in seconds.",
            Bytes => "The value at this path of the document in bytes.",
            Cores => "The value at this path of the document in CPU cores.",
            Count => "The value at this path of the document as a count.",
            Day => "The date at this path of the document in days since 1970-01-01.",
        }})
    }

    fn read(self, text: &str, beside_calendar: bool) -> Option<Json> {
        match self {
            Duration => units::duration_seconds(text).ok().and_then(number),
            Window => units::window_seconds(text, beside_calendar)
                .ok()
                .and_then(number),
            Bytes | Cores | Count => units::quantity(text).and_then(number),
            Day => units::day_number(text).map(Json::from),
        }
    }
}
