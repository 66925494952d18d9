//! What each format means beyond the fixtures in `fixtures/syntax`.

use super::*;
use crate::document::{Pointer, Value};
use serde_json::json;

fn read(text: &str, format: Format) -> (Arc<Source>, Parsed) {
    let source = Source::new("a", text);
    let parsed = parse(&source, format);
    (source, parsed)
}

/// The values of all documents of a text without errors.
fn values(text: &str, format: Format) -> Vec<serde_json::Value> {
    let (_, parsed) = read(text, format);
    assert_eq!((parsed.errors, parsed.skipped), (vec![], None), "{text}");
    parsed
        .documents
        .iter()
        .map(|document| document.root.to_json())
        .collect()
}

/// The bytes that each error points at, and its message.
fn errors(text: &str, format: Format) -> Vec<(String, String)> {
    let (source, parsed) = read(text, format);
    let shown = |error: &SyntaxError| (source.slice(error.span).to_owned(), error.message.clone());
    parsed.errors.iter().map(shown).collect()
}

/// The bytes that are shown for a pointer into the first document.
fn shown(text: &str, format: Format, pointer: &str) -> String {
    let (source, parsed) = read(text, format);
    let point = parsed
        .documents
        .first()
        .unwrap()
        .root
        .resolve(&Pointer::parse(pointer))
        .point;
    source.slice(point).to_owned()
}

#[test]
fn formats_go_by_extension() {
    let of = |name: &str| Format::of(Path::new(name));
    assert_eq!(of("a/b.yaml"), Some(Format::Yaml));
    assert_eq!(of("b.YML"), Some(Format::Yaml));
    assert_eq!(of("b.toml"), Some(Format::Toml));
    assert_eq!(of("b.json"), Some(Format::Json));
    assert_eq!(of("b.jsonc"), Some(Format::Jsonc));
    assert_eq!(of("models/a/config.pbtxt"), Some(Format::Pbtxt));
    assert_eq!((of("b.json5"), of("yaml"), of(".yaml")), (None, None, None));
    assert!(FORMATS.iter().all(|row| row.format.name() == row.name));
}

#[test]
fn empty_files_hold_no_document() {
    for row in FORMATS {
        for text in ["", "\u{feff}", "\n \n"] {
            assert!(values(text, row.format).is_empty(), "{} {text:?}", row.name);
        }
    }
    assert!(values("# a\n---\n# b\n---\n", Format::Yaml).is_empty());
    assert_eq!(values("{}", Format::Yaml), [json!({})]);
}

#[test]
fn documents_keep_their_place_among_all() {
    let (_, parsed) = read(
        "a: 1\n---\n# empty\n---\nb: [\n---\nc: *d\n---\ne: 5\n",
        Format::Yaml,
    );
    let places: Vec<_> = parsed
        .documents
        .iter()
        .map(|document| (document.index, document.root.to_json()))
        .collect();
    assert_eq!(places, [(0, json!({"a": 1})), (3, json!({"e": 5}))]);
    assert_eq!(parsed.errors.len(), 2);
}

#[test]
fn dates_of_toml_are_rfc_3339_text() {
    let text =
        "a = 2026-10-01 08:00:00Z\nb = 2026-10-01\nc = 07:32:00.5\nd = 2026-10-01t08:00:00-01:30";
    let expected = json!({
        "a": "2026-10-01T08:00:00Z", "b": "2026-10-01", "c": "07:32:00.5", "d": "2026-10-01T08:00:00-01:30",
    });
    assert_eq!(values(text, Format::Toml), [expected]);
}

#[test]
fn numbers_beyond_64_bits_are_floats_or_refused() {
    let big = "99999999999999999999";
    assert_eq!(
        values(&format!("a: {big}"), Format::Yaml),
        [json!({"a": 1e20})]
    );
    assert_eq!(values(&format!("[{big}]"), Format::Json), [json!([1e20])]);
    assert_eq!(
        errors(&format!("a = {big}"), Format::Toml),
        [(
            big.to_owned(),
            "the number does not fit into 64 bits".to_owned()
        )]
    );
    let (_, parsed) = read("a = inf\nb = -nan\nc = +inf", Format::Toml);
    let root = &parsed.documents.first().unwrap().root;
    assert_eq!(root.get("a").unwrap().value, Value::Float(f64::INFINITY));
    assert!(matches!(root.get("b").unwrap().value, Value::Float(number) if number.is_nan()));
}

#[test]
fn keys_that_are_no_text_become_their_own_text() {
    assert_eq!(
        values("1.50: a\ntrue: b\n0x10: c", Format::Yaml),
        [json!({"1.50": "a", "true": "b", "0x10": "c"})]
    );
    assert_eq!(
        values("a: &k key\n*k : 1\n&b 7: 2", Format::Yaml),
        [json!({"a": "key", "key": 1, "7": 2})]
    );
    assert_eq!(
        errors("1: a\n\"1\": b", Format::Yaml),
        [("\"1\"".to_owned(), "duplicate key `1`".to_owned())]
    );
}

