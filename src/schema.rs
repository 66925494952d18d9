//! Which kind a document is, and whether it has the shape of that kind.
//!
//! Owns the JSON Schemas and the words for what they refuse; the only module that knows
//! jsonschema. Schemas are built in, compiled once when first needed, and never fetched.

mod any;
mod bounds;
mod branch;
mod consequence;
mod crd;
mod fields;
mod kind;
mod lookup;
mod own;
mod remedy;
mod samples;
mod team;
mod wording;

pub use any::any;
pub use bounds::{
    MOST_MANIFEST_VALUES, MOST_REFUSALS, MOST_REVIEW_VALUES, MOST_VALUES, excess,
    too_many_documents, values,
};
pub use crd::{Checked, CrdError, Custom, CustomKinds};
pub use kind::{
    API_VERSION, Recognition, envelope, is_kind_of_ours, recognise, renders_ours, speaks_of_ours,
};
pub use own::{OwnKinds, Owned, Vocabulary};
pub use team::{SchemaFlaw, TeamSchema};

use crate::{
    built_in::Folder,
    document::{Node, Pointer, Value},
    finding::{Remedy, Violation},
    manifest,
    rule::{DURATION_NEEDS_UNIT, SCHEMA_VALID, Subject, UNKNOWN_FIELD},
    units,
};
use bounds::Refusals;
use fields::FieldTables;
use jsonschema::{
    Draft, PatternOptions, ValidationError, ValidationOptions, Validator,
    error::ValidationErrorKind as Kind,
};
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{LazyLock, OnceLock},
};

/// Compiled, a pattern of our own takes at most so much: what the regex crate allows.
const PATTERN_BYTES: usize = 10 << 20;

/// The text of a schema that is built in, `schemas/<name>`.
pub fn text(name: &str) -> Option<&'static str> {
    Folder::Schemas.text(&format!("schemas/{name}"))
}

/// The text of the schema of `subject`; `None` for subjects that are no kind of document.
pub fn text_of(subject: Subject) -> Option<&'static str> {
    text(kind::file(subject)?)
}

/// Something in a document that its schema refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong and where. The rule is the one that the schema names for this place.
    pub violation: Violation,
    /// True when the rules cannot run on this document: they rely on types and allowed values,
    /// though never on the presence of a field.
    pub blocking: bool,
    /// True where the team's own definition of the kind says so: no rule depends on it.
    pub custom: bool,
    /// The key that an unknown one was probably meant to be.
    pub meant: Option<String>,
    /// How many refusals it stands for, where it is the rest of a long list.
    pub rest: Option<usize>,
}

/// A schema that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the schema of {subject} cannot be used: {reason}")]
pub struct SchemaError {
    subject: Subject,
    reason: String,
}

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    validator: Validator,
    json: Json,
    /// Whoever wrote it, a team or a platform, names no rules in it.
    is_of_others: bool,
}

/// Filled by the first who asks: compiling takes longer than most runs need for everything else.
type SchemaSlot = OnceLock<Result<Schema, String>>;

/// The schemas that are built in: a process that stays compiles each once.
static OURS: [SchemaSlot; 3] = [const { OnceLock::new() }; 3];
/// Those of manifests, in the order of [`manifest::kinds`].
static ARTIFACTS: LazyLock<Vec<SchemaSlot>> =
    LazyLock::new(|| manifest::kinds().iter().map(|_| OnceLock::new()).collect());
static FIELDS: FieldTables = FieldTables::new();

/// The compiled schemas; each is compiled when it is first asked for.
#[derive(Debug, Default)]
pub struct Schemas {
    custom: Custom,
    own: Owned,
}

impl Schemas {
    /// The embedded schemas, and those that teams define.
    pub fn with(custom: Custom, own: Owned) -> Self {
        Self { custom, own }
    }

    /// The custom kinds that the project with this root defines.
    pub fn custom(&self, root: &Path) -> Option<&CustomKinds> {
        self.custom.of(root)
    }

    /// The kinds that projects declare.
    pub fn own(&self) -> &Owned {
        &self.own
    }

