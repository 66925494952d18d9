//! Kinds of a team: `[[schemas]]` with `kind`, their documents, and the rules of packs that read them.

use super::{
    policy::concise,
    run::{DAY, Folder, GOOD},
};
use crate::common::git;
use serde_json::Value as Json;
use std::fs;

const CONFIG: &str = r#"[[schemas]]
kind = "ModelCard"
apiVersion = "acme.dev/v1"
schema = "schemas/ModelCard.json"

[[policies]]
path = "platform"
"#;

const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["apiVersion", "kind", "metadata", "spec"],
  "properties": {
    "apiVersion": {"type": "string"},
    "kind": {"const": "ModelCard"},
    "facts": {"type": "object"},
    "metadata": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
    "spec": {
      "type": "object",
      "required": ["owner", "use"],
      "properties": {
        "service": {"type": "string"},
        "owner": {"type": "string", "description": "The team that answers for the model."},
        "use": {"type": "string", "minLength": 5},
        "license": {"enum": ["apache-2.0", "mit"]},
        "version": {"type": "string"},
        "accuracy": {"type": "number", "maximum": 1}
      },
      "additionalProperties": false
    }
  }
}
"#;

const CARD: &str = "\
apiVersion: acme.dev/v1
kind: ModelCard
metadata: {name: feed-ranker}
spec:
  owner: team-feed
  use: ranks a feed
  license: mit
";

const OWNER: &str = r#"# METADATA
# title: The owner of a model card is not a team
# custom:
#   severity: error
#   applies_to: [ModelCard]
#   help: Name a team.
package acme.rules.card["owner"]

finding contains {"at": ["spec", "owner"], "message": sprintf("owner `%s` is no team", [input.spec.owner])} if {
	not startswith(input.spec.owner, "team-")
}
"#;

const PRESENT: &str = r#"# METADATA
# title: The service has no model card with a license
# custom:
#   severity: error
#   applies_to: [Review]
#   help: Write one.
package acme.rules.card["present"]

finding contains {"at": ["serving", "metadata"], "message": "no model card"} if {
	input.serving
	count(input.kinds.ModelCard) == 0
}

finding contains {
	"at": ["kinds", "ModelCard", i, "spec", "owner"],
	"message": "the card has no license",
	"related": [{"at": ["serving", "metadata", "name"], "message": "this service is served"}],
} if {
	some i, card in input.kinds.ModelCard
	not card.spec.license
}
"#;

const MANIFEST: &str = "name = \"acme\"\nversion = \"1.0.0\"\n";

/// A specification without findings and a card, beside a pack and these further files.
fn with(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        ("card.yaml", CARD),
        ("servelint.toml", CONFIG),
        ("schemas/ModelCard.json", SCHEMA),
        ("platform/servelint-pack.toml", MANIFEST),
        ("platform/policies/card/owner/owner.rego", OWNER),
        ("platform/policies/card/present/present.rego", PRESENT),
    ]);
    for (name, text) in files {
        folder.file(name, text);
    }
    folder
}

/// The same where the card has another text.
fn with_card(from: &str, to: &str) -> Folder {
    assert!(CARD.contains(from), "{from}");
    with(&[("card.yaml", &CARD.replacen(from, to, 1))])
}

fn commit(folder: &Folder) {
    git::init(&folder.path);
    git::commit(&folder.path, "x");
}

#[test]
fn a_document_of_a_declared_kind_takes_part_in_its_review() {
    let answer = with(&[]).check(&["."]);
    answer.exits(0).says("verdict: feed-ranker go in staging");
    answer.says("(2 documents, 1 review");
    answer.keeps_quiet_about("ModelCard");
    let folder = with(&[]);
    fs::remove_file(folder.path.join("card.yaml")).expect("removed");
    let answer = folder.check(&["."]);
    answer.exits(1);
    answer.says("a.yaml:3:1: error[acme/present] no model card");
}

