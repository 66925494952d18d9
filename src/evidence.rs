//! Measured results: the files that specifications refer to, and what they say.
//!
//! Owns [`FileFact`] (whether a reference leads to a file inside the project) and [`Evidence`]
//! (what a load test or a canary analysis wrote, in one shape whatever the tool). Formats are told
//! apart by content, never by name; a statistic that the file does not hold is absent, for nothing
//! is interpolated. Reading is bounded in bytes, depth and values. It knows no thresholds and
//! judges nothing: what a tool's own habits mean for a claim is said as a [`Caution`]. A [`Statement`] beside a
//! file says what was measured, as a [`ServedSubject`].

mod archive;
mod binding;
mod caution;
mod column;
mod content;
mod distribution;
mod draft;
mod error;
mod file;
mod formats;
mod known;
mod laws;
mod lookalikes;
mod names;
mod outcome;
mod percentile;
mod ranks;
mod record;
mod requests;
mod runs;
mod served;
mod severities;
mod spot;
mod statement;
mod table;
mod tokens;
mod traffic;

mod ab;
mod aiperf;
mod argo;
mod artillery;
mod cyclonedx;
mod exposition;
mod flagger;
mod fortio;
mod gatling;
mod ghz;
mod grype;
mod guidellm;
mod hey;
mod hey_csv;
mod inference_perf;
mod inferencex;
mod jmeter;
mod jmeter_xml;
mod json;
mod k6;
mod llmd;
mod llmperf;
mod lm_eval;
mod locust;
mod mlperf;
mod oha;
mod perf_analyzer;
mod prometheus;
mod samples;
mod sglang;
mod trivy;
mod trtllm;
mod vegeta;
mod vllm;
mod wrk2;

#[cfg(test)]
mod tests;

pub use archive::{Archive, EvidenceMemory, Reading, Reference, Status};
pub use binding::{Binding, BindingKind, BindingStatus, statement_beside};
pub use caution::{Caution, CautionKind};
pub use distribution::{Distribution, DistributionSource, TimeBin};
pub use error::EvidenceError;
pub use file::{FileFact, MAX_BYTES, is_url, sha256_of};
pub use formats::{
    EvidenceRequest, WholeFile, bytes, bytes_of, formats, open, read, read_each, read_whole,
};
pub use known::{Contradiction, EvidenceKind, Exactness, Origin, RunFact, Withdrawn};
pub use names::canonical_metric;
pub use record::{
    Evidence, LoadShape, MeasuredSubject, MeasuredValue, Measurement, Rate, RunMetric,
};
pub use served::{ArgumentSource, ServedSubject, TokenProfile};
pub use statement::{
    MeasurementRecord, ResourceDescriptor, Statement, is_statement, statement_path,
};
pub use traffic::greatest_rates;

/// The largest evidence file that is read. Raw samples of a long test fit; the cap bounds memory.
pub const MAX_EVIDENCE_BYTES: usize = 64 * 1024 * 1024;
