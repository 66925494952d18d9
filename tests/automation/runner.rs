//! A runner of composite actions, as far as `action.yml` needs one: it reads the file, evaluates its expressions,
//! runs its steps with a clean environment and reads what they write to the files that GitHub gives them.
//! `actions/cache` is stood in for by a folder.

use crate::common::ROOT;
use serde_json::Value;
use servelint::document::{read, source::Source};
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// What can be set before the action runs. Each has folders of its own, which go with it.
pub(crate) struct Job {
    folder: TempDir,
    inputs: BTreeMap<String, String>,
    github: BTreeMap<String, String>,
    env: BTreeMap<String, String>,
    workspace: PathBuf,
}

/// What the action left behind.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The exit code of the step that failed, or 0.
    pub code: i32,
    /// Everything that was printed.
    pub log: String,
    /// The outputs of the action.
    pub outputs: BTreeMap<String, String>,
    /// The summary of the job.
    pub summary: String,
    /// The folders that were put in front of the PATH.
    pub path: Vec<String>,
    /// The steps that ran, by name.
    pub ran: Vec<String>,
}

impl Outcome {
    /// One output; empty where there is none, as in an expression.
    pub(crate) fn output(&self, name: &str) -> &str {
        self.outputs.get(name).map_or("", String::as_str)
    }

    /// The lines of the log that a runner obeys.
    pub(crate) fn commands(&self) -> Vec<&str> {
        self.log
            .lines()
            .filter(|line| line.trim_start().starts_with("::"))
            .collect()
    }
}

/// The parsed `action.yml`.
pub(crate) fn action() -> Value {
    yaml("action.yml")
}

/// A YAML file of this repository.
pub(crate) fn yaml(path: &str) -> Value {
    let text = fs::read_to_string(Path::new(ROOT).join(path)).expect("a readable file");
    let parsed = read::parse(&Source::new(path, text), read::Format::Yaml);
    assert!(parsed.errors.is_empty(), "{path} is no YAML");
    parsed.documents.first().expect("a document").root.to_json()
}

