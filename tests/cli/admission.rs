//! What a cluster is answered about an object.

use super::run::{Answer, DAY, Folder, Setting};
use serde_json::{Value as Json, json};

const UID: &str = "705ab4f5-6393-11e8-b7cc-42010a800002";

/// A manifest with an error, a warning, and the fields that a live object has.
fn bad() -> Json {
    json!({
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {
            "name": "ranker", "namespace": "prod", "uid": "5b8e", "resourceVersion": "11", "generation": 2,
            "creationTimestamp": "2026-10-01T00:00:00Z",
            "managedFields": [{"manager": "kubectl", "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {}}}],
        },
        "spec": {"predictor": {
            "minReplicas": 2, "maxReplicas": 4, "containerConcurrency": 4,
            "containers": [{"name": "kserve-container", "image": "example.com/ranker:latest"}],
        }},
        "status": {"conditions": []},
    })
}

fn good() -> Json {
    let mut object = bad();
    let digest = "0a".repeat(32);
    object["spec"]["predictor"]["containers"][0]["image"] =
        format!("example.com/ranker@sha256:{digest}").into();
    if let Some(predictor) = object["spec"]["predictor"].as_object_mut() {
        predictor.remove("containerConcurrency");
    }
    object
}

fn review(request: Json) -> String {
    json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request})
        .to_string()
}

fn created(object: &Json) -> String {
    review(json!({"uid": UID, "operation": "CREATE", "object": object, "oldObject": null}))
}

fn answered(folder: &Folder, stdin: &str, words: &[&str]) -> Answer {
    let setting = Setting {
        stdin: stdin.as_bytes(),
        ..Setting::default()
    };
    folder.run_as(&[&["admission", "--as-of", DAY], words].concat(), &setting)
}

#[track_caller]
fn response(folder: &Folder, stdin: &str, words: &[&str]) -> Json {
    let answer = answered(folder, stdin, words);
    assert_eq!((answer.code, answer.err.as_str()), (0, ""), "{answer:?}");
    let review: Json = serde_json::from_str(&answer.out).expect("JSON");
    assert_eq!(review["apiVersion"], "admission.k8s.io/v1");
    assert_eq!(review["kind"], "AdmissionReview");
    review["response"].clone()
}

#[test]
fn errors_deny_and_warnings_warn_in_the_words_of_check() {
    let folder = Folder::new();
    let response = response(&folder, &created(&bad()), &[]);
    assert_eq!(response["uid"], UID);
    assert_eq!(response["allowed"], false);
    assert_eq!(response["status"]["code"], 403);
    folder.file("ranker.json", bad().to_string());
    let checked = folder.run(&[
        "check",
        "ranker.json",
        "--isolated",
        "--as-of",
        DAY,
        "--format",
        "json",
    ]);
    let report: Json = serde_json::from_str(&checked.out).expect("JSON");
    let denied = response["status"]["message"].as_str().expect("a message");
    let warnings = response["warnings"].as_array().expect("warnings");
    let findings = report["findings"].as_array().expect("findings");
    assert!(findings.len() > 1, "{checked:?}");
    for finding in findings {
        let (rule, message) = (&finding["rule"], &finding["message"]);
        let [rule, message] = [rule, message].map(|text| text.as_str().expect("a text"));
        match finding["severity"].as_str() {
            Some("error" | "escalation") => {
                let pointer = finding["pointer"].as_str().expect("a pointer");
                assert!(
                    denied.contains(&format!("{rule} at {pointer}: {message}")),
                    "{denied}"
                );
            }
            Some("warning") => {
                let begins = |text: &Json| {
                    let text = text.as_str().expect("a text").trim_end_matches("...");
                    format!("{rule}: {message}").starts_with(text)
                };
                assert!(warnings.iter().any(begins), "{warnings:?}");
            }
            _ => assert!(!denied.contains(rule), "{denied}"),
        }
    }
    assert!(
        warnings
            .iter()
            .all(|text| text.as_str().expect("a text").chars().count() <= 120)
    );
}

#[test]
fn what_has_no_finding_enters() {
    let response = response(&Folder::new(), &created(&good()), &[]);
    assert_eq!(response["allowed"], true, "{response}");
    assert!(response.get("status").is_none(), "{response}");
}