    /// Checks an object against the definition that its project has of it; `None` where it has none.
    pub fn check_custom(&self, root: &Path, object: &Node) -> Result<Option<Checked>, SchemaError> {
        let Some(kinds) = self.custom(root) else {
            return Ok(None);
        };
        kinds.check(object).map_err(|reason| SchemaError {
            subject: Subject::Artifact,
            reason,
        })
    }

    /// The schema of `subject`, which must be a kind of document.
    pub fn of(&self, subject: Subject) -> Result<&Schema, SchemaError> {
        let slot = match subject {
            Subject::ServingSpec => &OURS[0],
            Subject::DecisionLog => &OURS[1],
            Subject::VerificationChecklist => &OURS[2],
            _ => {
                let reason = "it is no kind of document".to_owned();
                return Err(SchemaError { subject, reason });
            }
        };
        let file = kind::file(subject).unwrap_or_default();
        compiled(slot, file).map_err(|reason| SchemaError { subject, reason })
    }

    /// Adds to what is refused in a manifest the fields that its platform does not know.
    /// `installed` is the release of each platform that the team names.
    pub fn add_unknown_fields(
        &self,
        kind: &manifest::Kind,
        root: &Node,
        installed: &BTreeMap<String, String>,
        refusals: &mut Vec<Refusal>,
    ) {
        refusals.extend(FIELDS.check(kind, root, installed));
        consequence::drop_what_a_misspelling_explains(refusals);
    }

    /// The schema of a kind of manifest: the fields that are read, and nothing about the others.
    pub fn of_artifact(&self, kind: &manifest::Kind) -> Result<&Schema, SchemaError> {
        let schema = match ARTIFACTS.get(kind.index()) {
            Some(slot) => compiled(slot, kind.schema),
            None => Err("it is no kind".to_owned()),
        };
        schema.map_err(|reason| SchemaError {
            subject: Subject::Artifact,
            reason: format!("{}: {reason}", kind.name),
        })
    }
}

/// The schema that is built in as `file`, in its slot.
fn compiled<'s>(slot: &'s SchemaSlot, file: &str) -> Result<&'s Schema, String> {
    let schema = slot.get_or_init(|| Schema::compile(text(file).ok_or("it is not built in")?));
    schema.as_ref().map_err(String::clone)
}

/// The paths of the values that are refused for what they are.
fn misfits(leaves: &[&ValidationError<'_>]) -> BTreeSet<String> {
    let is_misfit = |error: &&&ValidationError<'_>| {
        matches!(
            error.kind(),
            Kind::Type { .. } | Kind::Enum { .. } | Kind::Constant { .. }
        )
    };
    let paths = leaves.iter().filter(is_misfit);
    paths
        .map(|error| error.instance_path().as_str().to_owned())
        .collect()
}

/// True for what is wanted only beside some value, where a value beside it is refused: nobody knows whether it is
/// wanted.
fn rests_on_another(error: &ValidationError<'_>, misfits: &BTreeSet<String>) -> bool {
    if !error.schema_path().as_str().contains("/then/") {
        return false;
    }
    let at = error.instance_path().as_str();
    let holder = match error.kind() {
        Kind::Required { .. } => at,
        _ => above(at),
    };
    let holder = format!("{holder}/");
    let below = misfits.range(holder.clone()..);
    let mut below = below.take_while(|path| path.starts_with(&holder));
    below.any(|path| path != at)
}

impl Schema {
    /// Compiles a JSON Schema, draft 2020-12. An unknown `$ref` is an error, never a download;
    /// so is a pattern that does not run in linear time. A blank may stand for the `T` of a date-time.
    pub fn compile(text: &str) -> Result<Self, String> {
        let json = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let own = options(PATTERN_BYTES).with_format("date-time", is_moment);
        built(&own, &json).map(|validator| Self {
            validator,
            json,
            is_of_others: false,
        })
    }

