//! The same tests in OPA, where it is installed.

use crate::policy::{self, ModuleSet, TestFile};
use serde_json::Value as Json;
use std::{
    collections::BTreeMap,
    env, fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The longest that OPA may take for all tests of a pack; one may take a part of it.
const LONGEST_RUN: Duration = Duration::from_secs(120);
/// How often somebody looks whether it has ended.
const PAUSE: Duration = Duration::from_millis(20);

/// The `opa` on the PATH.
pub fn find_opa() -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    let mut candidates = env::split_paths(&folders)
        .map(|folder| folder.join(format!("opa{}", env::consts::EXE_SUFFIX)));
    candidates.find(|path| path.is_file())
}

/// What OPA says of each test, by its whole name: true where it passes. OPA gets the capabilities of our engine, so no
/// policy reaches the network through it.
///
/// # Errors
/// Where OPA does not compile the policies or does not end; its reason.
pub(super) fn results(
    opa: &Path,
    set: &ModuleSet,
    files: &[TestFile],
    data: &Json,
) -> Result<BTreeMap<String, bool>, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let written = write(folder.path(), set, files, data).map_err(|error| error.to_string())?;
    let capabilities = folder.path().join("capabilities.json");
    fs::write(&capabilities, policy::capabilities().to_string())
        .map_err(|error| error.to_string())?;
    let mut command = Command::new(opa);
    command
        .args([
            "test",
            "--format",
            "json",
            "--timeout",
            "30s",
            "--capabilities",
        ])
        .arg(&capabilities)
        .arg(folder.path().join("policies"));
    if set.is_v0 {
        command.arg("--v0-compatible");
    }
    let (out, err) = output(&mut command)?;
    let said: Vec<Json> = serde_json::from_str(&out).map_err(|_| renamed(&err, &written))?;
    let mut results = BTreeMap::new();
    for test in said {
        let text = |key: &str| test[key].as_str().unwrap_or_default();
        let is_passed = test["fail"] != Json::Bool(true) && test.get("error").is_none();
        results.insert(format!("{}.{}", text("package"), text("name")), is_passed);
    }
    Ok(results)
}

/// The policies under numbers, for their paths may lead anywhere; with the path of each.
fn write(
    folder: &Path,
    set: &ModuleSet,
    files: &[TestFile],
    data: &Json,
) -> std::io::Result<Vec<(String, String)>> {
    let folder = folder.join("policies");
    fs::create_dir(&folder)?;
    let libraries = files.iter().flat_map(|file| &file.libraries);
    // Several files of tests import the same libraries.
    let libraries: BTreeMap<&String, &String> =
        libraries.map(|(path, text)| (path, text)).collect();
    let modules = set.modules.iter().map(|(path, text)| (path, text));
    let mut written = Vec::new();
    for (number, (path, text)) in modules.chain(libraries).enumerate() {
        let file = folder.join(format!("{number}.rego"));
        fs::write(&file, text)?;
        written.push((file.to_string_lossy().into_owned(), path.clone()));
    }
    fs::write(folder.join("data.json"), data.to_string())?;
    Ok(written)
}

/// What OPA says, with the paths that its reader knows.
fn renamed(said: &str, written: &[(String, String)]) -> String {
    let mut said = said.trim().to_owned();
    for (file, path) in written {
        said = said.replace(&format!("{file}:"), &format!("{path}:"));
    }
    match said.is_empty() {
        true => "it said nothing".to_owned(),
        false => said,
    }
}

fn output(command: &mut Command) -> Result<(String, String), String> {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.map_err(|error| format!("it does not start: {error}"))?;
    let (out, err) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let began = Instant::now();
    loop {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(_) => break,
            None if began.elapsed() > LONGEST_RUN => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("it took more than {} s", LONGEST_RUN.as_secs()));
            }
            None => thread::sleep(PAUSE),
        }
    }
    let text = |reader: thread::JoinHandle<Vec<u8>>| {
        let bytes = reader.join().unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    Ok((text(out), text(err)))
}

/// Reads a pipe to its end, so that whoever writes there never waits.
fn drain(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}
