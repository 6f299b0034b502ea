//! The OpenAPI document.

use serde_json::Value;

use super::world::World;

/// Every operation of the document: path, method, operation.
pub(crate) fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().unwrap();
        item.iter()
            .map(move |(method, operation)| (path.clone(), method.clone(), operation.clone()))
    });
    operations.collect()
}

#[tokio::test]
async fn the_document_describes_every_route() {
    let world = World::new();
    let answer = world.get("/api/v1/openapi.json", None).await;
    assert_eq!(answer.status, 200);
    let document = answer.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    let operations = operations(&document);
    // What is in the source and not in the document would be a route that nobody is told of.
    let source = include_str!("../../src/api.rs");
    assert_eq!(operations.len(), source.matches(".routes(routes!(").count());
    for (path, method, operation) in operations {
        let name = format!("{method} {path}");
        assert!(path.starts_with("/api/v1/"), "{name}");
        assert!(
            operation["summary"].as_str().is_some_and(|text| !text.is_empty()),
            "{name} has no summary"
        );
        assert!(operation["operationId"].is_string(), "{name}");
        let responses = operation["responses"].as_object().unwrap();
        let problem = &responses["default"]["content"]["application/problem+json"]["schema"]["$ref"];
        assert_eq!(problem, "#/components/schemas/Problem", "{name}");
        let good = responses.iter().any(|(status, _)| status.starts_with('2'));
        assert!(good, "{name} says nothing of success");
        let named = path.matches('{').count();
        let described = operation["parameters"].as_array().map_or(0, |parameters| {
            parameters.iter().filter(|parameter| parameter["in"] == "path").count()
        });
        assert_eq!(named, described, "{name}");
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match (name.as_str(), member) {
                        ("$ref", Value::String(reference)) => found.push(reference.clone()),
                        (_, member) => references(member, found),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let document = serde_json::to_value(server::api::openapi()).unwrap();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference.strip_prefix('#').expect("a reference within the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}
