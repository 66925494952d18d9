//! Naming one file brings its whole service into the verdict and the report, and nothing else.

use super::run::{Folder, GOOD};

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
