//! What holds for the rules together; each on its own is tested in `tests/rules.rs`.

use crate::common::{PACK, ROOT, cases::parsed_cases, request};
use servelint::{
    authoring::{CaseEdit as Edit, EditWords as Words},
    built_in::Folder,
    check::{self, Silent},
    output::tables,
    policy::Pack,
    rule::CompiledRules,
};
use std::{borrow::Cow, collections::BTreeSet, fs, path::Path};

#[test]
fn the_catalogue_is_not_thin() {
    assert!(PACK.rules().len() >= 60, "{} rules", PACK.rules().len());
}

/// `SERVELINT_BLESS=1 cargo test --test rules` writes it.
#[test]
fn the_index_of_the_pages_is_up_to_date() {
    let path = Path::new(ROOT).join("docs/rules/README.md");
    let index = tables::index(PACK.rules());
    let known = fs::read_to_string(path).unwrap_or_default();
    assert!(
        known == index,
        "run `SERVELINT_BLESS=1 cargo test --test rules` to write docs/rules/README.md"
    );
}

/// `SERVELINT_BLESS=1 cargo test --test suite catalogue` writes it.
#[test]
fn what_metadata_says_was_read_before_the_build() {
    let path = Path::new(ROOT).join("src/rule/compiled.json");
    let text = CompiledRules::text().expect("valid metadata");
    if std::env::var_os("SERVELINT_BLESS").is_some() {
        fs::write(&path, &text).expect("a file");
    }
    let known = fs::read_to_string(path).unwrap_or_default();
    assert!(
        known == text,
        "run `SERVELINT_BLESS=1 cargo test --test suite catalogue` to write src/rule/compiled.json"
    );
    let read: CompiledRules = serde_json::from_str(&text).expect("what was written");
    for file in read.rules {
        let mut rule = file.rule;
        read.controls
            .join(&mut rule)
            .expect("controls that are known");
        assert_eq!(Some(&rule), PACK.rules().get(&rule.id), "{}", file.path);
    }
}

#[test]
fn every_page_is_of_a_rule() {
    let pages = fs::read_dir(Path::new(ROOT).join("docs/rules")).expect("the pages");
    let names: BTreeSet<String> = pages
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name != "README" && !PACK.rules().contains_key(name))
        .collect();
    assert!(names.is_empty(), "pages of no rule: {names:?}");
}

/// Its harness is not cargo's own, which drops such functions without a word.
#[test]
fn no_test_of_cargo_hides_in_the_tests_of_the_rules() {
    let mut files = vec![Path::new(ROOT).join("tests/rules.rs")];
    for folder in ["tests/common", "tests/rules"] {
        let entries = fs::read_dir(Path::new(ROOT).join(folder));
        files.extend(
            entries
                .into_iter()
                .flatten()
                .map(|entry| entry.expect("an entry").path()),
        );
    }
    for file in files {
        let text = fs::read_to_string(&file).expect("a text");
        let hidden = ["#[test]", "#[ignore", "proptest!"]
            .iter()
            .find(|mark| text.contains(**mark));
        assert_eq!(hidden, None, "{}", file.display());
    }
}

/// A rule that nobody has heard of, beside those that are there: as `docs/adding.md` says, its folder is all.
#[test]
fn a_new_folder_is_a_rule_everywhere() {
    let text = "# METADATA\n# title: A new rule\n# description: For this test.\n# custom:\n#   severity: error\n\
                #   applies_to: [ServingSpec]\n#   since: 0.1.0\n#   help: None needed.\n\
                package servelint.rules.structure[\"brand-new\"]\n\n\
                finding contains {\"at\": [\"spec\"], \"message\": \"new\"} if input.spec\n";
    let name = "policies/structure/brand-new/brand_new.rego";
    let known = Folder::Policies.files().expect("the policies").iter();
    let files = known
        .filter(|(name, _)| name.ends_with(".rego"))
        .map(|(name, text)| ((*name).to_owned(), Cow::Borrowed(*text)))
        .chain([(name.to_owned(), Cow::Borrowed(text))]);
    let pack = Pack::of(files).expect("valid metadata");
    assert_eq!(pack.rules().len(), PACK.rules().len() + 1);
    let index = tables::index(pack.rules());
    assert!(index.contains("(brand-new.md)"), "{index}");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.yaml");
    fs::write(&path, include_str!("cli/good.yaml")).expect("a file");
    let report = check::run(&request(vec![path]), &pack, &Silent).expect("a run");
    let found: Vec<&str> = report.findings.iter().map(|it| it.rule.as_str()).collect();
    let failed = (&report.failures, &report.not_checked);
    assert_eq!(found, ["brand-new"], "{failed:?}");
}

/// Rules share good documents; one that nobody takes is gone.
#[test]
fn every_shared_document_is_used() {
    let sheets: String = PACK
        .rules()
        .values()
        .map(|rule| {
            let folder = Path::new(ROOT)
                .join("policies")
                .join(&rule.category)
                .join(&rule.id);
            fs::read_to_string(folder.join("cases.yaml")).unwrap_or_default()
        })
        .collect();
    for entry in fs::read_dir(Path::new(ROOT).join("fixtures/cases/good")).expect("documents") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy();
        let named = [format!("good: {name}\n"), format!("base: {name}\n")];
        assert!(
            named.iter().any(|line| sheets.contains(line)),
            "nobody uses {name}"
        );
    }
}

