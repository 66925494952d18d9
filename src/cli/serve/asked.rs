//! Requests, and why one is refused.

use crate::document::source::display_name;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A request.
#[derive(Debug, Deserialize)]
#[serde(tag = "request", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum ResidentRequest {
    /// The text stands for the file from now on.
    Open { path: PathBuf, text: String },
    /// Another text does.
    Change { path: PathBuf, text: String },
    /// The file stands for itself again.
    Close { path: PathBuf },
    /// Checks the services of these files and folders.
    Check {
        #[serde(default)]
        paths: Vec<PathBuf>,
    },
    /// Which servelint this is.
    Version {},
    /// Ends the process after the answer.
    Shutdown {},
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) struct Refused {
    reason: &'static str,
    message: String,
    help: Option<String>,
}

/// The id of a request, and the request.
pub(super) fn read(line: &[u8]) -> (Value, Result<ResidentRequest, Refused>) {
    let mut fields = match serde_json::from_slice(line) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return (Value::Null, Err(Refused::malformed("it is no object"))),
        Err(error) => return (Value::Null, Err(Refused::malformed(&error.to_string()))),
    };
    let id = fields.remove("id").unwrap_or(Value::Null);
    if id.is_object() || id.is_array() {
        let refused = Refused::malformed("`id` is no text and no number");
        return (Value::Null, Err(refused));
    }
    let asking = serde_json::from_value(Value::Object(fields));
    (
        id,
        asking.map_err(|error| Refused::malformed(&error.to_string())),
    )
}

impl Refused {
    fn new(reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            help: None,
        }
    }

    fn malformed(why: &str) -> Self {
        Self::new("malformed", format!("the line is no request: {why}"))
    }

    pub(super) fn too_long() -> Self {
        Self::new("too-long", "the line is longer than 64 MiB")
    }

    pub(super) fn too_much() -> Self {
        Self::new(
            "too-much",
            "the open documents have more than 256 MiB of text",
        )
    }

    pub(super) fn no_file(path: &Path) -> Self {
        Self::new(
            "no-file",
            format!("there is no file `{}`", display_name(path)),
        )
    }

    pub(super) fn no_document(path: &Path) -> Self {
        let name = display_name(path);
        let message =
            format!("`{name}` has no name of a document, or its text is longer than 10 MB");
        Self::new("no-document", message)
    }

    pub(super) fn not_open(path: &Path) -> Self {
        Self::new("not-open", format!("`{}` is not open", display_name(path)))
    }

    pub(super) fn of_run(message: &str, help: Option<&str>) -> Self {
        Self {
            help: help.map(str::to_owned),
            ..Self::new("failed", message)
        }
    }

    pub(super) fn defect() -> Self {
        Self::new("defect", "this is a defect of servelint, please report it")
    }

    pub(super) fn to_json(&self) -> Value {
        json!({"reason": self.reason, "message": self.message, "help": self.help})
    }
}
