use super::*;
use crate::document::{
    read::{self, Format},
    source::Source,
};

fn node(text: &str) -> Node {
    let parsed = read::parse(&Source::new("crd.yaml", text), Format::Yaml);
    assert!(parsed.errors.is_empty(), "{text}: {:?}", parsed.errors);
    parsed
        .documents
        .into_iter()
        .next()
        .expect("a document")
        .root
}

/// What becomes of the schema of `spec`, and what it leaves open.
fn spec(text: &str) -> (Json, Vec<String>) {
    let whole = node(&format!("{{type: object, properties: {{spec: {text}}}}}"));
    let (json, gaps) = convert(&whole, false).expect(text);
    super::super::super::compile(&json).expect("it compiles");
    (
        json.pointer("/properties/spec").expect("spec").clone(),
        gaps.say(),
    )
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of inputs and answers")]
fn what_kubernetes_says_in_its_own_words_becomes_json_schema() {
    for (text, wanted) in [
        (
            "{type: string, nullable: true}",
            json!({"type": ["string", "null"]}),
        ),
        (
            "{x-kubernetes-int-or-string: true}",
            json!({"type": ["integer", "string"]}),
        ),
        (
            "{x-kubernetes-int-or-string: true, nullable: true, anyOf: [{type: integer}, {type: string}]}",
            json!({"type": ["integer", "string", "null"]}),
        ),
        (
            "{type: string, format: int-or-string}",
            json!({"type": ["integer", "string"]}),
        ),
        (
            "{type: object}",
            json!({"type": "object", "additionalProperties": false}),
        ),
        (
            "{type: object, x-kubernetes-preserve-unknown-fields: true}",
            json!({"type": "object"}),
        ),
        ("{x-kubernetes-preserve-unknown-fields: true}", json!({})),
        (
            "{type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: object}}}",
            json!({"type": "object", "properties": {"a": {"type": "object", "additionalProperties": false}}}),
        ),
        (
            "{type: object, additionalProperties: {type: object, properties: {a: {type: string}}}}",
            json!({"type": "object", "additionalProperties":
                {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false}}),
        ),
        (
            "{type: object, additionalProperties: true}",
            json!({"type": "object"}),
        ),
        (
            "{type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}",
            json!({"type": "object", "required": ["apiVersion", "kind"], "properties": {
                "apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}}),
        ),
        (
            "{type: object, properties: {a: {}}, oneOf: [{required: [a]}, {properties: {a: {minimum: 1}}}]}",
            json!({"type": "object", "properties": {"a": {}}, "additionalProperties": false,
                "oneOf": [{"required": ["a"]}, {"properties": {"a": {"minimum": 1}}}]}),
        ),
        (
            "{type: number, minimum: 1, exclusiveMinimum: true, maximum: 2, exclusiveMaximum: false}",
            json!({"type": "number", "exclusiveMinimum": 1, "maximum": 2}),
        ),
        (
            "{type: integer, format: int32, minimum: 0}",
            json!({"type": "integer", "minimum": 0, "maximum": i32::MAX}),
        ),
        (
            "{type: string, format: date-time}",
            json!({"type": "string", "format": "date-time"}),
        ),
        (
            "{type: string, format: made-up, default: 3, example: x}",
            json!({"type": "string"}),
        ),
        (
            "{type: array, x-kubernetes-list-type: set, items: {type: string}}",
            json!({"type": "array", "items": {"type": "string"}, "uniqueItems": true}),
        ),
        (
            "{type: string, x-servelint-rule: go, description: \"One. Two.\"}",
            json!({"type": "string", "description": "One"}),
        ),
        (
            "{type: string, pattern: \"^([a-z0-9]{1,63}[.]){1,8}$\"}",
            json!({"type": "string", "pattern": "^([a-z0-9]{1,63}[.]){1,8}$", "description": "it must match `^([a-z0-9]{1,63}[.]){1,8}$`"}),
        ),
        (
            "{type: string, pattern: \"^[a-z]+$\"}",
            json!({"type": "string", "pattern": "^[a-z]+$", "description": "it must match `^[a-z]+$`"}),
        ),
    ] {
        assert_eq!(spec(text), (wanted, Vec::new()), "{text}");
    }
}

#[test]
fn what_cannot_be_carried_over_is_said() {
    for (text, wanted) in [
        (
            "{type: string, format: duration}",
            "its CRD names formats that are not checked: `duration`",
        ),
        (
            "{type: string, pattern: \"(a)\\\\1\"}",
            "the pattern `(a)\\1` of its CRD is no regular expression",
        ),
        (
            "{type: string, pattern: \"(((a{99}){99}){99}){99}\"}",
            "the pattern `(((a{99}){99}){99}){99}` of its CRD",
        ),
        (
            "{type: string, pattern: \"((((a{10}){10}){10}){10}){10}\"}",
            "the pattern `((((a{10}){10}){10}){10}){10}` of its CRD is no regular expression that runs in linear time, or too large a one",
        ),
        (
            "{type: object, x-kubernetes-validations: [{rule: a}, {rule: b}]}",
            "2 validation rules of its CRD",
        ),
        (
            "{type: array, x-kubernetes-list-type: map, items: {type: object}}",
            "1 list of its CRD may not repeat",
        ),
    ] {
        let (_, said) = spec(text);
        assert!(
            said.len() == 1 && said[0].starts_with(wanted),
            "{text}: {said:?}"
        );
    }
}

#[test]
fn the_object_itself_may_always_have_an_envelope() {
    let (json, _) = convert(&node("{properties: {status: {type: string}, metadata: {properties: {name: {maxLength: 3}}}}, required: [status]}"), false).expect("a schema");
    let schema = super::super::Schema::of_json(json).expect("it compiles");
    let refused = |object: Json| schema.refusals(&object).len();
    assert_eq!(
        refused(
            json!({"apiVersion": "a/v1", "kind": "A", "metadata": {"name": "a", "labels": {}}, "status": {"a": 1}})
        ),
        0
    );
    assert_eq!(refused(json!({"metadata": {"name": "abcd"}})), 1);
    assert_eq!(refused(json!({"specs": {}})), 1);
    assert_eq!(refused(json!([])), 1);
}

#[test]
fn flaws_are_shown_at_their_place() {
    for (text, place, message) in [
        ("[]", "[]", "a schema must be a mapping"),
        ("{type: text}", "text", "`text` is no type"),
        ("{type: [string]}", "[string]", "`type` must be text"),
        (
            "{nullable: maybe}",
            "maybe",
            "`nullable` must be true or false",
        ),
        ("{minimum: .nan}", ".nan", "`minimum` must be a number"),
        (
            "{multipleOf: 0}",
            "0",
            "`multipleOf` must be a number above 0",
        ),
        (
            "{minItems: 1.5}",
            "1.5",
            "`minItems` must be a whole number",
        ),
        ("{properties: [a]}", "[a]", "`properties` must be a mapping"),
        ("{required: [1]}", "1", "`required` must be a list of names"),
        ("{items: [{}]}", "[{}]", "a schema must be a mapping"),
        ("{anyOf: {}}", "{}", "`anyOf` must be a list"),
        ("{$ref: a}", "$ref", "`$ref` is not allowed"),
    ] {
        let flaw = convert(&node(text), false).expect_err(text);
        assert_eq!(
            text.get(flaw.span.start()..flaw.span.end()),
            Some(place),
            "{text}"
        );
        assert!(
            flaw.message.starts_with(message),
            "{text}: {}",
            flaw.message
        );
    }
}
