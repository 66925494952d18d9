//! Every file in `fixtures/syntax` is read as its name says: `valid-*` without an error,
//! `broken-*` with errors, `templated-*` not at all.

#![expect(
    clippy::unwrap_used,
    reason = "a fixture that cannot be read fails the test"
)]

use servelint::document::{
    Node, Value,
    read::{Format, Parsed, Skip, parse},
    source::{LineIndex, Source, Span},
};
use std::{fmt::Write, fs, path::Path, sync::Arc};

/// The fixtures of one folder whose names start with `prefix`, sorted, each as it was read.
fn fixtures(folder: &str, prefix: &str) -> Vec<(Arc<Source>, Parsed)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/syntax")
        .join(folder);
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    paths
        .into_iter()
        .filter(|path| name(path).starts_with(prefix))
        .map(|path| {
            let source = Source::new(name(&path), fs::read_to_string(&path).unwrap());
            let parsed = parse(&source, Format::of(&path).unwrap());
            (source, parsed)
        })
        .collect()
}

fn place(source: &Source, span: Span) -> String {
    let position = LineIndex::new(&source.text).position(&source.text, span.start());
    format!(
        "{}:{} {:?}",
        position.line,
        position.column,
        source.slice(span)
    )
}

fn errors(folder: &str) -> String {
    let mut out = String::new();
    for (source, parsed) in fixtures(folder, "broken-") {
        assert!(
            !parsed.errors.is_empty(),
            "{} is read without an error",
            source.name
        );
        assert_eq!(parsed.skipped, None, "{}", source.name);
        writeln!(out, "{}", source.name).unwrap();
        for error in &parsed.errors {
            writeln!(out, "  {}: {}", place(&source, error.span), error.message).unwrap();
            if let Some((span, message)) = &error.related {
                writeln!(out, "    {}: {message}", place(&source, *span)).unwrap();
            }
        }
        for document in &parsed.documents {
            writeln!(
                out,
                "  document {}: {}",
                document.index,
                document.root.to_json()
            )
            .unwrap();
        }
    }
    out
}

fn documents(folder: &str) -> String {
    let mut out = String::new();
    for (source, parsed) in fixtures(folder, "valid-") {
        assert_eq!(
            (&parsed.errors, parsed.skipped),
            (&vec![], None),
            "{}",
            source.name
        );
        writeln!(out, "{}", source.name).unwrap();
        for document in &parsed.documents {
            writeln!(out, "  document {}", document.index).unwrap();
            dump(&source, &document.root, "", &mut out);
        }
        for comment in &parsed.comments {
            let kind = if comment.own_line {
                "own line"
            } else {
                "trailing"
            };
            writeln!(
                out,
                "  comment {}, {kind}: {:?}",
                place(&source, comment.span),
                comment.text(&source)
            )
            .unwrap();
        }
    }
    out
}

fn dump(source: &Source, node: &Node, path: &str, out: &mut String) {
    let text: String = source.slice(node.span).chars().take(50).collect();
    write!(out, "    {path:<28} {text:?}").unwrap();
    if !matches!(node.value, Value::List(_) | Value::Map(_)) {
        write!(out, " = {:?}", node.value).unwrap();
    }
    for (name, span) in [("header", node.header), ("through", node.alias)] {
        if let Some(span) = span {
            write!(out, ", {name} {:?}", source.slice(span)).unwrap();
        }
    }
    out.push('\n');
    for (index, item) in node.items().iter().enumerate() {
        dump(source, item, &format!("{path}/{index}"), out);
    }
    for entry in node.entries() {
        let key = source.slice(entry.key_span);
        let shown = if key == entry.key {
            key.to_owned()
        } else {
            format!("{}~{key}", entry.key)
        };
        dump(source, &entry.node, &format!("{path}/{shown}"), out);
    }
}

#[test]
fn broken_yaml_is_explained() {
    insta::assert_snapshot!(errors("yaml"));
}

#[test]
fn broken_toml_is_explained() {
    insta::assert_snapshot!(errors("toml"));
}

#[test]
fn broken_json_is_explained() {
    insta::assert_snapshot!(errors("json"));
    insta::assert_snapshot!("broken_jsonc_is_explained", errors("jsonc"));
}

#[test]
fn protobuf_text_has_exact_places_and_is_explained() {
    insta::assert_snapshot!("valid_pbtxt_has_exact_places", documents("pbtxt"));
    insta::assert_snapshot!("broken_pbtxt_is_explained", errors("pbtxt"));
}

#[test]
fn valid_yaml_has_exact_places() {
    insta::assert_snapshot!(documents("yaml"));
}

#[test]
fn valid_toml_has_exact_places() {
    insta::assert_snapshot!(documents("toml"));
}

#[test]
fn valid_json_has_exact_places() {
    insta::assert_snapshot!(documents("json"));
    insta::assert_snapshot!("valid_jsonc_has_exact_places", documents("jsonc"));
}

#[test]
fn templates_are_skipped() {
    for folder in ["yaml", "json"] {
        for (source, parsed) in fixtures(folder, "templated-") {
            assert_eq!(parsed.skipped, Some(Skip::Templated), "{}", source.name);
            assert!(
                parsed.documents.is_empty() && parsed.errors.is_empty(),
                "{}",
                source.name
            );
        }
    }
}
