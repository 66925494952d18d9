//! The name that was probably meant.
//!
//! Owns the one measure of similarity behind every "did you mean", and the words of that question.

/// The candidate closest to `text`: the same but for case and separators, or near enough by
/// Damerau-Levenshtein that a slip of the fingers explains it. The first wins a tie.
pub fn nearest<'c>(text: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let wanted = plain(text);
    let length = wanted.chars().count();
    let limit = (length / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let known = plain(candidate);
        // No text is nearer to another than their lengths are.
        if known.chars().count().abs_diff(length) > limit {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&wanted, &known);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// "did you mean `owner`?"
pub fn question(name: &str) -> String {
    format!("did you mean `{name}`?")
}

/// What to do about a name that is none of `known`: the question where one is near, else all of
/// them after `list`, such as `one of: `.
pub fn question_or_list(text: &str, known: &[&str], list: &str) -> String {
    match nearest(text, known.iter().copied()) {
        Some(name) => question(name),
        None => format!("{list}{}", known.join(", ")),
    }
}

/// The one candidate that `text` can be a slip of; `None` where a person would have to look.
///
/// Stricter than [`nearest`], for it is acted upon and not only suggested: no other candidate is as
/// near, digits agree (`p95` is no slip of `p99`), and each word differs by no more than its length
/// explains (`max` is no slip of `min`).
pub fn certain<'c>(text: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let wanted = plain(text);
    let mut best: Option<(usize, &str)> = None;
    let mut tied = false;
    for candidate in candidates {
        let distance = strsim::damerau_levenshtein(&wanted, &plain(candidate));
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, _)) if distance == least => tied = true,
            _ => (best, tied) = (Some((distance, candidate)), false),
        }
    }
    let (distance, name) = best.filter(|_| !tied)?;
    (distance == 0 || is_slip(text, name)).then_some(name)
}

/// The same where there is one candidate, without a measure of how far away it is.
pub fn is_certain(text: &str, name: &str) -> bool {
    has_letters_of(text, name) && (is_slip(text, name) || plain(text) == plain(name))
}

/// False where the letters alone tell that one is no slip of the other: a slip adds a letter, or takes one away, or both,
/// and no word of a name has more than two.
fn has_letters_of(text: &str, name: &str) -> bool {
    if !text.is_ascii() || !name.is_ascii() || text.len() > 80 {
        return true;
    }
    let begins_word = |byte: &u8| !byte.is_ascii_lowercase();
    let words = 1 + name.bytes().skip(1).filter(begins_word).count();
    let (given, known) = (letters(text), letters(name));
    let most = 2 * u32::try_from(words).unwrap_or(u32::MAX / 2);
    (known & !given).count_ones() <= most && (given & !known).count_ones() <= most
}

/// A bit for each letter that a name has.
fn letters(name: &str) -> u32 {
    let letters = name.bytes().filter(u8::is_ascii_alphabetic);
    letters.fold(0, |all, letter| {
        all | 1 << (letter.to_ascii_lowercase() - b'a')
    })
}

/// True where each word of `text` is the word of `name` but for the fingers.
fn is_slip(text: &str, name: &str) -> bool {
    if !digits(text).eq(digits(name)) || text.chars().count() > 80 {
        return false;
    }
    let (given, known) = (words(text), words(name));
    if given.len() != known.len() {
        // A separator too many or too few; short names are too near to each other for that.
        let (given, known) = (plain(text), plain(name));
        return known.chars().count() >= 8 && is_within(&given, &known, 1) && given != known;
    }
    given.iter().zip(&known).all(|(given, known)| {
        let limit = match given.chars().count().min(known.chars().count()) {
            ..4 => 0,
            4..8 => 1,
            _ => 2,
        };
        is_within(given, known, limit)
    })
}

/// True where no more than so many slips lie between two words. No text is nearer to another than their lengths are.
fn is_within(one: &str, other: &str, limit: usize) -> bool {
    if one == other {
        return true;
    }
    let lengths = one.chars().count().abs_diff(other.chars().count());
    limit > 0 && lengths <= limit && strsim::damerau_levenshtein(one, other) <= limit
}

fn digits(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(char::is_ascii_digit)
}

/// `maxFirstStep`, `max_first_step` and `max-first-step` as `max`, `first`, `step`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        let splits = !c.is_alphanumeric() || (c.is_uppercase() && before.is_lowercase());
        if splits && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Names that differ only in style are the same name. Long text is no name at all.
fn plain(text: &str) -> String {
    // The distance takes time with the product of both lengths.
    text.chars()
        .take(80)
        .filter(|c| !matches!(c, '-' | '_' | ' ' | '.'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn slips_are_forgiven_and_strangers_are_not() {
        let known = ["owner", "dueDate", "maxFirstStepPercent"];
        assert_eq!(nearest("ownr", known), Some("owner"));
        assert_eq!(nearest("due_date", known), Some("dueDate"));
        assert_eq!(
            nearest("MaxFirstStepPercnt", known),
            Some("maxFirstStepPercent")
        );
        assert_eq!(nearest("candidate", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(
            question_or_list("ownr", &known, "one of: "),
            "did you mean `owner`?"
        );
        assert_eq!(
            question_or_list("candidate", &known, "one of: "),
            "one of: owner, dueDate, maxFirstStepPercent"
        );
    }

    #[test]
    fn only_a_slip_that_means_one_name_is_certain() {
        let known = [
            "owner",
            "dueDate",
            "maxReplicas",
            "percentile",
            "lte",
            "gte",
            "p95",
            "production",
        ];
        for (text, name) in [
            ("ownr", "owner"),
            ("Owner", "owner"),
            ("due_date", "dueDate"),
            ("duedate", "dueDate"),
            ("maxReplcias", "maxReplicas"),
            ("maxreplcas", "maxReplicas"),
            ("percntile", "percentile"),
            ("GTE", "gte"),
            ("prodction", "production"),
        ] {
            assert_eq!(certain(text, known), Some(name), "{text}");
        }
        for text in [
            "minReplicas",
            "p99",
            "te",
            "ge",
            "own",
            "",
            "replicas",
            "pro",
            "percent",
        ] {
            assert_eq!(certain(text, known), None, "{text}");
        }
        assert_eq!(
            certain("servlint/v1alpha1", ["servelint/v1alpha1"]),
            Some("servelint/v1alpha1")
        );
        assert_eq!(certain("servelint/v1alpha2", ["servelint/v1alpha1"]), None);
        assert_eq!(certain("staring", ["staging", "sharing"]), None);
    }

    proptest! {
        /// Letters rule out nothing that the measure lets pass.
        #[test]
        fn letters_only_spare_the_measure(
            name in prop::sample::select(vec!["apiVersion", "kind", "dueDate", "p95", "maxFirstStepPercent"]),
            edits in prop::collection::vec((any::<prop::sample::Index>(), "[a-zA-Z_.-]{0,2}"), 0..6),
        ) {
            let mut text = name.to_owned();
            for (at, with) in edits {
                let at = at.index(text.len().max(1));
                text.replace_range(at..(at + 1).min(text.len()), &with);
            }
            let measured = is_slip(&text, name) || plain(&text) == plain(name);
            prop_assert_eq!(is_certain(&text, name), measured, "{}", text);
        }
    }
}
