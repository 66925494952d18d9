//! `docs/reference/`: the formats for people, generated from the schemas.
//!
//! The schemas say everything; this file only lays it out. A condition that it has no words for
//! is a failure, so that no requirement is left out in silence.

use crate::common::ROOT;
use serde_json::{Map, Value as Json};
use servelint::schema;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

/// A page: its file, the schema it is made of, and what is said about the file that it describes.
struct Page {
    file: &'static str,
    schema: &'static str,
    is_toml: bool,
}

const PAGES: &[Page] = &[
    Page {
        file: "serving-spec.md",
        schema: "serving-spec/v1alpha1.json",
        is_toml: false,
    },
    Page {
        file: "decision-log.md",
        schema: "decision-log/v1alpha1.json",
        is_toml: false,
    },
    Page {
        file: "verification-checklist.md",
        schema: "verification-checklist/v1alpha1.json",
        is_toml: false,
    },
    Page {
        file: "servelint-toml.md",
        schema: "config/v1.json",
        is_toml: true,
    },
];

/// `SERVELINT_BLESS=1 cargo test --test suite reference` writes the pages.
#[test]
fn the_reference_says_what_the_schemas_say() {
    let folder = Path::new(ROOT).join("docs/reference");
    let mut pages = vec![("README.md", index())];
    pages.extend(
        PAGES
            .iter()
            .map(|page| (page.file, Reference::of(page).text())),
    );
    let bless = std::env::var_os("SERVELINT_BLESS").is_some();
    let mut stale = BTreeSet::new();
    for (name, text) in &pages {
        let path = folder.join(name);
        if bless {
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(&path, text).expect("writable");
        } else if fs::read_to_string(&path).ok().as_ref() != Some(text) {
            stale.insert(*name);
        }
    }
    assert!(
        stale.is_empty(),
        "run `SERVELINT_BLESS=1 cargo test --test suite reference` to write {stale:?}"
    );
    let found = fs::read_dir(&folder).expect("a folder").count();
    assert_eq!(found, pages.len(), "a page in docs/reference/ is nobody's");
}

#[test]
fn links_within_the_reference_lead_somewhere() {
    for page in PAGES {
        let text = Reference::of(page).text();
        let headings: Vec<String> = text
            .lines()
            .filter(|line| line.starts_with('#'))
            .map(|line| slug(line.trim_start_matches('#').trim()))
            .collect();
        let unique: BTreeSet<&String> = headings.iter().collect();
        assert_eq!(unique.len(), headings.len(), "{}: {headings:?}", page.file);
        let lines = text.lines().filter(|line| !line.starts_with("Pattern: "));
        let prose = lines.collect::<Vec<_>>().join("\n");
        let targets = prose
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let mut links = 0;
        for target in targets {
            links += 1;
            match target.strip_prefix('#') {
                Some(anchor) => assert!(
                    unique.contains(&anchor.to_owned()),
                    "{}: {target}",
                    page.file
                ),
                None => {
                    let path = Path::new(ROOT).join("docs/reference").join(target);
                    assert!(path.exists(), "{}: {target}", page.file);
                }
            }
        }
        assert!(links > 20, "{}: {links} links", page.file);
    }
}

/// Every field of a schema has its row.
#[test]
fn no_field_is_left_out_of_the_reference() {
    for page in PAGES {
        let text = Reference::of(page).text();
        let mut names = BTreeSet::new();
        property_names(&read(page.schema), &mut names);
        for name in &names {
            assert!(
                text.contains(&format!("\n| `{name}` |")),
                "{}: {name}",
                page.file
            );
        }
        assert!(names.len() > 20, "{}: {}", page.file, names.len());
    }
}

