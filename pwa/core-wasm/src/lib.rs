//! client-core as WASM: conversions only, no decisions.
