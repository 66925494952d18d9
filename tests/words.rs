//! The words that help, titles and documentation avoid, and what they say instead.

use crate::common::{PACK, ROOT, files, json};
use regex::Regex;
use serde_json::Value as Json;
use servelint::rule::ControlTables;
use std::{fs, path::Path, process::Command};

/// A word or phrase to avoid.
struct Avoided {
    /// A regular expression; it ignores case.
    pattern: &'static str,
    /// What to write.
    instead: &'static str,
}

const fn avoid(pattern: &'static str, instead: &'static str) -> Avoided {
    Avoided { pattern, instead }
}

/// Avoided everywhere: in the titles, descriptions and help of rules, in `--help`, the starter and the pages.
const EVERYWHERE: &[Avoided] = &[
    avoid(r"(^|[^/\w])mend(s|ed|ing)?\b", "fix"),
    avoid(
        r"\bh(old|olds|olding|eld) (\S+ ){0,6}against\b",
        "validate, or compare with",
    ),
    avoid(r"\bpass(es|ed)? over\b", "skip, or ignore"),
    avoid(
        r"\bstands? for\b",
        "verify, represent, or the verb that is meant",
    ),
    avoid(r"\bshows? the truth\b", "report every finding"),
    avoid(r"\blets? neither\b", "ignore both"),
    avoid(r"\b(any|every|no|some)body's\b", "the role that is meant"),
    avoid(r"\banybody\b", "the role that is meant"),
    avoid(r"\bvouch(es|ed)?\b", "is responsible for"),
    avoid(r"\bwhat is gone\b", "the fixed or removed entries"),
    avoid(r"\bwhere there is none\b", "if there is none"),
    avoid(r"\bwhat findings weigh\b", "severity overrides"),
    avoid(r"\b(is|are) no good\b", "is invalid"),
    avoid(r"\bcomplain(s|ed)? about\b", "report"),
    avoid(r"\baltogether\b", "whole, or leave it out"),
    avoid(r"\bgoes? before\b", "take precedence over"),
    avoid(r"\b(tell|tells|told) apart\b", "distinguish"),
    avoid(r"\bmeant by\b", "unambiguous"),
    avoid(r"\bhas a say\b", "has an effect"),
    avoid(r"\bcould not do its work\b", "failed"),
    avoid(r"\beasier to pass\b", "looser"),
];

/// Avoided where people look for what to do: in `--help`, the starter and the pages.
const IN_HELP_AND_PAGES: &[Avoided] = &[
    avoid(
        r"\bwhoever\b",
        "the role, such as the author or the approver",
    ),
    avoid(r"\bmisspelt\b", "misspelled"),
    avoid(
        r"\bstands?\b",
        "is, remains, is open; a finding was found or reported",
    ),
    avoid(r"\bsay(s|ing)?\b", "report, state, list or describe"),
    avoid(r"\btells?\b|\btold\b", "report, state or recognise"),
    avoid(r"\b(some|every)body\b", "the role that is meant"),
    avoid(r"\b(is|are|has to be) asked\b", "use, run or require"),
    avoid(r"\basked for\b", "requested, required or configured"),
    avoid(r"\bwhat is left\b", "the remaining findings"),
    avoid(r"\b(write|writes|written) down\b", "record, or list"),
    avoid(r"\bfor ever\b", "forever"),
    avoid(r"\bwithout a word\b", "silently"),
    avoid(r"\b(speak|speaks) of\b", "describe"),
    avoid(r"\blooked at\b", "read, reviewed or checked"),
    avoid(r"\bmust be good\b|\bto be tolerated\b", "the noun"),
    avoid(r"\bcarry\b|\bcarries the\b", "serve, have or contain"),
    avoid(
        r"(`|\b(it|that|which|file|answer|text)) (is|are) no [a-z]",
        "is not a",
    ),
    avoid(r", for (it|they|then|there|whoever)\b", "because"),
];

/// Avoided in the help of rules, which says how to make the service better and never how to be judged less: by another
/// tier or environment, by a milder claim, or by taking away what is judged.
const EVASIONS: &[Avoided] = &[
    avoid(
        r"\b(declare|set|choose|lower|change|use)\b[^.;]*\b(tier|environment)\b",
        "what makes the service fit its tier",
    ),
    avoid(
        r"`?(experimental|advisory|informational)`?\b",
        "what meets the check",
    ),
    avoid(
        r"\bor (remove|delete|drop|leave out) the (item|entry|analysis|objective|slo|risk|check|artifact|gate)\b",
        "what satisfies it",
    ),
    avoid(r"\bleave the analysis out\b", "what the analysis needs"),
    avoid(
        r"\b(raise|loosen|relax|widen) (the|its|that|an) (slo|objective|threshold|target latency)\b",
        "what meets it",
    ),
    avoid(
        r"\b(promise|claim|state) (a|an|the) (longer|looser|lower|milder|higher)\b",
        "what meets the promise",
    ),
    avoid(r"\bconditions that were really met\b", "measure again"),
    avoid(r"\bclaim a percentile\b", "measure longer"),
    avoid(
        r"\breconsider (likelihood|impact)\b",
        "what the matrix gives",
    ),
    avoid(r"`changesModel` to false", "compare the quality"),
    avoid(r"`selfApproval`", "let another person decide"),
    avoid(r"\bstate a latency SLO that allows\b", "what meets the SLO"),
    avoid(r"\braise the SLO's value\b", "what meets the SLO"),
    avoid(r"\bif the objective is wrong\b", "what meets the objective"),
];

