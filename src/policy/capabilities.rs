//! What OPA's `--capabilities` takes: the builtins that policies may call here.

use super::refusal::forbidden;
use crate::built_in::Folder;
use regorus::unstable::BUILTINS;
use serde_json::{Value as Json, json};

/// The declarations of OPA, as `.ci/capabilities` writes them.
const DECLARATIONS: &str = "schemas/opa/builtins.json";
/// What the compiler calls for operators and `print`; the engine has them without a name.
const INTERNAL: [&str; 3] = ["internal.member_2", "internal.member_3", "internal.print"];

/// The capabilities of the engine that ships, without what packs may not call.
pub fn capabilities() -> Json {
    let text = Folder::Schemas.text(DECLARATIONS).unwrap_or_default();
    let all: Json = serde_json::from_str(text).unwrap_or_default();
    let builtins: Vec<&Json> = all["builtins"]
        .as_array()
        .map(|all| all.iter().filter(|builtin| is_there(builtin)).collect())
        .unwrap_or_default();
    json!({
        "builtins": builtins,
        "future_keywords": ["contains", "every", "if", "in"],
        "features": ["rego_v1"],
        "allow_net": [],
    })
}

fn is_there(builtin: &Json) -> bool {
    let name = builtin["name"].as_str().unwrap_or_default();
    let is_known =
        builtin.get("infix").is_some() || INTERNAL.contains(&name) || BUILTINS.contains_key(name);
    is_known && forbidden(name).is_none()
}
