//! The ways to walk through folders.

/// How to walk. What git keeps for itself is met by none of them save the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WalkPlan {
    /// In order of names, without what ignore files and hidden names leave out.
    Plain,
    /// In order of names, without what ignore files leave out.
    Hidden,
    /// In order of names, everything.
    Everything,
    /// The folders of all, in order of names.
    Folders,
    /// Everything whose name does not begin with a dot, in order of names.
    Named,
    /// Everything, also where the path itself is a link.
    BehindLink,
}

/// All plans, by their numbers.
pub const PLANS: [WalkPlan; 6] = [
    WalkPlan::Plain,
    WalkPlan::Hidden,
    WalkPlan::Everything,
    WalkPlan::Folders,
    WalkPlan::Named,
    WalkPlan::BehindLink,
];
