//! A phone without a screen: the core of the app over a folder and HTTP. It decides nothing; the core does.
//! `docs/PHONE.md` describes the program around it.

pub mod clock;
pub mod dump;
pub mod network;
pub mod operation;
pub mod state;

use std::collections::VecDeque;
use std::time::Duration;

use client_core::replica::Replica;
use client_core::replica::effect::Effect;
use client_core::replica::input::{Input, WakeReason};
use client_core::replica::view::{Answer, Outcome, Query, Status, SyncPhase, SyncProblem};
use client_core::time::Timestamp;

use clock::Clock;
use network::{Network, Request};
use operation::{Operation, OperationError};
use state::{State, StateError};

/// Answers are handed on in pieces of at most this size.
const PIECE: usize = 16 * 1024;

/// Why a phone did not do what it was told.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// Its state cannot be read or written.
    #[error(transparent)]
    State(#[from] StateError),
    /// The operations are not understood. None was done.
    #[error(transparent)]
    Operations(#[from] OperationError),
    /// The core does not do this operation. Those before it are done and saved.
    #[error("operation {index} ({name}): {reason}; the {index} before it are saved")]
    Operation {
        /// Which, from 0.
        index: usize,
        /// What it is called.
        name: String,
        /// In the words of the app, with the fields that it is about.
        reason: String,
    },
    /// The code was not taken.
    #[error("not enrolled: {0}")]
    NotTaken(String),
    /// The server has refused some of the work. It is kept on the phone.
    #[error("everything is sent, and the server has refused {0} records; each is a draft again, with the reason")]
    Refused(u32),
    /// No code was ever typed.
    #[error("this phone is not enrolled; phone enrol CODE")]
    NotEnrolled,
    /// The server does not know the token.
    #[error(
        "the server does not know this phone: it was restored from a backup that is older than the phone, or is another \
         server; what waits is kept, phone enrol CODE takes it along"
    )]
    Forgotten,
    /// The server knows the token and does not hear this phone any more.
    #[error("the server has revoked this phone; what waits is kept, phone enrol CODE takes it along")]
    Revoked,
    /// The server does not understand this version.
    #[error("the server does not understand this version of the phone")]
    TooOld,
    /// The patience is over.
    #[error("gave up with {waiting} records to send ({bytes} bytes): {problem}; they are kept")]
    GaveUp {
        /// How many wait.
        waiting: u32,
        /// Their size.
        bytes: u32,
        /// What the last try came to.
        problem: &'static str,
    },
}

impl PhoneError {
    /// What a script is told, as `docs/PHONE.md` lists it.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::State(_) => 1,
            Self::Operations(_) => 2,
            Self::Operation { .. } | Self::NotTaken(_) | Self::Refused(_) => 3,
            Self::GaveUp { .. } => 4,
            Self::NotEnrolled | Self::Forgotten | Self::Revoked | Self::TooOld => 5,
        }
    }
}

/// What a sync came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Synced {
    /// Requests that were begun.
    pub requests: u32,
    /// Those of them that failed.
    pub failed: u32,
    /// Bytes of their bodies.
    pub sent: usize,
    /// Of these, bytes of bodies that failed.
    pub lost: usize,
    /// Bytes of the answers' bodies.
    pub received: usize,
}

/// A phone.
#[derive(Debug)]
pub struct Phone {
    replica: Replica,
    state: State,
    clock: Clock,
    outgoing: VecDeque<Request>,
    outcomes: Vec<Outcome>,
    alarm: Option<Timestamp>,
    synced: Synced,
    /// Of the answer that came last.
    last_status: u16,
}

impl Phone {
    /// Opens the phone with this state; a new one where nothing is stored.
    pub fn open(state: State, clock: Clock) -> Result<Self, PhoneError> {
        let mut phone = Self {
            replica: Replica::new(u64::from_be_bytes(random())),
            state,
            clock,
            outgoing: VecDeque::new(),
            outcomes: Vec::new(),
            alarm: None,
            synced: Synced::default(),
            last_status: 0,
        };
        phone.reopen()?;
        Ok(phone)
    }

