//! What starting a server takes: a user that is not root, a port, files that only it can read.

use crate::Error;
use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The user and group to run as; none for the caller's own.
pub(crate) type Owner = Option<(u32, u32)>;

/// The user and group to run as, if the tests run as root (which PostgreSQL refuses).
pub(crate) fn unprivileged_owner(own_folder: &Path) -> Result<Owner, Error> {
    if fs::metadata(own_folder)?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    for wanted in ["postgres", "nobody"] {
        for line in users.lines() {
            let fields: Vec<&str> = line.split(':').collect();
            if let [name, _, uid, gid, ..] = fields.as_slice()
                && *name == wanted
            {
                return Ok(Some((uid.parse()?, gid.parse()?)));
            }
        }
    }
    Err(
        "the server does not run as root, and there is no user postgres or nobody to run it as"
            .into(),
    )
}

/// A program of this folder, run as this owner, without the caller's PostgreSQL settings.
pub(crate) fn command(bin: &Path, program: &str, owner: Owner) -> Command {
    let mut command = Command::new(bin.join(program));
    // Nothing of the caller's PostgreSQL settings (PGHOST, PGSSLMODE, ...) may leak in.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        .current_dir("/")
        .stdin(Stdio::null());
    if let Some((uid, gid)) = owner {
        command.uid(uid).gid(gid);
    }
    command
}

/// Runs it to its end and gives what it prints.
pub(crate) fn run(command: &mut Command) -> Result<String, Error> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let program = PathBuf::from(command.get_program());
    let name = program
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    Err(format!(
        "{name} failed: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
    .into())
}

/// Writes a file that only its owner can read.
pub(crate) fn write(path: &Path, text: &str, owner: Owner) -> Result<(), Error> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    if let Some((uid, gid)) = owner {
        chown(path, Some(uid), Some(gid))?;
    }
    Ok(())
}

/// A port on loopback that nobody has just now, so that it refuses whoever connects.
///
/// # Errors
/// If the system gives none.
pub fn free_port() -> Result<u16, Error> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}