impl Job {
    /// A job in this workspace, on Linux, whose `cargo` hands out the binary under test.
    pub(crate) fn new(workspace: impl AsRef<Path>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["temp", "tools", "cache"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let job = Self {
            folder,
            inputs: BTreeMap::new(),
            github: BTreeMap::new(),
            env: BTreeMap::new(),
            workspace: Path::new(ROOT).join(workspace),
        };
        let built = crate::common::program();
        job.tool("rustc", "echo 'rustc 9.9.9 (0 2026-01-01)'");
        job.tool(
            "cargo",
            &format!(
                "echo \"cargo $*\"\nwhile [ \"$1\" != --root ]; do shift; done\nmkdir -p \"$2/bin\"\n\
                 printf '#!/bin/sh\\nexec \"{built}\" \"$@\"\\n' > \"$2/bin/servelint\"\nchmod 755 \"$2/bin/servelint\""
            ),
        );
        job.env("RUNNER_OS", "Linux")
            .env("RUNNER_ARCH", "X64")
            .input("as-of", crate::common::FIXTURE_DAY)
    }

    /// Sets an input.
    pub(crate) fn input(mut self, name: &str, value: &str) -> Self {
        self.inputs.insert(name.into(), value.into());
        self
    }

    /// Sets a value of the `github` context, such as `action_ref`.
    pub(crate) fn github(mut self, name: &str, value: &str) -> Self {
        self.github.insert(name.into(), value.into());
        self
    }

    /// Sets a variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// Puts a shell script on the PATH.
    pub(crate) fn tool(&self, name: &str, script: &str) {
        let path = self.folder.path().join("tools").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("permissions");
    }

    /// Takes a tool away.
    pub(crate) fn without_tool(self, name: &str) -> Self {
        fs::remove_file(self.folder.path().join("tools").join(name)).expect("a tool");
        self
    }

    /// The folders of the cache.
    pub(crate) fn cached(&self) -> Vec<PathBuf> {
        let folder = fs::read_dir(self.folder.path().join("cache")).expect("a folder");
        folder.flatten().map(|entry| entry.path()).collect()
    }

    /// Empties the cache.
    pub(crate) fn forget(&self) {
        self.cached()
            .iter()
            .for_each(|folder| fs::remove_dir_all(folder).expect("a folder"));
    }

    /// Runs the action. A second run has new folders and the same cache.
    pub(crate) fn run(&self) -> Outcome {
        let temp = self.folder.path().join("temp");
        fs::remove_dir_all(&temp)
            .and_then(|()| fs::create_dir(&temp))
            .expect("an empty folder");
        let action = action();
        let mut outcome = Outcome::default();
        let mut known = self.known(&action);
        let mut save = None;
        for step in action["runs"]["steps"].as_array().expect("steps") {
            let condition = step["if"].as_str().unwrap_or("true");
            if outcome.code != 0 || evaluate(condition, &known) != "true" {
                continue;
            }
            outcome
                .ran
                .push(step["name"].as_str().unwrap_or_default().into());
            if let Some(uses) = step["uses"].as_str() {
                assert!(
                    uses.starts_with("actions/cache@"),
                    "a runner for {uses} is missing"
                );
                save = self.restore(step, &known).or(save);
            } else {
                self.step(step, &mut known, &mut outcome);
            }
        }
        if let (Some((folder, cached)), 0) = (save, outcome.code) {
            copy_folder(&folder, &cached);
        }
        for (name, output) in action["outputs"].as_object().expect("outputs") {
            outcome.outputs.insert(
                name.clone(),
                fill(output["value"].as_str().unwrap_or_default(), &known),
            );
        }
        outcome
    }

    /// The contexts that expressions may name.
    fn known(&self, action: &Value) -> BTreeMap<String, String> {
        let inputs = action["inputs"].as_object().expect("inputs");
        for name in self.inputs.keys() {
            assert!(inputs.contains_key(name), "there is no input {name}");
        }
        let mut known: BTreeMap<String, String> = inputs
            .iter()
            .map(|(name, input)| {
                let default = input["default"].as_str().expect("a default that is text");
                let value = self.inputs.get(name).map_or(default, String::as_str);
                (format!("inputs.{name}"), value.to_owned())
            })
            .collect();
        known.insert("github.action_path".into(), ROOT.into());
        known.extend(
            self.github
                .iter()
                .map(|(name, value)| (format!("github.{name}"), value.clone())),
        );
        known
    }

    fn step(&self, step: &Value, known: &mut BTreeMap<String, String>, outcome: &mut Outcome) {
        assert_eq!(step["shell"], "bash");
        let temp = self.folder.path().join("temp");
        let file = |name: &str| {
            let path = temp.join(format!("_{name}"));
            fs::write(&path, "").expect("a file");
            path
        };
        let (output, summary, path, script) = (
            file("output"),
            file("summary"),
            file("path"),
            file("script"),
        );
        fs::write(&script, step["run"].as_str().expect("a script")).expect("a file");
        let tools = self.folder.path().join("tools");
        let mut folders: Vec<String> = outcome.path.iter().rev().cloned().collect();
        folders.extend([
            tools.to_str().expect("UTF-8").into(),
            "/usr/bin".into(),
            "/bin".into(),
        ]);
        let mut command = Command::new("/bin/bash");
        command
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail"])
            .arg(&script);
        command
            .current_dir(&self.workspace)
            .env_clear()
            .envs(&self.env);
        command
            .env("PATH", folders.join(":"))
            .env("LANG", "C.UTF-8")
            .env("RUNNER_TEMP", &temp);
        command
            .env("GITHUB_OUTPUT", &output)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("GITHUB_PATH", &path);
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, fill(value.as_str().expect("text"), known));
        }
        let result = command.output().expect("bash runs");
        outcome.code = result.status.code().expect("an exit code");
        outcome.log += &String::from_utf8_lossy(&result.stdout);
        outcome.log += &String::from_utf8_lossy(&result.stderr);
        outcome.summary += &fs::read_to_string(summary).expect("UTF-8");
        outcome.path.extend(
            fs::read_to_string(path)
                .expect("UTF-8")
                .lines()
                .map(str::to_owned),
        );
        for line in fs::read_to_string(output).expect("UTF-8").lines() {
            let (name, value) = line
                .split_once('=')
                .unwrap_or_else(|| panic!("no output: {line}"));
            assert!(!name.contains("<<"), "an output of many lines: {line}");
            if let Some(id) = step["id"].as_str() {
                known.insert(format!("steps.{id}.outputs.{name}"), value.into());
            }
        }
    }

    /// Restores from the cache; answers with what to save where there was nothing.
    fn restore(
        &self,
        step: &Value,
        known: &BTreeMap<String, String>,
    ) -> Option<(PathBuf, PathBuf)> {
        let text = |name: &str| fill(step["with"][name].as_str().expect("text"), known);
        let (folder, key) = (PathBuf::from(text("path")), text("key"));
        assert!(
            !key.is_empty() && key.len() < 512 && !key.contains(','),
            "no key of a cache: {key}"
        );
        let cached = self.folder.path().join("cache").join(key);
        if !cached.exists() {
            return Some((folder, cached));
        }
        copy_folder(&cached, &folder);
        None
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
    }
}

/// Text in which `${{ ... }}` stands for values.
fn fill(text: &str, known: &BTreeMap<String, String>) -> String {
    let mut parts = text.split("${{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (expression, rest) = part.split_once("}}").expect("an expression that ends");
        filled += &evaluate(expression, known);
        filled += rest;
    }
    filled
}

/// `||` and `==` over names and texts in quotes: all that the action uses. What is not known is empty.
fn evaluate(expression: &str, known: &BTreeMap<String, String>) -> String {
    if let Some((left, right)) = expression.split_once("||") {
        let left = evaluate(left, known);
        return if left.is_empty() {
            evaluate(right, known)
        } else {
            left
        };
    }
    if let Some((left, right)) = expression.split_once("==") {
        return (evaluate(left, known) == evaluate(right, known)).to_string();
    }
    let term = expression.trim();
    if let Some(text) = term
        .strip_prefix('\'')
        .and_then(|text| text.strip_suffix('\''))
    {
        return text.into();
    }
    let is_name = term.starts_with("inputs.")
        || term.starts_with("steps.")
        || term.starts_with("github.")
        || term == "true";
    assert!(is_name, "a runner for the expression `{term}` is missing");
    if term == "true" {
        "true".into()
    } else {
        known.get(term).cloned().unwrap_or_default()
    }
}
