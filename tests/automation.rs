//! The GitHub Action and the pre-commit hooks run as their hosts would run them.
#![cfg(unix)]

mod common;

#[path = "automation/runner.rs"]
mod runner;

#[path = "automation/action.rs"]
mod action;

#[path = "automation/changed.rs"]
mod changed;

#[path = "automation/hooks.rs"]
mod hooks;

#[path = "automation/install.rs"]
mod install;

#[path = "automation/workflows.rs"]
mod workflows;
