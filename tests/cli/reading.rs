//! What a reader meets first, and once: order, causes, repetitions, widths, and words that do not act.

use super::run::{Folder, Setting, good_but};
use serde_json::Value as Json;

/// A project with everything beside its documents.
fn project(name: &str) -> Folder {
    Folder::project(name)
}

fn json(folder: &Folder, words: &[&str]) -> Json {
    folder.report(words)
}

/// A file that an artifact, the evidence of a blocking item and a decision name, and that is not there.
fn without_a_file() -> Folder {
    let folder = project("support-chat-llm");
    let spec = folder.read("support-chat-llm.serving.yaml");
    let slo = "{role: slo, path: slo/support-chat-llm.openslo.yaml}";
    let rollout = "{role: rollout, path: evidence/analysisrun-v7.yaml}";
    folder.file(
        "support-chat-llm.serving.yaml",
        spec.replace(slo, &format!("{slo}\n    - {rollout}")),
    );
    let decisions = folder.read("support-chat-llm.decisions.yaml");
    folder.file(
        "support-chat-llm.decisions.yaml",
        decisions.replacen("docs/ops-review.md", "evidence/analysisrun-v7.yaml", 1),
    );
    std::fs::remove_file(folder.path.join("evidence/analysisrun-v7.yaml")).expect("removed");
    folder
}

/// The files and lines of a finding and of its related places.
fn places(finding: &Json) -> Vec<String> {
    let own = std::iter::once(finding);
    let related = finding["related"].as_array().expect("a list");
    let place = |place: &Json| {
        let file = place["path"].as_str().expect("a path");
        format!("{file}:{}", place["range"]["start"]["line"])
    };
    own.chain(related).map(place).collect()
}

#[test]
fn one_missing_file_is_one_finding_with_all_its_places() {
    let folder = without_a_file();
    let report = json(&folder, &[]);
    let findings = report["findings"].as_array().expect("a list");
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0]["rule"], "evidence-resolvable");
    assert_eq!(
        places(&findings[0]),
        [
            "support-chat-llm.checklist.yaml:94",
            "support-chat-llm.decisions.yaml:37",
            "support-chat-llm.checklist.yaml:129",
            "support-chat-llm.checklist.yaml:85",
            "support-chat-llm.serving.yaml:156"
        ]
    );
    assert_eq!(report["summary"]["errors"], 1);
    assert_eq!(report["reviews"][0]["verdict"], "no-go");
    folder
        .check(&[])
        .exits(1)
        .says("`evidence/analysisrun-v7.yaml` does not exist (also at support-chat-llm.checklist.yaml:85:7, support-chat-llm.checklist.yaml:129:15, support-chat-llm.decisions.yaml:37:26, support-chat-llm.serving.yaml:156:29)")
        .says("1 error in");
}

#[test]
fn a_waiver_of_one_place_leaves_the_others() {
    let folder = without_a_file();
    let spec = folder.read("support-chat-llm.serving.yaml");
    let artifact = "- {role: rollout, path: evidence/analysisrun-v7.yaml}";
    let waiver = "# servelint: allow[artifact-unresolvable] until=2026-12-31 by=dana.k reason=\"lands with ACT-1\"";
    folder.file(
        "support-chat-llm.serving.yaml",
        spec.replace(artifact, &format!("{waiver}\n    {artifact}")),
    );
    folder
        .check(&[])
        .exits(1)
        .says("does not exist (also at support-chat-llm.checklist.yaml:85:7, support-chat-llm.checklist.yaml:129:15, support-chat-llm.decisions.yaml:37:26)")
        .says("1 error in")
        .says("1 waived");
    // What follows stands alone where its cause is waived.
    let checklist = folder.read("support-chat-llm.checklist.yaml");
    let evidence = "- path: evidence/analysisrun-v7.yaml";
    folder.file(
        "support-chat-llm.checklist.yaml",
        checklist.replace(
            evidence,
            &format!(
                "{}\n        {evidence}",
                waiver
                    .replace("artifact-", "evidence-")
                    .replace("unresolvable", "resolvable")
            ),
        ),
    );
    folder
        .check(&[])
        .exits(1)
        .says("error[verdict-consistent]")
        .says("2 waived");
}

#[test]
fn one_image_is_one_finding_and_a_baseline_knows_each_of_its_places() {
    let folder = project("support-chat-llm");
    for name in [
        "support-chat-llm.serving.yaml",
        "deploy/llmisvc-v6.yaml",
        "deploy/llmisvc-v7.yaml",
    ] {
        let text = folder.read(name);
        let digest = text.find("@sha256:").expect("a digest");
        let end = digest + "@sha256:".len() + 64;
        folder.file(name, format!("{}:latest{}", &text[..digest], &text[end..]));
    }
    let report = json(&folder, &[]);
    let findings = report["findings"].as_array().expect("a list");
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(
        places(&findings[0]),
        [
            "deploy/llmisvc-v6.yaml:27",
            "deploy/llmisvc-v7.yaml:27",
            "support-chat-llm.serving.yaml:49"
        ]
    );
    assert_eq!(report["summary"]["errors"], 1);
    let reasons = report["reviews"][0]["reasons"].as_array().expect("a list");
    assert_eq!(reasons.len(), 1, "{reasons:#?}");
    folder
        .run(&["baseline", "--as-of", super::run::DAY])
        .exits(0)
        .says("3 known findings");
    let baseline = ["--baseline", "servelint-baseline.json"];
    folder.check(&baseline).exits(0).says("3 in the baseline");
    // A place that is put right is stale, and nothing else is.
    let spec = folder.read("support-chat-llm.serving.yaml");
    folder.file(
        "support-chat-llm.serving.yaml",
        spec.replace(":latest", &format!("@sha256:{}", "0a".repeat(32))),
    );
    let answer = folder.check(&baseline);
    answer.says("[baseline-stale]").says("2 in the baseline");
    answer.keeps_quiet_about("error[image-not-pinned]");
}

