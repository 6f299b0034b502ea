//! The program's commands: where they make a database, what they take in and print, and which of them run beside a server.

use std::path::{Path, PathBuf};

use client_core::ids::DocumentId;
use client_core::model::entries::{self, EntryEdit};
use client_core::model::entry::FieldValue;
use serde_json::{Value, json};
use system_tests::device::Device;
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
    std::fs::write(
        &file,
        r#"{ "periods": [{ "period": "2026-Q3", "due": "2026-10-10" }] }"#,
    )
    .unwrap();
    let import = ["import", file.to_str().unwrap()];
    run(&import, &folder);
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

/// The example of `docs/IMPORT.md`, as it stands there.
fn documented_example() -> &'static str {
    let document = include_str!("../../docs/IMPORT.md");
    let (_, example) = document.split_once("\n```json\n").unwrap();
    example.split_once("\n```\n").unwrap().0
}

/// A database that was set up, in a folder of its own beside which there is room for a file to import.
fn set_up() -> (tempfile::TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    run(&["init"], &folder);
    (parent, folder)
}

fn report(unit: &str, data: &Path) -> Value {
    serde_json::from_str(&run(&["report", unit, "2026-Q4", "--json"], data)).unwrap()
}

fn indicator<'r>(report: &'r Value, code: &str) -> &'r Value {
    let indicators = report["indicators"].as_array().unwrap();
    indicators.iter().find(|indicator| indicator["code"] == code).unwrap()
}

