//! Enrolment on the device's side: a code becomes an identity.

use data_encoding::BASE64URL_NOPAD;
use ed25519_dalek::SigningKey;

use super::effect::Effect;
use super::kept::Staged;
use super::session::Purpose;
use super::storage_key::Identity;
use super::view::{Bilingual, Outcome};
use super::{After, Replica, refused};
use crate::protocol::enrol::{EnrolRequest, EnrolResponse, normalise_code};

impl Replica {
    pub(super) fn enrol(&mut self, code: &str, signing_seed: &[u8], device_name: &str, effects: &mut Vec<Effect>) {
        let Some(code) = normalise_code(code) else {
            effects.push(refused(Bilingual::new(
                "Mã gồm 8 chữ và số. Xem lại mã trên giấy hoặc tin nhắn.",
                "A code has 8 letters and digits. Look at the paper or message again.",
            )));
            return;
        };
        let Ok(signing_seed) = <[u8; 32]>::try_from(signing_seed) else {
            effects.push(refused(Bilingual::new(
                "Máy không tạo được khóa.",
                "The device could not make a key.",
            )));
            return;
        };
        if self.kept.identity.is_some() || self.session.exchange.is_some() {
            effects.push(refused(Bilingual::new(
                "Máy này đã có người dùng.",
                "This device is in use already.",
            )));
            return;
        }
        let public_key = SigningKey::from_bytes(&signing_seed).verifying_key();
        let request = EnrolRequest {
            code,
            public_key: BASE64URL_NOPAD.encode(public_key.as_bytes()),
            device_name: device_name.trim().chars().take(60).collect(),
        };
        let body = serde_json::to_vec(&request).expect("a request is plain data");
        let request = self.session.begin(Purpose::Enrol {
            signing_seed,
            answer: Vec::new(),
        });
        effects.push(Effect::Send {
            request,
            path: "/api/v1/enrol".to_owned(),
            content_type: "application/json".to_owned(),
            token: None,
            body,
        });
    }

    pub(super) fn enrol_end(&mut self, signing_seed: [u8; 32], status: u16, answer: &[u8], effects: &mut Vec<Effect>) {
        if let (200 | 201, Ok(answer)) = (status, serde_json::from_slice::<EnrolResponse>(answer)) {
            let mut staged = Staged::default();
            staged.identity(Identity {
                device: answer.device.0.into(),
                token: answer.token,
                signing_seed: signing_seed.into(),
            });
            staged.state(self.kept.state.clone());
            self.persist(staged, Some(Outcome::Done), After::Send, effects);
            return;
        }
        effects.push(refused(match status {
            400..=404 | 409 | 410 | 422 => enrol_problem(answer),
            429 => Bilingual::new(
                "Thử quá nhiều lần. Đợi vài phút rồi nhập lại mã.",
                "Too many tries. Wait some minutes, then type the code again.",
            ),
            _ => Bilingual::new(
                "Máy chủ chưa trả lời được. Thử lại sau ít phút.",
                "The server could not answer. Try again in some minutes.",
            ),
        }));
    }
}

/// What to tell a person whose code was refused.
fn enrol_problem(answer: &[u8]) -> Bilingual {
    let problem: Option<serde_json::Value> = serde_json::from_slice(answer).ok();
    match problem.as_ref().and_then(|problem| problem["code"].as_str()) {
        Some("code_used") => Bilingual::new(
            "Mã này đã dùng cho một máy khác. Xin cấp trên một mã mới.",
            "This code was used for another device. Ask the upper level for a new one.",
        ),
        Some("code_expired") => Bilingual::new(
            "Mã này đã hết hạn. Xin cấp trên một mã mới.",
            "This code has expired. Ask the upper level for a new one.",
        ),
        Some(_) | None => Bilingual::new(
            "Không có mã này. Xem lại từng chữ, hoặc xin cấp trên một mã mới.",
            "There is no such code. Look at each letter again, or ask the upper level for a new one.",
        ),
    }
}
