//! Facts of a rollout: what each analysis can see at each step, and what it costs until it does.

use super::{
    Field, Sheet, formula,
    slo::{self, Kind, Slo},
};

/// One entry of `spec.rollout.analysis`.
#[derive(Debug)]
struct Analysis<'n> {
    name: Option<&'n str>,
    slo: Option<usize>,
    kind: Option<&'static str>,
    detection: Option<f64>,
    window: Option<f64>,
    required: Option<f64>,
    threshold_seconds: Option<f64>,
    threshold_ratio: Option<f64>,
    exposure: Option<f64>,
}

/// The facts of all analyses, and one check for each analysis that a step names.
pub(super) fn rollout(spec: Field, slos: &[Slo]) -> Sheet {
    let rollout = spec.get("rollout");
    let analyses: Vec<_> = rollout
        .get("analysis")
        .items()
        .map(|analysis| Analysis::read(analysis, slos))
        .collect();
    let mut facts = Sheet::default();
    facts.list("analysis", analyses.iter().map(Analysis::facts).collect());
    facts.list(
        "checks",
        checks(rollout, &analyses, spec.get("traffic"), slos),
    );
    facts
}

impl<'n> Analysis<'n> {
    fn read(analysis: Field<'n>, slos: &[Slo]) -> Self {
        let slo = slo::find(slos, analysis.get("slo").text());
        let slo_kind = slo.and_then(|index| slos[index].kind);
        let kind = match slo_kind {
            Some(Kind::Latency) => Some("latency"),
            Some(Kind::Availability) => Some("availability"),
            Some(Kind::Throughput | Kind::Goodput | Kind::Quality) => Some("metric"),
            None => analysis.get("metric").text().map(|_| "metric"),
        };
        let window = analysis.get("window").seconds();
        let detection = detection_seconds(analysis);
        let threshold_ratio =
            error_ratio(analysis).filter(|_| slo_kind == Some(Kind::Availability));
        let by_percentile = slo.and_then(|index| slos[index].min_samples);
        let stated = analysis.get("minSamples").positive();
        Self {
            name: analysis.get("name").text(),
            slo,
            kind,
            detection,
            window,
            required: by_percentile.into_iter().chain(stated).reduce(f64::max),
            threshold_seconds: analysis
                .get("threshold")
                .seconds()
                .filter(|_| slo_kind == Some(Kind::Latency)),
            threshold_ratio,
            exposure: exposure_seconds(kind, detection, window, threshold_ratio),
        }
    }

    fn facts(&self) -> Sheet {
        let mut facts = Sheet::default();
        facts.index("slo", self.slo);
        facts.text("kind", self.kind);
        facts.number("detectionSeconds", self.detection);
        facts.number("requiredSamples", self.required);
        facts.number("thresholdSeconds", self.threshold_seconds);
        facts.number("thresholdRatio", self.threshold_ratio);
        facts.number("exposureSeconds", self.exposure);
        facts
    }
}

/// Seconds until the analysis can fail for the first time; without an `initialDelay` it starts at once.
fn detection_seconds(analysis: Field) -> Option<f64> {
    let delay = analysis.get("initialDelay");
    let delay = delay
        .seconds()
        .or_else(|| delay.is_missing().then_some(0.0))?;
    let (limit, interval) = (
        analysis.get("failureLimit").amount()?,
        analysis.get("interval").seconds()?,
    );
    Some(formula::argo_detection_seconds(delay, limit, interval))
}

/// The ratio of failed requests that trips the analysis. One that asks for too few good requests
/// (`op: lt`) trips at what is left to one.
fn error_ratio(analysis: Field) -> Option<f64> {
    let threshold = analysis
        .get("threshold")
        .amount()
        .filter(|ratio| *ratio <= 1.0)?;
    Some(match analysis.get("op").text() {
        Some("lt" | "lte") => 1.0 - threshold,
        _ => threshold,
    })
}

/// Seconds of total failure until the rollback. An error ratio passes its threshold once that part
/// of the window has failed; a percentile or another metric may need all of the window.
fn exposure_seconds(
    kind: Option<&str>,
    detection: Option<f64>,
    window: Option<f64>,
    threshold_ratio: Option<f64>,
) -> Option<f64> {
    let filled = match kind? {
        "availability" => threshold_ratio?,
        _ => 1.0,
    };
    Some(detection? + window? * filled)
}

fn checks(rollout: Field, analyses: &[Analysis], traffic: Field, slos: &[Slo]) -> Vec<Sheet> {
    let mut checks = Vec::new();
    for (place, step) in rollout.get("steps").items().enumerate() {
        for named in step.get("analysis").items().filter_map(Field::text) {
            if let Some(found) = analyses
                .iter()
                .position(|analysis| analysis.name == Some(named))
            {
                let mut facts = Sheet::default();
                facts.index("step", Some(place));
                facts.index("analysis", Some(found));
                check(&mut facts, step, &analyses[found], traffic, slos);
                checks.push(facts);
            }
        }
    }
    checks
}

/// What one analysis can see at one step.
fn check(facts: &mut Sheet, step: Field, analysis: &Analysis, traffic: Field, slos: &[Slo]) {
    // 0.05 is a ratio where a percent belongs, and reported as that.
    let weight = step
        .get("weight")
        .amount()
        .filter(|weight| *weight <= 100.0 && weight.fract() == 0.0);
    let bake = step.get("bake").seconds();
    let sampled = analysis
        .window
        .zip(bake)
        .map(|(window, bake)| window.min(bake));
    let samples_at = |rate: &str| {
        let rps = formula::canary_rps(traffic.get(rate).positive()?, weight?);
        Some(rps * sampled?)
    };
    let needed_bake = || {
        let (trough, weight) = (
            traffic.get("troughRps").positive()?,
            weight.filter(|weight| *weight > 0.0)?,
        );
        Some(formula::bake_seconds(analysis.required?, trough, weight))
    };
    let budget = || {
        let slo = &slos[analysis.slo?];
        Some(formula::budget_exposure(
            weight?,
            analysis.exposure?,
            slo.window_seconds?,
            slo.budget_ratio()?,
        ))
    };
    let trough = samples_at("troughRps");
    let expected_errors = trough
        .zip(analysis.threshold_ratio)
        .map(|(samples, ratio)| samples * ratio);
    facts.number("weight", weight);
    facts.number("bakeSeconds", bake);
    facts.number("sampleSeconds", sampled);
    facts.number("troughSamples", trough);
    facts.number("averageSamples", samples_at("averageRps"));
    facts.number("requiredSamples", analysis.required);
    facts.number("expectedErrors", expected_errors);
    facts.number("neededBakeSeconds", needed_bake());
    facts.number("budgetFraction", budget());
}
