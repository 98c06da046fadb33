//! The walk: policy, DNS and addresses for each host, then the stages for each address.

use crate::certificate::{Inspection, modes_without_tls};
use crate::codes::{self, Code};
use crate::config::ProbeConfig;
use crate::dns::{DnsAnswer, DnsFailure, DnsFailureKind};
use crate::frame;
use crate::policy::AddressKind;
use crate::recorder::{Recorder, Step};
use crate::stages::{Connection, Deadline, close, sslrequest, startup, tcp};
use crate::tls;
use crate::triage::{self, Category};
use crate::verdict::{self, Ending, NOTHING_CHECKED};
use connlint_core::triage::Situation;
use connlint_probe_api::{
    AuthKind, Detail, Host, Line, ProbeRequest, RequestError, ServerError, SslMode, Stage, State,
    Verdict, VerdictLine,
};
use futures_util::future::join_all;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The user that is named when the request names none.
const PLACEHOLDER_USER: &str = "connlint_probe";
/// The database that is named when the request names neither user nor database.
const PLACEHOLDER_DATABASE: &str = "postgres";

/// A way for the lines of one probe.
#[must_use]
pub fn line_channel() -> (UnboundedSender<Line>, UnboundedReceiver<Line>) {
    unbounded_channel()
}

/// Probes servers by the rules that it was given.
#[derive(Clone)]
pub struct Prober {
    config: ProbeConfig,
}

impl Prober {
    /// A probe with these rules.
    #[must_use]
    pub fn new(config: ProbeConfig) -> Self {
        Self { config }
    }

    /// The rules.
    #[must_use]
    pub fn config(&self) -> &ProbeConfig {
        &self.config
    }

    /// Probes, sends every line including the verdict to `out`, and gives the verdict.
    ///
    /// Dropping the future stops the probe and closes its connections.
    ///
    /// # Errors
    /// [`RequestError`] if the request is not one; nothing was sent to anybody then.
    pub async fn probe(
        &self,
        request: &ProbeRequest,
        out: UnboundedSender<Line>,
    ) -> Result<Verdict, RequestError> {
        let hosts = request.validate()?;
        let recorder = Recorder::new(out.clone());
        let walk = Walk {
            config: &self.config,
            recorder: &recorder,
            request,
            until: Instant::now() + self.config.budgets.total,
            at_once: Semaphore::new(self.config.tuning.rows_at_once),
        };
        let endings = join_all(hosts.iter().map(|(host, port)| walk.host(host, *port))).await;
        let endings: Vec<Ending> = endings.into_iter().flatten().collect();
        let verdict = verdict::judge(&endings, recorder.elapsed_us());
        let _ = out.send(Line::Verdict(VerdictLine {
            verdict: verdict.clone(),
        }));
        Ok(verdict)
    }
}

/// One request under way.
struct Walk<'a> {
    config: &'a ProbeConfig,
    recorder: &'a Recorder,
    request: &'a ProbeRequest,
    until: Instant,
    at_once: Semaphore,
}

/// One address of one host.
struct Target<'a> {
    host: &'a Host,
    addr: SocketAddr,
    row: String,
}