#[test]
fn duplicate_keys_are_found_in_large_mappings_too() {
    let many: String = (0..100).map(|n| format!("k{n}: 1\n")).collect();
    let (source, parsed) = read(&format!("{many}k70: 2\n"), Format::Yaml);
    let error = parsed.errors.first().unwrap();
    assert_eq!(error.message, "duplicate key `k70`");
    let (first, _) = error.related.clone().unwrap();
    assert_eq!(
        (source.slice(first), first.start()),
        ("k70", source.text.find("k70").unwrap())
    );
    assert!(parsed.documents.is_empty());
}

#[test]
fn no_more_than_three_errors_of_a_document_are_said() {
    let lines = "a: 1\n".repeat(9);
    assert_eq!(
        errors(&format!("{lines}---\n{lines}"), Format::Yaml).len(),
        2 * MAX_ERRORS
    );
    assert_eq!(errors(&"a = 1\n".repeat(9), Format::Toml).len(), MAX_ERRORS);
    assert_eq!(
        errors(
            &format!("{{{}\"a\":1}}", "\"a\":1,".repeat(9)),
            Format::Json
        )
        .len(),
        MAX_ERRORS
    );
}

#[test]
fn merged_entries_stand_where_they_were_defined() {
    let text = "base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\nall:\n  <<: [*b, *m]\n  x: 0\n";
    let (source, parsed) = read(text, Format::Yaml);
    let all = parsed.documents.first().unwrap().root.get("all").unwrap();
    assert_eq!(all.to_json(), json!({"x": 0, "y": 2, "z": 4}));
    let z = all.entry("z").unwrap();
    assert_eq!(
        (source.slice(z.key_span), source.slice(z.node.span)),
        ("z", "4")
    );
    assert_eq!(z.node.alias.map(|alias| source.slice(alias)), Some("*m"));
    assert_eq!(all.get("x").unwrap().alias, None);
    assert_eq!(shown(text, Format::Yaml, "/all/missing"), "all");
    assert_eq!(
        values("\"<<\": 1\nb: <<", Format::Yaml),
        [json!({"<<": 1, "b": "<<"})]
    );
    assert_eq!(
        values("a: &a {b: 1}\n<<: *a", Format::Yaml),
        [json!({"a": {"b": 1}, "b": 1})]
    );
}

#[test]
fn aliases_know_their_use_and_their_definition() {
    let text = "a: &x !!str 12\nb: *x\nc: [*x]\n";
    let (source, parsed) = read(text, Format::Yaml);
    let root = &parsed.documents.first().unwrap().root;
    for node in [root.get("b").unwrap(), &root.get("c").unwrap().items()[0]] {
        assert_eq!(
            (
                source.slice(node.span),
                node.alias.map(|alias| source.slice(alias))
            ),
            ("12", Some("*x"))
        );
    }
    assert_eq!(source.slice(root.span), text.trim_end());
    assert_eq!(errors("a: &x 1\n---\nb: *x", Format::Yaml)[0].0, "*x");
}

#[test]
fn what_is_missing_points_at_a_heading() {
    let toml = "title = 1\n[spec]\na = { b = 1 }\n[[spec.steps]]\n[spec.deep.er]\n";
    assert_eq!(shown(toml, Format::Toml, "/owner"), "title");
    assert_eq!(shown(toml, Format::Toml, "/spec/owner"), "[spec]");
    assert_eq!(shown(toml, Format::Toml, "/spec/a/owner"), "a");
    assert_eq!(
        shown(toml, Format::Toml, "/spec/steps/0/weight"),
        "[[spec.steps]]"
    );
    assert_eq!(shown(toml, Format::Toml, "/spec/deep/owner"), "deep");
    assert_eq!(
        shown("[[document]]\na = 1", Format::Toml, "/owner"),
        "[[document]]"
    );
    assert_eq!(shown("- a: 1\n- b: 2", Format::Yaml, "/1/owner"), "b");
    assert_eq!(shown("[{\"a\": 1}]", Format::Json, "/0/owner"), "\"a\"");
}

#[test]
fn arrays_of_envelopes_are_documents() {
    let (_, parsed) = read(
        "[{\"apiVersion\": 1, \"kind\": 2}, {\"kind\": 3}]",
        Format::Json,
    );
    assert_eq!(
        parsed
            .documents
            .iter()
            .map(|document| document.index)
            .collect::<Vec<_>>(),
        [0, 1]
    );
    assert_eq!(
        values("[{\"kind\": 3}]", Format::Json),
        [json!([{"kind": 3}])]
    );
    assert_eq!(values("[]", Format::Json), [json!([])]);
    assert_eq!(
        values("[[document]]\na = 1\n[[document]]\nb = 2", Format::Toml),
        [json!({"a": 1}), json!({"b": 2})]
    );
    assert_eq!(
        values("document = [{ a = 1 }]", Format::Toml),
        [json!({"document": [{"a": 1}]})]
    );
}

