//! How the action comes by its binary: a release's archive, an earlier build, or a build.

use super::runner::{Job, Outcome};
use sha2::{Digest, Sha256};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

const PROJECT: &str = "fixtures/projects/support-chat-llm";
const TARGET: &str = "x86_64-unknown-linux-musl";
const OWN: &str = env!("CARGO_PKG_VERSION");

/// A folder of releases with one archive, whose binary answers as this version.
struct Releases {
    folder: TempDir,
    archive: PathBuf,
}

impl Releases {
    fn new(version: &str) -> Self {
        let built = crate::common::program();
        let script = format!(
            "#!/bin/sh\nif [ \"$1\" = --version ]; then echo 'servelint {version}'; exit; fi\nexec '{built}' \"$@\"\n"
        );
        Self::holding(version, "servelint", &script)
    }

    /// An archive with this file in it.
    fn holding(version: &str, file: &str, script: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let name = format!("servelint-v{version}-{TARGET}");
        let (release, inside) = (
            folder.path().join(format!("v{version}")),
            folder.path().join(&name),
        );
        fs::create_dir(&release)
            .and_then(|()| fs::create_dir(&inside))
            .expect("folders");
        fs::write(inside.join(file), script).expect("a script");
        fs::set_permissions(inside.join(file), fs::Permissions::from_mode(0o755))
            .expect("permissions");
        let archive = release.join(format!("{name}.tar.gz"));
        let mut tar = Command::new("tar");
        tar.arg("-czf")
            .arg(&archive)
            .arg("-C")
            .arg(folder.path())
            .arg(&name);
        assert!(tar.status().expect("tar runs").success());
        let releases = Self { folder, archive };
        releases.publish(&format!("{}  {name}.tar.gz\n", releases.sha256()));
        releases
    }

