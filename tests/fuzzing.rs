//! The targets of `fuzz/` under stable Rust: any bytes, and fixtures with some bytes changed.

#[path = "../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "it is a crate of its own in `fuzz/`")]
mod targets;

use crate::common::{ROOT, files, some_cases};
use proptest::{collection::vec, prelude::*, sample::Index};
use std::{collections::BTreeSet, fs, path::Path, sync::LazyLock};

type Target = fn(&[u8]);

/// Each target with the folder that its seeds are in, and how their names end.
const TARGETS: [(&str, Target, &str, &str); 12] = [
    ("documents", targets::documents, "fixtures/syntax", ""),
    ("yaml", targets::yaml, "fixtures/cases/good", ".yaml"),
    ("evidence", targets::evidence, "fixtures/evidence", ""),
    ("formats", targets::formats, "fixtures/evidence", ""),
    ("waivers", targets::waivers, "fixtures/projects", ""),
    ("units", targets::units, "fixtures/cases/good", ""),
    ("queries", targets::queries, "fixtures/queries", ".promql"),
    ("metadata", targets::metadata, "policies/slo", ""),
    ("config", targets::config, "fixtures", "servelint.toml"),
    ("crds", targets::crds, "tests/cli", "crd.yaml"),
    ("check", targets::check, "fixtures/cases/good", ".yaml"),
    ("fix", targets::fix, "fixtures/cases/good", ".yaml"),
];

/// Longer seeds make a case slow and find nothing more.
const LONGEST: usize = 20_000;

/// The seeds of each target, in its order.
static SEEDS: LazyLock<Vec<Vec<Vec<u8>>>> = LazyLock::new(|| {
    TARGETS
        .iter()
        .map(|(name, _, folder, end)| {
            let folder = Path::new(ROOT).join(folder);
            let files = files::below(&folder).into_iter();
            let mut seeds: Vec<Vec<u8>> = files
                .filter(|file| file.to_string_lossy().ends_with(end))
                .map(|file| fs::read(folder.join(file)).expect("readable"))
                .filter(|seed| seed.len() <= LONGEST)
                .collect();
            if *name == "units" {
                seeds = seeds.iter().flat_map(|seed| words(seed)).collect();
            }
            assert!(!seeds.is_empty(), "{name}");
            seeds
        })
        .collect()
});

/// The values in a text, roughly.
fn words(text: &[u8]) -> Vec<Vec<u8>> {
    let is_between = |byte: &u8| byte.is_ascii_whitespace() || b",:{}[]\"".contains(byte);
    text.split(is_between)
        .filter(|word| word.iter().any(u8::is_ascii_digit))
        .map(<[u8]>::to_vec)
        .collect()
}

/// A place, how many bytes go there, and what comes instead.
type Change = (Index, u8, Vec<u8>);

fn changed(seed: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for (at, gone, new) in changes {
        let start = at.index(bytes.len() + 1);
        let end = (start + usize::from(gone % 8)).min(bytes.len());
        bytes.splice(start..end, new.iter().copied());
    }
    bytes
}

#[test]
fn the_targets_are_those_of_cargo_fuzz() {
    let folder = Path::new(ROOT).join("fuzz/fuzz_targets");
    let there: BTreeSet<String> = files::below(&folder)
        .iter()
        .map(|file| file.with_extension("").to_string_lossy().into_owned())
        .collect();
    let here = TARGETS.map(|(name, ..)| name.to_owned()).into();
    assert_eq!(there, here);
    let manifest = fs::read_to_string(Path::new(ROOT).join("fuzz/Cargo.toml")).expect("a text");
    for name in here {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
    }
}

#[test]
fn every_seed_keeps_the_promises() {
    for ((_, target, ..), seeds) in TARGETS.iter().zip(&*SEEDS) {
        seeds.iter().for_each(|seed| target(seed));
    }
}

proptest! {
    #![proptest_config(some_cases(96))]

    #[test]
    fn changed_seeds_keep_the_promises(
        which in any::<Index>(),
        changes in vec((any::<Index>(), any::<u8>(), vec(any::<u8>(), 0..6)), 1..6),
    ) {
        for ((_, target, ..), seeds) in TARGETS.iter().zip(&*SEEDS) {
            let seed: &Vec<u8> = which.get(seeds);
            target(&changed(seed, &changes));
        }
    }

    #[test]
    fn any_bytes_keep_the_promises(bytes in vec(any::<u8>(), 0..200)) {
        for (_, target, ..) in TARGETS {
            target(&bytes);
        }
    }

    /// Close to what is meant, so that more than the first character counts.
    #[test]
    fn any_value_keeps_the_promises(text in "[0-9.]{0,6} ?(ms|s|m|h|d|w|y|M|Q|Y|us|sec|Gi|GiB|GB|k|e9|E|n|%){0,2}[0-9]{0,3}(m|s|)") {
        targets::units(text.as_bytes());
    }
}
