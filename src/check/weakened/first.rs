//! What the first policy of a repository brings: nothing at the base can be compared with it, so it is only told.

use super::{Compared, files, list};
use crate::{
    check::note,
    document::source::display_name,
    finding::{NotChecked, Topic},
};

/// The people whom a first configuration, or a first `CODEOWNERS` beside it, lets approve.
pub(in crate::check) fn notes(compared: &Compared<'_>) -> Vec<NotChecked> {
    let mut notes = Vec::new();
    if files::is_adopted(compared.base) {
        return notes;
    }
    for project in compared.projects.all() {
        let own = project.proposal.as_ref().filter(|own| own.is_first());
        for (role, people) in own.into_iter().flat_map(|own| &own.config.approvers) {
            let file = own.and_then(|own| own.files.last());
            let file = file.unwrap_or(&project.root);
            let reason = format!(
                "it is the first policy, which the change itself brings: `approvers.{role}` is {}",
                list(people)
            );
            notes.push(note(Topic::File(display_name(file)), reason));
        }
    }
    if compared.projects.past_owners().is_none() {
        for change in files::owner_changes(compared) {
            let reason = format!(
                "it names the first owners, whom the change itself brings: {} of {}",
                change.new, change.files
            );
            notes.push(note(Topic::File(display_name(&change.place)), reason));
        }
    }
    notes
}
