//! servelint: production-readiness review as code for model serving.
//!
//! A team writes down what it is about to put in front of users. servelint reads that, checks it
//! against JSON Schemas and Rego policies, and says `go`, `no-go` or `escalate`, pointing at the
//! exact characters that are wrong. The modules below stand in dependency order: each uses only
//! those before it, and reading them from the top is reading the design.

pub mod hint;

pub mod source;

pub mod units;

pub mod document;

pub mod syntax;

pub mod sheet;

pub mod rule;

pub mod finding;

pub mod patch;

pub mod config;

pub mod evidence;

pub mod artifact;

pub mod schema;

pub mod review;

pub mod plan;

pub mod policy;

pub mod changes;

pub mod suppress;

pub mod lint;

pub mod fix;

pub mod render;

pub mod explain;

pub mod starter;

pub mod cli;
