"""The servers that the clients are sent to: real ones, and fakes of what cannot be had here.

All of it stands in a network namespace that has nothing but loopback; the addresses are those of documentation, the
names are answered by a DNS of our own.
"""

import os
import pathlib
import pwd
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time

GOOD, PLAIN, IMPOSTOR, ALIAS, STANDBY, FULL = (f"192.0.2.{n}" for n in (10, 11, 12, 13, 14, 15))
LANGUAGES = {"de": "192.0.2.21", "fr": "192.0.2.22", "es": "192.0.2.23", "ja": "192.0.2.24"}
LOCALES = {"de": "de_DE", "fr": "fr_FR", "es": "es_ES", "ja": "ja_JP"}
GATEWAY, FLEXIBLE, WEB, DROPS, SILENT, BUSY = (f"192.0.2.{n}" for n in (40, 41, 50, 51, 52, 53))
NO_ROUTE, NO_HOST = "198.51.100.7", "198.51.100.8"
NAMES = {
    "db.example": GOOD, "plain.example": PLAIN, "impostor.example": IMPOSTOR, "alias.example": ALIAS,
    "standby.example": STANDBY, "full.example": FULL, "shop.postgres.database.azure.com": GATEWAY,
    "flex.postgres.database.azure.com": FLEXIBLE, "web.example": WEB, "drops.example": DROPS, "silent.example": SILENT,
    "busy.example": BUSY, "far.example": NO_ROUTE, "gone.example": NO_HOST, "localhost": "127.0.0.1",
    **{f"{language}.example": address for language, address in LANGUAGES.items()},
}
PASSWORD = "Kestrel7"


def run(*command, **more):
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **more)
    if done.returncode:
        raise SystemExit(f"{command}: {done.stderr.decode(errors='replace')[-600:]}")


def network():
    """Loopback with our addresses, one address without a route and one that cannot be reached."""
    run("ip", "link", "set", "lo", "up")
    for address in {*NAMES.values()} - {NO_ROUTE, NO_HOST, "127.0.0.1"}:
        run("ip", "address", "add", f"{address}/32", "dev", "lo")
    run("ip", "route", "add", "unreachable", NO_HOST)


def resolver(folder):
    """A DNS that knows our names, has none for `.invalid`, and is out of order for `.again`."""
    configuration = folder / "resolv.conf"
    configuration.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    run("mount", "--bind", str(configuration), "/etc/resolv.conf")
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", 53))

    def answer(question):
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode(errors="replace"))
            at += 1 + question[at]
        name, kind = ".".join(labels).lower(), struct.unpack("!H", question[at + 1:at + 3])[0]
        asked = question[12:at + 5]
        if name.endswith("again"):
            return question[:2] + struct.pack("!HHHHH", 0x8182, 1, 0, 0, 0) + asked
        address = NAMES.get(name)
        if address is None:
            return question[:2] + struct.pack("!HHHHH", 0x8183, 1, 0, 0, 0) + asked
        if kind != 1:
            return question[:2] + struct.pack("!HHHHH", 0x8180, 1, 0, 0, 0) + asked
        record = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 5, 4) + socket.inet_aton(address)
        return question[:2] + struct.pack("!HHHHH", 0x8180, 1, 1, 0, 0) + asked + record

    def serve():
        while True:
            question, sender = listener.recvfrom(2048)
            listener.sendto(answer(question), sender)

    threading.Thread(target=serve, daemon=True).start()


def authority(folder, name):
    key, certificate = folder / f"{name}.key", folder / f"{name}.crt"
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3",
        "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", key, "-out", certificate)
    return key, certificate


def certificate(folder, issuer, name, hosts):
    key, request, out = (folder / f"{name}.{ending}" for ending in ("key", "csr", "crt"))
    run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-subj", f"/CN={hosts[0]}", "-keyout", key, "-out", request)
    names = folder / f"{name}.cnf"
    names.write_text("subjectAltName=" + ",".join(f"DNS:{host}" for host in hosts) + "\n")
    run("openssl", "x509", "-req", "-in", request, "-CA", issuer[1], "-CAkey", issuer[0], "-CAcreateserial",
        "-days", "2", "-extfile", names, "-out", out)
    return key, out


