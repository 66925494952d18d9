//! `--policy-from` and `--approvals` against real repositories: a change cannot move its own goalposts.

use super::run::{Answer, DAY, Folder, GOOD, Setting, good_but};
use crate::common::git;
use std::fs;

/// The formats of a report, each of which has to show a weakened policy.
const FORMATS: [&str; 9] = [
    "rich", "concise", "json", "sarif", "github", "gitlab", "junit", "tap", "markdown",
];

/// What the base of most changes holds.
const BASE: &str = "\
[policy]
confidence = 0.95
approversMustOwn = true
[policy.waivers]
maxDays = 30
[approvers]
cto = [\"m.osei\"]
[[waivers]]
rule = \"timeouts-order\"
path = \"old/**\"
owner = \"dana\"
reason = \"mended in October\"
expires = \"2026-10-20\"
";

/// Who owns what, at the base.
const OWNERS: &str = "* @lead\n/team/ @org/team\n";

pub(super) fn run(folder: &Folder, words: &[&str]) -> Answer {
    let path = std::env::var("PATH").expect("a path");
    let words = [&["check", "--as-of", DAY], words].concat();
    folder.run_as(
        &words,
        &Setting {
            env: &[("PATH", &path)],
            ..Setting::default()
        },
    )
}

pub(super) fn concise(folder: &Folder, words: &[&str]) -> Answer {
    run(folder, &[&["--format", "concise"], words].concat())
}

/// The words of a run that the base judges, and that writes its report in every format into a folder.
fn by_the_base_in_every_format(out: &Folder) -> Vec<String> {
    let mut words = vec!["--policy-from".to_owned(), "HEAD".to_owned()];
    for format in FORMATS {
        words.push(format!(
            "--output={format}={}",
            out.path.join(format).display()
        ));
    }
    words
}

/// A repository with one commit that holds these files beside a specification without findings.
fn repository(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(&[("a.yaml", GOOD), (".github/CODEOWNERS", OWNERS)]);
    for (name, text) in files {
        folder.file(name, text);
    }
    git::init(&folder.path);
    git::commit(&folder.path, "base");
    folder
}

/// One file of a change: what it then holds, or nothing where it is gone.
type Changed<'c> = (&'c str, Option<&'c str>);

fn change(folder: &Folder, changes: &[Changed<'_>]) {
    for (name, text) in changes {
        match text {
            Some(text) => drop(folder.file(name, text)),
            None => fs::remove_file(folder.path.join(name)).expect("removed"),
        }
    }
}

fn crd(minimum: u32) -> String {
    format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: widgets.example.com}}\n\
         spec:\n  group: example.com\n  names: {{kind: Widget, plural: widgets}}\n  scope: Namespaced\n  versions:\n\
         \x20   - name: v1\n      served: true\n      storage: true\n      schema:\n        openAPIV3Schema:\n          type: object\n\
         \x20         properties: {{spec: {{type: object, properties: {{size: {{type: integer, minimum: {minimum}}}}}}}}}\n"
    )
}

fn known(prints: &[char]) -> String {
    let entry = |print: &char| {
        let print = print.to_string().repeat(64);
        format!("{{\"file\": \"a.yaml\", \"rule\": \"slo-on-mean\", \"fingerprint\": \"{print}\"}}")
    };
    let entries: Vec<String> = prints.iter().map(entry).collect();
    format!("{{\"version\": 1, \"findings\": [{}]}}", entries.join(", "))
}

/// A change that lets more pass: its name, further files of the base, what it changes, and what is said of it.
struct Case<'c> {
    name: &'c str,
    base: Vec<(&'c str, String)>,
    change: Vec<(&'c str, Option<String>)>,
    says: &'c str,
}

/// A case about the configuration at the root.
fn configured<'c>(name: &'c str, base: &str, head: &str, says: &'c str) -> Case<'c> {
    Case {
        name,
        base: vec![("servelint.toml", base.to_owned())],
        change: vec![("servelint.toml", Some(head.to_owned()))],
        says,
    }
}

/// A case about the configuration at the root, with this in the place of that.
fn edited<'c>(name: &'c str, from: &str, to: &str, says: &'c str) -> Case<'c> {
    assert!(BASE.contains(from), "{from:?}");
    configured(name, BASE, &BASE.replacen(from, to, 1), says)
}

fn added<'c>(name: &'c str, text: &str, says: &'c str) -> Case<'c> {
    configured(name, BASE, &format!("{BASE}{text}"), says)
}

/// A case about one other file.
fn other<'c>(
    name: &'c str,
    file: &'c str,
    base: Option<&str>,
    head: Option<&str>,
    says: &'c str,
) -> Case<'c> {
    let mut files = vec![("servelint.toml", BASE.to_owned())];
    files.extend(base.map(|text| (file, text.to_owned())));
    Case {
        name,
        base: files,
        change: vec![(file, head.map(str::to_owned))],
        says,
    }
}

