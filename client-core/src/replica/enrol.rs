//! Enrolment on the device's side: a code becomes an identity.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use ed25519_dalek::SigningKey;

use super::effect::Effect;
use super::kept::{Kept, Staged};
use super::session::Purpose;
use super::storage_key::{Enrolling, Identity, SyncState};
use super::view::{Bilingual, Outcome};
use super::{After, Replica, outbox, refused};
use crate::ids::Actor;
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
        // A device that was revoked takes what is unsent with it; one that is in use sends it first.
        let waiting = outbox::waiting(&self.kept).len();
        if self.kept.identity.is_some() && !self.kept.state.revoked && waiting > 0 {
            effects.push(refused(Bilingual::new(
                "Máy còn việc chưa gửi. Gửi hết rồi hãy nhập mã mới.",
                "Some work is not sent yet. Send it all before you type a new code.",
            )));
            return;
        }
        if self.session.exchange.is_some() {
            effects.push(refused(Bilingual::new(
                "Máy đang gửi. Đợi một chút rồi thử lại.",
                "The phone is sending. Wait a moment and try again.",
            )));
            return;
        }
        // One key for every code until there is an answer.
        let tried = self.kept.enrolling.as_ref();
        let signing_seed = match (&self.kept.identity, tried) {
            (Some(identity), _) if self.kept.state.forgotten => *identity.signing_seed,
            // The answer may have been lost: to the server the code is this key's.
            (_, Some(tried)) => *tried.signing_seed,
            (_, None) => signing_seed,
        };
        if tried.is_none() {
            let mut staged = Staged::default();
            staged.enrolling(Enrolling {
                signing_seed: signing_seed.into(),
            });
            self.persist(staged, None, After::Nothing, effects);
        }
        let public_key = SigningKey::from_bytes(&signing_seed).verifying_key();
        let request = EnrolRequest {
            code,
            public_key: Base64UrlUnpadded::encode_string(public_key.as_bytes()),
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
            let is_same = self.kept.maker() == Some(answer.device);
            staged.identity(Identity {
                device: answer.device.0.into(),
                token: answer.token,
                signing_seed: signing_seed.into(),
            });
            let device = Actor {
                device: answer.device,
                incarnation: 0,
            };
            // What this phone had not sent was another device's; it is made anew as this one's. Nothing is lost if that
            // cannot be done: the change stays as it is, and the server says by name that it does not take it.
            let mut incarnation = 0;
            let adopted = self.kept.documents.values().filter(|_| !is_same);
            for holding in adopted {
                let mut holding = holding.clone();
                if let Some(last) = holding.adopt(self.kept.maker(), device) {
                    incarnation = incarnation.max(last);
                    staged.writes.extend(holding.store_snapshot());
                    staged.documents.insert(holding.id.clone(), holding);
                }
            }
            if let Some(before) = self.kept.unit()
                && answer.unit.is_some_and(|unit| unit != before)
            {
                // While the first answer for the new unit is awaited, nothing may be written for the one before.
                staged.forget_profile();
            }
            self.session.revoked = false;
            let begin = Kept::default().state;
            staged.state(SyncState {
                body_bytes: self.kept.state.body_bytes,
                // The same device goes on where it was; what the server has of its work is to be found out.
                incarnation: if is_same {
                    self.kept.state.incarnation
                } else {
                    incarnation
                },
                device: Some(answer.device.0.into()),
                reconciles: is_same,
                ..begin
            });
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
        Some("code_unknown") => Bilingual::new(
            "Không có mã này. Xem lại từng chữ, hoặc xin cấp trên một mã mới.",
            "There is no such code. Look at each letter again, or ask the upper level for a new one.",
        ),
        Some("foreign_origin") => Bilingual::new(
            "Máy chủ không nhận vì trang này mở từ địa chỉ khác. Mở đúng địa chỉ cấp trên gửi rồi nhập lại mã.",
            "The server did not take it: this page was opened from another address. Open the one you were sent, then type the \
             code again.",
        ),
        Some(_) | None => Bilingual::new(
            "Máy chủ không nhận. Thử lại sau ít phút; vẫn vậy thì báo cấp trên.",
            "The server did not take it. Try again in some minutes; if it stays so, tell the upper level.",
        ),
    }
}
