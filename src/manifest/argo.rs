//! Argo Rollouts: the Rollout, its steps and what judges them.

use super::{
    analysis,
    facts::{BackgroundFacts, ManifestFacts, ShiftFacts, StepFacts, TemplateFacts},
    kserve::surge,
    kubernetes,
    links::{Links, listed, named, reference},
    server,
};
use crate::{
    document::{Node, Pointer, Spot, Value},
    facts::{Number, NumberOrText, Placed, unless_empty},
};

/// The share of requests that is copied, or that they are.
pub(super) fn mirrored(percent: Option<Placed<Number>>, mirror: &Spot<'_>) -> Placed<NumberOrText> {
    match percent {
        Some(percent) => percent.map(NumberOrText::Number),
        None => Placed::new(NumberOrText::Flag(true), &mirror.at),
    }
}

/// Steps that take no time and move no traffic.
const INSTANT: [&str; 1] = ["setHeaderRoute"];

/// Writes the facts of a Rollout.
pub(super) fn rollout(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let mut workload = kubernetes::controller(&spec);
    if let Some(canary) = spec.find(&["strategy", "canary"]) {
        surge(&canary, &mut workload);
    }
    // A Rollout that refers to a Deployment takes its pods from there.
    workload.elsewhere = spec.get("workloadRef").is_some();
    facts.workload = unless_empty(workload);
    facts.rollout = unless_empty(movement(&spec));
}

fn movement(spec: &Spot<'_>) -> ShiftFacts {
    let shift = if let Some(strategy) = spec.find(&["strategy", "canary"]) {
        canary(&strategy)
    } else if let Some(strategy) = spec.find(&["strategy", "blueGreen"]) {
        blue_green(&strategy)
    } else {
        ShiftFacts::default()
    };
    ShiftFacts {
        revision_history_limit: spec.placed_seconds_at(&["revisionHistoryLimit"]),
        progress_deadline_seconds: spec.placed_seconds_at(&["progressDeadlineSeconds"]),
        rollback_revisions: spec.placed_number_at(&["rollbackWindow", "revisions"]),
        ..shift
    }
}

fn blue_green(strategy: &Spot<'_>) -> ShiftFacts {
    let before = strategy.get("prePromotionAnalysis");
    let after = strategy.get("postPromotionAnalysis");
    let mut step_analyses = Vec::new();
    for analysis in [&before, &after].into_iter().flatten() {
        step_analyses.extend(templates(analysis, "templates"));
    }
    ShiftFacts {
        at: Some(strategy.at.clone()),
        strategy: Some(Placed::new("blueGreen", &strategy.at)),
        auto_promotion: strategy.placed_flag_at(&["autoPromotionEnabled"]),
        scale_down_delay_seconds: strategy.placed_seconds_at(&["scaleDownDelaySeconds"]),
        pre_promotion_analysis: before.is_some(),
        post_promotion_analysis: after.is_some(),
        step_analyses,
        ..ShiftFacts::default()
    }
}

fn canary(canary: &Spot<'_>) -> ShiftFacts {
    let analysis = canary.get("analysis");
    let mut walk = Walk {
        first: analysis.as_ref().map_or(0, starting_step),
        ..Walk::default()
    };
    for (index, step) in canary.items_at(&["steps"]).iter().enumerate() {
        walk.index = index;
        walk.step(step);
    }
    if walk.unread.is_some() {
        walk.steps.clear();
    }
    let delay = canary
        .get("abortScaleDownDelaySeconds")
        .or_else(|| canary.get("scaleDownDelaySeconds"));
    ShiftFacts {
        at: Some(canary.at.clone()),
        strategy: Some(Placed::new("canary", &canary.at)),
        traffic_routing: canary.get("trafficRouting").is_some(),
        dynamic_stable_scale: canary.placed_flag_at(&["dynamicStableScale"]),
        scale_down_delay_seconds: delay.and_then(|delay| delay.placed_seconds()),
        background: analysis.map(|analysis| walk.background(&analysis)),
        timed: !walk.untimed && !walk.steps.is_empty(),
        implicit_last: walk.steps.last().is_some_and(|step| step.weight < 100.0),
        mirror: walk.mirror,
        step_analyses: walk.analyses,
        unread_step: walk.unread,
        steps: walk.steps.iter().map(RolloutStep::facts).collect(),
        ..ShiftFacts::default()
    }
}