#[test]
fn rules_of_packs_read_it_alone_and_in_the_review() {
    let folder = with_card("team-feed\n", "dana\n");
    let answer = folder.check(&["."]);
    answer.exits(1);
    answer.says("card.yaml:5:10: error[acme/owner] owner `dana` is no team");
    answer.says("verdict: feed-ranker no-go in staging");
    let answer = with_card("  license: mit\n", "").check(&["."]);
    answer.exits(1);
    answer.says("card.yaml:5:10: error[acme/present] the card has no license");
    let rich = folder.run(&["check", "--as-of", DAY, "."]);
    rich.says("─[card.yaml:5:10]").says("Name a team.");
    let json = folder.run(&["check", "--as-of", DAY, "--format", "json", "."]);
    let json: Json = serde_json::from_str(&json.out).expect("JSON");
    let found = json["findings"].as_array().expect("findings");
    let own = found.iter().find(|found| found["rule"] == "acme/owner");
    let own = own.expect("the finding");
    assert_eq!(own["pointer"], "/spec/owner", "{own}");
    assert_eq!(own["range"]["start"]["line"], 5, "{own}");
    let sarif = folder.run(&["check", "--as-of", DAY, "--format", "sarif", "."]);
    sarif
        .says("\"ruleId\": \"acme/owner\"")
        .says("\"uri\": \"card.yaml\"");
}

#[test]
fn it_is_read_in_every_format_with_its_places() {
    let toml = "apiVersion = \"acme.dev/v1\"\nkind = \"ModelCard\"\n[metadata]\nname = \"feed-ranker\"\n[spec]\nowner = \"dana\"\nuse = \"ranks\"\nlicense = \"mit\"\n";
    let json = "[{\"apiVersion\": \"acme.dev/v1\", \"kind\": \"ModelCard\", \"metadata\": {\"name\": \"feed-ranker\"},\n \"spec\": {\"owner\": \"dana\", \"use\": \"ranks\", \"license\": \"mit\"}}]\n";
    for (name, text, place) in [
        ("card.toml", toml, "card.toml:6:9"),
        ("card.json", json, "card.json:2:20"),
    ] {
        let folder = with(&[(name, text)]);
        fs::remove_file(folder.path.join("card.yaml")).expect("removed");
        let answer = folder.check(&["."]);
        answer.exits(1).says(&format!(
            "{place}: error[acme/owner] owner `dana` is no team"
        ));
        answer.says("verdict: feed-ranker no-go in staging: 1 error");
    }
}

#[test]
fn its_schema_refuses_at_the_exact_place() {
    for (from, to, wanted) in [
        (
            "  license: mit",
            "  licence: mit",
            "card.yaml:7:3: error[unknown-field] unknown field `licence` in `spec`",
        ),
        (
            "  license: mit",
            "  license: MIT2",
            "card.yaml:7:12: error[schema-valid]",
        ),
        (
            "  owner: team-feed\n",
            "",
            "card.yaml:4:1: error[schema-valid] `spec` lacks `owner`",
        ),
        (
            "owner: team-feed",
            "owner: 5",
            "card.yaml:5:10: error[schema-valid] `owner` must be text, not the number 5",
        ),
        (
            "use: ranks a feed",
            "use: x",
            "card.yaml:6:8: error[schema-valid]",
        ),
        (
            "metadata: {name: feed-ranker}",
            "metadata: []",
            "card.yaml:3:1: error[schema-valid] `metadata` must be a mapping, not a list",
        ),
    ] {
        let answer = with_card(from, to).check(&["."]);
        answer.exits(1).says(wanted);
    }
    // What a rule would rest on is not judged; what it says of the rest stays.
    let answer = with_card("owner: team-feed", "owner: 5").check(&["."]);
    answer
        .keeps_quiet_about("is no team")
        .says("card.yaml: the schema refuses `/spec/owner`; what depends on it is not judged");
    let rich = with_card("  owner: team-feed\n", "").run(&["check", "--as-of", DAY, "."]);
    rich.says("The team that answers for the model.");
    let rich = with_card("use: ranks a feed", "use: x").run(&["check", "--as-of", DAY, "."]);
    rich.says("schemas/ModelCard.json");
    let schema = SCHEMA.replace(
        "\"version\": {\"type\": \"string\"",
        "\"version\": {\"type\": \"string\", \"format\": \"semver\"",
    );
    let answer = with(&[("schemas/ModelCard.json", &schema)]).check(&["."]);
    answer.exits(0);
    answer.says("ModelCard: its schema names formats that are not checked: `semver`");
}