    /// Compiles the schema of a kind of a team; where it is wrong, and what. A format that nobody knows says nothing.
    fn of_team_json(json: Json) -> Result<Self, (String, String)> {
        let options = options(PATTERN_BYTES).should_ignore_unknown_formats(true);
        let options = options.with_format("date-time", is_moment);
        match options.build(&json) {
            Ok(validator) => Ok(Self {
                validator,
                json,
                is_of_others: true,
            }),
            Err(error) => Err((error.instance_path().to_string(), error.to_string())),
        }
    }

    /// Compiles the definition of a kind of somebody else, whose dates are what its platform takes for one.
    fn of_json(json: Json) -> Result<Self, String> {
        compile(&json).map(|validator| Self {
            validator,
            json,
            is_of_others: true,
        })
    }

    /// What the schema refuses in `document`, in the order of its places: the first [`MOST_REFUSALS`] that
    /// the validator meets, and at the document itself how many more there are, by rule.
    pub fn refusals(&self, document: &Json) -> Vec<Refusal> {
        let mut found = Refusals::default();
        let errors: Vec<_> = self.validator.iter_errors(document).collect();
        let leaves: Vec<_> = errors.iter().flat_map(branch::leaves).collect();
        let misfits = misfits(&leaves);
        for leaf in leaves {
            if !rests_on_another(leaf, &misfits) {
                self.read(leaf, document, &mut found);
            }
        }
        let (mut refusals, others) = found.finish();
        refusals.sort_by(|a, b| (&a.violation, a.blocking).cmp(&(&b.violation, b.blocking)));
        // Several keywords may refuse one value; whoever corrects it needs one of them. Sorted, what stays does
        // not depend on the order in which the validator meets them.
        refusals.dedup_by(|b, a| {
            a.violation.at == b.violation.at && a.violation.rule == b.violation.rule
        });
        consequence::drop_what_a_misspelling_explains(&mut refusals);
        consequence::drop_rivals(&mut refusals);
        refusals.extend(others);
        refusals
    }

    /// What the schema refuses in a tree. One number that JSON cannot write is called by its name.
    pub fn refusals_in(&self, root: &Node) -> Vec<Refusal> {
        let mut refusals = self.refusals(&root.to_json_of_set());
        for refusal in &mut refusals {
            let violation = &mut refusal.violation;
            let found = root.resolve(&violation.at);
            if let (true, Value::Float(number)) = (found.complete, &found.node.value)
                && !number.is_finite()
            {
                violation.message = wording::not_finite(&violation.at, *number);
            }
        }
        refusals
    }

    /// What might stand at a place, so that the schema takes it: a few values, as different as it tells.
    pub fn samples(&self, at: &Pointer) -> Vec<Value> {
        samples::of(&self.json, at)
    }

    fn read(&self, error: &ValidationError<'_>, document: &Json, refusals: &mut Refusals) {
        let at = Pointer::parse(error.instance_path().as_str());
        match error.kind() {
            Kind::AdditionalProperties { unexpected }
            | Kind::UnevaluatedProperties { unexpected } => {
                let holder = self.holder(error);
                for key in unexpected {
                    refusals.add(UNKNOWN_FIELD, false, || {
                        self.unknown(key, holder, document, &at)
                    });
                }
            }
            kind => {
                let named = match self.is_of_others {
                    true => None,
                    false => named_rule(self.holder(error), kind),
                };
                // A rule that is named for the place copes with what stands there, and all cope with gaps. That
                // about durations is this schema alone.
                let is_refused = named.is_none_or(|rule| rule == DURATION_NEEDS_UNIT);
                let blocking = is_refused && !matches!(kind, Kind::Required { .. });
                let rule = named.unwrap_or(SCHEMA_VALID);
                refusals.add(rule, blocking, || self.other(error, at, rule, blocking));
            }
        }
    }

    /// A key that the schema does not know.
    fn unknown(&self, key: &str, holder: &Json, document: &Json, at: &Pointer) -> Refusal {
        let unknown = wording::unknown_field(key, holder, document, at);
        let remedy = remedy::rename(key, holder, &self.json, document, at);
        let (message, help) = (unknown.message, Some(unknown.help));
        Refusal {
            violation: violation(UNKNOWN_FIELD, at.clone().key(key), message, help, remedy),
            blocking: false,
            custom: false,
            meant: unknown.meant,
            rest: None,
        }
    }