/// Where a text is found, and the text.
type Place = (String, String);

/// What each text says that it should not, as `place: words: instead`.
fn found<'a>(places: impl IntoIterator<Item = &'a Place>, avoided: &[Avoided]) -> Vec<String> {
    let rows: Vec<(Regex, &str)> = avoided
        .iter()
        .map(|row| {
            let pattern = format!("(?i){}", row.pattern);
            (Regex::new(&pattern).expect("a pattern"), row.instead)
        })
        .collect();
    let mut found = Vec::new();
    for (place, text) in places {
        for (pattern, instead) in &rows {
            for words in pattern.find_iter(text) {
                found.push(format!(
                    "{place}: `{}`; write: {instead}",
                    words.as_str().trim()
                ));
            }
        }
    }
    found
}

/// The lines of a file of the repository, each with its place.
fn lines(name: &str) -> Vec<Place> {
    let text = fs::read_to_string(Path::new(ROOT).join(name))
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    text.lines()
        .enumerate()
        .map(|(index, line)| (format!("{name}:{}", index + 1), line.to_owned()))
        .collect()
}

/// The files of a folder with one of these endings, as paths below the repository, in order.
fn files_of(folder: &str, endings: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(Path::new(ROOT).join(folder))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| {
            let path = Path::new(folder).join(name);
            path.to_string_lossy().replace('\\', "/")
        })
        .filter(|name| endings.iter().any(|ending| name.ends_with(ending)))
        .collect();
    names.sort();
    names
}

/// README and its neighbours, the pages that are written by hand, and the starter.
fn pages() -> Vec<Place> {
    let mut names = files_of("", &[".md"]);
    names.extend(files_of("docs", &[".md"]));
    names.extend(files_of("src/cli/init", &[".yaml", ".toml"]));
    names
        .iter()
        .map(|name| lines(name))
        .filter(|page| {
            !page
                .iter()
                .any(|(_, line)| line.starts_with("Generated from"))
        })
        .flatten()
        .collect()
}

