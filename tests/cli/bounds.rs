//! What is too large is refused at its place, and nothing that a change can commit takes long.

use super::run::{Answer, DAY, Folder, GOOD};
use serde_json::Value as Json;

/// The good specification with so many unknown keys in one line.
fn with_unknown_keys(count: usize) -> String {
    let keys: Vec<String> = (0..count).map(|n| format!("zz{n:06}: 1")).collect();
    let line = format!("timeouts: {{{}, client", keys.join(", "));
    GOOD.replace("timeouts: {client", &line)
}

/// One review, each of whose lists is as long as this asks for.
struct Lengths {
    options: usize,
    items: usize,
    steps: usize,
}

const FEW: Lengths = Lengths {
    options: 2,
    items: 1,
    steps: 1,
};

fn review(lengths: &Lengths) -> String {
    let option = |n| {
        format!(
            "        - {{id: o{n}, title: t, tradeoffs: {{security: &t {{rating: neutral, rationale: same}}, performance: *t, \
             operability: *t, maintainability: *t}}}}\n"
        )
    };
    let item = |n| {
        format!(
            "    - {{id: I{n}, title: t, category: load, gate: advisory, verifies: [slo/availability], op: gte, threshold: 0.9, \
             metric: {{name: success_ratio, statistic: ratio, unit: ratio}}}}\n"
        )
    };
    let step = |n| format!("      - {{weight: {}, bake: 10m}}\n", n % 100 + 1);
    let of = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<String>();
    format!(
        "{GOOD}  rollout:\n    strategy: canary\n    steps:\n{}---\n\
         apiVersion: servelint/v1alpha1\nkind: DecisionLog\nmetadata: {{name: feed-ranker, owner: team-feed-relevance}}\n\
         spec:\n  servingSpec: feed-ranker\n  decisions:\n    - id: D1\n      title: t\n      status: proposed\n      options:\n{}---\n\
         apiVersion: servelint/v1alpha1\nkind: VerificationChecklist\nmetadata: {{name: feed-ranker, owner: team-feed-relevance}}\n\
         spec:\n  servingSpec: feed-ranker\n  items:\n{}",
        of(lengths.steps, &step),
        of(lengths.options, &option),
        of(lengths.items, &item),
    )
}

fn check(text: &str) -> Answer {
    Folder::with(&[("a.yaml", text)]).check(&[])
}

#[test]
fn what_exceeds_a_limit_is_an_error_at_its_place() {
    for (most, limit, lengths) in [
        ("`options` may hold at most 50 entries", 50, |options| {
            Lengths { options, ..FEW }
        }),
        ("`items` may hold at most 500 entries", 500, |items| {
            Lengths { items, ..FEW }
        }),
        ("`steps` may hold at most 50 entries", 50, |steps| Lengths {
            steps,
            ..FEW
        }),
    ] as [(&str, usize, fn(usize) -> Lengths); 3]
    {
        let allowed = check(&review(&lengths(limit)));
        assert!(!allowed.out.contains("at most"), "{}", allowed.shown());
        assert_ne!(allowed.code, 2, "{}", allowed.shown());
        let key = most.split('`').nth(1).expect("a key");
        let text = review(&lengths(limit + 1));
        let line = text
            .lines()
            .position(|line| line.trim() == format!("{key}:"));
        let place = format!("a.yaml:{}:", line.expect("the key") + 1);
        let answer = check(&text);
        answer.exits(1).says(most);
        let said = answer.out.lines().find(|line| line.contains(most));
        let said = said.expect("the error");
        assert!(
            said.starts_with(&place) && said.contains("error[schema-valid]"),
            "{said}"
        );
        // The rules do not see it, and that is said.
        answer.says("the schema refuses `/spec/");
    }
}

