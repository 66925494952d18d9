//! What load generators really write is read.
//!
//! Opt-in, since the tools must be on the PATH and the run takes some seconds:
//! `cargo test --test real_tools -- --ignored --nocapture`. A tool that is missing is skipped, and
//! said so. All requests go to a server that the test opens on 127.0.0.1, and are few.

use servelint::evidence::{CautionKind, Evidence, EvidenceRequest, LoadShape, read};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

/// Answers `ok`, and 503 to `/bad`, until the test ends.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(stream));
        }
    });
    format!("http://{address}")
}

/// Serves one connection.
fn answer(mut stream: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let mut request = String::new();
        if reader.read_line(&mut request).ok()? == 0 {
            return None;
        }
        let mut line = String::new();
        while reader.read_line(&mut line).ok()? > 2 {
            line.clear();
        }
        let status = if request.contains("/bad") {
            "503 Service Unavailable"
        } else {
            "200 OK"
        };
        // ab counts whole milliseconds, and nothing takes none.
        if request.contains("/slow") {
            thread::sleep(Duration::from_millis(3));
        }
        let head =
            format!("HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n");
        // In one piece: a small second one would wait for the acknowledgement of the first.
        stream.write_all((head + "ok").as_bytes()).ok()?;
        // Who speaks the old version waits for the end of the connection.
        if request.contains("HTTP/1.0") {
            return None;
        }
    }
}

/// The standard output of a tool; `None`, with a word about it, where it is not there.
fn run(tool: &str, arguments: &[&str], input: &str, folder: &Path) -> Option<Vec<u8>> {
    let spawned = Command::new(tool)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else {
        println!("skipped: `{tool}` is not on the PATH");
        return None;
    };
    child
        .stdin
        .take()
        .expect("stdin")
        .write_all(input.as_bytes())
        .expect("input");
    let output = child.wait_with_output().expect("the tool runs");
    assert!(
        output.status.success() || tool == "locust",
        "{tool}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(output.stdout)
}

/// Reads what a tool wrote. Kept in the folder that `SERVELINT_KEEP` names, for those who look.
fn evidence(name: &str, bytes: Vec<u8>) -> Evidence {
    if let Ok(folder) = std::env::var("SERVELINT_KEEP") {
        fs::write(Path::new(&folder).join(name), &bytes).expect("kept");
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let found = read(bytes, EvidenceRequest::default())
        .unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
    println!("read: {name} as {}", found.format);
    found
}

fn latency(found: &Evidence, statistic: &str) -> f64 {
    let found = found
        .find("request_latency", statistic)
        .unwrap_or_else(|| panic!("{statistic} in {found:?}"));
    let seconds = found.value.number().expect("a number");
    assert!(
        seconds > 0.0 && seconds < 5.0,
        "{statistic} is {seconds} s: a wrong unit?"
    );
    seconds
}

#[test]
#[ignore = "needs vegeta"]
fn vegeta() {
    let (server, folder) = (serve(), tempfile::tempdir().expect("folder"));
    let targets = format!("GET {server}/\nGET {server}/\nGET {server}/\nGET {server}/bad\n");
    let attack = ["attack", "-rate=100", "-duration=2s", "-output=run.bin"];
    if run("vegeta", &attack, &targets, folder.path()).is_none() {
        return;
    }
    let report =
        |kind| run("vegeta", &["report", kind, "run.bin"], "", folder.path()).expect("a report");
    let found = evidence("vegeta-report.json", report("-type=json"));
    assert_eq!((found.completed, found.failed), (Some(150), Some(50)));
    assert!(latency(&found, "p50") <= latency(&found, "p99"));
    assert!(
        found
            .duration_seconds
            .is_some_and(|seconds| (1.9..2.1).contains(&seconds))
    );
    assert!(
        found
            .achieved_rps
            .is_some_and(|rate| (95.0..105.0).contains(&rate))
    );
    let plot = evidence("vegeta-plot.hdr", report("-type=hdrplot"));
    let (a, b) = (latency(&found, "max"), latency(&plot, "max"));
    assert!((a - b).abs() < 1e-5, "{a} {b}");
    assert_eq!(
        plot.find("request_latency", "p50")
            .and_then(|found| found.samples),
        Some(200)
    );
}

#[test]
#[ignore = "needs hey"]
fn hey() {
    let (server, folder) = (serve(), tempfile::tempdir().expect("folder"));
    let Some(bytes) = run(
        "hey",
        &["-n", "200", "-c", "2", "-q", "50", &server],
        "",
        folder.path(),
    ) else {
        return;
    };
    let found = evidence("hey.txt", bytes);
    assert_eq!(
        (found.completed, found.failed, found.load_shape),
        (Some(200), Some(0), LoadShape::Closed)
    );
    assert!(
        latency(&found, "p50") <= latency(&found, "p99")
            && latency(&found, "p99") <= latency(&found, "max")
    );
    let few = run("hey", &["-n", "3", "-c", "1", &server], "", folder.path()).expect("hey");
    assert!(
        evidence("hey-few.txt", few)
            .find("request_latency", "p99")
            .is_none()
    );
}

#[test]
#[ignore = "needs wrk"]
fn wrk() {
    let (server, folder) = (serve(), tempfile::tempdir().expect("folder"));
    let arguments = ["-t1", "-c2", "-d1s", "--latency", &server];
    let Some(bytes) = run("wrk", &arguments, "", folder.path()) else {
        return;
    };
    let found = evidence("wrk.txt", bytes);
    assert_eq!(
        (found.tool, found.failed, found.concurrency),
        ("wrk", Some(0), Some(2.0))
    );
    assert!(latency(&found, "p50") <= latency(&found, "p99"));
    assert!(
        found
            .duration_seconds
            .is_some_and(|seconds| (0.9..1.5).contains(&seconds))
    );
}

#[test]
#[ignore = "needs fortio"]
fn fortio() {
    let (server, folder) = (serve(), tempfile::tempdir().expect("folder"));
    let arguments = [
        "load", "-qps", "100", "-n", "100", "-c", "2", "-json", "-", "-quiet", &server,
    ];
    let Some(bytes) = run("fortio", &arguments, "", folder.path()) else {
        return;
    };
    let found = evidence("fortio.json", bytes);
    assert_eq!((found.completed, found.failed), (Some(100), Some(0)));
    assert!(latency(&found, "p50") <= latency(&found, "p99"));
    assert!(
        found
            .duration_seconds
            .is_some_and(|seconds| (0.8..2.0).contains(&seconds))
    );
}

#[test]
#[ignore = "needs oha"]
fn oha() {
    let (server, folder) = (serve(), tempfile::tempdir().expect("folder"));
    let bad = format!("{server}/bad");
    let words = |format: &'static str, url: &str| {
        [
            "-n",
            "200",
            "-c",
            "2",
            "--no-tui",
            "--output-format",
            format,
            url,
        ]
        .map(str::to_owned)
    };
    let read = |name: &str, words: &[String]| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Some(evidence(name, run("oha", &words, "", folder.path())?))
    };
    let Some(found) = read("oha.json", &words("json", &server)) else {
        return;
    };
    assert_eq!((found.completed, found.failed), (Some(200), Some(0)));
    assert!(latency(&found, "p50") <= latency(&found, "p99"));
    let text = read("oha.txt", &words("text", &server)).expect("oha");
    assert_eq!((text.completed, text.failed), (Some(200), Some(0)));
    latency(&text, "p99");
    let failed = read("oha-bad.json", &words("json", &bad)).expect("oha");
    assert_eq!(
        failed.failed,
        Some(200),
        "a 503 is an answer and no success"
    );
}

