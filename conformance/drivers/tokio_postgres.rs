//! tokio-postgres: `Config::from_str`, then `Config::connect` with the network closed.

use std::str::FromStr;

use common::{Refused, run, said};
use serde_json::{Map, Value, json};
use tokio_postgres::config::Host;
use tokio_postgres::{Config, NoTls};

fn read(text: &str) -> Result<Value, Refused> {
    let config = Config::from_str(text).map_err(|error| Refused(said(&error), Value::Null))?;
    let ports = config.get_ports();
    let port = |index: usize| match ports {
        [] => None,
        [one] => Some(*one),
        more => more.get(index).copied(),
    };
    let names: Vec<String> = config
        .get_hosts()
        .iter()
        .map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        })
        .collect();
    let hosts: Vec<Value> = names
        .iter()
        .enumerate()
        .map(|(index, name)| json!({"host": name, "port": port(index)}))
        .collect();
    let mut settings = Map::new();
    let mut set = |key: &str, value: Value| settings.insert(key.into(), value);
    if let Some(value) = config.get_application_name() {
        set("application_name", value.into());
    }
    if let Some(value) = config.get_options() {
        set("options", value.into());
    }
    if let Some(value) = config.get_connect_timeout() {
        set("connect_timeout", value.as_secs().into());
    }
    if let Some(value) = config.get_tcp_user_timeout() {
        set("tcp_user_timeout", value.as_secs().into());
    }
    if !config.get_keepalives() {
        set("keepalives", false.into());
    }
    if config.get_keepalives_idle().as_secs() != 7200 {
        set("keepalives_idle", config.get_keepalives_idle().as_secs().into());
    }
    let hostaddrs = config.get_hostaddrs();
    if !hostaddrs.is_empty() {
        let list: Vec<String> = hostaddrs.iter().map(ToString::to_string).collect();
        set("hostaddr", list.into());
    }
    // Ports without a host of their own: what `connect` complains about.
    if ports.len() > names.len() || (ports.len() > 1 && ports.len() != names.len()) {
        set("ports", ports.to_vec().into());
    }
    for (key, value, default) in [
        ("target_session_attrs", format!("{:?}", config.get_target_session_attrs()), "Any"),
        ("channel_binding", format!("{:?}", config.get_channel_binding()), "Prefer"),
        ("load_balance_hosts", format!("{:?}", config.get_load_balance_hosts()), "Disable"),
        ("sslnegotiation", format!("{:?}", config.get_ssl_negotiation()), "Postgres"),
    ] {
        if value != default {
            set(key, value.into());
        }
    }
    let reading = json!({
        "hosts": hosts,
        "user": config.get_user(),
        "database": config.get_dbname(),
        "password": config.get_password().map(|bytes| String::from_utf8_lossy(bytes).into_owned()),
        "tls": {"sslmode": format!("{:?}", config.get_ssl_mode())},
        "settings": settings,
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    match runtime.block_on(config.connect(NoTls)) {
        Ok(_) => Err(Refused("connected, with the network closed".into(), reading)),
        Err(error) if said(&error).contains("Connection refused") => Ok(reading),
        Err(error) => Err(Refused(said(&error), reading)),
    }
}

fn main() {
    run("tokio-postgres", "Config::from_str, Config::connect", read);
}
