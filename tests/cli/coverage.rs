//! Every document of ours is judged, or it is told which one is not and why.

use super::run::{Answer, DAY, Folder, GOOD, Setting, good_but};
use crate::common::git::{self, git};
use std::fs;

const RULE: &str = "error[document-not-judged]";

/// The good specification of another service.
fn spec(service: &str) -> String {
    GOOD.replace("name: feed-ranker", &format!("name: {service}"))
}

/// The lines of a text, each further in.
fn indented(text: &str, by: &str) -> String {
    let lines = text.lines().map(|line| format!("{by}{line}\n"));
    lines.collect()
}

/// An element of a list in a mapping or in a list.
fn element(text: &str, mark: &str) -> String {
    let blanks = " ".repeat(mark.len());
    let text = indented(text, &blanks);
    format!("{mark}{}", text.get(mark.len()..).expect("a text"))
}

fn config_map(text: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  spec.yaml: |\n{}",
        indented(text, "    ")
    )
}

/// `servelint check` with git on the path.
fn check(folder: &Folder, words: &[&str]) -> Answer {
    let path = std::env::var("PATH").expect("a path");
    let words = [&["check", "--format", "concise", "--as-of", DAY], words].concat();
    folder.run_as(
        &words,
        &Setting {
            env: &[("PATH", &path)],
            ..Setting::default()
        },
    )
}

fn repository(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(files);
    git::init(&folder.path);
    folder
}

#[test]
fn lists_of_documents_are_judged_one_by_one() {
    for (name, text) in [
        ("root.yaml", element(&spec("x"), "- ")),
        ("nested.yaml", element(&spec("x"), "- - - ")),
        (
            "items.yaml",
            format!("items:\n{}", element(&spec("x"), "  - ")),
        ),
        (
            "list.yaml",
            format!("kind: List\nitems:\n{}", element(&spec("x"), "- ")),
        ),
        (
            "deep.yaml",
            format!("items:\n- items:\n{}", element(&spec("x"), "  - - ")),
        ),
    ] {
        let folder = Folder::with(&[(name, &text)]);
        folder
            .check(&[])
            .exits(0)
            .says("verdict: x go")
            .says("(1 document");
        let bad = text.replace("owner: team-feed-relevance", "ownr: team-feed-relevance");
        folder.file(name, bad);
        folder.check(&[]).exits(1).says("verdict: x no-go");
    }
}

#[test]
fn a_document_within_something_else_is_an_error_in_every_position() {
    let wrapped = indented(&spec("x"), "  ");
    let manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n";
    for (text, place) in [
        (format!("value:\n{wrapped}"), ":1:1:"),
        (format!("{manifest}{wrapped}"), ":4:1:"),
        (
            format!(
                "apiVersion: v1\nkind: Box\nitems:\n{}",
                element(&spec("x"), "- ")
            ),
            ":4:3:",
        ),
        (
            format!("apiVersion: v1\nkind: List\nitems: [{{a: 1}}]\nmore:\n{wrapped}"),
            ":4:1:",
        ),
        (
            format!("- a: 1\n- b:\n{}", indented(&wrapped, "  ")),
            ":2:3:",
        ),
        (format!("{GOOD}extra:\n{wrapped}"), ": "),
        (config_map(&spec("x")), ":5:14:"),
        (config_map(&config_map(&spec("x"))), ":5:14:"),
        (
            config_map(&format!("{}---\n{}", spec("x"), spec("y"))),
            ":5:14:",
        ),
    ] {
        let folder = Folder::with(&[("a.yaml", GOOD), ("b.yaml", &text)]);
        let answer = folder.check(&[]);
        answer.exits(1).says("ServingSpec of `x`");
        let lines = answer.out.lines().filter(|line| line.contains(RULE));
        let lines: Vec<&str> = lines.collect();
        assert!(
            lines.len() == 1 && lines[0].contains(place),
            "{place} {text}\n{}",
            answer.shown()
        );
    }
    let json =
        r#"{"a": {"apiVersion": "servelint\u002fv1alpha1", "kind": "ServingSpec", "spec": {}}}"#;
    let folder = Folder::with(&[("a.yaml", GOOD), ("b.json", json)]);
    folder
        .check(&[])
        .exits(1)
        .says("b.json:1:2: error[document-not-judged]");
}

