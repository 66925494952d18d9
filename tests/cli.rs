//! The built binary as its users meet it: arguments, streams, exit codes and words.

mod approvals;
mod artifacts;
mod baseline;
pub(crate) mod commands;
mod config;
mod context;
mod coverage;
mod crds;
mod evidence;
mod fixing;
mod hostile;
mod inheritance;
mod input;
mod outputs;
mod paths;
mod plan;
mod policy;
mod proven;
mod run;
mod schema;
mod since;
mod standing;
mod starter;
mod streams;
mod verdicts;
mod waivers;
mod weights;