fn cases() -> Vec<Case<'static>> {
    let schemas = "[[schemas]]\ncrd = \"crds/*.yaml\"\n";
    let (strict, loose) = (crd(2), crd(1));
    let defined = |change: Option<String>, says| Case {
        name: "definition",
        base: vec![
            ("servelint.toml", schemas.to_owned()),
            ("crds/w.yaml", strict.clone()),
            ("crds/v.yaml", crd(2).replace("idget", "odget")),
        ],
        change: vec![("crds/w.yaml", change)],
        says,
    };
    let baseline = "[check]\nbaseline = \"known.json\"\n";
    vec![
        edited(
            "threshold",
            "0.95",
            "0.6",
            "servelint.toml:2:1: escalation[policy-weakened] `policy.confidence` is loosened: `0.95` becomes `0.6` (change ",
        ),
        edited("threshold unset", "confidence = 0.95\n", "", "").and_nothing(),
        configured(
            "stricter than the default, unset",
            "[policy]\nconfidence = 0.99\n",
            "",
            "servelint.toml:1:1: escalation[policy-weakened] `policy.confidence` is loosened: `0.99` becomes `0.95`",
        ),
        edited(
            "flag",
            "approversMustOwn = true\n",
            "",
            "`policy.approversMustOwn` is loosened: `true` becomes `false`",
        ),
        edited(
            "waivers",
            "maxDays = 30",
            "maxDays = 31",
            "`policy.waivers.maxDays` is loosened: `30` becomes `31`",
        ),
        edited(
            "approver",
            "\"m.osei\"",
            "\"m.osei\", \"me\"",
            "`approvers.cto` gains people: `[m.osei]` becomes `[m.osei, me]`",
        ),
        edited(
            "role",
            "cto = [\"m.osei\"]",
            "cto = [\"m.osei\"]\ndev = [\"me\"]",
            "`approvers.dev` is a new role: `unset` becomes `[me]`",
        ),
        edited("role gone", "cto = [", "ceo = [", "`approvers.cto` is gone"),
        added(
            "ignore",
            "[check]\nignore = [\"slo\"]\n",
            "servelint.toml:15:11: escalation[policy-weakened] `check.ignore` switches off alert-never-fires, burnrate",
        ),
        added(
            "select",
            "[check]\nselect = [\"timeouts-order\"]\n",
            "servelint.toml:15:1: escalation[policy-weakened] `check.select` switches off",
        ),
        added(
            "own rule",
            "[check]\nignore = [\"governance\", \"policy-weakened\"]\n",
            "`check.ignore` switches off baseline-stale",
        ),
        added(
            "severity off",
            "[[severity]]\nrule = \"timeouts-order\"\nlevel = \"off\"\n",
            "servelint.toml:14:1: escalation[policy-weakened] `[[severity]]` makes timeouts-order milder: `error` becomes `off`",
        ),
        added(
            "own severity",
            "[[severity]]\ncategory = \"governance\"\nlevel = \"off\"\n",
            "`[[severity]]` makes baseline-stale milder",
        ),
        added(
            "severity of a path",
            "[[severity]]\ncategory = \"capacity\"\npath = \"x/**\"\nlevel = \"info\"\n",
            "`[[severity]]` makes",
        ),
        configured(
            "severity gone",
            "[[severity]]\nrule = \"slo-on-mean\"\nlevel = \"error\"\n",
            "",
            "`[[severity]]` makes slo-on-mean milder: `error` becomes",
        ),
        configured(
            "severity in another order",
            "[[severity]]\nrule = \"slo-on-mean\"\nlevel = \"info\"\n[[severity]]\nrule = \"slo-on-mean\"\nlevel = \"error\"\n",
            "[[severity]]\nrule = \"slo-on-mean\"\nlevel = \"error\"\n[[severity]]\nrule = \"slo-on-mean\"\nlevel = \"info\"\n",
            "makes slo-on-mean milder: `error` becomes `info`",
        ),
        configured(
            "severity of a deeper path",
            "[[severity]]\nrule = \"slo-on-mean\"\npath = \"x/**\"\nlevel = \"error\"\n",
            "[[severity]]\nrule = \"slo-on-mean\"\npath = \"x/**\"\nlevel = \"error\"\n[[severity]]\nrule = \"slo-on-mean\"\npath = \"x/y/**\"\nlevel = \"info\"\n",
            "makes slo-on-mean milder: `error` becomes `info`",
        ),
        added(
            "exclude",
            "[check]\nexclude = [\"vendor/**\", \"*.yaml\"]\n",
            "servelint.toml:15:25: escalation[policy-weakened] `check.exclude` leaves out a.yaml: `[]` becomes",
        ),
        added(
            "exclude what is not there",
            "[check]\nexclude = [\"later/**\"]\n",
            "`check.exclude` leaves out files that are not there yet",
        ),
        other(
            "gitignore",
            ".gitignore",
            Some("*.tmp\n"),
            Some("*.tmp\n*.yaml\n"),
            ".gitignore:2:1: escalation[policy-weakened] an ignore file leaves out a.yaml",
        ),
        other(
            "ignore file",
            ".ignore",
            None,
            Some("/a.*\n"),
            ".ignore:1:1: escalation[policy-weakened] an ignore file leaves out a.yaml",
        ),
        added(
            "waiver",
            "[[waivers]]\nrule = \"slo-on-mean\"\npath = \"a.yaml\"\nowner = \"me\"\nreason = \"mended in October\"\nexpires = \"2026-10-20\"\n",
            "the waiver of slo-on-mean for a.yaml is new: `none` becomes `until 2026-10-20`",
        ),
        edited(
            "waiver extended",
            "2026-10-20",
            "2026-10-21",
            "the waiver of timeouts-order for old/** is extended: `until 2026-10-20` becomes `until 2026-10-21`",
        ),
        edited(
            "waiver without end",
            "expires = \"2026-10-20\"\n",
            "",
            "is extended: `until 2026-10-20` becomes `without end`",
        ),
        Case {
            name: "baseline",
            base: vec![("servelint.toml", String::new())],
            change: vec![
                ("servelint.toml", Some(baseline.to_owned())),
                ("known.json", Some(known(&['a']))),
            ],
            says: "known.json:1:86: escalation[policy-weakened] the baseline gains slo-on-mean in a.yaml",
        },
        Case {
            name: "baseline entry",
            base: vec![
                ("servelint.toml", baseline.to_owned()),
                ("known.json", known(&['a'])),
            ],
            change: vec![("known.json", Some(known(&['a', 'b'])))],
            says: "the baseline gains slo-on-mean in a.yaml: `1 known finding` becomes `2 known findings`",
        },
        other(
            "nested appears",
            "team/servelint.toml",
            None,
            Some(""),
            "team/servelint.toml:1:1: escalation[policy-weakened] a servelint.toml appears",
        ),
        other(
            "nested goes",
            "team/servelint.toml",
            Some("[policy]\nconfidence = 0.99\n"),
            None,
            "team/servelint.toml:1:1: escalation[policy-weakened] a servelint.toml is gone",
        ),
        other(
            "all go",
            "servelint.toml",
            None,
            None,
            "servelint.toml:1:1: escalation[policy-weakened] a servelint.toml is gone",
        ),
        other(
            "starts anew",
            "team/servelint.toml",
            Some(""),
            Some("root = true\n"),
            "team/servelint.toml:1:1: escalation[policy-weakened] servelint.toml is inherited no longer",
        ),
        configured(
            "lock",
            "locked = [\"policy\", \"severity.slo-on-mean\"]\n",
            "locked = [\"policy\"]\n",
            "servelint.toml:1:1: escalation[policy-weakened] `severity.slo-on-mean` is locked no longer",
        ),
        other(
            "owners",
            ".github/CODEOWNERS",
            None,
            Some("* @lead @me\n"),
            ".github/CODEOWNERS:1:1: escalation[policy-weakened] the owners of .github/CODEOWNERS, a.yaml, servelint.toml change: `[@lead]` becomes `[@lead, @me]`",
        ),
        other(
            "no owners",
            ".github/CODEOWNERS",
            None,
            None,
            "the owners of .github/CODEOWNERS",
        ),
        other("other owners", "CODEOWNERS", None, Some("* @me\n"), "").and_nothing(),
        defined(
            Some(loose.clone()),
            "crds/w.yaml:1:1: escalation[policy-weakened] the definitions in crds/w.yaml change: `sha256:",
        ),
        defined(None, "the definitions in crds/w.yaml are gone"),
        configured(
            "definitions named no longer",
            schemas,
            "",
            "the definitions in crds/w.yaml are named no longer",
        )
        .with("crds/w.yaml", strict.clone()),
        configured(
            "broken before",
            "[policy\n",
            "[policy]\nconfidence = 0.6\n",
            "the policy of `HEAD` cannot be used, so that of the change is",
        ),
    ]
}

