//! `servelint policy`: the loop of whoever writes rules.

mod bundle;
mod new;
mod test;
mod trace;

use super::CommandError;
use crate::{output::safe, policy};
use clap::{Args, Subcommand};
use std::io::Write;

/// Write, test, trace and bundle rules in Rego
///
/// A rule is a folder with a policy, its tests and its cases, in a pack of a team or in the source of servelint.
/// Policies of packs are evaluated in a process of their own, without network, environment or clock.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct PolicyArguments {
    #[command(subcommand)]
    command: PolicyCommand,
}

const HELP: &str = "\
Examples:
  servelint policy new acme/cost-center --applies-to ServingSpec --in platform-policies
  servelint policy test platform-policies --coverage 90
  servelint policy trace acme/cost-center specs/ranker.yaml
  servelint policy bundle platform-policies -o acme.tar.gz";

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    New(new::NewArguments),
    Test(test::TestArguments),
    Trace(trace::TraceArguments),
    Bundle(bundle::BundleArguments),
    /// Print the builtins that policies may call, as OPA and regal read them
    ///
    /// The output is a capabilities file of OPA. `opa check --capabilities` and regal refuse with it what servelint
    /// does not have, and what packs may not call.
    #[command(
        after_help = "Example:\n  servelint policy capabilities > capabilities.json\n  opa check --strict --capabilities capabilities.json platform-policies"
    )]
    Capabilities,
}

/// Runs the command that was asked for.
pub(super) fn run(
    arguments: PolicyArguments,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<u8, CommandError> {
    match arguments.command {
        PolicyCommand::New(arguments) => new::run(arguments, out),
        PolicyCommand::Test(arguments) => test::run(&arguments, out, errors),
        PolicyCommand::Trace(arguments) => trace::run(&arguments, out, errors),
        PolicyCommand::Bundle(arguments) => bundle::run(&arguments, out, errors),
        PolicyCommand::Capabilities => {
            out.write_all(safe::json(&policy::capabilities()).as_bytes())?;
            out.flush()?;
            Ok(0)
        }
    }
}