#[test]
fn a_misspelt_field_is_mended_and_a_waiver_holds() {
    let folder = with_card("license: mit", "licence: mit");
    folder
        .run(&["check", "--as-of", DAY, "--fix", "."])
        .exits(0);
    assert_eq!(folder.read("card.yaml"), CARD);
    let waived = "  # servelint: allow[acme/owner] until=2026-12-01 by=dana reason=\"the team is new\"\n  owner: dana\n";
    with_card("  owner: team-feed\n", waived)
        .check(&["."])
        .exits(0)
        .says("1 waived");
    let config = format!(
        "{CONFIG}[[waivers]]\nrule = \"acme/owner\"\npath = \"card.yaml\"\nowner = \"dana\"\nreason = \"the team is new\"\nexpires = \"2026-12-01\"\n"
    );
    let folder = with_card("team-feed\n", "dana\n");
    folder.file("servelint.toml", config);
    folder.check(&["."]).exits(0).says("1 waived");
}

#[test]
fn the_service_is_named_in_one_of_several_places() {
    for (from, to) in [
        (
            "metadata: {name: feed-ranker}\nspec:\n",
            "metadata: {name: x}\nspec:\n  service: feed-ranker\n",
        ),
        ("{name: feed-ranker}", "{name: x, service: feed-ranker}"),
        (
            "{name: feed-ranker}",
            "{name: x, labels: {app.kubernetes.io/name: feed-ranker}}",
        ),
    ] {
        let answer = with_card(from, to).check(&["."]);
        answer.exits(0).says("verdict: feed-ranker go in staging");
    }
    let answer = with_card("{name: feed-ranker}", "{name: other}").check(&["."]);
    answer.exits(1).says("error[acme/present] no model card");
    answer.says("verdict: other not-reviewed");
    let answer = with_card("{name: feed-ranker}", "{}").check(&["."]);
    answer.says("card.yaml: this `ModelCard` names no service, so it takes part in no review");
}

#[test]
fn without_a_specification_it_is_judged_and_never_goes() {
    let folder = with(&[]);
    fs::remove_file(folder.path.join("a.yaml")).expect("removed");
    let answer = folder.check(&["."]);
    answer.exits(0).says("verdict: feed-ranker not-reviewed");
    answer.says(
        "service `feed-ranker`: no ServingSpec: only its documents of declared kinds were judged",
    );
    answer.keeps_quiet_about("error[");
    folder.file("card.yaml", CARD.replace("team-feed\n", "dana\n"));
    let answer = folder.check(&["."]);
    answer.exits(1).says("verdict: feed-ranker not-reviewed");
    answer.says("error[acme/owner]");
}