fn property_names(schema: &Json, names: &mut BTreeSet<String>) {
    match schema {
        Json::Object(entries) => {
            for (key, value) in entries {
                if let ("properties", Json::Object(fields)) = (key.as_str(), value) {
                    names.extend(fields.keys().cloned());
                }
                property_names(value, names);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| property_names(item, names)),
        _ => (),
    }
}

fn index() -> String {
    let mut text = String::from(
        "# Reference\n\n\
         <!-- Generated from schemas/ by `SERVELINT_BLESS=1 cargo test --test suite reference`. -->\n\n\
         Every field of the formats that servelint reads, generated from the JSON Schemas that `servelint schema` prints.\n\n\
         | page | what it describes |\n| --- | --- |\n",
    );
    for page in PAGES {
        let root = read(page.schema);
        let (title, about) = (words(&root["title"]), words(&root["description"]));
        writeln!(text, "| [{title}]({}) | {about} |", page.file).expect("a string");
    }
    text.push_str(
        "\nThe first three share the envelope of Kubernetes objects: `apiVersion`, `kind`, `metadata` and `spec`. They may \
         stand in one file (a YAML stream, a JSON array, TOML's `[[document]]`) or in many; documents are joined by the name \
         of their service. Fields that a page does not list are refused, so that a misspelled one is never ignored.\n",
    );
    text
}

fn read(name: &str) -> Json {
    serde_json::from_str(schema::text(name).expect("an embedded schema")).expect("JSON")
}

fn words(value: &Json) -> &str {
    value.as_str().expect("text")
}

/// The anchor that GitHub gives to a heading.
fn slug(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// What is known about a field beside its own subschema.
#[derive(Default)]
struct Demands {
    /// When it is required: an empty text means always.
    required: Vec<String>,
    /// The rules that report what is wrong with it.
    rules: BTreeSet<String>,
    /// Its types, where they depend on other fields.
    types: Vec<String>,
}

struct Reference<'p> {
    page: &'p Page,
    root: Json,
    /// By the path of the object and the name of the field.
    demands: BTreeMap<(String, String), Demands>,
    /// Definitions that are explained once, because several fields refer to them.
    shared: Vec<String>,
    /// The headings, each with its depth.
    contents: Vec<(usize, String)>,
}

impl<'p> Reference<'p> {
    fn of(page: &'p Page) -> Self {
        let root = read(page.schema);
        let mut reference = Self {
            page,
            shared: Vec::new(),
            root: root.clone(),
            demands: BTreeMap::new(),
            contents: Vec::new(),
        };
        let definitions = root["$defs"].as_object().expect("definitions");
        for (name, definition) in definitions {
            let uses = root
                .to_string()
                .matches(&format!("\"#/$defs/{name}\""))
                .count();
            let is_object = definition["properties"].is_object();
            let is_condition = definition.get("type").is_none();
            if !is_condition && (!is_object || uses > 1 || definition["type"].is_array()) {
                reference.shared.push(name.clone());
                if is_object {
                    reference.collect(definition, name, "");
                }
            }
        }
        reference.collect(&root, "", "");
        reference
    }

    fn text(mut self) -> String {
        let root = self.root.clone();
        let mut body = String::new();
        self.object(&root, "", 1, &mut body);
        self.contents.push((2, "Types".to_owned()));
        body.push_str("## Types\n\n");
        for name in self.shared.clone() {
            let definition = &root["$defs"][&name];
            self.definition(&name, definition, &mut body);
            self.contents.push((3, name.clone()));
            for (key, field) in fields(definition) {
                if let Some((inner, path)) = self.inner(field, &join(&name, key)) {
                    self.object(&inner, &path, 3, &mut body);
                }
            }
        }
        let contents: String = self
            .contents
            .iter()
            .map(|(depth, heading)| {
                format!(
                    "{}- [{heading}](#{})\n",
                    "  ".repeat(depth - 2),
                    slug(heading)
                )
            })
            .collect();
        let page = format!(
            "# {}\n\n<!-- Generated from schemas/{} by `SERVELINT_BLESS=1 cargo test --test suite reference`. -->\n\n\
             {}\n\n{}\n\n## Contents\n\n{contents}\n{body}",
            words(&root["title"]),
            self.page.schema,
            words(&root["description"]),
            self.about(),
        );
        page.trim_end().to_owned() + "\n"
    }

    /// The section of a type that several fields share.
    fn definition(&self, name: &str, definition: &Json, body: &mut String) {
        let mut said = vec![words(&definition["description"]).to_owned()];
        // Longer ones are no help to a reader; the description says what fits.
        let pattern = definition["pattern"]
            .as_str()
            .filter(|pattern| pattern.len() < 100);
        said.extend(pattern.map(|pattern| format!("Pattern: {}.", code(pattern))));
        said.extend(allowed(definition));
        said.extend(reported_by(&rules_of(definition).into_iter().collect()));
        writeln!(body, "### {name}\n\n{}\n", said.join("\n\n")).expect("a string");
        if definition["properties"].is_object() {
            self.table(definition, name, body);
        }
    }

    fn about(&self) -> &'static str {
        match self.page.is_toml {
            true => {
                "[Configuration](../configuration.md) explains how the settings work together. `servelint schema config` prints the JSON Schema."
            }
            false => {
                "[All pages](README.md). `servelint schema` prints the JSON Schema, for editors. A field is required where the column says so: always (yes), or under the condition that it names."
            }
        }
    }

    /// The section of an object, then those of the objects in it.
    fn object(&mut self, schema: &Json, path: &str, depth: usize, body: &mut String) {
        if depth > 1 {
            let heading = self.heading(path);
            writeln!(body, "{} {heading}\n", "#".repeat(depth.min(3))).expect("a string");
            writeln!(body, "{}\n", words(&schema["description"])).expect("a string");
            self.contents.push((depth, heading));
        } else {
            writeln!(body, "## Fields\n").expect("a string");
            self.contents.push((2, "Fields".to_owned()));
        }
        self.table(schema, path, body);
        for (name, field) in fields(schema) {
            if let Some((inner, path)) = self.inner(field, &join(path, name)) {
                self.object(&inner, &path, depth + 1, body);
            }
        }
    }

    /// The object that has a section of its own below a field, and its path.
    fn inner(&self, field: &Json, path: &str) -> Option<(Json, String)> {
        let name = reference(field);
        if name.is_some_and(|name| self.shared.iter().any(|known| known == name)) {
            return None;
        }
        let field = self.resolved(field);
        if field["items"].is_object() {
            return self.inner(&field["items"], &format!("{path}[]"));
        }
        field["properties"]
            .is_object()
            .then(|| (field, path.to_owned()))
    }

    /// The field with what its definition says; its own words go before.
    fn resolved(&self, field: &Json) -> Json {
        let Some(name) = reference(field) else {
            return field.clone();
        };
        let mut all: Map<String, Json> = self.root["$defs"][name].as_object().expect(name).clone();
        all.extend(field.as_object().expect("an object").clone());
        Json::Object(all)
    }

    fn heading(&self, path: &str) -> String {
        match (self.page.is_toml, path.strip_suffix("[]")) {
            (true, Some(path)) => format!("`[[{path}]]`"),
            (true, None) => format!("`[{path}]`"),
            (false, _) => format!("`{path}`"),
        }
    }

    fn table(&self, schema: &Json, path: &str, body: &mut String) {
        body.push_str("| field | type | required | meaning |\n| --- | --- | --- | --- |\n");
        let nothing = Demands::default();
        for (name, field) in fields(schema) {
            let demands = self
                .demands
                .get(&(path.to_owned(), name.clone()))
                .unwrap_or(&nothing);
            let required = match demands.required.iter().any(String::is_empty) {
                true => "yes".to_owned(),
                false => demands.required.join("; "),
            };
            let row = [
                code(name),
                self.type_of(field, &join(path, name), demands),
                required,
                self.meaning(field, demands),
            ];
            let row = row.map(|cell| cell.replace('|', "\\|"));
            writeln!(body, "| {} |", row.join(" | ").replace("  |", " |")).expect("a string");
        }
        body.push('\n');
    }

    fn type_of(&self, field: &Json, path: &str, demands: &Demands) -> String {
        let whole = self.resolved(field);
        if let Some(name) =
            reference(field).filter(|name| self.shared.iter().any(|known| known == name))
        {
            return format!("[{name}](#{})", slug(name));
        }
        if let Some((_, section)) = self.inner(field, path) {
            let link = format!("[object](#{})", slug(&self.heading(&section)));
            return match whole["items"].is_object() {
                true => format!("list of {link}{}", entries(&whole)),
                false => link,
            };
        }
        let bounds = bounds(&whole);
        match &whole["type"] {
            Json::String(kind) if kind == "array" => {
                let of = self.type_of(&whole["items"], path, &Demands::default());
                format!("list of {of}{}", entries(&whole))
            }
            Json::String(kind) if kind == "object" => match &whole["additionalProperties"] {
                Json::Object(_) => {
                    let of =
                        self.type_of(&whole["additionalProperties"], path, &Demands::default());
                    format!("map of {of}")
                }
                _ => "object".to_owned(),
            },
            Json::String(kind) => format!("{}{bounds}", plain(kind)),
            Json::Array(kinds) => {
                let kinds: Vec<&str> = kinds.iter().map(|kind| plain(words(kind))).collect();
                kinds.join(" or ")
            }
            _ => {
                assert!(!demands.types.is_empty(), "{path} has no type");
                demands.types.join(" or ")
            }
        }
    }

    fn meaning(&self, field: &Json, demands: &Demands) -> String {
        let whole = self.resolved(field);
        let mut said = vec![words(&whole["description"]).to_owned()];
        let name = reference(field);
        if name.is_none_or(|name| !self.shared.iter().any(|known| known == name)) {
            let list = self.resolved(&whole["items"]);
            said.extend(allowed(&whole).or_else(|| allowed(&list)));
        }
        if let Some(default) = whole.get("default") {
            said.push(format!("Default: {}.", value(default)));
        }
        if let Some(example) = whole["examples"].get(0) {
            said.push(format!("Example: {}.", value(example)));
        }
        // Those of a shared type stand with the type.
        let mut rules = demands.rules.clone();
        rules.extend(rules_of(field));
        said.extend(reported_by(&rules));
        said.join(" ")
    }

    /// Notes what `schema` demands of the fields of the object at `path`, where `when` is true.
    fn collect(&mut self, schema: &Json, path: &str, when: &str) {
        if let Some(name) = reference(schema) {
            if self.shared.iter().any(|known| known == name) {
                return;
            }
            let definition = self.root["$defs"][name].clone();
            self.collect(&definition, path, when);
        }
        let rule = schema["x-servelint-rule"]["required"].as_str();
        for name in schema["required"].as_array().into_iter().flatten() {
            let demands = self
                .demands
                .entry((path.to_owned(), words(name).to_owned()))
                .or_default();
            demands.required.push(when.to_owned());
            demands.rules.extend(rule.map(str::to_owned));
        }
        for (name, field) in fields(schema) {
            let demands = self
                .demands
                .entry((path.to_owned(), name.clone()))
                .or_default();
            if !when.is_empty() {
                demands.rules.extend(rules_of(field));
                let named = reference(field).map(|name| format!("[{name}](#{})", slug(name)));
                demands.types.extend(
                    named.or_else(|| field["type"].as_str().map(|kind| plain(kind).to_owned())),
                );
            }
            self.collect(field, &join(path, name), when);
        }
        if schema["items"].is_object() {
            self.collect(&schema["items"].clone(), &format!("{path}[]"), when);
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.collect(part, path, when);
        }
        if let Some(condition) = schema
            .get("if")
            .filter(|condition| !is_about_shape(condition))
        {
            let (then, otherwise) = (told(condition), schema.get("else"));
            self.collect(&schema["then"], path, &and(when, &then));
            if let Some(otherwise) = otherwise {
                self.collect(otherwise, path, &and(when, &negated(condition)));
            }
        }
    }
}

