//! The name that was probably meant.
//!
//! Owns the one measure of similarity behind every "did you mean". It formats nothing.

/// The candidate closest to `text`: the same but for case and separators, or near enough by
/// Damerau-Levenshtein that a slip of the fingers explains it. The first wins a tie.
pub fn nearest<'c>(text: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let wanted = plain(text);
    let limit = (wanted.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&wanted, &plain(candidate)), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Names that differ only in style are the same name. Long text is no name at all.
fn plain(text: &str) -> String {
    text.chars()
        .take(80)
        .filter(|c| !matches!(c, '-' | '_' | ' ' | '.'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_forgiven_and_strangers_are_not() {
        let known = ["owner", "dueDate", "maxFirstStepPercent"];
        assert_eq!(nearest("ownr", known), Some("owner"));
        assert_eq!(nearest("due_date", known), Some("dueDate"));
        assert_eq!(nearest("MaxFirstStepPercnt", known), Some("maxFirstStepPercent"));
        assert_eq!(nearest("candidate", known), None);
        assert_eq!(nearest("", known), None);
    }
}
