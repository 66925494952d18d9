//! What a run of an author's tests comes to.

/// The tests of all packs of a run.
#[derive(Debug, Clone, Default)]
pub struct TestReport {
    /// In the order in which they were named.
    pub packs: Vec<PackTests>,
    /// What was left out and why, such as the comparison with an OPA that is not there.
    pub notes: Vec<String>,
    /// Percent of lines that tests must evaluate.
    pub threshold: Option<f64>,
}

/// The tests of one pack.
#[derive(Debug, Clone, Default)]
pub struct PackTests {
    /// The name of the pack, or `servelint`.
    pub name: String,
    /// What keeps it from being tested, each with its place.
    pub problems: Vec<String>,
    /// In the order of the files.
    pub tests: Vec<AuthorTest>,
    /// By file; empty where only some tests ran.
    pub coverage: Vec<FileCoverage>,
}

/// One test and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorTest {
    /// The file that holds it.
    pub file: String,
    /// The name of the rule, or the name of a case behind its rule.
    pub name: String,
    /// Why it failed, on one or several lines.
    pub failure: Option<String>,
}

/// What tests evaluated of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCoverage {
    /// The file.
    pub path: String,
    /// The lines with something to evaluate.
    pub lines: usize,
    /// Those that no test evaluated, from 1, in order.
    pub missed: Vec<u32>,
}

/// How a run of tests ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestsOutcome {
    /// Everything that ran passed, and enough lines were evaluated.
    Passed,
    /// A test failed, or too few lines were evaluated.
    Failed,
    /// A pack cannot be tested, or nothing ran.
    Unable,
}

impl TestReport {
    /// How the run ended.
    pub fn outcome(&self) -> TestsOutcome {
        let is_broken = self.packs.iter().any(|pack| !pack.problems.is_empty());
        if is_broken || self.ran() == 0 {
            TestsOutcome::Unable
        } else if self.failed() > 0 || self.is_below() {
            TestsOutcome::Failed
        } else {
            TestsOutcome::Passed
        }
    }

    /// How many tests ran.
    pub fn ran(&self) -> usize {
        self.packs.iter().map(|pack| pack.tests.len()).sum()
    }

    /// How many of them failed.
    pub fn failed(&self) -> usize {
        let tests = self.packs.iter().flat_map(|pack| &pack.tests);
        tests.filter(|test| test.failure.is_some()).count()
    }

    /// Percent of the lines of all files; `None` where lines were not counted.
    pub fn coverage(&self) -> Option<f64> {
        let files: Vec<&FileCoverage> = self.packs.iter().flat_map(|pack| &pack.coverage).collect();
        percent(&files)
    }

    /// True where too few lines were evaluated.
    pub fn is_below(&self) -> bool {
        let wanted = self.threshold.unwrap_or_default();
        self.coverage().is_some_and(|percent| percent < wanted)
    }
}

impl FileCoverage {
    /// Percent of its lines.
    pub fn percent(&self) -> f64 {
        percent(&[self]).unwrap_or(100.0)
    }
}

/// Rounded down to a tenth, so that only what is whole reads as 100.
fn percent(files: &[&FileCoverage]) -> Option<f64> {
    let all: usize = files.iter().map(|file| file.lines).sum();
    let missed: usize = files.iter().map(|file| file.missed.len()).sum();
    let tenths = (all - missed.min(all))
        .checked_mul(1000)?
        .checked_div(all)?;
    #[expect(clippy::cast_precision_loss, reason = "at most a thousand")]
    let tenths = tenths as f64;
    Some(tenths / 10.0)
}
