//! What each engine calls its arguments, its variables and its models.

use crate::{
    document::Pointer,
    facts::{Number, Placed},
    manifest::facts::WorkloadFacts,
};

/// Where an argument is written to.
pub(super) type Fact = fn(&mut WorkloadFacts) -> &mut Option<Placed<Number>>;

/// How one engine is told, and what it calls what others say in other words.
#[derive(Debug)]
pub(super) struct EngineDialect {
    /// Parts of the names of its images.
    images: &'static [&'static str],
    /// Words of the commands that start it.
    programs: &'static [&'static str],
    /// Its flags without dashes, beside those of vLLM, with the facts that they state.
    pub flags: &'static [(&'static str, Fact)],
    /// Its variables, likewise; an argument goes before them.
    pub variables: &'static [(&'static str, Fact)],
    /// The flags that name a model of the Hub.
    pub models: &'static [&'static str],
    /// The words behind which a model stands without a flag.
    pub before_model: &'static [&'static [&'static str]],
    /// The variables that name a model of the Hub and its revision.
    pub hub: Option<(&'static str, &'static str)>,
}

const NONE: EngineDialect = EngineDialect {
    images: &[],
    programs: &[],
    flags: &[],
    variables: &[],
    models: &[],
    before_model: &[],
    hub: None,
};

const TENSOR: Fact = |workload| &mut workload.tensor;
const PIPELINE: Fact = |workload| &mut workload.pipeline;
const DATA: Fact = |workload| &mut workload.data;
const SEQUENCES: Fact = |workload| &mut workload.max_num_seqs;
const LENGTH: Fact = |workload| &mut workload.max_model_len;
const MEMORY: Fact = |workload| &mut workload.gpu_memory_utilization;
const CONCURRENCY: Fact = |workload| &mut workload.concurrency;
const PORT: Fact = |workload| &mut workload.port;

/// The engines. Flags and variables are those of their documentation; what none of them has is not read.
static DIALECTS: [EngineDialect; 8] = [
    EngineDialect {
        images: &["vllm"],
        programs: &["vllm", "vllm.entrypoints.openai.api_server"],
        flags: &[("port", PORT)],
        models: &["model"],
        before_model: &[&["vllm", "serve"]],
        ..NONE
    },
    // https://docs.sglang.io/advanced_features/server_arguments.html
    EngineDialect {
        images: &["sglang"],
        programs: &["sglang", "sglang.launch_server"],
        flags: &[
            ("tp", TENSOR),
            ("tp-size", TENSOR),
            ("pp-size", PIPELINE),
            ("dp", DATA),
            ("dp-size", DATA),
            ("max-running-requests", SEQUENCES),
            ("context-length", LENGTH),
            ("port", PORT),
        ],
        models: &["model", "model-path"],
        ..NONE
    },
    // https://huggingface.co/docs/text-generation-inference/reference/launcher
    EngineDialect {
        images: &["text-generation-inference"],
        programs: &["text-generation-launcher"],
        flags: &[
            ("num-shard", TENSOR),
            ("max-concurrent-requests", CONCURRENCY),
            ("max-total-tokens", LENGTH),
            ("cuda-memory-fraction", MEMORY),
            ("port", PORT),
        ],
        variables: &[
            ("NUM_SHARD", TENSOR),
            ("MAX_CONCURRENT_REQUESTS", CONCURRENCY),
            ("MAX_TOTAL_TOKENS", LENGTH),
            ("CUDA_MEMORY_FRACTION", MEMORY),
            ("PORT", PORT),
        ],
        models: &["model-id"],
        hub: Some(("MODEL_ID", "REVISION")),
        ..NONE
    },
    // https://nvidia.github.io/TensorRT-LLM/commands/trtllm-serve.html
    EngineDialect {
        images: &["tensorrt-llm"],
        programs: &["trtllm-serve"],
        flags: &[
            ("tp-size", TENSOR),
            ("pp-size", PIPELINE),
            ("max-batch-size", SEQUENCES),
            ("max-seq-len", LENGTH),
            ("port", PORT),
        ],
        before_model: &[&["trtllm-serve", "serve"], &["trtllm-serve"]],
        ..NONE
    },
    // https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md; its context is shared by the slots,
    // so it is not the length of one sequence.
    EngineDialect {
        images: &["llama.cpp", "llama-cpp"],
        programs: &["llama-server"],
        flags: &[("port", PORT)],
        models: &["hf-repo"],
        ..NONE
    },
    // https://lmdeploy.readthedocs.io/en/latest/llm/api_server.html
    EngineDialect {
        images: &["lmdeploy"],
        programs: &["lmdeploy"],
        flags: &[
            ("tp", TENSOR),
            ("max-batch-size", SEQUENCES),
            ("session-len", LENGTH),
            ("server-port", PORT),
        ],
        before_model: &[&["lmdeploy", "serve", "api_server"]],
        ..NONE
    },
    // https://docs.nvidia.com/nim/large-language-models/latest/reference/environment-variables.html
    EngineDialect {
        images: &["nvcr.io/nim/"],
        variables: &[("NIM_MAX_MODEL_LEN", LENGTH), ("NIM_SERVER_PORT", PORT)],
        ..NONE
    },
    // https://docs.ollama.com/faq
    EngineDialect {
        images: &["ollama/ollama"],
        programs: &["ollama"],
        variables: &[
            ("OLLAMA_NUM_PARALLEL", SEQUENCES),
            ("OLLAMA_CONTEXT_LENGTH", LENGTH),
        ],
        ..NONE
    },
];

/// The engine that an image or a command names; the first of the table, if several are named.
pub(super) fn of(image: &str, words: &[(&str, Pointer)]) -> Option<&'static EngineDialect> {
    let program = |word: &str| word.rsplit('/').next().unwrap_or_default().to_owned();
    let named: Vec<String> = words.iter().map(|(word, _)| program(word)).collect();
    DIALECTS.iter().find(|dialect| {
        dialect.images.iter().any(|part| image.contains(part))
            || named
                .iter()
                .any(|word| dialect.programs.contains(&word.as_str()))
    })
}
