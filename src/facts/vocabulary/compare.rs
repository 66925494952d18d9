//! Whether a check holds of what a service states.

use super::{
    FactKind, KnownFact, StatedValue,
    value::{shown_number, written_number},
};
use crate::{
    document::{Node, Value},
    facts::Number,
    units,
};

/// What became of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckOutcome {
    /// It holds.
    Holds,
    /// It does not hold.
    Refuted,
    /// Nobody states the fact.
    Unknown,
    /// It cannot be compared with any value of the fact, for this reason. It may hold text of the document.
    Unfit(String),
}

/// Compares what is stated of a fact, `None` where it is unknown, with the operator and the value of a check.
/// Beside the outcome is what the check asks for, in words.
pub fn compare(
    fact: &KnownFact,
    stated: Option<&StatedValue>,
    op: &str,
    value: &Node,
) -> (CheckOutcome, String) {
    if !fact.kind.operators().contains(&op) {
        let known = fact.kind.operators().join("`, `");
        let reason = format!(
            "`{}` is {}, which `{op}` does not compare; its operators are `{known}`",
            fact.name,
            fact.kind.words()
        );
        return (CheckOutcome::Unfit(reason), String::new());
    }
    let wanted = match CheckedValue::of(fact, op, value) {
        Ok(wanted) => wanted,
        Err(reason) => return (CheckOutcome::Unfit(reason), String::new()),
    };
    let words = wanted.words(fact.kind, op);
    let outcome = match stated.map(|stated| wanted.holds(stated, op)) {
        None => CheckOutcome::Unknown,
        Some(true) => CheckOutcome::Holds,
        Some(false) => CheckOutcome::Refuted,
    };
    (outcome, words)
}

/// What a check asks for.
enum CheckedValue<'n> {
    Numbers(Vec<Number>),
    Flag(bool),
    Texts(Vec<&'n str>),
}

impl<'n> CheckedValue<'n> {
    fn of(fact: &KnownFact, op: &str, value: &'n Node) -> Result<Self, String> {
        let is_list = matches!(value.value, Value::List(_));
        let may_be_list = op == "in" || (op == "eq" && fact.kind == FactKind::Texts);
        if op == "in" && !is_list {
            return Err("`in` needs a list of values".to_owned());
        }
        if is_list && !may_be_list {
            return Err(format!("`{op}` compares with one value, not with a list"));
        }
        let values: Vec<&Node> = match is_list {
            true => value.items().iter().collect(),
            false => vec![value],
        };
        if values.is_empty() {
            return Err("the list is empty".to_owned());
        }
        let unfit = |value: &Node| {
            format!(
                "`{}` is {}, and the value is {}",
                fact.name,
                fact.kind.words(),
                called(value)
            )
        };
        match fact.kind {
            FactKind::Flag => match value.value {
                Value::Bool(flag) => Ok(Self::Flag(flag)),
                _ => Err(unfit(value)),
            },
            FactKind::Text | FactKind::Texts => {
                let texts = values
                    .into_iter()
                    .map(|value| value.as_str().ok_or_else(|| unfit(value)));
                Ok(Self::Texts(texts.collect::<Result<_, _>>()?))
            }
            kind => {
                let numbers = values
                    .into_iter()
                    .map(|value| number(value, kind).ok_or_else(|| unfit(value)));
                Ok(Self::Numbers(numbers.collect::<Result<_, _>>()?))
            }
        }
    }

    fn holds(&self, stated: &StatedValue, op: &str) -> bool {
        match (self, stated) {
            (Self::Numbers(wanted), StatedValue::Number(stated)) => match (op, wanted.first()) {
                ("in", _) => wanted.contains(stated),
                ("lte", Some(limit)) => stated <= limit,
                ("lt", Some(limit)) => stated < limit,
                ("gte", Some(limit)) => stated >= limit,
                ("gt", Some(limit)) => stated > limit,
                (_, limit) => Some(stated) == limit,
            },
            (Self::Flag(wanted), StatedValue::Flag(stated)) => wanted == stated,
            (Self::Texts(wanted), StatedValue::Text(stated)) => wanted.contains(&stated.as_str()),
            (Self::Texts(wanted), StatedValue::Texts(stated)) => {
                let within = stated.iter().all(|text| wanted.contains(&text.as_str()));
                let around = wanted
                    .iter()
                    .all(|text| stated.iter().any(|stated| stated == text));
                match op {
                    "in" => within,
                    "contains" => around,
                    _ => within && around,
                }
            }
            _ => false,
        }
    }

    /// What is asked for, as it ends "is 24, not ...". Foreign text.
    fn words(&self, kind: FactKind, op: &str) -> String {
        let shown: Vec<String> = match self {
            Self::Numbers(numbers) => numbers
                .iter()
                .map(|number| shown_number(number.get(), kind))
                .collect(),
            Self::Flag(flag) => vec![flag.to_string()],
            Self::Texts(texts) => texts.iter().map(|text| (*text).to_owned()).collect(),
        };
        let shown = units::first_named(&shown, 5);
        match op {
            "lte" => format!("at most {shown}"),
            "lt" => format!("below {shown}"),
            "gte" => format!("at least {shown}"),
            "gt" => format!("above {shown}"),
            "in" => format!("within {shown}"),
            "contains" => format!("a list with {shown}"),
            _ => shown,
        }
    }
}

/// The number that a value of a check means for this kind of fact.
fn number(value: &Node, kind: FactKind) -> Option<Number> {
    // Bytes without a unit are no limit that anybody meant.
    if kind == FactKind::Bytes {
        value.as_str()?;
    }
    written_number(value, kind)
}

