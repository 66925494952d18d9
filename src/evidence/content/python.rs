//! Python's `json` writes `NaN`, `Infinity` and `-Infinity`, which are no JSON. They are read as the
//! numbers that they are; what takes them decides whether it can use them.

/// The words, and what stands for them in a text that JSON allows: each a string that no tool writes.
const WORDS: [(&str, &str, f64); 3] = [
    ("-Infinity", "\u{f8ff}-inf", f64::NEG_INFINITY),
    ("Infinity", "\u{f8ff}inf", f64::INFINITY),
    ("NaN", "\u{f8ff}nan", f64::NAN),
];

/// The text with a string in the place of each such word outside of strings; nothing without one.
pub(super) fn numbers(text: &str) -> Option<String> {
    if !text.contains("NaN") && !text.contains("Infinity") {
        return None;
    }
    let mut written = String::with_capacity(text.len() + 64);
    let (mut rest, mut is_changed) = (text, false);
    while let Some(at) = rest.find(['"', '-', 'I', 'N']) {
        let (before, after) = rest.split_at(at);
        written.push_str(before);
        let length = match after.starts_with('"') {
            true => string_length(after),
            false => 1,
        };
        match WORDS.iter().find(|(word, ..)| after.starts_with(word)) {
            Some((word, stand_in, _)) => {
                written.push('"');
                written.push_str(stand_in);
                written.push('"');
                rest = &after[word.len()..];
                is_changed = true;
            }
            None => {
                written.push_str(&after[..length]);
                rest = &after[length..];
            }
        }
    }
    written.push_str(rest);
    is_changed.then_some(written)
}

/// The bytes of the string that a text begins with, its quotes included.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

/// The number that such a string stands for.
pub(super) fn number_of(text: &str) -> Option<f64> {
    let (.., number) = WORDS.iter().find(|(_, stand_in, _)| *stand_in == text)?;
    Some(*number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_outside_of_strings_are_numbers() {
        let text = r#"{"NaN": "Infinity \" NaN", "a": NaN, "b": [Infinity,-Infinity, -1]}"#;
        let found = numbers(text).expect("words");
        let value: serde_json::Value = serde_json::from_str(&found).expect("JSON");
        assert_eq!(value["NaN"], "Infinity \" NaN");
        let number = |value: &serde_json::Value| number_of(value.as_str().expect("a string"));
        assert!(number(&value["a"]).is_some_and(f64::is_nan));
        assert_eq!(number(&value["b"][0]), Some(f64::INFINITY));
        assert_eq!(number(&value["b"][1]), Some(f64::NEG_INFINITY));
        assert_eq!(value["b"][2], -1);
        assert_eq!(numbers(r#"{"a": "NaN"}"#), None, "nothing to change");
        assert_eq!(numbers("{\"NaN"), None, "an open string");
    }
}