impl Walk<'_> {
    async fn host(&self, host: &Host, port: u16) -> Vec<Ending> {
        let about = || Detail {
            host: Some(host.to_string()),
            port: Some(port),
            ..Detail::default()
        };
        let ended = |stage, code: &'static Code| vec![Ending::of(None, host, stage, code)];
        let advised = |mut endings: Vec<Ending>| {
            for ending in &mut endings {
                ending.advise(&self.situation(host, port));
            }
            endings
        };

        let policy = &self.config.policy;
        let forbidden = match (policy.allows_host(host), policy.allows_port(port)) {
            (false, _) => Some(&codes::POLICY_HOST),
            (_, false) => Some(&codes::POLICY_PORT),
            _ => None,
        };
        if let Some(code) = forbidden {
            self.recorder
                .note(Stage::Policy, None, State::Fail, code, about());
            return ended(Stage::Policy, code);
        }
        self.recorder
            .note(Stage::Policy, None, State::Ok, &codes::POLICY_OK, about());

        let answer = match self.resolve(host, about()).await {
            Ok(answer) => answer,
            Err(code) => return advised(ended(Stage::Dns, code)),
        };

        let mixed = policy.all_or_nothing
            && answer
                .addresses
                .iter()
                .any(|ip| policy.check_address(*ip).is_err());
        let mut rows = Vec::new();
        for (ip, code) in self.choose(&answer.addresses, mixed) {
            let addr = SocketAddr::new(ip, port);
            let row = self.recorder.row_name(addr);
            let kind = policy.check_address(ip).err().map(AddressKind::name);
            let detail = Detail {
                family: Some(if ip.is_ipv4() { "ipv4" } else { "ipv6" }.to_owned()),
                kind: kind.map(str::to_owned),
                ..about()
            };
            let (state, said) = match code {
                Some(code) if std::ptr::eq(code, &codes::ADDRESS_SKIPPED) => (State::Skip, code),
                Some(code) => (State::Fail, code),
                None => (State::Ok, &codes::ADDRESS_OK),
            };
            self.recorder
                .note(Stage::Address, Some(&row), state, said, detail);
            match state {
                State::Ok => rows.push(Ok(Target { host, addr, row })),
                State::Fail => rows.push(Err(Ending::of(Some(row), host, Stage::Address, said))),
                _ => {}
            }
        }
        let walks = rows.into_iter().map(async |row| match row {
            Ok(target) => self.address(&target).await,
            Err(ending) => ending,
        });
        advised(join_all(walks).await)
    }

    async fn resolve(&self, host: &Host, about: Detail) -> Result<DnsAnswer, &'static Code> {
        let name = match host {
            Host::Ip(ip) => {
                self.recorder
                    .note(Stage::Dns, None, State::Skip, &codes::DNS_NOT_NEEDED, about);
                return Ok(DnsAnswer {
                    chain: Vec::new(),
                    addresses: vec![*ip],
                });
            }
            Host::Name(name) => name,
        };
        let step = self.recorder.begin(Stage::Dns, None);
        let budget = self.config.budgets.dns;
        let answer = Deadline(self.until)
            .within(budget, self.config.dns.resolve(name, budget))
            .await;
        let failure = match answer {
            Some(Ok(answer)) => {
                let addresses = answer
                    .addresses
                    .iter()
                    .take(20)
                    .map(ToString::to_string)
                    .collect();
                let chain = answer.chain.iter().take(10).cloned().collect();
                step.end(
                    State::Ok,
                    &codes::DNS_OK,
                    Detail {
                        chain,
                        addresses,
                        ..about
                    },
                );
                return Ok(answer);
            }
            Some(Err(failure)) => failure,
            None => DnsFailure {
                kind: DnsFailureKind::Timeout,
                at: None,
            },
        };
        let code = dns_code(&failure);
        let chain = failure
            .at
            .map(|at| vec![name.clone(), at])
            .unwrap_or_default();
        step.end(State::Fail, code, Detail { chain, ..about });
        Err(code)
    }

    /// Which addresses are tried, and why the others are not.
    fn choose(
        &self,
        addresses: &[IpAddr],
        none_at_all: bool,
    ) -> Vec<(IpAddr, Option<&'static Code>)> {
        let most = self.config.tuning.addresses_per_family;
        let (mut v6, mut v4) = (0, 0);
        let mut judge = |ip: &IpAddr| {
            if none_at_all || self.config.policy.check_address(*ip).is_err() {
                return Some(&codes::ADDRESS_DENIED);
            }
            let count = if ip.is_ipv4() { &mut v4 } else { &mut v6 };
            *count += 1;
            (*count > most).then_some(&codes::ADDRESS_SKIPPED)
        };
        addresses
            .iter()
            .take(20)
            .map(|ip| (*ip, judge(ip)))
            .collect()
    }

    async fn address(&self, target: &Target<'_>) -> Ending {
        let Ok(_permit) = self.at_once.acquire().await else {
            return Ending::of(
                Some(target.row.clone()),
                target.host,
                Stage::Address,
                &codes::FAULT,
            );
        };
        let deadline = Deadline(self.until.min(Instant::now() + self.config.budgets.address));
        if Instant::now() >= self.until {
            self.note(Stage::Tcp, target, State::Fail, &codes::TIME_OUT);
            return self.end(target, Stage::Tcp, &codes::TIME_OUT);
        }
        let step = self.begin(Stage::Tcp, target);
        let stream = match tcp::connect(target.addr, deadline, self.config.budgets.tcp).await {
            Ok(stream) => stream,
            Err(code) => {
                step.end(State::Fail, code, Detail::default());
                return self.end(target, Stage::Tcp, code);
            }
        };
        step.end(State::Ok, &codes::TCP_OK, Detail::default());
        let mut ending = self.conversation(target, stream, deadline).await;
        ending.connected = true;
        ending
    }

    /// Everything after the TCP connection.
    async fn conversation(
        &self,
        target: &Target<'_>,
        mut stream: TcpStream,
        deadline: Deadline,
    ) -> Ending {
        let mode = self.request.sslmode;
        if mode == SslMode::Disable {
            self.note(
                Stage::Sslrequest,
                target,
                State::Skip,
                &codes::SSL_NOT_ASKED,
            );
            self.note(Stage::Tls, target, State::Skip, &codes::TLS_SKIPPED);
            return self.introduce(target, &mut stream, None, deadline).await;
        }
        let step = self.begin(Stage::Sslrequest, target);
        match sslrequest::ask(&mut stream, deadline, self.config.budgets.sslrequest).await {
            Ok(sslrequest::Reply::Offered) => {
                step.end(State::Ok, &codes::SSL_OFFERED, Detail::default());
            }
            Ok(sslrequest::Reply::NotOffered) => {
                return self.without_tls(target, step, stream, deadline).await;
            }
            Err((code, service)) => {
                step.end(
                    State::Fail,
                    code,
                    Detail {
                        kind: service.map(str::to_owned),
                        ..Detail::default()
                    },
                );
                return self.end(target, Stage::Sslrequest, code);
            }
        }
        let step = self.begin(Stage::Tls, target);
        let handshake = tls::handshake(stream, target.host, &self.config.roots);
        let mut secured = match deadline.within(self.config.budgets.tls, handshake).await {
            Some(Ok(secured)) => secured,
            Some(Err(failed)) => {
                let detail = Detail {
                    kind: failed.alert,
                    tls: Some(failed.tls),
                    ..Detail::default()
                };
                step.end(State::Fail, failed.code, detail);
                return self.end(target, Stage::Tls, failed.code);
            }
            None => {
                step.end(State::Fail, &codes::TLS_TIMEOUT, Detail::default());
                return self.end(target, Stage::Tls, &codes::TLS_TIMEOUT);
            }
        };
        let (code, state) = judge_certificate(&secured.inspection, mode);
        let modes = secured.inspection.modes();
        let detail = Detail {
            tls: Some(secured.tls),
            certificate: Some(secured.inspection.certificate.clone()),
            modes: modes.clone(),
            ..Detail::default()
        };
        step.end(state, code, detail);
        let mut ending = self
            .introduce(
                target,
                &mut secured.stream,
                Some(&secured.inspection),
                deadline,
            )
            .await;
        // What the server says is worth knowing, but this mode would not have come so far.
        if state == State::Fail {
            ending.stopped_by(Stage::Tls, code);
        }
        ending.modes = modes;
        ending
    }

    async fn without_tls(
        &self,
        target: &Target<'_>,
        step: Step<'_>,
        mut stream: TcpStream,
        deadline: Deadline,
    ) -> Ending {
        let modes = modes_without_tls();
        let detail = Detail {
            modes: modes.clone(),
            ..Detail::default()
        };
        let mut ending = if self.request.sslmode <= SslMode::Prefer
            && self.config.policy.plaintext_when_refused
        {
            step.end(State::Warn, &codes::SSL_NOT_OFFERED_GO_ON, detail);
            self.note(Stage::Tls, target, State::Skip, &codes::TLS_SKIPPED);
            self.introduce(target, &mut stream, None, deadline).await
        } else {
            step.end(State::Fail, &codes::SSL_NOT_OFFERED, detail);
            self.close(target, &mut stream, false).await;
            self.end(target, Stage::Sslrequest, &codes::SSL_NOT_OFFERED)
        };
        ending.modes = modes;
        ending
    }

    async fn introduce(
        &self,
        target: &Target<'_>,
        stream: &mut dyn Connection,
        secured: Option<&Inspection>,
        deadline: Deadline,
    ) -> Ending {
        let (user, database) = self.names();
        let step = self.begin(Stage::Startup, target);
        let reply = startup::introduce(
            stream,
            user,
            database,
            deadline,
            self.config.budgets.startup,
        )
        .await;
        let mut detail = Detail {
            plaintext: secured.is_none().then_some(true),
            placeholder_user: self.request.user.is_none().then_some(true),
            not_checked: NOTHING_CHECKED.map(str::to_owned).to_vec(),
            ..Detail::default()
        };
        let mut logged_in = false;
        let ending = match reply {
            startup::Reply::Asked(auth) => {
                let code = auth_code(auth.kind, secured.is_some());
                let pooled = secured.is_some()
                    && auth.kind == AuthKind::Sasl
                    && !auth.mechanisms.is_empty()
                    && !auth.mechanisms.iter().any(|m| m.ends_with("-PLUS"));
                if pooled {
                    detail.text = Some(format!(
                        "{} It offers no channel binding, so a pooler or proxy may be answering for the server.",
                        code.text
                    ));
                }
                detail.auth = Some(auth);
                let ending = self.end(target, Stage::Startup, code);
                let state = if std::ptr::eq(code, &codes::AUTH_CLEARTEXT_PLAIN) {
                    State::Warn
                } else {
                    State::Ok
                };
                step.end(state, code, detail);
                ending
            }
            startup::Reply::LetIn => {
                logged_in = true;
                detail.not_checked.clear();
                step.end(State::Warn, &codes::AUTH_NONE, detail);
                Ending {
                    not_checked: Vec::new(),
                    ..self.end(target, Stage::Startup, &codes::AUTH_NONE)
                }
            }
            startup::Reply::Refused {
                error,
                logged_in: after_login,
            } => {
                if after_login {
                    detail.not_checked = vec!["permission".to_owned()];
                }
                self.refused(target, step, detail, error)
            }
            startup::Reply::Nothing(code, service) => {
                detail.kind = service.map(str::to_owned);
                let ending = self.end(target, Stage::Startup, code);
                step.end(State::Fail, code, detail);
                ending
            }
        };
        self.close(target, stream, logged_in).await;
        ending
    }

    fn refused(
        &self,
        target: &Target<'_>,
        step: Step<'_>,
        mut detail: Detail,
        mut error: ServerError,
    ) -> Ending {
        let meaning = triage::of_server_error(&error);
        let failure = (meaning.category, meaning.persistence);
        detail.client_ip = meaning.client_ip.map(|ip| ip.to_string());
        if detail.plaintext == Some(true) && !self.config.policy.plaintext_messages {
            error.message = None;
        }
        let code = match &error.sqlstate {
            Some(state) => format!("{}:{state}", codes::PG_ERROR.name),
            None => codes::PG_ERROR.name.to_owned(),
        };
        let text = sentence(failure.0, detail.client_ip.as_deref());
        let situation = Situation {
            client_ip: detail.client_ip.clone(),
            ..self.situation(target.host, target.addr.port())
        };
        let ending = Ending {
            code: code.clone(),
            failure: Some(failure),
            text: text.clone(),
            next: triage::next(failure.0, &situation),
            not_checked: detail.not_checked.clone(),
            client_ip: detail.client_ip.clone(),
            ..self.end(target, Stage::Startup, &codes::PG_ERROR)
        };
        detail.server = Some(error);
        step.end_as(State::Fail, &code, &text, Some(failure), detail);
        ending
    }

    async fn close(&self, target: &Target<'_>, stream: &mut dyn Connection, logged_in: bool) {
        let step = self.begin(Stage::Close, target);
        if close::leave(stream, logged_in, self.config.budgets.close).await {
            step.end(State::Ok, &codes::CLOSE_OK, Detail::default());
        } else {
            step.end(State::Warn, &codes::CLOSE_CUT, Detail::default());
        }
    }

    fn situation(&self, host: &Host, port: u16) -> Situation {
        Situation {
            host: Some(host.to_string()),
            port: Some(port),
            user: self.request.user.clone(),
            database: self.request.database.clone(),
            ..Situation::default()
        }
    }

    /// User and database as libpq would fill them in: the database is named after the user.
    fn names(&self) -> (&str, &str) {
        let user = self.request.user.as_deref();
        let database = self.request.database.as_deref().or(user);
        (
            user.unwrap_or(PLACEHOLDER_USER),
            database.unwrap_or(PLACEHOLDER_DATABASE),
        )
    }

    fn begin(&self, stage: Stage, target: &Target<'_>) -> Step<'_> {
        self.recorder.begin(stage, Some(&target.row))
    }

    fn note(&self, stage: Stage, target: &Target<'_>, state: State, code: &Code) {
        self.recorder
            .note(stage, Some(&target.row), state, code, Detail::default());
    }

    fn end(&self, target: &Target<'_>, stage: Stage, code: &'static Code) -> Ending {
        Ending::of(Some(target.row.clone()), target.host, stage, code)
    }
}

