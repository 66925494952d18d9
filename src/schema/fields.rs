//! Which fields the kinds of platforms have.
//!
//! A cluster drops a field that it does not know, or refuses the whole object, and nobody is told which of the two.
//! The tables are made by `.ci/field-tables` of what the platforms publish, `schemas/fields/`; of several releases
//! they hold the union.

use super::{Refusal, bounds::Refusals, violation, wording::clip};
use crate::{
    did_you_mean::{nearest, question},
    document::{Node, Pointer, api_group},
    manifest,
    rule::{Severity, UNKNOWN_FIELD},
    units::first_named,
};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

/// The field that stands for any name.
const ANY: &str = "*";
/// The type whose content is not looked into.
const OPAQUE: usize = 0;
/// So many places are named.
const PLACES: usize = 3;
/// So deep below a place it is looked for where a field belongs.
const DEEPEST: usize = 4;

/// A table as it is written.
#[derive(Debug, Deserialize)]
struct FieldTable {
    /// The platform as sentences name it.
    name: String,
    /// Its releases, the earliest first.
    releases: Vec<String>,
    /// The type of each kind, by `apiVersion` and `kind`.
    kinds: BTreeMap<String, FieldType>,
    /// The fields of each type.
    types: Vec<BTreeMap<String, FieldType>>,
}

/// What is below a field.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
enum FieldType {
    /// A type.
    Always(usize),
    /// A type, and the mask of the releases that have the field.
    Sometimes(usize, u32),
}

impl FieldType {
    /// True where the release has the field; where none is named, one of them does.
    fn is_in(self, release: Option<usize>) -> bool {
        match (self, release) {
            (Self::Sometimes(_, mask), Some(release)) => mask & (1 << release) != 0,
            _ => true,
        }
    }

    fn type_number(self) -> usize {
        match self {
            Self::Always(number) | Self::Sometimes(number, _) => number,
        }
    }
}

/// The tables, each read when a document of its platform is first met.
#[derive(Debug)]
pub(super) struct FieldTables {
    read: [OnceLock<Option<FieldTable>>; FILES.len()],
}

/// The tables by the groups of their kinds.
const FILES: [(&str, &str); 29] = [
    ("", "kubernetes"),
    ("apps", "kubernetes"),
    ("autoscaling", "kubernetes"),
    ("networking.k8s.io", "kubernetes"),
    ("policy", "kubernetes"),
    ("gateway.networking.k8s.io", "gateway-api"),
    ("networking.istio.io", "istio"),
    ("serving.knative.dev", "knative"),
    ("inference.networking.k8s.io", "inference-extension"),
    ("inference.networking.x-k8s.io", "inference-extension"),
    ("leaderworkerset.x-k8s.io", "leader-worker-set"),
    ("apps.nvidia.com", "nim-operator"),
    ("orchestration.aibrix.ai", "aibrix"),
    ("autoscaling.aibrix.ai", "aibrix"),
    ("production-stack.vllm.ai", "production-stack"),
    ("serving.kserve.io", "kserve"),
    ("argoproj.io", "argo-rollouts"),
    ("flagger.app", "flagger"),
    ("keda.sh", "keda"),
    ("ray.io", "kuberay"),
    ("monitoring.coreos.com", "prometheus-operator"),
    ("sloth.slok.dev", "sloth"),
    ("pyrra.dev", "pyrra"),
    ("openslo", "openslo"),
    ("mlops.seldon.io", "seldon"),
    // Files without an envelope, by the name of their kind.
    ("Sloth", "sloth-plain"),
    ("Prometheus rules", "prometheus-rules"),
    ("SageMaker DeploymentConfig", "sagemaker"),
    ("Triton config.pbtxt", "triton"),
];

impl FieldTables {
    /// None of them read.
    pub(super) const fn new() -> Self {
        Self {
            read: [const { OnceLock::new() }; FILES.len()],
        }
    }