impl Case<'_> {
    /// Nothing is weakened.
    fn and_nothing(mut self) -> Self {
        self.says = "";
        self
    }

    fn with(mut self, name: &'static str, text: String) -> Self {
        self.base.push((name, text));
        self
    }

    /// The repository of the base, to which the change was made.
    fn changed(&self) -> Folder {
        let mut files: Vec<(&str, &str)> = vec![("team/b.yaml", TEAM)];
        files.extend(self.base.iter().map(|(name, text)| (*name, text.as_str())));
        let folder = repository(&files);
        let changes = self.change.iter();
        let changes: Vec<Changed<'_>> = changes
            .map(|(name, text)| (*name, text.as_deref()))
            .collect();
        change(&folder, &changes);
        folder
    }
}

/// A document of another folder.
const TEAM: &str = "apiVersion: v1\nkind: ConfigMap\n";

#[test]
fn every_kind_of_weakening_is_found() {
    for case in cases() {
        let folder = case.changed();
        let answer = concise(&folder, &["--policy-from", "HEAD"]);
        if case.says.is_empty() {
            answer.exits(0).keeps_quiet_about("policy-weakened");
            continue;
        }
        assert!(
            answer.out.contains(case.says),
            "{}: {}",
            case.name,
            answer.shown()
        );
        answer.exits(3);
    }
}

#[test]
fn no_selection_takes_it_away() {
    let folder = edited("threshold", "0.95", "0.6", "").changed();
    for words in [
        &[
            "--ignore",
            "governance",
            "--severity",
            "governance=off",
            "--no-waivers",
        ][..],
        &["--select", "timeouts-order"],
        &[
            "--ignore",
            "policy-weakened",
            "--severity",
            "policy-weakened=info",
        ],
        &["--since", "HEAD"],
    ] {
        concise(&folder, &[&["--policy-from", "HEAD"], words].concat())
            .exits(3)
            .says("policy-weakened");
    }
}

#[test]
fn every_format_shows_it() {
    let case = edited("threshold", "0.95", "0.6", "");
    let folder = case.changed();
    let out = Folder::new();
    let words = by_the_base_in_every_format(&out);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    run(&folder, &[&words[..], &["--format", "azure"]].concat())
        .exits(3)
        .says("policy-weakened")
        .says("policy: HEAD");
    for format in FORMATS {
        let text = out.read(format);
        assert!(text.contains("policy-weakened"), "{format}: {text}");
        let says = match format {
            "json" => "\"policy\": \"HEAD\"",
            "sarif" => "\"servelint/policy\": \"HEAD\"",
            // A list of issues.
            "gitlab" => "policy.confidence",
            "markdown" => "policy&#58; HEAD",
            _ => "policy: HEAD",
        };
        assert!(text.contains(says), "{format}: {text}");
    }
    run(&folder, &["--format", "json"]).keeps_quiet_about("\"policy\"");
    concise(&folder, &[]).keeps_quiet_about("policy:");
}

