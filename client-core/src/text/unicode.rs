//! Unicode's normal forms: from the library, and in the browser from the browser, which has the tables already (60 KB less for
//! each phone to fetch). Both follow the same standard, UAX 15.

#[cfg(target_arch = "wasm32")]
fn normalised(text: &str, form: &str) -> String {
    js_sys::JsString::from(text).normalize(form).into()
}

/// NFC.
#[cfg(target_arch = "wasm32")]
pub(super) fn composed(text: &str) -> String {
    if text.is_ascii() {
        text.to_owned()
    } else {
        normalised(text, "NFC")
    }
}

/// NFD.
#[cfg(target_arch = "wasm32")]
pub(super) fn decomposed(text: &str) -> String {
    if text.is_ascii() {
        text.to_owned()
    } else {
        normalised(text, "NFD")
    }
}

/// NFC.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn composed(text: &str) -> String {
    unicode_normalization::UnicodeNormalization::nfc(text).collect()
}

/// NFD.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn decomposed(text: &str) -> String {
    unicode_normalization::UnicodeNormalization::nfd(text).collect()
}
