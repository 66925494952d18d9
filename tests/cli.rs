//! The built binary as its users meet it: arguments, streams, exit codes and words.

#[path = "cli/run.rs"]
mod run;

#[path = "cli/artifacts.rs"]
mod artifacts;

#[path = "cli/baseline.rs"]
mod baseline;

#[path = "cli/commands.rs"]
mod commands;

#[path = "cli/config.rs"]
mod config;

#[path = "cli/context.rs"]
mod context;

#[path = "cli/evidence.rs"]
mod evidence;

#[path = "cli/crds.rs"]
mod crds;

#[path = "cli/fixing.rs"]
mod fixing;

#[path = "cli/hostile.rs"]
mod hostile;

#[path = "cli/outputs.rs"]
mod outputs;

#[path = "cli/paths.rs"]
mod paths;

#[path = "cli/plan.rs"]
mod plan;

#[path = "cli/schema.rs"]
mod schema;

#[path = "cli/since.rs"]
mod since;

#[path = "cli/starter.rs"]
mod starter;

#[path = "cli/streams.rs"]
mod streams;

#[path = "cli/verdicts.rs"]
mod verdicts;

#[path = "cli/waivers.rs"]
mod waivers;

#[path = "cli/weights.rs"]
mod weights;
