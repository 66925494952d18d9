//! Naming one file brings its whole service into the verdict and the report, and nothing else.

use super::{
    policy,
    run::{Folder, GOOD},
};
use crate::common::{files, git, projects};

const CHECKLIST: &str = "\
apiVersion: servelint/v1alpha1
kind: VerificationChecklist
metadata: {name: feed-ranker, owner: team-feed-relevance}
spec:
  servingSpec: feed-ranker
  revision: 31
  items:
    - id: LOAD-1
      title: Availability at peak
      category: load
      gate: blocking
      verifies: [slo/nonsense]
      metric: {name: availability, unit: ratio}
      op: gte
      threshold: 0.9995
      method: {tool: k6, command: k6 run peak.js}
      owner: priya.s
";

fn project() -> Folder {
    let other = GOOD
        .replace("feed-ranker", "other")
        .replace("gateway: 150ms", "gateway: 80ms");
    Folder::with(&[
        ("servelint.toml", ""),
        ("specs/spec.yaml", GOOD),
        ("checks/checklist.yaml", CHECKLIST),
        ("other/spec.yaml", &other),
        ("nested/servelint.toml", ""),
        ("nested/spec.yaml", GOOD),
    ])
}

#[test]
fn the_other_documents_of_the_service_are_compared() {
    let folder = project();
    let answer = folder.check(&["checks/checklist.yaml"]);
    answer
        .says("nonsense")
        .says("in 1 file (1 document, 1 review")
        .says("verdict: feed-ranker");
    answer
        .keeps_quiet_about("other")
        .keeps_quiet_about("duplicate-service");
    let answer = folder.check(&["specs/spec.yaml"]);
    answer.says("nonsense").keeps_quiet_about("other");
    folder
        .check(&["other/spec.yaml"])
        .says("timeouts-order")
        .keeps_quiet_about("feed-ranker ");
}

#[test]
fn a_folder_brings_the_services_of_its_files_as_each_file_does() {
    let folder = project();
    let named = folder.check(&["checks/checklist.yaml"]);
    let walked = folder.check(&["checks"]);
    walked
        .exits(named.code)
        .says("nonsense")
        .says("verdict: feed-ranker no-go")
        .keeps_quiet_about("other");
    let folder = Folder::new();
    files::copy(
        &projects::project("support-chat-llm"),
        &folder.path,
        &|_| true,
    );
    git::init(&folder.path);
    git::commit(&folder.path, "base");
    let text = folder.read("deploy/llmisvc-v7.yaml");
    folder.file(
        "deploy/llmisvc-v7.yaml",
        text.replace("minReplicas: 3", "minReplicas: 4"),
    );
    let of = |words: &[&str]| policy::concise(&folder, words);
    for words in [&[][..], &["--policy-from", "HEAD"], &["--since", "HEAD"]] {
        let named = of(&[&["deploy/llmisvc-v7.yaml"], words].concat());
        let walked = of(&[&["deploy"], words].concat());
        walked
            .says("verdict: support-chat-llm ")
            .keeps_quiet_about("not-reviewed")
            .exits(named.code);
    }
    // What is left out of a run is left out here as well.
    let folder = project();
    folder.file("servelint.toml", "[check]\nexclude = [\"checks/**\"]\n");
    folder
        .check(&["specs"])
        .exits(0)
        .keeps_quiet_about("nonsense");
    folder
        .check(&["specs/spec.yaml"])
        .exits(0)
        .keeps_quiet_about("nonsense");
}

#[test]
fn isolated_means_alone() {
    let folder = project();
    folder
        .check(&["specs/spec.yaml", "--isolated"])
        .exits(0)
        .keeps_quiet_about("nonsense");
}

#[test]
fn a_neighbour_that_cannot_be_read_is_said() {
    let folder = project();
    folder.file(
        "deploy/broken.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: feed-ranker}\nspec: [\n",
    );
    let answer = folder.check(&["specs/spec.yaml"]);
    answer.says(
        "not checked: deploy/broken.yaml: it may belong to a service that was checked, but: ",
    );
}

#[test]
fn a_neighbour_of_ours_that_cannot_be_read_is_an_error() {
    let folder = project();
    folder.file("specs/broken.yaml", format!("{CHECKLIST}    - [\n"));
    let answer = folder.check(&["specs/spec.yaml"]);
    answer
        .exits(1)
        .says("specs/broken.yaml:")
        .says("error[syntax-invalid]")
        .says("verdict: feed-ranker no-go");
}