    /// What a manifest has that its platform does not know, in the order of the document; nothing where no table is
    /// about its kind.
    /// `installed` is the release of each platform that the team names.
    pub(super) fn check(
        &self,
        kind: &manifest::Kind,
        root: &Node,
        installed: &BTreeMap<String, String>,
    ) -> Vec<Refusal> {
        let version = root.get("apiVersion").and_then(Node::as_str);
        let group = match version {
            Some(version) => api_group(version),
            None => kind.name,
        };
        let Some(at) = FILES.iter().position(|(known, _)| *known == group) else {
            return Vec::new();
        };
        let Some(table) = self.read[at].get_or_init(|| FieldTable::built_in(FILES[at].1)) else {
            return Vec::new();
        };
        let key = match version {
            Some(version) => format!("{version} {}", kind.name),
            None => kind.name.to_owned(),
        };
        let Some(below) = table.kinds.get(&key) else {
            return Vec::new();
        };
        let release = installed.get(FILES[at].1);
        let mut releases = table.releases.iter();
        let search = FieldSearch {
            table,
            kind: kind.name,
            release: release.and_then(|name| releases.position(|known| known == name)),
        };
        let mut walk = FieldWalk {
            search: &search,
            above: Vec::new(),
            found: Refusals::default(),
        };
        walk.below(root, below.type_number(), &Pointer::default());
        let (mut found, mut others) = walk.found.finish();
        // Which of them are slips was not looked at.
        for rest in &mut others {
            rest.violation.severity = Some(Severity::Warning);
        }
        found.append(&mut others);
        found
    }
}

impl FieldTable {
    fn built_in(name: &str) -> Option<Self> {
        serde_json::from_str(super::text(&format!("fields/{name}.json"))?).ok()
    }

    fn fields(&self, number: usize) -> Option<&BTreeMap<String, FieldType>> {
        self.types.get(number).filter(|_| number != OPAQUE)
    }

    /// `KServe 0.13 to 0.20`, or the one release that counts.
    fn known(&self, release: Option<usize>) -> String {
        let one = release.and_then(|at| self.releases.get(at..=at));
        match one.unwrap_or(&self.releases) {
            [] => self.name.clone(),
            [only] => format!("{} {only}", self.name),
            [first, .., last] => format!("{} {first} to {last}", self.name),
        }
    }

    /// The paths below a type to the nearest places that have the field, in the order of the alphabet.
    fn nearest(&self, from: usize, field: &str) -> Vec<Vec<String>> {
        let is_here = |number| {
            self.fields(number)
                .is_some_and(|fields| fields.contains_key(field))
        };
        if is_here(from) {
            return vec![Vec::new()];
        }
        let mut level = vec![(from, Vec::new())];
        // Whoever comes first to a type has the shorter path.
        let mut seen = BTreeSet::from([from]);
        let mut found = Vec::new();
        for _ in 0..DEEPEST {
            let mut next = Vec::new();
            for (number, path) in level {
                let fields = self.fields(number).into_iter().flatten();
                for (name, below) in fields.filter(|(name, _)| *name != ANY) {
                    let number = below.type_number();
                    let deeper = || path.iter().chain([name]).cloned().collect::<Vec<_>>();
                    if is_here(number) {
                        found.push(deeper());
                    } else if seen.insert(number) {
                        next.push((number, deeper()));
                    }
                }
            }
            if !found.is_empty() {
                break;
            }
            level = next;
        }
        found
    }
}

/// The table that a document is held against.
struct FieldSearch<'t> {
    table: &'t FieldTable,
    kind: &'t str,
    /// The release that is installed, where the team names one that is known.
    release: Option<usize>,
}

/// The key of each value above one, and the type and value of what has the key.
type Above<'n> = [(&'n str, usize, &'n Node)];

/// The way through a document.
struct FieldWalk<'s, 'n> {
    search: &'s FieldSearch<'s>,
    above: Vec<(&'n str, usize, &'n Node)>,
    found: Refusals,
}

impl<'n> FieldWalk<'_, 'n> {
    /// Looks at a value and what it holds. Entries of a list stand for the list.
    fn below(&mut self, node: &'n Node, number: usize, at: &Pointer) {
        for (index, item) in node.items().iter().enumerate() {
            self.below(item, number, &at.clone().index(index));
        }
        let Some(fields) = self.search.table.fields(number) else {
            return;
        };
        for entry in node.entries() {
            let key = entry.key.as_str();
            let at = at.clone().key(key);
            let found = fields.get(key).or_else(|| fields.get(ANY));
            match found.filter(|below| below.is_in(self.search.release)) {
                Some(below) => {
                    self.above.push((key, number, node));
                    self.below(&entry.node, below.type_number(), &at);
                    self.above.pop();
                }
                None if is_allowed(key, &self.above) => {}
                None => self.found.add(UNKNOWN_FIELD, false, || {
                    self.search.unknown(node, key, number, &self.above, at)
                }),
            }
        }
    }
}

