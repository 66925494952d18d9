//! Argo Rollouts: the Rollout, its steps and what judges them.

use super::{
    kubernetes,
    links::{Links, named},
    pod,
};
use crate::{
    document::Node,
    sheet::{Placed, Sheet, Spot},
};

/// Steps that take no time and move no traffic.
const INSTANT: [&str; 1] = ["setHeaderRoute"];

/// Writes the facts of a Rollout.
pub(super) fn rollout(root: &Spot<'_>, facts: &mut Sheet) {
    let Some(spec) = root.get("spec") else { return };
    let mut workload = Sheet::default();
    kubernetes::controller(&spec, &mut workload);
    if let Some(canary) = spec.find(&["strategy", "canary"]) {
        for key in ["maxSurge", "maxUnavailable"] {
            workload.placed(key, canary.get(key).and_then(|value| value.placed_number_or_text()));
        }
    }
    // A Rollout that refers to a Deployment takes its pods from there.
    if spec.get("workloadRef").is_some() {
        workload.flag("elsewhere", true);
    }
    facts.sheet("workload", workload);
    facts.sheet("rollout", movement(&spec));
}

fn movement(spec: &Spot<'_>) -> Sheet {
    let mut rollout = Sheet::default();
    let number = |key: &str| spec.get(key).and_then(|value| value.placed_seconds());
    rollout.placed("revisionHistoryLimit", number("revisionHistoryLimit"));
    rollout.placed("progressDeadlineSeconds", number("progressDeadlineSeconds"));
    let revisions = spec.find(&["rollbackWindow", "revisions"]);
    rollout.placed("rollbackRevisions", revisions.and_then(|revisions| revisions.placed_number()));
    if let Some(canary) = spec.find(&["strategy", "canary"]) {
        rollout.path("at", &canary.at);
        rollout.placed("strategy", Some(Placed::new("canary", &canary.at)));
        self::canary(&canary, &mut rollout);
    } else if let Some(blue_green) = spec.find(&["strategy", "blueGreen"]) {
        rollout.path("at", &blue_green.at);
        rollout.placed("strategy", Some(Placed::new("blueGreen", &blue_green.at)));
        self::blue_green(&blue_green, &mut rollout);
    }
    rollout
}

fn blue_green(strategy: &Spot<'_>, rollout: &mut Sheet) {
    rollout.placed("autoPromotion", strategy.get("autoPromotionEnabled").and_then(|flag| flag.placed_flag()));
    let delay = strategy.get("scaleDownDelaySeconds").and_then(|delay| delay.placed_seconds());
    rollout.placed("scaleDownDelaySeconds", delay);
    rollout.flag("prePromotionAnalysis", strategy.get("prePromotionAnalysis").is_some());
    rollout.flag("postPromotionAnalysis", strategy.get("postPromotionAnalysis").is_some());
    let analyses =
        ["prePromotionAnalysis", "postPromotionAnalysis"].iter().filter_map(|key| strategy.get(key));
    rollout.list("stepAnalyses", analyses.flat_map(|analysis| templates(&analysis)).collect());
}

fn canary(canary: &Spot<'_>, rollout: &mut Sheet) {
    rollout.flag("trafficRouting", canary.get("trafficRouting").is_some());
    rollout
        .placed("dynamicStableScale", canary.get("dynamicStableScale").and_then(|flag| flag.placed_flag()));
    let delay = canary.get("abortScaleDownDelaySeconds").or_else(|| canary.get("scaleDownDelaySeconds"));
    rollout.placed("scaleDownDelaySeconds", delay.and_then(|delay| delay.placed_seconds()));
    if let Some(analysis) = canary.get("analysis") {
        let mut background = Sheet::default();
        background.path("at", &analysis.at);
        background.list("templates", templates(&analysis));
        background.number("startingStep", analysis.get("startingStep").and_then(|step| step.number()));
        rollout.sheet("background", background);
    }
    let mut walk = Walk::default();
    for step in canary.items_at(&["steps"]) {
        walk.step(&step);
    }
    rollout.flag("timed", !walk.untimed && !walk.steps.is_empty());
    rollout.flag("implicitLast", walk.steps.last().is_some_and(|step| step.weight < 100.0));
    rollout.placed("mirror", walk.mirror);
    rollout.list("stepAnalyses", walk.analyses);
    rollout.list("steps", walk.steps.into_iter().map(Step::sheet).collect());
}

/// One weight of traffic and how long it lasts.
struct Step<'n> {
    weight: f64,
    at: Spot<'n>,
    seconds: f64,
    is_indefinite: bool,
    has_analysis: bool,
    timed: bool,
    replicas: Option<f64>,
}

impl Step<'_> {
    fn sheet(self) -> Sheet {
        let mut sheet = Sheet::default();
        sheet.number("weight", Some(self.weight));
        sheet.path("at", &self.at.at);
        sheet.number("bakeSeconds", Some(self.seconds).filter(|_| self.timed && !self.is_indefinite));
        sheet.flag("indefinite", self.is_indefinite);
        sheet.flag("analysis", self.has_analysis);
        sheet.number("canaryReplicas", self.replicas);
        sheet
    }
}

