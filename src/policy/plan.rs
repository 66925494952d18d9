//! The rules that come with the program, compiled before anybody waits for them.
//!
//! OPA plans them once (`opa build -t plan`), and the plan comes along as `policies/plan.txt`. The interpreter stays the
//! judge: it answers wherever the plan breaks off, for policies that are not those of the plan, and for packs.

mod fault;
mod listing;
mod locals;
mod machine;
mod members;
mod native;
mod patterns;
mod program;

pub(super) use fault::PlanFault;
pub(super) use program::PlannedRule;

use super::answer::SaidSets;
use crate::built_in::{self, Folder};
use listing::PlanListing;
use machine::Machine;
use regorus::Value;
use std::{sync::LazyLock, time::Duration};
use typed_arena::Arena;

/// Where the plan stands.
const PLAN: &str = "policies/plan.txt";

/// The plan of the rules that come with the program; `None` where they are not what it was made of.
static SHIPPED: LazyLock<Option<PlanListing>> = LazyLock::new(|| {
    let listing = PlanListing::read(Folder::Policies.text(PLAN)?)?;
    (listing.policies == built_in::mark()).then_some(listing)
});

/// Where each of the rules is in the plan; `None` where one of them is not.
pub(super) fn planned<'r>(rules: impl Iterator<Item = &'r str>) -> Option<Vec<PlannedRule>> {
    let listing = SHIPPED.as_ref()?;
    rules.map(|rule| listing.rule(rule)).collect()
}

/// What the rules say to `input`.
///
/// # Errors
/// Where the interpreter has to be asked.
pub(super) fn answers(
    rules: &[PlannedRule],
    input: &Value,
    data: &Value,
    limit: Duration,
) -> Result<Vec<SaidSets>, PlanFault> {
    let listing = SHIPPED.as_ref().ok_or(PlanFault::Malformed)?;
    let arena = Arena::new();
    let mut machine = Machine::new(listing, &arena, (input, data), limit);
    let mut said = Vec::with_capacity(rules.len());
    for rule in rules {
        let mut ask = |number| -> Result<Value, PlanFault> {
            let value = machine.rule(number)?;
            Ok(value.map_or(Value::Undefined, Value::clone))
        };
        said.push(SaidSets {
            finding: ask(rule.finding)?,
            unchecked: rule.unchecked.map_or(Ok(Value::Undefined), &mut ask)?,
        });
    }
    Ok(said)
}
