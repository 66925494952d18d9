//! Names and texts as they are compared: by what a reader sees, not by the characters it is made of.
//!
//! Owns the closed list of words that name nobody and say nothing ([`says_nothing`]), and the one form in
//! which two names are the same ([`plain`]). It knows no document.
//!
//! A text is read as NFKC, without characters that show nothing (zero-width, bidi and other
//! default-ignorable ones), and with each look-alike of an ASCII letter as that letter, by the table of
//! Unicode Technical Standard 39. The skeletons of that standard are not used as they are: they make `rn`
//! of `m` and `l` of `I`, so they could not be compared whatever the case.

use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_security::skeleton;

/// Words that name nobody and say nothing, in lower case and without blanks and punctuation: `n/a` is
/// `na` here. The page of the rule `placeholder-text` lists them.
pub const EMPTY_WORDS: [&str; 39] = [
    "all",
    "anybody",
    "anyone",
    "changeme",
    "everybody",
    "everyone",
    "fixme",
    "na",
    "nil",
    "no",
    "nobody",
    "none",
    "noone",
    "notapplicable",
    "nothing",
    "null",
    "ok",
    "placeholder",
    "replaceme",
    "somebody",
    "someone",
    "tba",
    "tbc",
    "tbd",
    "team",
    "theteam",
    "tobeadded",
    "tobeannounced",
    "tobecompleted",
    "tobeconfirmed",
    "tobedecided",
    "tobedefined",
    "tobedetermined",
    "tobefilledin",
    "tobewritten",
    "todo",
    "unassigned",
    "unknown",
    "yes",
];

/// A text as a reader sees it: its case and its blanks are kept.
pub fn readable(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    // Twice: what NFKC makes of some characters shows nothing either.
    let shown = text.chars().filter(|c| !is_invisible(*c)).nfkc();
    shown
        .filter(|c| !is_invisible(*c))
        .map(|c| ascii_alike(c).unwrap_or(c))
        .collect()
}

/// A person or team as names are compared: as it reads, without `@`, whatever the case.
pub fn plain(name: &str) -> String {
    let name = readable(name);
    name.trim().trim_start_matches('@').to_lowercase()
}

/// True where two names are certainly of one person or team: as `names.own` of the policies compares them, with
/// blanks, dots, dashes or underscores, with what stands in parentheses after it, or as a mail address.
pub fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (plain(a), plain(b));
    let others = forms(&b);
    let is_one = |(words, domain): &(Vec<String>, String)| {
        others.iter().any(|(other, theirs)| {
            let is_elsewhere = !domain.is_empty() && !theirs.is_empty() && domain != theirs;
            words == other && !is_elsewhere
        })
    };
    a == b || forms(&a).iter().any(is_one)
}

/// A name by its words, and the address that may stand behind it with its domain.
fn forms(name: &str) -> Vec<(Vec<String>, String)> {
    let mut forms = Vec::new();
    for part in without_asides(name).replace('>', " ").split('<') {
        let part = part.trim();
        let (local, domain) = match part.split_once('@') {
            Some((local, domain)) if is_address(local, domain) => {
                (local.split('+').next().unwrap_or_default(), domain)
            }
            _ => (part, ""),
        };
        let words = local.split([' ', '\t', '.', ',', '_', '-']);
        let words: Vec<String> = words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        if !words.is_empty() {
            forms.push((words, domain.to_owned()));
        }
    }
    forms
}

fn is_address(local: &str, domain: &str) -> bool {
    let is_plain = |text: &str| !text.is_empty() && !text.contains([' ', '@']);
    let ends = domain.trim_end_matches('.');
    is_plain(local) && is_plain(domain) && ends.contains('.') && !domain.starts_with('.')
}

/// Without what stands in parentheses.
fn without_asides(name: &str) -> String {
    let mut shown = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('(') {
        let Some((_, end)) = after.split_once(')') else {
            break;
        };
        shown.push_str(before);
        shown.push(' ');
        rest = end;
    }
    shown + rest
}