/// The step with which a background analysis begins.
fn starting_step(analysis: &Spot<'_>) -> usize {
    let step = analysis.number_at(&["startingStep"]);
    step.filter(|step| *step >= 0.0)
        .map_or(0, |step| step as usize)
}

/// One weight of traffic and how long it lasts.
struct RolloutStep<'n> {
    weight: f64,
    at: Spot<'n>,
    seconds: f64,
    is_indefinite: bool,
    has_analysis: bool,
    /// A plugin runs at this weight, and only the plugin knows whether it judges.
    has_plugin: bool,
    /// Over before the background analysis begins.
    is_early: bool,
    timed: bool,
    replicas: Option<f64>,
}

impl RolloutStep<'_> {
    fn facts(&self) -> StepFacts {
        let lasts = self.timed && !self.is_indefinite;
        StepFacts {
            weight: Number::new(self.weight),
            at: Some(self.at.at.clone()),
            bake_seconds: Number::of(lasts.then_some(self.seconds)),
            indefinite: self.is_indefinite,
            analysis: self.has_analysis,
            plugin: self.has_plugin,
            before_background: self.is_early,
            canary_replicas: Number::of(self.replicas),
        }
    }
}

/// The steps of a canary, one after the other.
#[derive(Default)]
struct Walk<'n> {
    steps: Vec<RolloutStep<'n>>,
    analyses: Vec<TemplateFacts>,
    untimed: bool,
    /// The first step that cannot be read.
    unread: Option<Pointer>,
    /// Where in the list the walk is, and where the background analysis begins.
    index: usize,
    first: usize,
    /// The pauses beside the background analysis.
    beside: f64,
    mirror: Option<Placed<NumberOrText>>,
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
            self.lasting(&analysis);
            self.judged(templates(&analysis, "templates"));
        } else if let Some(experiment) = step.get("experiment") {
            match lasts(&experiment) {
                Some(seconds) => self.waits(seconds, &experiment),
                None => self.lasting(&experiment),
            }
            self.judged(templates(&experiment, "analyses"));
        } else if let Some(scale) = step.get("setCanaryScale") {
            self.replicas = scale.number_at(&["replicas"]);
            if let Some(last) = self.steps.last_mut() {
                last.replicas = self.replicas;
            }
        } else if let Some(mirror) = step.get("setMirrorRoute") {
            let percent = mirror.placed_number_at(&["percentage"]);
            self.mirror = Some(mirrored(percent, &mirror));
        } else if step.get("plugin").is_some() {
            self.lasting(step);
            self.current(step).has_plugin = true;
        } else if !INSTANT.iter().any(|known| step.get(known).is_some()) {
            self.unread(step);
        }
    }

    /// What runs beside the steps.
    fn background(&self, analysis: &Spot<'_>) -> BackgroundFacts {
        let waits = self.steps.iter().any(|step| step.is_indefinite);
        let is_known = !self.untimed && !waits;
        BackgroundFacts {
            at: Some(analysis.at.clone()),
            templates: templates(analysis, "templates"),
            starting_step: Number::of(analysis.number_at(&["startingStep"])),
            seconds: Number::of(is_known.then_some(self.beside)),
        }
    }

    /// The weight that holds; 0 before the first one is set.
    fn current(&mut self, at: &Spot<'n>) -> &mut RolloutStep<'n> {
        if self.steps.is_empty() {
            self.add(0.0, at);
        }
        let (last, first) = (self.steps.len() - 1, self.first);
        let step = &mut self.steps[last];
        step.is_early = self.index < first;
        step
    }

    fn add(&mut self, weight: f64, at: &Spot<'n>) {
        self.steps.push(RolloutStep {
            weight,
            at: at.clone(),
            seconds: 0.0,
            is_indefinite: false,
            has_analysis: false,
            has_plugin: false,
            is_early: self.index < self.first,
            timed: true,
            replicas: self.replicas,
        });
    }

    /// An analysis, an experiment or a plugin takes as long as it takes.
    fn lasting(&mut self, at: &Spot<'n>) {
        self.untimed = true;
        self.current(at).timed = false;
    }

    /// A time that is known, at the weight that holds.
    fn waits(&mut self, seconds: f64, at: &Spot<'n>) {
        self.current(at).seconds += seconds;
        if self.index >= self.first {
            self.beside += seconds;
        }
    }

    fn judged(&mut self, templates: Vec<TemplateFacts>) {
        let Some(index) = self.steps.len().checked_sub(1) else {
            return;
        };
        self.steps[index].has_analysis |= !templates.is_empty();
        for template in templates {
            self.analyses.push(TemplateFacts {
                step: Some(index),
                ..template
            });
        }
    }

    fn weight(&mut self, weight: &Spot<'n>) {
        match weight.number() {
            // What waited before the first weight waited at this one.
            Some(0.0) if self.steps.len() == 1 && self.steps[0].weight == 0.0 => {
                self.steps[0].at = weight.clone();
            }
            Some(number) => self.add(number, weight),
            None => self.unread(weight),
        }
    }

    /// A step that may be of any weight, so that those after it say nothing by themselves.
    fn unread(&mut self, step: &Spot<'n>) {
        self.untimed = true;
        self.unread.get_or_insert_with(|| step.at.clone());
    }

    fn pause(&mut self, pause: &Spot<'n>) {
        match pause.get("duration").as_ref().map(Spot::seconds) {
            None => self.current(pause).is_indefinite = true,
            Some(Some(seconds)) => self.waits(seconds, pause),
            // A template's argument: known only when it runs.
            Some(None) => self.lasting(pause),
        }
    }
}

