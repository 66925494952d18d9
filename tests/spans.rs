//! Every key and value of any document is found at exactly its bytes, whatever the layout; and no
//! text whatever makes a reader panic, hang or point outside of it.

pub(crate) mod write;

use proptest::{collection::vec, prelude::*, sample::select};
use servelint::document::{
    Node,
    read::{Format, MAX_COPIES, Parsed, embedded, parse},
    source::{Source, Span},
};
use std::{
    fs,
    ops::Range,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use write::{Tree, Writer, Written};

fn word() -> impl Strategy<Value = String> {
    let odd = vec![
        "",
        " ",
        "no",
        "true",
        "~",
        "1",
        "-0x1",
        "# x",
        "a: b",
        "- a",
        "'",
        "\"",
        "\\",
        "é",
        "日本 語",
        "𝄞",
        "a\nb",
        "über\nzwei\ndrei",
        "\ttab",
        "{x}",
        "{{ x }}",
        "[",
        "2026-10-01",
        "<<",
        "a.b",
        "*a",
        "&a",
        "|",
        "// c",
        "a #b",
    ];
    prop_oneof![3 => "[a-z]{1,6}", 1 => "[a-zé日 ]{1,9}", 2 => select(odd).prop_map(str::to_owned)]
}

fn tree() -> impl Strategy<Value = Tree> {
    let scalar = prop_oneof![
        1 => Just(Tree::Null),
        2 => any::<bool>().prop_map(Tree::Bool),
        3 => any::<i64>().prop_map(Tree::Integer),
        2 => (-1e9..1e9_f64).prop_map(Tree::Float),
        6 => word().prop_map(Tree::Text),
    ];
    let inner = scalar.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Tree::List),
            entries(inner).prop_map(Tree::Map)
        ]
    });
    entries(inner).prop_map(Tree::Map)
}

fn entries(value: impl Strategy<Value = Tree>) -> impl Strategy<Value = Vec<(String, Tree)>> {
    vec((word(), value), 0..5).prop_map(|mut entries| {
        let mut seen = std::collections::HashSet::new();
        entries.retain(|(key, _)| seen.insert(key.clone()));
        entries
    })
}

/// The tree without nulls, which TOML lacks.
fn without_null(tree: &Tree) -> Tree {
    match tree {
        Tree::Null => Tree::Bool(false),
        Tree::List(items) => Tree::List(items.iter().map(without_null).collect()),
        Tree::Map(entries) => Tree::Map(
            entries
                .iter()
                .map(|(key, tree)| (key.clone(), without_null(tree)))
                .collect(),
        ),
        scalar => scalar.clone(),
    }
}

/// The tree as protobuf text can have it: names are words, and no list stands in a list.
fn as_message(tree: &Tree) -> Tree {
    match tree {
        Tree::Null => Tree::Bool(false),
        Tree::List(items) => Tree::List(
            items
                .iter()
                .map(|item| match as_message(item) {
                    list @ Tree::List(_) => Tree::Map(vec![("inner".to_owned(), list)]),
                    other => other,
                })
                .collect(),
        ),
        Tree::Map(entries) => {
            let word = |key: &str| {
                key.chars()
                    .filter(char::is_ascii_alphanumeric)
                    .collect::<String>()
            };
            let named = |(n, (key, tree)): (usize, &(String, Tree))| {
                (format!("_{n}{}", word(key)), as_message(tree))
            };
            Tree::Map(entries.iter().enumerate().map(named).collect())
        }
        scalar => scalar.clone(),
    }
}

