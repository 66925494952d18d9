//! Why the interpreter is asked.

/// Why no answer can be given: the interpreter is asked instead, and says what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::policy) enum PlanFault {
    #[error("a rule has two values")]
    Conflict,
    /// The interpreter breaks off at it as well.
    #[error("a builtin was given what it does not take")]
    Builtin,
    #[error("the time is over")]
    Time,
    #[error("the plan is not what it should be")]
    Malformed,
}