/// What the binary prints about a command, as one line: its text is wrapped.
fn help(command: &[&str]) -> String {
    let output = Command::new(crate::common::program())
        .args(command)
        .arg("--help")
        .env_clear()
        .output()
        .expect("the binary runs");
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// `--help` of servelint and of each command that it lists.
fn helps() -> Vec<Place> {
    let all = help(&[]);
    let mut places = vec![("servelint --help".to_owned(), joined(&all))];
    for name in crate::cli::commands::commands(&all) {
        places.push((format!("servelint {name} --help"), joined(&help(&[&name]))));
    }
    places
}

fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Title, description and help of every rule.
fn rules() -> Vec<Place> {
    PACK.rules()
        .iter()
        .flat_map(|(id, rule)| {
            [
                (format!("title of {id}"), joined(&rule.title)),
                (format!("description of {id}"), joined(&rule.description)),
                (format!("help of {id}"), joined(&rule.help)),
            ]
        })
        .collect()
}

/// What the tables of controls say.
fn controls() -> Vec<Place> {
    let tables = ControlTables::embedded().expect("tables that can be read");
    let mut places = Vec::new();
    for (rule, mapping) in tables.mapped() {
        let control = &mapping.control;
        let texts = [&mapping.reason, &control.title, &control.framework.about];
        places.extend(texts.map(|text| (format!("{control} {rule}"), joined(text))));
    }
    places
}

/// The texts in the rules, such as their messages.
fn messages() -> Vec<Place> {
    let text = Regex::new(r#""((?:[^"\\]|\\.)*)""#).expect("a pattern");
    let mut messages = Vec::new();
    for file in files::with_extension(&Path::new(ROOT).join("policies"), "rego") {
        let name = file.to_string_lossy().into_owned();
        if name.ends_with("_test.rego") {
            continue;
        }
        let rego = fs::read_to_string(file).expect("readable");
        for (index, line) in rego.lines().enumerate() {
            if !line.trim_start().starts_with('#') {
                let place = format!("{name}:{}", index + 1);
                let texts = text.captures_iter(line);
                messages.extend(texts.map(|text| (place.clone(), text[1].to_owned())));
            }
        }
    }
    messages
}

/// What editors and the reference show of fields.
fn descriptions() -> Vec<Place> {
    let mut descriptions = Vec::new();
    for file in files::with_extension(&Path::new(ROOT).join("schemas"), "json") {
        let text = fs::read_to_string(&file).expect("readable");
        let schema: Json = serde_json::from_str(&text).expect("JSON");
        for at in json::places(&schema) {
            let text = schema.pointer(&at).and_then(Json::as_str);
            // A field may be called so; its schema is no text.
            if let Some(text) = text.filter(|_| at.ends_with("/description")) {
                descriptions.push((format!("{}{at}", file.display()), text.to_owned()));
            }
        }
    }
    descriptions
}

#[test]
fn words_to_avoid_are_in_no_message_and_no_description() {
    let (messages, descriptions) = (messages(), descriptions());
    assert!(messages.len() > 300, "{}", messages.len());
    assert!(descriptions.len() > 500, "{}", descriptions.len());
    let mut words = found(&messages, EVERYWHERE);
    words.extend(found(&descriptions, EVERYWHERE));
    for name in files_of("docs/reference", &[".md"]) {
        words.extend(found(&lines(&name), EVERYWHERE));
    }
    assert_eq!(words, Vec::<String>::new());
}

#[test]
fn words_to_avoid_are_in_no_rule() {
    assert_eq!(found(&rules(), EVERYWHERE), Vec::<String>::new());
    let controls = controls();
    assert!(controls.len() > 100, "{}", controls.len());
    let mut words = found(&controls, EVERYWHERE);
    words.extend(found(&controls, IN_HELP_AND_PAGES));
    assert_eq!(words, Vec::<String>::new());
}

#[test]
fn words_to_avoid_are_in_no_help() {
    let helps = helps();
    for command in ["check", "baseline", "completions"] {
        let place = format!("servelint {command} --help");
        assert!(helps.iter().any(|(name, _)| *name == place), "{place}");
    }
    let mut words = found(&helps, EVERYWHERE);
    words.extend(found(&helps, IN_HELP_AND_PAGES));
    assert_eq!(words, Vec::<String>::new());
}

#[test]
fn words_to_avoid_are_in_no_page() {
    let pages = pages();
    for page in [
        "README.md:1",
        "CONTRIBUTING.md:1",
        "docs/adding.md:1",
        "src/cli/init/serving.yaml:1",
    ] {
        assert!(pages.iter().any(|(name, _)| name == page), "{page}");
    }
    assert!(!pages.iter().any(|(name, _)| name == "docs/input.md:1"));
    let mut words = found(&pages, EVERYWHERE);
    words.extend(found(&pages, IN_HELP_AND_PAGES));
    assert_eq!(words, Vec::<String>::new());
}

/// A pattern that finds nothing would let everything pass.
#[test]
fn a_word_to_avoid_is_found_with_its_place_and_replacement() {
    let line = |text: &str| [("a.md:3".to_owned(), text.to_owned())];
    assert_eq!(
        found(
            &line("Mend it, and it holds a file against a schema"),
            EVERYWHERE
        ),
        [
            "a.md:3: `Mend`; write: fix",
            "a.md:3: `holds a file against`; write: validate, or compare with",
        ]
    );
    assert_eq!(
        found(
            &line("a file is no evidence, for there is nothing"),
            IN_HELP_AND_PAGES
        ),
        [
            "a.md:3: `file is no e`; write: is not a",
            "a.md:3: `, for there`; write: because",
        ]
    );
    assert_eq!(
        found(
            &line("amendments are recommended; there is no input"),
            EVERYWHERE
        ),
        Vec::<String>::new()
    );
}

/// The help of all rules: of their metadata, and of single findings in their text.
fn advice() -> Vec<Place> {
    let mut advice = rules();
    advice.retain(|(place, _)| place.starts_with("help of "));
    let written = r#"(?:"help": |(?:help|advice|feasible)\([^)]*\) := )(?:sprintf\()?"([^"]+)""#;
    let written = Regex::new(written).expect("a pattern");
    for file in files::with_extension(&Path::new(ROOT).join("policies"), "rego") {
        let name = file.to_string_lossy().into_owned();
        let rego = fs::read_to_string(file).expect("readable");
        if !name.ends_with("_test.rego") {
            let texts = written.captures_iter(&rego);
            advice.extend(texts.map(|text| (name.clone(), text[1].to_owned())));
        }
    }
    advice
}

#[test]
fn no_help_teaches_how_to_be_judged_less() {
    let advice = advice();
    let of_findings = advice.len() - PACK.rules().len();
    assert!(of_findings >= 5, "{advice:?}");
    assert_eq!(found(&advice, EVASIONS), Vec::<String>::new());
    // What help has said before is recognised.
    for (before, words) in [
        (
            "Raise the minimum, or declare the tier `experimental` if outages are acceptable.",
            2,
        ),
        ("Correct the path; or remove the entry.", 1),
        (
            "Run the test again, or state the conditions that were really met.",
            1,
        ),
        ("Keep the old version, or promise a longer `rto`.", 1),
        (
            "Give the step some traffic, or leave the analysis out of it.",
            1,
        ),
    ] {
        let place = ("before".to_owned(), before.to_owned());
        assert_eq!(found([&place], EVASIONS).len(), words, "{before}");
    }
}