fn check(writer: Writer, format: Format, tree: &Tree) -> Result<(), TestCaseError> {
    let source = Source::new("a", writer.text);
    let parsed = parse(&source, format);
    prop_assert_eq!(&parsed.errors, &vec![], "{}", source.text);
    prop_assert_eq!(parsed.skipped, None, "{}", source.text);
    let is_bare = matches!(format, Format::Toml | Format::Pbtxt);
    let is_empty = is_bare && matches!(tree, Tree::Map(entries) if entries.is_empty());
    prop_assert_eq!(
        parsed.documents.len(),
        usize::from(!is_empty),
        "{}",
        source.text
    );
    for document in &parsed.documents {
        prop_assert_eq!(document.root.to_json(), tree.to_json(), "{}", source.text);
        for place in &writer.places {
            let found = document.root.resolve(&place.pointer);
            let shown = || format!("{format:?} {} in\n{}", place.pointer, source.text);
            prop_assert!(found.complete, "{}", shown());
            prop_assert_eq!(
                found.node.span,
                Span::from(place.value.clone()),
                "value {}",
                shown()
            );
            prop_assert_eq!(
                found.key,
                place.key.clone().map(Span::from),
                "key {}",
                shown()
            );
        }
    }
    Ok(())
}

/// A text inside of another: the file, the format of the file, and for each byte of the inner text
/// where it is written; for the one after its last as well.
struct Held {
    file: String,
    format: Format,
    starts: Vec<usize>,
    ends: Vec<usize>,
}

impl Held {
    fn new(format: Format, opening: &str) -> Self {
        Self {
            file: opening.to_owned(),
            format,
            starts: vec![],
            ends: vec![],
        }
    }

    fn put(&mut self, character: char, written: &str) {
        let start = self.file.len();
        self.file.push_str(written);
        for _ in 0..character.len_utf8() {
            self.starts.push(start);
            self.ends.push(self.file.len());
        }
    }

    /// In double quotes; `odd` decides what is an escape without need.
    fn in_quotes(inner: &str, format: Format, odd: &[u8]) -> Self {
        let opening = if format == Format::Json {
            "{\"config\": \""
        } else {
            "config: \""
        };
        let mut held = Self::new(format, opening);
        for (at, character) in inner.chars().enumerate() {
            let mut units = [0; 2];
            let escapes: String = character
                .encode_utf16(&mut units)
                .iter()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect();
            let is_odd = odd[at % odd.len()].is_multiple_of(7);
            match character {
                '"' | '\\' => held.put(character, &format!("\\{character}")),
                '\n' => held.put(character, "\\n"),
                other if other < ' ' => held.put(other, &escapes),
                // YAML has no pairs.
                other if is_odd && (format == Format::Json || u32::from(other) < 0x1_0000) => {
                    held.put(other, &escapes);
                }
                other => held.put(other, &other.to_string()),
            }
        }
        held.file.push_str(if format == Format::Json {
            "\"}"
        } else {
            "\"\n"
        });
        held
    }

    fn in_block(inner: &str) -> Self {
        let mut held = Self::new(Format::Yaml, "before: 1\nconfig: |2+ # é\n");
        for line in inner.split_inclusive('\n') {
            if line != "\n" {
                held.file.push_str("  ");
            }
            line.chars()
                .for_each(|character| held.put(character, &character.to_string()));
        }
        held
    }

    fn span(&self, inner: &Range<usize>) -> Span {
        Span::new(self.starts[inner.start], self.ends[inner.end - 1])
    }

    fn check(&self, places: &[Written], shift: usize) -> Result<(), TestCaseError> {
        let source = Source::new("a", self.file.as_str());
        let parsed = parse(&source, self.format);
        prop_assert_eq!(&parsed.errors, &vec![], "{}", self.file);
        let holder = parsed.documents[0].root.get("config").expect("the text");
        let root = embedded(&source.text, holder)
            .expect("it parses")
            .expect("a document");
        for place in places {
            let found = root.resolve(&place.pointer);
            let shown = || format!("{} in\n{}", place.pointer, self.file);
            let moved = |range: &Range<usize>| self.span(&(range.start - shift..range.end - shift));
            prop_assert_eq!(found.node.span, moved(&place.value), "value {}", shown());
            prop_assert_eq!(found.key, place.key.as_ref().map(moved), "key {}", shown());
        }
        Ok(())
    }
}

