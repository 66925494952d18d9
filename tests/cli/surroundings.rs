//! `servelint evidence`: what a file proves in the documents around it, several files beside each other, and plots.

use super::run::{Folder, GOOD, Setting};

const VEGETA: &str = include_str!("../../fixtures/cases/evidence/feed-ranker-load.json");
const SAMPLES: &str = include_str!("../../fixtures/evidence/samples/latencies.csv");

const CHECKLIST: &str = "\
apiVersion: servelint/v1alpha1
kind: VerificationChecklist
metadata: {name: feed-ranker, owner: team-feed-relevance}
spec:
  servingSpec: feed-ranker
  revision: 31
  items:
    - id: LOAD-1
      title: Slow requests
      category: load
      gate: blocking
      metric: {name: request_latency, statistic: p99, unit: ms}
      op: lte
      threshold: 50
      method: {tool: vegeta}
      evidence: [evidence/run.json]
      owner: priya.s
    - id: LOAD-2
      title: Slow requests, without a result
      category: load
      gate: blocking
      metric: {name: request_latency, statistic: p95, unit: ms}
      op: lte
      threshold: 1
      method: {tool: vegeta}
      owner: priya.s
    - id: TTFT-1
      title: Another metric
      category: load
      gate: blocking
      metric: {name: time_to_first_token, statistic: p95, unit: ms}
      op: lte
      threshold: 1
      method: {tool: vegeta}
      evidence: [evidence/run.json]
      owner: priya.s
";

fn project() -> Folder {
    Folder::with(&[
        ("servelint.toml", ""),
        ("spec.yaml", GOOD),
        ("checklist.yaml", CHECKLIST),
        ("evidence/run.json", VEGETA),
    ])
}

/// What stands from a name on, in one line.
fn row(out: &str, name: &str) -> String {
    let line = out.split_whitespace().collect::<Vec<_>>().join(" ");
    let at = line.find(name).unwrap_or_else(|| panic!("{name}: {out}"));
    line[at..].chars().take(150).collect()
}

