//! Everything that runs under cargo's own harness, in one binary: one link instead of one for each file.
//! `tests/rules.rs` is the other one: its tests are made from the folders of the rules.

#![expect(clippy::disallowed_methods, reason = "tests look at what they write")]

mod annotations;
mod architecture;
mod artifacts;
#[cfg(unix)]
mod automation;
mod catalogue;
mod cli;
mod common;
mod conftest;
mod contradictions;
mod docs;
mod editors;
mod engines;
mod fixes;
mod fuzzing;
mod input_schemas;
mod loosened;
mod plan;
mod platform_yaml;
mod policies;
mod projects;
mod real_tools;
mod reference;
mod refused;
mod render;
mod schemas;
mod spans;
mod syntax;
mod unclaimed;
mod waivers;
mod words;

/// The allocator of the program, since most of what tests do is to evaluate rules.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
