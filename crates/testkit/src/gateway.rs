//! A fake of the Azure Database for PostgreSQL Single Server gateway.
//!
//! The texts are those that users reported: <https://github.com/MicrosoftDocs/azure-docs/issues/6371>
//! (user name) and <https://github.com/MicrosoftDocs/azure-docs/issues/49915> (TLS).

use crate::{Error, FakeServer, Identity, wire};

/// Starts a gateway that insists on TLS and on a user name of the form `user@server`; whoever has
/// both is asked for a password in clear, as the gateway did.
///
/// # Errors
/// If the system gives no port.
pub fn azure_single_gateway(identity: &Identity) -> Result<FakeServer, Error> {
    let config = identity.server_config(&[])?;
    FakeServer::start(move |session| {
        let head = session.read(8)?;
        if head != wire::SSL_REQUEST {
            session.send(&gateway_error(
                "SSL connection is required. Please specify SSL options and retry.",
            ))?;
            return Ok(());
        }
        session.send(b"S")?;
        session.start_tls(&config)?;
        let startup = session.read_startup()?;
        let answer = match startup.param("user") {
            Some(user) if user.contains('@') => wire::auth(3, &[]),
            _ => gateway_error(
                "Invalid Username specified. Please check the Username and retry connection. \
                 The Username should be in <username@hostname> format.",
            ),
        };
        session.send(&answer)?;
        session.read_to_end()?;
        Ok(())
    })
}

fn gateway_error(text: &str) -> Vec<u8> {
    wire::error(&[('S', "FATAL"), ('C', "28000"), ('M', text)])
}