/// True for a text that some tool has yet to fill in, as a whole: `{{ owner }}`, `${OWNER}`, `$(owner)`.
pub fn is_unfilled(text: &str) -> bool {
    let text = readable(text);
    let text = text.trim();
    [("{{", "}}"), ("${", "}"), ("$(", ")")]
        .iter()
        .any(|(open, close)| text.starts_with(open) && text.ends_with(close))
}

/// True for a name that names nobody: it says nothing, or some tool has yet to fill in a part of it.
pub fn names_nobody(name: &str) -> bool {
    says_nothing(name) || name.contains("{{") || name.contains("${") || name.contains("$(")
}

/// True for a text that names nobody and says nothing: nothing but blanks, punctuation, marks or
/// invisible characters, only `x`, one of [`EMPTY_WORDS`], or what some tool has yet to fill in.
pub fn says_nothing(text: &str) -> bool {
    // No entry of the list is longer, whatever stands between its letters; most texts end here.
    const LONGEST: usize = 200;
    if text.len() > LONGEST {
        return !text.chars().any(char::is_alphanumeric);
    }
    let lower = readable(text).to_lowercase();
    let letters: String = lower
        .nfkd()
        .filter(|c| c.is_alphanumeric() && !is_combining_mark(*c))
        .collect();
    is_unfilled(text)
        || letters.chars().all(|c| c == 'x')
        || EMPTY_WORDS.contains(&letters.as_str())
}

/// Skeletons leave out what shows nothing.
fn is_invisible(c: char) -> bool {
    !c.is_ascii() && skeleton(c.encode_utf8(&mut [0; 4])).next().is_none()
}

/// The ASCII letter or digit that a character looks like, in its own case where there is one.
fn ascii_alike(c: char) -> Option<char> {
    if c.is_ascii() {
        return None;
    }
    prototype(c).or_else(|| {
        // A small Cyrillic `т` is a small capital to the table, and `T` in upper case.
        let mut upper = c.to_uppercase();
        let first = upper.next().filter(|upper| *upper != c)?;
        let alone = upper.next().is_none();
        alone
            .then(|| prototype(first))?
            .map(|c| c.to_ascii_lowercase())
    })
}

fn prototype(c: char) -> Option<char> {
    let mut buffer = [0; 4];
    let mut parts = skeleton(c.encode_utf8(&mut buffer));
    match (parts.next()?, parts.next(), parts.next()) {
        ('r', Some('n'), None) => Some('m'),
        // The table makes one of `I`, `l` and `1`, and one of `O` and `0`.
        ('l', None, _) if c.is_uppercase() => Some('I'),
        ('l', None, _) if c.is_numeric() => Some('1'),
        ('O', None, _) if c.is_numeric() => Some('0'),
        (alike, None, _) => Some(alike).filter(char::is_ascii_alphanumeric),
        _ => None,
    }
}

/// The longest name of a service, as in the schemas: that of a DNS-1123 label.
const LONGEST: usize = 63;