#[test]
fn fields_of_protobuf_text_may_repeat() {
    let text = "a: 1 b { c: 2 } b { c: [3, 4] c: 5 } a: [2, 3]; a: 4, d: [] e [ { f: 1 } ] g: [9]";
    let json = json!({"a": [1, 2, 3, 4], "b": [{"c": 2}, {"c": [3, 4, 5]}], "d": [], "e": [{"f": 1}], "g": [9]});
    assert_eq!(values(text, Format::Pbtxt), [json]);
    assert_eq!(shown(text, Format::Pbtxt, "/b/1/x"), "b");
    let (source, mut parsed) = read(text, Format::Pbtxt);
    let root = &mut parsed.documents.first_mut().unwrap().root;
    assert_eq!(
        source.slice(root.get("b").unwrap().span),
        "{ c: 2 } b { c: [3, 4] c: 5 }"
    );
    for path in [
        &["b", "c"][..],
        &["b"],
        &["e", "f"],
        &["a"],
        &["d"],
        &["g"],
        &["x", "y"],
    ] {
        root.repeat(path);
    }
    assert_eq!(
        root.to_json(),
        json!({"a": [1, 2, 3, 4], "b": [{"c": [2]}, {"c": [3, 4, 5]}], "d": [], "e": [{"f": [1]}], "g": [9]})
    );
    let point = root.resolve(&Pointer::parse("/b/0/c/0")).point;
    assert_eq!(source.slice(point), "2");
}

#[test]
fn protobuf_text_nests_as_deep_as_its_tree() {
    let nested = |levels: usize, open: &str, inner: &str, close: &str| {
        format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
    };
    assert_eq!(
        values(&nested(MAX_DEPTH - 1, "a {", "b: 1", "}"), Format::Pbtxt).len(),
        1
    );
    let deep = [
        nested(MAX_DEPTH, "a {", "b: 1", "}"),
        nested(MAX_DEPTH - 1, "a {", "b: 1 b: 2", "}"),
        nested(MAX_DEPTH / 2 + 1, "a [{", "b: 1", "}]"),
        nested(MAX_DEPTH / 2 + 1, "a {} a <", "b: 1", ">"),
    ];
    for text in deep {
        let (_, parsed) = read(&text, Format::Pbtxt);
        let message = parsed.errors.first().map(|error| error.message.as_str());
        assert_eq!(
            message,
            Some("mappings and lists nest deeper than 128 levels"),
            "{text}"
        );
    }
}

#[test]
fn every_format_nests_as_deep_as_the_others() {
    let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    for format in [Format::Yaml, Format::Json, Format::Jsonc] {
        assert_eq!(values(&nested(MAX_DEPTH), format).len(), 1, "{format:?}");
        let errors = errors(&nested(MAX_DEPTH + 1), format);
        assert_eq!(
            errors,
            [(
                "[".to_owned(),
                "mappings and lists nest deeper than 128 levels".to_owned()
            )]
        );
    }
    let blocks: String = (0..70)
        .map(|level| format!("{}a:\n", " ".repeat(level)))
        .collect();
    assert_eq!(
        errors(
            &format!("{blocks}{} {}", " ".repeat(70), nested(70)),
            Format::Yaml
        )
        .len(),
        1
    );
    let header = format!("[{}a]\n", "a.".repeat(70));
    assert_eq!(
        errors(&format!("{header}b = {}", nested(70)), Format::Toml).len(),
        1
    );
    assert_eq!(
        values(&format!("{header}b = {}", nested(50)), Format::Toml).len(),
        1
    );
}

#[test]
fn comments_are_told_from_text() {
    let (source, parsed) = read(
        "\u{feff}# one\na: 'x # y' # two\nb: |\n  # text\n#three\n",
        Format::Yaml,
    );
    let comments: Vec<_> = parsed
        .comments
        .iter()
        .map(|comment| (comment.own_line, comment.text(&source)))
        .collect();
    assert_eq!(comments, [(true, "one"), (false, "two"), (true, "three")]);
    let (source, parsed) = read(
        "a = '''\n# text'''\r\n\t# own\r\nb = \"#\" # two",
        Format::Toml,
    );
    let comments: Vec<_> = parsed
        .comments
        .iter()
        .map(|comment| (comment.own_line, comment.text(&source)))
        .collect();
    assert_eq!(comments, [(true, "own"), (false, "two")]);
}