#[test]
fn a_hidden_document_makes_the_review_of_its_service_no_go() {
    let folder = Folder::with(&[("a.yaml", GOOD), ("b.yaml", &config_map(GOOD))]);
    folder
        .check(&[])
        .exits(1)
        .says("verdict: feed-ranker no-go")
        .says("this text holds a ServingSpec of `feed-ranker`");
}

#[test]
fn what_only_refers_to_a_document_is_none() {
    let reference = "owner: {apiVersion: servelint/v1alpha1, kind: ServingSpec, name: x}\n";
    let prose = config_map("Write apiVersion servelint/v1alpha1: then, kind: ServingSpec: {\n");
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        ("b.yaml", reference),
        ("c.yaml", &prose),
        (
            "README",
            &format!(
                "How\n===\n\nWrite this:\n\n    {}",
                spec("x").replace('\n', "\n    ")
            ),
        ),
        ("notes.md", &spec("x")),
    ]);
    folder
        .check(&[])
        .exits(0)
        .keeps_quiet_about(RULE)
        .says("c.yaml: the text at c.yaml:5:14 speaks of a document of servelint");
}

#[test]
fn names_that_hide_a_document_are_looked_into() {
    for name in [
        "b.yaml.bak",
        "b.yml~",
        "b.yaml.orig",
        "b.yaml.disabled",
        "b.yaml_",
        "b.json.yaml.txt",
        "b",
        "d/.b",
        "b.yaml.j2",
        "b.txt",
        "b.tmpl",
        "b.yamll",
        "b.ymal",
        "b.jsonl",
        "b.ini",
        "b.env",
        "b.properties",
        "b.list",
        "b.data",
        "b.log",
        "b.hcl",
        "b.serving",
        "b.decisions",
        "b.backup",
    ] {
        let folder = Folder::with(&[("a.yaml", GOOD)]);
        folder.file(name, spec("x"));
        let answer = folder.check(&[]);
        answer
            .exits(1)
            .says(&format!("{name}:1:13: {RULE}"))
            .says("ServingSpec of `x`");
        folder.file(name, "a: 1\n");
        folder.check(&[]).exits(0).keeps_quiet_about("not checked");
    }
    let folder = Folder::with(&[("a.yaml", GOOD)]);
    let wide: Vec<u8> = spec("x")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    folder.file("b.yaml.bak", wide);
    folder.check(&[]).exits(1).says(RULE);
    folder.file("b.yaml.bak", format!("{}\nnow: [", spec("x")));
    folder
        .check(&[])
        .exits(1)
        .says("holds a document of servelint");
    folder.file("servelint.toml", "[check]\nexclude = [\"*.bak\"]\n");
    folder
        .check(&[])
        .exits(0)
        .says("not checked: b.yaml.bak: left out by `exclude` at servelint.toml:2:12");
    // A hook names whatever changed.
    let hook = folder.check(&["--hook", "a.yaml", "b.yaml.bak"]);
    hook.exits(1).says(RULE);
}

#[test]
fn one_action_in_quotes_drops_no_specification() {
    for value in [
        "'{{ .Values.x }}'",
        "\"{{ .Release.Name }}\"",
        "|\n    {{ .Values.x }}",
    ] {
        let text = good_but("owner: team-feed-relevance", &format!("ownr: {value}"));
        let folder = Folder::with(&[("a.yaml", &text)]);
        folder
            .check(&[])
            .exits(1)
            .says("verdict: feed-ranker no-go")
            .keeps_quiet_about("template");
    }
}