/// A declaration, its place in `servelint.toml`, and what is said there.
const DECLARATIONS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "Other",
        "acme.dev/v1",
        "schemas/gone.json",
        "11:10",
        "the schema of `Other` cannot be used: cannot read schemas/gone.json",
    ),
    (
        "Other",
        "acme.dev/v1",
        "schemas/remote.json",
        "11:10",
        "schemas/remote.json:1:10: `$ref` leads to `https://acme.dev/a.json`",
    ),
    (
        "Other",
        "acme.dev/v1",
        "schemas/circle.json",
        "11:10",
        "refers to itself",
    ),
    (
        "Other",
        "acme.dev/v1",
        "schemas/none.json",
        "11:10",
        "schemas/none.json:1:10: it is no JSON Schema",
    ),
    (
        "Other",
        "acme.dev/v1",
        "schemas/broken.json",
        "11:10",
        "schemas/broken.json:2:",
    ),
    (
        "Other",
        "acme.dev/v1",
        "schemas/draft7.json",
        "11:10",
        "servelint reads draft 2020-12",
    ),
    (
        "Other",
        "acme.dev/v1",
        "card.yaml.txt",
        "11:10",
        "cannot read card.yaml.txt",
    ),
    (
        "ModelCard",
        "acme.dev/v1",
        "schemas/ModelCard.json",
        "9:8",
        "`ModelCard` of `acme.dev/v1` is declared at servelint.toml:2 already",
    ),
    (
        "ModelCard",
        "other.dev/v1",
        "schemas/ModelCard.json",
        "9:8",
        "a kind `ModelCard` of `acme.dev` is declared already",
    ),
    (
        "Review",
        "acme.dev/v1",
        "schemas/ModelCard.json",
        "9:8",
        "`Review` is a name that servelint gives",
    ),
    (
        "modelCard",
        "acme.dev/v1",
        "schemas/ModelCard.json",
        "9:8",
        "`modelCard` is no name of a kind",
    ),
    (
        "Other",
        "servelint/v1",
        "schemas/ModelCard.json",
        "10:14",
        "`servelint/v1` is a version of servelint's own kinds",
    ),
    (
        "Rollout",
        "argoproj.io/v1",
        "schemas/ModelCard.json",
        "9:8",
        "`Rollout` of `argoproj.io` is a kind that servelint reads itself",
    ),
    (
        "Kustomization",
        "kustomize.config.k8s.io/v1beta1",
        "schemas/ModelCard.json",
        "9:8",
        "is a kind that servelint reads itself",
    ),
];

/// Schemas that cannot be used.
const BROKEN: [(&str, &str); 5] = [
    (
        "schemas/remote.json",
        "{\"$ref\": \"https://acme.dev/a.json\"}",
    ),
    ("schemas/circle.json", "{\"allOf\": [{\"$ref\": \"#\"}]}"),
    ("schemas/none.json", "{\"type\": \"objct\"}"),
    ("schemas/broken.json", "{\n  \"type\": "),
    (
        "schemas/draft7.json",
        "{\"$schema\": \"http://json-schema.org/draft-07/schema#\"}",
    ),
];

#[test]
fn a_declaration_that_cannot_be_used_is_told_where_it_stands_and_costs_nothing_else() {
    for (kind, version, schema, place, message) in DECLARATIONS {
        let folder = with_card("team-feed\n", "dana\n");
        for (name, text) in BROKEN {
            folder.file(name, text);
        }
        let entry = format!(
            "[[schemas]]\nkind = \"{kind}\"\napiVersion = \"{version}\"\nschema = \"{schema}\"\n"
        );
        folder.file("servelint.toml", format!("{CONFIG}{entry}"));
        let answer = folder.check(&["."]);
        answer.exits(2);
        answer.says(&format!("servelint.toml:{place}: error[policy-unusable] "));
        answer.says(message);
        // All else is judged, and no service goes.
        answer.says("error[acme/owner] owner `dana` is no team");
        answer.says("verdict: feed-ranker no-go in staging: 2 errors");
    }
    // Its documents are then compared with nothing, which is told.
    let folder = with(&[("schemas/ModelCard.json", "{\"type\": 3}")]);
    let answer = folder.check(&["."]);
    answer
        .exits(2)
        .says("error[policy-unusable] the schema of `ModelCard` cannot be used");
    answer.says("card.yaml: its schema cannot be used, so this `ModelCard` was compared with none");
    answer.says("verdict: feed-ranker no-go in staging: 1 error");
}

#[test]
fn a_kind_that_a_crd_defines_is_no_other() {
    let crd = include_str!("crd.yaml");
    let config = "[[schemas]]\ncrd = \"crds/*.yaml\"\n[[schemas]]\nkind = \"ModelPool\"\napiVersion = \"acme.example/v2\"\nschema = \"s.json\"\n";
    let folder = Folder::with(&[
        ("a.yaml", GOOD),
        ("crds/pool.yaml", crd),
        ("servelint.toml", config),
        ("s.json", "{}"),
    ]);
    let answer = folder.check(&["."]);
    answer
        .exits(2)
        .says("servelint.toml:4:8: error[policy-unusable] `ModelPool` of `acme.example` has a CRD");
}

