//! Messages that have been reworded, so that a baseline written before still knows its findings.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A message as a rule gives it now, and as the first version with this rule gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Pair", into = "Pair")]
pub struct Rewording {
    now: Template,
    then: Template,
}

/// Text with holes for what differs from case to case: `` `{}` is {} old ``.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Template {
    /// What stands around the holes: always one more than there are holes.
    literals: Vec<String>,
    /// The names of the holes; those without a name are numbered.
    holes: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    now: String,
    then: String,
}

impl TryFrom<Pair> for Rewording {
    type Error = String;

    fn try_from(pair: Pair) -> Result<Self, String> {
        Self::new(&pair.now, &pair.then)
    }
}

impl From<Rewording> for Pair {
    fn from(rewording: Rewording) -> Self {
        let [now, then] = [rewording.now, rewording.then].map(|template| template.text());
        Self { now, then }
    }
}

impl Rewording {
    /// Both wordings, with the same holes: `{}` in their order, or `{name}`.
    ///
    /// # Errors
    /// Where `then` has a hole that `now` does not fill, or a brace is not closed.
    pub fn new(now: &str, then: &str) -> Result<Self, String> {
        let (now, then) = (Template::parse(now)?, Template::parse(then)?);
        let unfilled = then.holes.iter().find(|hole| !now.holes.contains(hole));
        if let Some(hole) = unfilled {
            return Err(format!("`then` has a hole `{{{hole}}}` that `now` lacks"));
        }
        if now == then {
            return Err("`now` and `then` are the same".into());
        }
        Ok(Self { now, then })
    }

    /// The message in its first wording; `None` where it is another message.
    pub fn restore(&self, message: &str) -> Option<String> {
        let values = self.now.values(message)?;
        Some(self.then.fill(&values))
    }
}

impl Template {
    fn parse(text: &str) -> Result<Self, String> {
        let mut template = Self {
            literals: Vec::new(),
            holes: Vec::new(),
        };
        let mut rest = text;
        while let Some((literal, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                return Err(format!("a brace is not closed: {text}"));
            };
            let number = template.holes.len().to_string();
            template.literals.push(literal.to_owned());
            template.holes.push(match name {
                "" => number,
                name => name.to_owned(),
            });
            rest = after;
        }
        template.literals.push(rest.to_owned());
        Ok(template)
    }

    /// The text that it was read from, with a name in each hole.
    fn text(&self) -> String {
        let mut text = self.literals[0].clone();
        for (hole, literal) in self.holes.iter().zip(&self.literals[1..]) {
            text.push_str(&format!("{{{hole}}}{literal}"));
        }
        text
    }

    /// What fills the holes of a message that has this form. Each value is as short as possible, so one that
    /// holds the literal after it may be cut elsewhere than it was put together: the whole is still the same
    /// for the same message, which is all that a fingerprint asks.
    fn values<'m>(&self, message: &'m str) -> Option<HashMap<&str, &'m str>> {
        let (first, others) = self.literals.split_first()?;
        let mut rest = message.strip_prefix(first.as_str())?;
        let mut values = HashMap::new();
        for (at, literal) in others.iter().enumerate() {
            let end = match at + 1 == others.len() {
                // The last literal must end the message.
                true => rest.strip_suffix(literal.as_str())?.len(),
                false => rest.find(literal.as_str())?,
            };
            // A hole that occurs twice must be filled alike, or it is another message.
            let value = &rest[..end];
            if values
                .insert(self.holes[at].as_str(), value)
                .is_some_and(|before| before != value)
            {
                return None;
            }
            rest = &rest[end + literal.len()..];
        }
        rest.is_empty().then_some(values)
    }

    fn fill(&self, values: &HashMap<&str, &str>) -> String {
        let mut text = self.literals[0].clone();
        for (hole, literal) in self.holes.iter().zip(&self.literals[1..]) {
            text.push_str(values.get(hole.as_str()).copied().unwrap_or_default());
            text.push_str(literal);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn restored(now: &str, then: &str, message: &str) -> Option<String> {
        Rewording::new(now, then)
            .expect("a rewording")
            .restore(message)
    }

    #[test]
    fn a_message_gets_its_first_words_back() {
        let (now, then) = (
            "`{}` is {} old; the limit is {}",
            "`{}` is of {} ago; evidence may be {} old",
        );
        assert_eq!(
            restored(
                now,
                then,
                "`k6.json` is 91 days old; the limit is 1 day, or so"
            )
            .as_deref(),
            Some("`k6.json` is of 91 days ago; evidence may be 1 day, or so old")
        );
        assert_eq!(restored(now, then, "`k6.json` is 91 days new"), None);
        assert_eq!(restored("plain", "old", "plain").as_deref(), Some("old"));
        assert_eq!(restored("plain", "old", "plainer"), None);
        assert_eq!(restored("plain", "old", "complain"), None);
    }

    #[test]
    fn holes_with_names_may_change_places() {
        let (now, then) = ("{a} of {b}, not {a}", "{b}: {a}");
        assert_eq!(
            restored(now, then, "1 of 2, not 1").as_deref(),
            Some("2: 1")
        );
        assert_eq!(restored(now, then, "1 of 2, not 3"), None);
    }

    #[test]
    fn what_was_written_is_read_again() {
        for (now, then) in [
            ("`{}` of {}", "{}: {}"),
            ("{a} of {b}", "{b}"),
            ("now", "then"),
        ] {
            let rewording = Rewording::new(now, then).expect("a rewording");
            let text = serde_json::to_string(&rewording).expect("JSON");
            let read: Rewording = serde_json::from_str(&text).expect("what was written");
            assert_eq!(read, rewording, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_restored_is_refused() {
        assert!(Rewording::new("a", "{}").is_err());
        assert!(Rewording::new("{a}", "{b}").is_err());
        assert!(Rewording::new("{", "a").is_err());
        assert!(Rewording::new("{}", "{}").is_err());
    }
}
