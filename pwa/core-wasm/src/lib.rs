//! client-core as WASM: conversions only, no decisions.

use client_core::replica::Replica;
use client_core::time::Timestamp;
use js_sys::{Object, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(message: &str);
}

/// Where a value from the app says which it is.
const TAG: &str = "type";

/// Runs once, when the module is loaded: a panic is a trap without a word, so its message goes to the console first. In
/// what phones fetch there are no such messages; where it stopped is in the trap's stack (decision 0022 says why).
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| console_error(&panic.to_string())));
}

/// One device's replica. After a panic it must not be used again.
#[wasm_bindgen]
pub struct Core {
    replica: Replica,
}

#[wasm_bindgen]
impl Core {
    /// A replica that has not opened its storage. The seed is random, from the shell.
    #[wasm_bindgen(constructor)]
    pub fn new(seed: u64) -> Self {
        Self {
            replica: Replica::new(seed),
        }
    }

    /// Takes in an `Input`, gives `Effect[]`. Throws when it cannot be read.
    pub fn handle(&mut self, input: &JsValue, now_ms: f64) -> Result<JsValue, JsError> {
        let effects = self.replica.handle(read(input)?, timestamp(now_ms));
        write(&effects)
    }

    /// Answers a `Query` with the type that its doc names. Throws when it cannot be read.
    pub fn query(&self, query: &JsValue, now_ms: f64) -> Result<JsValue, JsError> {
        write(&self.replica.query(&read(query)?, timestamp(now_ms)))
    }
}

/// Browsers tell the time in fractions of milliseconds.
fn timestamp(now_ms: f64) -> Timestamp {
    Timestamp(now_ms as i64)
}

/// Reads `{ type: "name", … }` as the variant of that name.
fn read<T: DeserializeOwned>(value: &JsValue) -> Result<T, JsError> {
    named(value)
        .and_then(|value| serde_wasm_bindgen::from_value(value).map_err(|error| error.to_string()))
        .map_err(|error| JsError::new(&format!("not understood: {error}")))
}

/// `{ name: value }`, as serde reads a variant; the name alone where it is all that the value holds.
fn named(value: &JsValue) -> Result<JsValue, String> {
    let value = value.dyn_ref::<Object>().ok_or("not an object")?;
    let name = Reflect::get(value, &JsValue::from_str(TAG)).unwrap_or_default();
    if !name.is_string() {
        return Err(format!("no {TAG}"));
    }
    if Object::keys(value).length() == 1 {
        return Ok(name);
    }
    let named = Object::new();
    match Reflect::set(&named, &name, value) {
        Ok(_) => Ok(named.into()),
        Err(_) => Err(format!("{TAG} cannot be read")),
    }
}

/// As JSON would show it (maps are objects, none is null), but for bytes, which are `Uint8Array`.
fn write<T: Serialize>(value: &T) -> Result<JsValue, JsError> {
    let serializer = serde_wasm_bindgen::Serializer::new()
        .serialize_maps_as_objects(true)
        .serialize_missing_as_null(true);
    Ok(value.serialize(&serializer)?)
}
