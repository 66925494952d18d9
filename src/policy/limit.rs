//! When the evaluation of rules is stopped.

use regorus::utils::limits::ExecutionTimerConfig;
use std::{num::NonZeroU32, time::Duration};

/// The longest that our own rules may take for one input, and again as long where they are then asked one by
/// one. A shipped rule needs microseconds, and what a document may hold is limited before any rule sees
/// it; this is for policies that somebody wrote carelessly, and no fair input comes near it on a busy
/// machine.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// Asked alone, a rule may take this part of the time that is left.
const SHARE: u32 = 4;
/// Checking the clock every 64 steps costs nothing that can be measured.
const TIME_CHECK_INTERVAL: NonZeroU32 = NonZeroU32::new(64).expect("64 is not zero");
/// The most steps of a rule of a team for one input, which take about half a second. The time of the engine's builtins is not
/// among them, so the clock of the parent and the processor time of the process stand behind it.
const STEP_LIMIT: NonZeroU32 = NonZeroU32::new(5_000_000).expect("it is not zero");

/// What stops an evaluation.
#[derive(Debug, Clone, Copy)]
pub(super) enum EvaluationLimit {
    /// The clock, for all rules of an input together.
    Time(Duration),
    /// The steps of a rule, which are the same on every machine.
    Steps,
}

impl Default for EvaluationLimit {
    fn default() -> Self {
        Self::Time(TIME_LIMIT)
    }
}

impl EvaluationLimit {
    /// As the engine takes it. It looks at the clock after so many steps; where no time at all is allowed, the first look ends
    /// the evaluation, and the steps alone decide.
    pub(super) fn timer(self) -> ExecutionTimerConfig {
        match self {
            Self::Time(limit) => ExecutionTimerConfig {
                limit,
                check_interval: TIME_CHECK_INTERVAL,
            },
            Self::Steps => ExecutionTimerConfig {
                limit: Duration::ZERO,
                check_interval: STEP_LIMIT,
            },
        }
    }

    /// The limit of one rule that is asked alone, so much later: a part of the time that is left, so that one that never ends
    /// leaves the others enough, and no input takes a hundred times as long. Steps are those of a rule anyway.
    pub(super) fn of_one(self, elapsed: Duration) -> Self {
        match self {
            // Never nothing at all, which stands for steps.
            Self::Time(limit) => {
                let share = limit.saturating_sub(elapsed) / SHARE;
                Self::Time(share.max(Duration::from_nanos(1)))
            }
            Self::Steps => Self::Steps,
        }
    }
}

/// What ended an evaluation that the engine says this of; `None` where it was no limit. The engine names nanoseconds, which
/// differ in each run.
pub(super) fn reason(message: &str) -> Option<String> {
    if !message.contains("execution exceeded time limit") {
        return None;
    }
    Some(match message.contains("limit=0ns") {
        true => format!(
            "it took more than {} steps and was stopped",
            grouped(STEP_LIMIT.get())
        ),
        false => "it took too long and was stopped".into(),
    })
}

/// `5,000,000`
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