/// Every span of what was read lies in the text and on the bounds of its characters.
fn spans_are_sound(source: &Source, parsed: &Parsed) {
    let sound = |span: Span| {
        assert!(
            source.text.get(span.start()..span.end()).is_some(),
            "{span:?} in {:?}",
            source.text
        );
    };
    fn walk(node: &Node, sound: &dyn Fn(Span)) {
        sound(node.span);
        node.header.into_iter().chain(node.alias).for_each(sound);
        node.items().iter().for_each(|item| walk(item, sound));
        for entry in node.entries() {
            sound(entry.key_span);
            walk(&entry.node, sound);
        }
    }
    for error in &parsed.errors {
        sound(error.span);
        assert!(!error.message.is_empty());
        error.related.iter().for_each(|(span, _)| sound(*span));
    }
    parsed
        .comments
        .iter()
        .for_each(|comment| sound(comment.span));
    parsed
        .documents
        .iter()
        .for_each(|document| walk(&document.root, &sound));
}

fn read_soundly(text: &str, format: Format) {
    let source = Source::new("a", text);
    spans_are_sound(&source, &parse(&source, format));
}

/// Deletes, inserts or copies at places between characters.
fn mutated(text: &str, edits: &[(u16, u16, usize)]) -> String {
    const INSERTS: &[&str] = &[
        "{", "}", "[", "]", ":", ": ", "- ", "\t", "\n", "\r", "\"", "'", "#", ",", "é", "&a ",
        "*a", "<<: ", "|", "---\n", "\u{feff}", "!!int ", "{{ .x }}", "=", "[[a]]\n", "\\",
        "\u{0}", "%", "? ", "1e999", "\u{a0}", "/*", "//", "\u{85}",
    ];
    let mut characters: Vec<char> = text.chars().collect();
    for (at, length, insert) in edits {
        let place = *at as usize % (characters.len() + 1);
        match insert.checked_rem(3) {
            Some(0) => {
                drop(characters.drain(place..(place + *length as usize % 9).min(characters.len())))
            }
            Some(1) => characters.truncate(characters.len().saturating_sub(*length as usize % 4)),
            _ => {}
        }
        let at = place.min(characters.len());
        let added = INSERTS
            .get(insert % (INSERTS.len() + 4))
            .copied()
            .unwrap_or_default();
        characters.splice(at..at, added.chars());
    }
    characters.into_iter().collect()
}

proptest! {
    #![proptest_config(crate::common::some_cases(256))]

    #[test]
    fn every_key_and_value_is_found_at_its_bytes(tree in tree(), chances in vec(any::<u8>(), 5..60)) {
        let plain = without_null(&tree);
        prop_assert!(!plain.has_null());
        check(Writer::new(&chances).yaml(&tree), Format::Yaml, &tree)?;
        check(Writer::new(&chances).json(&tree, false), Format::Json, &tree)?;
        check(Writer::new(&chances).json(&tree, true), Format::Jsonc, &tree)?;
        check(Writer::new(&chances).toml(&plain), Format::Toml, &plain)?;
        let message = as_message(&tree);
        check(Writer::new(&chances).pbtxt(&message), Format::Pbtxt, &message)?;
    }

    #[test]
    fn what_stands_in_a_text_of_another_is_found_at_its_bytes(
        tree in tree(),
        chances in vec(any::<u8>(), 5..60),
    ) {
        let writer = Writer::new(&chances).yaml(&tree);
        let inner = writer.text.trim_start_matches('\u{feff}');
        let shift = writer.text.len() - inner.len();
        Held::in_quotes(inner, Format::Json, &chances).check(&writer.places, shift)?;
        Held::in_quotes(inner, Format::Yaml, &chances).check(&writer.places, shift)?;
        if !inner.contains('\r') {
            Held::in_block(inner).check(&writer.places, shift)?;
        }
    }

    #[test]
    fn no_text_breaks_a_reader(
        tree in tree(),
        chances in vec(any::<u8>(), 5..60),
        edits in vec((any::<u16>(), any::<u16>(), any::<usize>()), 1..6),
    ) {
        let plain = without_null(&tree);
        let texts = [
            Writer::new(&chances).yaml(&tree).text,
            Writer::new(&chances).json(&tree, true).text,
            Writer::new(&chances).toml(&plain).text,
            Writer::new(&chances).pbtxt(&as_message(&tree)).text,
        ];
        for text in texts {
            for format in Format::all() {
                read_soundly(&mutated(&text, &edits), format);
            }
        }
    }
}

