//! What packs of conftest's contract say, as findings.

use super::{Judge, LONGEST_MESSAGE};
use crate::{
    check::selection::ServiceSetting,
    config::Project,
    document::source::clip,
    finding::{Finding, Place},
    review::Member,
    rule::Exposure,
};

impl Judge<'_> {
    /// What a pack of conftest's contract says at a place; `None` where the team does not want the rule.
    pub(in crate::check) fn of_pack(
        &self,
        rule: &str,
        message: &str,
        place: Place,
        project: &Project,
        members: &[Member],
    ) -> Option<Finding> {
        let rule = self.pack.rules().get(rule)?;
        if !self.selection.contains(project, &rule.id) {
            return None;
        }
        let file = &place.source.name;
        let own = members
            .iter()
            .filter(|member| member.document.source.name == *file);
        let settings: Vec<ServiceSetting> = own.flat_map(|member| self.settings(member)).collect();
        let message = clip(message, LONGEST_MESSAGE);
        let finding = Finding {
            help: (!rule.help.is_empty()).then(|| rule.help.clone()),
            ..Finding::new(&rule.id, rule.severity, message, place)
        };
        self.weighed(finding, project, &settings, Exposure::Production)
    }
}
