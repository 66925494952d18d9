//! Why a file is not evidence.

use thiserror::Error;

/// Why nothing was read. Messages may hold text from the file, so they are not safe to print raw.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EvidenceError {
    /// The file cannot be opened or read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// Larger than [`super::MAX_EVIDENCE_BYTES`].
    #[error("it is larger than {} MB, which is the most that is read", super::MAX_EVIDENCE_BYTES / (1024 * 1024))]
    TooLarge,
    /// Not UTF-8.
    #[error("{0}")]
    NotText(String),
    /// Nothing but blanks.
    #[error("it is empty")]
    Empty,
    /// Looks like JSON or YAML and is not.
    #[error("it is not {syntax}: {message}")]
    Syntax {
        /// `JSON` or `YAML`.
        syntax: &'static str,
        /// What the parser says.
        message: String,
    },
    /// More values than an honest file has.
    #[error("it holds more than {0} values, which is the most that is read")]
    TooMany(usize),
    /// No format has this content.
    #[error(
        "its content is of no known format; give `format: json` and `select` to read one value from any JSON"
    )]
    Unknown,
    /// A tool is recognised whose file is not read.
    #[error("it looks like {what}, which is not read: {advice}")]
    LookAlike {
        /// The tool and its file.
        what: &'static str,
        /// What to give instead; begins with a verb.
        advice: &'static str,
    },
    /// Two formats claim it.
    #[error("its content fits several formats ({0}); say which with `format`")]
    Ambiguous(String),
    /// The reference names a format that does not exist.
    #[error("`{given}` is no known format{hint}; known are {known}")]
    NoSuchFormat {
        /// What was given.
        given: String,
        /// A proposal, or nothing.
        hint: String,
        /// All names.
        known: String,
    },
    /// The reference names another format than the content has.
    #[error("`format` says `{given}`, but its content is {detected}")]
    Mismatch {
        /// What was given.
        given: String,
        /// What was found.
        detected: String,
    },
    /// A number that cannot be one.
    #[error("`{at}` is {what}")]
    BadValue {
        /// Where.
        at: String,
        /// What it is: "negative (-3)", "not a finite number (`NaN`)".
        what: String,
    },
    /// Something without which the rest has no meaning.
    #[error("it is {format}, but {message}")]
    Malformed {
        /// The detected format.
        format: &'static str,
        /// What is missing or wrong.
        message: String,
    },
    /// Several runs in one file.
    #[error("it holds {count} runs ({runs}); say which with `select`, such as `{example}`")]
    SeveralRuns {
        /// How many.
        count: usize,
        /// What tells them apart.
        runs: String,
        /// A pointer that picks one.
        example: String,
    },
    /// One test at several loads, a row each.
    #[error("it holds {count} loads ({runs}); say which with `select`, such as `{example}`")]
    Sweep {
        /// How many.
        count: usize,
        /// What tells them apart.
        runs: String,
        /// A pointer that picks one.
        example: String,
        /// The pointers to all of them.
        pointers: Vec<String>,
    },
    /// `select` leads nowhere.
    #[error("`select` leads nowhere: there is no `{0}`")]
    NothingSelected(String),
    /// `select` is not a JSON Pointer, or the format has no use for one.
    #[error("`select` {0}")]
    BadSelect(String),
    /// A fault of ours.
    #[error("the reader failed on this file, which is a defect of servelint")]
    Defect,
    /// Any JSON needs a place.
    #[error("it is plain JSON; say with `select` where the value is, such as `/duration_seconds`")]
    NeedsSelect,
}

impl EvidenceError {
    /// True where the content is of no known format, or of another one than the reference names.
    pub fn is_about_format(&self) -> bool {
        matches!(
            self,
            Self::Unknown
                | Self::LookAlike { .. }
                | Self::Ambiguous(_)
                | Self::NoSuchFormat { .. }
                | Self::Mismatch { .. }
                | Self::NeedsSelect
        )
    }
}
