//! A process that stays: each of its answers is that of a check of its own.

use super::run::{DAY, Folder, GOOD};
use crate::common::{files, git, some_cases};
use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::{Value as Json, json};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout},
};

/// A process in a folder.
struct Resident {
    child: Child,
    stdin: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Resident {
    fn new(folder: &Folder, words: &[&str]) -> Self {
        Self::with(folder, words, &[])
    }

    fn with(folder: &Folder, words: &[&str], env: &[(&str, &str)]) -> Self {
        let words = [&["serve", "--as-of", DAY], words].concat();
        let mut child = folder.start(&words, env);
        Self {
            stdin: child.stdin.take(),
            answers: BufReader::new(child.stdout.take().expect("a pipe")),
            child,
        }
    }

    fn line(&mut self, line: &[u8]) -> Json {
        let stdin = self.stdin.as_mut().expect("a pipe");
        stdin.write_all(line).expect("written");
        stdin.write_all(b"\n").expect("written");
        stdin.flush().expect("written");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("an answer");
        serde_json::from_str(&answer).expect("JSON")
    }

    fn ask(&mut self, request: &Json) -> Json {
        let answer = self.line(request.to_string().as_bytes());
        assert_eq!(answer["id"], request["id"], "{answer}");
        answer
    }

    fn lay(&mut self, how: &str, path: &str, text: &str) {
        let answer = self.ask(&json!({"id": path, "request": how, "path": path, "text": text}));
        assert_eq!(answer["answer"], json!({}), "{answer}");
    }

    fn check(&mut self, paths: &[&str]) -> Json {
        let answer = self.ask(&json!({"id": 7, "request": "check", "paths": paths}));
        answer["answer"].clone()
    }

    /// The exit code once the input has ended.
    fn end(mut self) -> i32 {
        drop(self.stdin.take());
        let mut rest = String::new();
        self.answers.read_line(&mut rest).expect("the end");
        assert_eq!(rest, "");
        self.child.wait().expect("it ends").code().expect("a code")
    }
}

/// The answer to a check is what a check of its own says of these files.
fn same(resident: &mut Resident, folder: &Folder, paths: &[&str]) {
    let words = ["check", "--no-cache", "--as-of", DAY, "--format", "json"];
    let own = folder.run(&[&words, paths].concat());
    let answer = resident.ask(&json!({"id": 7, "request": "check", "paths": paths}));
    // A check that cannot run prints why, and no report.
    if own.out.is_empty() {
        assert_eq!(answer["error"]["reason"], "failed", "{}: {answer}", own.err);
        return;
    }
    let report: Json = serde_json::from_str(&own.out).expect("JSON");
    let answer = &answer["answer"];
    assert_eq!(answer["report"], report, "{paths:?}");
    assert_eq!(answer["exitCode"], own.code, "{paths:?}");
}

#[test]
fn texts_stand_for_files_until_they_are_closed() {
    let folder = Folder::with(&[("a.yaml", GOOD), ("b.yaml", "a: 1\n")]);
    let broken = GOOD.replace("owner:", "ownr:");
    let mut resident = Resident::new(&folder, &[]);
    let before = resident.check(&[]);
    assert_eq!(before["exitCode"], 0, "{before}");
    resident.lay("open", "a.yaml", &broken);
    let open = resident.check(&["a.yaml"]);
    assert_eq!(open["exitCode"], 1, "{open}");
    resident.lay("change", "a.yaml", GOOD);
    assert_eq!(resident.check(&[]), before);
    resident.lay("change", "a.yaml", &broken);
    assert_ne!(resident.check(&[]), before);
    let closed = resident.ask(&json!({"id": null, "request": "close", "path": "a.yaml"}));
    assert_eq!(closed, json!({"id": null, "answer": {}}));
    assert_eq!(resident.check(&[]), before);
    // Nothing was written.
    assert_eq!(folder.read("a.yaml"), GOOD);
    folder.file("a.yaml", &broken);
    assert_eq!(resident.check(&["a.yaml"]), open);
    assert_eq!(resident.end(), 0);
}

/// A text stands for the file, by whatever path somebody comes to it.
#[test]
#[cfg(unix)]
fn texts_stand_for_files_behind_links() {
    use std::os::unix::fs::symlink;
    let folder = Folder::with(&[("specs/a.yaml", GOOD), ("elsewhere/b.txt", "")]);
    let to = |name: &str| folder.path.join(name);
    symlink("../specs/a.yaml", to("elsewhere/other.yaml")).expect("a link");
    symlink("specs", to("folder")).expect("a link");
    let broken = GOOD.replace("owner:", "ownr:");
    let mut resident = Resident::new(&folder, &[]);
    for path in ["specs/a.yaml", "elsewhere/other.yaml", "folder/a.yaml"] {
        assert_eq!(resident.check(&[path])["exitCode"], 0, "{path}");
    }
    for opened in ["specs/a.yaml", "elsewhere/other.yaml", "folder/a.yaml"] {
        resident.lay("open", opened, &broken);
        for path in ["specs/a.yaml", "elsewhere/other.yaml", "folder/a.yaml"] {
            let code = &resident.check(&[path])["exitCode"];
            assert_eq!(code, 1, "{path}, {opened} is open");
        }
        let close = json!({"id": 1, "request": "close", "path": "specs/a.yaml"});
        assert_eq!(resident.ask(&close)["answer"], json!({}));
    }
    assert_eq!(resident.end(), 0);
}

/// Git is not started again for what it answered, and what changed is seen.
#[test]
#[cfg(unix)]
fn git_is_asked_again_where_its_answer_may_have_changed() {
    let folder = Folder::with(&[("a.yaml", GOOD), (".gitignore", "hidden.yaml\n")]);
    git::init(&folder.path);
    git::commit(&folder.path, "x");
    folder.file("hidden.yaml", GOOD.replace("owner:", "ownr:"));
    let tools = Folder::new();
    let recorded = git::RecordedGit::new(&tools.path);
    let mut resident = Resident::with(&folder, &[], &[("PATH", &recorded.path)]);
    assert_eq!(resident.check(&[])["exitCode"], 0);
    assert_ne!(recorded.asked(), "");
    resident.lay("open", "a.yaml", &format!("{GOOD}# more\n"));
    assert_eq!(resident.check(&[])["exitCode"], 0);
    assert_eq!(recorded.asked(), "");
    // Tracked although it is ignored.
    git::git(&folder.path, &["add", "--force", "hidden.yaml"]);
    assert_eq!(resident.check(&[])["exitCode"], 1);
    assert_ne!(recorded.asked(), "");
    git::git(&folder.path, &["rm", "--cached", "--quiet", "hidden.yaml"]);
    assert_eq!(resident.check(&[])["exitCode"], 0);
    // A repository that git does not open any more is told of as by a check of its own.
    folder.file("a.yaml", format!("{GOOD}# more\n"));
    folder.file(".git/config", "[core\n");
    recorded.asked();
    same(&mut resident, &folder, &[]);
    assert_ne!(recorded.asked(), "");
    assert_eq!(resident.end(), 0);
}

#[test]
fn what_is_no_request_is_answered() {
    let folder = Folder::with(&[("a.yaml", GOOD), ("a.png", "")]);
    let mut resident = Resident::new(&folder, &[]);
    let huge = vec![b'['; 65 << 20];
    for (line, reason) in [
        (&b"{"[..], "malformed"),
        (b"[]", "malformed"),
        (b"\xff\xfe", "malformed"),
        (b"{\"request\": \"dance\"}", "malformed"),
        (
            b"{\"request\": \"open\", \"path\": \"a.yaml\"}",
            "malformed",
        ),
        (b"{\"request\": \"version\", \"more\": 1}", "malformed"),
        (b"{\"id\": {}, \"request\": \"version\"}", "malformed"),
        (&b"[".repeat(100_000), "malformed"),
        (&huge, "too-long"),
        (
            b"{\"request\": \"close\", \"path\": \"a.yaml\"}",
            "not-open",
        ),
        (
            b"{\"request\": \"change\", \"path\": \"a.yaml\", \"text\": \"\"}",
            "not-open",
        ),
        (
            b"{\"request\": \"open\", \"path\": \"gone.yaml\", \"text\": \"\"}",
            "no-file",
        ),
        (
            b"{\"request\": \"open\", \"path\": \".\", \"text\": \"\"}",
            "no-file",
        ),
        (
            b"{\"request\": \"open\", \"path\": \"a.png\", \"text\": \"\"}",
            "no-document",
        ),
        (
            b"{\"request\": \"check\", \"paths\": [\"gone.yaml\"]}",
            "failed",
        ),
    ] {
        let answer = resident.line(line);
        let shown = String::from_utf8_lossy(&line[..line.len().min(80)]).into_owned();
        assert_eq!(answer["error"]["reason"], reason, "{shown}: {answer}");
    }
    // Empty lines are none, and it still works.
    let version = resident.line(b"\n\n{\"id\": \"v\", \"request\": \"version\"}");
    assert_eq!(version["answer"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(resident.check(&[])["exitCode"], 0);
    let over = resident.ask(&json!({"id": 1, "request": "shutdown"}));
    assert_eq!(over, json!({"id": 1, "answer": {}}));
    assert_eq!(resident.end(), 0);
}

/// What is laid over a file is judged as if it stood in it: also evidence, and what other documents refer to.
#[derive(Debug, Clone)]
struct Change {
    file: Index,
    at: Index,
    byte: char,
}

fn change() -> impl Strategy<Value = Change> {
    let bytes = prop_oneof![
        Just('x'),
        Just('0'),
        Just('9'),
        Just('\n'),
        Just(':'),
        Just('-')
    ];
    (any::<Index>(), any::<Index>(), bytes).prop_map(|(file, at, byte)| Change { file, at, byte })
}

fn is_text(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ["yaml", "json", "toml"].contains(&ending))
}

proptest! {
    #![proptest_config(some_cases(5))]

    #[test]
    fn answers_are_those_of_a_check(changes in vec(change(), 1..5), name in 0..2_usize) {
        let name = ["support-chat-llm", "feed-ranker"][name];
        let (folder, written) = (Folder::project(name), Folder::project(name));
        let mut resident = Resident::new(&folder, &[]);
        same(&mut resident, &written, &[]);
        let all = files::below(&written.path);
        let files: Vec<PathBuf> = all.into_iter().filter(|file| is_text(file)).collect();
        for change in changes {
            let path = change.file.get(&files);
            let file = written.path.join(path);
            let mut text = fs::read_to_string(&file).expect("a text");
            let mut at = change.at.index(text.len().max(1));
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            text.insert(at, change.byte);
            fs::write(&file, &text).expect("written");
            resident.lay("open", path.to_str().expect("a text"), &text);
            let serving = format!("{name}.serving.yaml");
            same(&mut resident, &written, &[&serving]);
            same(&mut resident, &written, &[]);
        }
        prop_assert_eq!(resident.end(), 0);
    }
}
