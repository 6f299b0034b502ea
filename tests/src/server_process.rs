//! The real program in a process of its own, and devices that speak to it over HTTP.

use std::io::{BufRead, BufReader, Lines, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use client_core::protocol::CONTENT_TYPE;
use client_core::protocol::codec::{FrameReader, encode_request};
use client_core::protocol::enrol::{EnrolRequest, EnrolResponse};
use client_core::protocol::sync::SyncResponse;

use crate::device::Device;

/// No request of a test takes longer on a machine that works.
const TIMEOUT: Duration = Duration::from_mins(1);

/// The program: the one named by `SO_CONG_DOAN_BIN`, or this workspace's, built as the tests are.
///
/// # Panics
/// When it cannot be built.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(named) = std::env::var_os("SO_CONG_DOAN_BIN") {
            return PathBuf::from(named);
        }
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "-p", "server", "--bin", "so-cong-doan"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .expect("cargo runs");
        assert!(built.success(), "the program is built");
        // Tests stand in `deps` beside it.
        let test = std::env::current_exe().expect("the test knows where it is");
        let folder = test
            .parent()
            .and_then(Path::parent)
            .expect("the test stands in a target folder");
        folder.join("so-cong-doan")
    })
}

/// Runs a command of the program to its end and gives what it prints.
///
/// # Panics
/// When it fails.
pub fn run(arguments: &[&str], data: &Path) -> String {
    let mut command = Command::new(program());
    let output = command
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .expect("the program runs");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{arguments:?}: {printed}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    printed
}

/// Runs a command of the program that must fail, and gives what it says.
///
/// # Panics
/// When it succeeds, or ends otherwise than by saying why it failed.
pub fn refused(arguments: &[&str], data: &Path) -> String {
    let mut command = Command::new(program());
    let output = command
        .args(arguments)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::null())
        .output()
        .expect("the program runs");
    // A panic ends with 101, wrong usage with 2.
    let code = output.status.code();
    assert!(matches!(code, Some(1 | 2)), "{arguments:?} should be refused: {code:?}");
    assert_eq!(output.stdout, b"", "{arguments:?} prints no result");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A server that runs.
#[derive(Debug)]
pub struct ServerProcess {
    child: Child,
    output: Lines<BufReader<ChildStdout>>,
    /// Where it answers, such as `http://127.0.0.1:40123`.
    pub address: String,
    agent: ureq::Agent,
}

