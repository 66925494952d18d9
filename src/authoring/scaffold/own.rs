//! The document of a kind of the team that a new rule begins with.

use crate::{
    check::schema_of,
    config::{KindSchema, PACK_FILE, PackManifest, Projects},
    document::{
        Node, Pointer,
        source::{Source, Span, display_name},
    },
    output,
    rule::OwnKind,
};
use serde_json::{Map, Value as Json, json};
use std::{fs, path::Path, sync::Arc};

/// The name of the service in an example.
const NAME: &str = "example-service";

/// A document of a kind of the team.
pub(super) struct OwnExample {
    /// As YAML.
    pub(super) text: String,
}

impl OwnExample {
    /// One of this kind, by the declaration in the pack in `folder`, or in the configuration that governs it; the kinds
    /// that are declared where this one is not.
    pub(super) fn of(kind: OwnKind, folder: &Path) -> Result<Self, Vec<String>> {
        let declared = declared(folder);
        let mut own = declared.iter().rev();
        match own.find(|entry| entry.kind == kind.name()) {
            Some(entry) => Ok(Self {
                text: output::yaml(&document(entry)),
            }),
            None => Err(declared.into_iter().map(|entry| entry.kind).collect()),
        }
    }
}

/// What the pack and the configuration above it declare.
fn declared(folder: &Path) -> Vec<KindSchema> {
    let mut kinds = Vec::new();
    let path = folder.join(PACK_FILE);
    if let Ok(text) = fs::read_to_string(&path) {
        let source = Arc::new(Source {
            name: display_name(&path),
            path,
            text,
        });
        // Whatever is wrong with it is told by who reads it for the rule.
        let manifest = PackManifest::parse(&source);
        kinds.extend(manifest.into_iter().flat_map(|manifest| manifest.kinds));
    }
    kinds.extend(around(folder));
    kinds
}

/// What the configuration around a folder declares, which need not be there yet.
pub(in crate::authoring) fn around(folder: &Path) -> Vec<KindSchema> {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let mut there = absolute.ancestors();
    let Some(there) = there.find(|folder| folder.is_dir()) else {
        return Vec::new();
    };
    let project = Projects::new(None).and_then(|mut projects| projects.of(there, there));
    project
        .map(|project| project.config.kinds.clone())
        .unwrap_or_default()
}

/// The first document that its schema suggests and takes; what every one has where it takes none.
fn document(entry: &KindSchema) -> Json {
    let schema = schema_of(entry).ok();
    let samples = schema
        .iter()
        .flat_map(|schema| schema.compiled().samples(&Pointer::default()));
    for sample in samples {
        let sample = Node {
            value: sample,
            ..Node::of_json(&Json::Null, Span::default())
        };
        let named = with_envelope(sample.to_json(), entry);
        let node = Node::of_json(&named, Span::default());
        if schema
            .as_ref()
            .is_some_and(|schema| schema.refusals(&node).is_empty())
        {
            return named;
        }
    }
    with_envelope(json!({}), entry)
}

/// The same as a document of the kind, with a name.
fn with_envelope(document: Json, entry: &KindSchema) -> Json {
    let mut own = Map::new();
    own.insert("apiVersion".into(), entry.api_version.as_str().into());
    own.insert("kind".into(), entry.kind.as_str().into());
    own.insert("metadata".into(), json!({}));
    if let Json::Object(fields) = document {
        let others = fields.into_iter();
        own.extend(others.filter(|(key, _)| key != "apiVersion" && key != "kind"));
    }
    own["metadata"]["name"] = NAME.into();
    Json::Object(own)
}
