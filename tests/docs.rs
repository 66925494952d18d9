//! What the documentation says is true.

use crate::common::{FIXTURE_DAY, ROOT};
use servelint::document::{
    read::{self, Format},
    source::Source,
};
use std::{collections::BTreeSet, fs, path::Path, process::Command};

fn text_of(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Runs the built binary from the root of the repository.
fn servelint(arguments: &[&str]) -> (Option<i32>, String) {
    servelint_in(Path::new(ROOT), arguments)
}

fn servelint_in(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(crate::common::program())
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("LANG", "C.UTF-8")
        .output()
        .expect("the binary runs");
    (
        output.status.code(),
        String::from_utf8(output.stdout).expect("UTF-8"),
    )
}

#[test]
fn the_command_of_the_readme_passes_its_project() {
    let readme = text_of("README.md");
    let command =
        format!("cargo run -- check fixtures/projects/support-chat-llm --as-of {FIXTURE_DAY}");
    assert!(
        readme.lines().any(|line| line == command),
        "README.md lacks: {command}"
    );
    assert!(
        readme.lines().any(|line| line == "cargo test"),
        "README.md lacks: cargo test"
    );
    let arguments: Vec<&str> = command
        .split(" -- ")
        .nth(1)
        .expect("arguments")
        .split(' ')
        .collect();
    let (code, output) = servelint(&arguments);
    assert_eq!(code, Some(0), "{output}");
    assert!(
        output.contains("support-chat-llm") && output.contains("no findings"),
        "{output}"
    );
}

/// `SERVELINT_BLESS=1 cargo test --test suite docs` draws it.
#[test]
fn the_picture_is_real_output() {
    let name = "support-chat-llm-no-go";
    let project = crate::common::projects::project(name);
    let rules = "timeout-below-max-generation,check-looser-than-slo";
    let arguments = [
        "check",
        name,
        "--as-of",
        FIXTURE_DAY,
        "--select",
        rules,
        "--color",
        "always",
    ];
    let (_, output) = servelint_in(project.parent().expect("a folder"), &arguments);
    // The list of what was not checked is long and says nothing new here.
    let shown = output
        .split("\n\n")
        .filter(|part| !part.contains("not checked\u{1b}"))
        .collect::<Vec<_>>()
        .join("\n\n");
    let shown = shown.trim_end();
    let text = format!("\u{1b}[1m$ servelint check {name}\u{1b}[0m\n\n{shown}\n");
    let picture = anstyle_svg::Term::new().min_width_px(860).render_svg(&text);
    let path = Path::new(ROOT).join("docs/check.svg");
    if std::env::var_os("SERVELINT_BLESS").is_some() {
        fs::write(&path, picture).expect("writable");
        return;
    }
    assert!(
        fs::read_to_string(path).unwrap_or_default() == picture,
        "run `SERVELINT_BLESS=1 cargo test --test suite docs` to draw docs/check.svg"
    );
}

/// Every page of the repository's root and of `docs/`.
fn pages() -> Vec<String> {
    let mut pages = Vec::new();
    for folder in ["", "docs", "docs/decisions", "docs/rules"] {
        for entry in fs::read_dir(Path::new(ROOT).join(folder))
            .expect("a folder")
            .flatten()
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".md") {
                pages.push(Path::new(folder).join(name).to_string_lossy().into_owned());
            }
        }
    }
    assert!(pages.len() > 10, "{pages:?}");
    pages
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut broken = BTreeSet::new();
    for page in pages() {
        let folder = Path::new(ROOT)
            .join(&page)
            .parent()
            .expect("a folder")
            .to_owned();
        for link in text_of(&page)
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let target = link.split('#').next().unwrap_or_default();
            if !link.contains("://") && !target.is_empty() && !folder.join(target).exists() {
                broken.insert(format!("{page} -> {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The records of our decisions are documents of ours, and our own rules have nothing to say about them.
#[test]
fn the_decisions_are_clean() {
    let (code, output) = servelint(&[
        "check",
        "docs/decisions",
        "--as-of",
        FIXTURE_DAY,
        "--fail-on",
        "warning",
    ]);
    assert_eq!(code, Some(0), "{output}");
    assert!(output.contains("no findings"), "{output}");
}

/// Each decision names the tests that fail when it no longer holds.
#[test]
fn what_confirms_a_decision_is_a_test() {
    let mut code = String::new();
    for folder in ["src", "tests"] {
        for entry in walkdir::WalkDir::new(Path::new(ROOT).join(folder))
            .into_iter()
            .flatten()
        {
            if entry
                .path()
                .extension()
                .is_some_and(|extension| extension == "rs")
            {
                code.push_str(&fs::read_to_string(entry.path()).expect("a readable file"));
            }
        }
    }
    let mut decided = 0;
    for entry in fs::read_dir(Path::new(ROOT).join("docs/decisions"))
        .expect("a folder")
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with(".decisions.yaml") {
            continue;
        }
        let text = fs::read_to_string(entry.path()).expect("a readable file");
        let parsed = read::parse(&Source::new(&*name, text), Format::Yaml);
        let log = parsed.documents.first().expect("a document").root.to_json();
        for decision in log["spec"]["decisions"].as_array().expect("decisions") {
            decided += 1;
            for test in decision["confirmation"].as_array().expect("a confirmation") {
                let head = format!("fn {}(", test.as_str().expect("a name"));
                assert!(
                    code.contains(&head),
                    "{name}: {}: there is no {head}",
                    decision["id"]
                );
            }
        }
    }
    assert!(decided > 0, "docs/decisions holds no decision");
}

/// The page of the JSON report has the version and the kinds of claims that its schema has.
#[test]
fn the_page_of_the_report_agrees_with_its_schema() {
    let page = text_of("docs/output-json.md");
    let schema: serde_json::Value =
        serde_json::from_str(&text_of("schemas/report/v2.json")).expect("JSON");
    let version = &schema["properties"]["version"]["const"];
    let row = format!("the version of this structure: {version} |");
    assert!(page.contains(&row), "docs/output-json.md lacks: {row}");
    let kinds = &schema["$defs"]["claim"]["properties"]["kind"]["enum"];
    let row = page.lines().find(|line| line.starts_with("| `claims`"));
    for kind in kinds.as_array().expect("kinds") {
        let name = format!("`{}`", kind.as_str().expect("a word"));
        assert!(row.is_some_and(|row| row.contains(&name)), "claims: {name}");
    }
}

/// docs/action.md has every input with its default, and every output; README.md may leave some out, and invents none.
#[test]
fn the_inputs_and_outputs_of_the_action_are_documented() {
    let parsed = read::parse(
        &Source::new("action.yml", text_of("action.yml")),
        Format::Yaml,
    );
    let action = parsed.documents.first().expect("a document").root.to_json();
    let names = |section: &str| -> BTreeSet<String> {
        action[section]
            .as_object()
            .expect("a map")
            .keys()
            .cloned()
            .collect()
    };
    let rows = |page: &str, head: &str| -> BTreeSet<String> {
        let text = text_of(page);
        let table = text
            .split(head)
            .nth(1)
            .and_then(|rest| rest.split("\n\n").next())
            .unwrap_or_default();
        let name = |line: &str| {
            line.strip_prefix("| `")?
                .split('`')
                .next()
                .map(str::to_owned)
        };
        table.lines().filter_map(name).collect()
    };
    let inputs = "| input | default | meaning |";
    assert_eq!(rows("docs/action.md", inputs), names("inputs"));
    assert_eq!(
        rows("docs/action.md", "| output | meaning |"),
        names("outputs")
    );
    assert!(
        rows("README.md", inputs).is_subset(&names("inputs")),
        "{:?}",
        rows("README.md", inputs)
    );
    let page = text_of("docs/action.md");
    for (name, input) in action["inputs"].as_object().expect("a map") {
        let default = match input["default"].as_str() {
            None | Some("") => format!("| `{name}` | |"),
            Some(default) => format!("| `{name}` | `{default}` |"),
        };
        assert!(page.contains(&default), "docs/action.md lacks: {default}");
    }
}
