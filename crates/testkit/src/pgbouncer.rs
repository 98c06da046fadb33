//! A real PgBouncer in front of a real PostgreSQL, on a free loopback port.

use crate::process::{command, free_port, run, unprivileged_owner, write};
use crate::{Ca, Error, Postgres};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const READY_WITHIN: Duration = Duration::from_secs(20);

/// A running PgBouncer; stopped and deleted when dropped.
#[derive(Debug)]
pub struct PgBouncer {
    child: Child,
    dir: TempDir,
    port: u16,
    version: String,
}

impl PgBouncer {
    /// Starts the program in front of this server's database `app`, over TLS, with these further
    /// lines of its settings, such as `auth_type = scram-sha-256`, and with the user `app` of this
    /// password.
    ///
    /// # Errors
    /// If it does not start; the text has its log.
    pub fn start(
        program: &Path,
        server: &Postgres,
        password: &str,
        settings: &[&str],
    ) -> Result<Self, Error> {
        let folder = program.parent().ok_or("a program without a folder")?;
        let dir = tempfile::Builder::new()
            .prefix("connlint-bouncer-")
            .tempdir()?;
        let owner = unprivileged_owner(dir.path())?;
        if let Some((uid, gid)) = owner {
            chown(dir.path(), Some(uid), Some(gid))?;
        }
        let identity = Ca::new("connlint test authority")?.issue(&["127.0.0.1"])?;
        let at = |name: &str| dir.path().join(name);
        write(&at("server.crt"), &identity.chain_pem, owner)?;
        write(&at("server.key"), &identity.key_pem, owner)?;
        let users = format!("\"app\" \"{password}\"\n");
        write(&at("users.txt"), &users, owner)?;
        let version = run(command(folder, "pgbouncer", owner).arg("--version"))?;

        let mut last = None;
        // The port may be taken between asking for it and using it; then another one is tried.
        for _ in 0..5 {
            let port = free_port()?;
            let shown = dir.path().display();
            let mut ini = format!(
                "[databases]\napp = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
                 listen_port = {port}\nunix_socket_dir =\nauth_file = {shown}/users.txt\n\
                 client_tls_sslmode = allow\nclient_tls_cert_file = {shown}/server.crt\n\
                 client_tls_key_file = {shown}/server.key\nlog_connections = 0\n\
                 log_disconnections = 0\nlog_stats = 0\n",
                server.port(),
            );
            for line in settings {
                ini.push_str(line);
                ini.push('\n');
            }
            write(&at("pgbouncer.ini"), &ini, owner)?;
            let log = fs::File::create(at("log"))?;
            let mut bouncer = command(folder, "pgbouncer", owner);
            bouncer.arg(at("pgbouncer.ini"));
            bouncer.stdout(Stdio::null()).stderr(log);
            let mut child = bouncer.spawn()?;
            match ready(&mut child, port) {
                Ok(()) => {
                    return Ok(Self {
                        child,
                        dir,
                        port,
                        version: version.lines().next().unwrap_or_default().to_owned(),
                    });
                }
                Err(error) => {
                    let log = fs::read_to_string(at("log")).unwrap_or_default();
                    last = Some(format!("{error}. Its log:\n{log}"));
                }
            }
        }
        Err(last.unwrap_or_default().into())
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it calls itself, such as `PgBouncer 1.18.0`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Everything that it has logged so far.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn log(&self) -> Result<String, Error> {
        Ok(fs::read_to_string(self.dir.path().join("log"))?)
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ready(child: &mut Child, port: u16) -> Result<(), Error> {
    let addr: SocketAddr = (Ipv4Addr::LOCALHOST, port).into();
    let until = Instant::now() + READY_WITHIN;
    loop {
        if TcpStream::connect_timeout(&addr, Duration::from_secs(1)).is_ok() {
            return Ok(());
        }
        if child.try_wait()?.is_some() || Instant::now() > until {
            let _ = child.kill();
            let _ = child.wait();
            return Err("PgBouncer did not start".into());
        }
        thread::sleep(Duration::from_millis(20));
    }
}