#[test]
fn long_rows_of_comments_are_read() {
    assert_eq!(
        values(
            &format!("a:\n{}  b: 1", "  # c\n".repeat(500)),
            Format::Yaml
        ),
        [json!({"a": {"b": 1}})]
    );
}

#[test]
fn block_scalars_start_at_their_mark() {
    for text in [
        "a: |\n  x\n",
        "a: |2- # > no\n  x\n\n\n# c\n",
        "a: !!str &b\n  >-\n  x\nb: 1\n",
        "? a\n: |+\n x\n\n",
    ] {
        let (source, parsed) = read(text, Format::Yaml);
        let node = parsed.documents.first().unwrap().root.get("a").unwrap();
        let slice = source.slice(node.span);
        assert!(
            slice.starts_with(['|', '>']) && slice.ends_with(" x"),
            "{slice:?} in {text:?}"
        );
    }
    let (source, parsed) = read("- |\n  x\n- >\n  y | z\n- |\n- b", Format::Yaml);
    let items = parsed.documents.first().unwrap().root.items();
    let slices: Vec<_> = items.iter().map(|item| source.slice(item.span)).collect();
    assert_eq!(slices, ["|\n  x", ">\n  y | z", "|", "b"]);
}

#[test]
fn templates_are_not_errors() {
    for text in [
        "a: {{ .Values.b }}",
        "{{- if .x }}\na: [\n{{- end }}",
        "a: x{{ .b }}",
        "a: \"{{ .Values.b }}\"\n{{- if .x }}\nb: [",
        "{% x %}",
    ] {
        let (_, parsed) = read(text, Format::Yaml);
        assert_eq!(parsed.skipped, Some(Skip::Templated), "{text}");
        assert!(
            parsed
                .skipped
                .is_some_and(|skip| skip.reason().contains("helm template"))
        );
    }
    for text in [
        "a: [ \"{{ x }}\"",
        "a: x{{args.b}}\nb: [",
        "a: [ # {{ .Values.x }}",
        "a: [\n  '{% x %}'",
    ] {
        assert_eq!(read(text, Format::Yaml).1.skipped, None, "{text}");
        assert_eq!(errors(text, Format::Yaml).len(), 1, "{text}");
    }
    assert_eq!(read("a = {{ b }}", Format::Toml).1.skipped, None);
}

#[test]
fn actions_in_quotes_and_blocks_are_text_of_a_document() {
    for text in [
        "a: \"{{ .Values.b }}\"",
        "a: '{{ .Release.Name }}'",
        "a: |\n  {{ .Values.b }}\n",
        "# {{ .Values.b }}\na: 1",
    ] {
        let (_, parsed) = read(text, Format::Yaml);
        assert_eq!(parsed.skipped, None, "{text}");
        assert_eq!(parsed.documents.len(), 1, "{text}");
    }
    let json = read("{\"a\": \"{{ .Values.b }}\"}", Format::Json).1;
    assert_eq!((json.skipped, json.documents.len()), (None, 1));
}

#[test]
fn brackets_of_what_has_no_envelope_may_stand_at_any_column() {
    let body = "args: [\n  a,\n]\n";
    assert_eq!(values(body, Format::Yaml)[0]["args"][0], "a");
    for envelope in ["apiVersion: servelint/v1alpha1\nkind: A\n", "kind: A\n"] {
        assert_ne!(errors(&format!("{envelope}{body}"), Format::Yaml), []);
    }
}

#[test]
fn a_name_hides_the_format_that_it_holds() {
    for (name, format) in [
        ("a.yaml.bak", Some(Format::Yaml)),
        ("a.YML~", Some(Format::Yaml)),
        ("a.json.disabled", Some(Format::Json)),
        ("a.toml_old", Some(Format::Toml)),
        ("a.yaml", None),
        ("a.jsonl", None),
        ("a.json5", None),
        ("a.txt", None),
        ("yaml", None),
    ] {
        assert_eq!(Format::hidden_in(name), format, "{name}");
    }
}

#[test]
fn control_characters_in_json_are_refused_with_their_place() {
    let raw = (
        "\t".to_owned(),
        "a string holds a raw control character: write it as `\\u0009`".to_owned(),
    );
    assert_eq!(
        errors("{\"é\": \"\tx\"}", Format::Json),
        std::slice::from_ref(&raw)
    );
    assert_eq!(errors("{\"é\": \"\tx\"} // c", Format::Jsonc), [raw]);
    assert_eq!(
        errors("{\"é\":\u{b}1}", Format::Json)[0].1,
        "U+000B is no white space in JSON"
    );
}

#[test]
fn long_names_are_cut_in_messages() {
    let key = "é".repeat(100);
    let (_, message) = errors(&format!("{key}: 1\n{key}: 2"), Format::Yaml).remove(0);
    assert_eq!(message, format!("duplicate key `{}…`", "é".repeat(60)));
}