/// Services of which each has its own unpinned image, and one with a note, a warning and an error.
fn crowd(count: usize) -> Folder {
    let folder = Folder::new();
    for number in 0..count {
        let text = good_but("name: feed-ranker", &format!("name: ranker-{number}"));
        let digest = text.find("@sha256:").expect("a digest");
        let end = digest + "@sha256:".len() + 64;
        let text = format!("{}-{number}:latest{}", &text[..digest], &text[end..]);
        folder.file(&format!("a/{number:02}.yaml"), text);
    }
    folder.file("z.yaml", good_but("tier: standard", "tier: standrd"));
    folder
}

#[test]
fn what_matters_comes_first_and_repetitions_are_a_list() {
    let folder = crowd(40);
    let shown = |format: &str, columns: &str| {
        let words = ["check", "--format", format, "--as-of", super::run::DAY];
        folder.run_as(
            &words,
            &Setting {
                env: &[("COLUMNS", columns)],
                ..Setting::default()
            },
        )
    };
    for columns in ["60", "80", "120"] {
        let answer = shown("rich", columns);
        let out = &answer.out;
        assert!(out.starts_with("error[schema-valid]"), "{out}");
        assert_eq!(out.matches("warning[image-not-pinned]: image").count(), 3);
        answer.says("warning[image-not-pinned]: 37 more\n  a/03.yaml:25:36 image `nvcr");
        let widest = out.lines().map(|line| line.chars().count()).max();
        let width: usize = columns.parse().expect("a number");
        assert!(widest <= Some(width), "{widest:?} of {width}\n{out}");
    }
    let page = shown("markdown", "80");
    page.says("37 warnings more of <code>image-not-pinned</code>");
    let [first, second] = ["schema-valid", "image-not-pinned"].map(|rule| {
        page.out
            .find(&format!("<code>{rule}</code></a>"))
            .expect("a finding")
    });
    assert!(first < second, "{}", page.out);
    // Programs get them all, by file and place.
    let report = json(&folder, &[]);
    let findings = report["findings"].as_array().expect("a list");
    assert_eq!(findings.len(), 41);
    assert_eq!(findings[40]["rule"], "schema-valid");
    assert_eq!(
        shown("concise", "80")
            .out
            .matches("[image-not-pinned]")
            .count(),
        40
    );
}

#[test]
fn the_advice_of_one_rollback_rule_satisfies_the_other() {
    let folder = project("feed-ranker");
    let spec = folder.read("feed-ranker.yaml");
    // 3600 requests reach the first step at trough: two errors are 0.0556 %, which 99.9 % allows.
    let spec = spec.replace("target: 0.9995", "target: 0.999").replace(
        "        justification: 5x burn; 0.0005 would trip on one error in 1800 requests\n",
        "",
    );
    let rules = "rollback-looser-than-slo,rollback-threshold-unresolvable";
    let advised = |threshold: &str| {
        folder.file(
            "feed-ranker.yaml",
            spec.replace("threshold: 0.0025", &format!("threshold: {threshold}")),
        );
        let report = json(&folder, &["--select", rules]);
        let findings = report["findings"].as_array().expect("a list").clone();
        let text = |finding: &Json| {
            format!(
                "{}: {}",
                finding["rule"].as_str().expect("a rule"),
                finding["help"].as_str().expect("help")
            )
        };
        findings.iter().map(text).collect::<Vec<_>>()
    };
    let advice = "Fail between 0.0556 % and 0.1 % errors: 2 errors are 0.0556 % of the 3600 requests of step 1 at trough. SLO `availability` allows 0.1 %.";
    assert_eq!(
        advised("0.0025"),
        [format!("rollback-looser-than-slo: {advice}")]
    );
    assert_eq!(
        advised("0.0002"),
        [format!("rollback-threshold-unresolvable: {advice}")]
    );
    for end in ["0.000556", "0.001"] {
        assert_eq!(advised(end), Vec::<String>::new(), "{end}");
    }
}

