//! A real PostgreSQL server in a temporary folder, on a free loopback port.
//!
//! The binaries come from the system: `CONNLINT_PG_BIN` may name their folder, otherwise
//! `pg_config --bindir` and the usual folders are looked at; [`PostgresBuilder::binaries`] names
//! those of another version. PostgreSQL refuses to run as root, so when the tests do, the server
//! runs as the user `postgres` (or `nobody`).

use crate::process::{Owner, command, free_port, run, unprivileged_owner, write};
use crate::{Ca, Error, Identity};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const HOW_TO_INSTALL: &str = "These tests need a PostgreSQL server on this computer (15 or later) and found none. \
     Install it (Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; \
     macOS: brew install postgresql) or name the folder of its binaries in CONNLINT_PG_BIN.";

const READY_WITHIN: Duration = Duration::from_secs(30);

/// The name of the superuser that every server here has; it needs no password over the
/// Unix-domain socket, which only the tests can reach.
const SUPERUSER: &str = "testkit";

/// A running server; stopped and deleted when dropped.
#[derive(Debug)]
pub struct Postgres {
    child: Child,
    dir: TempDir,
    /// Held so that the next server finds it; the last one that runs takes it away.
    _fresh: Arc<TempDir>,
    bin: PathBuf,
    /// Where `psql` is, which not every installation of a server has.
    psql: PathBuf,
    owner: Owner,
    port: u16,
    ca: Ca,
}

/// How a server shall be.
#[derive(Debug, Default)]
pub struct PostgresBuilder {
    hba: Vec<String>,
    conf: Vec<String>,
    plaintext_only: bool,
    standby: bool,
    names: Option<Vec<String>>,
    bin: Option<PathBuf>,
    clients: Option<String>,
}

impl PostgresBuilder {
    /// Adds a line of `pg_hba.conf`. The superuser's line for the Unix-domain socket is always
    /// there; without any other line nobody gets in over TCP.
    #[must_use]
    pub fn hba(mut self, line: &str) -> Self {
        self.hba.push(line.to_owned());
        self
    }

    /// Adds a line of `postgresql.conf`.
    #[must_use]
    pub fn conf(mut self, line: &str) -> Self {
        self.conf.push(line.to_owned());
        self
    }

    /// `ssl = off`: the server answers a request for TLS with `N`.
    #[must_use]
    pub fn without_tls(mut self) -> Self {
        self.plaintext_only = true;
        self
    }

    /// A standby with `hot_standby = off`: it never takes connections and answers 57P03.
    #[must_use]
    pub fn cold_standby(mut self) -> Self {
        self.standby = true;
        self
    }

    /// The names in the server's certificate; `localhost`, `127.0.0.1` and `::1` unless given.
    #[must_use]
    pub fn certificate_for(mut self, names: &[&str]) -> Self {
        self.names = Some(names.iter().map(ToString::to_string).collect());
        self
    }

    /// The folder with the server's programs, for a version other than the system's.
    #[must_use]
    pub fn binaries(mut self, folder: &Path) -> Self {
        self.bin = Some(folder.to_path_buf());
        self
    }

    /// Takes certificates of clients that this authority signed (`ssl_ca_file`).
    #[must_use]
    pub fn clients_of(mut self, ca: &Ca) -> Self {
        self.clients = Some(ca.pem());
        self
    }

