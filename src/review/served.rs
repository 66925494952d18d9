//! What a service serves, as its specification and manifests state it: the subject of its measurements.

use super::{Member, Part, Review};
use crate::{
    document::{Node, Pointer, Spot},
    evidence::{ArgumentSource, ServedSubject, TokenProfile},
    facts::{Number, Placed},
    manifest::{
        Guess, MergedPod, PodOrigin,
        facts::{ManifestFacts, WorkloadFacts},
    },
    units,
};
use std::collections::BTreeMap;

/// The role of manifests that run the revision in service, not the one that goes live.
const IN_SERVICE: &str = "stable-workload";
/// Where the platform supplies image and arguments.
const PRESET: &str = "preset";

impl Review {
    /// The subject that goes live; `None` without a specification that can be read. `facts` are those of its manifests.
    pub fn served<'f>(
        &self,
        members: &[Member],
        facts: &dyn Fn(&Part) -> Option<&'f ManifestFacts>,
    ) -> Option<ServedSubject> {
        let spec = self.spec(members).filter(|spec| !spec.broken)?;
        let mut workloads = Vec::new();
        for part in self.artifacts.iter().filter(|part| part.role != IN_SERVICE) {
            let member = members.get(part.member);
            let facts = facts(part).filter(|facts| !facts.broken);
            if let (Some(member), Some(facts)) = (member, facts)
                && let Some(workload) = &facts.workload
            {
                workloads.push(ServingWorkload {
                    member,
                    runtime: part.runtime.as_ref().map(|joined| ServingRuntime {
                        member: &members[joined.member],
                        pod: &joined.pod,
                    }),
                    workload,
                    is_preset: facts.readiness == Some(PRESET),
                });
            }
        }
        let seen = spec.seen(Guess::Absent);
        let written = StatedSpec {
            spec,
            root: Spot::root(&seen),
        };
        Some(joined(&written, &workloads, &self.service))
    }
}

/// A runtime whose pod is merged with that of a manifest.
struct ServingRuntime<'m> {
    member: &'m Member,
    pod: &'m MergedPod,
}

/// A manifest of pods that will serve.
struct ServingWorkload<'m> {
    member: &'m Member,
    runtime: Option<ServingRuntime<'m>>,
    workload: &'m WorkloadFacts,
    is_preset: bool,
}

impl ServingWorkload<'_> {
    /// True for a value that is applied as it is written.
    fn is_certain(&self, at: &Pointer) -> bool {
        let found = self.runtime.as_ref().and_then(|runtime| {
            let (origin, own) = runtime.pod.origin(at)?;
            let member = match origin {
                PodOrigin::Service => self.member,
                PodOrigin::Runtime => runtime.member,
            };
            Some((member, own))
        });
        let (member, at) = match &found {
            Some((member, own)) => (*member, own),
            None => (self.member, at),
        };
        let root = &member.document.root;
        let mut layers = member.layers.iter();
        !member.unknown.iter().any(|unknown| unknown.hides(at))
            && !layers.any(|change| change.decides(root, at))
    }

    /// True where all arguments of its server are in sight.
    fn lists_arguments(&self) -> bool {
        let mut layers = self.member.layers.iter();
        let is_layered = layers.any(|change| change.counts && !change.is_refused());
        let workload = self.workload;
        !(is_layered || self.is_preset || workload.elsewhere || workload.images.is_empty())
    }
}

/// What a specification states.
struct StatedSpec<'s> {
    spec: &'s Member,
    root: Spot<'s, Node>,
}

impl<'s> StatedSpec<'s> {
    fn find(&self, keys: &[&str]) -> Option<Spot<'s, Node>> {
        let found = self.root.find(keys)?;
        let mut unknown = self.spec.unknown.iter();
        let is_unknown = unknown.any(|unknown| unknown.hides(&found.at));
        (!is_unknown).then_some(found)
    }

    fn text(&self, keys: &[&str]) -> Option<String> {
        self.find(keys)?.value.scalar()
    }

    fn number(&self, keys: &[&str]) -> Option<f64> {
        self.find(keys)?.value.as_f64()
    }

    fn whole(&self, keys: &[&str]) -> Option<u64> {
        whole(self.number(keys)?)
    }

    fn tokens(&self, key: &str) -> Option<TokenProfile> {
        let of = |statistic: &str| self.whole(&["spec", "traffic", key, statistic]);
        let profile = TokenProfile {
            p50: of("p50"),
            p95: of("p95"),
            max: of("max"),
        };
        (profile != TokenProfile::default()).then_some(profile)
    }
}