impl FieldSearch<'_> {
    /// A field that the kind does not have here.
    fn unknown(
        &self,
        holder: &Node,
        key: &str,
        number: usize,
        above: &Above<'_>,
        at: Pointer,
    ) -> Refusal {
        let place = match above.last() {
            Some((parent, ..)) => format!(" in `{}`", clip(parent)),
            None => format!(" in {}", self.kind),
        };
        let fields = self.table.fields(number);
        let known = self.table.known(self.release);
        let absent = fields
            .into_iter()
            .flatten()
            .filter(|(name, below)| below.is_in(self.release) && holder.get(name).is_none())
            .map(|(name, _)| name.as_str());
        let has_another = fields.is_some_and(|fields| fields.contains_key(key));
        let meant = nearest(key, absent).filter(|_| !has_another);
        let (severity, message, help) = if let Some(name) = meant {
            let message = format!("unknown field `{}`{place}", clip(key));
            (Severity::Error, message, question(name))
        } else if has_another {
            let message = format!("{known} has no `{key}`{place}");
            let help = format!(
                "other releases have it; [platforms] in servelint.toml says that {known} is installed"
            );
            (Severity::Warning, message, help)
        } else if let Some(path) = self.belongs(key, holder, number, above) {
            let message = format!("`{}` is no field{place}", clip(key));
            let help = format!(
                "in {known} it is a field of {path}; here, a cluster ignores or refuses it"
            );
            (Severity::Warning, message, help)
        } else {
            let message = format!("`{}`{place} is not known to {known}", clip(key));
            let help = "a cluster of such a release ignores or refuses it; another one may know it";
            (Severity::Info, message, help.to_owned())
        };
        let mut violation = violation(UNKNOWN_FIELD, at, message, Some(help), None);
        violation.severity = Some(severity);
        Refusal {
            violation,
            blocking: false,
            custom: false,
            meant: meant.map(str::to_owned),
            rest: None,
        }
    }

    /// Where the field belongs: the nearest places below the holder, then below what holds that, and so on. Of several,
    /// those that the document has.
    fn belongs(
        &self,
        key: &str,
        holder: &Node,
        number: usize,
        above: &Above<'_>,
    ) -> Option<String> {
        let mut levels: Vec<(usize, &Node)> =
            above.iter().map(|(_, at, node)| (*at, *node)).collect();
        levels.push((number, holder));
        while let Some((number, node)) = levels.pop() {
            let mut paths = self.table.nearest(number, key);
            let has = |path: &Vec<String>| {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                node.at(&path).is_some()
            };
            if paths.iter().any(has) {
                paths.retain(has);
            }
            let above: Vec<&str> = above[..levels.len()].iter().map(|(key, ..)| *key).collect();
            let mut names = Vec::new();
            for path in &paths {
                let path: Vec<&str> = above
                    .iter()
                    .copied()
                    .chain(path.iter().map(String::as_str))
                    .collect();
                names.push(match path.is_empty() {
                    true => format!("the {} itself", self.kind),
                    false => format!("`{}`", path.join(".")),
                });
            }
            if !names.is_empty() {
                return Some(first_named(&names, PLACES));
            }
        }
        None
    }
}