/// Writes the facts of an Experiment: what judges revisions that run beside each other, and for how long. It moves no
/// traffic.
pub(super) fn experiment(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(spec) = root.get("spec") else { return };
    let analyses = spec.get("analyses");
    let background = analyses.map(|analyses| BackgroundFacts {
        at: Some(analyses.at),
        templates: templates(&spec, "analyses"),
        starting_step: None,
        seconds: Number::of(lasts(&spec)),
    });
    facts.rollout = Some(ShiftFacts {
        at: Some(spec.at),
        background,
        ..ShiftFacts::default()
    });
}

/// How long an experiment runs. An analysis that must complete ends it sooner or later than its duration.
fn lasts(experiment: &Spot<'_>) -> Option<f64> {
    let analyses = experiment.items_at(&["analyses"]);
    let mut required = analyses.iter();
    if required.any(|analysis| analysis.is_true_at(&["requiredForCompletion"])) {
        return None;
    }
    experiment.get("duration")?.seconds()
}

/// The templates of the analyses of an Experiment.
pub(super) fn experiment_links(root: &Node) -> Links<'_> {
    let mut links = named(root);
    if let Some(spec) = root.get("spec") {
        add_templates(&mut links, spec, "analyses");
    }
    links
}

/// Whether one of the revisions of an Experiment serves models.
pub(super) fn experiment_serves(root: &Node) -> bool {
    let templates = root.get("spec").map(|spec| listed(spec, &["templates"]));
    let mut pods = templates
        .unwrap_or_default()
        .iter()
        .filter_map(|template| template.at(&["template", "spec"]));
    pods.any(server::serves_models)
}

/// The templates that a list names.
fn templates(holder: &Spot<'_>, list: &str) -> Vec<TemplateFacts> {
    let dry_run = dry_run(holder);
    let mut named = Vec::new();
    for template in holder.items_at(&[list]) {
        // An entry that names no template refers to none.
        if let Some(name) = template.get("templateName") {
            named.push(TemplateFacts {
                name: name.text().map(str::to_owned),
                cluster: template.is_true_at(&["clusterScope"]),
                at: Some(template.at.clone()),
                step: None,
                dry_run: dry_run.clone(),
            });
        }
    }
    named
}

/// The metrics that an analysis or an experiment takes in dry run, beside those that their template does.
fn dry_run(holder: &Spot<'_>) -> Option<Placed<Vec<String>>> {
    let list = holder.get("dryRun")?;
    let patterns = analysis::patterns(&list);
    let texts: Vec<String> = patterns.iter().map(|found| found.as_str().into()).collect();
    (!texts.is_empty()).then(|| Placed::new(texts, &list.at))
}

