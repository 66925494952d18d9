//! The pod that KServe makes of an InferenceService and its runtime.
//!
//! As KServe 0.15 to 0.20 merge them (`pkg/controller/v1beta1/inferenceservice`: `MergeRuntimeContainers`,
//! `MergePodSpec` and `buildPodSpec`): what the service says of the container goes over what the runtime says, as a
//! strategic merge patch does it, its arguments follow those of the runtime, and of the runtime's pod only a few
//! fields reach the pod.

use crate::{
    document::{Entry, Node, Pointer, Spot, Value, source::Span},
    manifest::{merge_keys, server},
};

/// The key under which rules find the pod in an InferenceService.
pub const POD: &str = "pod";

/// The container that serves.
pub(super) const SERVER: &str = "kserve-container";

/// The container that prepares requests, which both may describe.
const TRANSFORMER: &str = "transformer-container";

/// The fields of a runtime that reach the pod, beside its containers.
const OF_RUNTIME: [&str; 7] = [
    "nodeSelector",
    "affinity",
    "tolerations",
    "volumes",
    "imagePullSecrets",
    "schedulerName",
    "resourceClaims",
];

/// The fields of a predictor that are those of a pod, beside its containers.
const OF_POD: [&str; 27] = [
    "activeDeadlineSeconds",
    "affinity",
    "automountServiceAccountToken",
    "dnsConfig",
    "dnsPolicy",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostUsers",
    "imagePullSecrets",
    "initContainers",
    "nodeName",
    "nodeSelector",
    "overhead",
    "priorityClassName",
    "resourceClaims",
    "resources",
    "restartPolicy",
    "runtimeClassName",
    "schedulerName",
    "securityContext",
    "serviceAccountName",
    "shareProcessNamespace",
    "terminationGracePeriodSeconds",
    "tolerations",
    "topologySpreadConstraints",
    "volumes",
];

/// The fields of `model` that are none of a container.
const OF_MODEL: [&str; 7] = [
    "modelFormat",
    "name",
    "protocolVersion",
    "runtime",
    "runtimeVersion",
    "storage",
    "storageUri",
];

/// Of these lists an element replaces that of its key as a whole: a volume has one source, and a variable one value.
const WHOLE: [&str; 3] = ["env", "volumes", "resourceClaims"];

/// True for the container that serves.
pub(super) fn is_server(container: &Spot<'_>) -> bool {
    container.text_at(&["name"]) == Some(SERVER) || server::serves(container)
}

/// What a part of the pod is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PodOrigin {
    /// The InferenceService.
    Service,
    /// Its runtime.
    Runtime,
}

/// The pod, and where its parts come from.
#[derive(Debug)]
pub struct MergedPod {
    /// A mapping with the pod under [`POD`].
    pub root: Node,
    /// The parts that were taken over, each with the path to it and that in the document that it comes from.
    parts: Vec<(Pointer, PodOrigin, Pointer)>,
}

impl MergedPod {
    /// The pod of a service and a runtime that [`super::is_mergeable`].
    pub fn of(service: &Node, runtime: &Node) -> Self {
        let mut merging = PodMerging::default();
        let at = Pointer::default().key(POD);
        let (service, runtime) = (Spot::root(service), Spot::root(runtime));
        let pod = match service.find(&["spec", "predictor"]) {
            Some(predictor) => merging.pod(&predictor, runtime.get("spec"), &at),
            None => Node::new(Value::Map(Vec::new()), Span::default()),
        };
        Self {
            root: map(vec![entry(POD, pod)]),
            parts: merging.parts,
        }
    }

    /// The document and the path in it of what stands at a path that begins with [`POD`]: of what is missing, those of
    /// what is around it.
    pub fn origin(&self, at: &Pointer) -> Option<(PodOrigin, Pointer)> {
        let around = self.parts.iter().filter(|(part, ..)| part.contains(at));
        let (part, origin, own) = around.max_by_key(|(part, ..)| part.steps().len())?;
        Some((*origin, own.clone().join(&at.skip(part.steps().len()))))
    }
}

fn map(entries: Vec<Entry>) -> Node {
    Node::new(Value::Map(entries), Span::default())
}

