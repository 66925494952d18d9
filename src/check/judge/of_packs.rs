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
        let finding = Finding {
            rule: rule.id.clone(),
            severity: rule.severity,
            message: clip(message, LONGEST_MESSAGE),
            first_wording: None,
            place,
            related: Vec::new(),
            help: (!rule.help.is_empty()).then(|| rule.help.clone()),
            obstacle: false,
            suppression: None,
            cause: None,
            also: Vec::new(),
            fix: None,
            more: 0,
        };
        self.weighed(finding, project, &settings, Exposure::Production)
    }
}