HBA = """
local all all trust
host all trusty 0.0.0.0/0 trust
host all ghost 0.0.0.0/0 trust
host all nologin 0.0.0.0/0 trust
host all banned 0.0.0.0/0 reject
hostssl all certified 0.0.0.0/0 cert
hostssl all ann 0.0.0.0/0 scram-sha-256
hostssl all one 0.0.0.0/0 scram-sha-256
"""

ROLES = f"""
create role ann login superuser password '{PASSWORD}';
create role one login connection limit 0 password '{PASSWORD}';
create role trusty login;
create role nologin;
create role banned login;
create role certified login;
create role outsider login password '{PASSWORD}';
create database shop;
create database closed;
revoke connect on database closed from public;
create database shut;
alter database shut allow_connections false;
"""


class Postgres:
    """Real clusters, each on an address of its own, on port 5432."""

    def __init__(self, programs, folder):
        self.programs, self.folder, self.processes = pathlib.Path(programs), folder, []
        self.user = None
        # PostgreSQL does not run as root.
        if os.geteuid() == 0:
            self.user = pwd.getpwnam("nobody")
            shutil.chown(folder, "nobody")

    def command(self, *words):
        if self.user is None:
            return words
        return ("setpriv", f"--reuid={self.user.pw_uid}", f"--regid={self.user.pw_gid}", "--clear-groups", *words)

    def prepare(self):
        """The cluster that the others are copies of."""
        self.first = self.folder / "first"
        run(*self.command(str(self.programs / "initdb"), "-D", str(self.first), "-U", "postgres", "-A", "trust", "-E", "UTF8",
                          "--locale=C", "--no-sync"), cwd="/")
        script = self.folder / "roles.sql"
        script.write_text(ROLES)
        os.chmod(script, 0o644)
        with open(script) as statements:
            for statement in statements.read().split(";\n"):
                if statement.strip():
                    run(*self.command(str(self.programs / "postgres"), "--single", "-D", str(self.first), "postgres"),
                        input=statement.strip().encode() + b"\n", cwd="/")

    def start(self, name, address, pair=None, settings=(), environment=None, standby=False):
        data = self.folder / name
        shutil.copytree(self.first, data)
        lines = [f"listen_addresses = '{address}'", "port = 5432", f"unix_socket_directories = '{self.folder}'", "fsync = off",
                 "shared_buffers = 8MB", "max_connections = 30", "logging_collector = off",
                 f"unix_socket_permissions = 0777", *settings]
        if pair:
            for source, target in zip(pair, ("server.key", "server.crt")):
                shutil.copy(source, data / target)
                os.chmod(data / target, 0o600)
            lines.append("ssl = on")
            if name == "good":
                shutil.copy(self.folder / "right.crt", data / "root.crt")
                lines.append("ssl_ca_file = 'root.crt'")
        if standby:
            (data / "standby.signal").touch()
        # A socket of its own, because all have the same port.
        lines.append(f"unix_socket_directories = '{data}'")
        (data / "pg_hba.conf").write_text(HBA if pair else HBA.replace("hostssl", "host").replace(" cert\n", " trust\n"))
        with open(data / "postgresql.conf", "a") as file:
            file.write("\n".join(lines) + "\n")
        for path in [data, *data.rglob("*")] if self.user else []:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)
        os.chmod(data, 0o700)
        self.processes.append(subprocess.Popen(
            self.command(str(self.programs / "postgres"), "-D", str(data)), cwd="/", stdout=subprocess.DEVNULL,
            stderr=open(self.folder / f"{name}.log", "w"), env={**os.environ, **(environment or {})}))
        wait(address, 5432)

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(20)