fn entry(key: &str, node: Node) -> Entry {
    Entry {
        key: key.to_owned(),
        key_span: Span::default(),
        node,
    }
}

/// A pod in the making.
#[derive(Default)]
struct PodMerging {
    parts: Vec<(Pointer, PodOrigin, Pointer)>,
}

impl PodMerging {
    fn pod(&mut self, predictor: &Spot<'_>, runtime: Option<Spot<'_>>, at: &Pointer) -> Node {
        self.part(at, PodOrigin::Service, &predictor.at);
        let of_runtime = |key: &str| match OF_RUNTIME.contains(&key) {
            true => runtime.as_ref()?.get(key),
            false => None,
        };
        let keys = OF_POD.iter().chain(&OF_RUNTIME);
        let mut entries: Vec<Entry> = Vec::new();
        for key in keys {
            let is_new = !entries.iter().any(|entry| entry.key == *key);
            let (base, over) = (of_runtime(key), predictor.get(key));
            if is_new && (base.is_some() || over.is_some()) {
                let value = self.merged(base, over, &at.clone().key(*key), key);
                entries.push(entry(key, value));
            }
        }
        let list = at.clone().key("containers");
        let containers = self.containers(predictor, runtime.as_ref(), &list);
        let containers = Node::new(Value::List(containers), Span::default());
        entries.push(entry("containers", containers));
        map(entries)
    }