fn edit(text: &str, words: Words) -> Result<String, String> {
    words.edit()?.expect("an edit").apply(text)
}

#[test]
fn an_edit_applies_once_and_at_any_depth() {
    let text = "a:\n  b: 1\n  c:\n    d: 2\n    e: 3\nf: 2\n";
    let replaced = edit(
        text,
        Words {
            replace: Some("c:\n  d: 2".into()),
            with: Some("c:\n  d: 4\n  g: 5".into()),
            ..Words::default()
        },
    );
    assert_eq!(
        replaced.as_deref(),
        Ok("a:\n  b: 1\n  c:\n    d: 4\n    g: 5\n    e: 3\nf: 2\n")
    );
    let removed = |part: &str| {
        edit(
            text,
            Words {
                remove: Some(part.into()),
                ..Words::default()
            },
        )
    };
    assert_eq!(
        removed("c:\n  d: 2\n  e: 3").as_deref(),
        Ok("a:\n  b: 1\nf: 2\n")
    );
    assert_eq!(
        removed(" 1").as_deref(),
        Ok("a:\n  b:\n  c:\n    d: 2\n    e: 3\nf: 2\n")
    );
    assert!(removed("2").is_err_and(|said| said.contains("occurs 2 times")));
    assert!(removed("z").is_err_and(|said| said.contains("occurs 0 times")));
    let inserted = edit(
        text,
        Words {
            after: Some("d: 2".into()),
            insert: Some("h: 6\ni: [\n  7]".into()),
            ..Words::default()
        },
    );
    assert_eq!(
        inserted.as_deref(),
        Ok("a:\n  b: 1\n  c:\n    d: 2\n    h: 6\n    i: [\n      7]\n    e: 3\nf: 2\n")
    );
    assert!(Edit::try_from(Words::default()).is_err());
}

#[test]
fn mistakes_in_cases_are_named() {
    let refused = |text: &str| parsed_cases(text).expect_err(text);
    let case = "cases:\n  - name: first\n";
    for (text, said) in [
        ("cases: []\n".to_owned(), "missing field `good`"),
        ("good: minimal.yaml\ncases: []\n".into(), "there is no case"),
        (
            format!("good: gone.yaml\n{case}    finds: []\n"),
            "gone.yaml",
        ),
        (
            format!("good: minimal.yaml\nmore: 1\n{case}    finds: []\n"),
            "unknown field `more`",
        ),
        (
            format!("good: {{base: minimal.yaml, formt: json}}\n{case}    finds: []\n"),
            "unknown field `formt`",
        ),
        (
            format!("good: minimal.yaml\n{case}    find: []\n"),
            "unknown field `find`",
        ),
        (
            format!("good: minimal.yaml\n{case}    replace: absent\n    with: b\n    finds: []\n"),
            "case `first`: \"absent\" occurs 0 times",
        ),
        (
            format!("good: minimal.yaml\n{case}    replace: kind\n    finds: []\n"),
            "case `first`: an edit is `replace` and `with`",
        ),
        (
            format!(
                "good: minimal.yaml\n{case}    remove: 'kind: ServingSpec'\n    finds: [{{message: a}}]\n"
            ),
            "names no place",
        ),
        (
            format!("good: minimal.yaml\n{case}    finds: [{{at: /spec}}]\n"),
            "nothing is edited",
        ),
        (
            format!(
                "good: minimal.yaml\n{case}    replace: 'kind: S'\n    with: 'kind: s'\n    finds: []\n"
            ),
            "no case finds anything",
        ),
        ("good: [\n".into(), "is never closed"),
    ] {
        let answer = refused(&text);
        assert!(answer.contains(said), "{text}{answer}");
    }
}

#[test]
fn a_case_is_read_whole() {
    let text = "\
good:
  format: json
  text: '{\"a\": 1}'
  files: {known.json: '[]'}
cases:
  - name: first
    good: {base: minimal.yaml, edits: [{remove: ', server: 100ms'}]}
    replace: 'gateway: 150ms'
    with: 'gateway: 1ms'
    finds: [{at: /spec, line: 3, in: known.json, message: short, related: [/spec/slos]}]
  - name: second
    edits: [{replace: '1', with: '2'}]
    finds: []
";
    let read = parsed_cases(text).expect("cases");
    assert_eq!(read.good.extension, "json");
    assert_eq!(read.good.beside["known.json"], "[]");
    let [first, second] = read.cases.as_slice() else {
        panic!("{:?}", read.cases)
    };
    let good = first.good.as_ref().expect("its own document");
    assert!(good.text.contains("{client: 200ms, gateway: 150ms}"));
    assert!(first.bad.text.contains("{client: 200ms, gateway: 1ms}"));
    let [expected] = first.finds.as_slice() else {
        panic!("{:?}", first.finds)
    };
    assert_eq!(expected.at.as_deref(), Some("/spec"));
    assert_eq!(expected.line, Some(3));
    assert_eq!(expected.file.as_deref(), Some("known.json"));
    assert_eq!(expected.message.as_deref(), Some("short"));
    assert_eq!(expected.related, Some(vec!["/spec/slos".to_owned()]));
    assert_eq!(second.name, "second");
    assert_eq!(second.bad.text, "{\"a\": 2}");
    assert!(second.good.is_none() && second.finds.is_empty());
}
