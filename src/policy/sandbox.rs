//! Policies of a team run in a process of their own: the same binary, with limits, and nothing to reach for.
//!
//! What a policy does there (endless recursion, all memory, no end) ends that process, costs its rule the answer, and
//! nothing else.

mod author;
mod child;
mod compile;
mod limits;
mod serve;
mod wire;
mod workbench;

pub use author::{InspectedModule, Inspection, ModuleSet};
pub use child::SANDBOX_COMMAND;
pub(super) use child::Sandbox;
pub(super) use compile::imported_of;
pub use serve::serve;
pub(super) use wire::{LoadedRule, PackLoad};
pub use workbench::{RuleLoad, Workbench, test_files};
