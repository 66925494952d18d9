//! How a waiver is written in a comment:
//! `servelint: allow[rule, other] until=2027-01-31 by=dana.k reason="..."`.

use crate::{
    config::{LONGEST_NAME, LONGEST_REASON},
    did_you_mean::nearest,
    document::source,
    units,
};

/// How it is written, for messages.
pub(super) const FORM: &str =
    "write it as `servelint: allow[RULE] until=2027-01-31 by=NAME reason=\"...\"`";

/// Rules in one comment.
const MOST_RULES: usize = 20;

const KEYS: [&str; 3] = ["until", "by", "reason"];

/// What other tools call it. Whoever writes one of these means a waiver.
const OTHER_WORDS: [&str; 8] = [
    "ignore", "disable", "waive", "waiver", "skip", "suppress", "off", "noqa",
];

/// What people call the keys elsewhere.
const OTHER_KEYS: [(&str, &str); 7] = [
    ("owner", "by"),
    ("approver", "by"),
    ("expires", "until"),
    ("expiry", "until"),
    ("date", "until"),
    ("why", "reason"),
    ("because", "reason"),
];

/// A waiver as it is written. Whether it is complete is the team's to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waiver {
    /// The rules that it excuses, in the order of the text; at least one.
    pub rules: Vec<String>,
    /// Who answers for it.
    pub by: Option<String>,
    /// The last day on which it holds: an RFC 3339 full-date.
    pub until: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Why a comment that was meant as a waiver is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidWaiver {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

fn fault<T>(message: impl Into<String>, help: impl Into<String>) -> Result<T, InvalidWaiver> {
    Err(InvalidWaiver {
        message: message.into(),
        help: help.into(),
    })
}

/// Reads the text of a comment. `None` for a comment about anything else.
pub(super) fn read(text: &str) -> Option<Result<Waiver, InvalidWaiver>> {
    let text = text
        .trim_start_matches(['#', '/', '*', '!', ' ', '\t'])
        .trim();
    let name = text.get(.."servelint".len())?;
    if !name.eq_ignore_ascii_case("servelint") {
        return None;
    }
    let after = text.get(name.len()..)?;
    let words = after.trim_start_matches([':', '=', '-', ' ', '\t']);
    let length = words
        .bytes()
        .take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'-')
        .count();
    let (word, tail) = words.split_at(length);
    if after.len() == words.len() || !is_meant(word, tail, after.trim_start().starts_with(':')) {
        return None;
    }
    let list = after
        .strip_prefix(':')
        .and_then(|rest| rest.trim_start().strip_prefix("allow["));
    Some(match list {
        Some(list) if name == "servelint" => draft(list),
        // Almost: passed over in silence, it would seem to be a waiver.
        _ => fault("this comment looks like a waiver, but is none", FORM),
    })
}

/// True where a word after our name, and what follows it, can only be meant as a waiver. A comment may
/// well say `servelint: allowed origins` or `servelint ignores this file`.
fn is_meant(word: &str, tail: &str, colon: bool) -> bool {
    let tail = tail.trim_start();
    let opens = tail.starts_with(['[', '(', '{', '<', '=', ':']);
    let known = word.to_ascii_lowercase();
    if known == "allow" {
        return colon || opens;
    }
    let first = tail
        .split(|c: char| c.is_whitespace() || c == ',')
        .next()
        .unwrap_or_default();
    let stem = known.split('-').next().unwrap_or_default();
    let is_similar = OTHER_WORDS.contains(&stem) || nearest(&known, ["allow"]).is_some();
    is_similar && (opens || is_rule_like(first))
}

/// `timeouts-order`
fn is_rule_like(word: &str) -> bool {
    word.contains('-') && word.split('-').all(is_rule_part)
}