#[test]
fn the_level_decides_what_denies() {
    let folder = Folder::new();
    let allowed = |level: &str| response(&folder, &created(&bad()), &["--fail-on", level]);
    let never = allowed("never");
    assert_eq!(never["allowed"], true);
    assert!(
        never["warnings"].to_string().contains("image-not-pinned"),
        "{never}"
    );
    let warning = allowed("warning");
    assert!(
        warning["status"]["message"]
            .to_string()
            .contains("field-ignored-in-mode"),
        "{warning}"
    );
}

#[test]
fn what_goes_and_what_is_only_a_part_is_not_judged() {
    let folder = Folder::new();
    let mut going = bad();
    going["metadata"]["deletionTimestamp"] = "2026-10-09T00:00:00Z".into();
    for request in [
        json!({"uid": UID, "operation": "DELETE", "object": null, "oldObject": bad()}),
        json!({"uid": UID, "operation": "CONNECT", "object": bad()}),
        json!({"uid": UID, "operation": "UPDATE", "subResource": "status", "object": bad()}),
        // An object that is being deleted must be able to let go of its finalizers.
        json!({"uid": UID, "operation": "UPDATE", "object": going, "oldObject": going}),
    ] {
        let response = response(&folder, &review(request), &[]);
        assert_eq!(response, json!({"uid": UID, "allowed": true}));
    }
    // The author of a new object writes what they like.
    let mut forged = bad();
    forged["metadata"]["deletionTimestamp"] = "2026-10-09T00:00:00Z".into();
    let response = response(&folder, &created(&forged), &[]);
    assert_eq!(response["allowed"], false, "{response}");
}

#[test]
#[expect(clippy::too_many_lines, reason = "most of it is a table of cases")]
fn what_cannot_be_judged_is_denied_or_allowed_with_the_reason() {
    let folder = Folder::with(&[("broken/servelint.toml", "[check]\nprofiel = 1\n")]);
    let object = |text: &str| created(&serde_json::from_str(text).expect("JSON"));
    let crowd: Vec<Json> = (0..12_000)
        .map(|at| json!({"name": format!("c{at}")}))
        .collect();
    let mut crowded = bad();
    crowded["spec"]["predictor"]["containers"] = crowd.into();
    for (stdin, words, reason) in [
        (
            review(json!({"uid": UID, "operation": "CREATE"})),
            &[][..],
            "the request has no object",
        ),
        (
            review(json!({"uid": UID, "operation": "CREATE", "object": null})),
            &[],
            "the request has no object",
        ),
        (
            review(json!({"uid": UID, "operation": "CREATE", "object": {}})),
            &[],
            "no `apiVersion` and `kind`",
        ),
        (
            review(json!({"uid": UID, "operation": "CREATE", "object": [1]})),
            &[],
            "no `apiVersion` and `kind`",
        ),
        (
            review(json!({"uid": UID, "operation": "PATCH", "object": bad()})),
            &[],
            "the operation is unknown",
        ),
        (
            review(json!({"uid": UID, "object": bad()})),
            &[],
            "the operation is unknown",
        ),
        (
            object("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"x\"}}"),
            &[],
            "v1 ConfigMap",
        ),
        (
            object("{\"apiVersion\":\"servelint/v1alpha1\",\"kind\":\"ServingSpec\"}"),
            &[],
            "no objects of a cluster",
        ),
        (
            object("{\"apiVersion\":\"argoproj.io/v1alpha1\",\"kind\":\"Application\"}"),
            &[],
            "nothing in it is known",
        ),
        (created(&bad()), &["broken"], "unknown key `profiel`"),
    ] {
        let denied = response(&folder, &stdin, words);
        assert_eq!(
            (&denied["uid"], &denied["allowed"]),
            (&json!(UID), &json!(false)),
            "{denied}"
        );
        assert_eq!(denied["status"]["code"], 500, "{denied}");
        assert!(
            denied["status"]["message"].to_string().contains(reason),
            "{reason}: {denied}"
        );
        let allowed = response(&folder, &stdin, &[words, &["--on-error", "allow"]].concat());
        assert_eq!(allowed["allowed"], true, "{allowed}");
        let warnings = allowed["warnings"].as_array().expect("warnings");
        assert_eq!(warnings.len(), 1, "{allowed}");
        assert!(
            warnings[0].as_str().expect("a text").chars().count() <= 120,
            "{allowed}"
        );
    }
    // Too much to be judged is an error of the object, not a reason to let it in.
    let denied = response(&folder, &created(&crowded), &["--on-error", "allow"]);
    assert_eq!(denied["allowed"], false, "{denied}");
    assert!(
        denied["status"]["message"].as_str().expect("a text").len() < 6_000,
        "{denied}"
    );
}

