//! The loop of whoever writes rules: a rule to begin with, its tests and its cases.
//!
//! Owns the format of `cases.yaml`, the files that `servelint policy new` writes, the run of tests that
//! `servelint policy test` reports, and the archive that `servelint policy bundle` writes. Whatever a pack holds is evaluated
//! in a sandbox.

#![expect(clippy::disallowed_methods, reason = "no part of a check")]

mod bundle;
mod cases;
mod compared;
mod edits;
mod opa;
mod project;
mod run;
mod scaffold;

pub use bundle::{BundleError, PackArchive, bundle};
pub use cases::{CaseText, CasesError, ExpectedFinding, RuleCase, RuleCases, SharedDocuments};
pub use compared::{complaint, found_lines};
pub use edits::{CaseEdit, EditWords};
pub use opa::find_opa;
pub use project::{CaseFolder, is_about_a_change, own_shared};
pub use run::{PackHome, TestRequest, cases_of, run_tests_of};
pub use scaffold::{NewRule, SUBJECTS, ScaffoldError, Scaffolded, own_policies, write_rule};