/// What stands there, in words.
fn called(value: &Node) -> &'static str {
    match &value.value {
        Value::Null => "empty",
        Value::Bool(_) => "`true` or `false`",
        Value::Integer(_) | Value::Unsigned(_) | Value::Float(_) => "a number without a unit",
        Value::String(text) if units::duration_seconds(text).is_ok() => "a duration",
        Value::String(text) if units::quantity(text).is_some() => "a quantity",
        Value::String(_) => "a text",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        document::{
            read::{Format, parse},
            source::Source,
        },
        facts::vocabulary::known_fact,
    };

    fn outcome(fact: &str, stated: Option<StatedValue>, op: &str, value: &str) -> CheckOutcome {
        let source = Source::new("a.yaml", format!("value: {value}"));
        let parsed = parse(&source, Format::Yaml);
        let root = &parsed.documents.first().expect("a document").root;
        let known = known_fact(fact).expect(fact);
        compare(
            known,
            stated.as_ref(),
            op,
            root.get("value").expect("a value"),
        )
        .0
    }

    fn number(value: f64) -> Option<StatedValue> {
        Number::new(value).map(StatedValue::Number)
    }

    fn texts(words: &[&str]) -> Option<StatedValue> {
        let words = words.iter().map(|word| (*word).to_owned());
        Some(StatedValue::Texts(words.collect()))
    }

    #[test]
    fn values_are_compared_in_the_unit_of_the_fact() {
        use CheckOutcome::{Holds, Refuted};
        let gib = 1_073_741_824.0;
        for (fact, stated, op, value, wanted) in [
            ("gpus.total", number(16.0), "lte", "16", Holds),
            ("gpus.total", number(16.0), "lte", "16.0", Holds),
            ("gpus.total", number(17.0), "lte", "16", Refuted),
            ("gpus.total", number(16.0), "lt", "16", Refuted),
            ("gpus.total", number(16.0), "gte", "16", Holds),
            ("gpus.total", number(16.0), "gt", "16", Refuted),
            ("gpus.total", number(16.0), "eq", "16", Holds),
            ("gpus.total", number(16.0), "in", "[8, 16]", Holds),
            ("gpus.total", number(16.0), "in", "[8]", Refuted),
            ("traffic.peak", number(3.2 * 0.7), "eq", "2.24", Holds),
            ("timeouts.client", number(0.2), "lte", "200ms", Holds),
            ("timeouts.client", number(0.25), "lte", "200ms", Refuted),
            ("gpus.memory", number(79.0 * gib), "eq", "79Gi", Holds),
            ("cpu.perReplica", number(0.5), "eq", "500m", Holds),
            ("cpu.perReplica", number(16.0), "lte", "16", Holds),
            ("regions", texts(&["a"]), "in", "[a, b]", Holds),
            ("regions", texts(&["a", "c"]), "in", "[a, b]", Refuted),
            ("regions", texts(&["a", "c"]), "contains", "a", Holds),
            ("regions", texts(&["a"]), "contains", "b", Refuted),
            ("regions", texts(&["a", "b"]), "eq", "[b, a]", Holds),
            ("regions", texts(&["a", "b"]), "eq", "a", Refuted),
            (
                "images.pinned",
                Some(StatedValue::Flag(true)),
                "eq",
                "true",
                Holds,
            ),
            (
                "images.pinned",
                Some(StatedValue::Flag(false)),
                "eq",
                "true",
                Refuted,
            ),
            (
                "model.name",
                Some(StatedValue::Text("m".into())),
                "eq",
                "m",
                Holds,
            ),
            (
                "model.name",
                Some(StatedValue::Text("m".into())),
                "in",
                "[n]",
                Refuted,
            ),
        ] {
            assert_eq!(
                outcome(fact, stated, op, value),
                wanted,
                "{fact} {op} {value}"
            );
        }
    }

    #[test]
    fn what_nobody_states_neither_holds_nor_fails() {
        assert_eq!(
            outcome("gpus.total", None, "lte", "16"),
            CheckOutcome::Unknown
        );
    }

    #[test]
    fn other_dimensions_are_never_compared() {
        for (fact, op, value, reason) in [
            ("timeouts.client", "lte", "200", "a number without a unit"),
            ("gpus.total", "lte", "200ms", "a duration"),
            ("gpus.total", "lte", "'16'", "a quantity"),
            ("gpus.total", "lte", "many", "a text"),
            ("gpus.total", "lte", ".nan", "a number without a unit"),
            ("gpus.total", "lte", ".inf", "a number without a unit"),
            ("gpus.total", "lte", "[16]", "not with a list"),
            ("gpus.total", "in", "16", "needs a list"),
            ("gpus.total", "in", "[]", "empty"),
            ("gpus.total", "in", "[16, 1s]", "a duration"),
            ("gpus.total", "lte", "{a: 1}", "a mapping"),
            ("gpus.total", "contains", "16", "does not compare"),
            ("gpus.memory", "lte", "16", "a number without a unit"),
            ("regions", "lt", "a", "does not compare"),
            ("regions", "in", "[1]", "a number without a unit"),
            ("images.pinned", "eq", "'true'", "a text"),
            ("model.name", "eq", "[a]", "not with a list"),
        ] {
            let CheckOutcome::Unfit(said) = outcome(fact, number(1.0), op, value) else {
                panic!("{fact} {op} {value} was compared");
            };
            assert!(said.contains(reason), "{fact} {op} {value}: {said}");
        }
    }
}