    /// Anything else that the schema refuses at `at`, on behalf of a rule.
    fn other(
        &self,
        error: &ValidationError<'_>,
        at: Pointer,
        rule: &str,
        blocking: bool,
    ) -> Refusal {
        let (kind, instance, holder) = (error.kind(), error.instance(), self.holder(error));
        let remedy = remedy::other(kind, &at, instance, holder, &self.json);
        let (at, message, help) = wording::describe(kind, at, instance, holder, &self.json);
        Refusal {
            violation: violation(rule, at, message, help, remedy),
            blocking,
            custom: false,
            meant: None,
            rest: None,
        }
    }

    /// The subschema that holds the failing keyword.
    fn holder(&self, error: &ValidationError<'_>) -> &Json {
        let parent = above(error.schema_path().as_str());
        // `required` and its like append the index of the failing entry.
        for path in [parent, above(parent)] {
            if let Some(schema) = self.json.pointer(path).filter(|found| found.is_object()) {
                return schema;
            }
        }
        &self.json
    }
}

/// A JSON Pointer without its last step.
fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(above, _)| above)
}

fn compile(json: &Json) -> Result<Validator, String> {
    compile_within(json, PATTERN_BYTES)
}

/// Compiles a schema whose patterns take at most so many bytes each.
fn compile_within(json: &Json, pattern_bytes: usize) -> Result<Validator, String> {
    built(&options(pattern_bytes), json)
}

fn built(options: &ValidationOptions<'_>, json: &Json) -> Result<Validator, String> {
    let built = options.build(json);
    built.map_err(|error| format!("{}: {error}", error.instance_path()))
}

fn options(pattern_bytes: usize) -> ValidationOptions<'static> {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(false)
        .with_pattern_options(PatternOptions::regex().size_limit(pattern_bytes))
        .offline()
}

/// True for a date and time as in RFC 3339, which lets a blank stand for the `T`: many tools write YAML so, and TOML
/// reads it.
fn is_moment(text: &str) -> bool {
    text.len() > 10 && units::day_number(text).is_some()
}

/// The rule that `x-servelint-rule` of the subschema names for one of its keywords. None speaks for a
/// limit, which is there so that no rule has to read more.
fn named_rule<'s>(holder: &'s Json, kind: &Kind) -> Option<&'s str> {
    match holder.get("x-servelint-rule")? {
        _ if matches!(kind, Kind::MaxItems { .. } | Kind::MaxProperties { .. }) => None,
        Json::String(rule) => Some(rule),
        by_keyword => by_keyword.get(kind.keyword())?.as_str(),
    }
}

fn violation(
    rule: &str,
    at: Pointer,
    message: String,
    help: Option<String>,
    remedy: Option<Remedy>,
) -> Violation {
    Violation {
        within: None,
        rule: rule.to_owned(),
        at,
        message,
        related: Vec::new(),
        severity: None,
        help,
        remedy,
        cause: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_that_need_a_network_or_much_time_are_refused() {
        for text in [
            r#"{"$ref": "https://example.com/other.json"}"#,
            r#"{"$ref": "other.json"}"#,
            r##"{"$ref": "#/$defs/nowhere"}"##,
            r#"{"pattern": "(?=a)b"}"#,
            r#"{"pattern": "(a)\\1"}"#,
            r#"{"type": "txt"}"#,
            "{",
        ] {
            assert!(Schema::compile(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_embedded_schema_compiles() {
        for subject in [
            Subject::ServingSpec,
            Subject::DecisionLog,
            Subject::VerificationChecklist,
        ] {
            Schemas::default().of(subject).expect("a schema");
        }
        assert!(Schemas::default().of(Subject::Review).is_err());
        for kind in manifest::kinds() {
            Schemas::default().of_artifact(kind).expect(kind.name);
        }
    }
}