/// The name of the definition that a subschema refers to.
fn reference(schema: &Json) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/$defs/")
}

/// The fields of an object; those that a condition forbids have no subschema.
fn fields(schema: &Json) -> impl Iterator<Item = (&String, &Json)> {
    let fields = schema["properties"].as_object().into_iter().flatten();
    fields.filter(|(_, field)| field.is_object())
}

fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

fn and(when: &str, also: &str) -> String {
    match when {
        "" => also.to_owned(),
        when => format!("{when}, {also}"),
    }
}

/// True where a condition chooses between spellings of one value.
fn is_about_shape(condition: &Json) -> bool {
    ["type", "pattern", "maxLength"]
        .iter()
        .any(|key| condition.get(key).is_some())
}

/// `in production`, `with `zones``, `where `platform` is `kserve``.
fn told(condition: &Json) -> String {
    if reference(condition) == Some("isProduction") {
        return "in production".to_owned();
    }
    if let Some(other) = condition.get("not") {
        return format!("without {}", code(only(&other["required"])));
    }
    match condition["properties"].as_object() {
        None => format!("with {}", code(only(&condition["required"]))),
        Some(fields) => {
            let (name, field) = fields.iter().next().expect("a field");
            compared(name, field)
        }
    }
}

fn negated(condition: &Json) -> String {
    match condition.get("properties") {
        None => format!("without {}", code(only(&condition["required"]))),
        Some(fields) => match fields.as_object().and_then(|fields| fields.iter().next()) {
            Some((name, field)) if is_archive(field) => {
                format!("where {} is a folder", code(name))
            }
            _ => panic!("no words for the opposite of {condition}"),
        },
    }
}

