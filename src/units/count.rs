//! How many there are of something, in words.

use std::fmt::Display;

/// `1 file`, `2 files`, `3 fixes`. The word has a regular plural.
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, one: &str) -> String {
    if count == N::from(1) {
        return format!("1 {one}");
    }
    let end = if one.ends_with('x') { "es" } else { "s" };
    format!("{count} {one}{end}")
}

/// `a, b, c and 4 more`: the first `most` names, which may be fewer.
pub fn first_named(names: &[String], most: usize) -> String {
    let Some((first, rest @ [_, ..])) = names.split_at_checked(most) else {
        return names.join(", ");
    };
    format!("{} and {} more", first.join(", "), rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_told_from_several() {
        assert_eq!(counted(0_usize, "file"), "0 files");
        assert_eq!(counted(1_u64, "file"), "1 file");
        assert_eq!(counted(2_usize, "fix"), "2 fixes");
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let names = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(first_named(&names, 2), "a, b and 1 more");
        assert_eq!(first_named(&names, 3), "a, b, c");
        assert_eq!(first_named(&names, 4), "a, b, c");
        assert_eq!(first_named(&[], 3), "");
    }
}
