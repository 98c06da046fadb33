//! The stages of one address, from the TCP connection to the goodbye, and how they end.

use super::Walk;
use crate::certificate::{Inspection, modes_without_tls};
use crate::codes::{self, Code};
use crate::frame::{self, Refusal};
use crate::recorder::Step;
use crate::stages::close::{self, Left};
use crate::stages::{Connection, Deadline, sslrequest, startup, tcp};
use crate::tls::{self, Hello};
use crate::triage;
use crate::verdict::{Ending, NOTHING_CHECKED};
use connlint_core::triage::Situation;
use connlint_probe_api::{
    Auth, AuthKind, Detail, Host, SslMode, SslNegotiation, Stage, State, Tls,
};
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio::time::Instant;

/// One address of one host.
pub(super) struct Target<'a> {
    pub(super) host: &'a Host,
    pub(super) addr: SocketAddr,
    pub(super) row: String,
}

impl Walk<'_> {
    pub(super) async fn address(&self, target: &Target<'_>) -> Ending {
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
        if self.gate.is_some_and(|gate| !gate.admits(target.addr.ip())) {
            self.note(Stage::Tcp, target, State::Fail, &codes::RATE_LIMITED);
            return self.end(target, Stage::Tcp, &codes::RATE_LIMITED);
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
        if self.request.sslnegotiation == SslNegotiation::Direct {
            return self.directly(target, stream, deadline).await;
        }
        if mode == SslMode::Disable {
            self.note(
                Stage::Sslrequest,
                target,
                State::Skip,
                &codes::SSL_NOT_ASKED,
            );
            self.note(Stage::Tls, target, State::Skip, &codes::TLS_SKIPPED);
            let message = self.startup_message();
            return self
                .introduce(target, &mut stream, None, Some(&message), deadline)
                .await;
        }
        let step = self.begin(Stage::Sslrequest, target);
        let budget = self.config.budgets.sslrequest;
        let message = self.startup_message();
        let asked = sslrequest::ask(&mut stream, deadline, budget).await;
        // What asked for TLS the way PostgreSQL does may be told at once who comes.
        let mut hello = Hello::new(&mut stream, target.host, SslNegotiation::Postgres, &message);
        let answer = match (asked, hello.as_mut().and_then(Hello::plain)) {
            (Ok(()), Some(stream)) => sslrequest::answer(stream, deadline, budget).await,
            (Ok(()), None) => Err((&codes::FAULT, None)),
            (Err(refusal), _) => Err(refusal),
        };
        match answer {
            Ok(sslrequest::Reply::Offered) => {
                step.end(State::Ok, &codes::SSL_OFFERED, Detail::default());
                self.encrypted(target, hello, None, deadline).await
            }
            Ok(sslrequest::Reply::NotOffered) => {
                drop(hello);
                self.without_tls(target, step, stream, deadline).await
            }
            Err((code, service)) => self.nothing(
                target,
                Stage::Sslrequest,
                step,
                Detail::default(),
                code,
                service,
            ),
        }
    }

    /// TLS at once. A driver that does this with a mode that would do without TLS refuses its own
    /// settings; the server is looked at all the same. Never without TLS, and never a second try
    /// with a request for it: libpq makes none either.
    async fn directly(
        &self,
        target: &Target<'_>,
        mut stream: TcpStream,
        deadline: Deadline,
    ) -> Ending {
        let fits = self.request.sslmode >= SslMode::Require;
        let (state, code) = if fits {
            (State::Skip, &codes::SSL_DIRECT)
        } else {
            (State::Fail, &codes::SSL_DIRECT_MODE)
        };
        self.note(Stage::Sslrequest, target, state, code);
        // What was sent TLS unasked has to show that it is PostgreSQL before it is told who comes.
        let hello = Hello::new(&mut stream, target.host, SslNegotiation::Direct, &[]);
        let message = self.startup_message();
        let mut ending = self
            .encrypted(target, hello, Some(&message), deadline)
            .await;
        if !fits {
            ending.stopped_by(Stage::Sslrequest, code);
        }
        ending
    }

    /// The handshake, and what comes after it: the startup message, unless the handshake brings it.
    async fn encrypted(
        &self,
        target: &Target<'_>,
        hello: Option<Hello<'_>>,
        message: Option<&[u8]>,
        deadline: Deadline,
    ) -> Ending {
        let mode = self.request.sslmode;
        let step = self.begin(Stage::Tls, target);
        let Some(hello) = hello else {
            step.end(State::Fail, &codes::FAULT, Detail::default());
            return self.end(target, Stage::Tls, &codes::FAULT);
        };
        let handshake = hello.shake_hands();
        let mut secured = match deadline.within(self.config.budgets.tls, handshake).await {
            Some(Ok(secured)) => secured,
            Some(Err(failed)) => {
                let detail = Detail {
                    kind: failed.alert,
                    tls: Some(failed.tls),
                    ..Detail::default()
                };
                return self.nothing(
                    target,
                    Stage::Tls,
                    step,
                    detail,
                    failed.code,
                    failed.service,
                );
            }
            None => {
                step.end(State::Fail, &codes::TLS_TIMEOUT, Detail::default());
                return self.end(target, Stage::Tls, &codes::TLS_TIMEOUT);
            }
        };
        let (chain, roots) = (&secured.chain, &self.config.roots);
        let inspection = Inspection::new(chain, target.host, roots, tls::algorithms());
        let (code, state) = judge_certificate(&inspection, mode);
        let modes = inspection.modes();
        let detail = Detail {
            version_at_least: version_by_alpn(&secured.tls),
            tls: Some(secured.tls.clone()),
            certificate: Some(inspection.certificate),
            issuers: inspection.issuers,
            root_needed: inspection.root_needed.clone(),
            modes: modes.clone(),
            ..Detail::default()
        };
        step.end(state, code, detail);
        let over = Some(&secured.tls);
        let mut ending = self
            .introduce(target, &mut secured.stream, over, message, deadline)
            .await;
        // What the server says is worth knowing, but this mode would not have come so far.
        if state == State::Fail {
            ending.stopped_by(Stage::Tls, code);
            let root = inspection.root_needed.as_deref();
            if let (true, Some(root)) = (std::ptr::eq(code, &codes::TLS_UNTRUSTED), root) {
                let line =
                    format!("The certificate of {root} has to be in the file of sslrootcert.");
                ending.next.insert(0, line);
            }
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
            let message = self.startup_message();
            self.introduce(target, &mut stream, None, Some(&message), deadline)
                .await
        } else {
            step.end(State::Fail, &codes::SSL_NOT_OFFERED, detail);
            self.close(target, &mut stream, Left::BeforeLogin).await;
            self.end(target, Stage::Sslrequest, &codes::SSL_NOT_OFFERED)
        };
        ending.modes = modes;
        ending
    }

    async fn introduce(
        &self,
        target: &Target<'_>,
        stream: &mut dyn Connection,
        over: Option<&Tls>,
        message: Option<&[u8]>,
        deadline: Deadline,
    ) -> Ending {
        let step = self.begin(Stage::Startup, target);
        let budget = self.config.budgets.startup;
        let reply = startup::introduce(stream, message, deadline, budget).await;
        let mut detail = Detail {
            plaintext: over.is_none().then_some(true),
            placeholder_user: self.request.user.is_none().then_some(true),
            not_checked: NOTHING_CHECKED.map(str::to_owned).to_vec(),
            version_at_least: over.and_then(version_by_alpn),
            ..Detail::default()
        };
        let mut left = Left::BeforeLogin;
        let ending = match reply {
            startup::Reply::Asked(auth) => self.asked(target, step, detail, auth, over.is_some()),
            startup::Reply::LetIn { ready } => {
                left = Left::LoggedIn;
                detail.not_checked = if ready {
                    Vec::new()
                } else {
                    NOTHING_CHECKED[1..]
                        .iter()
                        .map(ToString::to_string)
                        .collect()
                };
                let ending = Ending {
                    not_checked: detail.not_checked.clone(),
                    ..self.end(target, Stage::Startup, &codes::AUTH_NONE)
                };
                step.end(State::Warn, &codes::AUTH_NONE, detail);
                ending
            }
            startup::Reply::Refused {
                refusal,
                logged_in: after_login,
            } => {
                let left = triage::left_open(&refusal.error, after_login);
                detail.not_checked = left.iter().map(ToString::to_string).collect();
                self.refused(target, step, detail, refusal)
            }
            startup::Reply::Nothing(nothing) => {
                detail.kind = nothing.alert;
                if [codes::PG_TIMEOUT.name, codes::PG_NOT_READY.name].contains(&nothing.code.name) {
                    left = Left::Silent;
                }
                self.nothing(
                    target,
                    Stage::Startup,
                    step,
                    detail,
                    nothing.code,
                    nothing.service,
                )
            }
        };
        self.close(target, stream, left).await;
        ending
    }

    /// The server asks for a proof: as far as a probe without one can come.
    fn asked(
        &self,
        target: &Target<'_>,
        step: Step<'_>,
        mut detail: Detail,
        auth: Auth,
        encrypted: bool,
    ) -> Ending {
        let code = auth_code(&auth, encrypted);
        let scram = |name: &&String| name.starts_with("SCRAM-");
        let binding = |name: &String| name.ends_with("-PLUS");
        // Over TLS, PostgreSQL since 11 always offers it; PgBouncer never does.
        let pooled = encrypted
            && auth.mechanisms.iter().any(|name| scram(&name))
            && !auth.mechanisms.iter().any(binding);
        let mut ending = self.end(target, Stage::Startup, code);
        if pooled {
            detail.answered_by = Some("pooler".to_owned());
            ending.text = format!(
                "{} It offers no channel binding, so a pooler or proxy may be answering for the server; \
                 channel_binding=require would not work.",
                code.text
            );
            detail.text = Some(ending.text.clone());
        } else {
            detail.version_at_least = detail.version_at_least.max(version_by_mechanisms(&auth));
        }
        let state = if std::ptr::eq(code, &codes::AUTH_CLEARTEXT_PLAIN) {
            State::Warn
        } else {
            State::Ok
        };
        detail.auth = Some(auth);
        step.end(state, code, detail);
        ending
    }

    fn refused(
        &self,
        target: &Target<'_>,
        step: Step<'_>,
        mut detail: Detail,
        mut refusal: Refusal,
    ) -> Ending {
        let meaning = triage::of_refusal(&refusal);
        let failure = (meaning.category, meaning.persistence);
        detail.client_ip = meaning.client_ip.map(|ip| ip.to_string());
        detail.answered_by = meaning.answered_by.map(str::to_owned);
        if detail.plaintext == Some(true) && !self.config.policy.plaintext_messages {
            refusal.error.message = None;
        }
        let code = match &refusal.error.sqlstate {
            Some(state) => format!("{}:{state}", codes::PG_ERROR.name),
            None => codes::PG_ERROR.name.to_owned(),
        };
        let situation = Situation {
            client_ip: detail.client_ip.clone(),
            ..self.situation(target.host, target.addr.port())
        };
        let front_end = meaning.answered_by.and_then(triage::front_end_in_words);
        let text = match front_end {
            Some(name) => format!("{} The answer came from {name}.", meaning.text),
            None => meaning.text,
        };
        let mut next = triage::next(failure.0, &situation);
        if detail.plaintext.is_none() && self.request.sslmode == SslMode::Prefer {
            next.push(
                "With sslmode=prefer, libpq tries once more without TLS and reports the error of that try, too."
                    .to_owned(),
            );
        }
        let ending = Ending {
            code: code.clone(),
            failure: Some(failure),
            text: text.clone(),
            next,
            not_checked: detail.not_checked.clone(),
            client_ip: detail.client_ip.clone(),
            ..self.end(target, Stage::Startup, &codes::PG_ERROR)
        };
        detail.server = Some(refusal.error);
        step.end_as(State::Fail, &code, &text, Some(failure), detail);
        ending
    }

    /// No answer of PostgreSQL: what came, and what may be there in its place.
    fn nothing(
        &self,
        target: &Target<'_>,
        stage: Stage,
        step: Step<'_>,
        mut detail: Detail,
        code: &'static Code,
        service: Option<&'static str>,
    ) -> Ending {
        let mut ending = self.end(target, stage, code);
        detail.answered_by = service.map(str::to_owned);
        if let Some(name) = service.and_then(frame::service_in_words) {
            ending.text = format!("{} It looks like {name}.", code.text);
            detail.text = Some(ending.text.clone());
        }
        if service == Some("tls") {
            ending.next.push(
                "If a TLS proxy stands in front of the server, it may want sslnegotiation=direct."
                    .to_owned(),
            );
        }
        step.end(State::Fail, code, detail);
        ending
    }

    async fn close(&self, target: &Target<'_>, stream: &mut dyn Connection, left: Left) {
        let step = self.begin(Stage::Close, target);
        if close::leave(stream, left, self.config.budgets.close).await {
            step.end(State::Ok, &codes::CLOSE_OK, Detail::default());
        } else {
            step.end(State::Warn, &codes::CLOSE_CUT, Detail::default());
        }
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

fn judge_certificate(inspection: &Inspection, mode: SslMode) -> (&'static Code, State) {
    use crate::certificate::Problem as P;
    let of = |problem| match problem {
        P::UnknownIssuer | P::SelfSigned => &codes::TLS_UNTRUSTED,
        P::WrongAuthority => &codes::TLS_AUTHORITY,
        P::PartialChain => &codes::TLS_ROOT_MISSING,
        P::Expired | P::NotYetValid => &codes::TLS_EXPIRED,
        P::NameMismatch => &codes::TLS_NAME,
        P::WrongPurpose | P::BadEncoding => &codes::TLS_CERT,
        P::Unchecked => &codes::TLS_UNCHECKED,
    };
    match (inspection.blocks(mode), inspection.worst()) {
        (Some(problem), _) => (of(problem), State::Fail),
        (None, Some(problem)) => (of(problem), State::Warn),
        (None, None) if inspection.ends_soon => (&codes::TLS_ENDS_SOON, State::Warn),
        (None, None) => (&codes::TLS_OK, State::Ok),
    }
}

fn auth_code(auth: &Auth, encrypted: bool) -> &'static Code {
    let offers = |name: &str| {
        auth.mechanisms
            .iter()
            .any(|offered| offered.starts_with(name))
    };
    match auth.kind {
        AuthKind::Ok => &codes::AUTH_NONE,
        AuthKind::Cleartext if encrypted => &codes::AUTH_CLEARTEXT,
        AuthKind::Cleartext => &codes::AUTH_CLEARTEXT_PLAIN,
        AuthKind::Md5 => &codes::AUTH_MD5,
        AuthKind::Sasl if offers("SCRAM-") => &codes::AUTH_SASL,
        AuthKind::Sasl if offers("OAUTHBEARER") => &codes::AUTH_OAUTH,
        AuthKind::Gss => &codes::AUTH_GSS,
        AuthKind::Sspi => &codes::AUTH_SSPI,
        AuthKind::Sasl | AuthKind::Unknown => &codes::AUTH_UNKNOWN,
    }
}

/// PostgreSQL names its application protocol since 17.
fn version_by_alpn(tls: &Tls) -> Option<u16> {
    (tls.alpn.as_deref() == Some("postgresql")).then_some(17)
}

/// SCRAM came with PostgreSQL 10, its channel binding with 11, OAuth with 18.
fn version_by_mechanisms(auth: &Auth) -> Option<u16> {
    let version = |name: &String| match name.as_str() {
        "SCRAM-SHA-256" => Some(10),
        "SCRAM-SHA-256-PLUS" => Some(11),
        "OAUTHBEARER" => Some(18),
        _ => None,
    };
    auth.mechanisms.iter().filter_map(version).max()
}
