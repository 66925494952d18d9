//! What a schema refuses, in the user's words.

use super::lookup::{find_object, properties, truth};
use crate::{
    did_you_mean::{nearest, question},
    document::{Pointer, Step, source},
    rule::DURATION_NEEDS_UNIT,
    units::counted,
};
use jsonschema::{
    JsonType,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use serde_json::Value as Json;

/// So many choices, or choices of so many characters together, stand in a message itself, which is all that some
/// formats show.
const FEW: usize = 5;
const SHORT: usize = 120;
/// A pattern of more characters tells a reader nothing.
const LONGEST_PATTERN: usize = 60;
/// The longest value that a message quotes; specs hold prompts, and secrets.
const QUOTED: usize = 40;

/// What is said of a key that the schema does not know.
pub(super) struct Unknown {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The key that was probably meant.
    pub meant: Option<String>,
}

/// Message and help for a key that the schema does not know.
pub(super) fn unknown_field(key: &str, holder: &Json, document: &Json, at: &Pointer) -> Unknown {
    let known: Vec<&str> = properties(holder);
    let place = match at.steps().last() {
        Some(Step::Key(parent)) => format!(" in `{parent}`"),
        Some(Step::Index(_)) | None => String::new(),
    };
    let present = document.pointer(&at.to_string());
    let absent = known
        .iter()
        .copied()
        .filter(|name| present.is_none_or(|object| object.get(name).is_none()));
    // A key that is there already is seldom the one that was meant.
    let meant = nearest(key, absent.clone()).or_else(|| nearest(key, known.iter().copied()));
    let help = match meant {
        Some(name) => question(name),
        None if known.is_empty() => "remove it".to_owned(),
        None => format!("known here: {}", known.join(", ")),
    };
    Unknown {
        message: format!("unknown field `{}`{place}", clip(key)),
        help,
        meant: meant.map(str::to_owned),
    }
}

/// The place, message and help for any other refusal.
pub(super) fn describe(
    kind: &Kind,
    at: Pointer,
    instance: &Json,
    holder: &Json,
    schema: &Json,
) -> (Pointer, String, Option<String>) {
    let name = field(&at);
    let about = holder
        .get("description")
        .and_then(Json::as_str)
        .map(str::to_owned);
    match kind {
        Kind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            let help = describe_property(holder, schema, key, &at);
            let place = if at.is_root() {
                "the document".to_owned()
            } else {
                name
            };
            (at.key(key), format!("{place} lacks `{key}`"), Some(help))
        }
        Kind::Type { kind } => {
            let message = wrong_type(&name, kind, instance, holder);
            (at, message, unquoted(kind, instance).or(about))
        }
        Kind::Enum { options } => {
            let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
            let (message, help) = no_choice(&name, options, instance, about);
            (at, message, help)
        }
        Kind::Constant { expected_value } => {
            let (wanted, held) = (quote(expected_value), quote(instance));
            (at, format!("{name} must be {wanted}, not {held}"), about)
        }
        Kind::Pattern { .. } if names_rule(holder, DURATION_NEEDS_UNIT) => (
            at,
            format!("{name} is {}, which is no duration", quote(instance)),
            about,
        ),
        Kind::Pattern { pattern } => (at, no_match(&name, pattern, instance), about),
        Kind::Format { format } => {
            let held = quote(instance);
            let message = format!("{name} is {held}, which is not a valid {format}");
            (at, message, about)
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            let shapes: Vec<String> = context.iter().flatten().filter_map(wanted_type).collect();
            let message = match shapes.is_empty() {
                true => format!("{name} has none of the allowed shapes"),
                false => format!("{name} must be {}", shapes.join(" or ")),
            };
            (at, message, about)
        }
        Kind::Not { schema } if schema.get("required").is_none() => (
            at,
            format!("{name} is {}, which its schema excludes", quote(instance)),
            about,
        ),
        Kind::FalseSchema | Kind::Not { .. } => (at, format!("{name} must not be set here"), about),
        other => (at, limit(other, &name, instance), about),
    }
}