/// How long this thread ran on a CPU, as Linux counts it; elsewhere, how long ago `started` is.
fn time_spent(started: Instant) -> Duration {
    let counted = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = counted.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| started.elapsed(), Duration::from_nanos)
}

/// Runs with the stack that the tool gives its threads, and refuses to take long.
fn bounded(name: &str, format: Format, text: String) -> Arc<Parsed> {
    let reader = thread::Builder::new().stack_size(16 << 20).spawn(move || {
        let started = Instant::now();
        let source = Source::new("a", text);
        let parsed = parse(&source, format);
        spans_are_sound(&source, &parsed);
        (Arc::new(parsed), time_spent(started))
    });
    let (parsed, spent) = reader
        .expect("a thread starts")
        .join()
        .unwrap_or_else(|_| panic!("{name} breaks the reader"));
    println!("{name}: {spent:?}, {} errors", parsed.errors.len());
    assert!(spent < Duration::from_secs(20), "{name} took {spent:?}");
    parsed
}

fn refused(name: &str, format: Format, text: String, because: &str) {
    let parsed = bounded(name, format, text);
    let messages: Vec<_> = parsed
        .errors
        .iter()
        .map(|error| error.message.as_str())
        .collect();
    assert!(
        messages.iter().any(|message| message.contains(because)),
        "{name}: {messages:?}"
    );
    assert!(parsed.documents.is_empty(), "{name} is read");
}

#[test]
fn nested_openers_are_refused() {
    let deep = |opener: &str| opener.repeat(100_000);
    let too_deep = "nest deeper";
    for opener in ["[", "{\"a\":"] {
        refused(opener, Format::Json, deep(opener), too_deep);
        refused(opener, Format::Jsonc, deep(opener), too_deep);
    }
    for opener in ["[", "{a: ", "- ", "? ", "[{a: "] {
        refused(opener, Format::Yaml, deep(opener), too_deep);
    }
    for opener in ["[", "{a=", "[{a="] {
        refused(
            opener,
            Format::Toml,
            format!("a = {}", deep(opener)),
            too_deep,
        );
    }
    for opener in ["a {", "a: <", "a [{", "a: [{a {} "] {
        refused(opener, Format::Pbtxt, deep(opener), too_deep);
    }
    refused(
        "dotted key",
        Format::Toml,
        format!("{}a = 1", deep("a.")),
        too_deep,
    );
    refused(
        "long header",
        Format::Toml,
        format!("[{}a]", deep("a.")),
        too_deep,
    );
    let blocks: String = (0..3000)
        .map(|level| format!("{}a:\n", " ".repeat(level)))
        .collect();
    refused("nested blocks", Format::Yaml, blocks, too_deep);
}