#[test]
fn a_template_with_a_document_is_an_error_and_others_are_one_line_a_folder() {
    let foreign = "kind: Deployment\nmetadata:\n  name: {{ .Values.name }}\n";
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        ("chart/templates/a.yaml", foreign),
        ("chart/templates/b.yaml", foreign),
        ("chart/templates/c.yaml", foreign),
        ("other/one.yaml", foreign),
    ]);
    folder
        .check(&[])
        .exits(0)
        .says("not checked: chart/templates: 3 files are not read")
        .says("not checked: other/one.yaml: it holds template actions")
        .says("2 not checked");
    for (from, to) in [
        ("name: feed-ranker", "name: {{ .Values.name }}"),
        (
            "apiVersion: servelint/v1alpha1",
            "a: {{ x }}\napiVersion: \"servelint\\u002fv1alpha1\"",
        ),
        ("servelint/v1alpha1", "{{ .Values.version }}"),
        ("kind: ServingSpec", "kind: {{ .Values.kind }}"),
    ] {
        folder.file("chart/templates/d.yaml", good_but(from, to));
        folder
            .check(&[])
            .exits(1)
            .says("chart/templates/d.yaml:")
            .says(RULE)
            .says("the file is a template");
    }
}

#[test]
fn a_manifest_that_a_specification_names_and_nobody_read_is_an_error_there() {
    let named = good_but(
        "spec:\n",
        "spec:\n  artifacts:\n    - {role: serving, path: deploy/a.yaml}\n",
    );
    let folder = Folder::with(&[
        ("a.yaml", &named),
        (
            "deploy/a.yaml",
            "kind: Deployment\nmetadata:\n  name: {{ .x }}\n",
        ),
    ]);
    for words in [&[][..], &["a.yaml"]] {
        folder
            .check(words)
            .exits(1)
            .says("this manifest is not judged: it holds template actions")
            .says("verdict: feed-ranker no-go");
    }
    folder.file("deploy/a.yaml", "kind: [\n");
    for words in [&[][..], &["a.yaml"]] {
        folder
            .check(words)
            .exits(1)
            .says("deploy/a.yaml:1:7: error[syntax-invalid]");
    }
}

#[test]
fn bytes_that_are_no_text_and_escapes_are_errors_unless_they_are_excluded() {
    let wide: Vec<u8> = "a: 1\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (name, bytes) in [
        ("b.yaml", b"a: \0".to_vec()),
        ("b.json", b"{\"a\": \"\xe9\"}".to_vec()),
        ("b.toml", wide),
        ("b.yml", vec![b'#'; 10_000_001]),
        (
            "b.yaml",
            b"apiVersion: \"servelint\\u002fv1alpha1\"\na: [\n".to_vec(),
        ),
        (
            "b.json",
            b"{\"apiVersion\": \"\\u0073ervelint\\/v1alpha1\"".to_vec(),
        ),
    ] {
        let folder = Folder::with(&[("a.yaml", GOOD)]);
        folder.file(name, bytes);
        folder
            .check(&[])
            .exits(1)
            .says(&format!("{name}:"))
            .says("error[syntax-invalid]");
        folder.file(
            "servelint.toml",
            format!("[check]\nexclude = [\"{name}\"]\n"),
        );
        folder.check(&[]).exits(0).says(&format!(
            "1 file is left out by `exclude` at servelint.toml:2:12: `{name}`"
        ));
    }
    // What does not parse and says nothing of us is somebody else's.
    let folder = Folder::with(&[("a.yaml", GOOD), ("b.yaml", "a: \"\\u002f\"\nb: [\n")]);
    folder.check(&[]).exits(0).says("warning[syntax-invalid]");
}