    /// Makes the data folder and starts the server.
    ///
    /// # Errors
    /// If PostgreSQL is not installed (the text says what to install) or does not start (the text
    /// has its log).
    pub fn start(self) -> Result<Postgres, Error> {
        let bin = self.bin.clone().map_or_else(find_binaries, Ok)?;
        let psql = if bin.join("psql").exists() {
            bin.clone()
        } else {
            find_binaries()?
        };
        let dir = tempfile::Builder::new().prefix("connlint-pg-").tempdir()?;
        let owner = unprivileged_owner(dir.path())?;
        if let Some((uid, gid)) = owner {
            chown(dir.path(), Some(uid), Some(gid))?;
        }
        let data = dir.path().join("data");
        let fresh = fresh_data(&bin, owner)?;
        run(Command::new("cp").arg("-a").arg(fresh.path()).arg(&data))?;

        let ca = Ca::new("connlint test authority")?;
        let names = self
            .names
            .clone()
            .unwrap_or_else(|| ["localhost", "127.0.0.1", "::1"].map(String::from).to_vec());
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        self.write_files(&data, dir.path(), owner, &ca.issue(&names)?)?;

        // The port may be taken between asking for it and using it; then another one is tried.
        let mut last = None;
        for _ in 0..5 {
            let port = free_port()?;
            match launch(&bin, &data, dir.path(), owner, port) {
                Ok(child) => {
                    return Ok(Postgres {
                        child,
                        dir,
                        _fresh: fresh,
                        bin,
                        psql,
                        owner,
                        port,
                        ca,
                    });
                }
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| "no free port".into()))
    }

    fn write_files(
        &self,
        data: &Path,
        dir: &Path,
        owner: Owner,
        identity: &Identity,
    ) -> Result<(), Error> {
        let mut conf = format!(
            "listen_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\nfsync = off\n\
             max_connections = 20\nshared_buffers = 16MB\nlog_connections = off\n\
             log_destination = 'stderr'\nlogging_collector = off\nlc_messages = 'C'\n",
            dir.display(),
        );
        if !self.plaintext_only {
            conf.push_str("ssl = on\nssl_cert_file = 'server.crt'\nssl_key_file = 'server.key'\n");
        }
        if let Some(pem) = &self.clients {
            conf.push_str("ssl_ca_file = 'clients.crt'\n");
            write(&data.join("clients.crt"), pem, owner)?;
        }
        if self.standby {
            conf.push_str("hot_standby = off\nprimary_conninfo = ''\n");
            write(&data.join("standby.signal"), "", owner)?;
        }
        for line in &self.conf {
            conf.push_str(line);
            conf.push('\n');
        }
        let mut hba = format!("local all {SUPERUSER} trust\n");
        for line in &self.hba {
            hba.push_str(line);
            hba.push('\n');
        }
        write(&data.join("connlint.conf"), &conf, owner)?;
        let mut main = fs::OpenOptions::new()
            .append(true)
            .open(data.join("postgresql.conf"))?;
        main.write_all(b"\ninclude 'connlint.conf'\n")?;
        write(&data.join("pg_hba.conf"), &hba, owner)?;
        write(&data.join("server.crt"), &identity.chain_pem, owner)?;
        write(&data.join("server.key"), &identity.key_pem, owner)
    }
}

/// A data folder as `initdb` leaves it, to be copied, which is quicker than making each server its own.
fn fresh_data(bin: &Path, owner: Owner) -> Result<Arc<TempDir>, Error> {
    static FRESH: Mutex<BTreeMap<PathBuf, Weak<TempDir>>> = Mutex::new(BTreeMap::new());
    let mut all = FRESH.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(made) = all.get(bin).and_then(Weak::upgrade) {
        return Ok(made);
    }
    let dir = tempfile::Builder::new()
        .prefix("connlint-initdb-")
        .permissions(fs::Permissions::from_mode(0o700))
        .tempdir()?;
    if let Some((uid, gid)) = owner {
        chown(dir.path(), Some(uid), Some(gid))?;
    }
    let mut initdb = command(bin, "initdb", owner);
    initdb.arg("-D").arg(dir.path());
    initdb.args([
        "-U",
        SUPERUSER,
        "-E",
        "UTF8",
        "--no-locale",
        "--no-sync",
        "--auth=reject",
    ]);
    run(&mut initdb)?;
    let dir = Arc::new(dir);
    all.insert(bin.to_path_buf(), Arc::downgrade(&dir));
    Ok(dir)
}

impl Postgres {
    /// A server with TLS; say who gets in with [`PostgresBuilder::hba`].
    #[must_use]
    pub fn builder() -> PostgresBuilder {
        PostgresBuilder::default()
    }

