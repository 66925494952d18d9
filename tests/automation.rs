//! The GitHub Action and the pre-commit hooks run as their hosts would run them.
mod action;
mod changed;
mod hooks;
mod install;
mod policy;
mod runner;
mod scripts;
mod workflows;
