//! A fleet for programs.

use crate::{
    fleet::{FleetCount, FleetReport, FleetService, FleetTally, RepositoryReport},
    output::safe,
};
use serde_json::{Map, Value, json};

/// The version of this output. A new field is no new version.
const VERSION: u32 = 1;

/// Everything that the reports say, by repository, and counted over all of them.
pub fn fleet_json(fleet: &FleetReport) -> String {
    let verdicts = fleet.verdicts().into_iter();
    let verdicts: Map<String, Value> = verdicts
        .map(|(verdict, count)| (verdict.word().to_owned(), count.into()))
        .collect();
    let due = fleet.due().into_iter().map(|(repository, due)| {
        json!({
            "repository": repository,
            "kind": due.kind,
            "what": due.what,
            "by": due.by,
            "until": due.until,
            "path": due.path,
        })
    });
    safe::json(&json!({
        "version": VERSION,
        "summary": {
            "verdict": fleet.verdict().word(),
            "repositories": fleet.repositories.len(),
            "services": verdicts,
            "findings": tally(fleet.tally()),
        },
        "repositories": fleet.repositories.iter().map(repository).collect::<Vec<_>>(),
        "dueSoon": due.collect::<Vec<_>>(),
        "rules": fleet.rules().iter().map(count).collect::<Vec<_>>(),
        "controls": fleet.controls().iter().map(count).collect::<Vec<_>>(),
    }))
}

fn repository(one: &RepositoryReport) -> Value {
    json!({
        "name": one.name,
        "verdict": one.verdict.word(),
        "exitCode": one.exit_code,
        "policy": one.policy,
        "findings": tally(one.tally),
        "excepted": one.excepted,
        "notChecked": one.not_checked,
        "services": one.services.iter().map(service).collect::<Vec<_>>(),
    })
}

fn service(one: &FleetService) -> Value {
    let gates = one.gates.iter();
    let gates = gates.map(|(gate, state)| json!({"gate": gate, "state": state}));
    json!({
        "service": one.service,
        "environment": one.environment,
        "verdict": one.verdict.word(),
        "findings": tally(one.tally),
        "gates": gates.collect::<Vec<_>>(),
        "rulesInForce": one.rules_in_force,
    })
}

fn tally(tally: FleetTally) -> Value {
    json!({
        "errors": tally.errors,
        "escalations": tally.escalations,
        "warnings": tally.warnings,
        "infos": tally.infos,
    })
}

fn count(count: &FleetCount) -> Value {
    json!({
        "name": count.name,
        "worst": count.worst,
        "findings": count.findings,
        "repositories": count.repositories,
    })
}
