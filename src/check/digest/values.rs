//! Values as one text: what means the same has the same text.

use crate::{
    document::{Entry, Node, Value},
    rule::Subject,
    units,
};
use std::collections::BTreeMap;

/// Who reads the texts of a document: a text counts by its meaning only where it is servelint that reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadAs {
    /// A ServingSpec, a DecisionLog or a VerificationChecklist.
    Ours,
    /// A manifest, of which servelint reads some fields.
    Manifest,
    /// Anything else: what a text means to its reader is unknown.
    Opaque,
}

impl ReadAs {
    pub(super) fn of(subject: Subject) -> Self {
        match subject {
            Subject::Artifact => Self::Manifest,
            Subject::Own(_) => Self::Opaque,
            _ => Self::Ours,
        }
    }
}

/// The durations of our documents: the key of the mapping, or of the list of mappings, around them (any where it is
/// empty), and their own (any likewise).
const DURATIONS: &[(&str, &str)] = &[
    ("", "bake"),
    ("", "coldStart"),
    ("", "duration"),
    ("", "evidenceMaxAge"),
    ("", "initialDelay"),
    ("", "interval"),
    ("", "longWindow"),
    ("", "maxQueueDelay"),
    ("", "perTryTimeout"),
    ("", "rto"),
    ("", "shortWindow"),
    ("", "terminationGracePeriod"),
    ("analysis", "threshold"),
    ("analysis", "window"),
    ("components", ""),
    ("slos", "value"),
    ("startupProbe", "period"),
    ("timeouts", ""),
];
/// The quantities of our documents, likewise.
const QUANTITIES: &[(&str, &str)] = &[
    ("gpu", "memory"),
    ("gpu", "overhead"),
    ("model", "parameters"),
    ("resources", "cpu"),
    ("resources", "memory"),
];
/// Those that servelint reads in manifests.
const MANIFEST_DURATIONS: &[(&str, &str)] = &[
    ("", "duration"),
    ("", "for"),
    ("", "initialDelay"),
    ("", "interval"),
];
const MANIFEST_QUANTITIES: &[(&str, &str)] = &[("limits", ""), ("requests", "")];
/// What a manifest only hands on: a program of its own reads what is below.
const HANDED_ON: &[&str] = &[
    "annotations",
    "args",
    "command",
    "config",
    "data",
    "env",
    "envFrom",
    "headers",
    "labels",
    "matchLabels",
    "metadata",
    "options",
    "plugin",
    "plugins",
    "stringData",
];
/// The lists below `spec` of our documents whose order says nothing, where each entry has an `id` of its own.
const UNORDERED: &[&str] = &[
    "assumptions",
    "constraints",
    "decisions",
    "items",
    "residualRisks",
];

/// A value as one text, the keys of each mapping in order, without the node that is left out.
pub(super) fn text(node: &Node, read_as: ReadAs, left_out: Option<&Node>) -> String {
    let mut text = String::new();
    let at = TextPlace {
        read_as,
        left_out: left_out.map(std::ptr::from_ref),
        around: "",
        key: "",
        depth: 0,
    };
    at.write(node, &mut text);
    text
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct TextPlace<'n> {
    read_as: ReadAs,
    left_out: Option<*const Node>,
    /// The key of the mapping around it, or of the list that holds that mapping.
    around: &'n str,
    /// Its own key, or that of its list.
    key: &'n str,
    /// How many keys lead to it.
    depth: usize,
}

impl<'n> TextPlace<'n> {
    fn write(self, node: &'n Node, text: &mut String) {
        match &node.value {
            Value::Null => text.push('~'),
            Value::Bool(flag) => text.push_str(if *flag { "t" } else { "f" }),
            Value::Integer(number) => self.number(*number, *number as f64, text),
            Value::Unsigned(number) => self.number(*number, *number as f64, text),
            // 3.0 is 3: formats differ in how they write it.
            Value::Float(number) => self.number(*number, *number, text),
            Value::String(own) => self.string(own, text),
            Value::List(items) => self.list(items, text),
            Value::Map(entries) => self.map(entries, text),
        }
    }

