//! `[[schemas]]`: custom resources against the definitions that a team points at.

use super::run::{Folder, GOOD};

const CONFIG: &str = "[[schemas]]\ncrd = \"crds/*.yaml\"\n";

const CRD: &str = include_str!("crd.yaml");

const WIDGET: &str = "\
apiVersion: acme.example/v1
kind: ModelPool
metadata:
  name: ranker
  labels: {any: thing}
spec:
  replicas: 3
  port: http
  mode: warm
  tags: {a: b}
  extra: {x: {y: 1}}
  note: null
status: {whatever: 1}
";

fn project(object: &str) -> Folder {
    Folder::with(&[
        ("servelint.toml", CONFIG),
        ("crds/pool.yaml", CRD),
        ("pool.yaml", object),
    ])
}

#[test]
fn an_object_that_fits_is_counted_as_checked_and_what_is_left_open_is_said() {
    let answer = project(WIDGET).check(&[]);
    answer
        .exits(0)
        .keeps_quiet_about("servelint does not read")
        .keeps_quiet_about("CustomResourceDefinition");
    answer.says("not checked: acme.example/v1 ModelPool: no rule is about this kind: its objects were checked against their CRD only");
    answer.says(
        "not checked: acme.example/v1 ModelPool: 1 validation rule of its CRD is written in CEL",
    );
    answer.says(
        "the pattern `^(?=a)b$` of its CRD is no regular expression that runs in linear time",
    );
    answer.says("its CRD names formats that are not checked: `duration`");
    assert_eq!(answer.out.matches("CEL").count(), 1, "{}", answer.shown());
}