/// True for what the name of an archive fits.
fn is_archive(field: &Json) -> bool {
    let pattern = field["pattern"].as_str();
    pattern.is_some_and(|pattern| pattern.contains("tar\\.gz"))
}

/// The one name in a list.
fn only(names: &Json) -> &str {
    match names.as_array().map(Vec::as_slice) {
        Some([name]) => words(name),
        _ => panic!("no words for {names}"),
    }
}

fn compared(name: &str, field: &Json) -> String {
    if let Some((inner, field)) = fields(field).next() {
        return compared(&format!("{name}.{inner}"), field);
    }
    if let Some(value) = field.get("const") {
        return format!("where {} is {}", code(name), code(words(value)));
    }
    if let Some(values) = field["enum"].as_array() {
        let values: Vec<String> = values.iter().map(|value| code(words(value))).collect();
        let (last, first) = values.split_last().expect("a value");
        return format!("where {} is {} or {last}", code(name), first.join(", "));
    }
    if is_archive(field) {
        return format!("where {} is an archive", code(name));
    }
    match field["maxItems"].as_u64() {
        Some(0) => format!("where {} is empty", code(name)),
        _ => panic!("no words for `{name}`: {field}"),
    }
}

/// The rules that a subschema names for its keywords.
fn rules_of(schema: &Json) -> Vec<String> {
    match &schema["x-servelint-rule"] {
        Json::String(rule) => vec![rule.clone()],
        Json::Object(rules) => rules
            .iter()
            .filter(|(keyword, _)| *keyword != "required")
            .map(|(_, rule)| words(rule).to_owned())
            .collect(),
        _ => Vec::new(),
    }
}