#[test]
fn what_git_tracks_is_read_whatever_hides_it() {
    let folder = repository(&[
        ("a.yaml", GOOD),
        ("build/b.yaml", &spec("b")),
        ("c.yaml", &spec("c")),
        (".d/d.yaml", &spec("d")),
        (".e.yaml", &spec("e")),
        ("f.yaml", &spec("f")),
        (".gitignore", "build/\n"),
        (".ignore", "c.yaml\n*.bak\n"),
        ("g.yaml.bak", &spec("g")),
        (".vscode/settings.json", "{\"a\": 1, // x\n}"),
        (".github/workflows/x.yml", "on: push\n"),
    ]);
    fs::write(folder.path.join(".git/info/exclude"), "f.yaml\n").expect("a file");
    let before = check(&folder, &["."]);
    before.exits(0).says("in 1 file (1 document");
    git(&folder.path, &["add", "--all", "--force"]);
    let answer = check(&folder, &["."]);
    for service in ["b", "c", "d", "e", "f"] {
        answer.says(&format!("verdict: {service} go"));
    }
    answer
        .exits(1)
        .says("in 6 files (6 documents")
        .says("g.yaml.bak:1:13: error[document-not-judged]")
        .keeps_quiet_about("settings")
        .keeps_quiet_about("not checked");
    git(&folder.path, &["rm", "--quiet", "--cached", "g.yaml.bak"]);
    check(&folder, &[]).exits(0);
    check(&folder, &["build", ".d"]).exits(0).says("in 2 files");
    folder.file(
        "build/b.yaml",
        good_but("owner: team-feed-relevance", "ownr: x"),
    );
    check(&folder, &[]).exits(1).says("build/b.yaml:");
    // The folder with the repository is not where the run begins.
    let inside = folder.below("build");
    check(&inside, &[]).exits(1).says("b.yaml:");
    // What belongs to the service of a hook's file is found as well.
    check(&folder, &["--hook", "a.yaml"])
        .exits(1)
        .says("a second ServingSpec describes `feed-ranker`");
}

