//! Values of a document that are not known: what somebody has yet to fill in, what is encrypted, and what a schema
//! refuses.

use crate::document::{Entry, Node, Pointer, Value};

/// A value that no rule can judge.
#[derive(Debug, Clone, PartialEq)]
pub struct UnknownValue {
    /// Where it stands.
    pub at: Pointer,
    /// Why it is not known.
    pub why: UnknownWhy,
    /// True where rules must not see it, because its type is another one than that of the field.
    pub unfit: bool,
    /// What might stand there instead: a finding that one of them takes away depends on the value.
    pub samples: Vec<Value>,
}

/// Why a value is not known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnknownWhy {
    /// It holds this placeholder.
    Placeholder(String),
    /// SOPS encrypted it.
    Encrypted,
    /// The schema refuses it.
    Refused,
}

/// What stands in the place of values that rules must not see.
#[derive(Debug, Clone, Copy)]
pub enum Guess<'g> {
    /// Nothing.
    Absent,
    /// The sample of this number, or the last one.
    Sample(usize),
    /// A sample that says what a finding misses: texts and identifiers are the name of this number, and lists hold
    /// something of each name.
    Named(&'g [String], usize),
    /// Nothing; and in manifests what layers make of them under the leaf of this name, with other values where nobody
    /// knows them, if so wished.
    Under(&'g str, bool),
}

impl UnknownValue {
    /// The value that a guess puts in its place.
    pub fn guessed(&self, guess: Guess<'_>) -> Option<Value> {
        match guess {
            Guess::Absent | Guess::Under(..) => None,
            Guess::Sample(at) => {
                let last = self.samples.len().checked_sub(1)?;
                self.samples.get(at.min(last)).cloned()
            }
            Guess::Named(names, at) => Some(named(self.samples.first()?, names, names.get(at)?)),
        }
    }

    /// True where what stands at this path is not known either.
    pub fn hides(&self, at: &Pointer) -> bool {
        self.at.contains(at)
    }
}

/// A sample with names in the places where names stand.
fn named(sample: &Value, names: &[String], name: &String) -> Value {
    match sample {
        Value::String(_) => Value::String(name.clone()),
        Value::List(items) => Value::List(match items.first() {
            Some(first) => names
                .iter()
                .map(|name| renamed(first, names, name))
                .collect(),
            None => Vec::new(),
        }),
        Value::Map(entries) => {
            let entries = entries.iter().map(|entry| {
                let is_named = matches!(entry.key.as_str(), "id" | "name")
                    || matches!(entry.node.value, Value::List(_));
                let node = match is_named {
                    true => renamed(&entry.node, names, name),
                    false => entry.node.clone(),
                };
                Entry {
                    node,
                    ..entry.clone()
                }
            });
            Value::Map(entries.collect())
        }
        other => other.clone(),
    }
}

fn renamed(sample: &Node, names: &[String], name: &String) -> Node {
    Node {
        value: named(&sample.value, names, name),
        ..sample.clone()
    }
}

/// What is not known in a manifest, in the order of the text.
pub fn unknown(root: &Node) -> Vec<UnknownValue> {
    let mut found = Vec::new();
    look(root, &Pointer::default(), Surroundings::Other, &mut found);
    found
}

/// What decides how a text is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Surroundings {
    /// The name of an image, which has no capital letters.
    Image,
    /// What a container runs: Kubernetes itself fills in `$(NAME)` there.
    Command,
    /// A query of another language.
    Query,
    Other,
}

impl Surroundings {
    fn of(key: &str, above: Self) -> Self {
        match key {
            "image" => Self::Image,
            "command" | "args" | "env" => Self::Command,
            "query" | "expr" | "data" | "stringData" | "jsonPath" => Self::Query,
            _ => above,
        }
    }
}

fn look(node: &Node, at: &Pointer, field: Surroundings, found: &mut Vec<UnknownValue>) {
    match &node.value {
        Value::Map(entries) => {
            for entry in entries {
                let at = at.clone().key(&entry.key);
                look(&entry.node, &at, Surroundings::of(&entry.key, field), found);
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                look(item, &at.clone().index(index), field, found);
            }
        }
        Value::String(text) if field != Surroundings::Query => {
            if let Some(why) = why(text, field) {
                found.push(UnknownValue {
                    at: at.clone(),
                    why,
                    unfit: false,
                    samples: Vec::new(),
                });
            }
        }
        _ => {}
    }
}

fn why(text: &str, field: Surroundings) -> Option<UnknownWhy> {
    if text.starts_with("ENC[") && text.ends_with(']') {
        return Some(UnknownWhy::Encrypted);
    }
    let placeholder = placeholder(text, field)?;
    Some(UnknownWhy::Placeholder(placeholder.to_owned()))
}

/// True for a text that stands for another one, as a whole or in part.
pub(super) fn is_placeholder(text: &str) -> bool {
    placeholder(text, Surroundings::Other).is_some()
}