#[test]
fn what_belongs_to_no_model_server_enters_and_is_named_as_not_judged() {
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "prod"},
        "spec": {
            "selector": {"matchLabels": {"a": "b"}},
            "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "web", "image": "nginx:latest"}]}},
        },
    });
    let response = response(&Folder::new(), &created(&deployment), &[]);
    assert_eq!(response["allowed"], true, "{response}");
    assert!(
        response["warnings"][0]
            .to_string()
            .contains("did not judge"),
        "{response}"
    );
}

#[test]
fn what_is_no_review_is_refused() {
    let folder = Folder::new();
    let version = |text: &str| created(&bad()).replace("admission.k8s.io/v1", text);
    let deep = created(&bad()).replace("{\"conditions\":[]}", &"[".repeat(50_000));
    let long = format!("{{\"apiVersion\":\"{}\"}}", "x".repeat(11_000_000));
    for (stdin, message) in [
        (String::new(), "standard input is no AdmissionReview: EOF"),
        ("null".into(), "standard input is no AdmissionReview"),
        ("{}".into(), "it is ``, kind ``"),
        ("[1]".into(), "standard input is no AdmissionReview"),
        (
            version("admission.k8s.io/v1beta1"),
            "it is `admission.k8s.io/v1beta1`",
        ),
        (version("\\u001b[2J"), "it is `\\u{1b}[2J`"),
        (
            created(&bad()).replace("\"AdmissionReview\"", "\"Pod\""),
            "kind `Pod`",
        ),
        (
            json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}).to_string(),
            "it has no `request`",
        ),
        (
            review(json!({"operation": "CREATE", "object": bad()})),
            "its request has no `uid`",
        ),
        (
            review(json!({"uid": "x".repeat(10_000), "object": bad()})),
            "its request has no `uid`",
        ),
        (review(json!({"uid": 7, "object": bad()})), "invalid type"),
        (deep, "recursion limit exceeded"),
        (long, "larger than 10 MB"),
    ] {
        let answer = answered(&folder, &stdin, &[]);
        assert_eq!(
            (answer.code, answer.out.as_str()),
            (2, ""),
            "{message}: {:.300}",
            answer.err
        );
        assert!(
            answer.err.contains(message),
            "{message}: {:.300}",
            answer.err
        );
    }
    let answer = answered(&folder, &created(&bad()), &["gone"]);
    answer.exits(2);
    assert!(answer.err.contains("there is no such folder"), "{answer:?}");
}

#[test]
fn configuration_means_objects_by_their_paths() {
    let waiver = "[[waivers]]\nrule = \"image-not-pinned\"\npath = \"admission/prod/InferenceService/*.json\"\nowner = \"dana.k\"\n\
                  reason = \"OPS-1, until the registry moves\"\nexpires = 2026-12-31\n";
    let folder = Folder::with(&[("conf/servelint.toml", waiver)]);
    let waived = response(&folder, &created(&bad()), &["conf"]);
    assert_eq!(waived["allowed"], true, "{waived}");
    let config = response(
        &folder,
        &created(&bad()),
        &["--config", "conf/servelint.toml"],
    );
    assert_eq!(config["allowed"], true, "{config}");
    // No name of a stranger leads to another path.
    for (key, name) in [
        ("namespace", "../prod"),
        ("name", "../../prod/InferenceService/x"),
        ("namespace", "production"),
    ] {
        let mut object = bad();
        object["metadata"][key] = name.into();
        let allowed = response(&folder, &created(&object), &["conf"])["allowed"].clone();
        assert_eq!(allowed, json!(key == "name"), "{key} {name}");
    }
    folder.file(
        "conf/servelint.toml",
        "[[severity]]\nrule = \"image-not-pinned\"\nlevel = \"warning\"\n",
    );
    let milder = response(&folder, &created(&bad()), &["conf"]);
    assert_eq!(milder["allowed"], true, "{milder}");
    assert!(
        milder["warnings"].to_string().contains("image-not-pinned"),
        "{milder}"
    );
}