#[test]
fn a_rule_that_applies_to_an_undeclared_kind_is_told_in_its_policy() {
    let rule = OWNER.replace("[ModelCard]", "[ModelCrd]");
    let folder = with(&[("platform/policies/card/owner/owner.rego", &rule)]);
    let answer = folder.check(&["."]);
    answer.exits(2);
    answer.says("platform/policies/card/owner/owner.rego:5:18: error[policy-unusable] `applies_to` of `acme/owner` names `ModelCrd`, a kind that nothing declares");
    let rich = folder.run(&["check", "--as-of", DAY, "."]);
    rich.says("did you mean `ModelCard`?");
    // Who only lists the rules is told as well.
    folder
        .run(&["rules"])
        .says("names `ModelCrd`, a kind that nothing declares");
    // The other rules of the pack run.
    fs::remove_file(folder.path.join("card.yaml")).expect("removed");
    folder.check(&["."]).exits(2).says("error[acme/present]");
}

#[test]
fn a_document_that_is_meant_as_one_is_no_foreign_one() {
    for (from, to, wanted) in [
        (
            "acme.dev/v1",
            "acme.dev/v9",
            "card.yaml:1:13: error[schema-valid] unknown `apiVersion` `acme.dev/v9`",
        ),
        (
            "acme.dev/v1",
            "acme.dv/v1",
            "card.yaml:1:13: error[schema-valid] unknown `apiVersion` `acme.dv/v1`",
        ),
        (
            "kind: ModelCard",
            "kind: ModelCrd",
            "card.yaml:2:7: error[schema-valid] unknown `kind` `ModelCrd`",
        ),
        (
            "apiVersion: acme.dev/v1\n",
            "",
            "card.yaml:1:1: error[schema-valid] this `ModelCard` names no `apiVersion`",
        ),
        (
            "kind: ModelCard\n",
            "",
            "card.yaml:1:1: error[schema-valid] the document names no `kind`",
        ),
    ] {
        let answer = with_card(from, to).check(&["."]);
        answer.exits(1).says(wanted);
        answer.says("verdict: feed-ranker no-go");
    }
    // Somebody else's kind of that name is none of ours.
    let answer = with_card("acme.dev/v1", "other.example/v1").check(&["."]);
    answer.says("other.example/v1 ModelCard (1)");
    // Two versions may be read side by side.
    let config = format!(
        "{CONFIG}[[schemas]]\nkind = \"ModelCard\"\napiVersion = \"acme.dev/v2\"\nschema = \"schemas/two.json\"\n"
    );
    let folder = with_card("acme.dev/v1", "acme.dev/v2");
    folder.file("servelint.toml", config);
    folder.file("schemas/two.json", "{\"required\": [\"status\"]}");
    let answer = folder.check(&["."]);
    answer
        .exits(1)
        .says("error[schema-valid] the document lacks `status`");
}

