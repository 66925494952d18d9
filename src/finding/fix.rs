//! What would mend a finding: first as changes to a document, then as edits to its text.

use crate::document::{Pointer, source::Span};

/// What would mend a violation, before anyone knows which bytes that means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remedy {
    /// True where nobody has to look at the result: only the spelling changes, never the meaning.
    pub safe: bool,
    /// All of them, or none.
    pub changes: Vec<RemedyStep>,
}

impl Remedy {
    /// One change that keeps the meaning.
    pub fn safe(change: RemedyStep) -> Self {
        Self {
            safe: true,
            changes: vec![change],
        }
    }
}

/// One change to a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RemedyStep {
    /// Another key for the value at this path.
    Rename {
        /// The path that ends in the old key.
        at: Pointer,
        /// The new key.
        to: String,
    },
    /// Another value in the place of a scalar.
    Replace {
        /// Its path.
        at: Pointer,
        /// The new value.
        with: Scalar,
    },
    /// A key that is missing, with a value that someone must fill in.
    Insert {
        /// The path that ends in the missing key.
        at: Pointer,
        /// The keys that usually come after it.
        before: Vec<String>,
        /// Its value.
        stub: Stub,
    },
}

/// A value without structure, as it is to be written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scalar {
    /// Text, without quotes.
    Text(String),
    /// The digits of a number.
    Number(String),
    /// `true` or `false`.
    Flag(bool),
}

impl Scalar {
    /// The number, without the noise of binary fractions: 99.9 / 100 is 0.999.
    pub fn number(number: f64) -> Option<Self> {
        let rounded: f64 = format!("{number:.14e}").parse().ok()?;
        let is_written_out =
            rounded.is_finite() && (rounded == 0.0 || (1e-9..1e15).contains(&rounded.abs()));
        is_written_out.then(|| Self::Number(rounded.to_string()))
    }

    /// What stands in a text, without quotes.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text) => text,
            Self::Flag(true) => "true",
            Self::Flag(false) => "false",
        }
    }
}

/// A value that someone must fill in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stub {
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Stub>),
    /// A mapping.
    Map(Vec<(String, Stub)>),
}

/// What would mend a finding, in the bytes of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, such as ``rename `ownr` to `owner` ``. May hold text from a spec.
    pub title: String,
    /// True where nobody has to look at the result.
    pub safe: bool,
    /// All of them, or none. They do not overlap and are sorted.
    pub edits: Vec<Edit>,
}

/// Other text in the place of some bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The bytes that go. Empty where text is inserted.
    pub span: Span,
    /// What comes instead.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_without_noise() {
        for (number, text) in [
            (99.9 / 100.0, "0.999"),
            (0.07 * 100.0, "7"),
            (5.0, "5"),
            (0.0, "0"),
        ] {
            assert_eq!(Scalar::number(number), Some(Scalar::Number(text.into())));
        }
        for number in [f64::NAN, f64::INFINITY, 1e300, 1e-300] {
            assert_eq!(Scalar::number(number), None, "{number}");
        }
    }
}
