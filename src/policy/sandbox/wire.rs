//! What the two sides say to each other: frames of JSON, each after its length.

use crate::policy::{
    conftest::{ConftestLoad, ConftestModules},
    refusal::PolicyProblem,
};
use regorus::Value;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::io::{self, Read, Write};

/// The largest frame, in bytes. An input is a few times as large as its document, which may have 10 MB.
const LONGEST_FRAME: u32 = 256 << 20;

/// The first frame: what the sandbox compiles.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::policy) struct PackLoad {
    /// The package below which the rules of the pack stand.
    pub root: String,
    /// True for policies in the syntax of Rego v0.
    pub is_v0: bool,
    /// Paths and texts of all modules of the pack, without its tests.
    pub modules: Vec<(String, String)>,
    /// Its rules; none of those of conftest's contract.
    pub rules: Vec<LoadedRule>,
    /// What rules find at `data.<root>`; at `data` itself with conftest's contract.
    pub data: serde_json::Value,
    /// Set for a pack of that contract.
    pub conftest: Option<ConftestLoad>,
}

impl PackLoad {
    /// What is asked as conftest asks it, if the pack is of that contract.
    pub(super) fn conftest(&self) -> Option<ConftestModules<'_>> {
        Some(ConftestModules {
            is_v0: self.is_v0,
            modules: &self.modules,
            data: &self.data,
            load: self.conftest.as_ref()?,
        })
    }
}

/// A rule of the pack.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::policy) struct LoadedRule {
    /// `acme/cost-center`
    pub id: String,
    /// Its package is `<root>.rules.<category>["<name>"]`.
    pub category: String,
    /// The last part of its package.
    pub name: String,
    /// Its module.
    pub path: String,
    /// What it reads: its rules of one subject are asked together.
    pub subjects: Vec<String>,
}

/// The answer to [`PackLoad`]: what keeps the pack from being used; nothing where it can be.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::policy) struct LoadAnswer {
    pub problems: Vec<PolicyProblem>,
}

/// A question to some rules.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::policy) struct Ask {
    /// The ids of those that are asked.
    pub rules: Vec<String>,
    /// What they see as `input`.
    pub input: serde_json::Value,
    /// `data.servelint` without the platforms, and `settings`.
    pub team: serde_json::Value,
}

/// The answers of the rules that were asked, in their order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::policy) struct AskAnswer {
    pub answers: Vec<WireAnswer>,
}

/// What one rule said, or why it broke off.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::policy) struct WireAnswer {
    pub rule: String,
    /// The rule's `finding`, sets written as arrays; absent where the rule has none.
    pub finding: Option<Value>,
    /// The rule's `unchecked`.
    pub unchecked: Option<Value>,
    /// Why the rule broke off.
    pub fault: Option<String>,
}

/// Writes one frame.
pub(super) fn write(out: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    write_bytes(out, &serde_json::to_vec(message).map_err(io::Error::other)?)
}

/// Writes the frame of a message that is JSON already.
pub(super) fn write_bytes(out: &mut (impl Write + ?Sized), bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len())
        .ok()
        .filter(|length| *length <= LONGEST_FRAME)
        .ok_or_else(|| io::Error::other("what is to be said is too long"))?;
    out.write_all(&length.to_be_bytes())?;
    out.write_all(bytes)?;
    out.flush()
}

/// The bytes of the next frame; `None` where the other side has nothing more to say.
pub(super) fn frame(input: &mut (impl Read + ?Sized)) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let length = u32::from_be_bytes(length);
    if length > LONGEST_FRAME {
        return Err(io::Error::other("the other side says too much"));
    }
    let mut bytes = Vec::new();
    input.take(length.into()).read_to_end(&mut bytes)?;
    match bytes.len() as u64 == u64::from(length) {
        true => Ok(Some(bytes)),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// The message in a frame.
pub(super) fn parse<M: DeserializeOwned>(bytes: &[u8]) -> io::Result<M> {
    serde_json::from_slice(bytes).map_err(io::Error::other)
}