    /// The server, the transformer, what else the runtime has, and what else the service has.
    fn containers(
        &mut self,
        predictor: &Spot<'_>,
        runtime: Option<&Spot<'_>>,
        list: &Pointer,
    ) -> Vec<Node> {
        let base = runtime.map(|runtime| runtime.items_at(&["containers"]));
        let base = base.unwrap_or_default();
        let over = predictor.items_at(&["containers"]);
        let named = |all: &[Spot<'_>], name: &str| {
            let mut all = all.iter();
            all.position(|container| container.text_at(&["name"]) == Some(name))
        };
        let server = named(&base, SERVER).map(|index| base[index].clone());
        let mut made = vec![self.server(predictor, server, &list.clone().index(0))];
        let transformers = [&base, &over].map(|all| {
            let index = named(all, TRANSFORMER)?;
            Some(all[index].clone())
        });
        if let [first, second] = transformers
            && (first.is_some() || second.is_some())
        {
            let at = list.clone().index(made.len());
            made.push(self.merged(first, second, &at, ""));
        }
        let is_other = |container: &&Spot<'_>| {
            let name = container.text_at(&["name"]);
            name != Some(SERVER) && name != Some(TRANSFORMER)
        };
        for (origin, all) in [(PodOrigin::Runtime, &base), (PodOrigin::Service, &over)] {
            for container in all.iter().filter(is_other) {
                let at = list.clone().index(made.len());
                made.push(self.copied(container, origin, &at));
            }
        }
        made
    }

    /// The container that serves, with the tag that `runtimeVersion` gives to its image.
    fn server(&mut self, predictor: &Spot<'_>, base: Option<Spot<'_>>, at: &Pointer) -> Node {
        let model = predictor.get("model");
        let mut server = match &model {
            Some(model) => {
                let fields = model.entries();
                let own = fields.iter().filter(|(key, _)| !OF_MODEL.contains(key));
                let own: Vec<_> = own.cloned().collect();
                self.part(at, PodOrigin::Service, &model.at);
                self.fields(base.as_ref(), &own, at)
            }
            None => self.merged(base, None, at, ""),
        };
        let version = model.and_then(|model| model.get("runtimeVersion"));
        if let Some(version) = version
            && let Some(tag) = version.text()
            && let Some(image) = server.get_mut("image")
            && let Some(tagged) = image.as_str().and_then(|image| tagged(image, tag))
        {
            image.value = Value::String(tagged);
            self.part(&at.clone().key("image"), PodOrigin::Service, &version.at);
        }
        server
    }

    /// What is written over something else; either may be missing.
    fn merged(
        &mut self,
        base: Option<Spot<'_>>,
        over: Option<Spot<'_>>,
        at: &Pointer,
        key: &str,
    ) -> Node {
        let (base, over) = match (base, over) {
            (Some(base), Some(over)) => (base, over),
            (Some(base), None) => return self.copied(&base, PodOrigin::Runtime, at),
            (None, Some(over)) => return self.copied(&over, PodOrigin::Service, at),
            (None, None) => return Node::new(Value::Null, Span::default()),
        };
        match (&base.value.value, &over.value.value) {
            (Value::Map(_), Value::Map(_)) => {
                self.part(at, PodOrigin::Service, &over.at);
                self.fields(Some(&base), &over.entries(), at)
            }
            (Value::List(_), Value::List(_)) => self.lists(&base, &over, at, key),
            _ => self.copied(&over, PodOrigin::Service, at),
        }
    }

    /// A mapping of the fields of both.
    fn fields(&mut self, base: Option<&Spot<'_>>, over: &[(&str, Spot<'_>)], at: &Pointer) -> Node {
        let base = base.map(Spot::entries).unwrap_or_default();
        let mut entries: Vec<Entry> = Vec::new();
        for (key, _) in base.iter().chain(over) {
            let is_new = !entries.iter().any(|entry| entry.key == *key);
            let (first, second) = (set(&base, key), set(over, key));
            if is_new && (first.is_some() || second.is_some()) {
                let value = self.merged(first, second, &at.clone().key(*key), key);
                entries.push(entry(key, value));
            }
        }
        map(entries)
    }

    fn lists(&mut self, base: &Spot<'_>, over: &Spot<'_>, at: &Pointer, key: &str) -> Node {
        let mut items = Vec::new();
        match merge_keys(key).first() {
            // The service's arguments follow those of the runtime.
            None if key == "args" => {
                self.part(at, PodOrigin::Service, &over.at);
                for (origin, list) in [(PodOrigin::Runtime, base), (PodOrigin::Service, over)] {
                    for item in list.items() {
                        let at = at.clone().index(items.len());
                        items.push(self.copied(&item, origin, &at));
                    }
                }
            }
            None => return self.copied(over, PodOrigin::Service, at),
            Some(name) => {
                self.part(at, PodOrigin::Service, &over.at);
                let mut left = over.items();
                for item in base.items() {
                    let at = at.clone().index(items.len());
                    let same = left.iter().position(|other| is_same(&item, other, name));
                    let other = same.map(|index| left.remove(index));
                    let item = match other {
                        Some(other) if WHOLE.contains(&key) => {
                            self.copied(&other, PodOrigin::Service, &at)
                        }
                        other => self.merged(Some(item), other, &at, ""),
                    };
                    items.push(item);
                }
                for item in left {
                    let at = at.clone().index(items.len());
                    items.push(self.copied(&item, PodOrigin::Service, &at));
                }
            }
        }
        Node::new(Value::List(items), Span::default())
    }

    fn copied(&mut self, value: &Spot<'_>, origin: PodOrigin, at: &Pointer) -> Node {
        self.part(at, origin, &value.at);
        value.value.clone()
    }

    fn part(&mut self, at: &Pointer, origin: PodOrigin, own: &Pointer) {
        self.parts.push((at.clone(), origin, own.clone()));
    }
}

/// The field of a key; `None` also for one without a value.
fn set<'n>(fields: &[(&str, Spot<'n>)], key: &str) -> Option<Spot<'n>> {
    let (_, value) = fields.iter().find(|(known, _)| *known == key)?;
    (value.value.value != Value::Null).then(|| value.clone())
}

fn is_same(a: &Spot<'_>, b: &Spot<'_>, name: &str) -> bool {
    let of = |item: &Spot<'_>| item.value.get(name).and_then(Node::scalar);
    of(a).is_some() && of(a) == of(b)
}

/// An image with another tag; `None` for one with a digest, which stays.
fn tagged(image: &str, tag: &str) -> Option<String> {
    if image.contains("@sha256:") {
        return None;
    }
    let name = match image.rsplit_once(':') {
        Some((name, old)) if !old.contains('/') => name,
        _ => image,
    };
    Some(format!("{name}:{tag}"))
}

#[cfg(test)]
mod tests;
