//! The page on a server, with a recorder on the wire between it and the browser.

use crate::{Request, Result, ScriptedProbe, Serve, StaticSite, Wire, files, page, tools};
use connlint_testkit::{FakeDns, Reply};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

/// A name that leads to 127.0.0.1 alone, unlike `localhost`, which also has an IPv6 address.
pub const LOOPBACK_NAME: &str = "db.example";

/// The page, ready to be opened.
#[derive(Debug)]
pub struct Site {
    wire: Wire,
    path: &'static str,
    server: Server,
}

#[derive(Debug)]
enum Server {
    Probe {
        serve: Serve,
        dns: FakeDns,
    },
    Files {
        _files: StaticSite,
    },
    Scripted {
        _files: StaticSite,
        _probes: Vec<ScriptedProbe>,
    },
}

impl Site {
    /// `connlint serve`: page and probe.
    ///
    /// The probe asks a name server of the test, which knows [`LOOPBACK_NAME`] and says of every
    /// other name that it does not exist, so that no query leaves this computer.
    ///
    /// # Errors
    /// When it does not start.
    pub fn with_probe() -> Result<Self> {
        let loopback = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
        let zone =
            [LOOPBACK_NAME, "localhost"].map(|name| (name, Reply::Addresses(loopback.clone())));
        let dns = FakeDns::start(zone).map_err(anyhow::Error::from_boxed)?;
        let serve = Serve::start(&["--dns", &dns.addr().to_string()])?;
        Self::behind_wire(serve.addr(), "/", Server::Probe { serve, dns })
    }

    /// The built page in a folder of a static host, without any probe.
    ///
    /// # Errors
    /// When the page is not built.
    pub fn static_files() -> Result<Self> {
        Self::of_folder(&tools::dist()?)
    }

    /// A page in a folder of a static host.
    ///
    /// # Errors
    /// When the system gives no port.
    pub fn of_folder(folder: &Path) -> Result<Self> {
        let files = StaticSite::of(folder.to_path_buf())?;
        Self::behind_wire(files.addr(), files::FOLDER, Server::Files { _files: files })
    }

    /// The built page in a folder, with scripted probes behind it, as several vantage points.
    ///
    /// # Errors
    /// When the page is not built.
    pub fn scripted(probes: Vec<(&'static str, ScriptedProbe)>) -> Result<Self> {
        let addresses = probes.iter().map(|(name, probe)| (*name, probe.addr()));
        let files = StaticSite::with_probes(tools::dist()?, addresses.collect())?;
        let addr = files.addr();
        let server = Server::Scripted {
            _probes: probes.into_iter().map(|(_, probe)| probe).collect(),
            _files: files,
        };
        Self::behind_wire(addr, files::FOLDER, server)
    }

    fn behind_wire(addr: SocketAddr, path: &'static str, server: Server) -> Result<Self> {
        Ok(Self {
            wire: Wire::to(addr)?,
            path,
            server,
        })
    }

    /// The page's address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{}", self.wire.addr(), self.path)
    }

    /// What was on the wire between browser and server.
    #[must_use]
    pub fn wire(&self) -> &Wire {
        &self.wire
    }

    /// The requests on the wire, without the one for the tab's icon, which browsers make when they
    /// like.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        let mut requests = self.wire.requests();
        requests.retain(|request| !page::is_icon(&request.target));
        requests
    }

    /// What the server has printed; nothing for a static host.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn log(&self) -> Result<String> {
        match &self.server {
            Server::Probe { serve, .. } => serve.log(),
            Server::Files { .. } | Server::Scripted { .. } => Ok(String::new()),
        }
    }

    /// How many names the probe has asked for.
    #[must_use]
    pub fn name_queries(&self) -> usize {
        match &self.server {
            Server::Probe { dns, .. } => dns.queries(),
            Server::Files { .. } | Server::Scripted { .. } => 0,
        }
    }
}
