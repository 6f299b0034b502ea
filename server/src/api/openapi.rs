//! What the OpenAPI document says besides its routes.

use utoipa::Modify;
use utoipa::OpenApi as _;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, ResponseBuilder};

use super::error::Problem;
use super::identity::SESSION_COOKIE;

/// Title, tags and the shape of a problem.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Sổ Công đoàn",
        description = "What devices and the desk ask the server. Errors are problems (RFC 9457) with a stable `code`.",
    ),
    tags(
        (name = "device", description = "What the officers' phones use"),
        (name = "desk", description = "What staff see. Everyone sees their own unit and those below it"),
        (name = "administration", description = "For administrators"),
        (name = "operation", description = "For whoever runs the server"),
    ),
    components(schemas(Problem)),
    modifiers(&Security),
    security(("session" = []))
)]
struct About;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut OpenApi) {
        let session = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(SESSION_COOKIE)));
        let token = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", session);
        components.add_security_scheme("device_token", token);
    }
}

/// The document without its routes.
pub(super) fn about() -> OpenApi {
    About::openapi()
}

/// Gives every operation the answer it has when something is wrong.
pub(super) fn complete(mut document: OpenApi) -> OpenApi {
    let problem = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    let response = ResponseBuilder::new()
        .description("A problem")
        .content("application/problem+json", problem)
        .build();
    for path in document.paths.paths.values_mut() {
        let operations = [
            &mut path.get,
            &mut path.post,
            &mut path.put,
            &mut path.patch,
            &mut path.delete,
        ];
        for operation in operations.into_iter().flatten() {
            let responses = &mut operation.responses.responses;
            responses
                .entry("default".to_owned())
                .or_insert_with(|| response.clone().into());
        }
    }
    document
}