def wait(address, port):
    for _ in range(200):
        try:
            socket.create_connection((address, port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"no server on {address}:{port}")


def bouncer(folder, user, pair):
    """The real PgBouncer in front of the good server: 6432 as it comes, 6433 with TLS only, 6434 with no room."""
    (folder / "users.txt").write_text(f'"ann" "{PASSWORD}"\n"trusty" "x"\n')
    processes = []
    for port, extra in ((6432, ""), (6433, f"client_tls_sslmode = require\nclient_tls_key_file = {folder}/bouncer.key\n"
                                           f"client_tls_cert_file = {folder}/bouncer.crt\n"), (6434, "max_client_conn = 1\n")):
        configuration = folder / f"bouncer{port}.ini"
        configuration.write_text(
            f"[databases]\nshop = host={GOOD} port=5432\ndown = host={GOOD} port=5999\n[pgbouncer]\nlisten_addr = {GOOD}\n"
            f"listen_port = {port}\nauth_type = scram-sha-256\nauth_file = {folder}/users.txt\nunix_socket_dir =\n"
            f"server_tls_sslmode = require\npool_mode = transaction\nserver_login_retry = 600\nserver_connect_timeout = 1\nquery_wait_timeout = 2\n{extra}")
        for source, target in zip(pair, ("bouncer.key", "bouncer.crt")):
            shutil.copy(source, folder / target)
            os.chmod(folder / target, 0o644)
        command = ["pgbouncer", "-q"]
        if user:
            command = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *command]
        processes.append(subprocess.Popen([*command, str(configuration)], stderr=subprocess.DEVNULL, cwd="/"))
    for port in (6432, 6433, 6434):
        wait(GOOD, port)
    return processes


def message(kind, body):
    return kind + struct.pack("!I", len(body) + 4) + body


def error(sqlstate, text, severity=b"FATAL"):
    fields = [b"S" + severity, b"V" + severity, b"C" + sqlstate.encode(), b"M" + text.encode()]
    return message(b"E", b"\0".join(fields) + b"\0\0")


class Fakes:
    """Servers that follow a script, one thread a connection."""

    def __init__(self, pair):
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(pair[1], pair[0])
        self.listeners = []

    def listen(self, address, port, script, backlog=50):
        listener = socket.create_server((address, port), backlog=backlog)
        self.listeners.append(listener)
        if script is None:
            return listener

        def serve():
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=guarded, args=(script, connection), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        return listener

    def startup(self, connection):
        """The connection, over TLS if the client asks for it, and the parameters of its startup message."""
        while True:
            length, code = struct.unpack("!II", exactly(connection, 8))
            if code == 80877103:
                connection.sendall(b"S")
                connection = self.tls.wrap_socket(connection, server_side=True)
            elif code == 80877104:
                connection.sendall(b"N")
            else:
                words = exactly(connection, length - 8).split(b"\0")
                return connection, dict(zip(words[::2], words[1::2]))

    def telling(self, texts):
        """A server that answers the database that is asked for with the error of that name."""

        def script(connection):
            connection, parameters = self.startup(connection)
            sqlstate, text = texts[parameters[b"database"].decode()]
            tls = isinstance(connection, ssl.SSLSocket)
            text = text(tls) if callable(text) else text
            connection.sendall(error(sqlstate, text))
            time.sleep(0.2)
            connection.close()

        return script

    def welcoming(self, then):
        """A server that lets everybody in, and does `then` with the first query."""

        def script(connection):
            connection, _ = self.startup(connection)
            connection.sendall(message(b"R", struct.pack("!I", 0)) + message(b"S", b"server_version\x0015.0\0")
                               + message(b"S", b"client_encoding\0UTF8\0") + message(b"S", b"DateStyle\0ISO\0")
                               + message(b"S", b"standard_conforming_strings\0on\0") + message(b"S", b"TimeZone\0UTC\0")
                               + message(b"K", struct.pack("!II", 1, 1)) + message(b"Z", b"I"))
            exactly(connection, 5)
            then(connection)

        return script


def guarded(script, connection):
    try:
        script(connection)
    except (OSError, EOFError, KeyError):
        pass
    finally:
        connection.close()


def exactly(connection, count):
    got = b""
    while len(got) < count:
        more = connection.recv(count - len(got))
        if not more:
            raise EOFError
        got += more
    return got


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def busy():
    """A port whose queue is full: the system drops what asks for more, so nothing answers."""
    listener = socket.create_server((BUSY, 5432), backlog=0)
    waiting = []
    for _ in range(8):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex((BUSY, 5432))
        waiting.append(one)
    time.sleep(0.3)
    return listener, waiting
