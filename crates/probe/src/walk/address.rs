//! The stages of one address, from the TCP connection to the goodbye, and how they end.

use super::Walk;
use crate::certificate::{Inspection, modes_without_tls};
use crate::codes::{self, Code};
use crate::recorder::Step;
use crate::stages::{Connection, Deadline, close, sslrequest, startup, tcp};
use crate::tls;
use crate::triage::{self, Category};
use crate::verdict::{Ending, NOTHING_CHECKED};
use connlint_core::triage::Situation;
use connlint_probe_api::{AuthKind, Detail, Host, ServerError, SslMode, Stage, State};
use std::net::SocketAddr;
use std::time::Instant;
use tokio::net::TcpStream;

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
