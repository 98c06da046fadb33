//! `connlint lsp`: the language server. Editors start it and talk to it over standard input and output.
//!
//! It publishes the findings of open files as diagnostics, offers their fixes, and shows on hovering what a string means and
//! what each driver does with it. Nothing that it sends holds a secret but the user's own text in a fix.

mod document;

use crate::outcome::{Failure, Outcome, Status};
use crate::settings::Settings;
use document::{Document, Encoding};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidCloseTextDocument, DidOpenTextDocument, Notification as _,
    PublishDiagnostics,
};
use lsp_types::request::{CodeActionRequest, HoverRequest, Request as _};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, HoverProviderCapability,
    InitializeParams, PositionEncodingKind, PublishDiagnosticsParams, ServerCapabilities,
    TextDocumentSyncCapability, TextDocumentSyncKind, Uri,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Mends all that is safe to mend, as editors do on saving.
const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.connlint");

/// Arguments of `connlint lsp`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Talk over standard input and output, which it does in any case; editors say so
    #[arg(long)]
    stdio: bool,
}

pub(crate) fn run(Args { stdio: _ }: &Args) -> Outcome {
    let (connection, threads) = Connection::stdio();
    let served = serve(&connection);
    // The threads end when nothing can be sent any more.
    drop(connection);
    served?;
    threads.join().map_err(Failure::from)?;
    Ok(Status::Clean)
}

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("the editor does not speak as it should: {error}"))
}

fn serve(connection: &Connection) -> Result<(), Failure> {
    let (id, params) = connection.initialize_start().map_err(broken)?;
    let params: InitializeParams = serde_json::from_value(params).map_err(broken)?;
    let encoding = encoding(&params);
    let capabilities = capabilities(encoding);
    let answer = json!({
        "capabilities": capabilities,
        "serverInfo": {"name": "connlint", "version": env!("CARGO_PKG_VERSION")},
    });
    connection.initialize_finish(id, answer).map_err(broken)?;
    let mut server = Server {
        connection,
        encoding,
        documents: HashMap::new(),
    };
    for message in &connection.receiver {
        match message {
            Message::Request(request) => {
                if connection.handle_shutdown(&request).map_err(broken)? {
                    return Ok(());
                }
                server.request(request)?;
            }
            Message::Notification(notification) => server.notification(notification)?,
            // Nothing is asked.
            Message::Response(_) => {}
        }
    }
    Ok(())
}

/// How the editor counts the characters of a line: as connlint does where it can, else as it has to.
fn encoding(params: &InitializeParams) -> Encoding {
    let general = params.capabilities.general.as_ref();
    let offered = general.and_then(|general| general.position_encodings.as_ref());
    if offered.is_some_and(|all| all.contains(&PositionEncodingKind::UTF8)) {
        Encoding::Utf8
    } else {
        Encoding::Utf16
    }
}

fn capabilities(encoding: Encoding) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(match encoding {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
        }),
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::FULL)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, FIX_ALL]),
            ..CodeActionOptions::default()
        })),
        ..ServerCapabilities::default()
    }
}

struct Server<'a> {
    connection: &'a Connection,
    encoding: Encoding,
    documents: HashMap<String, Document>,
}

impl Server<'_> {
    fn send(&self, message: Message) -> Result<(), Failure> {
        self.connection.sender.send(message).map_err(broken)
    }

    fn request(&mut self, request: Request) -> Result<(), Failure> {
        let Request { id, method, params } = request;
        let response = match method.as_str() {
            HoverRequest::METHOD => answer(id, params, |params: lsp_types::HoverParams| {
                let at = params.text_document_position_params;
                self.document(&at.text_document.uri)
                    .and_then(|document| document.hover(at.position))
            }),
            CodeActionRequest::METHOD => {
                answer(id, params, |params: lsp_types::CodeActionParams| {
                    self.document(&params.text_document.uri)
                        .map(|document| document.actions(&params, &FIX_ALL))
                })
            }
            _ => Response::new_err(
                id,
                ErrorCode::MethodNotFound as i32,
                "connlint does not do that".into(),
            ),
        };
        self.send(response.into())
    }

    fn document(&self, uri: &Uri) -> Option<&Document> {
        self.documents.get(uri.as_str())
    }

    fn notification(&mut self, notification: Notification) -> Result<(), Failure> {
        let Notification { method, params } = notification;
        match method.as_str() {
            DidOpenTextDocument::METHOD => {
                let params: lsp_types::DidOpenTextDocumentParams = read(params)?;
                let document = params.text_document;
                self.open(document.uri, document.version, document.text)
            }
            DidChangeTextDocument::METHOD => {
                let params: lsp_types::DidChangeTextDocumentParams = read(params)?;
                let document = params.text_document;
                // Every change is the whole text.
                match params.content_changes.into_iter().next_back() {
                    Some(change) => self.open(document.uri, document.version, change.text),
                    None => Ok(()),
                }
            }
            DidCloseTextDocument::METHOD => {
                let params: lsp_types::DidCloseTextDocumentParams = read(params)?;
                let uri = params.text_document.uri;
                self.documents.remove(uri.as_str());
                self.publish(PublishDiagnosticsParams::new(uri, Vec::new(), None))
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, uri: Uri, version: i32, text: String) -> Result<(), Failure> {
        // Settings may have changed since the last look; there are few of them.
        let options = Settings::new(None).and_then(|settings| document::options(&settings, &uri));
        let document = match options {
            Ok(options) => Document::new(uri.clone(), text, options, self.encoding),
            Err(Failure::Message(message)) => {
                self.documents.remove(uri.as_str());
                let complaint = document::complaint(message);
                return self.publish(PublishDiagnosticsParams::new(
                    uri,
                    vec![complaint],
                    Some(version),
                ));
            }
            Err(other) => return Err(other),
        };
        let diagnostics = document.diagnostics();
        self.documents.insert(uri.as_str().to_owned(), document);
        self.publish(PublishDiagnosticsParams::new(
            uri,
            diagnostics,
            Some(version),
        ))
    }

    fn publish(&self, params: PublishDiagnosticsParams) -> Result<(), Failure> {
        let method = PublishDiagnostics::METHOD.to_owned();
        self.send(Notification::new(method, params).into())
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, Failure> {
    serde_json::from_value(params).map_err(broken)
}

fn answer<P: DeserializeOwned, R: serde::Serialize>(
    id: RequestId,
    params: Value,
    with: impl FnOnce(P) -> R,
) -> Response {
    match serde_json::from_value(params) {
        Ok(params) => Response::new_ok(id, with(params)),
        Err(error) => Response::new_err(id, ErrorCode::InvalidParams as i32, error.to_string()),
    }
}