#[test]
fn a_document_of_too_many_values_is_refused_at_the_first_of_them() {
    let list = format!("[{}]", vec!["1"; 9_000].join(", "));
    let text = GOOD.replace(
        "inScope: [online ranking of up to 500 candidates per request]",
        &format!("inScope: [{list},\n      {list},\n      {list}]"),
    );
    let answer = check(&text);
    answer
        .exits(1)
        .says("the document may hold at most 20000 values; this is one more")
        .says("a.yaml:13:");
}

#[test]
fn a_mapping_of_too_many_keys_is_refused_in_every_kind() {
    let keys: Vec<String> = (0..10_001).map(|n| format!("k{n}: x")).collect();
    let keys = keys.join(", ");
    let manifest = format!(
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {{name: x, annotations: {{{keys}}}}}\n\
         spec: {{predictor: {{model: {{modelFormat: {{name: onnx}}, storageUri: s3://x/y}}}}}}\n"
    );
    check(&manifest)
        .exits(1)
        .says("a.yaml:3:")
        .says("this holds 10001 entries; a mapping or list may hold at most 10000");
    let own = GOOD.replace(
        "  revision: 31",
        &format!("  revision: 31\n  labels: {{{keys}}}"),
    );
    check(&own)
        .exits(1)
        .says("a.yaml:7:")
        .says("this holds 10001 entries");
}

#[test]
fn documents_that_are_too_much_together_are_not_compared_and_no_go() {
    let items: String = (0..500)
        .map(|n| {
            format!(
                "    - {{id: I{n}, title: t, category: load, gate: advisory, op: gte, threshold: 1, verifies: [{}]}}\n",
                vec!["slo/availability"; 25].join(", ")
            )
        })
        .collect();
    let list = format!(
        "---\napiVersion: servelint/v1alpha1\nkind: VerificationChecklist\n\
         metadata: {{name: feed-ranker, owner: team-feed-relevance}}\nspec:\n  servingSpec: feed-ranker\n  items:\n{items}"
    );
    let folder = Folder::with(&[("a.yaml", &format!("{GOOD}{list}"))]);
    let words = "hold more than 40000 values together, so they were not compared";
    assert!(!folder.check(&[]).out.contains(words));
    folder.file("a.yaml", format!("{GOOD}{list}{list}{list}"));
    folder
        .check(&[])
        .exits(1)
        .says(words)
        .says("feed-ranker no-go");
}

fn summary(folder: &Folder) -> (i32, Json) {
    let answer = folder.run(&["check", "--format", "json", "--as-of", DAY]);
    let report = serde_json::from_str(&answer.out).unwrap_or_else(|_| panic!("{}", answer.shown()));
    (answer.code, report)
}

#[test]
fn unknown_keys_beyond_those_that_are_listed_count() {
    let folder = Folder::with(&[("a.yaml", &with_unknown_keys(5_000))]);
    let (code, report) = summary(&folder);
    assert_eq!((code, &report["summary"]["errors"]), (1, &5_000.into()));
    let findings = report["findings"].as_array().expect("a list");
    assert_eq!(findings.len(), 201);
    let rest = findings
        .iter()
        .filter_map(|finding| finding["message"].as_str())
        .find(|message| message.starts_with("4800 more unknown fields"));
    assert!(rest.is_some(), "{findings:?}");
    // Who takes the rule out takes all of them out, and no waiver of one key covers the others.
    folder.file(
        "servelint.toml",
        "[[severity]]\nrule = \"unknown-field\"\nlevel = \"warning\"\n",
    );
    let (code, report) = summary(&folder);
    assert_eq!((code, &report["summary"]["warnings"]), (0, &5_000.into()));
}

/// The verdict does not depend on which of them are listed: what no waiver covers still decides.
#[test]
fn what_is_not_listed_is_in_no_baseline() {
    let folder = Folder::with(&[("a.yaml", &with_unknown_keys(300))]);
    folder.run(&["baseline", "--as-of", DAY]).exits(0);
    folder
        .check(&["--baseline", "servelint-baseline.json"])
        .exits(1)
        .says("100 more unknown fields")
        .says("no-go");
}

#[test]
fn every_format_lists_the_same_few_and_counts_all() {
    let text = "apiVersion: servelint/v9\nkind: ServingSpec\n---\n".repeat(700);
    let folder = Folder::with(&[("a.yaml", &text)]);
    let said = "200 more findings of this rule in the document, of whose findings 500 are listed";
    let words = ["check", "--as-of", DAY];
    for (format, answer) in folder.run_in_every_format(&words, "concise") {
        answer.exits(1);
        // `rich` wraps it, and the others show the first few of all.
        if ["concise", "json", "sarif", "gitlab", "junit", "tap"].contains(&format) {
            assert!(answer.out.contains(said), "{format}: {}", answer.out.len());
        }
        if ["rich", "concise"].contains(&format) {
            answer.says("700 errors");
        }
    }
}

/// The seconds of CPU of a check that ends with 1.
#[cfg(unix)]
fn seconds(folder: &Folder) -> f64 {
    let words = ["check", "--format", "concise", "--as-of", DAY];
    let (answer, seconds) = folder.run_counted(&words);
    answer.exits(1);
    seconds
}

/// 700,000 of them had no end.
#[cfg(unix)]
#[test]
fn unknown_keys_cost_no_more_than_their_number() {
    let of = |count| seconds(&Folder::with(&[("a.yaml", &with_unknown_keys(count))]));
    let (few, many) = (of(1_000), of(9_000));
    assert!(
        many < 6.0 * few + 0.5,
        "{few} s for 1,000, {many} s for 9,000"
    );
    let (many, most) = (of(70_000), of(700_000));
    assert!(
        most < 25.0 * many,
        "{many} s for 70,000, {most} s for 700,000"
    );
}

/// The links of a file are resolved once, however many globs and findings there are.
#[cfg(unix)]
#[test]
fn paths_of_severities_cost_nothing_for_each_finding() {
    let globs: String = (0..2_000)
        .map(|n| {
            format!(
                "[[severity]]\nrule = \"unknown-field\"\npath = \"no/{n}.yaml\"\nlevel = \"off\"\n"
            )
        })
        .collect();
    let of = |count| {
        seconds(&Folder::with(&[
            ("servelint.toml", &globs),
            ("a.yaml", &with_unknown_keys(count)),
        ]))
    };
    let (few, many) = (of(5), of(200));
    assert!(many < 2.0 * few + 0.5, "{few} s for 5, {many} s for 200");
}

/// Such a pattern took two minutes for a tenth of the text.
#[cfg(unix)]
#[test]
fn a_pattern_that_explodes_is_left_out_and_said() {
    let crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.example.com}\n\
         spec:\n  group: example.com\n  names: {kind: Widget}\n  versions:\n    - name: v1\n      served: true\n      schema:\n        \
         openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: string, pattern: \"PATTERN\"}}}}}\n";
    let text = format!(
        "apiVersion: example.com/v1\nkind: Widget\nmetadata: {{name: x}}\nspec: {{a: {}b}}\n",
        "a".repeat(1_000_000)
    );
    let of = |pattern: &str| {
        let folder = Folder::with(&[
            ("servelint.toml", "[[schemas]]\ncrd = \"crd.yaml\"\n"),
            ("crd.yaml", &crd.replace("PATTERN", pattern)),
            ("a.yaml", &text),
        ]);
        let (answer, seconds) = folder.run_counted(&["check", "--format", "concise", "a.yaml"]);
        (answer, seconds)
    };
    let (plain, few) = of("^a+b$");
    plain.exits(0);
    let (bomb, many) = of("((((a{10}){10}){10}){10}){10}");
    bomb.exits(0)
        .says("or too large a one, so it is not checked");
    assert!(many < 3.0 * few + 0.5, "{few} s plain, {many} s");
}