#[test]
fn tables_and_pages_fit_the_reader() {
    let folder = project("support-chat-llm");
    for words in [
        &["plan"][..],
        &["rules"],
        &["explain", "min-replicas-production"],
        &["config", "."],
    ] {
        for columns in ["60", "80", "120"] {
            let setting = Setting {
                env: &[("COLUMNS", columns)],
                ..Setting::default()
            };
            let answer = folder.run_as(words, &setting);
            let width: usize = columns.parse().expect("a number");
            let mut is_code = false;
            for line in answer.exits(0).out.lines() {
                is_code ^= line.starts_with("```");
                assert!(
                    is_code || line.chars().count() <= width,
                    "{columns}: {line}"
                );
            }
        }
    }
}

#[test]
fn in_a_pipe_each_row_is_a_line() {
    let folder = project("support-chat-llm");
    let setting = Setting {
        env: &[("COLUMNS", "")],
        ..Setting::default()
    };
    let rules = folder.run_as(&["rules"], &setting);
    rules.says("\n  min-replicas-production          error       Production service may run on too few replicas\n");
    let config = folder.run_as(&["config", "."], &setting);
    config.says("policy.severityMatrix.very-low = {\"high\":\"low\",\"low\":\"very-low\",\"moderate\":\"very-low\",\"very-high\":\"low\",\"very-low\":\"very-low\"}  default\n");
    let plan = folder.run_as(&["plan"], &setting);
    plan.says("\n    analysis  first fails  at latest  samples  needed  errors   budget\n");
}

#[test]
fn words_of_a_command_line_do_not_act() {
    let folder = Folder::new();
    for word in [
        "--x\n::error::forged",
        "--x\u{1b}[2J\u{202e}##vso[task.complete]",
        "--x\u{9b}31m##[error]y",
    ] {
        for words in [
            &["check", word][..],
            &[word],
            &["check", "--format", word],
            &["check", "--fail-on", &word[3..]],
            &["check", "--", word],
        ] {
            let answer = folder.run(words);
            answer.exits(2);
            let told = format!("{}{}", answer.out, answer.err);
            for line in told.lines() {
                assert!(!line.trim_start().starts_with("::"), "{told}");
                assert!(!line.contains("##[") && !line.contains("##vso["), "{told}");
                assert!(!line.contains(servelint::output::safe::is_active), "{told}");
            }
        }
    }
    folder
        .run(&["check", "--x\n::error::forged"])
        .says("unexpected argument '--x\\n::error::forged' found");
}

#[test]
fn a_command_in_a_file_name_is_broken_up() {
    let name = "a ##vso[task.complete] ##[error].yaml";
    let folder = Folder::with(&[(name, &good_but("tier: standard", "tier: standrd"))]);
    let answer = folder.run(&["check", "--format", "github", "--as-of", super::run::DAY]);
    answer.exits(1);
    assert!(
        answer.out.starts_with("::error file=a ##vso\\u{5b}task"),
        "{}",
        answer.out
    );
    answer.keeps_quiet_about("##vso[").keeps_quiet_about("##[");
}

#[test]
fn a_stub_has_the_type_of_its_field_and_is_never_a_go() {
    let good: Json =
        serde_json::from_str(include_str!("../data/feed-ranker.serving.json")).expect("JSON");
    let folder = Folder::new();
    let mut paths = Vec::new();
    mappings(&good, "", &mut paths);
    for (number, path) in paths.iter().enumerate() {
        let mut text = good.clone();
        let (above, key) = path.rsplit_once('/').expect("a path");
        let above = text.pointer_mut(above).and_then(Json::as_object_mut);
        above.expect("a mapping").remove(key);
        folder.file(&format!("{number}/servelint.toml"), "root = true\n");
        folder.file(&format!("{number}/a.json"), text.to_string());
    }
    folder.check(&["--fix", "--unsafe"]).exits(1);
    let mut stubs = 0;
    for (number, path) in paths.iter().enumerate() {
        let text: Json =
            serde_json::from_str(&folder.read(&format!("{number}/a.json"))).expect("JSON");
        let Some(stub) = text.pointer(path) else {
            continue;
        };
        stubs += 1;
        assert!(stub.is_object(), "{path}: {stub}");
        let answer = folder.check(&[&format!("{number}/a.json")]);
        assert_eq!(answer.code, 1, "{path}: {}", answer.shown());
        answer.keeps_quiet_about(" go in ");
    }
    assert!(stubs >= 5, "{stubs} of {paths:?}");
}

/// The pointers of all mappings below this one.
fn mappings(value: &Json, at: &str, paths: &mut Vec<String>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        if value.is_object() {
            paths.push(format!("{at}/{key}"));
        }
        mappings(value, &format!("{at}/{key}"), paths);
    }
}

#[cfg(unix)]
#[test]
fn a_fixed_file_keeps_its_mode_and_its_group() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    let folder = Folder::with(&[("a.yaml", &good_but("owner:", "ownr:"))]);
    let path = folder.path.join("a.yaml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("a mode");
    // Only root may give files away.
    let given = chown(&path, Some(4321), Some(4322)).is_ok();
    let before = std::fs::metadata(&path).expect("a file");
    folder.check(&["--fix"]).says("made 1 fix in 1 file");
    let after = std::fs::metadata(&path).expect("a file");
    assert_ne!(before.ino(), after.ino(), "it takes the place of the file");
    assert_eq!(after.mode(), before.mode());
    assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
    assert!(given || after.uid() != 4321);
}