fn dns_code(failure: &DnsFailure) -> &'static Code {
    match (failure.kind, failure.at.as_deref()) {
        (DnsFailureKind::NoSuchName, Some(at)) if at.contains(".privatelink.") => {
            &codes::DNS_PRIVATELINK
        }
        (DnsFailureKind::NoSuchName, Some(_)) => &codes::DNS_DANGLING,
        (DnsFailureKind::NoSuchName, None) => &codes::DNS_NXDOMAIN,
        (DnsFailureKind::NoAddress, _) => &codes::DNS_NODATA,
        (DnsFailureKind::ServerFailure, _) => &codes::DNS_SERVFAIL,
        (DnsFailureKind::Refused, _) => &codes::DNS_REFUSED,
        (DnsFailureKind::Timeout, _) => &codes::DNS_TIMEOUT,
        (DnsFailureKind::Other, _) => &codes::DNS_ERROR,
    }
}

fn judge_certificate(inspection: &Inspection, mode: SslMode) -> (&'static Code, State) {
    use crate::certificate::Problem as P;
    let of = |problem| match problem {
        P::UnknownIssuer | P::SelfSigned => &codes::TLS_UNTRUSTED,
        P::Expired | P::NotYetValid => &codes::TLS_EXPIRED,
        P::NameMismatch => &codes::TLS_NAME,
        P::WrongPurpose | P::BadEncoding => &codes::TLS_CERT,
    };
    match (inspection.blocks(mode), inspection.worst()) {
        (Some(problem), _) => (of(problem), State::Fail),
        (None, Some(problem)) => (of(problem), State::Warn),
        (None, None) => (&codes::TLS_OK, State::Ok),
    }
}