    /// Enrols with a code. The phone knows its unit when it has synced after that.
    pub fn enrol(&mut self, network: &mut impl Network, code: &str, name: &str) -> Result<(), PhoneError> {
        self.take(Input::Enrol {
            code: code.to_owned(),
            signing_seed: random::<32>().to_vec(),
            device_name: name.to_owned(),
        })?;
        if let Some(request) = self.outgoing.pop_front() {
            self.exchange(network, &request)?;
        }
        let outcome = self.outcomes.drain(..).next();
        match outcome {
            Some(Outcome::Done) => Ok(()),
            Some(outcome) => Err(PhoneError::NotTaken(said(&outcome))),
            None => Err(PhoneError::NotTaken("nothing came of it".to_owned())),
        }
    }

    /// Does these operations, without a network. The first that the core does not do ends it.
    pub fn apply(&mut self, operations: Vec<Operation>) -> Result<(), PhoneError> {
        if !self.status().enrolled {
            return Err(PhoneError::NotEnrolled);
        }
        let mut done = Ok(());
        for (index, operation) in operations.into_iter().enumerate() {
            done = self.act(index, operation);
            if done.is_err() {
                break;
            }
        }
        done.and(self.reopen())
    }

    /// Does one operation, of which it is told by its number. What the core would send then is not sent.
    pub fn act(&mut self, index: usize, Operation { name, input }: Operation) -> Result<(), PhoneError> {
        self.take(input)?;
        self.outgoing.clear();
        let refusal = self.outcomes.drain(..).find(|outcome| *outcome != Outcome::Done);
        refusal.map_or(Ok(()), |outcome| {
            let reason = said(&outcome);
            Err(PhoneError::Operation { index, name, reason })
        })
    }

    /// Closes the phone and opens it again: what was not sent was never begun to be sent.
    pub fn reopen(&mut self) -> Result<(), PhoneError> {
        self.replica = Replica::new(u64::from_be_bytes(random()));
        self.alarm = None;
        let stored = self.state.stored();
        self.take(Input::Opened { stored })
    }

    /// Syncs until nothing of its own waits and the core asks for no more. After a failure it waits as the core says, as long as
    /// the patience lasts.
    pub fn sync(&mut self, network: &mut impl Network, patience: Duration) -> Result<Synced, PhoneError> {
        if !self.status().enrolled {
            return Err(PhoneError::NotEnrolled);
        }
        self.synced = Synced::default();
        self.wake()?;
        let patient_until = self.clock.now().plus_ms(patience.as_millis() as i64);
        loop {
            while let Some(request) = self.outgoing.pop_front() {
                self.exchange(network, &request)?;
            }
            let status = self.status();
            let problem = match status.problem {
                _ if status.revoked && self.last_status == 401 => return Err(PhoneError::Forgotten),
                _ if status.revoked => return Err(PhoneError::Revoked),
                Some(SyncProblem::AppTooOld) => return Err(PhoneError::TooOld),
                None if status.waiting == 0 && status.phase != SyncPhase::Sending => {
                    return match status.refused {
                        0 => Ok(self.synced),
                        refused => Err(PhoneError::Refused(refused)),
                    };
                }
                None => "the server took nothing of it",
                Some(SyncProblem::Unreachable) => "the server cannot be reached, or the connection broke off",
                Some(SyncProblem::NotTheServer) => "something answers that is not the server",
                Some(SyncProblem::ServerBusy) => "the server is busy",
                Some(SyncProblem::Rejected) => "the server refused the request",
            };
            match self.alarm.take().filter(|at| *at <= patient_until) {
                Some(at) => self.clock.wait_until(at),
                None => {
                    return Err(PhoneError::GaveUp {
                        waiting: status.waiting,
                        bytes: status.waiting_bytes,
                        problem,
                    });
                }
            }
            self.take(Input::Alarm)?;
        }
    }