#[test]
fn what_is_merged_is_silent() {
    for case in cases() {
        let folder = case.changed();
        git::commit(&folder.path, "change");
        let answer = concise(&folder, &["--policy-from", "HEAD"]);
        answer.keeps_quiet_about("policy-weakened");
    }
}

#[test]
fn a_stricter_policy_is_silent() {
    let files = [("servelint.toml", BASE), ("team/servelint.toml", "")];
    let folder = repository(&files);
    let stricter = BASE
        .replace("0.95", "0.99")
        .replace(
            "maxDays = 30",
            "maxDays = 20\nnever = [\"slo\", \"threshold-not-met\", \"unjudged\", \"document-not-judged\"]",
        )
        .replace("2026-10-20", "2026-10-15")
        + "[[severity]]\ncategory = \"slo\"\nlevel = \"error\"\n";
    folder.file(
        "servelint.toml",
        format!("locked = [\"policy\"]\n{stricter}"),
    );
    folder.file(".gitignore", "*.tmp\n");
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(0)
        .keeps_quiet_about("policy-weakened")
        .says("policy: HEAD");
}

/// A specification with an error.
fn bad() -> String {
    good_but("server: 100ms", "server: 180ms")
}

#[test]
fn the_base_judges() {
    let off = "[check]\nignore = [\"timeouts-order\"]\n";
    let waived = "[[waivers]]\nrule = \"timeouts-order\"\npath = \"**\"\nowner = \"me\"\nreason = \"mended in October\"\nexpires = \"2026-10-20\"\n";
    for head in [
        off,
        waived,
        "[check]\nexclude = [\"a.yaml\"]\n",
        "[[severity]]\nrule = \"timeouts-order\"\nlevel = \"off\"\n",
    ] {
        let folder = repository(&[("servelint.toml", "# ours\n")]);
        folder.file("a.yaml", bad()).file("servelint.toml", head);
        concise(&folder, &["--policy-from", "HEAD"])
            .exits(1)
            .says("error[timeouts-order]")
            .says("policy-weakened");
    }
    // A nested one that turns everything off.
    let folder = repository(&[("servelint.toml", "# ours\n"), ("team/b.yaml", GOOD)]);
    folder.file("team/b.yaml", bad()).file(
        "team/servelint.toml",
        "root = true\n[check]\nselect = [\"slo-on-mean\"]\n",
    );
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(1)
        .says("error[timeouts-order]")
        .says("a servelint.toml appears");
    concise(&folder, &["--policy-from", "HEAD", "team"]).exits(1);
    // What the change hides is judged all the same.
    for file in [".gitignore", ".ignore"] {
        let folder = repository(&[("servelint.toml", "# ours\n")]);
        folder.file("a.yaml", bad()).file(file, "*.yaml\n");
        concise(&folder, &["--policy-from", "HEAD"])
            .exits(1)
            .says("error[timeouts-order]");
    }
}

#[test]
fn definitions_of_the_base_judge() {
    let object = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: 1}\n";
    let folder = repository(&[
        ("servelint.toml", "[[schemas]]\ncrd = \"crds/*.yaml\"\n"),
        ("crds/w.yaml", &crd(2)),
    ]);
    folder.file("w.yaml", object).file("crds/w.yaml", crd(1));
    concise(&folder, &[]).exits(0);
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(1)
        .says("w.yaml:4:14: error[schema-valid]")
        .says("the definitions in crds/w.yaml change");
}

#[test]
fn a_waiver_that_the_change_takes_out_is_none() {
    let waiver = "[[waivers]]\nrule = \"timeouts-order\"\npath = \"a.yaml\"\nowner = \"d\"\nreason = \"mended in October\"\nexpires = \"2026-10-20\"\n";
    let folder = repository(&[("servelint.toml", waiver), ("a.yaml", &bad())]);
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(0)
        .says("waived: a.yaml");
    folder.file("a.yaml", GOOD);
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(0)
        .says("waiver-unused");
    folder.file("servelint.toml", "");
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(0)
        .keeps_quiet_about("waiver-unused")
        .keeps_quiet_about("policy-weakened");
}

#[test]
fn a_first_policy_is_new() {
    let folder = repository(&[]);
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(0)
        .says("policy: HEAD");
    folder.file("servelint.toml", "[policy]\nconfidence = 0.6\n");
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(0)
        .says("policy: new")
        .keeps_quiet_about("policy-weakened");
    let json = run(&folder, &["--policy-from", "HEAD", "--format", "json"]);
    json.says("\"policy\": \"new\"");
    run(&folder, &["--policy-from", "HEAD", "--format", "gitlab"]).says("policy: new");
    // A change without a base.
    concise(&folder, &["--policy-from", ""])
        .exits(0)
        .says("policy: new");
    // Another project of the repository has one, so this one is no first.
    let folder = repository(&[("other/servelint.toml", "")]);
    folder
        .file("team/servelint.toml", "")
        .file("team/c.yaml", GOOD.replace("feed-ranker", "c"));
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(3)
        .says("policy: new")
        .says("team/servelint.toml:1:1: escalation[policy-weakened] a servelint.toml appears");
}