/// The templates that a Rollout names, and the Deployment that it takes its pods from.
pub(super) fn rollout_links(root: &Node) -> Links<'_> {
    let mut links = kubernetes::controller_links(root);
    let pods = root.at(&["spec", "workloadRef"]);
    links.targets.extend(pods.and_then(reference));
    let Some(strategy) = root.at(&["spec", "strategy"]) else {
        return links;
    };
    let steps = listed(strategy, &["canary", "steps"]);
    let analyses = [
        strategy.at(&["canary", "analysis"]),
        strategy.at(&["blueGreen", "prePromotionAnalysis"]),
        strategy.at(&["blueGreen", "postPromotionAnalysis"]),
    ];
    let inline = steps.iter().filter_map(|step| step.get("analysis"));
    for analysis in analyses.into_iter().flatten().chain(inline) {
        add_templates(&mut links, analysis, "templates");
    }
    for experiment in steps.iter().filter_map(|step| step.get("experiment")) {
        add_templates(&mut links, experiment, "analyses");
    }
    links
}

/// Adds kind and name of the templates that a list names.
fn add_templates<'n>(links: &mut Links<'n>, holder: &'n Node, list: &str) {
    for template in listed(holder, &[list]) {
        let Some(name) = template.get("templateName").and_then(Node::as_str) else {
            continue;
        };
        let cluster = template.get("clusterScope");
        let kind = match cluster.is_some_and(|flag| flag.value == Value::Bool(true)) {
            true => "ClusterAnalysisTemplate",
            false => "AnalysisTemplate",
        };
        links.targets.push((kind, name));
    }
}

/// The templates that a template is made of.
pub(super) fn template_links(root: &Node) -> Links<'_> {
    let mut links = named(root);
    if let Some(spec) = root.get("spec") {
        add_templates(&mut links, spec, "templates");
    }
    links
}

