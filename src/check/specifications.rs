//! The specifications themselves, for those who need more of them than what is wrong.

use super::{LintError, Request, find, load};
use crate::{config::Projects, review::Member, rule::Subject, schema::Schemas};

/// Every ServingSpec that the paths of `request` lead to and that fits its schema as far as its
/// types go, in the order of files. What keeps others from being read is for [`super::run`] to say.
pub fn specifications(request: &Request) -> Result<Vec<Member>, LintError> {
    let mut projects = Projects::new(request.config.as_deref())?;
    let mut found = find::files(request, &mut projects)?;
    let loaded = load::all(
        &mut found,
        &Schemas::default(),
        &request.unsaved,
        &super::Silent,
    )?;
    let mut members = loaded.members;
    members.retain(|member| member.subject == Subject::ServingSpec && !member.broken);
    Ok(members)
}
