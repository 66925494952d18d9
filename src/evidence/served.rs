//! What a measurement is about: the model, server and hardware that are served.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is served, as far as a specification and its manifests state it: another one needs another measurement. What
/// nobody states, what manifests state differently and what a layer can change is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[schemars(deny_unknown_fields)]
pub struct ServedSubject {
    /// The name of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The revision of the specification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The location of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The digest of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_digest: Option<String>,
    /// Bytes of a weight of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_bytes: Option<f64>,
    /// The number of tokens that the model takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_length: Option<u64>,
    /// The name of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The image of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The type of GPU.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu: Option<String>,
    /// The number of GPUs of a replica.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpus: Option<u64>,
    /// CPU cores of a replica.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<f64>,
    /// The number of GPUs over which each layer is split.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tensor: Option<u64>,
    /// The number of stages over which the layers are split.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<u64>,
    /// The number of copies of the engine in one replica.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<u64>,
    /// The number of sequences that the engine batches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_num_seqs: Option<u64>,
    /// The number of tokens of a sequence that the engine takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_model_len: Option<u64>,
    /// The number of requests in the largest batch of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_batch_size: Option<u64>,
    /// The arguments of the server that change what is measured, with their values as text.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub arguments: BTreeMap<String, String>,
    /// Where all arguments are listed: `specification` or `manifests`; absent where some may be missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments_from: Option<ArgumentSource>,
    /// The tokens of prompts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<TokenProfile>,
    /// The tokens of answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<TokenProfile>,
}

/// What lists all arguments of a server that change what is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub enum ArgumentSource {
    /// `serving.runtime.arguments` of the specification.
    Specification,
    /// The manifests of its workload.
    Manifests,
}

/// How many tokens requests have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[schemars(deny_unknown_fields)]
pub struct TokenProfile {
    /// Tokens of the median request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50: Option<u64>,
    /// Tokens of the 95th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95: Option<u64>,
    /// The most tokens of a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
}

/// Characters of a text, and arguments, that a statement may have.
const LONGEST: usize = 200;
const MOST_ARGUMENTS: usize = 100;

impl ServedSubject {
    /// The same with texts and lists that fit a message, because anybody can write a statement.
    pub(super) fn bounded(mut self) -> Self {
        let texts = [
            &mut self.service,
            &mut self.revision,
            &mut self.model,
            &mut self.model_digest,
            &mut self.server,
            &mut self.image,
            &mut self.gpu,
        ];
        for text in texts.into_iter().flatten() {
            *text = bounded(text);
        }
        let arguments = std::mem::take(&mut self.arguments).into_iter();
        self.arguments = arguments
            .take(MOST_ARGUMENTS)
            .map(|(name, value)| (bounded(&name), bounded(&value)))
            .collect();
        self
    }

    /// What of it is not known, in words: a change of it will not be noticed.
    pub fn unknown(&self) -> Vec<&'static str> {
        let rows = [
            (self.revision.is_none(), "the revision"),
            (
                self.model.is_none() && self.model_digest.is_none(),
                "the model",
            ),
            (self.image.is_none(), "the image"),
            (self.gpu.is_none(), "the type of GPU"),
            (self.gpus.is_none(), "the number of GPUs"),
            (self.tensor.is_none(), "the tensor parallelism"),
            (self.arguments_from.is_none(), "all arguments of the server"),
            (
                self.input_tokens.is_none() && self.output_tokens.is_none(),
                "the tokens of a request",
            ),
        ];
        let unknown = rows.into_iter().filter(|(is_unknown, _)| *is_unknown);
        unknown.map(|(_, what)| what).collect()
    }
}

/// A text that fits a message.
pub(super) fn bounded(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}