/// The steps of a canary, one after the other.
#[derive(Default)]
struct Walk<'n> {
    steps: Vec<Step<'n>>,
    analyses: Vec<Sheet>,
    untimed: bool,
    mirror: Option<Placed>,
    /// The canary's replicas where a step sets them; else the platform derives them from the weight.
    replicas: Option<f64>,
}

impl<'n> Walk<'n> {
    fn step(&mut self, step: &Spot<'n>) {
        if let Some(weight) = step.get("setWeight") {
            self.weight(&weight);
        } else if let Some(pause) = step.get("pause") {
            self.pause(&pause);
        } else if let Some(analysis) = step.get("analysis") {
            self.untimed = true;
            let index = self.steps.len().saturating_sub(1);
            self.analyses.extend(templates(&analysis).into_iter().map(|mut template| {
                template.index("step", Some(index));
                template
            }));
            if let Some(last) = self.steps.last_mut() {
                (last.has_analysis, last.timed) = (true, false);
            }
        } else if let Some(scale) = step.get("setCanaryScale") {
            self.replicas = scale.get("replicas").and_then(|replicas| replicas.number());
            if let Some(last) = self.steps.last_mut() {
                last.replicas = self.replicas;
            }
        } else if let Some(mirror) = step.get("setMirrorRoute") {
            let percent = mirror.get("percentage").and_then(|percent| percent.placed_number());
            self.mirror = percent.or_else(|| Some(Placed::new(true, &mirror.at)));
        } else if !INSTANT.iter().any(|known| step.get(known).is_some()) {
            // An experiment or a plugin takes as long as it takes.
            self.untimed = true;
            if let Some(last) = self.steps.last_mut() {
                last.timed = false;
            }
        }
    }

    fn weight(&mut self, weight: &Spot<'n>) {
        match weight.number() {
            Some(number) => self.steps.push(Step {
                weight: number,
                at: weight.clone(),
                seconds: 0.0,
                is_indefinite: false,
                has_analysis: false,
                timed: true,
                replicas: self.replicas,
            }),
            None => self.untimed = true,
        }
    }

    fn pause(&mut self, pause: &Spot<'n>) {
        let Some(last) = self.steps.last_mut() else { return };
        match pause.get("duration") {
            None => last.is_indefinite = true,
            Some(duration) => match duration.seconds() {
                Some(seconds) => last.seconds += seconds,
                // A template's argument: known only when it runs.
                None => (last.timed, self.untimed) = (false, true),
            },
        }
    }
}

/// The templates that an analysis names.
fn templates(analysis: &Spot<'_>) -> Vec<Sheet> {
    let named = |template: &Spot<'_>| {
        let mut sheet = Sheet::default();
        sheet.text("name", template.get("templateName")?.text());
        sheet.flag("cluster", template.get("clusterScope").is_some_and(|flag| flag.is_true()));
        sheet.path("at", &template.at);
        Some(sheet)
    };
    analysis.items_at(&["templates"]).iter().filter_map(named).collect()
}

/// The templates that a Rollout names, and the Deployment that it takes its pods from.
pub(super) fn rollout_links(root: &Node) -> Links<'_> {
    let mut links = kubernetes::controller_links(root);
    let reference = root.at(&["spec", "workloadRef"]);
    links
        .targets
        .extend(reference.and_then(|reference| {
            Some((reference.get("kind")?.as_str()?, reference.get("name")?.as_str()?))
        }));
    let Some(strategy) = root.at(&["spec", "strategy"]) else { return links };
    let canary = strategy.get("canary");
    let steps = canary.and_then(|canary| canary.get("steps")).map(Node::items).unwrap_or_default();
    let analyses = [
        canary.and_then(|canary| canary.get("analysis")),
        strategy.at(&["blueGreen", "prePromotionAnalysis"]),
        strategy.at(&["blueGreen", "postPromotionAnalysis"]),
    ];
    for analysis in analyses.into_iter().flatten().chain(steps.iter().filter_map(|step| step.get("analysis")))
    {
        links.targets.extend(template_targets(analysis));
    }
    links
}

/// Kind and name of the templates in a list of `templates`.
fn template_targets(holder: &Node) -> impl Iterator<Item = (&str, &str)> {
    let list = holder.get("templates").map(Node::items).unwrap_or_default();
    list.iter().filter_map(|template| {
        let cluster =
            template.get("clusterScope").is_some_and(|flag| flag.value == crate::document::Value::Bool(true));
        let kind = if cluster { "ClusterAnalysisTemplate" } else { "AnalysisTemplate" };
        Some((kind, template.get("templateName")?.as_str()?))
    })
}

/// The templates that a template is made of.
pub(super) fn template_links(root: &Node) -> Links<'_> {
    let mut links = named(root);
    links.targets.extend(root.get("spec").into_iter().flat_map(template_targets));
    links
}

/// Whether a Rollout has anything to do with model serving: it moves traffic, so it always has.
pub(super) fn serves(root: &Node) -> bool {
    let pod = root.at(&["spec", "template", "spec"]);
    root.at(&["spec", "strategy"]).is_some() || pod.is_some_and(pod::serves_models)
}