fn is_rule_part(part: &str) -> bool {
    !part.is_empty()
        && part
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// What stands after `allow[`.
fn draft(text: &str) -> Result<Waiver, InvalidWaiver> {
    let Some((names, mut rest)) = text.split_once(']') else {
        return fault(
            "the list of rules is not closed",
            "write `]` after the last rule",
        );
    };
    let rules: Vec<String> = names
        .split(',')
        .map(|name| name.trim().to_owned())
        .collect();
    if rules.iter().any(String::is_empty) {
        return fault(
            "the waiver has an empty place among its rules",
            "name each rule by its id, as findings print it",
        );
    }
    if rules.len() > MOST_RULES {
        let message = format!(
            "the waiver names {} rules; {MOST_RULES} are the most",
            rules.len()
        );
        return fault(message, "fix some findings, or use a baseline");
    }
    let mut draft = Waiver {
        rules,
        ..Waiver::default()
    };
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return fault("there is no blank after `]`", FORM);
    }
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(draft);
        }
        rest = pair(rest, &mut draft)?;
    }
}

/// Reads one `key=value` into the draft and answers with what follows it.
fn pair<'t>(text: &'t str, draft: &mut Waiver) -> Result<&'t str, InvalidWaiver> {
    let end = text
        .find(|c: char| c == '=' || c.is_whitespace())
        .unwrap_or(text.len());
    let (key, rest) = text.split_at(end);
    let Some(rest) = rest.strip_prefix('=') else {
        let message = format!("`{}` is no `key=value`", shown(key));
        return fault(
            message,
            "put values with blanks into quotes: reason=\"...\"",
        );
    };
    let (value, rest) = value(key, rest)?;
    let slot = match key {
        "until" => &mut draft.until,
        "by" => &mut draft.by,
        "reason" => &mut draft.reason,
        _ => return fault(format!("a waiver has no `{}`", shown(key)), hint(key)),
    };
    if slot.is_some() {
        return fault(format!("the waiver says `{key}` twice"), "keep one of them");
    }
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let most = if key == "reason" {
        LONGEST_REASON
    } else {
        LONGEST_NAME
    };
    match value.chars().count() {
        0 => return fault(format!("`{key}` is empty"), FORM),
        count if count > most => {
            return fault(
                format!("`{key}` has {count} characters; {most} are the most"),
                "link to where the rest stands",
            );
        }
        _ => {}
    }
    if key == "until" && (value.len() != 10 || units::day_number(&value).is_none()) {
        return fault(
            format!("`{}` is not a date", shown(&value)),
            "write the last day as until=2027-01-31",
        );
    }
    *slot = Some(value);
    Ok(rest)
}

/// A value in quotes, in which a backslash keeps the next character, or one without blanks.
fn value<'t>(key: &str, text: &'t str) -> Result<(String, &'t str), InvalidWaiver> {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return Ok((value.to_owned(), rest));
    };
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            c if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            c if c == quote => {
                let rest = &text[at + c.len_utf8()..];
                return match rest.is_empty() || rest.starts_with(char::is_whitespace) {
                    true => Ok((value, rest)),
                    false => fault(format!("there is no blank after `{key}`"), FORM),
                };
            }
            c => value.push(c),
        }
    }
    fault(
        format!("the quotes of `{key}` are not closed"),
        format!("write {quote} at its end"),
    )
}

fn hint(key: &str) -> String {
    let lower = key.to_ascii_lowercase();
    let other = OTHER_KEYS
        .iter()
        .find(|(known, _)| *known == lower)
        .map(|(_, meant)| *meant);
    match other.or_else(|| nearest(key, KEYS)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("it says {}", KEYS.join(", ")),
    }
}