    fn map(self, entries: &'n [Entry], text: &mut String) {
        let mut sorted: Vec<_> = entries.iter().collect();
        sorted.sort_by(|one, other| one.key.cmp(&other.key));
        text.push('{');
        for entry in sorted {
            if self.left_out != Some(std::ptr::from_ref(&entry.node)) {
                add_text(text, &entry.key);
                self.below(&entry.key).write(&entry.node, text);
            }
        }
        text.push('}');
    }

    fn below(self, key: &'n str) -> Self {
        let is_handed_on = self.read_as == ReadAs::Manifest && HANDED_ON.contains(&key);
        Self {
            read_as: if is_handed_on {
                ReadAs::Opaque
            } else {
                self.read_as
            },
            around: self.key,
            key,
            depth: self.depth + 1,
            ..self
        }
    }

    fn list(self, items: &'n [Node], text: &mut String) {
        text.push('[');
        match self.by_id(items) {
            Some(sorted) => sorted.into_values().for_each(|item| self.write(item, text)),
            None => items.iter().for_each(|item| self.write(item, text)),
        }
        text.push(']');
    }

    /// The entries of a list whose order says nothing, by their ids.
    fn by_id(self, items: &'n [Node]) -> Option<BTreeMap<&'n str, &'n Node>> {
        let is_unordered = self.read_as == ReadAs::Ours
            && (self.depth, self.around) == (2, "spec")
            && UNORDERED.contains(&self.key);
        let mut by_id = BTreeMap::new();
        for item in items.iter().filter(|_| is_unordered) {
            by_id.insert(item.get("id")?.as_str()?, item);
        }
        (is_unordered && by_id.len() == items.len()).then_some(by_id)
    }

    fn number(self, own: impl std::fmt::Display, amount: f64, text: &mut String) {
        match self.is_quantity() {
            true => text.push_str(&format!("q{amount}")),
            false => text.push_str(&format!("#{own}")),
        }
    }

    /// A text by its meaning where it has one: `5m` is `300s`, and `1Gi` is `1024Mi`.
    fn string(self, own: &str, text: &mut String) {
        if self.is_duration()
            && let Ok(seconds) = units::duration_seconds(own)
        {
            text.push_str(&format!("d{seconds}"));
        } else if self.is_quantity()
            && let Some(quantity) = units::quantity(own)
        {
            text.push_str(&format!("q{quantity}"));
        } else if self.read_as == ReadAs::Ours && self.is_digest(own) {
            add_text(text, &own.to_ascii_lowercase());
        } else if self.read_as == ReadAs::Ours
            && self.key == "collectedAt"
            && let Ok(instant) = own.parse::<jiff::Timestamp>()
        {
            text.push_str(&format!("t{}", instant.as_nanosecond()));
        } else {
            add_text(text, own);
        }
    }

    fn is_duration(self) -> bool {
        self.is_one(match self.read_as {
            ReadAs::Ours => DURATIONS,
            ReadAs::Manifest => MANIFEST_DURATIONS,
            ReadAs::Opaque => &[],
        })
    }

    fn is_quantity(self) -> bool {
        self.is_one(match self.read_as {
            ReadAs::Ours => QUANTITIES,
            ReadAs::Manifest => MANIFEST_QUANTITIES,
            ReadAs::Opaque => &[],
        })
    }

    fn is_one(self, known: &[(&str, &str)]) -> bool {
        let fits = |wanted: &str, own: &str| wanted.is_empty() || wanted == own;
        let mut known = known.iter();
        known.any(|(around, key)| fits(around, self.around) && fits(key, self.key))
    }

    fn is_digest(self, own: &str) -> bool {
        let digits = own.strip_prefix("sha256:").unwrap_or(own);
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        matches!(self.key, "sha256" | "digest") && is_hex
    }
}

/// The length keeps neighbours apart.
fn add_text(text: &mut String, own: &str) {
    add_length(text, own.len());
    text.push(':');
    text.push_str(own);
}

