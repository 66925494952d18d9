//! Two specifications that are one service.

use super::{Judge, Located, place};
use crate::{
    config::Project,
    document::{Pointer, source::Span},
    finding::{Finding, Related},
    review::{Clash, Member},
    rule::Exposure,
};

impl Judge<'_> {
    /// The finding that two specifications are one service, where its rule is selected.
    pub(in crate::check) fn clash(&self, clash: &Clash, members: &[Member]) -> Option<Finding> {
        let (project, finding) = self.clashing(clash, members)?;
        let is_wanted = self.selection.contains(project, &finding.rule);
        is_wanted.then_some(finding)
    }

    /// The same where its rule is not ignored: it keeps a specification from the rules of the review.
    pub(in crate::check) fn clash_as_obstacle(
        &self,
        clash: &Clash,
        members: &[Member],
    ) -> Option<Finding> {
        let (project, finding) = self.clashing(clash, members)?;
        self.shows_obstacle(project, &finding.rule)
            .then_some(finding)
    }

    fn clashing<'m>(&self, clash: &Clash, members: &'m [Member]) -> Option<(&'m Project, Finding)> {
        let (second, first) = (members.get(clash.member)?, members.get(clash.first)?);
        // What was named is where the user looks.
        let (member, other, words) = match second.requested || !first.requested {
            true => (second, first, "the first one"),
            false => (first, second, "the other one"),
        };
        let locate = |at: &Pointer, _: Option<Span>| {
            Some(Located {
                place: place(member, at),
                subject: member.subject,
                rendered: None,
            })
        };
        let mut finding = self.finding(clash.violation.clone(), Exposure::Production, locate)?;
        // The second one takes part in no review.
        finding.obstacle = true;
        finding.related.push(Related {
            place: place(other, &clash.violation.at),
            message: words.into(),
        });
        Some((&member.project, finding))
    }
}