impl ServerProcess {
    /// Starts one on a free port and waits until it listens.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(data: &Path) -> Self {
        let started = Self::spawn(Command::new(program()), data, Stdio::null()).expect("the program runs");
        started.unwrap_or_else(|ended| panic!("it says where it listens: {ended}"))
    }

    /// As [`start`](Self::start), under another program with these words before its own. None when that is not there.
    ///
    /// # Panics
    /// When the server does not start.
    pub fn start_under(words: &[String], data: &Path) -> Option<Self> {
        let (first, rest) = words.split_first()?;
        let mut command = Command::new(first);
        command.args(rest).arg(program());
        let started = Self::spawn(command, data, Stdio::null()).ok()?;
        Some(started.unwrap_or_else(|ended| panic!("it says where it listens: {ended}")))
    }

    /// The process, or that of the program it runs under.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Panics
    /// When it cannot be asked.
    pub fn stop(mut self) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(asked.expect("kill is there").success(), "it can be asked to end");
        self.child.wait().expect("it is gone");
    }

    /// Starts one by a command that runs [`program`], logging to where it is told to, and waits until it listens. Gives how it
    /// ended if it never did.
    ///
    /// # Panics
    /// When the command cannot be run.
    pub fn try_start(command: Command, data: &Path, log: impl Into<Stdio>) -> Result<Self, ExitStatus> {
        Self::spawn(command, data, log.into()).expect("the command runs")
    }

    fn spawn(mut command: Command, data: &Path, log: Stdio) -> std::io::Result<Result<Self, ExitStatus>> {
        command.args(["serve", "--port", "0", "--data"]).arg(data);
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn()?;
        let mut output = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        let mut lines = output.by_ref().map_while(Result::ok);
        let port = lines.find_map(|line| Some(line.rsplit_once("http://")?.1.rsplit_once(':')?.1.to_owned()));
        let Some(port) = port else {
            return Ok(Err(child.wait()?));
        };
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false);
        Ok(Ok(Self {
            child,
            output,
            address: format!("http://127.0.0.1:{}", port.trim()),
            agent: config.build().into(),
        }))
    }

    /// Ends it at once, as `kill -9` does. Gives how it ended: it may have done so before. When this returns, whoever shared
    /// its output, such as a tracer, is gone, too.
    ///
    /// # Panics
    /// When it cannot be ended.
    pub fn kill(mut self) -> ExitStatus {
        self.child.kill().expect("it can be killed");
        self.gone()
    }

    /// Waits until it has ended by itself.
    ///
    /// # Panics
    /// When that cannot be learnt.
    pub fn gone(mut self) -> ExitStatus {
        let ended = self.child.wait().expect("it is gone");
        let _rest = self.output.by_ref().map_while(Result::ok).count();
        ended
    }

    /// How a device speaks to it, also from another thread.
    pub fn line(&self) -> Line {
        Line {
            address: self.address.clone(),
            agent: self.agent.clone(),
        }
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A line to a server.
#[derive(Debug, Clone)]
pub struct Line {
    address: String,
    agent: ureq::Agent,
}

impl Line {
    /// Enrols a device with a code. Gives its token; the device takes the id it is given.
    pub fn enrol(&self, device: &mut Device, code: &str) -> Result<String, ureq::Error> {
        let key = device.key.verifying_key().to_bytes();
        let request = EnrolRequest {
            code: code.to_owned(),
            public_key: data_encoding::BASE64URL_NOPAD.encode(&key),
            device_name: "máy thử".to_owned(),
        };
        let answer = self
            .agent
            .post(format!("{}/api/v1/enrol", self.address))
            .send_json(&request)?;
        if !answer.status().is_success() {
            return Err(ureq::Error::StatusCode(answer.status().as_u16()));
        }
        let answer: EnrolResponse = answer.into_body().read_json()?;
        device.id = answer.device;
        Ok(answer.token)
    }

    /// The status with which it answers at an address. None when it does not.
    pub fn status(&self, path: &str) -> Option<u16> {
        let answer = self.agent.get(format!("{}{path}", self.address)).call().ok()?;
        Some(answer.status().as_u16())
    }

    /// One exchange that must be answered in full. What was acknowledged is known to the device only when this succeeds.
    pub fn sync(&self, device: &mut Device, token: &str) -> Result<Vec<SyncResponse>, ureq::Error> {
        match self.exchange(device, token) {
            Exchange::Answered { frames, whole: true } => Ok(frames),
            Exchange::Answered { .. } => Err(ureq::Error::ConnectionFailed),
            Exchange::Refused(refusal) => Err(ureq::Error::StatusCode(refusal.status)),
            Exchange::Broken => Err(ureq::Error::ConnectionFailed),
        }
    }

    /// One exchange, however it ends. The device takes in each frame that has arrived whole.
    pub fn exchange(&self, device: &mut Device, token: &str) -> Exchange {
        let request = device.request();
        let sent = self
            .agent
            .post(format!("{}/api/v1/sync", self.address))
            .header("Authorization", format!("Bearer {token}"))
            .content_type(CONTENT_TYPE)
            .send(&encode_request(&request));
        let Ok(mut answer) = sent else {
            return Exchange::Broken;
        };
        if answer.status() != 200 {
            return Refusal::read(answer).map_or(Exchange::Broken, Exchange::Refused);
        }
        let mut bytes = Vec::new();
        let whole = answer.body_mut().as_reader().read_to_end(&mut bytes).is_ok();
        let mut reader = FrameReader::default();
        reader.push(&bytes);
        let mut frames = Vec::new();
        while let Ok(Some(frame)) = reader.next_frame() {
            frames.push(frame);
        }
        if frames.is_empty() {
            return Exchange::Broken;
        }
        device.take(&request, &frames);
        Exchange::Answered { frames, whole }
    }

    /// Sends any bytes to where devices sync. Gives the status and the body of the answer.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn post_sync(&self, token: &str, content_type: &str, body: &[u8]) -> (u16, Vec<u8>) {
        self.post(None, token, content_type, body)
    }

    /// As [`post_sync`](Self::post_sync), as a browser does for a page of this origin.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn post_sync_from(&self, origin: &str, token: &str, content_type: &str, body: &[u8]) -> (u16, Vec<u8>) {
        self.post(Some(origin), token, content_type, body)
    }

    fn post(&self, origin: Option<&str>, token: &str, content_type: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let mut request = self.agent.post(format!("{}/api/v1/sync", self.address));
        request = request.header("Authorization", format!("Bearer {token}"));
        if let Some(origin) = origin {
            request = request.header("Origin", origin);
        }
        let answer = request.content_type(content_type).send(body);
        whole(answer.expect("the server answers"))
    }

    /// Asks for what stands at an address. Gives the status and the body of the answer.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn get(&self, path: &str) -> (u16, Vec<u8>) {
        let answer = self.agent.get(format!("{}{path}", self.address)).call();
        whole(answer.expect("the server answers"))
    }
}

/// The status and the body of an answer.
fn whole(answer: ureq::http::Response<ureq::Body>) -> (u16, Vec<u8>) {
    let status = answer.status().as_u16();
    (status, answer.into_body().read_to_vec().expect("the answer arrives"))
}

/// How an exchange ended.
#[derive(Debug)]
pub enum Exchange {
    /// With an answer.
    Answered {
        /// Its frames that arrived.
        frames: Vec<SyncResponse>,
        /// Whether that was all of them.
        whole: bool,
    },
    /// With a refusal of the whole.
    Refused(Refusal),
    /// Without any: the connection could not be made or broke.
    Broken,
}

/// A server's refusal of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// The code that programs compare.
    pub code: String,
    /// After how many seconds the request may be made again.
    pub retry_after: Option<u64>,
}

impl Refusal {
    /// None when it did not arrive whole.
    fn read(mut answer: ureq::http::Response<ureq::Body>) -> Option<Self> {
        let retry_after = answer.headers().get("retry-after");
        let retry_after = retry_after.and_then(|seconds| seconds.to_str().ok()?.parse().ok());
        let problem: serde_json::Value = answer.body_mut().read_json().ok()?;
        Some(Self {
            status: answer.status().as_u16(),
            code: problem["code"].as_str().unwrap_or_default().to_owned(),
            retry_after,
        })
    }
}