/// Foreign text in a message, cut to a length that suits it.
pub(super) fn shown(text: &str) -> String {
    source::clip(text, 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(text: &str) -> String {
        read(text)
            .expect("meant as a waiver")
            .expect_err("malformed")
            .message
    }

    #[test]
    fn a_waiver_says_what_until_when_by_whom_and_why() {
        let text = "servelint: allow[timeouts-order, slo-on-mean] until=2027-01-31 by=dana.k reason=\"say \\\"so\\\" [1] = é\"";
        let draft = read(text).expect("a waiver").expect("well-formed");
        assert_eq!(draft.rules, ["timeouts-order", "slo-on-mean"]);
        assert_eq!(draft.until.as_deref(), Some("2027-01-31"));
        assert_eq!(draft.by.as_deref(), Some("dana.k"));
        assert_eq!(draft.reason.as_deref(), Some("say \"so\" [1] = é"));
        let draft = read("## servelint:allow[a]")
            .expect("a waiver")
            .expect("well-formed");
        assert_eq!(
            draft,
            Waiver {
                rules: vec!["a".into()],
                ..Waiver::default()
            }
        );
        let draft = read("servelint: allow[a] reason='it''").expect("a waiver");
        assert!(draft.is_err());
    }

    #[test]
    fn comments_about_anything_else_are_left_alone() {
        for text in [
            "",
            "servelint",
            "servelint: production-readiness review for model serving.",
            "servelint: see docs",
            "servelint: allowed origins are below",
            "servelint ignores this file",
            "servelint allow is explained elsewhere",
            "servelint: skip-worktree is set here",
            "servelints: allow[x]",
            "yaml-language-server: $schema=x",
            "noqa: servelint",
            "allow[x]",
            "servelint: [x]",
            "日本servelint",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table of inputs and answers")]
    fn what_was_meant_as_a_waiver_is_never_passed_over() {
        for (text, wanted) in [
            ("servelint: allow", "looks like a waiver"),
            ("servelint: allow timeouts-order", "looks like a waiver"),
            ("servelint: allow (timeouts-order)", "looks like a waiver"),
            ("servelint allow[timeouts-order]", "looks like a waiver"),
            ("Servelint: allow[timeouts-order]", "looks like a waiver"),
            ("servelint: Allow[timeouts-order]", "looks like a waiver"),
            ("servelint: alow[timeouts-order]", "looks like a waiver"),
            ("servelint: allows timeouts-order", "looks like a waiver"),
            ("servelint: ignore timeouts-order", "looks like a waiver"),
            ("servelint-disable timeouts-order", "looks like a waiver"),
            (
                "servelint-ignore-next-line timeouts-order",
                "looks like a waiver",
            ),
            ("servelint: noqa: timeouts-order", "looks like a waiver"),
            ("servelint: waive=timeouts-order", "looks like a waiver"),
            ("servelint: allow[timeouts-order", "not closed"),
            ("servelint: allow[]", "empty place"),
            ("servelint: allow[a,]", "empty place"),
            ("servelint: allow[a]until=2027-01-31", "no blank after `]`"),
            ("servelint: allow[a] until=soon", "`soon` is not a date"),
            ("servelint: allow[a] until=2027-02-30", "is not a date"),
            (
                "servelint: allow[a] until=2027-01-31T00:00:00Z",
                "is not a date",
            ),
            ("servelint: allow[a] by=x by=y", "`by` twice"),
            ("servelint: allow[a] by=", "`by` is empty"),
            ("servelint: allow[a] reason=\" \"", "`reason` is empty"),
            (
                "servelint: allow[a] reason=\"x",
                "quotes of `reason` are not closed",
            ),
            ("servelint: allow[a] reason=\"x\\\"", "not closed"),
            (
                "servelint: allow[a] reason=\"x\"y",
                "no blank after `reason`",
            ),
            (
                "servelint: allow[a] reason=it is so",
                "`is` is no `key=value`",
            ),
            ("servelint: allow[a] owner=x", "a waiver has no `owner`"),
        ] {
            assert!(message(text).contains(wanted), "{text}: {}", message(text));
        }
        let help = read("servelint: allow[a] owner=x")
            .expect("meant")
            .expect_err("malformed")
            .help;
        assert_eq!(help, "did you mean `by`?");
        assert!(
            message(&format!("servelint: allow[a] reason={}", "x".repeat(501)))
                .contains("501 characters")
        );
        assert!(
            message(&format!("servelint: allow[{}]", "a,".repeat(10_000) + "a"))
                .contains("10001 rules")
        );
        assert!(message(&format!("servelint: allow[a] {}=x", "k".repeat(9_000))).len() < 100);
    }

    proptest! {
        #[test]
        fn no_comment_is_too_strange(text in "(servelint: allow\\[)?[a-z=\"'\\\\\\[\\], é]{0,30}") {
            let _ = read(&text);
        }
    }
}