#[test]
fn the_documented_example_is_imported_and_reported() {
    let (parent, folder) = set_up();
    let file = parent.path().join("example.json");
    std::fs::write(&file, documented_example()).unwrap();
    let import = ["import", file.to_str().unwrap()];
    assert_eq!(
        run(&import, &folder),
        "Imported 5 units, people and periods, and 2 entries and declarations.\n"
    );
    let unit = report("KHUN-HA", &folder);
    assert_eq!((&unit["unit"], &unit["period"]), (&json!("KHUN-HA"), &json!("2026-Q4")));
    assert_eq!(unit["indicators"].as_array().unwrap().len(), 116);
    for indicator in unit["indicators"].as_array().unwrap() {
        for part in ["value", "derived", "declared", "explanation"] {
            assert!(indicator.get(part).is_some(), "{indicator}: no {part}");
        }
    }
    let people = indicator(&unit, "II.1-02");
    assert_eq!(people["value"], json!({ "is": "number", "value": 60 }));
    assert_eq!(people["derived"], json!({ "is": "number", "value": 58 }));
    assert_eq!(
        (&people["declared"]["value"], &people["declared"]["reason"]),
        (&people["value"], &json!("Hai người đến sau"))
    );
    let entries = people["explanation"]["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1, "{people}");
    assert_eq!(entries[0]["amount"], 58);
    assert_eq!(entries[0]["title"], "Sinh hoạt chuyên đề");
    assert_eq!(
        (&entries[0]["type_code"], &entries[0]["day"]),
        (&json!("TT_BUOI"), &json!("2026-10-08"))
    );
    // Nothing was declared for the number of sessions: what the log gives counts.
    let sessions = indicator(&unit, "II.1-01");
    assert_eq!(sessions["value"], json!({ "is": "number", "value": 1 }));
    assert_eq!(
        (&sessions["derived"], &sessions["declared"]),
        (&sessions["value"], &Value::Null)
    );
    // Above, the number counts as the unit declares it, and opens to the unit.
    let province = report("TINH", &folder);
    let people = indicator(&province, "II.1-02");
    assert_eq!(people["value"], json!({ "is": "number", "value": 60 }));
    assert_eq!(people["explanation"]["units"][0]["unit"], "KHUN-HA");

    assert_eq!(
        run(&import, &folder),
        "Imported 0 units, people and periods, and 0 entries and declarations.\n"
    );
    assert_eq!(report("KHUN-HA", &folder), unit, "importing again changes nothing");
}

#[test]
fn a_period_that_was_never_opened_has_no_report_at_any_level() {
    let (parent, folder) = set_up();
    let said = refused(&["report", "TINH", "2026-Q4"], &folder);
    assert!(said.contains("2026-Q4 was never opened; there is none yet"), "{said}");
    let file = parent.path().join("example.json");
    std::fs::write(&file, documented_example()).unwrap();
    run(&["import", file.to_str().unwrap()], &folder);
    for unit in ["KHUN-HA", "TAM-DUONG", "TINH"] {
        let said = refused(&["report", unit, "2026-H2", "--json"], &folder);
        assert!(said.contains("2026-H2 was never opened; there are 2026-Q4"), "{said}");
    }
}

#[test]
fn an_import_says_what_stays_as_people_corrected_it() {
    let (parent, folder) = set_up();
    let file = parent.path().join("example.json");
    std::fs::write(&file, documented_example()).unwrap();
    let import = ["import", file.to_str().unwrap()];
    run(&import, &folder);
    let log: DocumentId = "log/KHUN-HA/2026".parse().unwrap();
    let mut device = Device::new(1);
    let server = ServerProcess::start(&folder);
    let said = run(&["enrolment-code", "--person", "khun-ha.1"], &folder);
    let code = said
        .split_whitespace()
        .find(|word| word.len() == 9 && word.contains('-'));
    let token = server.line().enrol(&mut device, code.unwrap()).unwrap();
    server.line().sync(&mut device, &token).unwrap();
    let entry = entries::read(device.document(&log)).remove(0);
    let mut edit = EntryEdit::new(entry.id, entry.type_code);
    edit.fields = [("participants".to_owned(), Some(FieldValue::Integer(57)))].into();
    device.save(&log, &edit);
    server.line().sync(&mut device, &token).unwrap();
    server.kill();
    assert_eq!(
        run(&import, &folder),
        "Imported 0 units, people and periods, and 0 entries and declarations.\n\
         1 value was corrected since the last import and stays.\n"
    );
}

#[test]
fn a_broken_file_is_refused_by_paths_and_changes_no_number() {
    let (parent, folder) = set_up();
    let file = parent.path().join("example.json");
    let import = ["import", file.to_str().unwrap()];
    std::fs::write(&file, documented_example()).unwrap();
    run(&import, &folder);
    let before = ["KHUN-HA", "TAM-DUONG", "TINH"].map(|unit| report(unit, &folder));
    let mut broken: Value = serde_json::from_str(documented_example()).unwrap();
    // The first entry is sound and new; the second is not.
    broken["entries"][0]["fields"]["participants"] = json!(70);
    let mut second = broken["entries"][0].clone();
    second["fields"]["participants"] = json!("năm mươi tám");
    second["fields"]["date_start"] = json!("31/2/2026");
    broken["entries"].as_array_mut().unwrap().push(second);
    broken["people"][1]["unit"] = json!("KHUN-HA");
    broken["declarations"][0]["value"] = json!(-1);
    std::fs::write(&file, broken.to_string()).unwrap();
    let said = refused(&import, &folder);
    let paths: Vec<&str> = said
        .lines()
        .filter_map(|line| line.strip_prefix("$.")?.split_once(": "))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(
        paths,
        [
            "people[1].id",
            "entries[1].fields.date_start",
            "entries[1].fields.participants",
            "declarations[0].value"
        ],
        "{said}"
    );
    assert!(
        said.ends_with("so-cong-doan: 4 errors; nothing was imported\n"),
        "{said}"
    );
    let after = ["KHUN-HA", "TAM-DUONG", "TINH"].map(|unit| report(unit, &folder));
    assert_eq!(after, before);
}

#[test]
fn who_guesses_codes_must_wait() {
    let (_parent, folder) = set_up();
    let server = ServerProcess::start(&folder);
    let line = server.line();
    let mut device = Device::new(1);
    // An address may try forty times at once; while these run, a few more come back.
    let statuses = (1..=80).map(|_| match line.enrol(&mut device, "0000-0000") {
        Err(ureq::Error::StatusCode(status)) => status,
        other => panic!("{other:?}"),
    });
    let unknown = statuses.take_while(|status| *status == 404).count();
    assert!((40..80).contains(&unknown), "{unknown} guesses before the first wait");
}