#[test]
fn a_revision_that_cannot_be_read_stops_the_run() {
    let folder = repository(&[]);
    for (revision, says) in [
        ("nowhere", "`nowhere` is not a revision of the repository"),
        ("--upload-pack=x", "is not a revision"),
        ("HEAD:a.yaml", "is not a revision"),
    ] {
        concise(&folder, &["--policy-from", revision])
            .exits(2)
            .says(says);
    }
    concise(
        &Folder::with(&[("a.yaml", GOOD)]),
        &["--policy-from", "HEAD"],
    )
    .exits(2)
    .says("a revision needs a git repository");
    folder.file("servelint.toml", "[polcy]\n");
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(2)
        .says("unknown key `polcy`");
    folder.file("servelint.toml", "[check]\nignore = [\"nothing\"]\n");
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(2)
        .says("names `nothing`");
}

/// A repository whose head loosens a threshold, and a folder outside of it.
fn weakened() -> (Folder, Folder, String) {
    let folder = edited("threshold", "0.95", "0.6", "").changed();
    let base = git::git(&folder.path, &["rev-parse", "HEAD"]);
    git::commit(&folder.path, "change");
    (folder, Folder::new(), base)
}

pub(super) fn review(by: &str, state: &str, commit: &str) -> String {
    format!("{{\"by\": \"{by}\", \"state\": \"{state}\", \"commit\": \"{commit}\"}}")
}

pub(super) fn approvals(head: &str, author: &str, reviews: &[String], rest: &str) -> String {
    let reviews = reviews.join(", ");
    format!("{{\"head\": \"{head}\", \"author\": \"{author}\", \"reviews\": [{reviews}]{rest}}}")
}