/// The placeholder in a text; a text with blanks is prose or a script.
fn placeholder(text: &str, field: Surroundings) -> Option<&str> {
    if let Some(found) = between(text, "<", ">").filter(|_| !text.contains('\n')) {
        let outside = text.replacen(found, "", 1);
        if is_prompt(found) && !outside.contains(char::is_whitespace) {
            return Some(found);
        }
    }
    if field == Surroundings::Image
        && let Some(found) = template_mark(text)
    {
        return Some(found);
    }
    if text.contains(char::is_whitespace) {
        return None;
    }
    let brackets: &[(&str, &str)] = match field {
        Surroundings::Command => &[("${", "}"), ("%{", "}")],
        _ => &[("${", "}"), ("$(", ")"), ("%{", "}")],
    };
    let mut bracketed = brackets
        .iter()
        .filter_map(|(open, close)| between(text, open, close));
    if let Some(found) = bracketed.next() {
        return Some(found);
    }
    if let Some(name) = text
        .strip_prefix('$')
        .filter(|_| field != Surroundings::Command)
        && is_capitals(name)
    {
        return Some(text);
    }
    let mut words = text.split(['/', ':', '@', '=', ',', '.']);
    words.find(|word| is_stand_in(word, field) || field == Surroundings::Image && is_variable(word))
}

/// What tools fill in that render text: `{{ .Values.image }}`, `#{TAG}#`, `((image))`, `%IMAGE%`. None of it is a part
/// of an image's name.
fn template_mark(text: &str) -> Option<&str> {
    let pairs = [("{{", "}}"), ("#{", "}#"), ("((", "))"), ("%", "%")];
    pairs
        .iter()
        .find_map(|(open, close)| between(text, open, close))
}

/// From an opening mark to the closing one after it, both included.
fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    let start = text.find(open)?;
    let inner = text.get(start + open.len()..)?;
    let length = inner.find(close).filter(|length| *length > 0)?;
    text.get(start..start + open.len() + length + close.len())
}

/// `<your-image>`: letters, digits, blanks and what joins words.
fn is_prompt(text: &str) -> bool {
    let inner = text.trim_start_matches('<').trim_end_matches('>');
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '.' | '/' | ':');
    inner.starts_with(char::is_alphabetic) && inner.chars().all(is_part)
}

/// `$TAG`, of which only a shell knows the value.
fn is_variable(word: &str) -> bool {
    word.strip_prefix('$').is_some_and(is_capitals)
}

/// True for a word that stands for another one.
fn is_stand_in(word: &str, field: Surroundings) -> bool {
    const STARTS: &[&str] = &[
        "placeholder",
        "replace-with",
        "replace_with",
        "replaced-by",
        "replaced_by",
        "to-be-replaced",
        "your-",
        "your_",
    ];
    const WHOLE: &[&str] = &[
        "replace-me",
        "replace_me",
        "replaceme",
        "changeme",
        "change-me",
        "change_me",
    ];
    let lower = word.to_ascii_lowercase();
    let inner = word
        .strip_prefix("__")
        .and_then(|rest| rest.strip_suffix("__"));
    inner.is_some_and(is_capitals)
        || STARTS.iter().any(|start| lower.starts_with(start))
        || WHOLE.contains(&lower.as_str())
        || lower.ends_with("-placeholder")
        || lower.ends_with("_placeholder")
        || word.strip_prefix("V_").is_some_and(is_capitals)
        // A registry takes no capital letters.
        || (field == Surroundings::Image && word.len() > 2 && is_capitals(word))
}

/// `IMAGE_NAME`: capital letters, digits and underscores, a letter first.
fn is_capitals(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && word
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_values() {
        let cases = [
            ("${VLLM_IMAGE}", "${VLLM_IMAGE}"),
            ("vllm/vllm-openai:${TAG}", "${TAG}"),
            ("$(IMAGE)", "$(IMAGE)"),
            ("%{image}", "%{image}"),
            ("$IMAGE", "$IMAGE"),
            ("__IMAGE__", "__IMAGE__"),
            ("PLACEHOLDER_IMAGE", "PLACEHOLDER_IMAGE"),
            ("V_IMAGE_NAME", "V_IMAGE_NAME"),
            ("V_IMAGE_NAME:V_TAG", "V_IMAGE_NAME"),
            ("<your-registry>/llm:1", "<your-registry>"),
            ("<your image here>", "<your image here>"),
            ("replaced-by-kustomize", "replaced-by-kustomize"),
            ("llm@sha256:replace-with-digest", "replace-with-digest"),
            ("your-registry/llm", "your-registry"),
            ("REGISTRY/llm:1", "REGISTRY"),
            ("{{ .Values.image }}", "{{ .Values.image }}"),
            ("{{ image }}:{{ tag }}", "{{ image }}"),
            ("#{IMAGE}#", "#{IMAGE}#"),
            ("((image))", "((image))"),
            ("vllm/vllm-openai:%TAG%", "%TAG%"),
            ("vllm/vllm-openai:$TAG", "$TAG"),
        ];
        for (text, wanted) in cases {
            assert_eq!(
                placeholder(text, Surroundings::Image),
                Some(wanted),
                "{text}"
            );
        }
        for text in [
            "vllm/vllm-openai:v0.11.0",
            "registry.example/llm@sha256:0a",
            "a < b > c",
            "echo ${HOME} and more",
            "$$",
            "${}",
            "init__py",
            "quay.io/yourself/app:V1",
            "app:RC",
        ] {
            assert_eq!(placeholder(text, Surroundings::Image), None, "{text}");
        }
        assert_eq!(placeholder("$(MODEL)", Surroundings::Command), None);
        assert_eq!(
            placeholder("--model=${MODEL}", Surroundings::Command),
            Some("${MODEL}")
        );
        assert_eq!(placeholder("HF_TOKEN", Surroundings::Other), None);
    }
}
