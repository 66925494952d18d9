use super::*;
use crate::document::read::{self, Format};

fn document(text: &str) -> Document {
    let parsed = read::parse(&Source::new("crd.yaml", text), Format::Yaml);
    parsed.documents.into_iter().next().expect("a document")
}

fn refused(kinds: &CustomKinds, text: &str) -> Option<Vec<String>> {
    let checked = kinds.check(&document(text).root).expect("a schema");
    checked.map(|checked| {
        checked
            .refusals
            .into_iter()
            .map(|refusal| refusal.violation.message)
            .collect()
    })
}

#[test]
fn each_version_has_its_own_schema() {
    let version = |name: &str, kind: &str| {
        format!(
            "{{name: {name}, served: true, schema: {{openAPIV3Schema: {{type: object, properties: {{a: {{type: {kind}}}}}}}}}}}"
        )
    };
    let text = format!(
        "{{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {{group: x.y, names: {{kind: K}}, versions: [{}, {}]}}}}",
        version("v1", "string"),
        version("v2", "integer"),
    );
    let mut kinds = CustomKinds::default();
    assert!(
        !kinds
            .add(&document(
                "{apiVersion: v1, kind: CustomResourceDefinition}"
            ))
            .expect("no definition")
    );
    assert!(kinds.add(&document(&text)).expect("a definition"));
    assert_eq!(
        refused(&kinds, "{apiVersion: x.y/v1, kind: K, a: b}"),
        Some(vec![])
    );
    let message = "`a` must be a whole number, not the text `b`";
    assert_eq!(
        refused(&kinds, "{apiVersion: x.y/v2, kind: K, a: b}"),
        Some(vec![message.to_owned()])
    );
    let message = "the CRD of `K` does not define version `v3`";
    assert_eq!(
        refused(&kinds, "{apiVersion: x.y/v3, kind: K}"),
        Some(vec![message.to_owned()])
    );
    for other in [
        "{apiVersion: x.z/v1, kind: K}",
        "{apiVersion: v1, kind: K}",
        "{apiVersion: x.y/v1, kind: [K]}",
        "[]",
    ] {
        assert_eq!(refused(&kinds, other), None, "{other}");
    }
    assert!(
        kinds
            .add(&document(&text))
            .expect_err("twice")
            .to_string()
            .contains("is defined in crd.yaml already")
    );
}