/// The nearest name that a service can have: what the pattern of the schemas does not allow becomes dashes. `None`
/// where nothing remains.
pub fn service_name(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let words = lower
        .split(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '-')
        .filter(|word| !word.is_empty());
    let mut name = words.collect::<Vec<_>>().join("-");
    name = name.trim_start_matches('-').to_owned();
    name.truncate(LONGEST);
    let name = name.trim_end_matches('-');
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_and_nothing_in_any_disguise() {
        for text in [
            "",
            " ",
            "\u{a0}\t",
            "-",
            "n/a",
            "N.A.",
            "None",
            "no one",
            "@nobody",
            "the  Team",
            "the-team",
            "T.B.D.",
            "to do",
            "?",
            "...",
            "\u{2026}",
            "x",
            "XXX",
            "\u{200b}",
            "t\u{200b}b\u{2060}d",
            "\u{202e}none\u{202c}",
            "\u{0422}\u{0412}D",
            "\u{0442}bd",
            "\u{ff34}\u{ff22}\u{ff24}",
            "n\u{043e}ne",
            "t\u{301}bd",
            "\u{301}\u{302}",
            "\u{3164}",
            "\u{115f}\u{ffa0}",
            "\u{2800}",
            "\u{fe0f}",
            "\u{1f937}",
            "{{ owner }}",
            " ${OWNER}",
            "$(owner)",
            "change-me",
            "To be decided.",
            &"-".repeat(300),
        ] {
            assert!(says_nothing(text), "{text:?}");
        }
    }

    #[test]
    fn somebody_and_something() {
        for text in [
            "platform team",
            "team-conversational-ai",
            "@org/team",
            "m.osei",
            "0",
            "no user sees it",
            "none of the tenants is affected",
            "\u{738b}",
            "\u{0418}\u{0432}\u{0430}\u{043d}",
            "\u{0e2a}\u{0e21}\u{0e0a}\u{0e32}\u{0e22}",
            "na\u{ef}ve",
            "xy",
            "models are kept in ${HOME}/models",
            "{{ region }} is filled in by Helm",
            "to be decided by the customer",
            &"a".repeat(300),
        ] {
            assert!(!says_nothing(text), "{text:?}");
        }
    }

    #[test]
    fn a_name_of_which_a_part_is_missing_names_nobody() {
        for name in ["team-{{ team }}", "${USER}@example.com", "changeme"] {
            assert!(names_nobody(name), "{name}");
        }
        assert!(!names_nobody("dana.k"));
    }

    #[test]
    fn names_that_read_alike_are_one_name() {
        for name in [
            "m.osei",
            " @M.Osei ",
            "m.\u{043e}sei",
            "m\u{200b}.osei",
            "\u{2068}m.osei\u{2069}",
            "\u{ff4d}.osei",
            "\u{041c}.Os\u{0435}i",
            "m.ose\u{0456}",
        ] {
            assert_eq!(plain(name), "m.osei", "{name:?}");
        }
        assert_eq!(plain("Jose\u{301}"), plain("JOS\u{c9}"));
        assert_ne!(plain("jose"), plain("jos\u{e9}"));
        assert_ne!(
            plain("mo"),
            plain("rno"),
            "as the skeletons of the standard would"
        );
        assert_ne!(plain("il"), plain("1l"));
        assert_eq!(plain("\u{0406}van"), "ivan");
    }

    #[test]
    fn one_person_is_written_in_many_ways() {
        for name in [
            "Ravi P.",
            "ravi.p@corp.com",
            "@ravi_p",
            "Ravi P. <ravi.p@corp.com>",
            "ravi.p+review@corp.com",
            "ravi.p (platform)",
        ] {
            assert!(is_same("ravi.p", name), "{name}");
            assert!(is_same(name, "ravi.p"), "{name}");
        }
        for name in ["ravi", "p.ravi", "ravip", "tom.b (ravi.p)", "corp.com", ""] {
            assert!(!is_same("ravi.p", name), "{name}");
        }
        assert!(!is_same("team@a.com", "team@b.com"));
    }

    #[test]
    fn what_is_read_keeps_its_case_and_its_blanks() {
        assert_eq!(readable("A  b\tC"), "A  b\tC");
        assert_eq!(
            readable("\u{0422}\u{041e}D\u{041e}: ask"),
            "TOD\u{41e}: ask".replace('\u{41e}', "O")
        );
        assert_eq!(readable("\u{65e5}\u{672c}"), "\u{65e5}\u{672c}");
    }

    #[test]
    fn the_list_is_sorted_and_on_the_page_of_the_rule() {
        assert!(EMPTY_WORDS.is_sorted());
        let rule = include_str!("../policies/structure/placeholder-text/placeholder_text.rego");
        let listed: Vec<String> = rule
            .lines()
            .filter(|line| line.starts_with('#'))
            .flat_map(|line| line.split('`').skip(1).step_by(2))
            .map(|word| word.chars().filter(|c| c.is_alphanumeric()).collect())
            .collect();
        for word in EMPTY_WORDS {
            assert!(listed.iter().any(|known| known == word), "{word}");
        }
    }
}
