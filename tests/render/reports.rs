//! Reports made by hand.

use servelint::{
    document::{
        Pointer,
        source::{Source, Span},
    },
    finding::{Finding, Place, Related, Report},
    rule::{Gate, Rule, Severity, Subject},
};
use std::sync::Arc;

/// A finding being made.
pub(crate) struct Make(Finding);

impl Make {
    pub(crate) fn new(rule: &str, severity: Severity, place: Place) -> Self {
        Self(Finding::new(rule, severity, String::new(), place))
    }

    pub(crate) fn says(mut self, message: &str) -> Self {
        self.0.message = message.to_owned();
        self
    }

    pub(crate) fn near(mut self, place: Place, message: &str) -> Self {
        self.0.related.push(Related {
            place,
            message: message.to_owned(),
        });
        self
    }

    pub(crate) fn helps(mut self, help: &str) -> Self {
        self.0.help = Some(help.to_owned());
        self
    }

    pub(crate) fn done(self) -> Finding {
        self.0
    }
}

pub(crate) fn report(findings: Vec<Finding>) -> Report {
    let rules = findings
        .iter()
        .map(|f| (f.rule.clone(), rule(&f.rule, f.severity)))
        .collect();
    Report {
        findings,
        rules,
        ..Report::default()
    }
}

pub(crate) fn rule(id: &str, severity: Severity) -> Rule {
    Rule {
        id: id.to_owned(),
        category: "slo".to_owned(),
        gate: Gate::Scope,
        title: "Two numbers contradict each other".to_owned(),
        description: "The shorter one always wins.".to_owned(),
        resources: vec![],
        severity,
        elsewhere: severity,
        unclaimed: severity,
        applies_to: vec![Subject::ServingSpec],
        since: "0.1.0".to_owned(),
        help: "Change one of them.".to_owned(),
        help_for: std::collections::BTreeMap::new(),
        reworded: vec![],
        tags: Vec::new(),
        named_controls: Vec::new(),
        controls: Vec::new(),
    }
}

/// The first place where `needle` stands.
pub(crate) fn place(source: &Arc<Source>, needle: &str, pointer: &str) -> Place {
    let start = source.text.find(needle).expect("the needle is there");
    let mut place = Place::bare(source.clone(), Span::new(start, start + needle.len()));
    place.pointer = Pointer::parse(pointer);
    place
}

pub(crate) fn spec() -> Arc<Source> {
    Source::new(
        "specs/chat.yaml",
        "\
apiVersion: servelint/v1alpha1
kind: ServingSpec
metadata:
  name: support-chat-llm
  owner: team-conversational-ai          # accountable team
spec:
  environment: production                # dev | staging | production
  tier: critical                         # critical | standard | experimental
  traffic:
    peakRps: 12
    outputTokens: {p50: 220, p95: 600, max: 1024}
  slos:
    - name: ttft-p95
      indicator: {type: time_to_first_token, measuredAt: gateway}
      value: 800ms
    - name: tpot-p95
      indicator: {type: time_per_output_token, excludesFirstToken: true, measuredAt: gateway}
      value: 83ms

  timeouts:
    gateway: 75s
    server: 60s
",
    )
}

pub(crate) fn checklist() -> Arc<Source> {
    Source::new(
        "specs/checklist.yaml",
        "\
spec:
  items:
    - id: LOAD-1
      verifies: [slo/ttft-p95, assumption/A1]
",
    )
}

/// A specification on one long line.
pub(crate) fn minified() -> Arc<Source> {
    let steps: String = (0..140)
        .map(|n| format!("{{\"weight\":{},\"bake\":\"1{n}s\"}},", n % 100))
        .collect();
    Source::new(
        "dist/spec.min.json",
        format!(
            "{{\"spec\":{{\"rollout\":{{\"steps\":[{steps}{{\"weight\":100,\"bake\":\"10m\"}}],\
             \"analysis\":[{{\"name\":\"p99\",\"minSamples\":459}}]{}}}}}}}",
            ",\"x\":0".repeat(300)
        ),
    )
}
