//! Why something is not rendered.

/// Why something is not rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderFault {
    /// There is no program for it.
    #[error("there is no `{0}` to render it with")]
    NoProgram(&'static str),
    /// Nobody wants anything to be rendered.
    #[error("rendering is turned off")]
    Off,
    /// It must not be rendered.
    #[error("{0}")]
    Refused(String),
    /// The program ended without a result.
    #[error("`{program}` fails: {reason}")]
    Failed {
        /// What ran.
        program: &'static str,
        /// Its own words, on one line, or what ended it.
        reason: String,
    },
}

impl RenderFault {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoProgram("helm") => {
                "install helm 3, or name it by SERVELINT_HELM; a program inside of the repository is never run"
            }
            Self::NoProgram(_) => {
                "install kustomize 5 (or kubectl), or name it by SERVELINT_KUSTOMIZE; a program inside of the repository is never run"
            }
            Self::Off => "drop `--render=never`, or set `render: true` in the Action",
            Self::Refused(_) => {
                "servelint renders only what lies in the repository and runs nothing but the renderer itself; check the text that your pipeline renders: `servelint check rendered.yaml`"
            }
            Self::Failed { .. } => {
                "run the same command by hand; it has to succeed without a network"
            }
        }
    }
}