    /// The request with which a sync would begin now, for whoever sends it in another way. Its answer never comes.
    pub fn first_request(&mut self) -> Result<Option<Request>, PhoneError> {
        self.wake()?;
        Ok(self.outgoing.pop_front())
    }

    fn wake(&mut self) -> Result<(), PhoneError> {
        self.take(Input::Wake {
            reason: WakeReason::Asked,
        })
    }

    /// What it holds.
    pub fn replica(&self) -> &Replica {
        &self.replica
    }

    /// What it has stored.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Its clock.
    pub fn clock(&mut self) -> &mut Clock {
        &mut self.clock
    }

    /// What its documents say.
    pub fn dump(&self) -> String {
        dump::canonical(self.replica.documents())
    }

    /// What the chip in the app's header would say.
    pub fn status(&self) -> Status {
        let Answer::Status(status) = self.replica.query(&Query::Status, self.clock.now()) else {
            unreachable!("it was asked for its status");
        };
        *status
    }

    /// Hands an input in, does what follows, and notes what is to be sent.
    fn take(&mut self, input: Input) -> Result<(), PhoneError> {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for effect in self.replica.handle(input, self.clock.now()) {
                match effect {
                    Effect::Persist { ticket, writes } => {
                        self.state.write(&writes)?;
                        inputs.push_back(Input::Persisted { ticket });
                    }
                    Effect::Send {
                        request,
                        path,
                        content_type,
                        token,
                        body,
                    } => self.outgoing.push_back(Request {
                        request,
                        path,
                        content_type,
                        token,
                        body,
                    }),
                    Effect::WakeAt { at } => self.alarm = Some(at),
                    Effect::Outcome { outcome } => self.outcomes.push(outcome),
                    // Nobody looks at a screen, and there is no browser.
                    Effect::RequestBackgroundSync | Effect::Changed => {}
                }
            }
        }
        Ok(())
    }

    /// One request with its answer, piece by piece.
    fn exchange(&mut self, network: &mut impl Network, sent: &Request) -> Result<(), PhoneError> {
        let request = sent.request;
        self.synced.requests += 1;
        self.synced.sent += sent.body.len();
        let Some(reply) = network.post(sent) else {
            return self.failed(sent);
        };
        self.last_status = reply.status;
        let end = Input::ResponseEnd {
            request,
            status: reply.status,
            content_type: reply.content_type,
            retry_after_s: reply.retry_after_s,
        };
        if !(200..300).contains(&reply.status) {
            self.synced.failed += 1;
            self.synced.lost += sent.body.len();
        }
        let mut body = reply.body;
        let mut piece = vec![0; PIECE];
        loop {
            match body.read(&mut piece) {
                Ok(0) => return self.take(end),
                Ok(length) => {
                    self.synced.received += length;
                    let bytes = piece[..length].to_vec();
                    self.take(Input::ResponseBytes { request, bytes })?;
                }
                Err(_) => return self.failed(sent),
            }
        }
    }

    fn failed(&mut self, sent: &Request) -> Result<(), PhoneError> {
        self.synced.failed += 1;
        self.synced.lost += sent.body.len();
        let request = sent.request;
        self.take(Input::SendFailed { request })
    }
}

/// What an outcome says to a person, with the fields that it is about.
fn said(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done => "done".to_owned(),
        Outcome::Invalid { findings } => {
            let findings = findings.iter().map(|finding| {
                let fields = match finding.fields.as_slice() {
                    [] => "whole".to_owned(),
                    fields => fields.join(", "),
                };
                format!("{fields}: {}", finding.message.en)
            });
            findings.collect::<Vec<_>>().join(" ")
        }
        Outcome::NotSubmittable { findings } => findings
            .iter()
            .map(|finding| finding.message.en.clone())
            .collect::<Vec<_>>()
            .join(" "),
        Outcome::Refused { message } => message.en.clone(),
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}