/// Both together: the specification goes first, for `artifact-drift` compares it with the manifests.
fn joined(
    written: &StatedSpec<'_>,
    workloads: &[ServingWorkload<'_>],
    service: &str,
) -> ServedSubject {
    let number = |of: fn(&WorkloadFacts) -> Option<&Placed<Number>>| {
        let found = only(workloads, |workload| of(workload).into_iter().collect());
        whole(found?.get())
    };
    let cpu = written.text(&["spec", "resources", "cpu"]);
    let (arguments, arguments_from) = arguments(written, workloads);
    ServedSubject {
        service: Some(service.to_owned()).filter(|name| !name.trim().is_empty()),
        revision: written.text(&["metadata", "revision"]),
        model: written.text(&["spec", "model", "uri"]).or_else(|| {
            only(workloads, |workload| {
                workload.models.iter().take(1).collect()
            })
        }),
        model_digest: written.text(&["spec", "model", "digest"]),
        weight_bytes: written.number(&["spec", "model", "weightBytesPerParameter"]),
        context_length: written.whole(&["spec", "model", "contextLength"]),
        server: written.text(&["spec", "serving", "runtime", "name"]),
        image: written
            .text(&["spec", "serving", "runtime", "image"])
            .or_else(|| {
                only(workloads, |workload| {
                    workload.images.iter().take(1).collect()
                })
            }),
        gpu: written.text(&["spec", "resources", "gpu", "type"]),
        gpus: written
            .whole(&["spec", "resources", "gpu", "count"])
            .or_else(|| number(|workload| workload.gpus.as_ref())),
        cpu: cpu.and_then(|cpu| units::quantity(&cpu)),
        tensor: written
            .whole(&["spec", "serving", "parallelism", "tensor"])
            .or_else(|| number(|workload| workload.tensor.as_ref())),
        pipeline: written
            .whole(&["spec", "serving", "parallelism", "pipeline"])
            .or_else(|| number(|workload| workload.pipeline.as_ref())),
        data: number(|workload| workload.data.as_ref()),
        max_num_seqs: written
            .whole(&["spec", "serving", "maxNumSeqs"])
            .or_else(|| number(|workload| workload.max_num_seqs.as_ref())),
        max_model_len: number(|workload| workload.max_model_len.as_ref()),
        max_batch_size: written.whole(&["spec", "serving", "batching", "maxBatchSize"]),
        arguments,
        arguments_from,
        input_tokens: written.tokens("inputTokens"),
        output_tokens: written.tokens("outputTokens"),
    }
}

/// The value that all manifests which have one agree on, and that no layer can change.
fn only<'w, T: Clone + PartialEq + 'w>(
    workloads: &[ServingWorkload<'w>],
    of: impl Fn(&'w WorkloadFacts) -> Vec<&'w Placed<T>>,
) -> Option<T> {
    let mut found: Option<T> = None;
    for workload in workloads {
        for placed in of(workload.workload) {
            let is_other = found.as_ref().is_some_and(|known| *known != placed.value);
            if is_other || !workload.is_certain(&placed.at) {
                return None;
            }
            found = Some(placed.value.clone());
        }
    }
    found
}

/// The arguments that change what is measured, and what lists all of them.
fn arguments(
    written: &StatedSpec<'_>,
    workloads: &[ServingWorkload<'_>],
) -> (BTreeMap<String, String>, Option<ArgumentSource>) {
    let mut arguments = BTreeMap::new();
    let mut source = None;
    if let [one] = workloads {
        for argument in &one.workload.arguments {
            if one.is_certain(&argument.at) {
                arguments.insert(argument.name.to_owned(), argument.value.clone());
            }
        }
        source = one.lists_arguments().then_some(ArgumentSource::Manifests);
    }
    let stated = written.find(&["spec", "serving", "runtime", "arguments"]);
    for (name, value) in stated.iter().flat_map(Spot::entries) {
        let mut unknown = written.spec.unknown.iter();
        let is_unknown = unknown.any(|unknown| unknown.hides(&value.at));
        let name = name.trim_start_matches('-').replace('_', "-");
        // What is off is as if it were not there.
        let text = value.value.scalar().filter(|text| text != "false");
        if let (Some(text), false) = (text, is_unknown) {
            arguments.insert(name, text);
        }
    }
    if stated.is_some() && workloads.is_empty() {
        source = Some(ArgumentSource::Specification);
    }
    (arguments, source)
}

/// A count.
fn whole(number: f64) -> Option<u64> {
    let fits = number >= 0.0 && number.fract() == 0.0 && number < 9e15;
    fits.then_some(number as u64)
}