#[test]
fn packs_of_the_configuration_take_part() {
    let rule = "# METADATA\n# title: The team is not named\n# custom:\n#   severity: error\n#   applies_to: [Artifacts]\n\
                package acme.rules.cost[\"team-label\"]\n\n\
                finding contains {\"at\": [\"artifacts\", i, \"metadata\"], \"message\": \"name the team\"} if {\n\
                \tsome i, artifact in input.artifacts\n\tnot artifact.metadata.labels.team\n}\n";
    let folder = Folder::with(&[
        ("servelint.toml", "[[policies]]\npath = \"platform\"\n"),
        (
            "platform/servelint-pack.toml",
            "name = \"acme\"\nversion = \"1.0.0\"\n",
        ),
        ("platform/policies/cost/team-label/team_label.rego", rule),
    ]);
    let denied = response(&folder, &created(&good()), &[]);
    assert_eq!(denied["allowed"], false, "{denied}");
    assert!(
        denied["status"]["message"]
            .to_string()
            .contains("acme/team-label at /metadata: name the team"),
        "{denied}"
    );
    let mut labelled = good();
    labelled["metadata"]["labels"] = json!({"team": "ranking"});
    assert_eq!(response(&folder, &created(&labelled), &[])["allowed"], true);
    // A pack that cannot be used has rules that nobody asked.
    folder.file(
        "platform/policies/cost/team-label/team_label.rego",
        rule.replace("if {", "if {{"),
    );
    let broken = response(&folder, &created(&labelled), &[]);
    assert_eq!(
        (&broken["allowed"], &broken["status"]["code"]),
        (&json!(false), &json!(500)),
        "{broken}"
    );
}

/// A kind that the team declares is judged by its schema and by the rules of packs, like a file of it.
#[test]
fn kinds_of_the_team_are_objects_as_well() {
    let rule = "# METADATA\n# title: The owner is no team\n# custom:\n#   severity: error\n#   applies_to: [ModelCard]\n\
        package acme.rules.cards[\"owner\"]\n\nfinding contains {\"at\": [\"spec\", \"owner\"], \"message\": \"no team\"} if {\n\
        \tnot startswith(input.spec.owner, \"team-\")\n}\n";
    let manifest = "name = \"acme\"\nversion = \"1.0.0\"\n[[schemas]]\nkind = \"ModelCard\"\napiVersion = \"acme.dev/v1\"\n\
        schema = \"schemas/ModelCard.json\"\n";
    let folder = Folder::with(&[
        ("servelint.toml", "[[policies]]\npath = \"pack\"\n"),
        ("pack/servelint-pack.toml", manifest),
        ("pack/policies/cards/owner/owner.rego", rule),
        (
            "pack/schemas/ModelCard.json",
            "{\"properties\": {\"spec\": {\"required\": [\"owner\"]}}}",
        ),
    ]);
    let card = |spec: Json| {
        created(&json!({
            "apiVersion": "acme.dev/v1", "kind": "ModelCard",
            "metadata": {"name": "ranker", "namespace": "prod"}, "spec": spec,
        }))
    };
    let entering = response(&folder, &card(json!({"owner": "team-a"})), &[]);
    assert_eq!(entering["allowed"], true, "{entering}");
    for (spec, message) in [
        (
            json!({}),
            "schema-valid at /spec/owner: `spec` lacks `owner`",
        ),
        (
            json!({"owner": "dana"}),
            "acme/owner at /spec/owner: no team",
        ),
    ] {
        let denied = response(&folder, &card(spec), &[]);
        assert_eq!(denied["allowed"], false, "{denied}");
        let said = denied["status"]["message"].as_str().expect("a message");
        assert!(said.contains(message), "{said}");
    }
}

#[test]
fn many_findings_are_bounded() {
    let containers: Vec<Json> = (0..40)
        .map(|at| json!({"name": format!("c{at}"), "image": format!("example.com/{}{at}:latest\u{1b}[2J", "x".repeat(200))}))
        .collect();
    let mut object = bad();
    object["spec"]["predictor"]["containers"] = containers.into();
    let folder = Folder::new();
    let denied = response(&folder, &created(&object), &[]);
    let message = denied["status"]["message"].as_str().expect("a message");
    assert!(message.len() < 4_100, "{message}");
    assert!(!message.contains('\u{1b}'), "{message}");
    let allowed = response(&folder, &created(&object), &["--fail-on", "never"]);
    let warnings = allowed["warnings"].as_array().expect("warnings");
    assert!(warnings.len() <= 10, "{allowed}");
}
