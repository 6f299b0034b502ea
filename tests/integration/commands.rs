//! The program's commands: where they make a database, and which of them run beside a server.

use system_tests::server_process::{ServerProcess, refused, run};

/// Every command that works on a database, with what it needs besides the folder.
const COMMANDS: [&[&str]; 6] = [
    &["serve", "--port", "0"],
    &["report", "TINH", "2026-Q3"],
    &["rebuild"],
    &["enrolment-code", "--person", "administrator"],
    &["password", "--person", "administrator"],
    &["import", "Cargo.toml"],
];

#[test]
fn a_mistyped_folder_is_not_made() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("dta");
    for command in COMMANDS {
        let said = refused(command, &folder);
        assert!(
            said.contains(&format!("so-cong-doan init --data {}", folder.display())),
            "{command:?}: {said}"
        );
        assert!(!folder.exists(), "{command:?}");
    }
    // A folder of something else stays as it is.
    for command in COMMANDS {
        refused(command, parent.path());
        assert_eq!(parent.path().read_dir().unwrap().count(), 0, "{command:?}");
    }
}

#[test]
fn a_sign_in_name_is_what_an_import_takes_too() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    for login in ["", "Quản trị", "QUANTRI", "a b"] {
        let said = refused(&["init", "--login", login], &folder);
        assert!(said.contains("a sign-in name has 1 to 64 of a-z"), "{said}");
    }
    assert!(!folder.exists());
    assert!(run(&["init", "--login", "quan.tri"], &folder).contains("quan.tri"));
}

#[test]
fn one_process_writes_in_a_folder() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    run(&["init"], &folder);
    let file = parent.path().join("units.json");
    std::fs::write(&file, "{}").unwrap();
    let import = ["import", file.to_str().unwrap()];
    let server = ServerProcess::start(&folder);
    for command in [
        &["serve", "--port", "0"],
        &import[..],
        &["rebuild"],
        &["init"],
        &["serve", "--demo"],
    ] {
        let said = refused(command, &folder);
        assert!(
            said.contains(&format!("the folder {} is in use", folder.display())),
            "{command:?}: {said}"
        );
    }
    // What reads, or touches accounts alone, need not wait.
    run(&["report", "TINH", "2026-Q3"], &folder);
    assert!(run(&["enrolment-code", "--person", "administrator"], &folder).contains("until"));
    server.kill();
    run(&import, &folder);
    run(&["rebuild"], &folder);
}
