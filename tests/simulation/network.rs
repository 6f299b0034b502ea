//! What a bad network does to one request.

/// The fate of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weather {
    /// Both ways whole.
    Fair,
    /// The request never arrives, or only a part of it, which is the same to a server that waits for the whole body.
    LostUp,
    /// The request arrives, and so many thousandths of the answer.
    CutDown(u16),
    /// It arrives, twice: the second time later, perhaps after requests that were sent after it.
    Twice,
    /// The phone gives it up; it arrives all the same, later.
    Late,
    /// A Wi-Fi's sign-in page answers.
    Captive,
}

/// How a phone's network is. Drawn anew for each request.
pub(crate) fn weather(rng: &mut fastrand::Rng, calm: bool) -> Weather {
    if calm {
        return Weather::Fair;
    }
    match rng.u32(0..100) {
        0..55 => Weather::Fair,
        55..68 => Weather::LostUp,
        68..82 => Weather::CutDown(rng.u16(0..1000)),
        82..89 => Weather::Twice,
        89..95 => Weather::Late,
        _ => Weather::Captive,
    }
}