/// The digits of a length, of which there are many, without what `format!` would do for each.
fn add_length(text: &mut String, length: usize) {
    if length > 9 {
        add_length(text, length / 10);
    }
    text.extend(char::from_digit((length % 10) as u32, 10));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{
        read::{Format, parse},
        source::Source,
    };

    fn told(source: &str, format: Format, read_as: ReadAs) -> String {
        let source = Source::new("a", source);
        text(&parse(&source, format).documents[0].root, read_as, None)
    }

    fn same(read_as: ReadAs, one: &str, other: &str) -> bool {
        told(one, Format::Yaml, read_as) == told(other, Format::Yaml, read_as)
    }

    #[test]
    fn layout_and_order_do_not_count_and_values_do() {
        let one = told("a: 1.0 # x\nb: [x, 'y']\n", Format::Yaml, ReadAs::Opaque);
        let json = "{\"b\": [\"x\", \"y\"], \"a\": 1}";
        assert_eq!(one, told(json, Format::Json, ReadAs::Opaque));
        for other in [
            "a: 1\nb: [xy]\n",
            "a: '1'\nb: [x, y]\n",
            "a: 1\nb: [y, x]\n",
            "a: 2\nb: [x, y]\n",
            "a: 1\nb: [x, y]\nc: ~\n",
        ] {
            assert_ne!(one, told(other, Format::Yaml, ReadAs::Opaque), "{other}");
        }
    }

    #[test]
    fn what_is_read_counts_by_what_it_means() {
        for (one, other) in [
            (
                "spec: {rollback: {rto: 5m}}",
                "spec: {rollback: {rto: 300s}}",
            ),
            (
                "spec: {slos: [{value: 1s}]}",
                "spec: {slos: [{value: 1000ms}]}",
            ),
            ("gpu: {memory: 1Gi}", "gpu: {memory: 1024Mi}"),
            ("evidence: [{sha256: 0A}]", "evidence: [{sha256: 0a}]"),
            (
                "collectedAt: 2026-10-06T09:20:00Z",
                "collectedAt: 2026-10-06T11:20:00+02:00",
            ),
            (
                "spec: {items: [{id: a, x: 1}, {id: b}]}",
                "spec: {items: [{id: b}, {x: 1, id: a}]}",
            ),
        ] {
            assert!(same(ReadAs::Ours, one, other), "{one}");
            assert!(!same(ReadAs::Opaque, one, other), "{one}");
        }
        for (one, other) in [
            ("limits: {cpu: '16'}", "limits: {cpu: 16000m}"),
            ("requests: {cpu: 16}", "requests: {cpu: '16'}"),
            ("rules: [{for: 5m}]", "rules: [{for: 300s}]"),
        ] {
            assert!(same(ReadAs::Manifest, one, other), "{one}");
        }
    }

    #[test]
    fn what_others_read_counts_as_it_is_written() {
        for (one, other) in [
            (
                "env: [{name: T, value: 60s}]",
                "env: [{name: T, value: 1m}]",
            ),
            ("env: [{interval: 60s}]", "env: [{interval: 1m}]"),
            (
                "metadata: {labels: {for: 60s}}",
                "metadata: {labels: {for: 1m}}",
            ),
            (
                "args: [{limits: {x: 1Gi}}]",
                "args: [{limits: {x: 1024Mi}}]",
            ),
            ("x: {timeout: 60s}", "x: {timeout: 1m}"),
            ("image: {digest: 0A}", "image: {digest: 0a}"),
            ("steps: [{id: a}, {id: b}]", "steps: [{id: b}, {id: a}]"),
        ] {
            assert!(!same(ReadAs::Manifest, one, other), "{one}");
        }
        for (one, other) in [
            ("statement: 60s", "statement: 1m"),
            ("model: {version: '1.10'}", "model: {version: '1.1'}"),
            ("spec: {rollback: {rto: 5m}}", "spec: {rollback: {rto: 5h}}"),
            ("gpu: {memory: 1Gi}", "gpu: {memory: 1G}"),
            // Whichever of two is meant: the order may tell.
            (
                "spec: {items: [{id: a, x: 1}, {id: a}]}",
                "spec: {items: [{id: a}, {id: a, x: 1}]}",
            ),
            (
                "spec: {steps: [{id: a}, {id: b}]}",
                "spec: {steps: [{id: b}, {id: a}]}",
            ),
        ] {
            assert!(!same(ReadAs::Ours, one, other), "{one}");
        }
    }
}