#[test]
fn no_service_is_go_where_its_policy_becomes_milder() {
    let other = GOOD.replace("feed-ranker", "other");
    let nested = "[policy]\nconfidence = 0.95\n";
    let folder = repository(&[("b/b.yaml", &other), ("b/servelint.toml", nested)]);
    let clean = concise(&folder, &["--policy-from", "HEAD"]);
    assert!(clean.says("other go").says("feed-ranker go").code == 0);
    folder.file("b/servelint.toml", "[policy]\nconfidence = 0.6\n");
    // What stands in a folder says nothing about the services above it.
    let answer = concise(&folder, &["--policy-from", "HEAD"]);
    answer
        .says("other escalate")
        .says("1 escalation; to be approved by an owner of `b/servelint.toml`; gates")
        .says("feed-ranker go");
    assert_eq!(answer.code, 3);
    let json = run(&folder, &["--format", "json", "--policy-from", "HEAD"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    let review = &json["reviews"][1];
    assert_eq!(review["service"], "other");
    assert_eq!(review["verdict"], "escalate");
    assert_eq!(review["consents"][0], "an owner of `b/servelint.toml`");
    let reason = review["reasons"][0].as_str().expect("a reason");
    assert!(reason.starts_with("policy-weakened: "), "{reason}");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn an_owner_other_than_the_author_clears_this_commit() {
    let (folder, outside, base) = weakened();
    let head = git::git(&folder.path, &["rev-parse", "HEAD"]);
    let teams = ", \"teams\": {\"@org/team\": [\"lead\"]}";
    let yes = |by: &str| review(by, "APPROVED", &head);
    let file = outside.path.join("approvals.json");
    let file = file.to_str().expect("UTF-8");
    for (name, text, clears) in [
        ("owner", approvals(&head, "me", &[yes("Lead")], ""), true),
        (
            "author",
            approvals(&head, "lead", &[yes("lead")], ""),
            false,
        ),
        (
            "stranger",
            approvals(&head, "me", &[yes("dana")], ""),
            false,
        ),
        ("nobody", approvals(&head, "me", &[], ""), false),
        (
            "older commit",
            approvals(&head, "me", &[review("lead", "APPROVED", &base)], ""),
            false,
        ),
        (
            "stale file",
            approvals(&base, "me", &[review("lead", "APPROVED", &base)], ""),
            false,
        ),
        (
            "comment",
            approvals(&head, "me", &[review("lead", "COMMENTED", &head)], ""),
            false,
        ),
        (
            "comment after",
            approvals(
                &head,
                "me",
                &[yes("lead"), review("lead", "COMMENTED", &head)],
                "",
            ),
            true,
        ),
        (
            "changes after",
            approvals(
                &head,
                "me",
                &[yes("lead"), review("lead", "CHANGES_REQUESTED", &head)],
                "",
            ),
            false,
        ),
        (
            "dismissed",
            approvals(&head, "me", &[review("lead", "DISMISSED", &head)], ""),
            false,
        ),
        (
            "again",
            approvals(
                &head,
                "me",
                &[review("lead", "CHANGES_REQUESTED", &base), yes("lead")],
                "",
            ),
            true,
        ),
        (
            "team of another file",
            approvals(&head, "me", &[yes("dana")], teams),
            false,
        ),
    ] {
        outside.file("approvals.json", &text);
        let answer = concise(&folder, &["--policy-from", &base, "--approvals", file]);
        assert_eq!(
            answer.code,
            if clears { 0 } else { 3 },
            "{name}: {}",
            answer.shown()
        );
        if clears {
            answer
                .says(
                    "approved: servelint.toml:2:1: escalation[policy-weakened] `policy.confidence`",
                )
                .says("(approved by lead)");
            answer.says("1 approved");
        }
        if name == "stale file" {
            answer.says(&format!(
                "it is about commit {base}, and {head} is checked out: it clears nothing"
            ));
        }
    }
    outside.file("approvals.json", approvals(&head, "me", &[yes("lead")], ""));
    let json = run(
        &folder,
        &[
            "--policy-from",
            &base,
            "--approvals",
            file,
            "--format",
            "json",
        ],
    );
    json.exits(0)
        .says("\"kind\": \"approval\"")
        .says("\"by\": \"lead\"")
        .says("\"approved\": 1");
    // Another text than the one that was approved.
    folder.file("servelint.toml", BASE.replace("0.95", "0.5"));
    concise(&folder, &["--policy-from", &base, "--approvals", file]).exits(3);
}

#[test]
fn a_team_clears_with_its_members() {
    let folder = repository(&[
        ("servelint.toml", BASE),
        ("team/servelint.toml", "[policy]\nconfidence = 0.99\n"),
        ("team/b.yaml", GOOD),
    ]);
    let base = git::git(&folder.path, &["rev-parse", "HEAD"]);
    folder.file("team/servelint.toml", "[policy]\nconfidence = 0.98\n");
    let head = git::commit(&folder.path, "change");
    let outside = Folder::new();
    let file = outside.path.join("approvals.json");
    let file = file.to_str().expect("UTF-8");
    let yes = [review("dana", "APPROVED", &head)];
    for (teams, code) in [
        ("", 3),
        (", \"teams\": {\"@org/team\": [\"dana\"]}", 0),
        (", \"teams\": {\"@org/other\": [\"dana\"]}", 3),
    ] {
        outside.file("approvals.json", approvals(&head, "me", &yes, teams));
        concise(
            &folder,
            &["--policy-from", &base, "--approvals", file, "team"],
        )
        .exits(code);
    }
}

/// What owners accepted is in effect: a waiver could otherwise never be merged with what it excuses.
#[test]
fn an_approved_policy_judges() {
    let folder = repository(&[("servelint.toml", "# ours\n")]);
    let base = git::git(&folder.path, &["rev-parse", "HEAD"]);
    folder.file("a.yaml", bad()).file(
        "servelint.toml",
        "[[waivers]]\nrule = \"timeouts-order\"\npath = \"a.yaml\"\nowner = \"me\"\nreason = \"mended in October\"\nexpires = \"2026-10-20\"\n",
    );
    let head = git::commit(&folder.path, "change");
    let outside = Folder::new();
    let file = outside.path.join("approvals.json");
    let file = file.to_str().expect("UTF-8");
    concise(&folder, &["--policy-from", &base]).exits(1);
    outside.file(
        "approvals.json",
        approvals(&head, "me", &[review("lead", "APPROVED", &head)], ""),
    );
    concise(&folder, &["--policy-from", &base, "--approvals", file])
        .exits(0)
        .says("waived: a.yaml")
        .says("approved: servelint.toml");
}

#[test]
fn approvals_of_the_change_itself_are_refused() {
    let (folder, outside, base) = weakened();
    let head = git::git(&folder.path, &["rev-parse", "HEAD"]);
    let text = approvals(&head, "me", &[review("lead", "APPROVED", &head)], "");
    folder.file("ok.json", &text).file(".git/ok.json", &text);
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path.join("ok.json"), outside.path.join("link.json"))
        .expect("a link");
    let link = outside.path.join("link.json");
    for path in [
        "ok.json",
        ".git/ok.json",
        "./team/../ok.json",
        link.to_str().expect("UTF-8"),
    ] {
        concise(&folder, &["--policy-from", &base, "--approvals", path])
            .exits(2)
            .says("lie in the repository that is checked");
    }
    for (text, says) in [
        ("", "EOF"),
        ("{}", "missing field `head`"),
        (
            r#"{"head": "abc", "author": "me", "reviews": []}"#,
            "`abc` is no full commit id",
        ),
        (&approvals(&head, " @", &[], ""), "`author` is empty"),
        (
            &approvals(&head, "me", &[review("lead", "approved", &head)], ""),
            "unknown variant",
        ),
        (
            &approvals(&head, "me", &[], ", \"x\": 1"),
            "unknown field `x`",
        ),
    ] {
        outside.file("bad.json", text);
        let path = outside.path.join("bad.json");
        concise(
            &folder,
            &[
                "--policy-from",
                &base,
                "--approvals",
                path.to_str().expect("UTF-8"),
            ],
        )
        .exits(2)
        .says(says);
    }
    concise(&folder, &["--approvals", "x"])
        .exits(2)
        .says("--policy-from");
    concise(
        &folder,
        &["--policy-from", &base, "--approvals", "/nowhere/x.json"],
    )
    .exits(2)
    .says("cannot read the approvals");
}

/// Owners that are gone are reported where they were.
#[test]
fn a_file_of_owners_that_is_gone_is_named() {
    let folder = repository(&[("CODEOWNERS", "* @lead\n")]);
    fs::remove_file(folder.path.join(".github/CODEOWNERS")).expect("removed");
    git::commit(&folder.path, "at the root");
    fs::remove_file(folder.path.join("CODEOWNERS")).expect("removed");
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(3)
        .says("CODEOWNERS:1:1: escalation[policy-weakened] the owners of CODEOWNERS")
        .keeps_quiet_about(".github");
}

#[test]
fn without_owners_at_the_base_nobody_clears() {
    let folder = repository(&[("servelint.toml", "[policy]\nconfidence = 0.95\n")]);
    fs::remove_file(folder.path.join(".github/CODEOWNERS")).expect("removed");
    let base = git::commit(&folder.path, "no owners");
    folder
        .file("servelint.toml", "[policy]\nconfidence = 0.6\n")
        .file(".github/CODEOWNERS", "* @lead\n");
    let head = git::commit(&folder.path, "change");
    let outside = Folder::new();
    outside.file(
        "approvals.json",
        approvals(&head, "me", &[review("lead", "APPROVED", &head)], ""),
    );
    let file = outside.path.join("approvals.json");
    concise(
        &folder,
        &[
            "--policy-from",
            &base,
            "--approvals",
            file.to_str().expect("UTF-8"),
        ],
    )
    .exits(3)
    // They are as new as the policy, and nobody was there before them.
    .says("escalation[policy-weakened] the owners of .github/CODEOWNERS, a.yaml, servelint.toml change: `[]` becomes `[@lead]`");
}

#[test]
fn the_first_owners_of_files_that_judge_are_reported() {
    let folder = repository(&[("servelint.toml", "")]);
    fs::remove_file(folder.path.join(".github/CODEOWNERS")).expect("removed");
    git::commit(&folder.path, "no owners");
    // Owners of what nothing is judged by decide nothing.
    folder.file("CODEOWNERS", "/docs/ @writer\n");
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(0)
        .keeps_quiet_about("owners");
    folder.file("CODEOWNERS", "/servelint.toml @me\n");
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(3)
        .says("CODEOWNERS:1:1: escalation[policy-weakened] the owners of servelint.toml change: `[]` becomes `[@me]`");
    // So does a row for what had none.
    let folder = repository(&[
        ("servelint.toml", ""),
        (".github/CODEOWNERS", "/docs/ @lead\n"),
    ]);
    folder.file(".github/CODEOWNERS", "/docs/ @lead\n/a.yaml @me\n");
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(3)
        .says("the owners of a.yaml change: `[]` becomes `[@me]`");
}

#[test]
fn a_first_policy_names_the_people_that_it_brings() {
    let folder = repository(&[]);
    fs::remove_file(folder.path.join(".github/CODEOWNERS")).expect("removed");
    git::commit(&folder.path, "nothing");
    folder.file("CODEOWNERS", "* @me\n").file(
        "servelint.toml",
        "[policy]\napproversMustOwn = true\n[approvers]\ncto = [\"me\"]\n",
    );
    let out = Folder::new();
    let words = by_the_base_in_every_format(&out);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    concise(&folder, &words)
        .exits(0)
        .says("policy: new")
        .says("not checked: servelint.toml: it is the first policy, which the change itself brings: `approvers.cto` is [me]")
        .says("not checked: CODEOWNERS: it names the first owners, whom the change itself brings: [@me] of ");
    for format in FORMATS {
        let text = out.read(format);
        assert!(text.contains("first policy"), "{format}: {text}");
        assert!(text.contains("first owners"), "{format}: {text}");
    }
}

/// A repository that the change adds is no boundary: what stands above it still decides.
#[test]
fn a_submodule_of_the_change_is_judged_by_the_base() {
    let folder = repository(&[(
        "servelint.toml",
        "[[severity]]\ncategory = \"slo\"\nlevel = \"error\"\n",
    )]);
    let other = Folder::with(&[
        ("b.yaml", &bad().replace("feed-ranker", "b")),
        ("servelint.toml", "[check]\nignore = [\"timeouts-order\"]\n"),
    ]);
    git::init(&other.path);
    git::commit(&other.path, "other");
    let url = other.path.to_string_lossy();
    git::git(&folder.path, &["submodule", "--quiet", "add", &url, "sub"]);
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(1)
        .says("sub/b.yaml:")
        .says("error[timeouts-order]")
        .says("sub/servelint.toml:1:1: escalation[policy-weakened] a servelint.toml appears");
}

#[test]
fn what_the_base_leaves_out_stays_out() {
    let folder = repository(&[
        ("servelint.toml", "[check]\nexclude = [\"old/**\"]\n"),
        ("old/b.yaml", &bad()),
    ]);
    folder.file(".gitignore", "old/\n");
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(0)
        .keeps_quiet_about("policy-weakened");
}

#[test]
fn a_named_configuration_of_the_repository_is_that_of_the_base() {
    let folder = repository(&[("ci/strict.toml", "[policy]\nconfidence = 0.95\n")]);
    folder
        .file(
            "ci/strict.toml",
            "[policy]\nconfidence = 0.6\n[check]\nignore = [\"timeouts-order\"]\n",
        )
        .file("a.yaml", bad());
    concise(
        &folder,
        &["--policy-from", "HEAD", "--config", "ci/strict.toml"],
    )
    .exits(1)
    .says("error[timeouts-order]")
    .says("ci/strict.toml:2:1: escalation[policy-weakened] `policy.confidence`")
    .keeps_quiet_about("inherited");
    // Nor is another file of the base that a link leads to.
    let linked = repository(&[
        ("ci/strict.toml", "# ours\n"),
        ("weak.toml", "[check]\nignore = [\"timeouts-order\"]\n"),
    ]);
    fs::remove_file(linked.path.join("ci/strict.toml")).expect("removed");
    std::os::unix::fs::symlink("../weak.toml", linked.path.join("ci/strict.toml")).expect("a link");
    linked.file("a.yaml", bad());
    concise(
        &linked,
        &["--policy-from", "HEAD", "--config", "ci/strict.toml"],
    )
    .exits(1)
    .says("error[timeouts-order]")
    .says("`check.ignore` switches off timeouts-order");
    // One from elsewhere is no part of the change.
    let outside = Folder::with(&[("own.toml", "[check]\nignore = [\"timeouts-order\"]\n")]);
    let file = outside.path.join("own.toml");
    concise(
        &folder,
        &[
            "--policy-from",
            "HEAD",
            "--config",
            file.to_str().expect("UTF-8"),
        ],
    )
    .exits(0)
    .keeps_quiet_about("policy-weakened");
    // A baseline that is named is that of the base as well.
    let folder = repository(&[("known.json", &known(&['a']))]);
    folder.file("known.json", known(&['a', 'b']));
    concise(
        &folder,
        &["--policy-from", "HEAD", "--baseline", "known.json"],
    )
    .exits(3)
    .says("known.json:1:212: escalation[policy-weakened] the baseline gains");
}

#[test]
fn odd_files_of_the_base_are_read_as_they_were() {
    // A link at the base, and a file in its place.
    let folder = repository(&[("shared/policy.toml", "[policy]\nconfidence = 0.95\n")]);
    std::os::unix::fs::symlink("shared/policy.toml", folder.path.join("servelint.toml"))
        .expect("a link");
    git::commit(&folder.path, "a link");
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(0)
        .says("policy: HEAD");
    folder.file("shared/policy.toml", "[policy]\nconfidence = 0.6\n");
    concise(&folder, &["--policy-from", "HEAD"])
        .exits(3)
        .says("`policy.confidence` is loosened");
    // One that leads out of the repository, in circles or nowhere tells nothing.
    for target in [
        "../../../etc/hostname",
        "servelint.toml",
        "nowhere",
        "/etc/hostname",
    ] {
        let folder = repository(&[]);
        let link = folder.path.join("servelint.toml");
        std::os::unix::fs::symlink(target, &link).expect("a link");
        git::commit(&folder.path, "a link");
        fs::remove_file(&link).expect("removed");
        folder.file("servelint.toml", "");
        concise(&folder, &["--policy-from", "HEAD"])
            .exits(3)
            .says("policy: new")
            .says("cannot be used, so that of the change is");
    }
    let folder = repository(&[("servelint.toml", "")]);
    fs::remove_file(folder.path.join("servelint.toml")).expect("removed");
    fs::create_dir(folder.path.join("servelint.toml")).expect("a folder");
    concise(&folder, &["--policy-from", "HEAD"]).exits(2);
}

#[test]
fn the_example_of_the_docs_fits_the_schema() {
    let root = std::path::Path::new(crate::common::ROOT);
    let page = fs::read_to_string(root.join("docs/trust.md")).expect("the page");
    let example = page
        .split("```json\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let example: serde_json::Value =
        serde_json::from_str(example.expect("an example")).expect("JSON");
    let schema = fs::read_to_string(root.join("schemas/approvals/v1.json")).expect("the schema");
    let schema = serde_json::from_str(&schema).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    assert!(schema.is_valid(&example));
    let mut broken = example.clone();
    broken["reviews"][0]["state"] = "approved".into();
    assert!(!schema.is_valid(&broken));
    let (folder, outside, base) = weakened();
    outside.file("x.json", example.to_string());
    let file = outside.path.join("x.json");
    concise(
        &folder,
        &[
            "--policy-from",
            &base,
            "--approvals",
            file.to_str().expect("UTF-8"),
        ],
    )
    .exits(3)
    .says("it clears nothing");
}

/// A link does not hand a file to other owners, nor another file to the base.
#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_a_policy_changes_neither_owner_nor_base() {
    let baseline = "[check]\nbaseline = \"known.json\"\n";
    let folder = repository(&[
        ("servelint.toml", baseline),
        ("known.json", &known(&['a'])),
        (".github/CODEOWNERS", "* @lead\n/team/ @friend\n"),
    ]);
    let base = git::git(&folder.path, &["rev-parse", "HEAD"]);
    let outside = Folder::with(&[("more.json", &known(&['a', 'b', 'c']))]);
    for (target, name) in [
        ("team/x.toml".into(), "servelint.toml"),
        (outside.path.join("more.json"), "known.json"),
    ] {
        fs::remove_file(folder.path.join(name)).expect("removed");
        std::os::unix::fs::symlink(target, folder.path.join(name)).expect("a link");
    }
    let config = baseline.to_owned() + "[policy]\nconfidence = 0.6\n";
    folder.file("team/x.toml", config);
    let head = git::commit(&folder.path, "change");
    let file = outside.path.join("approvals.json");
    let run = |by: &str| {
        outside.file(
            "approvals.json",
            approvals(&head, "me", &[review(by, "APPROVED", &head)], ""),
        );
        concise(
            &folder,
            &[
                "--policy-from",
                &base,
                "--approvals",
                file.to_str().expect("UTF-8"),
            ],
        )
    };
    run("friend")
        .exits(3)
        .says("servelint.toml:4:1: escalation[policy-weakened] `policy.confidence` is loosened")
        .says("escalation[policy-weakened] the baseline gains slo-on-mean in a.yaml, slo-on-mean in a.yaml")
        .keeps_quiet_about("approved: ");
    run("lead").exits(0).says("2 approved");
}
