//! Why something that a layer names is not known.

/// Why it is not known what something holds that a layer names.
#[derive(Debug, Clone)]
pub struct LayerGap {
    /// What is in the way. Foreign text.
    pub reason: String,
    /// True where Kustomize would not build with it either.
    pub is_refused: bool,
}

impl LayerGap {
    /// What Kustomize would refuse as well.
    pub fn refused(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            is_refused: true,
        }
    }

    /// What only we cannot tell.
    pub fn beyond_us(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            is_refused: false,
        }
    }
}
