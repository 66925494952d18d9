//! servelint: production-readiness review as code for model serving.
//!
//! A team writes down what it is about to put in front of users. servelint reads that, checks it
//! against JSON Schemas and Rego policies, and says `go`, `no-go` or `escalate`, pointing at the
//! exact characters that are wrong. The modules below stand in dependency order: each uses only
//! those before it, and reading them from the top is reading the design.

#![cfg_attr(
    test,
    expect(clippy::disallowed_methods, reason = "tests look at what they write")
)]

pub mod units;

pub mod names;

mod recall;

mod held;

pub mod did_you_mean;

pub mod built_in;

pub mod disk;

pub mod document;

pub mod query;

pub mod git;

pub mod cache;

pub mod archive;

pub mod evidence;

pub mod rule;

pub mod config;

pub mod pack;

pub mod finding;

pub mod fleet;

pub mod facts;

pub mod policy;

pub mod fix;

pub mod waivers;

pub mod manifest;

pub mod layer;

pub mod render;

pub mod review;

pub mod schema;

pub mod output;

pub mod check;

pub mod authoring;

pub mod cli;
