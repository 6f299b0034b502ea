//! The program `phone`, as a script drives it, against the real server.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use system_tests::server_process::{ServerProcess, run};
use system_tests::world::{START, open};

/// One phone of a test: a folder, and the server it speaks to.
struct Phone<'t> {
    folder: &'t Path,
    name: &'static str,
    server: &'t str,
}

impl Phone<'_> {
    fn output(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_phone"));
        command.args(arguments).args(["--server", self.server, "--state"]);
        command.arg(self.folder.join(self.name)).output().unwrap()
    }

    /// What it prints, when it does what it was told.
    fn run(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{} {arguments:?}: {said}", self.name);
        String::from_utf8(output.stdout).unwrap()
    }

    /// Its exit code and what it says, when it does not.
    fn refusal(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.output(arguments);
        assert_eq!(output.stdout, b"", "{arguments:?} prints no result");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.lines().count(), 1, "{said}");
        (output.status.code().unwrap(), said)
    }

    fn apply(&self, operations: &str) -> Vec<String> {
        let file = self.folder.join(format!("{}.json", self.name));
        std::fs::write(&file, operations).unwrap();
        vec!["apply".to_owned(), file.to_str().unwrap().to_owned()]
    }

    fn applied(&self, operations: &str) -> String {
        let arguments = self.apply(operations);
        self.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn not_applied(&self, operations: &str) -> (i32, String) {
        let arguments = self.apply(operations);
        self.refusal(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn dump(&self) -> Value {
        serde_json::from_str(&self.run(&["dump"])).unwrap()
    }
}

/// The example of `docs/PHONE.md`, as it stands there.
fn documented_example() -> &'static str {
    let document = include_str!("../../docs/PHONE.md");
    let (_, example) = document.split_once("\n```json\n").unwrap();
    example.split_once("\n```\n").unwrap().0
}

fn save(participants: u32) -> String {
    let save = json!({
        "type": "save_entry", "entry": "01K9ZQ3M0000000000000000A1", "type_code": "TT_BUOI",
        "fields": { "participants": participants }
    });
    json!([save]).to_string()
}

#[test]
fn two_phones_do_the_documented_operations_and_come_together() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    run(&["init", "--demo"], &data);
    let server = ServerProcess::start(&data);
    let phone = |name| Phone {
        folder: folder.path(),
        name,
        server: &server.address,
    };
    let (one, other) = (phone("one"), phone("other"));
    one.run(&["enrol", "CHEKHAN1"]);
    other.run(&["enrol", "CHEKHAN2", "--name", "Máy thứ hai"]);

    let said = one.applied(documented_example());
    assert!(said.starts_with("11 operations done; "), "{said}");
    one.run(&["sync"]);
    other.run(&["sync"]);
    assert_eq!(one.run(&["dump"]), other.run(&["dump"]));
    let log = &one.dump()["documents"]["log/KHUN-HA/2026"];
    let talk = &log["entries"]["01K9ZQ3M0000000000000000A1"];
    assert_eq!(talk["fields"]["participants"], 61);
    assert_eq!(talk["fields"]["result"].as_object().unwrap().len(), 2);
    assert_eq!(log["entries"]["01K9ZQ3M0000000000000000A2"]["deleted_at"], Value::Null);
    assert_eq!(log["narratives"]["2026-Q4/III-10"].as_array().unwrap().len(), 2);
    assert_eq!(log["declared"].get("2026-Q4/II.1-02"), None, "it was taken back");

    // Apart from each other: both values stay, on both phones alike.
    one.applied(&save(70));
    other.applied(&save(80));
    one.run(&["sync"]);
    assert_eq!(
        other.run(&["sync"]),
        "nothing waits; 1 requests, 0 failed\n",
        "both sides' news in one"
    );
    one.run(&["sync"]);
    assert_eq!(one.run(&["dump"]), other.run(&["dump"]));
    let talk = one.dump()["documents"]["log/KHUN-HA/2026"]["entries"]["01K9ZQ3M0000000000000000A1"].clone();
    let values = talk["conflicts"]["participants"].as_array().unwrap();
    let mut values: Vec<_> = values.iter().map(|value| value["value"].as_i64().unwrap()).collect();
    values.sort_unstable();
    assert_eq!(values, [70, 80]);
}

