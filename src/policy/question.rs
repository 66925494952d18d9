//! What rules are asked about, and what their answer depends on beside it.

use super::{entry::OWN, value::ValueMark};
use crate::{config::TeamPolicy, units};
use jiff::civil::Date;
use regorus::Value;
use std::{collections::BTreeMap, sync::Arc};

/// What rules are asked about: both parts as rules see them.
#[derive(Debug, Clone)]
pub struct Question {
    /// `input`: a document or a review, with its facts.
    pub input: Value,
    /// `data.servelint`, save the platforms, which are the same for everybody.
    pub team: Team,
}

/// What a team decided, and the day: `data.servelint.policy`, `approvers`, `today` and `day`.
/// All four are there, as the engine's entry point needs them to be.
#[derive(Debug, Clone)]
pub struct Team {
    pub(super) data: Value,
    /// What is set for each pack of our contract that the project names, by the name of the pack.
    pub(super) settings: Arc<BTreeMap<String, serde_json::Value>>,
}

impl Team {
    /// The same from JSON, as another process handed it over.
    pub(super) fn of_json(team: &serde_json::Value) -> Self {
        Self {
            data: super::from_json(team),
            settings: Arc::default(),
        }
    }

    /// The thresholds, the people of each approver role, and the day that counts as today.
    pub fn new(
        policy: &TeamPolicy,
        approvers: &BTreeMap<String, Vec<String>>,
        today: Date,
    ) -> Self {
        let policy = serde_json::to_value(policy).unwrap_or_default();
        let approvers = serde_json::to_value(approvers).unwrap_or_default();
        let today = today.to_string();
        let day = units::day_number(&today).unwrap_or_default();
        Self {
            data: super::object([
                ("policy", super::from_json(&policy)),
                ("approvers", super::from_json(&approvers)),
                ("today", Value::from(today)),
                ("day", Value::from(day)),
            ]),
            settings: Arc::default(),
        }
    }

    /// All of `data` that our own rules see.
    pub(super) fn root(&self) -> Value {
        let mut own = self.data.clone();
        if let Ok(own) = own.as_object_mut() {
            own.insert(Value::from("platforms"), super::platforms());
        }
        super::object([(OWN, own)])
    }

    /// The same with what is set for each pack that the project names.
    #[must_use]
    pub fn with_settings(mut self, settings: BTreeMap<String, serde_json::Value>) -> Self {
        self.settings = Arc::new(settings);
        self
    }
}

impl Question {
    /// The question with what is set for a pack, as `data.<pack>.settings`.
    pub(super) fn to_pack(&self, name: &str) -> Self {
        let settings = match self.team.settings.get(name) {
            Some(settings) => super::from_json(settings),
            None => super::object([]),
        };
        let mut question = self.clone();
        if let Ok(data) = question.team.data.as_object_mut() {
            data.insert(Value::from("settings"), settings);
        }
        question
    }

    /// `input` and `data.servelint` as JSON.
    pub fn to_json(&self) -> (serde_json::Value, serde_json::Value) {
        (super::to_json(&self.input), super::to_json(&self.team.data))
    }

    /// Writes down what is asked, save the settings of packs; of what has a mark, the mark.
    pub fn write(&self, marks: &[ValueMark], out: &mut Vec<u8>) {
        super::value::write(&self.input, marks, out);
        super::value::write(&self.team.data, &[], out);
    }

    /// As the engine's own entry point takes it.
    pub(super) fn outer(&self) -> Value {
        super::object([
            ("input", self.input.clone()),
            ("data", self.team.data.clone()),
        ])
    }
}
