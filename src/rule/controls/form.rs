//! Tables of controls as `compiled.json` has them: each framework and each control once.

use super::{Control, ControlTables, Framework, Mapping};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

#[derive(Serialize, Deserialize)]
pub(super) struct TablesForm {
    frameworks: Vec<Framework>,
    controls: Vec<ControlForm>,
    mappings: BTreeMap<String, Vec<MappingForm>>,
}

#[derive(Serialize, Deserialize)]
struct ControlForm {
    /// Its place among the frameworks.
    framework: usize,
    id: String,
    title: String,
    place: usize,
}

#[derive(Serialize, Deserialize)]
struct MappingForm {
    /// Its place among the controls.
    control: usize,
    reason: String,
}

impl From<ControlTables> for TablesForm {
    fn from(tables: ControlTables) -> Self {
        let place = |name: &String| tables.controls.keys().position(|known| known == name);
        let mapping = |one: &Mapping| MappingForm {
            control: place(&one.control.to_string()).unwrap_or(usize::MAX),
            reason: one.reason.clone(),
        };
        let mappings = tables.mappings.iter();
        let mappings =
            mappings.map(|(rule, all)| (rule.clone(), all.iter().map(mapping).collect()));
        let framework = |id: &String| tables.frameworks.keys().position(|known| known == id);
        let control = |control: &Arc<Control>| ControlForm {
            framework: framework(&control.framework.id).unwrap_or(usize::MAX),
            id: control.id.clone(),
            title: control.title.clone(),
            place: control.place,
        };
        Self {
            mappings: mappings.collect(),
            controls: tables.controls.values().map(control).collect(),
            frameworks: tables
                .frameworks
                .values()
                .map(|one| (**one).clone())
                .collect(),
        }
    }
}

impl From<TablesForm> for ControlTables {
    fn from(form: TablesForm) -> Self {
        let frameworks: Vec<_> = form.frameworks.into_iter().map(Arc::new).collect();
        let mut controls = Vec::new();
        for control in form.controls {
            let Some(framework) = frameworks.get(control.framework) else {
                continue;
            };
            controls.push(Arc::new(Control {
                framework: Arc::clone(framework),
                id: control.id,
                title: control.title,
                place: control.place,
            }));
        }
        let mapping = |one: MappingForm| {
            Some(Mapping {
                control: Arc::clone(controls.get(one.control)?),
                reason: one.reason,
            })
        };
        let mappings = form.mappings.into_iter();
        Self {
            mappings: mappings
                .map(|(rule, all)| (rule, all.into_iter().filter_map(mapping).collect()))
                .collect(),
            frameworks: frameworks
                .into_iter()
                .map(|one| (one.id.clone(), one))
                .collect(),
            controls: controls
                .iter()
                .map(|one| (one.to_string(), Arc::clone(one)))
                .collect(),
        }
    }
}