#[test]
fn a_file_names_the_claims_that_it_can_prove() {
    let folder = project();
    let answer = folder.run(&["evidence", "evidence/run.json"]);
    answer.exits(0).says("Statement\n  none beside it");
    let met = row(&answer.out, "item `LOAD-1`");
    assert!(
        met.contains("p99 request_latency lte 50 ms") && met.contains("43.8 ms"),
        "{met}"
    );
    assert!(
        met.contains("shows met") && met.contains("attested: "),
        "{met}"
    );
    let other = row(&answer.out, "item `LOAD-2`");
    assert!(
        other.contains("would be missed, and is not named"),
        "{other}"
    );
    let absent = row(&answer.out, "item `TTFT-1`");
    assert!(
        absent.contains("does not hold the metric") && absent.contains("unjudged"),
        "{absent}"
    );
    let json = folder.run(&["evidence", "evidence/run.json", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(found["documents"][0]["file"], "checklist.yaml");
    let claims = &found["documents"][0]["claims"];
    assert_eq!(
        (&claims[0]["meets"], &claims[0]["isCited"]),
        (&true.into(), &true.into())
    );
    assert_eq!(
        (&claims[2]["meets"], &claims[2]["isCited"]),
        (&false.into(), &false.into())
    );
    assert_eq!(claims[1]["meets"], serde_json::Value::Null);
    assert_eq!(found["statement"], serde_json::Value::Null);
}

#[test]
fn the_statement_beside_a_file_is_shown() {
    let folder = project();
    folder
        .run(&[
            "evidence",
            "bind",
            "evidence/run.json",
            "--spec",
            "spec.yaml",
            "--by",
            "ada",
        ])
        .exits(0);
    folder
        .run(&["evidence", "evidence/run.json"])
        .exits(0)
        .says("run.json.intoto.json: bound: ada attests it, service feed-ranker, revision 31");
    folder.file("evidence/run.json", VEGETA.replace("43800000", "43900000"));
    folder
        .run(&["evidence", "evidence/run.json"])
        .says("counts for nothing: its sha256 is not that of the result");
}

#[test]
fn a_file_without_documents_and_a_broken_one_beside_it_are_read() {
    let folder = Folder::with(&[("run.json", VEGETA)]);
    folder
        .run(&["evidence", "run.json"])
        .exits(0)
        .says("Proves\n  nothing: ");
    folder.file(
        "broken.yaml",
        "apiVersion: servelint/v1alpha1\nkind: [\n# run.json\n",
    );
    folder
        .run(&["evidence", "run.json"])
        .exits(0)
        .says("vegeta-json");
    // What comes through a pipe has nothing around it.
    let setting = Setting {
        stdin: VEGETA.as_bytes(),
        ..Setting::default()
    };
    let answer = folder.run_as(&["evidence", "-"], &setting);
    answer.exits(0).keeps_quiet_about("Proves");
}

#[test]
fn several_files_are_compared() {
    let folder = Folder::with(&[("a.json", VEGETA), ("b.csv", SAMPLES)]);
    folder.file(
        "c.csv",
        include_str!("../../fixtures/evidence/perf-analyzer/sweep.csv"),
    );
    let answer = folder.run(&["evidence", "a.json", "b.csv", "c.csv"]);
    answer
        .exits(0)
        .says("vegeta-json")
        .says("perf-analyzer")
        .says("c.csv /1");
    assert!(answer.out.contains("request_latency p99"), "{}", answer.out);
    let columns = Setting {
        env: &[("COLUMNS", "60")],
        ..Setting::default()
    };
    let narrow = folder.run_as(&["evidence", "a.json", "b.csv", "c.csv"], &columns);
    narrow.exits(0).says("request_latency p99 (s)\n");
    let json = folder.run(&["evidence", "a.json", "b.csv", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(found["files"][1]["evidence"]["format"], "samples");
    assert!(
        found["compared"]
            .as_array()
            .is_some_and(|rows| rows.len() > 5)
    );
    folder
        .run(&["evidence", "a.json", "none.json"])
        .exits(2)
        .says("none.json is no evidence");
}

#[test]
fn a_plot_says_what_it_is_drawn_from() {
    let folder = Folder::with(&[("a.json", VEGETA), ("b.csv", SAMPLES)]);
    let ascii = Setting {
        env: &[("LANG", "C")],
        ..Setting::default()
    };
    let plain = folder.run_as(&["evidence", "b.csv", "--plot"], &ascii);
    plain.exits(0).says("from samples: a bar").says("  #");
    assert!(plain.out.is_ascii(), "{}", plain.out);
    let unicode = Setting {
        env: &[("LANG", "en_US.UTF-8")],
        ..Setting::default()
    };
    folder
        .run_as(&["evidence", "a.json", "--plot"], &unicode)
        .exits(0)
        .says("from percentiles: a bar is a time")
        .says("█");
    let json = folder.run(&["evidence", "b.csv", "--plot", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(found["distributions"][0]["source"], "samples");
    folder
        .run_as(&["evidence", "a.json", "b.csv", "--plot"], &ascii)
        .exits(0)
        .says("\na.json\n")
        .says("\nb.csv\n");
}

#[test]
fn assumptions_and_decisions_that_rest_on_a_file_are_named() {
    let assumed = GOOD.replace(
        "  assumptions: []\n  noAssumptions: staging replays recorded traffic\n",
        "  assumptions:\n    - id: A1\n      statement: the fleet serves 400 requests/s\n      ifWrong: the gateway sheds load\n      owner: priya.s\n      basis: {evidence: evidence/run.json}\n",
    );
    assert_ne!(assumed, GOOD);
    let folder = Folder::with(&[
        ("servelint.toml", ""),
        ("spec.yaml", &assumed),
        ("evidence/run.json", VEGETA),
    ]);
    let answer = folder.run(&["evidence", "evidence/run.json"]);
    let named = row(&answer.out, "assumption `A1`");
    assert!(named.contains("no rule compares"), "{named}");
    let folder = Folder::project("feed-ranker");
    let answer = folder.run(&["evidence", "evidence/k6-in-process.json"]);
    let named = row(
        &answer.out,
        "decision `ADR-0031`, performance of option `in-process`",
    );
    assert!(named.contains("no rule compares"), "{named}");
}