#[test]
fn what_is_not_read_of_a_card_is_told() {
    let map = "apiVersion: v1\nkind: ConfigMap\ndata:\n  card: |\n    apiVersion: acme.dev/v1\n    kind: ModelCard\n    metadata: {name: feed-ranker}\n";
    for (name, text, wanted) in [
        (
            "map.yaml",
            map,
            "map.yaml:4:9: error[document-not-judged] this text holds a ModelCard of `feed-ranker`, which is not judged",
        ),
        (
            "tpl.yaml",
            "apiVersion: acme.dev/v1\nkind: ModelCard\n{{ if .x }}\nspec: {}\n{{ end }}\n",
            "tpl.yaml:1:13: error[document-not-judged]",
        ),
        (
            "card.yaml.bak",
            CARD,
            "card.yaml.bak:1:13: error[document-not-judged] this file holds a ModelCard of `feed-ranker`",
        ),
        (
            "cut.yaml",
            "apiVersion: acme.dev/v1\nkind: ModelCard\nmetadata: {name: a",
            "cut.yaml:3:11: error[syntax-invalid]",
        ),
    ] {
        let answer = with(&[(name, text)]).check(&["."]);
        answer.exits(1).says(wanted);
    }
    let list = with(&[("list.yaml", "- 1\n- {kind: x}\n")]).check(&["."]);
    list.exits(0).says("list.yaml");
    let long = format!("{CARD}  # {}\n", "x".repeat(10_000_001));
    let answer = with(&[("card.yaml", &long)]).check(&["."]);
    answer
        .exits(1)
        .says("card.yaml:1:1: error[syntax-invalid] the file is larger than 10 MB");
    // A schema that leads back to itself in two ways would take for ever.
    let way = "{\"properties\": {\"spec\": {\"$ref\": \"#\"}, \"a\": {\"$ref\": \"#\"}}}";
    let schema = format!("{{\"anyOf\": [{way}, {way}]}}");
    let deep = format!(
        "{}{}1{}\n",
        CARD.replace("spec:\n", "spec:\n  b: "),
        "{a: ".repeat(60),
        "}".repeat(60)
    );
    let deep = deep.replace(
        "  owner: team-feed\n  use: ranks a feed\n  license: mit\n",
        "",
    );
    with(&[("schemas/ModelCard.json", &schema), ("card.yaml", &deep)])
        .check(&["."])
        .exits(1)
        .says("levels deep, and its schema, which leads back to itself in several ways");
    // An example in the schema is none of the team's documents.
    let schema = SCHEMA.replacen(
        "\"type\": \"object\"",
        "\"examples\": [{\"apiVersion\": \"acme.dev/v1\", \"kind\": \"ModelCard\", \"spec\": {}}], \"type\": \"object\"",
        1,
    );
    with(&[("schemas/ModelCard.json", &schema)])
        .check(&["."])
        .exits(0)
        .keeps_quiet_about("schemas/ModelCard.json");
}

#[test]
fn a_pack_brings_kinds_of_its_own() {
    let manifest = format!(
        "{MANIFEST}[[schemas]]\nkind = \"ModelCard\"\napiVersion = \"acme.dev/v1\"\nschema = \"schemas/ModelCard.json\"\n"
    );
    let files = [
        ("servelint.toml", "[[policies]]\npath = \"platform\"\n"),
        ("platform/servelint-pack.toml", &manifest),
        ("platform/schemas/ModelCard.json", SCHEMA),
    ];
    let folder = with(&files);
    folder
        .check(&["."])
        .exits(0)
        .says("verdict: feed-ranker go");
    folder.file("card.yaml", CARD.replace("team-feed\n", "5\n"));
    folder.check(&["."]).exits(1).says("`owner` must be text");
    // Whatever the project around it declares; other rules of the pack may object to an example.
    fs::remove_dir_all(folder.path.join("platform/policies")).expect("removed");
    let new = [
        "policy",
        "new",
        "acme/card-name",
        "--applies-to",
        "ModelCard",
        "--in",
        "platform",
    ];
    folder.run(&new).exits(0);
    let answer = folder.run(&["policy", "test", "platform", "card-name"]);
    answer.exits(0).says("4 passed, 0 failed");
    // A file that the pack does not have.
    fs::remove_file(folder.path.join("platform/schemas/ModelCard.json")).expect("removed");
    let answer = folder.check(&["."]);
    answer.exits(2).says("platform/servelint-pack.toml:6:10: error[policy-unusable] the schema of `ModelCard` cannot be used: the pack has no file `schemas/ModelCard.json`");
}

#[test]
fn a_new_rule_applies_to_a_declared_kind() {
    let folder = with(&[]);
    let new = |kind: &str| {
        folder.run(&[
            "policy",
            "new",
            "acme/card-name",
            "--applies-to",
            kind,
            "--in",
            "platform",
        ])
    };
    // The others may object to an example.
    fs::remove_dir_all(folder.path.join("platform/policies")).expect("removed");
    new("ModelCrd").exits(2).says("did you mean `ModelCard`?");
    new("Card")
        .exits(2)
        .says("no `[[schemas]]` declares the kind `Card`");
    new("card").exits(2).says("rules apply to ServingSpec");
    new("Artifact").exits(2).says("rules apply to ServingSpec");
    new("ModelCard")
        .exits(0)
        .says("platform/policies/general/card-name/cases.yaml");
    let answer = folder.run(&["policy", "test", "platform", "card-name"]);
    answer.exits(0).says("4 passed, 0 failed");
}