/// Keys that other tools read: of patches, of encrypted files, and what generators leave in the metadata of templates.
fn is_allowed(key: &str, above: &Above<'_>) -> bool {
    let parent = above.last().map(|(key, ..)| *key);
    key.starts_with('$')
        || (parent.is_none() && key == "sops")
        || (parent == Some("metadata") && key == "creationTimestamp")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::MOST_REFUSALS;
    use crate::{
        config::PLATFORMS,
        document::{
            read::{Format, parse},
            source::Source,
        },
    };

    /// The pointers of what is unknown, each with its severity and message.
    fn unknown(text: &str, installed: &[(&str, &str)]) -> Vec<(String, Severity, String)> {
        let parsed = parse(&Source::new("a.yaml", text), Format::Yaml);
        let root = &parsed.documents.first().expect("a document").root;
        let kind = manifest::find(root).expect("a kind");
        let installed = installed
            .iter()
            .map(|(name, release)| ((*name).to_owned(), (*release).to_owned()))
            .collect();
        let found = FieldTables::new().check(kind, root, &installed);
        found
            .into_iter()
            .map(|refusal| {
                let said = refusal.violation;
                let severity = said.severity.expect("a severity");
                let help = said.help.unwrap_or_default();
                (
                    said.at.to_string(),
                    severity,
                    format!("{}; {help}", said.message),
                )
            })
            .collect()
    }

    fn deployment(pod: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a, labels: {{any: thing}}}}\n\
             spec: {{template: {{metadata: {{creationTimestamp: null}}, spec: {{containers: [{{name: a, {pod}}}]}}}}}}\n"
        )
    }

    #[test]
    fn every_table_is_whole() {
        for (group, file) in FILES {
            let table = FieldTable::built_in(file).expect(file);
            assert!(!table.kinds.is_empty(), "{group}");
            for below in table
                .kinds
                .values()
                .chain(table.types.iter().flat_map(BTreeMap::values))
            {
                assert!(below.type_number() < table.types.len(), "{file}");
            }
            // A type stands after those below it, so none holds itself.
            for (number, fields) in table.types.iter().enumerate() {
                for (name, below) in fields {
                    assert!(below.type_number() < number, "{file}: {number}: {name}");
                }
            }
        }
    }

    /// A document of each kind without releases: a slip, where it is found, and what is meant.
    const SLIPS: [(&str, &str, &str); 5] = [
        (
            "apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: a}\nspec: {objectives: [{targetPercnt: 99.9}]}\n",
            "/spec/objectives/0/targetPercnt",
            "targetPercent",
        ),
        (
            "apiVersion: openslo/v1\nkind: AlertCondition\nmetadata: {name: a}\nspec: {condition: {lookbackwindow: 1h}}\n",
            "/spec/condition/lookbackwindow",
            "lookbackWindow",
        ),
        (
            "apiVersion: mlops.seldon.io/v1alpha1\nkind: Model\nmetadata: {name: a}\nspec: {storageURI: gs://a/b}\n",
            "/spec/storageURI",
            "storageUri",
        ),
        (
            "RollingUpdatePolicy: {MaximumBatchSize: {Type: INSTANCE_COUNT, Valeu: 1}}\n",
            "/RollingUpdatePolicy/MaximumBatchSize/Valeu",
            "Value",
        ),
        (
            "backend: onnxruntime\nmax_batch_size: 8\ndynamic_batching: {prefered_batch_size: [4]}\n",
            "/dynamic_batching/prefered_batch_size",
            "preferred_batch_size",
        ),
    ];

    #[test]
    fn a_slip_in_a_kind_without_releases_is_found() {
        for (text, at, meant) in SLIPS {
            let found = unknown(text, &[]);
            let [(place, severity, said)] = found.as_slice() else {
                panic!("{text}: {found:?}");
            };
            assert_eq!((place.as_str(), *severity), (at, Severity::Error), "{text}");
            assert!(said.contains(meant), "{said}");
            let key = at.rsplit('/').next().expect("a key");
            assert_eq!(unknown(&text.replace(key, meant), &[]), [], "{text}");
        }
    }

    #[test]
    fn what_holds_anything_is_not_looked_into() {
        for text in [
            "apiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: a}\nspec: {type: X, connectionDetails: {any: {thing: 1}}}\n",
            "apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: a}\nspec: {indicator: {metadata: {name: a}, spec: {ratioMetric: {good: {metricSource: {spec: {query: up}}}}}}}\n",
            "DeploymentConfig: {RollingUpdatePolicy: {WaitIntervalInSeconds: 60}}\nEndpointName: a\n",
            "backend: python\nmax_batch_size: 8\nparameters: [{key: a, value: {string_value: b}}]\nmodel_warmup: [{inputs: [{key: a, value: {zero_data: true}}]}]\n",
        ] {
            assert_eq!(unknown(text, &[]), [], "{text}");
        }
    }

    #[test]
    fn the_team_may_name_each_platform_with_releases() {
        let named: BTreeSet<&str> = PLATFORMS.into_iter().collect();
        let known = FILES.into_iter().filter(|(_, file)| {
            FieldTable::built_in(file).is_some_and(|table| !table.releases.is_empty())
        });
        assert_eq!(named, known.map(|(_, file)| file).collect());
    }

    /// Kinds without a table are those whose fields nobody publishes under a licence that allows to embed them, whose
    /// documents the schema of the fields that are read already closes, or that `.ci/field-tables` has no source for.
    #[test]
    fn kinds_without_a_table_are_known() {
        let mut without = BTreeSet::new();
        for kind in manifest::kinds() {
            let mut tables = FILES
                .iter()
                .filter_map(|(_, file)| FieldTable::built_in(file));
            let is_in = |table: FieldTable| {
                let mut known = table.kinds.into_keys();
                known.any(|known| {
                    known.split(' ').next_back() == Some(kind.name) || known == kind.name
                })
            };
            if !tables.any(is_in) {
                without.insert(kind.name);
            }
        }
        let expected = [
            "BentoML deployment",
            "Compose file",
            "DynamoGraphDeployment",
            "production-stack values",
        ];
        assert_eq!(without, BTreeSet::from(expected));
    }

    #[test]
    fn a_slip_a_stranger_and_what_stands_elsewhere() {
        let found = unknown(
            &deployment("redinessProbe: {}, affinity: {}, sidecar: true, env: [{nme: b}]"),
            &[],
        );
        let holder = "/spec/template/spec/containers/0";
        let expected = [
            (
                "redinessProbe",
                Severity::Error,
                "unknown field `redinessProbe` in `containers`; did you mean `readinessProbe`?",
            ),
            (
                "affinity",
                Severity::Warning,
                "`affinity` is no field in `containers`; in Kubernetes 1.30 to 1.37 it is a field of `spec.template.spec`; here, a cluster ignores or refuses it",
            ),
            (
                "sidecar",
                Severity::Info,
                "`sidecar` in `containers` is not known to Kubernetes 1.30 to 1.37; a cluster of such a release ignores or refuses it; another one may know it",
            ),
            (
                "env/0/nme",
                Severity::Error,
                "unknown field `nme` in `env`; did you mean `name`?",
            ),
        ];
        let expected = expected.map(|(key, severity, message)| {
            (format!("{holder}/{key}"), severity, message.to_owned())
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn of_several_places_those_are_named_that_the_document_has() {
        let of = |spec: &str| {
            let text = format!(
                "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {{name: a}}\nspec: {spec}\n"
            );
            unknown(&text, &[]).remove(0).2
        };
        let said = of("{affinity: {}, predictor: {minReplicas: 1}}");
        assert!(
            said.contains("it is a field of `spec.predictor`; here"),
            "{said}"
        );
        let said = of("{affinity: {}}");
        assert!(
            said.contains("of `spec.explainer`, `spec.predictor`, `spec.transformer`; here"),
            "{said}"
        );
    }

    #[test]
    fn what_other_tools_read_is_no_mistake() {
        let text = deployment(
            "$patch: replace, resources: {limits: {nvidia.com/gpu: 1, any.thing/else: 2}}",
        );
        assert_eq!(unknown(&text, &[]), []);
        assert_eq!(unknown(&format!("{text}sops: {{mac: a}}\n"), &[]), []);
        // In their places only.
        assert_eq!(
            unknown(&deployment("sops: {}, creationTimestamp: null"), &[]).len(),
            2
        );
    }

    #[test]
    fn a_release_that_is_installed_counts_alone() {
        let text = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: a}\n\
                    spec: {predictor: {model: {storageUri: a, workerSpec: {}}, workerSpec: {}}}\n";
        let of = |installed: &[(&str, &str)]| {
            unknown(text, installed)
                .into_iter()
                .map(|(at, ..)| at)
                .collect::<Vec<_>>()
        };
        let never = "/spec/predictor/model/workerSpec";
        assert_eq!(of(&[]), [never]);
        assert_eq!(of(&[("kserve", "0.15")]), [never]);
        assert_eq!(
            of(&[("kserve", "0.13")]),
            [never, "/spec/predictor/workerSpec"]
        );
        // One that is not known says nothing about any.
        assert_eq!(of(&[("kserve", "9.9"), ("kubernetes", "0.13")]), [never]);
        let said = &unknown(text, &[("kserve", "0.13")])[1].2;
        assert!(
            said.starts_with(
                "KServe 0.13 has no `workerSpec` in `predictor`; other releases have it"
            ),
            "{said}"
        );
    }

    #[test]
    fn files_without_an_envelope_have_fields_as_well() {
        let sloth = "version: prometheus/v1\nservice: a\nslos: [{name: b, objective: 99, alerting: {pageAlert: {}}}]\n";
        let found = unknown(sloth, &[]);
        assert_eq!(found[0].0, "/slos/0/alerting/pageAlert");
        assert!(
            found[0].2.ends_with("did you mean `page_alert`?"),
            "{found:?}"
        );
    }

    #[test]
    fn a_document_full_of_mistakes_is_not_searched_for_ever() {
        let mut pod = String::from("image: a");
        for number in 0..5_000 {
            pod.push_str(&format!(", x{number}: 1"));
        }
        let found = unknown(&deployment(&pod), &[]);
        assert_eq!(found.len(), MOST_REFUSALS + 1);
        let (at, severity, message) = found.last().expect("the rest");
        assert_eq!((at.as_str(), *severity), ("", Severity::Warning));
        assert!(message.starts_with("4800 more unknown fields"), "{message}");
    }
}
