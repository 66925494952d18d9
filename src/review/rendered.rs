//! What was rendered for a review, and what was to be.

use super::{Member, Review};

impl Member {
    /// True where it may be for a service in an environment: what was rendered may be for another one.
    pub fn is_for(&self, service: &str, environment: Option<&str>) -> bool {
        let Some(object) = &self.rendered else {
            return true;
        };
        let from = &object.from;
        let fits = |own: Option<&str>, wanted: Option<&str>| {
            own.is_none() || wanted.is_none() || own == wanted
        };
        fits(from.environment.as_deref(), environment)
            && fits(from.service.as_deref(), Some(service))
    }
}

impl Review {
    /// True where something was to be rendered for the service, and was not.
    pub fn is_unrendered(&self, members: &[Member]) -> bool {
        let mut own = self.members(members);
        let mut declared = self.declared.iter();
        own.any(|member| member.unrendered.is_some())
            || declared.any(|entry| entry.command.is_some() && entry.documents == 0)
    }

    /// The environment that its manifests were rendered for, where no specification is there to name one.
    pub fn rendered_for<'m>(&self, members: &'m [Member]) -> Option<&'m str> {
        if self.serving.is_some() {
            return None;
        }
        let mut rendered = self.members(members).filter_map(|member| {
            let from = &member.rendered.as_ref()?.from;
            from.environment.as_deref()
        });
        rendered.next()
    }
}
