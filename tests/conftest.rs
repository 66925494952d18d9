//! Policies of conftest's contract say here what conftest says: messages, counts, exceptions and exit status.
//!
//! The cases stand in `conftest/cases`, written in the manner in which people write such policies. What conftest says is
//! recorded in each; `.ci/conftest` installs conftest where Go is present, and with it on the PATH the record is held
//! against conftest itself.

use crate::{cli::run::Folder, common::files};
use serde_json::Value as Json;
use servelint::document::{
    read::{self, Format},
    source::Source,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A case by the name of its file: files by their paths, and what is expected.
struct Case {
    name: String,
    files: Vec<(String, String)>,
    expected: String,
}

impl Case {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a case");
        let mut files: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("-- ") {
                files.push((name.to_owned(), String::new()));
                continue;
            }
            let (_, text) = files.last_mut().expect("a case begins with a file");
            match line.strip_suffix("<EOF>") {
                Some(last) => text.push_str(last),
                None => {
                    text.push_str(&line.replace("<CR>", "\r"));
                    text.push('\n');
                }
            }
        }
        let (last, expected) = files.pop().expect("what is expected");
        assert_eq!(last, "expected", "{}", path.display());
        Self {
            name: path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            files,
            expected,
        }
    }

    fn manifest(&self) -> Json {
        let (_, text) = self
            .files
            .iter()
            .find(|(path, _)| path == "pack/servelint-pack.toml")
            .expect("a pack");
        let parsed = read::parse(&Source::new("a.toml", text.clone()), Format::Toml);
        parsed.documents.first().expect("TOML").root.to_json()
    }

    fn folder(&self) -> Folder {
        let files: Vec<(&str, &str)> = self
            .files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        let folder = Folder::with(&files);
        folder.file("servelint.toml", "[[policies]]\npath = \"pack\"\n");
        folder
    }

    /// What servelint says, in the words of the record.
    fn ours(&self, folder: &Folder) -> String {
        let answer = folder.run(&["check", ".", "--format", "json"]);
        let report: Json = serde_json::from_str(&answer.out).unwrap_or_default();
        let mut said = Vec::new();
        let of_pack = |finding: &Json| {
            let rule = finding["rule"].as_str()?.strip_prefix("acme/")?;
            Some(format!(
                "{} {rule}: {}",
                finding["severity"].as_str()?,
                finding["message"].as_str()?
            ))
        };
        for finding in report["findings"].as_array().into_iter().flatten() {
            said.extend(of_pack(finding));
        }
        let excepted = report["suppressed"]
            .as_array()
            .is_some_and(|all| !all.is_empty());
        if excepted {
            said.push("excepted".to_owned());
        }
        // Where a policy is refused or breaks off, conftest prints nothing but the error and exits with 1.
        let is_refused = answer.code == 2;
        if is_refused {
            said = vec!["refused".to_owned()];
        }
        record(if is_refused { 1 } else { answer.code }, said)
    }

    /// What conftest says.
    fn theirs(&self, conftest: &str, folder: &Folder) -> String {
        let manifest = self.manifest();
        let text = |key: &str| manifest[key].as_str();
        let mut command = Command::new(conftest);
        command
            .current_dir(&folder.path)
            .args(["test", "-o", "json", "--policy", "pack"]);
        command.args(["--rego-version", text("rego").unwrap_or("v1")]);
        match manifest["namespaces"].as_array() {
            Some(list) => {
                for name in list.iter().filter_map(|name| name.as_str()) {
                    command.args(["-n", name]);
                }
            }
            None => drop(command.args(["-n", "main"])),
        }
        if self
            .files
            .iter()
            .any(|(path, _)| path.starts_with("pack/data/"))
        {
            command.args(["--data", "pack/data"]);
        }
        if manifest["combine"] == true {
            command.arg("--combine");
        }
        let mut inputs: Vec<&str> = self.files.iter().map(|(path, _)| path.as_str()).collect();
        inputs.retain(|path| !path.starts_with("pack/"));
        inputs.sort_unstable();
        let output = command.args(inputs).output().expect("conftest runs");
        let mut said = Vec::new();
        match serde_json::from_slice::<Vec<Json>>(&output.stdout) {
            Err(_) => said.push("refused".to_owned()),
            Ok(results) => {
                for (severity, key) in [("error", "failures"), ("warning", "warnings")] {
                    for found in results.iter().flat_map(|result| listed(result, key)) {
                        let query = found["metadata"]["query"].as_str().unwrap_or_default();
                        let rule = query.strip_prefix("data.").unwrap_or(query);
                        let rule = rule.strip_prefix("main.").unwrap_or(rule);
                        let message = found["msg"].as_str().unwrap_or_default();
                        said.push(format!("{severity} {rule}: {message}"));
                    }
                }
                if results
                    .iter()
                    .any(|result| !listed(result, "exceptions").is_empty())
                {
                    said.push("excepted".to_owned());
                }
            }
        }
        record(output.status.code().unwrap_or(-1), said)
    }
}

fn listed<'r>(result: &'r Json, key: &str) -> &'r [Json] {
    result[key]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
}

fn record(code: i32, mut said: Vec<String>) -> String {
    said.sort();
    let lines: String = said.iter().map(|line| format!("{line}\n")).collect();
    format!("exit {code}\n{lines}")
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conftest/cases");
    let mut paths: Vec<PathBuf> = files::with_extension(&folder, "txt");
    paths.sort();
    paths.iter().map(|path| Case::read(path)).collect()
}

/// The conftest in `target/tools` or on the PATH.
fn conftest() -> Option<String> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/conftest");
    for program in [own.to_string_lossy().as_ref(), "conftest"] {
        let found = Command::new(program).arg("--version").output();
        if found.is_ok_and(|output| output.status.success()) {
            return Some(program.to_owned());
        }
    }
    None
}

#[test]
fn policies_say_here_what_conftest_says() {
    let cases = cases();
    assert!(cases.len() >= 30, "only {} cases", cases.len());
    let conftest = conftest();
    let mut wrong = Vec::new();
    for case in &cases {
        let folder = case.folder();
        let ours = case.ours(&folder);
        if ours != case.expected {
            wrong.push(format!(
                "{}: servelint says\n{ours}and not\n{}",
                case.name, case.expected
            ));
        }
        let theirs = conftest
            .as_ref()
            .map(|conftest| case.theirs(conftest, &folder));
        if let Some(theirs) = theirs.filter(|theirs| *theirs != case.expected) {
            wrong.push(format!(
                "{}: conftest says\n{theirs}and not\n{}",
                case.name, case.expected
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    match conftest {
        Some(_) => println!(
            "compared with conftest: {} of {} equal",
            cases.len(),
            cases.len()
        ),
        None => println!(
            "skipped: the comparison with conftest itself: there is none; .ci/conftest installs it where Go is present"
        ),
    }
}