    /// The usual server: TLS, `user` with this password and a database of the same name, reachable
    /// over TLS only with a SCRAM password.
    ///
    /// # Errors
    /// As [`PostgresBuilder::start`].
    pub fn with_user(user: &str, password: &str) -> Result<Self, Error> {
        let server = Self::builder()
            .hba(&format!("hostssl {user} {user} 127.0.0.1/32 scram-sha-256"))
            .start()?;
        server.sql(&format!("CREATE ROLE {user} LOGIN PASSWORD '{password}'"))?;
        server.sql(&format!("CREATE DATABASE {user} OWNER {user}"))?;
        Ok(server)
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// The authority that signed the server's certificate.
    #[must_use]
    pub fn ca(&self) -> &Ca {
        &self.ca
    }

    /// Everything that the server has logged so far.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn log(&self) -> Result<String, Error> {
        Ok(fs::read_to_string(self.dir.path().join("log"))?)
    }

    /// Runs SQL as the superuser and gives what `psql` prints.
    ///
    /// # Errors
    /// If it fails; the text has what `psql` says.
    pub fn sql(&self, sql: &str) -> Result<String, Error> {
        let mut psql = self.psql();
        psql.args(["-c", sql]);
        run(&mut psql)
    }

    /// Opens a session of the superuser that stays until it is dropped or killed.
    ///
    /// # Errors
    /// If `psql` does not start, or the session is not there within ten seconds.
    pub fn open_session(&self) -> Result<OpenSession, Error> {
        let mut psql = self.psql();
        psql.args(["-c", "SELECT pg_sleep(300) /* open session */"]);
        let child = psql
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let session = OpenSession(child);
        let until = Instant::now() + Duration::from_secs(10);
        let count = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%open session%' AND query NOT LIKE '%count%'";
        while Instant::now() < until {
            if self.sql(count)?.trim() != "0" {
                return Ok(session);
            }
            thread::sleep(Duration::from_millis(50));
        }
        Err("the session did not open".into())
    }