/// `Reported by [...].`, where a rule reports it.
fn reported_by(rules: &BTreeSet<String>) -> Option<String> {
    let links: Vec<String> = rules
        .iter()
        .map(|rule| format!("[`{rule}`](../rules/{rule}.md)"))
        .collect();
    (!links.is_empty()).then(|| format!("Reported by {}.", links.join(", ")))
}

/// `One of `a`, `b`.`, where the description does not name them all.
fn allowed(schema: &Json) -> Option<String> {
    let values: Vec<String> = schema["enum"].as_array()?.iter().map(value).collect();
    let description = schema["description"].as_str().unwrap_or_default();
    let is_said = values
        .iter()
        .all(|value| description.contains(value.as_str()));
    (!is_said).then(|| format!("One of {}.", values.join(", ")))
}

fn plain(kind: &str) -> &str {
    match kind {
        "string" => "text",
        "boolean" => "`true` or `false`",
        kind => kind,
    }
}

/// `, at least 1`
fn bounds(schema: &Json) -> String {
    let mut said = String::new();
    for (key, word) in [
        ("minimum", "at least"),
        ("exclusiveMinimum", "above"),
        ("maximum", "at most"),
        ("exclusiveMaximum", "below"),
    ] {
        if let Some(limit) = schema.get(key) {
            write!(said, ", {word} {limit}").expect("a string");
        }
    }
    if let Some(most) = schema.get("maxLength") {
        write!(said, ", at most {most} characters").expect("a string");
    }
    said
}

/// `, at least 2 entries`
fn entries(schema: &Json) -> String {
    match (&schema["minItems"], &schema["maxItems"]) {
        (Json::Null, _) => String::new(),
        (least, most) if least == most => format!(", {least} entries"),
        (least, _) if *least == 1 => ", at least 1 entry".to_owned(),
        (least, _) => format!(", at least {least} entries"),
    }
}

/// A value as code: text without its quotes.
fn value(value: &Json) -> String {
    match value {
        Json::String(text) => code(text),
        Json::Number(number) if number.is_f64() => code(&number.to_string()),
        other => code(&other.to_string()),
    }
}

fn code(text: &str) -> String {
    match text.contains('`') {
        true => format!("`` {text} ``"),
        false => format!("`{text}`"),
    }
}