/// The message about an infinity or NaN, for which JSON has no value.
pub(super) fn not_finite(at: &Pointer, number: f64) -> String {
    format!("{} is {number} and must be a finite number", field(at))
}

fn wrong_type(name: &str, kind: &TypeKind, instance: &Json, holder: &Json) -> String {
    if names_rule(holder, DURATION_NEEDS_UNIT) && instance.is_number() {
        return format!("{name} is the bare number {instance}, which has no unit");
    }
    let wanted = type_names(kind);
    // In YAML a key without a value is null, a word that the author never wrote.
    match instance.is_null() {
        true => format!("{name} is empty and must be {wanted}"),
        false => format!("{name} must be {wanted}, not {}", type_of(instance)),
    }
}

/// The message about a text that does not match a pattern, which it names where it is short.
fn no_match(name: &str, pattern: &str, instance: &Json) -> String {
    let message = format!("{name} cannot be {}", quote(instance));
    match pattern.len() <= LONGEST_PATTERN {
        true => format!("{message}; it must match `{pattern}`"),
        false => message,
    }
}

/// The message about a value that is none of the choices, and its help.
fn no_choice(
    name: &str,
    options: &[Json],
    instance: &Json,
    about: Option<String>,
) -> (String, Option<String>) {
    let known: Vec<&str> = options.iter().filter_map(Json::as_str).collect();
    let hint = instance.as_str().and_then(|text| meant(text, &known));
    let help = match hint {
        Some(name) => Some(question(name)),
        None if known.len() <= FEW => about,
        None => Some(format!("one of: {}", known.join(", "))),
    };
    // Numbers and flags are choices as well.
    let all: Vec<String> = options.iter().map(bare).collect();
    let mut message = format!("{name} cannot be {}", quote(instance));
    let all = all.join(", ");
    if options.len() <= FEW || all.chars().count() <= SHORT {
        message.push_str(&format!("; it is one of {all}"));
    }
    (message, help)
}

/// What a limit on size refuses.
fn limit(kind: &Kind, name: &str, instance: &Json) -> String {
    let value = quote(instance);
    match kind {
        Kind::Minimum { limit } => format!("{name} is {value}, below the minimum of {limit}"),
        Kind::Maximum { limit } if limit.as_i64() == Some(i32::MAX.into()) => {
            format!("{name} is {value}, and a 32-bit integer holds at most {limit}")
        }
        Kind::Maximum { limit } => format!("{name} is {value}, above the maximum of {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("{name} is {value} and must be above {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("{name} is {value} and must be below {limit}"),
        Kind::MinItems { limit } => format!("{name} needs at least {limit} {}", entries(*limit)),
        Kind::MaxItems { limit } => format!("{name} may hold at most {limit} {}", entries(*limit)),
        Kind::MinLength { .. } if instance.as_str() == Some("") => format!("{name} is empty"),
        Kind::MinLength { limit } => {
            format!("{name} needs at least {}", counted(*limit, "character"))
        }
        Kind::MaxLength { limit } => {
            format!("{name} may have at most {}", counted(*limit, "character"))
        }
        Kind::MinProperties { .. }
            if instance.as_object().is_some_and(serde_json::Map::is_empty) =>
        {
            format!("{name} has no fields")
        }
        Kind::MinProperties { limit } => {
            format!("{name} needs at least {}", counted(*limit, "field"))
        }
        Kind::MaxProperties { limit } => {
            format!("{name} may have at most {}", counted(*limit, "field"))
        }
        Kind::MultipleOf { multiple_of } if *multiple_of == 1.0 => {
            format!("{name} is {value} and must be a whole number")
        }
        Kind::MultipleOf { multiple_of } => {
            format!("{name} is {value}, which is not a multiple of {multiple_of}")
        }
        Kind::OneOfMultipleValid { .. } => {
            format!("{name} has several shapes of which only one is allowed")
        }
        Kind::UniqueItems => format!("{name} holds an entry twice"),
        other => format!("{name} does not fit its schema (`{}`)", other.keyword()),
    }
}

/// The allowed value that was probably meant: a slip, or a word cut short as in `prod`.
fn meant<'k>(text: &str, known: &[&'k str]) -> Option<&'k str> {
    let longer = || {
        known
            .iter()
            .copied()
            .find(|name| text.len() >= 3 && name.starts_with(text))
    };
    nearest(text, known.iter().copied()).or_else(longer)
}

