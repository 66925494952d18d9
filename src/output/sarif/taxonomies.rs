//! Controls of standards as taxonomies of SARIF (§3.14.8, §3.19.3): a component for each framework, a taxon for each control.

use crate::{
    finding::Report,
    rule::{Framework, Rule},
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The frameworks that the rules of a report are mapped to, each with the controls that they name.
pub(super) struct Taxonomies<'r>(BTreeMap<&'r str, Taxonomy<'r>>);

struct Taxonomy<'r> {
    framework: &'r Framework,
    /// Titles by the place in the table and the id: the order of the table.
    controls: BTreeMap<(usize, &'r str), &'r str>,
}

impl<'r> Taxonomies<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
        let mut all: BTreeMap<&str, Taxonomy<'r>> = BTreeMap::new();
        for mapping in report.rules.values().flat_map(|rule| &rule.controls) {
            let control = &mapping.control;
            let framework: &Framework = &control.framework;
            let taxonomy = all.entry(&framework.id).or_insert_with(|| Taxonomy {
                framework,
                controls: BTreeMap::new(),
            });
            let key = (control.place, control.id.as_str());
            taxonomy.controls.insert(key, &control.title);
        }
        Self(all)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `run.taxonomies`
    pub(super) fn json(&self) -> Vec<Value> {
        self.0.values().map(Taxonomy::json).collect()
    }

    /// `run.tool.driver.supportedTaxonomies`
    pub(super) fn references(&self) -> Vec<Value> {
        let numbered = self.0.keys().enumerate();
        numbered
            .map(|(index, id)| json!({"name": id, "index": index}))
            .collect()
    }

    /// What a rule has to do with each of its controls.
    pub(super) fn relationships(&self, rule: &Rule) -> Vec<Value> {
        let mut relationships = Vec::new();
        let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
        for mapping in &rule.controls {
            let control = &mapping.control;
            let framework = control.framework.id.as_str();
            let is_its = |known: &&str| *known == framework;
            let (Some(component), Some(taxonomy)) =
                (self.0.keys().position(is_its), self.0.get(framework))
            else {
                continue;
            };
            let key = (control.place, control.id.as_str());
            let Some(index) = taxonomy.controls.keys().position(|known| *known == key) else {
                continue;
            };
            if seen.insert((framework, &control.id)) {
                relationships.push(json!({
                    "target": {
                        "id": control.id,
                        "index": index,
                        "toolComponent": {"name": framework, "index": component},
                    },
                    "kinds": ["relevant"],
                    "description": super::message(&mapping.reason),
                }));
            }
        }
        relationships
    }
}

impl Taxonomy<'_> {
    fn json(&self) -> Value {
        let framework = self.framework;
        let controls = self.controls.iter();
        let taxa: Vec<Value> = controls
            .map(|((_, id), title)| json!({"id": id, "shortDescription": super::message(title)}))
            .collect();
        let mut component = json!({
            "name": framework.id,
            "fullName": framework.name,
            "version": framework.version,
            "isComprehensive": false,
            "shortDescription": super::message(&framework.name),
            "taxa": taxa,
        });
        if !framework.about.is_empty() {
            component["fullDescription"] = super::message(&framework.about);
        }
        if let Some(address) = &framework.address {
            component["informationUri"] = address.as_str().into();
        }
        component
    }
}