#[test]
#[ignore = "needs ab"]
fn ab() {
    let (server, folder) = (serve(), tempfile::tempdir().expect("folder"));
    let url = format!("{server}/slow");
    let Some(bytes) = run("ab", &["-n", "200", "-c", "2", &url], "", folder.path()) else {
        return;
    };
    let found = evidence("ab.txt", bytes);
    assert_eq!((found.completed, found.failed), (Some(200), Some(0)));
    assert_eq!(found.concurrency, Some(2.0));
    assert!(found.find("request_latency", "p99").is_some());
}

/// `.ci/grpc-health` answers the health check of gRPC, and tells of it by reflection.
struct GrpcServer {
    child: std::process::Child,
    address: String,
}

impl GrpcServer {
    fn start() -> Option<Self> {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = free.local_addr().expect("an address").to_string();
        drop(free);
        let Ok(child) = Command::new("grpc-health").arg(&address).spawn() else {
            println!("skipped: `grpc-health`, which answers gRPC, is not on the PATH");
            return None;
        };
        let server = Self { child, address };
        for _ in 0..100 {
            if TcpStream::connect(&server.address).is_ok() {
                return Some(server);
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("nothing answers at {}", server.address);
    }
}

impl Drop for GrpcServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "needs ghz and grpc-health"]
fn ghz() {
    let folder = tempfile::tempdir().expect("folder");
    let Some(server) = GrpcServer::start() else {
        return;
    };
    let words = [
        "--insecure",
        "--call",
        "grpc.health.v1.Health.Check",
        "-d",
        "{}",
        "-n",
        "200",
        "-c",
        "2",
        "--format",
        "json",
        &server.address,
    ];
    let Some(bytes) = run("ghz", &words, "", folder.path()) else {
        return;
    };
    let found = evidence("ghz.json", bytes);
    assert_eq!((found.completed, found.failed), (Some(200), Some(0)));
    assert!(latency(&found, "p50") <= latency(&found, "p99"));
}

const K6_SCRIPT: &str = "\
import http from 'k6/http';
import grpc from 'k6/net/grpc';

const client = new grpc.Client();

export default () => {
  if (__ENV.GRPC) {
    if (__ITER === 0) client.connect(__ENV.GRPC, { plaintext: true, reflect: true });
    client.invoke('grpc.health.v1.Health/Check', {});
  } else {
    http.get(__ITER % 4 === 3 ? `${__ENV.URL}/bad` : __ENV.URL);
  }
};
";

#[test]
#[ignore = "needs k6"]
fn k6() {
    let (server, folder) = (serve(), tempfile::tempdir().expect("folder"));
    fs::write(folder.path().join("load.js"), K6_SCRIPT).expect("a script");
    let k6 = |words: &[&str]| {
        let all = [
            &[
                "run",
                "--quiet",
                "-u",
                "2",
                "-i",
                "200",
                "--summary-export",
                "out.json",
            ],
            words,
            &["load.js"],
        ]
        .concat();
        run("k6", &all, "", folder.path())?;
        Some(fs::read(folder.path().join("out.json")).expect("a summary"))
    };
    let url = format!("URL={server}");
    let Some(bytes) = k6(&["-e", &url]) else {
        return;
    };
    let found = evidence("k6.json", bytes);
    assert_eq!((found.completed, found.failed), (Some(150), Some(50)));
    latency(&found, "p95");
    let machine = k6(&["-e", &url, "--new-machine-readable-summary"]).expect("k6");
    let found = evidence("k6-machine.json", machine);
    assert_eq!((found.completed, found.failed), (Some(150), Some(50)));
    if let Some(server) = GrpcServer::start() {
        let grpc = k6(&["-e", &format!("GRPC={}", server.address)]).expect("k6");
        let found = evidence("k6-grpc.json", grpc);
        latency(&found, "p95");
        assert_eq!(found.completed, None, "k6 counts no failed calls of gRPC");
    }
}

#[test]
#[ignore = "needs artillery"]
fn artillery() {
    let (server, folder) = (serve(), tempfile::tempdir().expect("folder"));
    let words = [
        "quick", "--count", "10", "--num", "20", "--output", "out.json", &server,
    ];
    if run("artillery", &words, "", folder.path()).is_none() {
        return;
    }
    let found = evidence(
        "artillery.json",
        fs::read(folder.path().join("out.json")).expect("a report"),
    );
    assert_eq!((found.completed, found.failed), (Some(200), Some(0)));
    assert!(latency(&found, "p50") <= latency(&found, "p99"));
}

const LOCUSTFILE: &str = "\
from locust import FastHttpUser, constant, task

class Reader(FastHttpUser):
    wait_time = constant(0.02)
    sent = 0