#[test]
fn what_a_phone_cannot_do_it_says_with_a_code_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    run(&["init", "--demo"], &data);
    let server = ServerProcess::start(&data);
    let address = server.address.clone();
    let phone = Phone {
        folder: folder.path(),
        name: "phone",
        server: &address,
    };
    assert_eq!(phone.refusal(&["sync"]).0, 5, "nobody typed a code");
    assert_eq!(phone.not_applied(&save(1)).0, 5);
    let (code, said) = phone.refusal(&["enrol", "00000000"]);
    assert!(
        code == 3 && said.starts_with("error: not enrolled: There is no such code."),
        "{code} {said}"
    );
    phone.run(&["enrol", "CHEKHAN1"]);
    phone.applied(documented_example());
    let before = phone.run(&["dump"]);

    // One that is not understood: nothing is done. One that the core does not do: what stands before it is.
    let both = |second: &str| format!("[{}, {second}]", &save(70)[1..save(70).len() - 1]);
    let misspelt = both(r#"{ "type": "delete_entry", "entri": "01K9ZQ3M0000000000000000A1" }"#);
    let (code, said) = phone.not_applied(&misspelt);
    assert!(
        code == 2 && said.starts_with("error: operation 1 (delete_entry), entri: "),
        "{code} {said}"
    );
    assert_eq!(phone.run(&["dump"]), before);
    let (code, said) = phone.not_applied(&both(&save(0).replace(":0", ":\"nhiều\"")[1..save(0).len() + 8 - 1]));
    assert_eq!(code, 3);
    assert!(
        said.starts_with("error: operation 1 (save_entry): participants: "),
        "{said}"
    );
    assert!(said.trim_end().ends_with("; the 1 before it are saved"), "{said}");
    assert_ne!(phone.run(&["dump"]), before);

    // Without a server the work is kept.
    server.kill();
    let (code, said) = phone.refusal(&["sync", "--patience", "0"]);
    assert_eq!(code, 4);
    assert!(
        said.starts_with("error: gave up with ") && said.contains("cannot be reached"),
        "{said}"
    );
    let server = ServerProcess::start(&data);
    let phone = Phone {
        server: &server.address,
        ..phone
    };
    phone.run(&["sync"]);
}

#[test]
fn a_phone_that_is_not_known_is_told_apart_from_one_that_was_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let (data, another) = (folder.path().join("data"), folder.path().join("another"));
    for data in [&data, &another] {
        run(&["init", "--demo"], data);
    }
    let server = ServerProcess::start(&data);
    let phone = Phone {
        folder: folder.path(),
        name: "phone",
        server: &server.address,
    };
    phone.run(&["enrol", "CHEKHAN1"]);
    phone.applied(documented_example());
    let before = phone.run(&["dump"]);

    let stranger = ServerProcess::start(&another);
    let (code, said) = Phone {
        server: &stranger.address,
        ..phone
    }
    .refusal(&["sync"]);
    assert_eq!(code, 5);
    assert!(
        said.starts_with("error: the server does not know this phone: "),
        "{said}"
    );

    let store = open(&data.join("so-cong-doan.sqlite3"));
    let device = store.enrolled_devices().unwrap()[0].device;
    assert!(store.revoke_device(device, START).unwrap());
    let phone = Phone {
        server: &server.address,
        ..phone
    };
    let (code, said) = phone.refusal(&["sync"]);
    assert_eq!(code, 5);
    assert!(said.starts_with("error: the server has revoked this phone; "), "{said}");
    assert_eq!(phone.run(&["dump"]), before, "all is kept");
}
