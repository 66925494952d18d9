use super::*;
use crate::{document::source::Source, finding::Stub};

fn edit(start: usize, end: usize, text: &str) -> Edit {
    Edit {
        span: Span::new(start, end),
        text: text.into(),
    }
}

fn fix(edits: Vec<Edit>) -> Fix {
    Fix {
        title: String::new(),
        safe: true,
        edits,
    }
}

#[test]
fn the_first_of_two_fixes_that_touch_is_made() {
    let fixes = [
        fix(vec![edit(1, 2, "X")]),
        fix(vec![edit(2, 3, "Y")]),
        fix(vec![edit(4, 5, "Z")]),
    ];
    assert_eq!(
        apply("abcde", &fixes.iter().collect::<Vec<_>>()),
        ("aXcdZ".into(), vec![0, 2])
    );
    let fixes = [
        fix(vec![edit(1, 1, "p, ")]),
        fix(vec![edit(1, 1, "q, ")]),
        fix(vec![edit(1, 1, "r")]),
    ];
    assert_eq!(
        apply("{a}", &fixes.iter().collect::<Vec<_>>()),
        ("{p, q, a}".into(), vec![0, 1])
    );
    let beyond = fix(vec![edit(7, 9, "")]);
    assert_eq!(apply("abc", &[&beyond]), ("abc".into(), vec![]));
}

/// The text with the key that `at` ends in.
fn inserted(name: &str, text: &str, at: &str, before: &[&str], stub: Stub) -> Option<String> {
    let source = Source::new(name, text);
    let document = read::parse(&source, Format::of_source(&source))
        .documents
        .into_iter()
        .next()?;
    let before = before.iter().map(|name| (*name).into()).collect();
    let change = RemedyStep::Insert {
        at: Pointer::parse(at),
        before,
        stub,
    };
    let fix = Fixer::new(&document).fix(&Remedy {
        safe: false,
        changes: vec![change],
    })?;
    let (after, made) = apply(text, &[&fix]);
    assert_eq!(made, [0]);
    let source = Source::new(name, after.clone());
    assert_eq!(
        read::parse(&source, Format::of_source(&source)).errors,
        [],
        "{after}"
    );
    Some(after)
}

fn todo() -> Stub {
    Stub::Text("TODO".into())
}

