//! What the documentation says is true.

use crate::common::{FIXTURE_DAY, ROOT};
use servelint::{
    document::{
        read::{self, Format},
        source::Source,
    },
    policy::Pack,
};
use std::{collections::BTreeSet, fs, path::Path, process::Command};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Runs the built binary from the root of the repository.
fn servelint(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_servelint"))
        .args(arguments)
        .current_dir(ROOT)
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
    let readme = read("README.md");
    let command = format!(
        "cargo run --release -- check fixtures/projects/support-chat-llm --as-of {FIXTURE_DAY}"
    );
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

#[test]
fn the_readme_counts_the_rules() {
    let rules = Pack::embedded().expect("valid metadata").rules().len();
    assert!(
        read("README.md").contains(&format!("[{rules} rules](docs/rules/README.md)")),
        "there are {rules} rules"
    );
}

/// `SERVELINT_BLESS=1 cargo test --test docs` draws it.
#[test]
fn the_picture_is_real_output() {
    let project = "fixtures/projects/support-chat-llm-no-go";
    let rules = "timeout-below-max-generation,check-looser-than-slo";
    let arguments = [
        "check",
        project,
        "--as-of",
        FIXTURE_DAY,
        "--select",
        rules,
        "--color",
        "always",
    ];
    let (_, output) = servelint(&arguments);
    // The list of what was not checked is long and says nothing new here.
    let shown = output
        .split("\n\n")
        .filter(|part| !part.contains("not checked\u{1b}"))
        .collect::<Vec<_>>()
        .join("\n\n");
    let shown = shown.trim_end();
    let text = format!(
        "\u{1b}[1m$ servelint check {}\u{1b}[0m\n\n{shown}\n",
        "support-chat-llm-no-go"
    );
    let picture = anstyle_svg::Term::new()
        .min_width_px(860)
        .render_svg(&text.replace(project, "support-chat-llm-no-go"));
    let path = Path::new(ROOT).join("docs/check.svg");
    if std::env::var_os("SERVELINT_BLESS").is_some() {
        fs::write(&path, picture).expect("writable");
        return;
    }
    assert!(
        fs::read_to_string(path).unwrap_or_default() == picture,
        "run `SERVELINT_BLESS=1 cargo test --test docs` to draw docs/check.svg"
    );
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut broken = BTreeSet::new();
    for page in [
        "README.md",
        "CHANGELOG.md",
        "docs/architecture.md",
        "docs/adding.md",
        "docs/performance.md",
        "docs/waivers.md",
        "docs/configuration.md",
        "docs/formats.md",
        "docs/action.md",
        "docs/hooks.md",
        "docs/releases.md",
        "docs/output-json.md",
        "docs/rules/README.md",
    ] {
        let folder = Path::new(ROOT)
            .join(page)
            .parent()
            .expect("a folder")
            .to_owned();
        for link in read(page)
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

/// docs/action.md has every input with its default, and every output; README.md may leave some out, and invents none.
#[test]
fn the_inputs_and_outputs_of_the_action_are_documented() {
    let parsed = read::parse(&Source::new("action.yml", read("action.yml")), Format::Yaml);
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
        let text = read(page);
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
    let page = read("docs/action.md");
    for (name, input) in action["inputs"].as_object().expect("a map") {
        let default = match input["default"].as_str() {
            None | Some("") => format!("| `{name}` | |"),
            Some(default) => format!("| `{name}` | `{default}` |"),
        };
        assert!(page.contains(&default), "docs/action.md lacks: {default}");
    }
}
