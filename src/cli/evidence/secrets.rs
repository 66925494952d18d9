//! A command line without the secrets in it.

use std::ffi::OsString;

/// What stands in the place of a secret.
const LEFT_OUT: &str = "REDACTED";
/// Words that name a secret, as a whole or at the end of one.
const NAMES: [&str; 13] = [
    "auth",
    "authorization",
    "bearer",
    "cookie",
    "credential",
    "credentials",
    "key",
    "passphrase",
    "passwd",
    "password",
    "secret",
    "signature",
    "token",
];
/// Flags that take `user:password`.
const USERS: [&str; 3] = ["-u", "--user", "--proxy-user"];

/// The words of a command line as text, each value that is called like a secret left out.
pub(super) fn without(words: &[OsString]) -> Vec<String> {
    let mut told = Vec::new();
    let mut is_next_secret = false;
    for word in words {
        let word = word.to_string_lossy();
        if is_next_secret {
            told.push(LEFT_OUT.to_owned());
            is_next_secret = false;
            continue;
        }
        is_next_secret = asks_for_secret(&word);
        told.push(of_word(&word));
    }
    told
}

/// True for a flag whose value, a secret, is the next word.
fn asks_for_secret(word: &str) -> bool {
    let is_flag = word.starts_with('-') && !word.contains(['=', ' ', ':']);
    USERS.contains(&word) || is_flag && is_secret(word)
}

/// One word: an assignment, a header, an address, a script of several words.
fn of_word(word: &str) -> String {
    if let Some(told) = of_header(word) {
        return told;
    }
    if word.contains(char::is_whitespace) {
        let words: Vec<OsString> = word.split_whitespace().map(OsString::from).collect();
        let mut told = without(&words);
        // What follows the name of a header in a script belongs to it, as far as anybody can tell.
        if let Some(at) = told
            .iter()
            .position(|part| part.ends_with(LEFT_OUT) && part.contains(": "))
        {
            told.truncate(at + 1);
        }
        return told.join(" ");
    }
    if word.contains("://") {
        return of_address(word);
    }
    match word.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}={LEFT_OUT}"),
        Some((name, value)) if of_header(value).is_some() => {
            format!("{name}={}", of_header(value).unwrap_or_default())
        }
        _ => word.to_owned(),
    }
}

/// `Authorization: Bearer x`, also without a blank.
fn of_header(word: &str) -> Option<String> {
    let (name, value) = word.split_once(':')?;
    let plain = name.trim_matches(['"', '\'']);
    let is_name = !plain.is_empty()
        && plain
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let is_header = is_name && is_secret(plain) && !value.starts_with("//");
    is_header.then(|| format!("{name}: {LEFT_OUT}"))
}

/// An address without the user and the values of its query that are called like a secret.
fn of_address(word: &str) -> String {
    let (before, rest) = word.split_once("://").unwrap_or(("", word));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (place, path) = rest.split_at(end);
    let place = match place.rsplit_once('@') {
        Some((_, host)) => format!("{LEFT_OUT}@{host}"),
        None => place.to_owned(),
    };
    let before = match before.rsplit_once('=') {
        Some((name, _)) if is_secret(name) => return format!("{name}={LEFT_OUT}"),
        _ => before,
    };
    let mut told = String::new();
    for part in path.split_inclusive(['?', '&', '#']) {
        let ending = part.len() - part.trim_end_matches(['?', '&', '#']).len();
        let (value, mark) = part.split_at(part.len() - ending);
        match value.split_once('=') {
            Some((name, _)) if is_secret(name) => told.push_str(&format!("{name}={LEFT_OUT}")),
            _ => told.push_str(value),
        }
        told.push_str(mark);
    }
    format!("{before}://{place}{told}")
}

/// True for a name that has a word for a secret in it: `--api-key`, `HF_TOKEN`, `accessToken`. Not `--max-tokens`.
fn is_secret(name: &str) -> bool {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for character in name.chars() {
        let is_new = !character.is_alphanumeric() || (character.is_uppercase() && was_lower);
        was_lower = character.is_lowercase();
        if is_new {
            words.push(String::new());
        }
        if let (true, Some(word)) = (character.is_alphanumeric(), words.last_mut()) {
            word.extend(character.to_lowercase());
        }
    }
    words
        .iter()
        .any(|word| NAMES.iter().any(|known| word.ends_with(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(words: &[&str]) -> String {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        without(&words).join(" ")
    }

    #[test]
    fn what_is_called_like_a_secret_is_left_out() {
        for words in [
            &["k6", "--api-key=S3"][..],
            &["k6", "--api-key", "S3"],
            &["k6", "--api_key", "--S3"],
            &["env", "HF_TOKEN=S3", "k6"],
            &["k6", "-e", "PASSWORD=S3"],
            &["k6", "--accessToken", "S3"],
            &["curl", "-u", "ada:S3"],
            &["hey", "-H", "Authorization: Bearer S3 S3"],
            &["hey", "-H", "X-Api-Key:S3"],
            &["hey", "--header=Authorization: Bearer S3"],
            &["sh", "-c", "TOKEN=S3 k6 run a.js"],
            &["sh", "-c", "curl -H 'Authorization: Bearer S3' http://a/"],
            &["hey", "https://ada:S3@chat/v1"],
            &["hey", "https://chat/v1?model=m&api_key=S3&x=1"],
            &["hey", "--auth-url=https://ada:S3@chat/"],
        ] {
            let told = told(words);
            assert!(!told.contains("S3"), "{told}");
            assert!(
                told.contains(LEFT_OUT) && told.starts_with(words[0]),
                "{told}"
            );
        }
    }

    #[test]
    fn everything_else_stays() {
        for words in [
            &["vllm", "bench", "--max-tokens", "100", "--tokenizer=m/x"][..],
            &["hey", "-z", "20m", "http://chat:8000/v1?model=m#top"],
            &["k6", "run", "--summary-export", "a=b.json", "C:\\load.js"],
            &["hey", "-H", "Content-Type: application/json"],
        ] {
            assert_eq!(told(words), words.join(" "));
        }
    }
}