#[test]
fn input_shows_what_rules_see() {
    let facts = CARD.replace("spec:\n", "facts: {own: 1}\nspec:\n");
    let folder = with(&[("card.yaml", &facts)]);
    let answer = folder.run(&["input", ".", "--as-of", DAY, "--rule", "acme/owner"]);
    let json: Json = serde_json::from_str(&answer.exits(0).out).expect("JSON");
    let inputs = json["inputs"].as_array().expect("inputs");
    assert_eq!(inputs.len(), 1, "{json}");
    assert_eq!(inputs[0]["subject"], "ModelCard");
    assert_eq!(inputs[0]["service"], "feed-ranker");
    assert_eq!(inputs[0]["input"]["facts"], serde_json::json!({"own": 1}));
    let answer = folder.run(&["input", ".", "--as-of", DAY, "--rule", "acme/present"]);
    let json: Json = serde_json::from_str(&answer.exits(0).out).expect("JSON");
    let input = &json["inputs"][0]["input"];
    assert_eq!(input["kinds"]["ModelCard"][0]["spec"]["owner"], "team-feed");
    let schema = folder.run(&["schema", "input"]);
    let schema: Json = serde_json::from_str(&schema.out).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    assert!(schema.is_valid(&json), "{json}");
    // Without a declaration there is no such key.
    let plain = Folder::with(&[("a.yaml", GOOD)]);
    let answer = plain.run(&["input", ".", "--as-of", DAY, "--rule", "dangling-reference"]);
    answer.exits(0).keeps_quiet_about("\"kinds\"");
}

#[test]
fn a_changed_card_is_another_input_of_the_verdict() {
    let digest = |folder: &Folder| {
        let answer = folder.run(&["input", ".", "--as-of", DAY, "--format", "digest"]);
        answer.exits(0).out.clone()
    };
    let folder = with(&[]);
    let before = digest(&folder);
    assert!(before.contains("feed-ranker"), "{before}");
    folder.file("card.yaml", format!("# a comment\n{CARD}"));
    assert_eq!(digest(&folder), before);
    folder.file("card.yaml", CARD.replace("ranks a feed", "ranks feeds"));
    assert_ne!(digest(&folder), before);
    fs::remove_file(folder.path.join("card.yaml")).expect("removed");
    assert_ne!(digest(&folder), before);
}

#[test]
fn a_named_file_brings_the_rest_of_its_service() {
    let folder = with(&[]);
    let answer = folder.check(&["card.yaml"]);
    answer.exits(0).says("verdict: feed-ranker go in staging");
    let answer = folder.check(&["a.yaml"]);
    answer
        .exits(0)
        .keeps_quiet_about("no model card")
        .says("verdict: feed-ranker go in staging");
    commit(&folder);
    folder.file("card.yaml", CARD.replace("team-feed\n", "dana\n"));
    let answer = concise(&folder, &["--hook", "card.yaml"]);
    answer.exits(1).says("card.yaml:5:10: error[acme/owner]");
    answer.says("verdict: feed-ranker no-go");
}

#[test]
fn since_a_revision_a_changed_card_and_a_changed_schema_count() {
    let folder = with(&[("b/card.yaml", &CARD.replace("feed-ranker", "other"))]);
    commit(&folder);
    let answer = concise(&folder, &["--since", "HEAD"]);
    answer.exits(0).keeps_quiet_about("verdict:");
    folder.file("card.yaml", CARD.replace("team-feed\n", "dana\n"));
    let answer = concise(&folder, &["--since", "HEAD"]);
    answer.exits(1).says("verdict: feed-ranker no-go");
    answer.keeps_quiet_about("verdict: other");
    // Whatever is compared with a changed schema changed with it.
    folder.file("card.yaml", CARD);
    folder.file(
        "schemas/ModelCard.json",
        SCHEMA.replace("\"minLength\": 5", "\"minLength\": 50"),
    );
    let answer = concise(&folder, &["--since", "HEAD"]);
    answer.exits(1).says("card.yaml:6:8: error[schema-valid]");
    answer.says("b/card.yaml:6:8: error[schema-valid]");
    // A part of the review that is gone.
    folder.file("schemas/ModelCard.json", SCHEMA);
    fs::remove_file(folder.path.join("card.yaml")).expect("removed");
    let answer = concise(&folder, &["--since", "HEAD", "--ignore", "acme/present"]);
    answer.exits(1);
    answer.says("error[document-not-judged] the ModelCard of `feed-ranker` in card.yaml existed at `HEAD` and is not judged now");
}