/// Whether a Rollout has anything to do with model serving: it moves traffic, so it always has.
pub(super) fn serves(root: &Node) -> bool {
    let pod = root.at(&["spec", "template", "spec"]);
    root.at(&["spec", "strategy"]).is_some() || pod.is_some_and(server::serves_models)
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::{Value as Json, json};

    fn rollout(analysis: &str, steps: &str) -> Json {
        let text = format!(
            "{{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {{name: a}}, spec: {{strategy: {{canary: {{{analysis} steps: [{steps}]}}}}}}}}"
        );
        facts(&text)["rollout"].clone()
    }

    #[test]
    fn pauses_are_seconds_digits_or_durations_and_add_up() {
        let found = rollout(
            "",
            "{setWeight: 5}, {pause: {duration: 10}}, {pause: {duration: \"20\"}}, {pause: {duration: 1m}}",
        );
        assert_eq!(found["steps"][0]["bakeSeconds"], 90);
        assert_eq!(
            (&found["timed"], &found["implicitLast"]),
            (&json!(true), &json!(true))
        );
    }

    #[test]
    fn a_pause_without_end_has_no_length() {
        for pause in ["{pause: {}}", "{pause: {}}, {pause: {duration: 5m}}"] {
            let found = rollout(
                "analysis: {templates: []},",
                &format!("{{setWeight: 5}}, {pause}"),
            );
            assert_eq!(found["steps"][0]["indefinite"], true, "{pause}");
            assert_eq!(found["steps"][0]["bakeSeconds"], Json::Null, "{pause}");
            assert_eq!(found["background"]["seconds"], Json::Null, "{pause}");
        }
    }

    #[test]
    fn what_comes_before_the_first_weight_is_at_none() {
        let found = rollout(
            "analysis: {templates: []},",
            "{pause: {duration: 1h}}, {setWeight: 50}, {pause: {duration: 5m}}",
        );
        let weights: Vec<&Json> = found["steps"]
            .as_array()
            .expect("steps")
            .iter()
            .map(|step| &step["weight"])
            .collect();
        assert_eq!(weights, [&json!(0), &json!(50)]);
        assert_eq!(found["background"]["seconds"], 3900);
        let found = rollout(
            "",
            "{pause: {duration: 1h}}, {setWeight: 0}, {setWeight: 5}",
        );
        assert_eq!(found["steps"].as_array().map(Vec::len), Some(2));
        assert_eq!(found["steps"][0]["bakeSeconds"], 3600);
    }

    #[test]
    fn only_pauses_beside_the_background_analysis_count_for_it() {
        let steps =
            "{setWeight: 5}, {pause: {duration: 10m}}, {setWeight: 50}, {pause: {duration: 5m}}";
        let seconds = |first: &str| {
            rollout(
                &format!("analysis: {{startingStep: {first}, templates: []}},"),
                steps,
            )
        };
        assert_eq!(seconds("0")["background"]["seconds"], 900);
        assert_eq!(seconds("1")["background"]["seconds"], 900);
        let late = seconds("2");
        assert_eq!(late["background"]["seconds"], 300);
        assert_eq!(
            (
                &late["steps"][0]["beforeBackground"],
                &late["steps"][1]["beforeBackground"]
            ),
            (&json!(true), &Json::Null)
        );
    }

    #[test]
    fn times_are_unknown_beside_experiments_plugins_and_arguments() {
        for step in [
            "{experiment: {templates: []}}",
            "{plugin: {name: k6}}",
            "{analysis: {templates: []}}",
            "{pause: {duration: \"{{inputs.t}}\"}}",
        ] {
            let found = rollout(
                "analysis: {templates: []},",
                &format!("{{setWeight: 5}}, {step}"),
            );
            assert_eq!(found["timed"], Json::Null, "{step}");
            assert_eq!(found["steps"][0]["bakeSeconds"], Json::Null, "{step}");
            assert_eq!(found["background"]["seconds"], Json::Null, "{step}");
        }
    }

    #[test]
    fn an_experiment_lasts_for_its_duration_unless_an_analysis_must_complete() {
        let seconds = |experiment: &str| {
            let steps = format!("{{setWeight: 5}}, {{experiment: {{{experiment}}}}}");
            let found = rollout("analysis: {templates: []},", &steps);
            assert_eq!(
                found["background"]["seconds"],
                found["steps"][0]["bakeSeconds"]
            );
            found["steps"][0]["bakeSeconds"].clone()
        };
        let analysis = "analyses: [{name: a, templateName: smoke}]";
        let required = "analyses: [{name: a, templateName: smoke, requiredForCompletion: true}]";
        assert_eq!(seconds("duration: 10m, templates: []"), 600);
        assert_eq!(seconds(&format!("duration: 10m, {analysis}")), 600);
        assert_eq!(seconds(&format!("duration: 10m, {required}")), Json::Null);
        assert_eq!(seconds(analysis), Json::Null);
        assert_eq!(seconds("duration: \"{{inputs.t}}\""), Json::Null);
    }

    #[test]
    fn an_experiment_alone_is_judged_in_the_background() {
        let found = facts(
            "{apiVersion: argoproj.io/v1alpha1, kind: Experiment, metadata: {name: a}, spec: {duration: 5m, analyses: [{name: errors, templateName: errors}]}}",
        );
        assert_eq!(found["rollout"]["background"]["seconds"], 300);
        assert_eq!(
            found["rollout"]["background"]["templates"][0]["name"],
            "errors"
        );
    }

    #[test]
    fn a_step_of_no_known_type_leaves_all_steps_open() {
        for unread in ["{setweight: 5}", "{setWeight: \"5%\"}", "{}", "{wait: {}}"] {
            let found = rollout("", &format!("{unread}, {{setWeight: 50}}, {{pause: {{}}}}"));
            assert_eq!(found["steps"], Json::Null, "{unread}");
            assert_ne!(found["unreadStep"], Json::Null, "{unread}");
        }
        let known = rollout("", "{setHeaderRoute: {}}, {plugin: {}}, {setWeight: 50}");
        assert_eq!(known["unreadStep"], Json::Null);
    }

    #[test]
    fn an_experiment_judges_only_where_it_has_analyses() {
        let found = rollout(
            "",
            "{setWeight: 5}, {experiment: {analyses: [{name: a, templateName: smoke}]}}, {setWeight: 9}, {experiment: {}}, {plugin: {}}",
        );
        assert_eq!(found["steps"][0]["analysis"], true);
        assert_eq!(found["stepAnalyses"][0]["name"], "smoke");
        assert_eq!(
            (&found["steps"][1]["analysis"], &found["steps"][1]["plugin"]),
            (&Json::Null, &json!(true))
        );
    }
}
