//! The value of a fact.

use super::FactKind;
use crate::{
    document::Node,
    facts::Number,
    units::{self, duration_text},
};
use serde::Serialize;

/// What a service states of a fact.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum StatedValue {
    /// A number: of things, requests in a second, seconds, bytes, cores or money.
    Number(Number),
    /// Something that holds, or does not.
    Flag(bool),
    /// One text.
    Text(String),
    /// Several texts, sorted, each once.
    Texts(Vec<String>),
}

/// Texts of a list that are shown.
const MOST_SHOWN: usize = 10;
const GIBIBYTE: f64 = 1_073_741_824.0;
const MEBIBYTE: f64 = 1_048_576.0;

impl StatedValue {
    /// As people write it, without a unit of its own. Foreign text.
    pub fn shown(&self, kind: FactKind) -> String {
        match self {
            Self::Number(number) => shown_number(number.get(), kind),
            Self::Flag(flag) => flag.to_string(),
            Self::Text(text) => text.clone(),
            Self::Texts(texts) => {
                let shown = texts.iter().take(MOST_SHOWN).map(String::as_str);
                let shown = shown.collect::<Vec<_>>().join(", ");
                match texts.len().saturating_sub(MOST_SHOWN) {
                    0 => shown,
                    more => format!("{shown} and {more} more"),
                }
            }
        }
    }
}

/// The number that a document writes for a fact of this kind; `None` for a value of another kind.
pub fn written_number(node: &Node, kind: FactKind) -> Option<Number> {
    let number = match (kind, node.as_str()) {
        (FactKind::Duration, text) => units::duration_seconds(text?).ok()?,
        (FactKind::Bytes | FactKind::Cores, Some(text)) => units::quantity(text)?,
        _ => node.as_f64()?,
    };
    Number::new(number)
}

/// A number of this kind as people write it.
pub(super) fn shown_number(number: f64, kind: FactKind) -> String {
    match kind {
        FactKind::Duration => duration_text(number),
        FactKind::Bytes if number >= GIBIBYTE => format!("{}Gi", short(number / GIBIBYTE)),
        FactKind::Bytes if number >= MEBIBYTE => format!("{}Mi", short(number / MEBIBYTE)),
        _ => short(number),
    }
}

/// At most four decimals.
fn short(number: f64) -> String {
    ((number * 1e4).round() / 1e4).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_as_people_write_them() {
        let number = |number| StatedValue::Number(Number::new(number).expect("finite"));
        for (value, kind, shown) in [
            (number(16.0), FactKind::Count, "16"),
            (number(3.98765), FactKind::Money, "3.9877"),
            (number(0.2), FactKind::Duration, "200ms"),
            (number(79.0 * GIBIBYTE), FactKind::Bytes, "79Gi"),
            (number(1.5 * MEBIBYTE), FactKind::Bytes, "1.5Mi"),
            (number(512.0), FactKind::Bytes, "512"),
            (StatedValue::Flag(true), FactKind::Flag, "true"),
            (
                StatedValue::Texts(vec!["a".into(), "b".into()]),
                FactKind::Texts,
                "a, b",
            ),
        ] {
            assert_eq!(value.shown(kind), shown);
        }
        let many = StatedValue::Texts((0..12).map(|at| at.to_string()).collect());
        assert!(many.shown(FactKind::Texts).ends_with("9 and 2 more"));
    }
}
