//! What the rules said, of one service and of all.

use crate::{
    check::{changed::Unchanged, judge, verdict::Pending},
    finding::{DueSoon, Finding, NotChecked},
};

/// What the rules said about everything.
#[derive(Debug, Default)]
pub(in crate::check) struct Judged {
    pub findings: Vec<Finding>,
    pub reviews: Vec<Pending>,
    pub not_checked: Vec<NotChecked>,
    pub failures: Vec<String>,
    /// Evidence that is too old before long.
    pub due_soon: Vec<DueSoon>,
    /// What was found and is not shown.
    pub unchanged: Unchanged,
}

impl Judged {
    /// Counts what a service that did not change has, instead of showing it. A rule that failed is
    /// said all the same.
    pub(super) fn hidden(mut self) -> Self {
        judge::sort(&mut self.findings);
        let unchanged = Unchanged {
            findings: self.findings.len(),
            services: self.reviews.len(),
        };
        Self {
            failures: self.failures,
            unchanged,
            ..Self::default()
        }
    }

    pub(super) fn merge(mut self, other: Self) -> Self {
        self.findings.extend(other.findings);
        self.reviews.extend(other.reviews);
        self.not_checked.extend(other.not_checked);
        self.failures.extend(other.failures);
        self.due_soon.extend(other.due_soon);
        self.unchanged.findings += other.unchanged.findings;
        self.unchanged.services += other.unchanged.services;
        self
    }
}