#[test]
fn without_git_a_hidden_document_is_an_error() {
    let files = [
        ("a.yaml", GOOD),
        ("build/b.yaml", &*spec("b")),
        (".d/d.yaml", &spec("d")),
        (".gitignore", "build/\n"),
        ("node_modules/x.json", "{}"),
        (".ignore", "node_modules\n"),
    ];
    let folder = Folder::with(&files);
    folder
        .check(&[])
        .exits(1)
        .says("build/b.yaml:1:13: error[document-not-judged]")
        .says(".d/d.yaml:1:13: error[document-not-judged]")
        .says("2 errors in 1 file")
        .keeps_quiet_about("not checked");
    folder.file(
        "servelint.toml",
        "[check]\nexclude = [\"build/**\", \".d/*\"]\n",
    );
    folder
        .check(&[])
        .exits(0)
        .says("not checked: build/b.yaml: left out by `exclude` at servelint.toml:2:12, with a ServingSpec of `b`")
        .says("not checked: .d/d.yaml: left out by `exclude` at servelint.toml:2:24, with a ServingSpec of `d`");
    // A repository that cannot be asked, and one that is not that of the current directory.
    let folder = repository(&files);
    let nowhere = Setting {
        env: &[("PATH", "/nowhere")],
        ..Setting::default()
    };
    let words = ["check", "--format", "concise", "--as-of", DAY];
    folder
        .run_as(&words, &nowhere)
        .exits(1)
        .says("build/b.yaml:1:13: error[document-not-judged]")
        .says("because git cannot be asked: git cannot be run");
    let above = Folder::new();
    fs::rename(&folder.path, above.path.join("r")).expect("moved");
    let answer = check(&above, &["r"]);
    answer
        .exits(1)
        .says("not checked: r: 3 files")
        .says("the current directory lies in none");
    fs::rename(above.path.join("r"), &folder.path).expect("moved");
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_to_a_document_is_an_error() {
    let outside = Folder::with(&[("x.yaml", &spec("secret")), ("y.yaml", "a: hunter2\n")]);
    let folder = Folder::with(&[("a.yaml", GOOD)]);
    for name in ["x.yaml", "y.yaml"] {
        let link = folder.path.join(name);
        std::os::unix::fs::symlink(outside.path.join(name), link).expect("a link");
    }
    folder
        .check(&[])
        .exits(1)
        .says("x.yaml:1:1: error[document-not-judged]")
        .keeps_quiet_about("secret")
        .keeps_quiet_about("y.yaml:1");
    // A folder may hide more than one.
    let folder = Folder::with(&[("a.yaml", GOOD), ("in/b.yaml", &spec("b"))]);
    let link = |to: &std::path::Path, at: &str| {
        std::os::unix::fs::symlink(to, folder.path.join(at)).expect("a link");
    };
    link(&folder.path.join("in"), "inside");
    folder.check(&[]).exits(0).says("in 2 files");
    link(&outside.path, "out");
    folder
        .check(&[])
        .exits(1)
        .says("out:1:1: error[document-not-judged]")
        .keeps_quiet_about("secret");
    folder.file("servelint.toml", "[check]\nexclude = [\"out\"]\n");
    folder.check(&[]).exits(0).says("not checked: out:");
}

#[test]
fn kinds_that_nobody_expects_to_be_judged_are_one_number() {
    let folder = Folder::with(&[("a.yaml", GOOD)]);
    let mut text = String::new();
    for (kind, count) in [
        ("Role", 4),
        ("Namespace", 3),
        ("ConfigMap", 2),
        ("Secret", 1),
        ("Job", 1),
    ] {
        for _ in 0..count {
            text += &format!("---\napiVersion: v1\nkind: {kind}\nmetadata: {{name: x}}\n");
        }
    }
    folder.file("k8s.yaml", &text);
    let answer = folder.check(&[]);
    answer.exits(0).says(
        "not checked: other kinds: 11 documents of 5 kinds that servelint does not read: v1 Role (4), v1 Namespace (3), v1 ConfigMap (2), 2 more",
    );
    answer.says("1 not checked");
}

#[test]
fn three_thousand_documents_of_other_kinds_are_one_line() {
    let folder = Folder::with(&[("a.yaml", GOOD)]);
    let kinds = [
        "rbac.authorization.k8s.io/v1\nkind: ClusterRole",
        "rbac.authorization.k8s.io/v1\nkind: RoleBinding",
        "v1\nkind: Namespace",
        "admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration",
    ];
    for number in 0..30 {
        let mut text = String::new();
        for kind in kinds.iter().cycle().take(100) {
            text += &format!("---\napiVersion: {kind}\nmetadata: {{name: x}}\n");
        }
        folder.file(&format!("k8s/{number}.yaml"), text);
    }
    let answer = folder.check(&[]);
    answer
        .exits(0)
        .says("not checked: other kinds: 3000 documents of 4 kinds")
        .says("1 not checked");
    assert!(
        answer.err.lines().count() + answer.out.lines().count() < 6,
        "{}",
        answer.shown()
    );
}

#[test]
fn other_groups_and_formats_hide_no_kind_of_ours() {
    let folder = Folder::with(&[("a.yaml", GOOD)]);
    folder.file(
        "b.yaml",
        good_but("servelint/v1alpha1", "acme.example/v1").replace("name: feed", "name: x"),
    );
    folder
        .check(&[])
        .exits(0)
        .says("not checked: acme.example/v1 ServingSpec: servelint reads servelint/v1alpha1 of this kind: 1 document in b.yaml");
    let text = "apiVersion: \"servelint/v1alpha1\" kind: \"ServingSpec\" spec { ??? }\n";
    folder.file("b.yaml", "").file("c.pbtxt", text);
    folder.check(&[]).exits(1).says("c.pbtxt:1:");
    folder.file("c.pbtxt", format!("{text}\0"));
    folder
        .check(&[])
        .exits(1)
        .says("c.pbtxt:1:1: error[syntax-invalid]");
}

#[test]
fn no_waiver_covers_a_hidden_document() {
    let text = format!(
        "# servelint: allow[document-not-judged] until=2026-12-31 by=dana.k reason=\"it is only a copy of the other one\"\n{}",
        config_map(&spec("x"))
    );
    let waiver = "[[waivers]]\nrule = \"document-not-judged\"\npath = \"*\"\nowner = \"dana.k\"\nexpires = \"2026-12-31\"\nreason = \"it is only a copy of the other one\"\n";
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        ("b.yaml", &text),
        ("servelint.toml", waiver),
    ]);
    folder.check(&[]).exits(1).says(RULE);
    let milder = "[[severity]]\nrule = \"document-not-judged\"\nlevel = \"off\"\n";
    folder.file("servelint.toml", milder);
    folder.check(&[]).exits(1).says(RULE);
}