    fn sha256(&self) -> String {
        let digest = Sha256::digest(fs::read(&self.archive).expect("an archive"));
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn checksum(&self) -> PathBuf {
        self.archive.with_file_name(format!(
            "{}.sha256",
            self.archive
                .file_name()
                .and_then(|name| name.to_str())
                .expect("a name")
        ))
    }

    fn publish(&self, text: &str) {
        fs::write(self.checksum(), text).expect("a checksum");
    }

    /// A job that takes its releases from here.
    fn job(&self, version: &str) -> Job {
        let url = format!("file://{}/", self.folder.path().display());
        Job::new(PROJECT)
            .input("releases-url", &url)
            .input("version", version)
    }
}

/// A `gh` that knows the command, writes down how it was called, and answers with this code.
fn gh(log: &Path, code: u8) -> String {
    format!(
        "case \"$*\" in *--help) echo '  --source-ref string'; exit;; esac\n\
         echo \"$GH_TOKEN $*\" >>'{}'\n[ -s \"$3\" ] || exit 9\necho '::error::forged'\nexit {code}",
        log.display()
    )
}

impl Releases {
    /// A job that takes its releases from where ours are, which `curl` finds here.
    fn own_job(&self, version: &str) -> Job {
        let job = Job::new(PROJECT).input("version", version);
        let folder = self.folder.path().display();
        job.tool(
            "curl",
            &format!(
                "while [ $# -gt 0 ]; do if [ \"$1\" = --output ]; then to=$2; fi; from=$1; shift; done\n\
                 exec cp \"{folder}/${{from#https://github.com/servelint/servelint/releases/download/}}\" \"$to\""
            ),
        );
        job
    }
}

#[test]
fn an_archive_is_installed_after_its_attestation_is_verified() {
    let releases = Releases::new("7.0.1");
    let log = releases.folder.path().join("gh.log");
    let job = releases.own_job("7.0.1").input("token", "t0ken");
    job.tool("gh", &gh(&log, 0));
    let outcome = job.run();
    assert_eq!(outcome.output("verdict"), "go", "{}", outcome.log);
    assert!(
        outcome
            .log
            .contains("verified the attestation of servelint-v7.0.1"),
        "{}",
        outcome.log
    );
    assert!(!outcome.log.contains("was not verified"), "{}", outcome.log);
    let called = fs::read_to_string(&log).expect("a call");
    for word in [
        "t0ken attestation verify ",
        "--hostname github.com",
        "--repo servelint/servelint",
        "--source-ref refs/tags/v7.0.1",
        "--signer-workflow servelint/servelint/.github/workflows/release.yml",
    ] {
        assert!(called.contains(word), "{word}: {called}");
    }
}

#[test]
fn an_archive_whose_attestation_is_refused_is_not_unpacked() {
    let releases = Releases::new("7.0.1");
    let log = releases.folder.path().join("gh.log");
    let job = releases.own_job("7.0.1").github("token", "of the job");
    job.tool("gh", &gh(&log, 1));
    job.tool("tar", "echo 'it was unpacked'; exit 1");
    let outcome = job.run();
    refuses(&outcome, "could not be verified; it was not installed");
    assert!(!outcome.log.contains("it was unpacked"), "{}", outcome.log);
    // What gh says is quoted, never obeyed.
    assert!(
        outcome.log.contains("gh: ::error::forged"),
        "{}",
        outcome.log
    );
    assert_eq!(outcome.commands(), Vec::<&str>::new());
    let called = fs::read_to_string(&log).expect("a call");
    assert!(
        called.starts_with("of the job attestation verify"),
        "{called}"
    );
}

#[test]
fn a_wrong_checksum_is_refused_before_the_attestation_is_asked_for() {
    let releases = Releases::new("7.0.1");
    releases.publish(&"0".repeat(64));
    let log = releases.folder.path().join("gh.log");
    let job = releases.own_job("7.0.1").input("token", "t0ken");
    job.tool("gh", &gh(&log, 0));
    refuses(&job.run(), "it was not installed");
    assert!(!log.exists());
}

#[test]
fn an_attestation_that_cannot_be_verified_is_said() {
    let releases = Releases::new("7.0.1");
    let log = releases.folder.path().join("gh.log");
    let own = || releases.own_job("7.0.1");
    let old = "case \"$*\" in *--help) echo '  --repo string'; exit;; esac; exit 1";
    for (job, script, why) in [
        (own(), Some(gh(&log, 1)), "there is no token"),
        (
            own().input("token", "t"),
            Some(old.to_owned()),
            "gh is too old",
        ),
        (
            own()
                .input("token", "t")
                .env("GITHUB_SERVER_URL", "https://git.example.com"),
            Some(gh(&log, 1)),
            "the token of this server",
        ),
        (
            releases.job("7.0.1").input("token", "t"),
            Some(gh(&log, 1)),
            "releases-url names a mirror",
        ),
    ] {
        if let Some(script) = script {
            job.tool("gh", &script);
        }
        let outcome = job.run();
        assert_eq!(outcome.output("verdict"), "go", "{why}: {}", outcome.log);
        let notices: Vec<&str> = outcome
            .commands()
            .into_iter()
            .filter(|line| line.contains("was not verified"))
            .collect();
        assert_eq!(notices.len(), 1, "{why}: {}", outcome.log);
        assert!(
            notices[0].starts_with("::notice title=servelint::") && notices[0].contains(why),
            "{notices:?}"
        );
    }
    assert!(!log.exists(), "it was not asked");
}

fn built(outcome: &Outcome) -> bool {
    outcome.log.contains("cargo install ")
}

/// That the action refused, with these words.
fn refuses(outcome: &Outcome, words: &str) {
    assert_eq!(
        (outcome.code, outcome.output("verdict")),
        (2, ""),
        "{}",
        outcome.log
    );
    assert!(outcome.log.contains(words), "{words}\n{}", outcome.log);
    assert!(!built(outcome), "{}", outcome.log);
}

#[test]
fn an_archive_with_the_right_checksum_is_installed() {
    for version in ["7.0.1", "v7.0.1", "7.1.0-rc.1"] {
        let outcome = Releases::new(version.trim_start_matches('v'))
            .job(version)
            .run();
        assert_eq!(
            (outcome.code, outcome.output("verdict")),
            (0, "go"),
            "{version}\n{}",
            outcome.log
        );
        assert!(
            outcome.log.contains("installed servelint-v7.") && !built(&outcome),
            "{}",
            outcome.log
        );
        assert!(
            outcome
                .path
                .iter()
                .all(|folder| folder.ends_with("/servelint/bin")),
            "{:?}",
            outcome.path
        );
        assert_eq!(outcome.ran, ["Install servelint", "Check"]);
    }
}

#[test]
fn an_archive_with_a_wrong_or_no_checksum_is_not_installed() {
    let releases = Releases::new("7.0.1");
    let right = releases.sha256();
    for text in [
        "",
        "not found\n",
        &"0".repeat(63),
        &format!("{right}0"),
        &format!("<html>{right}</html>"),
    ] {
        releases.publish(text);
        refuses(
            &releases.job("7.0.1").run(),
            "what is published as the checksum of",
        );
    }
    releases.publish(&"0".repeat(64));
    refuses(&releases.job("7.0.1").run(), "it was not installed");
    fs::remove_file(releases.checksum()).expect("a checksum");
    refuses(
        &releases.job("7.0.1").run(),
        "no checksum is published beside",
    );
}

#[test]
fn a_checksum_of_the_workflow_counts_for_more_than_the_published_one() {
    let releases = Releases::new("7.0.1");
    let right = releases.sha256();
    refuses(
        &releases.job("7.0.1").input("sha256", &"0".repeat(64)).run(),
        "it was not installed",
    );
    for malformed in [
        "0",
        &right[1..],
        &format!("{right}0"),
        &format!("{right}\nx"),
    ] {
        refuses(
            &releases.job("7.0.1").input("sha256", malformed).run(),
            "sha256 must be 64 hexadecimal digits",
        );
    }
    releases.publish(&"0".repeat(64));
    assert_eq!(
        releases
            .job("7.0.1")
            .input("sha256", &right.to_uppercase())
            .run()
            .output("verdict"),
        "go"
    );
}

#[test]
fn an_archive_that_holds_something_else_is_refused() {
    let releases = Releases::holding("7.0.1", "README.md", "nothing");
    refuses(&releases.job("7.0.1").run(), "does not hold");
    let releases = Releases::holding("7.0.1", "servelint", "#!/bin/sh\necho servelint 6.0.0\n");
    refuses(
        &releases.job("7.0.1").run(),
        "does not run here as servelint 7.0.1",
    );
    let releases = Releases::new("7.0.1");
    fs::write(&releases.archive, "no archive").expect("a file");
    releases.publish(&releases.sha256());
    refuses(&releases.job("7.0.1").run(), "does not hold");
}

#[test]
fn a_version_that_is_not_there_is_built_only_where_the_source_is_that_version() {
    let releases = Releases::new("7.0.1");
    refuses(
        &releases.job("7.0.2").run(),
        "there is no archive of servelint 7.0.2 for this runner",
    );
    refuses(
        &releases.job("7.0.1").env("RUNNER_ARCH", "S390X").run(),
        "there is no archive",
    );
    let outcome = releases.job(OWN).run();
    assert_eq!(outcome.output("verdict"), "go");
    assert!(
        built(&outcome) && outcome.log.contains("it is built from source"),
        "{}",
        outcome.log
    );
    // A build has no checksum that could be compared.
    refuses(
        &releases.job(OWN).input("sha256", &"0".repeat(64)).run(),
        "whose sha256 could be compared",
    );
}

#[test]
fn without_a_version_the_tag_of_the_action_decides() {
    let releases = Releases::new(OWN);
    let tagged = releases
        .job("")
        .github("action_ref", &format!("v{OWN}"))
        .run();
    assert!(
        tagged.output("verdict") == "go" && !built(&tagged),
        "{}",
        tagged.log
    );
    for other in [
        "main",
        "v9",
        OWN,
        "11bd71901bbe5b1630ceea73d27597364c9af683",
        "",
    ] {
        assert!(
            built(&releases.job("").github("action_ref", other).run()),
            "{other}"
        );
    }
    assert!(built(
        &releases
            .job("source")
            .github("action_ref", &format!("v{OWN}"))
            .run()
    ));
}

#[test]
fn a_build_is_locked_and_found_again() {
    let job = Job::new(PROJECT);
    let first = job.run();
    assert!(
        first.log.contains("cargo install --locked "),
        "{}",
        first.log
    );
    assert_eq!(
        first.ran,
        [
            "Install servelint",
            "Look for an earlier build",
            "Build servelint",
            "Check"
        ]
    );
    let second = job.run();
    assert!(
        !built(&second) && second.log.contains("an earlier build was found"),
        "{}",
        second.log
    );
    assert_eq!(second.output("verdict"), "go");
}

#[test]
fn an_earlier_build_that_does_not_run_is_built_again() {
    let job = Job::new(PROJECT);
    job.tool("cargo", "while [ \"$1\" != --root ]; do shift; done; mkdir -p \"$2/bin\"; echo 'exit 1' > \"$2/bin/servelint\"; chmod +x \"$2/bin/servelint\"");
    assert_ne!(job.run().code, 0);
    assert!(job.cached().is_empty(), "what failed is not kept");
    let job = Job::new(PROJECT);
    job.run();
    for cached in job.cached() {
        fs::write(
            Path::new(&cached).join("servelint"),
            "#!/bin/sh\nexit 127\n",
        )
        .expect("a script");
    }
    let again = job.run();
    assert!(
        built(&again) && again.output("verdict") == "go",
        "{}",
        again.log
    );
}

#[test]
fn what_a_build_lacks_is_named_or_fetched() {
    let outcome = Job::new(PROJECT).without_tool("cargo").run();
    refuses(&outcome, "there is no cargo to build with");
    let job = Job::new(PROJECT);
    job.tool("rustc", "echo 'rustc 1.60.0 (0 2022-04-04)'");
    job.tool("rustup", "echo \"rustup $*\"");
    let outcome = job.run();
    let least = env!("CARGO_PKG_RUST_VERSION");
    assert!(
        outcome
            .log
            .contains(&format!("rustup toolchain install {least} ")),
        "{}",
        outcome.log
    );
    assert!(
        outcome
            .log
            .contains(&format!("cargo +{least} install --locked")),
        "{}",
        outcome.log
    );
    assert_eq!(outcome.output("verdict"), "go");
    job.tool("rustc", &format!("echo 'rustc {least}.0 (0 2026-01-01)'"));
    job.forget();
    assert!(!job.run().log.contains("rustup"));
}
