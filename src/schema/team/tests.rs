use super::*;
use crate::document::{
    read::{self, Format},
    source::Source,
};
use serde_json::json;

fn refused(json: Json) -> String {
    let flaw = TeamSchema::new(json, "a.json").expect_err("a schema that cannot be used");
    format!("{}: {}", flaw.at, flaw.message)
}

#[test]
fn what_cannot_be_used_is_refused_where_it_stands() {
    for (schema, wanted) in [
        (json!([]), ": a JSON Schema is an object"),
        (json!("text"), ": a JSON Schema is an object"),
        (json!({"type": "txt"}), "/type"),
        (
            json!({"properties": {"a": {"type": 3}}}),
            "/properties/a/type",
        ),
        (
            json!({"$schema": "http://json-schema.org/draft-07/schema#"}),
            "/$schema: `$schema` names \"http://json-schema.org/draft-07/schema#\", and servelint reads draft 2020-12",
        ),
        (
            json!({"properties": {"a": {"$ref": "https://acme.dev/a.json"}}}),
            "/properties/a/$ref: `$ref` leads to `https://acme.dev/a.json`",
        ),
        (
            json!({"$ref": "other.json"}),
            "/$ref: `$ref` leads to `other.json`",
        ),
        (json!({"$ref": "#/$defs/none"}), ""),
        (
            json!({"$dynamicRef": "#a"}),
            "/$dynamicRef: `$dynamicRef` is not followed",
        ),
        (
            json!({"$defs": {"a": {"$id": "b"}}}),
            "/$defs/a/$id: `$id` below the root",
        ),
        (json!({"pattern": "(?=a)b"}), ""),
    ] {
        let found = refused(schema.clone());
        assert!(found.starts_with(wanted), "{schema}: {found}");
    }
}

#[test]
fn what_goes_round_in_a_circle_or_grows_without_bound_is_refused() {
    let circle = "refers to itself without looking at anything below";
    for schema in [
        json!({"$ref": "#"}),
        json!({"allOf": [{"$ref": "#"}]}),
        json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"not": {"$ref": "#/$defs/a"}}}}),
        json!({"$defs": {"a": {"$anchor": "x", "if": {"$ref": "#x"}}}}),
        json!({"$defs": {"a b": {"anyOf": [{"$ref": "#/$defs/a%20b"}]}}}),
        json!({"dependentSchemas": {"a": {"$ref": "#"}}}),
    ] {
        let found = refused(schema.clone());
        assert!(found.contains(circle), "{schema}: {found}");
    }
    let mut defs = Map::new();
    for depth in 0..40 {
        let next = json!({"$ref": format!("#/$defs/d{}", depth + 1)});
        defs.insert(format!("d{depth}"), json!({"allOf": [next, next]}));
    }
    defs.insert("d40".into(), json!({}));
    let found = refused(json!({"$defs": defs}));
    assert!(found.contains("look at one value here"), "{found}");
}

#[test]
fn a_schema_may_lead_back_to_itself_below_and_name_any_property() {
    let schema = json!({
        "$schema": DRAFT,
        "$id": "https://acme.dev/tree.json",
        "type": "object",
        "properties": {
            "children": {"type": "array", "items": {"$ref": "#"}},
            "$ref": {"type": "string"},
            "format": {"type": "string", "format": "semver"},
            "not": {"enum": [{"$ref": "https://acme.dev/no-schema"}]},
        },
        "additionalProperties": false,
    });
    let schema = TeamSchema::new(schema, "a.json").expect("a schema");
    assert_eq!(
        schema.gap().as_deref(),
        Some("its schema names formats that are not checked: `semver`")
    );
    let source = Source::new("a.yaml", "children: [{children: [{childen: 1}]}]\n");
    let parsed = read::parse(&source, Format::Yaml);
    let refusals = schema.refusals(&parsed.documents[0].root);
    let found: Vec<String> = refusals
        .iter()
        .map(|refusal| refusal.violation.at.to_string())
        .collect();
    assert_eq!(found, ["/children/0/children/0/childen"]);
}

#[test]
fn no_rule_of_servelint_speaks_for_a_schema_of_a_team() {
    let json = json!({"properties": {"a": {"type": "string", "x-servelint-rule": "no-such-rule"}}});
    let schema = TeamSchema::new(json, "a.json").expect("a schema");
    let parsed = read::parse(&Source::new("a.yaml", "a: 1\n"), Format::Yaml);
    let refusals = schema.refusals(&parsed.documents[0].root);
    assert_eq!(refusals[0].violation.rule, crate::rule::SCHEMA_VALID);
}

fn nested(levels: usize) -> String {
    format!("{}1{}\n", "{a: ".repeat(levels), "}".repeat(levels))
}

fn messages(schema: &TeamSchema, text: &str) -> Vec<String> {
    let parsed = read::parse(&Source::new("a.yaml", text), Format::Yaml);
    let refusals = schema.refusals(&parsed.documents[0].root);
    let mut found = Vec::new();
    for refusal in refusals {
        found.push(refusal.violation.message);
    }
    found
}

#[test]
fn a_document_is_compared_in_bounded_time_or_not_at_all() {
    let way = json!({"properties": {"a": {"$ref": "#"}}});
    let schema = json!({"anyOf": [way, way]});
    let schema = TeamSchema::new(schema, "a.json").expect("a schema");
    assert!(messages(&schema, &nested(12)).is_empty());
    let found = messages(&schema, &nested(60));
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("61 levels deep"), "{found:?}");
    // One way back costs the same at each level, and so do many that end.
    let schema =
        json!({"properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}, "maxProperties": 1});
    let schema = TeamSchema::new(schema, "a.json").expect("a schema");
    assert!(messages(&schema, &nested(60)).is_empty());
    let leaf = json!({"type": ["object", "integer"]});
    let schema = json!({"allOf": vec![json!({"properties": {"a": leaf}}); 50]});
    let schema = TeamSchema::new(schema, "a.json").expect("a schema");
    assert!(messages(&schema, &nested(60)).is_empty());
}

#[test]
fn a_reference_to_what_is_no_schema_is_refused() {
    let schema = json!({"examples": [{"not": {}}], "not": {"$ref": "#/examples/0"}});
    let found = refused(schema);
    assert_eq!(
        found,
        "/examples/0: a `$ref` leads here, and this is no schema"
    );
    let schema = json!({"$defs": {"any": true}, "allOf": [{"$ref": "#/$defs/any"}, true]});
    assert!(TeamSchema::new(schema, "a.json").is_ok());
}