#[test]
fn what_a_definition_refuses_is_found_at_its_characters() {
    let mut shown = String::new();
    for (from, to) in [
        ("replicas: 3", "replica: 3"),
        ("replicas: 3", "replicas: many"),
        ("replicas: 3", "replicas: 0"),
        ("replicas: 3", "replicas: 4294967296"),
        ("  replicas: 3\n", ""),
        ("replicas: 3", "replicas:"),
        ("port: http", "port: 80"),
        ("port: http", "port: 8.5"),
        ("port: http", "port: Http"),
        ("mode: warm", "mode: wram"),
        ("mode: warm", "mode: 3"),
        ("mode: warm", "mode: warm\n  level: 7"),
        ("tags: {a: b}", "tags: {a: 1}"),
        ("tags: {a: b}", "tags: {}"),
        ("note: null", "note: 3"),
        ("note: null", "note: abcdef"),
        (
            "note: null",
            "template: {apiVersion: v1, kind: Pod, metadata: {a: 1}, spec: {b: 1}}",
        ),
        ("note: null", "template: {kind: Pod}"),
        ("note: null", "volumes: [{name: a, siez: 1}]"),
        ("note: null", "hosts: [a, a]"),
        ("note: null", "one: {a: 1, b: 1}"),
        ("metadata:", "specs: {}\nmetadata:"),
        ("spec:\n", "spec: []\nignored:\n"),
        ("acme.example/v1", "acme.example/v1alpha1"),
        ("acme.example/v1", "acme.example/v3"),
    ] {
        assert!(WIDGET.contains(from), "{from}");
        let answer = project(&WIDGET.replacen(from, to, 1)).check(&[]);
        let found: Vec<&str> = answer
            .out
            .lines()
            .filter(|line| line.starts_with("pool.yaml:"))
            .collect();
        shown.push_str(&format!(
            "##### {from:?} -> {to:?}: exit {}\n{}\n",
            answer.code,
            found.join("\n")
        ));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn a_misspelt_field_is_mended_and_a_waiver_holds() {
    let folder = project(&WIDGET.replace("replicas: 3", "replcias: 3"));
    folder
        .check(&["pool.yaml"])
        .exits(1)
        .says("pool.yaml:7:3: error[unknown-field] unknown field `replcias` in `spec`");
    folder.run(&["check", "--fix", "pool.yaml"]).exits(0);
    assert_eq!(folder.read("pool.yaml"), WIDGET);
    let waived = "  # servelint: allow[unknown-field] until=2026-12-01 by=dana reason=\"the operator reads it\"\n  odd: 1\n  replicas: 3";
    project(&WIDGET.replace("  replicas: 3", waived))
        .check(&[])
        .exits(0)
        .says("1 waived");
}

#[test]
fn a_kind_that_is_read_is_held_against_its_definition_as_well() {
    let crd = CRD
        .replace("acme.example", "ray.io")
        .replace("ModelPool", "RayService")
        .replace(
            "replicas: {type: integer",
            "serveConfigV2: {type: string}\n                replicas: {type: integer",
        );
    let object = "apiVersion: ray.io/v1\nkind: RayService\nmetadata: {name: a}\nspec:\n  replicas: 1\n  odd: 1\n  serveConfigV2: |\n    applications: []\n";
    let files = [
        ("servelint.toml", CONFIG),
        ("crds/ray.yaml", &*crd),
        ("ray.yaml", object),
    ];
    let answer = Folder::with(&files).check(&[]);
    answer
        .exits(1)
        .says("ray.yaml:6:3: error[unknown-field] unknown field `odd` in `spec`");
    // The text was checked as the text that it is, before it was opened.
    answer
        .keeps_quiet_about("serveConfigV2")
        .says("ray.io/v1 RayService: 1 validation rule of its CRD");
    answer.says("verdict: a not-reviewed: 1 error");
}

#[test]
fn what_no_service_claims_is_refused_all_the_same() {
    let crd = CRD
        .replace("acme.example", "argoproj.io")
        .replace("ModelPool", "AnalysisTemplate")
        .replace("name: v1\n", "name: v1alpha1\n")
        .replace(
            "name: v1alpha1\n      served: false",
            "name: v0\n      served: false",
        );
    let object = "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: a}\nspec:\n  replicas: 1\n  odd: 1\n";
    let files = [
        ("servelint.toml", CONFIG),
        ("crds/a.yaml", &*crd),
        ("a.yaml", object),
    ];
    Folder::with(&files)
        .check(&[])
        .exits(1)
        .says("a.yaml:6:3: error[unknown-field] unknown field `odd`");
}

#[test]
fn definitions_that_cannot_be_used_stop_the_run() {
    let mut shown = String::new();
    let mut show = |what: &str, folder: &Folder| {
        let answer = folder.check(&[]);
        answer.exits(2);
        assert_eq!(answer.out, "", "{what}");
        shown.push_str(&format!("##### {what}\n{}\n", answer.err));
    };
    for (from, to) in [
        ("group: acme.example", "gruop: acme.example"),
        ("group: acme.example", "group: 3"),
        ("    kind: ModelPool", "    kinds: ModelPool"),
        ("served: true", "served: sure"),
        ("{type: integer, format: int32", "{type: int, format: int32"),
        ("minimum: 1", "minimum: one"),
        ("maxLength: 5", "maxLength: -1"),
        ("required: [replicas]", "required: replicas"),
        ("enum: [warm, cold]", "enum: warm"),
        ("openAPIV3Schema:", "openAPISchema:"),
        ("format: duration", "$ref: \"#/x\""),
        ("properties:", "properties: ["),
        ("group: acme.example", "group: {{ .Values.group }}"),
    ] {
        assert!(CRD.contains(from), "{from}");
        let folder = project(WIDGET);
        folder.file("crds/pool.yaml", CRD.replacen(from, to, 1));
        show(&format!("{from:?} -> {to:?}"), &folder);
    }
    let folder = project(WIDGET);
    show("defined twice", folder.file("crds/twice.yaml", CRD));
    show(
        "no file",
        &Folder::with(&[("servelint.toml", CONFIG), ("pool.yaml", WIDGET)]),
    );
    let other = [
        ("servelint.toml", CONFIG),
        ("crds/a.yaml", "a: 1\n"),
        ("pool.yaml", WIDGET),
    ];
    show("no definition", &Folder::with(&other));
    show(
        "not text",
        project(WIDGET).file("crds/pool.yaml", b"\xff\xfe\xff"),
    );
    insta::assert_snapshot!(shown);
}

#[test]
fn a_file_beside_the_definitions_that_holds_none_is_named() {
    let folder = project(WIDGET);
    folder.file("crds/kustomization.yaml", "resources: [pool.yaml]\n");
    folder.check(&[]).exits(0).says(
        "not checked: crds/kustomization.yaml: `[[schemas]]` in servelint.toml names it, and it holds no CustomResourceDefinition",
    );
}

#[cfg(unix)]
#[test]
fn links_out_of_the_project_are_refused() {
    let outside = Folder::with(&[("crds/pool.yaml", CRD)]);
    let link = |from: &std::path::Path, to: &str| {
        let folder = Folder::with(&[
            ("servelint.toml", CONFIG),
            ("pool.yaml", WIDGET),
            ("in/x.yaml", CRD),
        ]);
        let to = folder.path.join(to);
        std::fs::create_dir_all(to.parent().expect("a parent")).expect("a folder");
        std::os::unix::fs::symlink(from, &to).expect("a link");
        folder
    };
    for (from, to) in [
        (outside.path.join("crds"), "crds"),
        (outside.path.join("crds/pool.yaml"), "crds/a.yaml"),
    ] {
        let answer = link(&from, to).check(&["pool.yaml"]);
        answer
            .exits(2)
            .says("a symbolic link leads out of the project")
            .keeps_quiet_about("ModelPool");
    }
    link(std::path::Path::new("nowhere"), "crds/a.yaml")
        .check(&[])
        .exits(2)
        .says("leads nowhere");
    link(std::path::Path::new("../in/x.yaml"), "crds/a.yaml")
        .check(&["pool.yaml"])
        .exits(0);
}

#[test]
fn the_older_shape_lists_several_documents_and_other_versions_are_read() {
    let old = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: apiextensions.k8s.io/v1beta1\n  kind: CustomResourceDefinition\n  metadata: {name: as.acme.example}\n  spec:\n    group: acme.example\n    version: v1\n    names: {kind: A, plural: as}\n    validation:\n      openAPIV3Schema:\n        properties: {spec: {properties: {size: {type: integer}}}}\n---\napiVersion: v1\nkind: ConfigMap\n";
    let folder = Folder::with(&[("servelint.toml", CONFIG), ("crds/a.yaml", old)]);
    folder.file(
        "a.yaml",
        "apiVersion: acme.example/v1\nkind: A\nspec: {size: 1, other: 2}\n",
    );
    folder
        .check(&["a.yaml"])
        .exits(0)
        .says("were checked against their CRD only");
    folder.file(
        "a.yaml",
        "apiVersion: acme.example/v1\nkind: A\nspec: {size: x}\n",
    );
    folder
        .check(&["a.yaml"])
        .exits(1)
        .says("a.yaml:3:14: error[schema-valid] `size` must be a whole number");
    folder.file(
        "crds/a.yaml",
        old.replace(
            "    version: v1\n",
            "    version: v1\n    preserveUnknownFields: false\n",
        ),
    );
    folder.file(
        "a.yaml",
        "apiVersion: acme.example/v1\nkind: A\nspec: {size: 1, other: 2}\n",
    );
    folder
        .check(&["a.yaml"])
        .exits(1)
        .says("unknown field `other` in `spec`");
}

/// The API server drops such a null, fills in defaults, and then looks for what is required.
#[test]
fn a_null_in_a_required_field_is_no_value() {
    let folder = project(&WIDGET.replace("replicas: 3", "replicas:"));
    folder
        .check(&[])
        .exits(1)
        .says("pool.yaml:7:3: error[schema-valid] `spec` lacks `replicas`");
    let filled = CRD.replace(
        "minimum: 1, description",
        "minimum: 1, default: 2, description",
    );
    assert_ne!(filled, CRD);
    folder.file("crds/pool.yaml", filled);
    folder.check(&[]).exits(0);
    folder.file("pool.yaml", WIDGET.replace("  replicas: 3\n", ""));
    folder.check(&[]).exits(0);
}

#[test]
fn other_groups_and_projects_are_left_alone() {
    let folder = project(&WIDGET.replace("acme.example", "acme.test"));
    folder.file("good.yaml", GOOD);
    folder
        .check(&[])
        .exits(0)
        .says("1 document of 1 kind that servelint does not read: acme.test/v1 ModelPool (1)");
    folder
        .file("sub/servelint.toml", "root = true\n")
        .file("sub/pool.yaml", WIDGET.replace("replicas: 3", "nothing: 1"));
    folder.check(&[]).exits(0).says(
        "2 documents of 2 kinds that servelint does not read: acme.example/v1 ModelPool (1), acme.test/v1 ModelPool (1)",
    );
}

#[test]
fn the_settings_in_effect_name_the_definitions() {
    let answer = project(WIDGET).run(&["config"]);
    answer
        .exits(0)
        .says("schemas[0].crd = \"crds/*.yaml\"")
        .says("servelint.toml:1");
}