/// `yes` and `on` are text in YAML 1.2, whatever older readers make of them.
fn unquoted(kind: &TypeKind, instance: &Json) -> Option<String> {
    let TypeKind::Single(JsonType::Boolean) = kind else {
        return None;
    };
    match instance.as_str()?.to_lowercase().as_str() {
        "y" => Some("write `true`, without quotes".into()),
        "n" => Some("write `false`, without quotes".into()),
        word => truth(word).map(|flag| format!("write `{flag}`, without quotes")),
    }
}

fn names_rule(holder: &Json, rule: &str) -> bool {
    holder.get("x-servelint-rule").and_then(Json::as_str) == Some(rule)
}

/// What to add where `key` is missing: its own description where the schema has one.
fn describe_property(holder: &Json, schema: &Json, key: &str, at: &Pointer) -> String {
    let own = holder.get("properties").and_then(|known| known.get(key));
    // Conditional demands (`then`) name the key only; its description stands in the main branch.
    let described = own.or_else(|| find_property(schema, schema, at.steps(), key));
    match described
        .and_then(|property| property.get("description"))
        .and_then(Json::as_str)
    {
        Some(text) => format!("add `{key}`: {text}"),
        None => format!("add `{key}`"),
    }
}

/// The subschema of `key` in the object at `steps`.
fn find_property<'s>(
    root: &'s Json,
    schema: &'s Json,
    steps: &[Step],
    key: &str,
) -> Option<&'s Json> {
    find_object(root, schema, steps)?
        .get("properties")?
        .get(key)
}

fn wanted_type(error: &jsonschema::ValidationError<'_>) -> Option<String> {
    match error.kind() {
        Kind::Type { kind } => Some(type_names(kind)),
        _ => None,
    }
}

fn type_names(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => article(&one.to_string()),
        TypeKind::Multiple(many) => many
            .iter()
            .map(|one| article(&one.to_string()))
            .collect::<Vec<_>>()
            .join(" or "),
    }
}

fn type_of(value: &Json) -> String {
    match value {
        Json::Null => "empty".into(),
        Json::Bool(flag) => format!("`{flag}`"),
        Json::Number(number) => format!("the number {number}"),
        Json::String(_) => format!("the text {}", quote(value)),
        Json::Array(_) => "a list".into(),
        Json::Object(_) => "a mapping".into(),
    }
}

fn article(name: &str) -> String {
    match name {
        "integer" => "a whole number".into(),
        "array" => "a list".into(),
        "object" => "a mapping".into(),
        "boolean" => "`true` or `false`".into(),
        "string" => "text".into(),
        "null" => "empty".into(),
        other => format!("a {other}"),
    }
}

/// The name of the field at a pointer: its key, with the index where it is an entry of a list.
fn field(at: &Pointer) -> String {
    let mut name = String::new();
    for step in at.steps().iter().rev() {
        match step {
            Step::Index(index) => name = format!("[{index}]{name}"),
            Step::Key(key) => return format!("`{}{name}`", clip(key)),
        }
    }
    "the document".into()
}

fn quote(value: &Json) -> String {
    match value {
        Json::String(text) => format!("`{}`", clip(text)),
        Json::Array(_) | Json::Object(_) => type_of(value),
        other => format!("`{other}`"),
    }
}

/// A text from a document, short enough to quote.
pub(super) fn clip(text: &str) -> String {
    source::clip(text, QUOTED)
}

/// A choice as it would be written, without quotes.
fn bare(option: &Json) -> String {
    option
        .as_str()
        .map_or_else(|| option.to_string(), str::to_owned)
}

fn entries(count: u64) -> &'static str {
    if count == 1 { "entry" } else { "entries" }
}