#[test]
fn aliases_cannot_multiply() {
    let copies = format!("more than {MAX_COPIES}");
    let level = |n: usize, open: &str, close: &str| {
        let uses: Vec<_> = (0..9)
            .map(|i| {
                if open == "{" {
                    format!("k{i}: *a{n}")
                } else {
                    format!("*a{n}")
                }
            })
            .collect();
        format!("a{}: &a{} {open}{}{close}\n", n + 1, n + 1, uses.join(", "))
    };
    for (open, close) in [("[", "]"), ("{", "}")] {
        let bomb: String = (0..12).map(|n| level(n, open, close)).collect();
        refused(
            "billion laughs",
            Format::Yaml,
            format!("a0: &a0 lol\n{bomb}"),
            &copies,
        );
    }
    let list = vec!["1"; 20_000].join(", ");
    let uses = vec!["*l"; 20_000].join(", ");
    refused(
        "20000 aliases",
        Format::Yaml,
        format!("l: &l [{list}]\nu: [{uses}]\n"),
        &copies,
    );
    let anchors: String = (0..120).map(|n| format!("&n{n} [")).collect();
    refused(
        "nested anchors",
        Format::Yaml,
        format!("{anchors}{list}{}", "]".repeat(120)),
        &copies,
    );
    let chain: String = (0..2000)
        .map(|n| format!("c{}: &c{} [*c{n}]\n", n + 1, n + 1))
        .collect();
    refused(
        "alias chain",
        Format::Yaml,
        format!("c0: &c0 1\n{chain}"),
        "nest deeper",
    );
    let merges: String = (0..3000)
        .map(|n| format!("m{n}: {{<<: *base}}\n"))
        .collect();
    let base: String = (0..60).map(|n| format!("k{n}: 1, ")).collect();
    refused(
        "merges",
        Format::Yaml,
        format!("b: &base {{{base}}}\n{merges}"),
        &copies,
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of large texts")]
fn large_files_are_read_or_refused_in_bounded_time() {
    let yaml: String = (0..90_000)
        .map(|n| format!("- {{name: a{n}, weight: {n}, note: some text that fills a line}}\n"))
        .collect();
    println!("yaml bytes: {}", yaml.len());
    assert_eq!(bounded("large yaml", Format::Yaml, yaml).documents.len(), 1);
    let keys: String = (0..200_000).map(|n| format!("key{n} = {n}\n")).collect();
    assert_eq!(bounded("large toml", Format::Toml, keys).documents.len(), 1);
    let keys: Vec<_> = (0..200_000)
        .map(|n| format!("\"key{n}\": \"{}\"", "x".repeat(20)))
        .collect();
    assert_eq!(
        bounded(
            "large json",
            Format::Json,
            format!("{{{}}}", keys.join(","))
        )
        .documents
        .len(),
        1
    );
    refused(
        "too many values",
        Format::Json,
        format!("[{}1]", "1,".repeat(2_000_000)),
        "more than 1000000 values",
    );
    refused(
        "too many values",
        Format::Toml,
        format!("a = [{}1]", "1,".repeat(2_000_000)),
        "more than 1000000 values",
    );
    refused(
        "too many values",
        Format::Yaml,
        format!("[{}1]", "1,".repeat(2_000_000)),
        "more than 1000000 values",
    );
    refused(
        "too many values",
        Format::Pbtxt,
        format!("a: [{}1]", "1,".repeat(2_000_000)),
        "more than 1000000 values",
    );
    let fields: String = (0..200_000)
        .map(|n| format!("key{n}: \"{}\" again: {n}\n", "x".repeat(10)))
        .collect();
    assert_eq!(
        bounded("large pbtxt", Format::Pbtxt, fields)
            .documents
            .len(),
        1
    );
    bounded(
        "many quotes",
        Format::Pbtxt,
        format!("a: {}", "\"\" ".repeat(1_000_000)),
    );
    bounded("many brackets", Format::Pbtxt, "[a".repeat(100_000));
    refused(
        "too large",
        Format::Yaml,
        "# ".repeat(5_000_001),
        "larger than 10 MB",
    );
    bounded("many duplicates", Format::Toml, "a = 1\n".repeat(100_000));
    bounded("many duplicates", Format::Yaml, "a: 1\n".repeat(100_000));
    bounded(
        "many broken documents",
        Format::Yaml,
        "a: [\n---\n".repeat(100_000),
    );
    bounded(
        "many comments",
        Format::Yaml,
        format!("a:\n{}  b: 1\n", "  # c\n".repeat(100_000)),
    );
    bounded(
        "many comments",
        Format::Jsonc,
        format!("{{}}{}", "/**/ ".repeat(100_000)),
    );
    bounded(
        "many quotes",
        Format::Yaml,
        format!("a: \"{}\n", "\\q".repeat(100_000)),
    );
    bounded(
        "many escapes",
        Format::Yaml,
        format!("a: &b {}|\n  x\n", " ".repeat(100_000)),
    );
    bounded("many braces", Format::Json, "{{".repeat(100_000));
}
