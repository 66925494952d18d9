//! AdmissionReview of `admission.k8s.io/v1`: what is read of the request, and what is sent back.

use super::Decision;
use crate::document::read::MAX_BYTES;
use serde::Deserialize;
use serde_json::{Map, Value, json};

const API_VERSION: &str = "admission.k8s.io/v1";
const KIND: &str = "AdmissionReview";
/// Bytes of a `uid`; those of Kubernetes have 36.
const LONGEST_UID: usize = 256;

/// Why nobody can be answered.
#[derive(Debug, thiserror::Error)]
pub enum AdmissionError {
    /// It is more than any request of Kubernetes.
    #[error("the AdmissionReview is larger than {} MB", MAX_BYTES / 1_000_000)]
    TooLong,
    /// The bytes are no JSON of this shape.
    #[error("standard input is no AdmissionReview: {0}")]
    Invalid(#[from] serde_json::Error),
    /// It is another kind, another version, or has no request.
    #[error("standard input is no AdmissionReview of {API_VERSION}: {0}")]
    Other(String),
}

/// What is asked.
pub(super) struct AdmissionRequest {
    pub uid: String,
    pub operation: AdmissionOperation,
    /// The object as it would be stored; `None` where there is none.
    pub object: Option<Value>,
}

/// What is to be done with the object.
pub(super) enum AdmissionOperation {
    /// It is created or changed.
    Judged,
    /// It goes, is connected to, or only a subresource of it changes.
    Passes,
    /// Nobody knows.
    Unknown,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenAdmission {
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    kind: String,
    request: Option<WrittenRequest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenRequest {
    #[serde(default)]
    uid: String,
    #[serde(default)]
    operation: String,
    sub_resource: Option<String>,
    object: Option<Value>,
    old_object: Option<Value>,
}

pub(super) fn read(bytes: &[u8]) -> Result<AdmissionRequest, AdmissionError> {
    let review: WrittenAdmission = serde_json::from_slice(bytes)?;
    let other = |reason: String| Err(AdmissionError::Other(reason));
    if review.kind != KIND || review.api_version != API_VERSION {
        let [version, kind] = [&review.api_version, &review.kind].map(|text| clipped(text));
        return other(format!("it is `{version}`, kind `{kind}`"));
    }
    let Some(request) = review.request else {
        return other("it has no `request`".into());
    };
    if request.uid.is_empty() || request.uid.len() > LONGEST_UID {
        return other("its request has no `uid`".into());
    }
    let is_going = request
        .old_object
        .as_ref()
        .and_then(|object| object.pointer("/metadata/deletionTimestamp"))
        .is_some_and(|time| !time.is_null());
    let is_part = request.sub_resource.is_some_and(|name| !name.is_empty());
    let operation = match request.operation.as_str() {
        "DELETE" | "CONNECT" => AdmissionOperation::Passes,
        "CREATE" | "UPDATE" if is_part => AdmissionOperation::Passes,
        "UPDATE" if is_going => AdmissionOperation::Passes,
        "CREATE" | "UPDATE" => AdmissionOperation::Judged,
        _ => AdmissionOperation::Unknown,
    };
    Ok(AdmissionRequest {
        uid: request.uid,
        operation,
        object: request.object,
    })
}

fn clipped(text: &str) -> String {
    text.chars().take(80).collect()
}

pub(super) fn answer(uid: &str, decision: Decision) -> Value {
    let mut response = json!({"uid": uid, "allowed": decision.refusal.is_none()});
    if let Some((code, reason, message)) = decision.refusal {
        response["status"] = json!({"code": code, "reason": reason, "message": message});
    }
    if !decision.warnings.is_empty() {
        response["warnings"] = decision.warnings.into();
    }
    if !decision.audit.is_empty() {
        let audit = decision.audit.into_iter();
        let audit: Map<String, Value> = audit
            .map(|(key, text)| (key.to_owned(), text.into()))
            .collect();
        response["auditAnnotations"] = audit.into();
    }
    json!({"apiVersion": API_VERSION, "kind": KIND, "response": response})
}
