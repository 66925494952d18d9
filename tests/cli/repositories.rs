//! What is said of repositories of the shapes that people publish, as their owners read it. Each snapshot was read
//! as such an owner: whoever changes one reads it again.

use super::run::{Answer, DAY, Folder, Setting};
use crate::common::repositories;

/// Columns of the terminal that the snapshots are of.
const WIDTH: &str = "100";

fn written(name: &str) -> (Folder, String) {
    let folder = Folder::new();
    let about = repositories::write(name, &folder.path);
    (folder, about)
}

fn checked(folder: &Folder, more: &[&str]) -> Answer {
    let words = ["check", ".", "--as-of", DAY, "--no-progress"];
    let setting = Setting {
        env: &[("COLUMNS", WIDTH)],
        ..Setting::default()
    };
    folder.run_as(&[&words, more].concat(), &setting)
}

#[test]
fn every_shape_of_repository_reads_well() {
    let names = repositories::names();
    assert!(names.len() >= 9, "{names:?}");
    for name in names {
        let (folder, about) = written(&name);
        let answer = checked(&folder, &[]);
        let shown = format!(
            "{about}\n\nexit code {}\n\n{}{}",
            answer.code, answer.out, answer.err
        );
        // How many rules there are is no matter of the repository.
        let rules = format!(
            "{} rules)",
            servelint::policy::Pack::embedded()
                .expect("rules")
                .rules()
                .len()
        );
        insta::assert_snapshot!(
            format!("repository_{name}"),
            shown.replace(&rules, "N rules)")
        );
    }
}

/// Who reads sees a rule once; programs get each finding.
#[test]
fn findings_that_are_alike_are_one_group_for_people_and_each_for_programs() {
    let (folder, _) = written("inference-samples");
    let rule = "rollout-needs-spare-gpu";
    let tag = format!("warning[{rule}]");
    let rich = checked(&folder, &[]).out;
    assert_eq!(rich.matches(&tag).count(), 2, "{rich}");
    assert!(rich.contains(&format!("{tag}: the same at ")), "{rich}");
    assert!(
        rich.contains("and 39 more; `--format concise` lists all"),
        "{rich}"
    );
    let concise = checked(&folder, &["--format", "concise"]).out;
    assert_eq!(concise.matches(&tag).count(), 64, "{concise}");
    for format in ["github", "junit", "sarif", "json"] {
        let out = checked(&folder, &["--format", format]).out;
        assert!(out.matches(rule).count() >= 64, "{format}");
    }
}

/// A manifest without a name, and where its service stands instead.
const NAMELESS: [(&str, &str, &str); 7] = [
    (
        "none.yaml",
        "metadata: {labels: {app: a}}",
        "Deployment in none.yaml",
    ),
    ("no-metadata.yaml", "", "Deployment in no-metadata.yaml"),
    (
        "empty.yaml",
        "metadata: {name: ''}",
        "Deployment in empty.yaml",
    ),
    ("null.yaml", "metadata: {name: }", "Deployment in null.yaml"),
    (
        "generated.yaml",
        "metadata: {generateName: a-}",
        "Deployment in generated.yaml",
    ),
    (
        "placeholder.yaml",
        "metadata: {name: '${NAME}'}",
        "Deployment in placeholder.yaml",
    ),
    (
        "angle.yaml",
        "metadata: {name: '<your-name>'}",
        "Deployment in angle.yaml",
    ),
];

fn deployment(metadata: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\n{metadata}\nspec:\n  selector: {{matchLabels: {{app: a}}}}\n  \
         template:\n    metadata: {{labels: {{app: a}}}}\n    spec:\n      containers:\n        \
         - {{name: a, image: 'vllm/vllm-openai:latest'}}\n"
    )
}

#[test]
fn a_service_without_a_name_is_shown_by_its_place_in_every_format() {
    let folder = Folder::new();
    let mut wanted: Vec<String> = Vec::new();
    for (file, metadata, shown) in NAMELESS {
        folder.file(file, deployment(metadata));
        wanted.push(shown.to_owned());
    }
    let item = "- apiVersion: serving.kserve.io/v1beta1\n  kind: InferenceService\n  \
                spec: {predictor: {model: {modelFormat: {name: onnx}, storageUri: 's3://a/latest'}}}\n";
    folder.file(
        "list.yaml",
        format!("apiVersion: v1\nkind: List\nitems:\n{item}{item}"),
    );
    folder.file(
        "config.pbtxt",
        "backend: \"onnxruntime\"\nmax_batch_size: 8\n",
    );
    wanted.push("InferenceService in list.yaml:4".to_owned());
    wanted.push("InferenceService in list.yaml:7".to_owned());
    for (format, answer) in folder.run_in_every_format(&["check", ".", "--as-of", DAY], "rich") {
        // Markdown and the markers of Azure write it so.
        let out = answer.out.replace("&#58;", ":");
        for name in &wanted {
            let lists_services = !["azure", "gitlab", "tap"].contains(&format);
            assert!(
                out.contains(name) || !lists_services,
                "{format} lacks {name}:\n{}",
                answer.out
            );
        }
        for blank in [
            "service ``",
            "Deployment ``",
            "\"service\": \"\"",
            "name=\"\"",
            "verdict:  ",
        ] {
            assert!(
                !answer.out.contains(blank),
                "{format} has {blank}:\n{}",
                answer.out
            );
        }
    }
}

#[test]
fn a_specification_with_a_blank_name_claims_nothing_and_is_shown_by_its_place() {
    let folder = Folder::new();
    folder.file("empty.yaml", deployment("metadata: {name: ''}"));
    let spec = "apiVersion: servelint/v1alpha1\nkind: ServingSpec\nmetadata: {name: ''}\n";
    folder.file("spec.yaml", spec);
    let out = checked(&folder, &[]).out;
    assert!(out.contains("ServingSpec in spec.yaml "), "{out}");
    assert!(out.contains("Deployment in empty.yaml "), "{out}");
}

#[test]
fn a_run_without_a_specification_ends_with_how_to_begin() {
    let (folder, _) = written("gitops");
    let answer = checked(&folder, &[]);
    assert!(
        answer
            .out
            .contains("`servelint init --name embedder` starts a specification of `embedder`")
    );
    // What it names works, and nobody is told to begin who has begun.
    assert_eq!(folder.run(&["init", "--name", "embedder"]).code, 0);
    let answer = checked(&folder, &[]);
    assert!(!answer.out.contains("servelint init"), "{}", answer.out);
}
