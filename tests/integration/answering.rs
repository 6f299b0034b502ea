//! How long questions waited for their answers, as the server counts it over all units below.

use client_core::model::entries::EntryEdit;
use client_core::report::Value;
use server::import::import;
use server::report::unit_report;
use system_tests::world::World;

/// A question of a unit with the days of its states, as a file has it.
fn question(unit: &str, events: &str) -> String {
    let state = if events.contains("TRA_LOI") { "TRA_LOI" } else { "MOI" };
    let text = format!("Hỏi {unit} {events}").replace('"', "");
    format!(
        r#"{{ "unit": "{unit}", "type": "VUONGMAC", "state": "{state}", "events": {{ {events} }},
              "fields": {{ "category": "QHLD", "visibility": "CAPTREN", "question": "{text}" }} }}"#
    )
}

fn imported(world: &World, questions: &[String]) {
    let json = format!(r#"{{ "entries": [{}] }}"#, questions.join(","));
    import(&*world.store, json.as_bytes(), world.now).unwrap();
}

fn number(world: &World, unit: &str, period: &str, code: &str) -> Option<Value> {
    let organisation = world.store.organisation(world.now.date()).unwrap();
    let (unit, period) = (unit.parse().unwrap(), period.parse().unwrap());
    let report = unit_report(&*world.store, &organisation, &unit, period)
        .unwrap()
        .unwrap();
    let mut indicators = report.indicators.into_iter();
    indicators.find(|indicator| indicator.code == code).unwrap().value
}

fn median(world: &World, period: &str) -> Option<Value> {
    number(world, "TINH", period, "III-08")
}

#[test]
fn the_province_sees_the_median_of_the_days_its_units_waited() {
    let world = World::new();
    assert_eq!(median(&world, "2026-Q3"), None, "nobody asked");
    imported(&world, &[question("A", r#""MOI": "2026-08-03""#)]);
    assert_eq!(median(&world, "2026-Q3"), None, "nobody was answered");
    imported(
        &world,
        &[
            question("A", r#""MOI": "2026-07-01", "TRA_LOI": "2026-07-03""#),
            question("C", r#""MOI": "2026-09-01", "TRA_LOI": "2026-09-10""#),
            // It was asked in the quarter before, and answered in this one.
            question("B", r#""MOI": "2026-06-28", "TRA_LOI": "2026-07-02""#),
            // Answered in the next one.
            question("B", r#""MOI": "2026-08-20", "TRA_LOI": "2026-10-05""#),
            // Nobody knows when it was asked, but not after it was answered.
            question("C", r#""TRA_LOI": "2026-09-02""#),
        ],
    );
    // 2, 4 and 9 days.
    assert_eq!(median(&world, "2026-Q3"), Some(Value::Number(4)));
    assert_eq!(median(&world, "2026-Q4"), Some(Value::Number(46)));
    assert_eq!(median(&world, "2026-Q2"), None);
    // It is asked of the province alone.
    assert_eq!(number(&world, "TAM", "2026-Q3", "III-08"), None);
    assert_eq!(number(&world, "TINH", "2026-Q3", "III-07"), Some(Value::Number(4)));
    // A question from a file was asked when the file says, not when it was read.
    assert_eq!(number(&world, "B", "2026-Q2", "III-06"), Some(Value::Number(1)));

    // The province's own question, of 7 days: of 2, 4, 7 and 9 the middle is 5.5.
    imported(
        &world,
        &[question("TINH", r#""MOI": "2026-09-20", "TRA_LOI": "2026-09-27""#)],
    );
    assert_eq!(median(&world, "2026-Q3"), Some(Value::Number(6)));
    let rows = world.store.dump_read_model().unwrap();
    server::projection::rebuild(&world.store, world.now.date()).unwrap();
    assert_eq!(world.store.dump_read_model().unwrap(), rows);
}

#[test]
fn what_was_deleted_has_no_answer_and_an_answer_of_the_same_day_took_none() {
    let world = World::new();
    let id = r#""id": "01JD0000000000000000000000", "unit": "A""#;
    // Written down on the day of the import, and answered on it.
    imported(&world, &[question("B", r#""TRA_LOI": "2026-10-08""#)]);
    assert_eq!(median(&world, "2026-Q4"), Some(Value::Number(0)), "zero is not empty");
    let asked = question("A", r#""MOI": "2026-10-01", "TRA_LOI": "2026-10-07""#);
    imported(&world, &[asked.replace(r#""unit": "A""#, id)]);
    assert_eq!(median(&world, "2026-Q4"), Some(Value::Number(3)));

    let mut device = world.device(1, "an");
    world.sync(&mut device);
    let log = "log/A/2026".parse().unwrap();
    let mut delete = EntryEdit::new("01JD0000000000000000000000".parse().unwrap(), "VUONGMAC");
    delete.deleted = Some(true);
    device.save(&log, &delete);
    world.sync(&mut device);
    assert_eq!(median(&world, "2026-Q4"), Some(Value::Number(0)));
}
