//! Writes a [`Report`] for people and for programs.
//!
//! Owns the output formats ([`FORMATS`]), how they look ([`Style`]) and the guard between
//! foreign text and the terminal ([`safe`]). Here, and only here, bytes become lines and columns.
//! It decides nothing about findings, opens no stream and reads no environment: writer and style
//! are passed in, and a closed pipe comes back as the error that it is.

mod azure;
mod concise;
mod diff;
mod excerpt;
mod fleet;
mod github;
mod gitlab;
mod json;
mod junit;
mod line;
mod markdown;
mod markup;
mod order;
mod positions;
mod rich;
pub mod safe;
mod sarif;
mod snippet;
mod style;
mod summary;
pub mod tables;
mod tap;
mod tested;
mod trace;
mod unreviewed;
mod yaml;

pub use diff::diff;
pub use fleet::{fleet_json, fleet_markdown, fleet_table};
pub use style::{ColorChoice, Style};
pub use tested::{tests_as_json, tests_as_junit, tests_for_people};
pub use trace::{TraceShown, trace};
pub use yaml::{is_plain_yaml, yaml};

use crate::finding::Report;
use std::{fmt, io};

/// A way to write a report.
pub struct OutputFormat {
    /// What users type.
    pub name: &'static str,
    /// What it is for, in one line.
    pub description: &'static str,
    write: fn(&Report, &Style, &mut dyn io::Write) -> io::Result<()>,
}

/// Every format, the default first. To add one, write `output/<name>.rs` and a row here.
pub static FORMATS: &[OutputFormat] = &[
    OutputFormat {
        name: "rich",
        description: "Excerpts with labels, for reading",
        write: rich::write,
    },
    OutputFormat {
        name: "concise",
        description: "One line for each finding, for searching",
        write: concise::write,
    },
    OutputFormat {
        name: "json",
        description: "Everything, versioned, for programs",
        write: json::write,
    },
    OutputFormat {
        name: "sarif",
        description: "SARIF 2.1.0, for code scanning",
        write: sarif::write,
    },
    OutputFormat {
        name: "github",
        description: "Annotations of GitHub Actions",
        write: github::write,
    },
    OutputFormat {
        name: "gitlab",
        description: "Code Quality report of GitLab",
        write: gitlab::write,
    },
    OutputFormat {
        name: "junit",
        description: "JUnit XML, for test reports",
        write: junit::write,
    },
    OutputFormat {
        name: "tap",
        description: "Test Anything Protocol 14",
        write: tap::write,
    },
    OutputFormat {
        name: "markdown",
        description: "A pull-request comment or job summary",
        write: markdown::write,
    },
    OutputFormat {
        name: "azure",
        description: "Logging commands of Azure Pipelines",
        write: azure::write,
    },
];

impl OutputFormat {
    /// The format of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }
}

impl fmt::Debug for OutputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Format({})", self.name)
    }
}

/// Writes the report as `concise` lines without colour: for what a command meets on its way to
/// something else than a report.
///
/// # Errors
/// Those of `out`, unchanged.
pub fn render_plain(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    concise::write(report, &Style::PLAIN, out)?;
    out.flush()
}

/// What the format `json` writes.
///
/// # Errors
/// Where it is no JSON, which is a defect.
pub fn to_json(report: &Report) -> serde_json::Result<serde_json::Value> {
    json::value(report)
}

/// Writes the report. Formats for programs ignore the style.
///
/// # Errors
/// Those of `out`, unchanged: a reader that has gone is [`io::ErrorKind::BrokenPipe`].
pub fn render(
    format: &OutputFormat,
    report: &Report,
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    (format.write)(report, style, out)?;
    // A buffer that fails when it is dropped tells nobody.
    out.flush()
}