    @task
    def read(self):
        Reader.sent += 1
        if Reader.sent > 400:
            self.environment.runner.quit()
            return
        self.client.get('/bad' if Reader.sent % 4 == 0 else '/')
";

#[test]
#[ignore = "needs locust"]
fn locust() {
    let (server, folder) = (serve(), tempfile::tempdir().expect("folder"));
    fs::write(folder.path().join("locustfile.py"), LOCUSTFILE).expect("locustfile");
    let arguments = [
        "--headless",
        "-u",
        "2",
        "-r",
        "2",
        "-t",
        "3s",
        "--host",
        &server,
        "--csv",
        "run",
        "--only-summary",
    ];
    if run("locust", &arguments, "", folder.path()).is_none() {
        return;
    }
    let found = evidence(
        "locust_stats.csv",
        fs::read(folder.path().join("run_stats.csv")).expect("stats"),
    );
    let (completed, failed) = (
        found.completed.expect("completed"),
        found.failed.expect("failed"),
    );
    assert!(
        completed > 20 && failed > 5 && completed + failed <= 402,
        "{completed} {failed}"
    );
    assert!(latency(&found, "p50") <= latency(&found, "p99") && latency(&found, "mean") > 0.0);
    assert!(found.warns(CautionKind::ClosedLoop) && found.warns(CautionKind::IncludesFailures));
}
