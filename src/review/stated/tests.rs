use super::*;
use crate::{
    document::{
        read::{Format, parse},
        source::Source,
    },
    facts::Placed,
    manifest::facts::{PodFacts, WorkloadFacts},
};

const SPEC: &str = "spec:
  assumptions:
    - {id: A1, basis: {evidence: traffic.csv}, check: {fact: traffic.observedPeak, op: lte, value: 12}}
    - {id: A2, check: {fact: gpus.totl, op: lte, value: 12}}
  constraints:
    - {id: C1, hard: true, check: {fact: gpus.total, op: lte, value: 15}}
    - {id: C2, hard: true, check: {fact: regions, op: in, value: [eu-west]}}
    - {id: C3, hard: true}
    - {id: C4, hard: true, check: {fact: timeouts.client, op: lte, value: 200}}
  model: {uri: 'hf://a/b:abc'}
  serving: {runtime: {image: 'ghcr.io/a/b:v1'}}
  resources: {gpu: {type: nvidia-h100-80gb, count: 2, memory: 79Gi}}
  capacity: {replicas: {min: 3, max: 8}}
  timeouts: {client: 200ms}
";

fn node(text: &str) -> Node {
    let parsed = parse(&Source::new("a.yaml", text), Format::Yaml);
    parsed.documents[0].root.clone()
}

fn config(text: &str) -> Config {
    Config::parse(&Source::new("servelint.toml", text)).expect("a configuration")
}

fn manifest(regions: Option<&[&str]>, images: &[&str]) -> ManifestFacts {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let at = Pointer::default().key("spec");
    ManifestFacts {
        kind: "Deployment",
        name: Some("ranker".into()),
        workload: Some(WorkloadFacts {
            images: images
                .iter()
                .map(|image| Placed::new((*image).to_owned(), &at))
                .collect(),
            ..WorkloadFacts::default()
        }),
        pods: vec![PodFacts {
            at,
            regions: regions.map(names),
            ..PodFacts::default()
        }],
        ..ManifestFacts::default()
    }
}

fn facts(spec: &str, manifests: &[ManifestFacts], config: &Config) -> Vec<StatedFact> {
    let rates = BTreeMap::from([("peak_rps".to_owned(), Number::new(13.5).expect("finite"))]);
    stated(&StatedSources {
        spec: &node(spec),
        manifests: manifests.iter().enumerate().collect(),
        cut: false,
        traffic: &BTreeMap::from([("traffic.csv".to_owned(), rates)]),
        config,
    })
}

fn said(facts: &[StatedFact], name: &str) -> String {
    let fact = facts
        .iter()
        .find(|fact| fact.known.name == name)
        .expect(name);
    match &fact.value {
        Ok(value) => value.shown(fact.known.kind),
        Err(reason) => format!("unknown: {reason}"),
    }
}

#[test]
fn each_fact_is_known_by_its_source_or_its_path() {
    let facts = facts(SPEC, &[], &Config::default());
    assert_eq!(facts.len(), VOCABULARY.len());
    for fact in &facts {
        let computed = fact.value.as_ref().err().map(String::as_str);
        assert_ne!(computed, Some("nothing states it"), "{}", fact.known.name);
    }
}

#[test]
fn facts_follow_from_the_specification_the_manifests_and_the_configuration() {
    let config = config(
        "[prices.gpuHour]\nnvidia-h100-80gb = 3.5\n[residency]\neu-west = \"EU\"\nus-east = \"US\"\n",
    );
    let manifests = [
        manifest(Some(&["eu-west"]), &["nvcr.io/a/b:v1"]),
        manifest(Some(&["us-east"]), &["redis"]),
    ];
    let facts = facts(SPEC, &manifests, &config);
    for (name, wanted) in [
        ("gpus.total", "16"),
        ("gpus.types", "nvidia-h100-80gb"),
        ("gpus.memory", "79Gi"),
        ("cost.hourly", "56"),
        ("regions", "eu-west, us-east"),
        ("dataResidency", "EU, US"),
        ("registries", "docker.io, ghcr.io, nvcr.io"),
        ("images.pinned", "false"),
        ("model.revision", "abc"),
        ("timeouts.client", "200ms"),
        ("traffic.observedPeak", "13.5"),
    ] {
        assert_eq!(said(&facts, name), wanted, "{name}");
    }
}

#[test]
fn what_nobody_states_is_unknown_with_its_reason() {
    let limited = manifest(Some(&["eu-west"]), &["ghcr.io/a/b:v1"]);
    let broken = [limited.clone(), ManifestFacts::broken("Deployment")];
    let free = [limited.clone(), manifest(None, &[])];
    let (limited, none) = ([limited], []);
    let all = "[prices.gpuHour]\nnvidia-h100-80g = 3.5\n[residency]\nus-east = \"US\"\n";
    let unfit = "does not fit its schema";
    let rows: [(&[ManifestFacts], &str, &str, &str); 9] = [
        (&none, "", "cost.hourly", "has no `[prices.gpuHour]`"),
        (&none, all, "cost.hourly", "`nvidia-h100-80g` has one"),
        (&none, "", "regions", "no manifest describes"),
        (&none, "", "traffic.peak", "`spec.traffic.peakRps` is not"),
        (
            &free,
            "",
            "regions",
            "the Deployment `ranker` can run in any",
        ),
        (&broken, "", "regions", unfit),
        (&broken, "", "registries", unfit),
        (&limited, "", "dataResidency", "has no `[residency]`"),
        (&limited, all, "dataResidency", "does not name `eu-west`"),
    ];
    for (manifests, text, name, reason) in rows {
        let found = said(&facts(SPEC, manifests, &config(text)), name);
        let is_unknown = found.starts_with("unknown: ");
        assert!(is_unknown && found.contains(reason), "{name}: {found}");
    }
}

#[test]
fn a_specification_that_states_little_leaves_most_facts_unknown() {
    let free = manifest(None, &[]);
    let bare = facts(
        "spec: {resources: {gpu: {count: 2}}}",
        &[free],
        &Config::default(),
    );
    for name in [
        "gpus.total",
        "registries",
        "images.pinned",
        "model.revision",
    ] {
        assert!(said(&bare, name).starts_with("unknown: "), "{name}");
    }
}

#[test]
fn a_check_holds_is_refuted_is_unknown_or_unfit() {
    let spec = node(SPEC);
    let found = checks(&spec, &facts(SPEC, &[], &Config::default()));
    let outcomes: Vec<(&str, &str)> = found
        .iter()
        .map(|check| (check.fact, check.outcome))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("gpus.total", "refuted"),
            ("regions", "unknown"),
            ("timeouts.client", "unfit"),
            ("traffic.observedPeak", "refuted"),
        ]
    );
    assert_eq!(found[0].stated.as_deref(), Some("16 GPUs"));
    assert_eq!(found[0].wanted.as_deref(), Some("at most 15"));
    assert_eq!(
        found[3].places[0].to_string(),
        "/serving/spec/assumptions/0/basis/evidence"
    );
}