    /// Asks for a smart shutdown and does not wait: while a session is open, the server answers
    /// new ones with 57P03.
    ///
    /// # Errors
    /// If `pg_ctl` fails.
    pub fn begin_shutdown(&self) -> Result<(), Error> {
        let mut stop = command(&self.bin, "pg_ctl", self.owner);
        stop.arg("stop")
            .arg("-D")
            .arg(self.dir.path().join("data"))
            .args(["-m", "smart", "--no-wait"]);
        run(&mut stop)?;
        let until = Instant::now() + Duration::from_secs(10);
        while !self.log()?.contains("received smart shutdown request") {
            if Instant::now() > until {
                return Err("the server did not take the request to shut down".into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Presents another certificate to the connections that come from now on.
    ///
    /// # Errors
    /// If the server does not take it up.
    pub fn present(&mut self, identity: &Identity) -> Result<(), Error> {
        let data = self.dir.path().join("data");
        write(&data.join("server.crt"), &identity.chain_pem, self.owner)?;
        write(&data.join("server.key"), &identity.key_pem, self.owner)?;
        let reloads = |log: &str| log.matches("received SIGHUP").count();
        let before = reloads(&self.log()?);
        let mut reload = command(&self.bin, "pg_ctl", self.owner);
        run(reload.arg("reload").arg("-D").arg(data))?;
        let until = Instant::now() + Duration::from_secs(10);
        while reloads(&self.log()?) == before {
            if Instant::now() > until {
                return Err("the server did not read its settings again".into());
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Connects as the superuser over TCP with libpq: to 127.0.0.1, under this name, at this
    /// `sslmode`, with a file of these roots if there are any.
    ///
    /// # Errors
    /// If libpq does not connect; the text has what it says.
    pub fn libpq(&self, host: &str, sslmode: &str, roots: Option<&str>) -> Result<String, Error> {
        let file = self.dir.path().join("roots.crt");
        let mut conninfo = format!(
            "host={host} hostaddr=127.0.0.1 port={} user={SUPERUSER} dbname=postgres sslmode={sslmode}",
            self.port
        );
        if let Some(pem) = roots {
            write(&file, pem, self.owner)?;
            conninfo.push_str(&format!(" sslrootcert={}", file.display()));
        }
        let mut psql = command(&self.psql, "psql", self.owner);
        // libpq looks for a root file at home, too.
        psql.env("HOME", self.dir.path());
        run(psql.args(["-X", "-A", "-t", "-c", "SELECT 1", &conninfo]))
    }

    fn psql(&self) -> Command {
        let mut psql = command(&self.psql, "psql", self.owner);
        psql.arg("-h")
            .arg(self.dir.path())
            .arg("-p")
            .arg(self.port.to_string());
        psql.args([
            "-U",
            SUPERUSER,
            "-d",
            "postgres",
            "-X",
            "-A",
            "-t",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
        ]);
        psql
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = command(&self.bin, "pg_ctl", self.owner);
        stop.arg("stop")
            .arg("-D")
            .arg(self.dir.path().join("data"))
            .args(["-m", "immediate", "-w", "-t", "10"]);
        if run(&mut stop).is_err() {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// A session that `psql` holds open.
#[derive(Debug)]
pub struct OpenSession(Child);

impl Drop for OpenSession {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn find_binaries() -> Result<PathBuf, Error> {
    if let Some(folder) = std::env::var_os("CONNLINT_PG_BIN") {
        let folder = PathBuf::from(folder);
        return if folder.join("initdb").exists() {
            Ok(folder)
        } else {
            Err(format!("CONNLINT_PG_BIN has no initdb in it. {HOW_TO_INSTALL}").into())
        };
    }
    let mut folders = Vec::new();
    let from_pg_config = Command::new("pg_config")
        .arg("--bindir")
        .stdin(Stdio::null())
        .output();
    if let Some(output) = from_pg_config.ok().filter(|o| o.status.success()) {
        folders.push(PathBuf::from(
            String::from_utf8_lossy(&output.stdout).trim(),
        ));
    }
    for parent in ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"] {
        let mut found: Vec<PathBuf> = fs::read_dir(parent)
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .map(|entry| entry.path().join("bin"))
            .collect();
        // The newest version first: numbers by value, the rest by name.
        found.sort_by_key(|path| {
            let name = path
                .parent()
                .and_then(Path::file_name)
                .map(|n| n.to_string_lossy().into_owned());
            let number = name
                .as_deref()
                .and_then(|n| n.trim_start_matches("postgresql@").parse::<u32>().ok());
            std::cmp::Reverse(number.unwrap_or(0))
        });
        folders.extend(found);
    }
    folders.extend(
        [
            "/usr/pgsql/bin",
            "/usr/local/pgsql/bin",
            "/usr/bin",
            "/usr/local/bin",
        ]
        .map(PathBuf::from),
    );
    folders
        .into_iter()
        .find(|f| f.join("initdb").exists())
        .ok_or_else(|| HOW_TO_INSTALL.into())
}

fn launch(bin: &Path, data: &Path, dir: &Path, owner: Owner, port: u16) -> Result<Child, Error> {
    let log_path = dir.join("log");
    let log = fs::File::create(&log_path)?;
    let mut server = command(bin, "postgres", owner);
    server.arg("-D").arg(data).arg("-p").arg(port.to_string());
    server.stdout(log.try_clone()?).stderr(log);
    let mut child = server.spawn()?;
    let until = Instant::now() + READY_WITHIN;
    loop {
        let text = fs::read_to_string(&log_path)?;
        // A standby without a primary never says that it is ready.
        let up = text.contains("ready to accept connections")
            || text.contains("entering standby mode")
            || text.contains("ready to accept read-only connections");
        if up
            && TcpStream::connect_timeout(
                &(Ipv4Addr::LOCALHOST, port).into(),
                Duration::from_secs(1),
            )
            .is_ok()
        {
            return Ok(child);
        }
        if child.try_wait()?.is_some() || Instant::now() > until {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("PostgreSQL did not start. Its log:\n{text}").into());
        }
        thread::sleep(Duration::from_millis(20));
    }
}
