//! The words by which raw samples tell what became of a request. Tools use many, so a word that is in no
//! row is an error at its line: it is neither a success nor a failure.

/// What a cell tells about its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was answered well.
    Good,
    /// It was not.
    Bad,
    /// The cell is empty, which tells nothing.
    Open,
}

/// How a column tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutcomeColumn {
    /// A flag: `success`, `ok`, `successful`.
    Flag,
    /// A flag the other way round: `failed`.
    FailureFlag,
    /// A code of HTTP or gRPC, or a word: `status`, `code`.
    Status,
    /// A message, where there was an error.
    Error,
}

/// Words for a request that was answered well, without case, blanks, `_` and `-`.
const GOOD: [&str; 11] = [
    "ok",
    "success",
    "successful",
    "succeeded",
    "completed",
    "complete",
    "passed",
    "pass",
    "true",
    "yes",
    "y",
];

/// Words for one that was not, and the codes of gRPC.
const BAD: [&str; 36] = [
    "error",
    "errored",
    "err",
    "fail",
    "failed",
    "failure",
    "ko",
    "timeout",
    "timedout",
    "false",
    "no",
    "n",
    "cancelled",
    "canceled",
    "aborted",
    "rejected",
    "dropped",
    "refused",
    "incomplete",
    "unknown",
    "invalidargument",
    "deadlineexceeded",
    "notfound",
    "alreadyexists",
    "permissiondenied",
    "resourceexhausted",
    "failedprecondition",
    "outofrange",
    "unimplemented",
    "internal",
    "unavailable",
    "dataloss",
    "unauthenticated",
    "unhealthy",
    "exception",
    "disconnected",
];

/// What stands for no error in a column of messages.
const NO_ERROR: [&str; 9] = ["", "false", "0", "none", "null", "nan", "n/a", "-", "no"];

impl OutcomeColumn {
    /// What a cell tells; nothing for a word that is not known.
    pub(super) fn read(self, cell: &str) -> Option<Outcome> {
        let cell = cell.trim();
        let outcome = match self {
            Self::Error if NO_ERROR.contains(&cell.to_ascii_lowercase().as_str()) => Outcome::Good,
            Self::Error => Outcome::Bad,
            _ if cell.is_empty() => Outcome::Open,
            Self::Flag => flag(cell)?,
            Self::FailureFlag => match flag(cell)? {
                Outcome::Good => Outcome::Bad,
                _ => Outcome::Good,
            },
            Self::Status => match cell.parse::<f64>() {
                Ok(code) => of_code(code)?,
                Err(_) => of_word(cell)?,
            },
        };
        Some(outcome)
    }
}

fn flag(cell: &str) -> Option<Outcome> {
    match cell.parse::<f64>() {
        Ok(1.0) => Some(Outcome::Good),
        Ok(0.0) => Some(Outcome::Bad),
        Ok(_) => None,
        Err(_) => of_word(cell),
    }
}

/// A code of HTTP; 0 is how tools write that there was no answer. pandas writes `200.0`.
fn of_code(code: f64) -> Option<Outcome> {
    match code {
        _ if code.fract() != 0.0 => None,
        200.0..400.0 => Some(Outcome::Good),
        0.0 | -1.0 | 100.0..600.0 => Some(Outcome::Bad),
        _ => None,
    }
}

fn of_word(cell: &str) -> Option<Outcome> {
    let word = cell.to_ascii_lowercase().replace(['_', '-', ' '], "");
    let is_in = |words: &[&str]| words.contains(&word.as_str());
    match (is_in(&GOOD), is_in(&BAD)) {
        (true, _) => Some(Outcome::Good),
        (_, true) => Some(Outcome::Bad),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_known_or_unknown() {
        let status = |cell| OutcomeColumn::Status.read(cell);
        for good in [
            "200",
            "204",
            "302",
            "200.0",
            "OK",
            "Success",
            "SUCCEEDED",
            "completed",
        ] {
            assert_eq!(status(good), Some(Outcome::Good), "{good}");
        }
        for bad in [
            "0",
            "-1",
            "404",
            "503",
            "199",
            "Error",
            "DEADLINE_EXCEEDED",
            "Timed out",
            "Unavailable",
            "KO",
        ] {
            assert_eq!(status(bad), Some(Outcome::Bad), "{bad}");
        }
        for unknown in ["done?", "2xx", "200.5", "600", "-2", "maybe", "NaN"] {
            assert_eq!(status(unknown), None, "{unknown}");
        }
        assert_eq!(status(" "), Some(Outcome::Open));
    }

    #[test]
    fn flags_and_messages() {
        let flag = |cell| OutcomeColumn::Flag.read(cell);
        assert_eq!(flag("True"), Some(Outcome::Good));
        assert_eq!(flag("1.0"), Some(Outcome::Good));
        assert_eq!(flag("0"), Some(Outcome::Bad));
        assert_eq!(flag("2"), None);
        assert_eq!(OutcomeColumn::FailureFlag.read("true"), Some(Outcome::Bad));
        assert_eq!(OutcomeColumn::FailureFlag.read("no"), Some(Outcome::Good));
        let error = |cell| OutcomeColumn::Error.read(cell);
        assert_eq!(error("None"), Some(Outcome::Good));
        assert_eq!(error("connection reset"), Some(Outcome::Bad));
    }

    #[test]
    fn no_word_is_both() {
        assert!(GOOD.iter().all(|word| !BAD.contains(word)));
    }
}
