//! Telling a text template from a document.
//!
//! `{{ .Values.x }}` is valid YAML (a mapping with a mapping as its key), so a template may well
//! parse; judged as a document it would be nonsense. In quotes it is text, as far as the text
//! parses. Placeholders that the receiving tool fills in
//! itself are part of a document: Argo's `{{args.x}}`, Prometheus' `{{ $labels.x }}`, Sloth's
//! `{{.window}}`, Flagger's `{{ target }}`, KServe's `{{.Name}}`.

/// What a placeholder of Argo, Prometheus, Sloth, Flagger or KServe starts with, after `{{` and blanks.
const PLACEHOLDERS: &[&str] = &[
    "$labels",
    "$value",
    "$externalLabels",
    "args.",
    "inputs.",
    "outputs.",
    "workflow.",
    "steps.",
    "tasks.",
    "item",
    "templates.",
    "pod.",
    "retries",
    ".window",
    // The metadata of an InferenceService in the containers of its runtime.
    ".Name",
    ".Namespace",
    ".Labels.",
    ".Annotations.",
    "target",
    "interval",
    "namespace",
    "variables.",
];

/// Names that only Helm has.
const HELM: &[&str] = &[
    ".Values.",
    ".Release.",
    ".Chart.",
    ".Capabilities.",
    ".Template.",
];

/// True where a plain (unquoted) text holds a template action.
pub(super) fn in_plain(text: &str) -> bool {
    text.contains("{%") || actions(text).any(|action| !is_placeholder(action))
}

/// True where a line with quotes holds an action that only a chart can mean.
fn in_quoted(text: &str) -> bool {
    actions(text).any(|action| HELM.iter().any(|name| action.starts_with(name)))
}

/// True where a text that does not parse holds template actions outside of comments and quotes.
pub(super) fn is_template(text: &str) -> bool {
    text.lines().any(|line| {
        let (plain, uncommented) = split(line);
        in_plain(&plain) || in_quoted(uncommented)
    })
}

/// True where a text that does not parse has the directives or the functions of a Terraform template.
pub(super) fn is_terraform(text: &str) -> bool {
    const DIRECTIVES: &[&str] = &["if ", "for ", "else", "endif", "endfor"];
    const FUNCTIONS: &[&str] = &[
        "jsonencode(",
        "yamlencode(",
        "indent(",
        "join(",
        "templatefile(",
    ];
    let follows = |open: &str, words: &[&str]| {
        text.match_indices(open).any(|(at, _)| {
            let rest = text.get(at + open.len()..).unwrap_or_default();
            let rest = rest.trim_start_matches(['~', ' ']);
            words.iter().any(|word| rest.starts_with(word))
        })
    };
    follows("%{", DIRECTIVES) || follows("${", FUNCTIONS)
}

/// What follows each `{{`, `{{-` and the blanks after it.
fn actions(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("{{").filter_map(|(at, open)| {
        // `${{ ... }}` is an expression of a workflow, which is YAML as it stands.
        if text.get(..at).is_some_and(|before| before.ends_with('$')) {
            return None;
        }
        let action = text.get(at + open.len()..)?;
        Some(
            action
                .strip_prefix('-')
                .unwrap_or(action)
                .trim_start_matches([' ', '\t']),
        )
    })
}

fn is_placeholder(action: &str) -> bool {
    for start in PLACEHOLDERS {
        let Some(rest) = action.strip_prefix(start) else {
            continue;
        };
        // `args.` goes on with a name; `target` must end there, or `targets` would count.
        let goes_on = rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        if start.ends_with('.') || !goes_on {
            return true;
        }
    }
    false
}

/// A line without its comment: once without what stands in quotes, once with it. A quote opens
/// only where a value can start, so that the apostrophe of `don't` is none.
fn split(line: &str) -> (String, &str) {
    let mut plain = String::with_capacity(line.len());
    let mut quote = None;
    let mut before = ' ';
    for (at, character) in line.char_indices() {
        let starts = before.is_whitespace() || matches!(before, '[' | '{' | ',' | ':' | '(');
        let is_comment = match character {
            '#' => before.is_whitespace(),
            '/' => {
                before.is_whitespace() && line.get(at..).is_some_and(|rest| rest.starts_with("//"))
            }
            _ => false,
        };
        match (quote, character) {
            (Some(open), _) if character == open && before != '\\' => quote = None,
            (Some(_), _) => {}
            (None, _) if is_comment => return (plain, line.get(..at).unwrap_or_default()),
            (None, '"' | '\'') if starts => quote = Some(character),
            (None, _) => plain.push(character),
        }
        before = character;
    }
    (plain, line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_count_outside_of_quotes_and_comments() {
        for text in [
            "a: {{ .x }}",
            "{{- if .y }}",
            "  x: don't {{ include \"a\" . }}",
            "{% if a %}",
            "\"a\": {{ b }}",
        ] {
            assert!(is_template(text), "{text}");
        }
        for text in [
            "a: \"{{ x }}\"",
            "# {{ .x }}",
            "a: 1 # {{ x }}",
            "a: '{{x}}",
            "// {{ x }}",
            "# {{ .Values.x }}",
            "a: http://b",
            "a: {b: 1}",
            "a: {{args.b}}",
        ] {
            assert!(!is_template(text), "{text}");
        }
    }

    #[test]
    fn directives_of_terraform_are_known() {
        for text in [
            "%{ if gpu }",
            "a\n%{~ for x in y ~}",
            "a: ${jsonencode(x)}",
            "%{endif}",
        ] {
            assert!(is_terraform(text), "{text}");
        }
        for text in ["%{image}", "${IMAGE}", "${a.b}", "%{ iffy }"] {
            assert!(!is_terraform(text), "{text}");
        }
    }

    #[test]
    fn placeholders_of_other_tools_are_text() {
        assert!(!in_plain("http://{{args.host}}/q and {{ $labels.pod }}"));
        assert!(!in_plain(
            "sum(rate(errors[{{.window}}])) / on(app) {{ target }}"
        ));
        assert!(!in_plain("--model_name={{.Name}} {{ .Labels.app }}"));
        assert!(in_plain("{{ .windows }} {{ target_env }} {{ .Names }}"));
        assert!(!in_plain("${{ github.sha }}"));
        assert!(in_plain("{{args.host}}{{ .Release.Name }}"));
        assert!(in_quoted("{{- .Values.image }}"));
        assert!(!in_quoted("{{ .Labels.pod }}"));
    }
}