#[test]
fn an_envelope_with_slips_in_both_lines_is_no_foreign_document() {
    for (version, kind) in [
        ("apiVersion: servlint/v1alpha1", "kind: ServingSpce"),
        ("ApiVersion: servelint/v1alpha1", "Kind: ServingSpec"),
        ("apiversion: servelint/v1alpha1", "kind: ServingSpce"),
    ] {
        let text = spec("x")
            .replace("apiVersion: servelint/v1alpha1", version)
            .replace("kind: ServingSpec", kind);
        let folder = Folder::with(&[("a.yaml", GOOD), ("b.yaml", &text)]);
        let answer = folder.check(&[]);
        answer.exits(1).says("error[schema-valid]");
        let folder = repository(&[("a.yaml", GOOD), (".b.yaml", &text)]);
        git(&folder.path, &["add", "--all"]);
        check(&folder, &[])
            .exits(1)
            .says(".b.yaml:1:")
            .says("error[schema-valid]");
    }
}

#[test]
fn what_may_be_a_part_of_a_review_keeps_its_folder_from_go() {
    let broken = "apiVersion: servelint/v1alpha1\nkind: DecisionLog\nnow: [\n";
    let misspelt = "apiVersion: servelint/v1alpha1\nkind: DecisionLg\nmetadata: {name: n}\n";
    let template = "apiVersion: servelint/v1alpha1\nkind: DecisionLog\nmetadata: {{ .x }}\n";
    for text in [broken, misspelt, template] {
        let folder = Folder::with(&[
            ("a/spec.yaml", GOOD),
            ("a/log.yaml", text),
            ("b/spec.yaml", &spec("x")),
        ]);
        folder
            .check(&[])
            .exits(1)
            .says("verdict: feed-ranker no-go")
            .says("verdict: x go");
    }
    // Nobody expects these to be judged.
    let folder = Folder::with(&[("a/spec.yaml", GOOD), ("a/values.yaml", "now: [\n")]);
    folder.check(&[]).exits(0).says("verdict: feed-ranker go");
}

#[test]
fn a_baseline_is_no_place_for_a_document() {
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        ("b.yaml", &spec("x")),
        ("known.json", "{\"version\": 1, \"findings\": []}\n"),
        ("servelint.toml", "[check]\nbaseline = \"b.yaml\"\n"),
    ]);
    folder
        .check(&["--baseline", "known.json"])
        .exits(1)
        .says(&format!("b.yaml:1:13: {RULE}"))
        .says("it is named as the baseline");
}

#[test]
fn patches_are_one_line_a_folder_and_an_error_where_a_specification_names_one() {
    let folder = Folder::with(&[("a.yaml", GOOD)]);
    let mut list = "kind: Kustomization\npatches:\n".to_owned();
    for number in 0..7 {
        let patch =
            format!("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d{number}}}\n");
        folder.file(&format!("k8s/p{number}.yaml"), patch);
        list += &format!("  - path: p{number}.yaml\n");
    }
    folder.file("k8s/kustomization.yaml", &list);
    let answer = folder.check(&[]);
    answer
        .exits(0)
        .says("not checked: k8s: 7 files are not read; of each is true: a Kustomize patch");
    let said = [answer.out.as_str(), &answer.err].concat();
    assert_eq!(said.matches("a Kustomize patch").count(), 1, "{said}");
    let named = good_but(
        "spec:\n",
        "spec:\n  artifacts:\n    - {role: serving, path: k8s/p3.yaml}\n",
    );
    folder.file("a.yaml", named);
    for words in [&[][..], &["a.yaml"]] {
        folder
            .check(words)
            .exits(1)
            .says("this manifest is not judged: a Kustomize patch")
            .says("verdict: feed-ranker no-go");
    }
}

#[test]
fn a_submodule_that_is_not_there_is_said() {
    let folder = repository(&[("a.yaml", GOOD)]);
    let entry = format!("160000,{},parts", "0123456789".repeat(4));
    git(
        &folder.path,
        &["update-index", "--add", "--cacheinfo", &entry],
    );
    for is_there in [false, true] {
        if is_there {
            fs::create_dir(folder.path.join("parts")).expect("a folder");
        }
        check(&folder, &[])
            .exits(0)
            .says("not checked: parts: this submodule is not checked out");
    }
}
