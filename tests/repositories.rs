//! What is said of repositories of the shapes that people publish, as their owners read it. Each snapshot was read
//! as such an owner: whoever changes one reads it again.

use crate::{cli::run::Folder, common::repositories};

/// Columns of the terminal that the snapshots are of.
const WIDTH: &str = "100";

/// What a run prints, and how it ends.
fn shown(name: &str) -> String {
    let folder = Folder::new();
    let about = repositories::write(name, &folder.path);
    let words = ["check", ".", "--as-of", crate::cli::run::DAY, "--no-progress", "--color", "never"];
    let setting = crate::cli::run::Setting {
        env: &[("COLUMNS", WIDTH)],
        ..Default::default()
    };
    let answer = folder.run_as(&words, &setting);
    format!("{about}\n\nexit code {}\n\n{}{}", answer.code, answer.out, answer.err)
}

#[test]
fn every_shape_of_repository_reads_well() {
    let names = repositories::names();
    assert!(names.len() >= 9, "{names:?}");
    for name in names {
        insta::assert_snapshot!(format!("repository_{name}"), shown(&name));
    }
}
