//! How the run grows with the repository, and what it costs beside parsing alone.
//!
//! `cargo bench --bench scale` generates repositories of 125 to 1,000 services (three documents
//! each, in the shape of `fixtures/projects/support-chat-llm`), and prints for each the time to
//! parse, the time of a whole run, their ratio and the peak memory. The machine may be busy, so
//! each figure is the best of several, parse and run taking turns; compare ratios, not times.

#![expect(clippy::disallowed_methods, reason = "it reads what it measures")]

use rayon::prelude::*;
use servelint::{
    check::{self, Request, Silent},
    document::{
        read::{self, Format},
        source::Source,
    },
    policy::Pack,
};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const TEMPLATE: &str = "fixtures/projects/support-chat-llm";
const SERVICE: &str = "support-chat-llm";
const ROUNDS: usize = 5;

fn main() {
    // `cargo test --benches` and `cargo bench -- --generate FOLDER N` come through here as well.
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments
        .iter()
        .position(|argument| argument == "--generate")
    {
        let folder = PathBuf::from(arguments.get(at + 1).expect("--generate FOLDER SERVICES"));
        let services = arguments
            .get(at + 2)
            .and_then(|count| count.parse().ok())
            .unwrap_or(1000);
        println!(
            "{} files in {}",
            generate(&folder, services).len(),
            folder.display()
        );
        return;
    }
    let sizes: &[usize] = if arguments.iter().any(|argument| argument == "--bench") {
        &[125, 250, 500, 1000]
    } else {
        &[3]
    };
    println!(
        "{:>8} {:>6} {:>8} {:>10} {:>10} {:>6} {:>12} {:>9}",
        "services", "files", "lines", "parse", "run", "ratio", "run/service", "peak"
    );
    for services in sizes {
        let folder =
            std::env::temp_dir().join(format!("servelint-scale-{}-{services}", std::process::id()));
        let files = generate(&folder, *services);
        measure(&folder, &files, *services);
        fs::remove_dir_all(&folder).expect("the generated folder");
    }
}

/// Writes a repository and answers with its document files.
fn generate(folder: &Path, services: usize) -> Vec<PathBuf> {
    let template = Path::new(ROOT).join(TEMPLATE);
    let mut files = Vec::new();
    fs::create_dir_all(folder).expect("a folder");
    fs::copy(
        template.join("servelint.toml"),
        folder.join("servelint.toml"),
    )
    .expect("the configuration");
    copy(&template.join("evidence"), &folder.join("evidence"));
    copy(&template.join("docs"), &folder.join("docs"));
    let mut documents: Vec<PathBuf> = fs::read_dir(&template)
        .expect("the template")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    documents.sort();
    for number in 0..services {
        let service = format!("service-{number:04}");
        let home = folder.join(&service);
        fs::create_dir_all(&home).expect("a folder");
        for document in &documents {
            let text = fs::read_to_string(document)
                .expect("the template")
                .replace(SERVICE, &service);
            let name = document
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .replace(SERVICE, &service);
            let path = home.join(name);
            fs::write(&path, text).expect("a file");
            files.push(path);
        }
    }
    files
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a file");
        }
    }
}

fn measure(folder: &Path, files: &[PathBuf], services: usize) {
    let lines: usize = files
        .iter()
        .map(|path| fs::read_to_string(path).expect("a file").lines().count())
        .sum();
    let request = Request {
        paths: vec![folder.to_owned()],
        today: "2026-10-10".parse().expect("a date"),
        ..Request::default()
    };
    let (mut parse, mut run) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        parse = parse.min(time(|| files.par_iter().map(|path| read(path)).sum()));
        run = run.min(time(|| {
            let pack = Pack::embedded().expect("valid metadata");
            let report = check::run(&request, &pack, &Silent).expect("a run");
            assert_eq!(report.counts.documents, files.len());
            assert!(report.failures.is_empty(), "{:?}", report.failures);
            report.findings.len()
        }));
    }
    let ratio = run.as_secs_f64() / parse.as_secs_f64();
    let each = run.as_secs_f64() * 1e6 / services as f64;
    println!(
        "{services:>8} {:>6} {lines:>8} {:>8.1}ms {:>8.1}ms {ratio:>6.2} {each:>10.0}us {:>9}",
        files.len(),
        parse.as_secs_f64() * 1e3,
        run.as_secs_f64() * 1e3,
        peak_memory()
    );
}

/// Reads and parses one file, nothing else.
fn read(path: &Path) -> usize {
    let text = read::decode(fs::read(path).expect("a file")).expect("UTF-8");
    let source = Source::new(path.to_string_lossy(), text);
    let parsed = read::parse(&source, Format::of(path).expect("a format"));
    assert!(parsed.errors.is_empty());
    parsed.documents.len()
}

fn time(work: impl FnOnce() -> usize) -> Duration {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed()
}

/// The most memory that this process held so far, where the system tells.
fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| {
        line.strip_prefix("VmHWM:")?
            .trim()
            .strip_suffix(" kB")?
            .trim()
            .parse::<f64>()
            .ok()
    });
    kilobytes.map_or_else(
        || "-".into(),
        |kilobytes| format!("{:.0} MiB", kilobytes / 1024.0),
    )
}