fn auth_code(kind: AuthKind, encrypted: bool) -> &'static Code {
    match kind {
        AuthKind::Ok => &codes::AUTH_NONE,
        AuthKind::Cleartext if encrypted => &codes::AUTH_CLEARTEXT,
        AuthKind::Cleartext => &codes::AUTH_CLEARTEXT_PLAIN,
        AuthKind::Md5 => &codes::AUTH_MD5,
        AuthKind::Sasl => &codes::AUTH_SASL,
        AuthKind::Gss => &codes::AUTH_GSS,
        AuthKind::Sspi => &codes::AUTH_SSPI,
        AuthKind::Unknown => &codes::AUTH_UNKNOWN,
    }
}

/// One sentence for an error of this category.
fn sentence(category: Category, client_ip: Option<&str>) -> String {
    let text = match category {
        Category::ServerFirewall => {
            return match client_ip {
                Some(ip) => format!(
                    "The server can be reached, but its host rules let no connection from {ip} in; that is the address \
                     of this probe as the server sees it, not necessarily that of your application."
                ),
                None => {
                    "The server can be reached, but its host rules do not let this connection in."
                        .to_owned()
                }
            };
        }
        Category::TlsRequired => "The server can be reached, but takes connections only over TLS.",
        Category::UsernameFormat => {
            "The server can be reached and wants the user written as user@server."
        }
        Category::UserUnknown => {
            "The server can be reached, but does not know this user or does not let it log in."
        }
        Category::DatabaseMissing => "The server can be reached, but has no database of this name.",
        Category::PermissionDenied => {
            "The server can be reached, but does not let this user in this way."
        }
        Category::TooManyConnections => {
            "The server can be reached, but all its connection slots are taken."
        }
        Category::ServerStartingOrStopping => {
            "The server can be reached, but takes no connections now: it is starting, stopping or recovering."
        }
        Category::AdminShutdown => "The server can be reached, but is being shut down.",
        Category::ConnectionDropped => "The server can be reached, but dropped the connection.",
        _ => codes::PG_ERROR.text,
    };
    text.to_owned()
}

/// Keeps the names of the protocol in one place for [`crate::http`].
pub(crate) fn sends() -> Vec<String> {
    vec![
        "DNS questions for the host name".to_owned(),
        "a TCP connection to each address found".to_owned(),
        format!(
            "the request for TLS ({} bytes), unless sslmode=disable",
            frame::SSL_REQUEST.len()
        ),
        "a TLS handshake with the host name".to_owned(),
        "a startup message with user, database and application_name=connlint-probe".to_owned(),
        "a goodbye".to_owned(),
    ]
}