#[test]
fn the_schema_of_a_declared_kind_is_printed() {
    let folder = with(&[]);
    let schema = |name: &str| folder.run(&["schema", name]);
    let answer = schema("ModelCard");
    answer.exits(0);
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    assert_eq!(json(&answer.out), json(SCHEMA));
    schema("acme.dev/v1/ModelCard").exits(0);
    for name in ["acme.dev/v7/ModelCard", "DataCard"] {
        let answer = schema(name);
        answer.exits(2);
        let said = format!("nothing here declares the kind `{name}`");
        assert!(answer.err.contains(&said), "{answer:?}");
    }
    let answer = schema("ServingSpecs");
    answer.exits(2);
    assert!(
        answer.err.contains("did you mean `ServingSpec`?"),
        "{answer:?}"
    );
    let answer = schema("modelcard");
    answer.exits(2);
    assert!(answer.err.contains("possible values"), "{answer:?}");
    folder.file("schemas/ModelCard.json", "{\"type\": \"thing\"}");
    let answer = schema("ModelCard");
    answer.exits(2);
    assert!(answer.err.contains("it is no JSON Schema"), "{answer:?}");
}

#[test]
fn a_change_is_judged_by_the_schema_of_its_base() {
    let folder = with(&[]);
    commit(&folder);
    folder.file("card.yaml", CARD.replace("ranks a feed", "x"));
    folder.file(
        "schemas/ModelCard.json",
        SCHEMA.replace("\"minLength\": 5", "\"minLength\": 0"),
    );
    folder.check(&["."]).exits(0);
    let answer = concise(&folder, &["--policy-from", "HEAD"]);
    answer.exits(1).says("card.yaml:6:8: error[schema-valid]");
    answer.says("escalation[policy-weakened] the schema of `acme.dev/v1 ModelCard` changes");
    // Nor does it help to declare the kind no longer.
    folder.file("schemas/ModelCard.json", SCHEMA);
    folder.file("servelint.toml", "[[policies]]\npath = \"platform\"\n");
    let answer = concise(&folder, &["--policy-from", "HEAD"]);
    answer.exits(1).says("card.yaml:6:8: error[schema-valid]");
    answer
        .says("escalation[policy-weakened] the kind `acme.dev/v1 ModelCard` is declared no longer");
    // A new kind weakens nothing.
    folder.file("card.yaml", CARD);
    folder.file(
        "servelint.toml",
        format!("{CONFIG}[[schemas]]\nkind = \"Other\"\napiVersion = \"acme.dev/v1\"\nschema = \"schemas/ModelCard.json\"\n"),
    );
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(0)
        .keeps_quiet_about("policy-weakened");
}

#[test]
fn the_settings_of_a_folder_show_its_kinds() {
    let answer = with(&[]).run(&["config"]);
    answer
        .exits(0)
        .says("schemas.ModelCard[0]")
        .says("acme.dev/v1");
}

#[cfg(unix)]
#[test]
fn a_schema_out_of_the_project_is_not_read() {
    let outer = Folder::with(&[("secret.json", "{\"const\": \"secret\"}")]);
    let folder = with(&[]);
    let link = folder.path.join("schemas/ModelCard.json");
    fs::remove_file(&link).expect("removed");
    std::os::unix::fs::symlink(outer.path.join("secret.json"), link).expect("a link");
    let answer = folder.check(&["."]);
    answer
        .exits(2)
        .says("a symbolic link leads out of the project");
}