fn nested() -> Stub {
    let item = Stub::Map(vec![("b".into(), todo()), ("c".into(), todo())]);
    Stub::Map(vec![
        ("a".into(), todo()),
        ("l".into(), Stub::List(vec![item, todo()])),
    ])
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of inputs and answers")]
fn stubs_take_the_layout_of_what_is_there() {
    for (name, text, at, before, stub, wanted) in [
        (
            "a.yaml",
            "a: 1\n# c\nb: 2 # d\n",
            "/k",
            &["b"][..],
            todo(),
            "a: 1\nk: TODO\n# c\nb: 2 # d\n",
        ),
        (
            "a.yaml",
            "a: 1\nb: 2 # d",
            "/k",
            &[],
            todo(),
            "a: 1\nb: 2 # d\nk: TODO",
        ),
        (
            "a.yaml",
            "a:\r\n  b: |\r\n    x\r\n\r\nc: 1\r\n",
            "/a/k",
            &[],
            todo(),
            "a:\r\n  b: |\r\n    x\r\n  k: TODO\r\n\r\nc: 1\r\n",
        ),
        (
            "a.yaml",
            "l:\n- x: 1\n  y: 2\n",
            "/l/0/k",
            &["x"],
            todo(),
            "l:\n- k: TODO\n  x: 1\n  y: 2\n",
        ),
        (
            "a.yaml",
            "l:\n- x: 1\n  y:\n",
            "/l/0/k",
            &[],
            todo(),
            "l:\n- x: 1\n  y:\n  k: TODO\n",
        ),
        (
            "a.yaml",
            "a: 1\n",
            "/k",
            &[],
            nested(),
            "a: 1\nk:\n  a: TODO\n  l:\n    - b: TODO\n      c: TODO\n    - TODO\n",
        ),
        (
            "a.yaml",
            "{a: 1, # c\n b: 2 # d\n}\n",
            "/k",
            &[],
            todo(),
            "{a: 1, # c\n b: 2, # d\n k: TODO\n}\n",
        ),
        (
            "a.yaml",
            "m: {}\n",
            "/m/k",
            &[],
            nested(),
            "m: {k: {a: TODO, l: [{b: TODO, c: TODO}, TODO]}}\n",
        ),
        (
            "a.json",
            "{\n\t\"a\": 1\n}",
            "/k",
            &[],
            todo(),
            "{\n\t\"a\": 1,\n\t\"k\": \"TODO\"\n}",
        ),
        (
            "a.json",
            "{\"a\": 1}",
            "/k",
            &["a"],
            todo(),
            "{\"k\": \"TODO\", \"a\": 1}",
        ),
        (
            "a.jsonc",
            "{\n  \"a\": 1, // c\n}",
            "/k",
            &[],
            todo(),
            "{\n  \"a\": 1, // c\n  \"k\": \"TODO\"\n}",
        ),
        (
            "a.toml",
            "# c\n[a] # d\nb = 1\n",
            "/a/k",
            &[],
            todo(),
            "# c\n[a] # d\nk = \"TODO\"\nb = 1\n",
        ),
        (
            "a.toml",
            "# c\n[a]\nb = 1\n",
            "/k",
            &[],
            todo(),
            "# c\nk = \"TODO\"\n[a]\nb = 1\n",
        ),
        (
            "a.toml",
            "a = { b = 1 }\n",
            "/a/k",
            &[],
            nested(),
            "a = { b = 1, k = {a = \"TODO\", l = [{b = \"TODO\", c = \"TODO\"}, \"TODO\"]} }\n",
        ),
    ] {
        assert_eq!(
            inserted(name, text, at, before, stub).as_deref(),
            Some(wanted),
            "{text}"
        );
    }
}

#[test]
fn where_the_layout_leaves_a_doubt_nothing_is_inserted() {
    for (name, text, at) in [
        ("a.yaml", "a: |+\n  x\n\n\n", "/k"),
        ("a.yaml", "? a\n: 1\n", "/k"),
        ("a.yaml", "a: &x\n  b: 1\nc: *x\n", "/a/k"),
        ("a.yaml", "a: &x\n  b: 1\nc: *x\n", "/c/k"),
        ("a.yaml", "a: 1\n", "/a/k"),
        ("a.yaml", "a: 1\n", "/b/k"),
        ("a.toml", "[a.b]\nc = 1\n", "/a/k"),
        ("a.toml", "a.b = 1\n", "/a/k"),
    ] {
        assert_eq!(inserted(name, text, at, &[], todo()), None, "{text}");
    }
}

#[test]
fn keys_and_values_keep_their_quotes() {
    let changed = |name: &str, text: &str, change: RemedyStep| {
        let source = Source::new(name, text);
        let documents = read::parse(&source, Format::of_source(&source)).documents;
        let fix = Fixer::new(&documents[0]).fix(&Remedy::safe(change))?;
        Some(apply(text, &[&fix]).0)
    };
    let rename = || RemedyStep::Rename {
        at: Pointer::parse("/k"),
        to: "key".into(),
    };
    let write = |text: &str| RemedyStep::Replace {
        at: Pointer::parse("/k"),
        with: Scalar::Text(text.into()),
    };
    for (name, text, change, wanted) in [
        ("a.yaml", "k : 1 # c\n", rename(), Some("key : 1 # c\n")),
        ("a.yaml", "'k': 1\n", rename(), Some("'key': 1\n")),
        ("a.json", "{\"k\":1}", rename(), Some("{\"key\":1}")),
        ("a.toml", "k = 1\n", rename(), Some("key = 1\n")),
        (
            "a.toml",
            "'k'.a = 1\nk.b = 2\n",
            rename(),
            Some("'key'.a = 1\nkey.b = 2\n"),
        ),
        ("a.yaml", "k: a b\n", write("30s"), Some("k: 30s\n")),
        ("a.yaml", "k: a b\n", write("1e3"), Some("k: \"1e3\"\n")),
        ("a.yaml", "k: 'a b'\n", write("30s"), Some("k: '30s'\n")),
        ("a.yaml", "k: |\n  a b\n", write("30s"), None),
        ("a.toml", "k = '''a b'''\n", write("30s"), None),
        ("a.toml", "k = 'a b'\n", write("30s"), Some("k = '30s'\n")),
        ("a.yaml", "k: a\n", write("b\"c"), None),
        ("a.yaml", "k: &a x y\nl: *a\n", write("30s"), None),
        ("a.yaml", "k: [1]\n", write("30s"), None),
    ] {
        assert_eq!(changed(name, text, change).as_deref(), wanted, "{text}");
    }
}
