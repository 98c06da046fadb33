"""What TLS each driver ends up with, against real servers on loopback.

    tls.py POSTGRES_BIN < clients.json > tls.jsonl

Four servers that differ in one thing: `good` has a certificate for localhost of the authority that
the client is given, `impostor` one for localhost of an authority that nobody trusts, `other_name` one
of the right authority for another name, and `no_tls` has no TLS at all. Every scenario is one
connection string, tried with each of them: what it verifies shows in whom it turns away.
"""

import fcntl
import json
import os
import pathlib
import pwd
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
SERVERS = ("good", "impostor", "other_name", "no_tls")


def scenarios():
    """Identifier, query, and whether the right root certificate lies in the home folder."""
    yield "nothing", "", False
    yield "nothing-home", "", True
    for mode in MODES:
        yield mode, f"sslmode={mode}", False
        yield f"{mode}-root", f"sslmode={mode}&sslrootcert=ROOT", False
        yield f"{mode}-home", f"sslmode={mode}", True
    yield "root", "sslrootcert=ROOT", False
    yield "root-missing", "sslmode=verify-ca&sslrootcert=/nonexistent/root.crt", False
    yield "require-root-missing", "sslmode=require&sslrootcert=/nonexistent/root.crt", False
    yield "root-system", "sslrootcert=system", False
    yield "require-root-system", "sslmode=require&sslrootcert=system", False
    yield "verify-full-root-system", "sslmode=verify-full&sslrootcert=system", False
    for value in ("true", "false", "require", "no-verify"):
        yield f"ssl-{value}", f"ssl={value}", False
    yield "ssl-true-root", "ssl=true&sslrootcert=ROOT", False
    yield "no-verify", "sslmode=no-verify", False
    yield "capital-require", "sslmode=Require", False
    yield "upper-key", "SSLMode=require", False
    yield "camel-key", "sslMode=require", False
    yield "negotiation-direct", "sslmode=require&sslnegotiation=direct", False
    yield "channel-binding", "sslmode=require&channel_binding=require", False
    yield "compat-require", "uselibpqcompat=true&sslmode=require", False
    yield "compat-prefer", "uselibpqcompat=true&sslmode=prefer", False
    yield "compat-require-root", "uselibpqcompat=true&sslmode=require&sslrootcert=ROOT", False
    yield "compat-verify-ca-root", "uselibpqcompat=true&sslmode=verify-ca&sslrootcert=ROOT", False
    yield "compat-verify-full-root", "uselibpqcompat=true&sslmode=verify-full&sslrootcert=ROOT", False
    yield "pgbouncer", "pgbouncer=true", False
    # pgjdbc's own words; others do what they do with a key that they do not know.
    yield "jdbc-java-roots", "sslmode=verify-full&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory", False
    yield "jdbc-java-roots-require", "sslmode=require&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory", False
    yield "jdbc-no-validation", "sslmode=verify-full&sslfactory=org.postgresql.ssl.NonValidatingFactory", False


def run(*command, **more):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **more)


def authority(folder, name):
    key, certificate = folder / f"{name}.key", folder / f"{name}.crt"
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", key, "-out", certificate)
    return key, certificate


def certificate(folder, issuer, name, host):
    key, request, out = (folder / f"{name}.{ending}" for ending in ("key", "csr", "crt"))
    run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-subj", f"/CN={host}", "-keyout", key, "-out", request)
    names = folder / f"{name}.cnf"
    names.write_text(f"subjectAltName=DNS:{host}\n")
    run("openssl", "x509", "-req", "-in", request, "-CA", issuer[1], "-CAkey", issuer[0], "-CAcreateserial",
        "-days", "2", "-extfile", names, "-out", out)
    return key, out


class Servers:
    """Four clusters in a folder; stopped and removed at the end."""

    def __init__(self, programs, folder):
        self.programs = pathlib.Path(programs)
        self.folder = folder
        self.ports = {}
        self.processes = []
        # PostgreSQL does not run as root.
        self.user = None
        if os.geteuid() == 0:
            self.user = pwd.getpwnam("nobody")
            shutil.chown(folder, "nobody")
            os.chmod(folder, 0o755)

    def command(self, *words):
        if self.user is None:
            return words
        return ("setpriv", f"--reuid={self.user.pw_uid}", f"--regid={self.user.pw_gid}", "--clear-groups", *words)

    def start(self):
        right, wrong = authority(self.folder, "right"), authority(self.folder, "wrong")
        first = self.folder / "data"
        password = self.folder / "password"
        password.write_text("Kestrel7\n")
        os.chmod(password, 0o644)
        run(*self.command(str(self.programs / "initdb"), "-D", str(first), "-U", "ann", "-A", "scram-sha-256",
                          f"--pwfile={password}", "-E", "UTF8", "--locale=C", "--no-sync"), cwd="/")
        for name, issuer, host in (("good", right, "localhost"), ("impostor", wrong, "localhost"),
                                   ("other_name", right, "elsewhere.invalid"), ("no_tls", None, None)):
            data = self.folder / name
            shutil.copytree(first, data)
            settings = [f"listen_addresses = '127.0.0.1'", f"unix_socket_directories = ''", "fsync = off",
                        "shared_buffers = 8MB", "max_connections = 20", "logging_collector = off"]
            if issuer:
                key, cert = certificate(self.folder, issuer, f"server_{name}", host)
                for source, target in ((key, "server.key"), (cert, "server.crt")):
                    shutil.copy(source, data / target)
                    os.chmod(data / target, 0o600)
                settings.append("ssl = on")
            for path in [data, *data.rglob("*")] if self.user else []:
                os.chown(path, self.user.pw_uid, self.user.pw_gid)
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.ports[name] = free.getsockname()[1]
            settings.append(f"port = {self.ports[name]}")
            with open(data / "postgresql.conf", "a") as file:
                file.write("\n".join(settings) + "\n")
            os.chmod(data, 0o700)
            self.processes.append(subprocess.Popen(
                self.command(str(self.programs / "postgres"), "-D", str(data)), cwd="/",
                stdout=subprocess.DEVNULL, stderr=open(self.folder / f"{name}.log", "w")))
        for port in self.ports.values():
            self.wait(port)
        return right[1]

    @staticmethod
    def wait(port):
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("a server did not start")

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(20)


def ask(client, home, questions):
    """Every answer of one client, by identifier."""
    done = subprocess.run(
        client["command"], input="".join(json.dumps(each) + "\n" for each in questions),
        capture_output=True, text=True, timeout=400,
        env={**client["env"], "PATH": os.environ["PATH"], "HOME": str(home), "USER": "osuser", "LOGNAME": "osuser",
             "LC_ALL": "C.UTF-8", "TZ": "UTC"})
    lines = done.stdout.splitlines()
    if len(lines) != len(questions) + 1:
        raise SystemExit(f"{client['name']}: {len(lines) - 1} answers to {len(questions)}: {done.stderr[-500:]}")
    answers = [json.loads(line) for line in lines[1:]]
    return json.loads(lines[0]), {each["id"]: each for each in answers}


def verifies(outcomes):
    """Whether a wrong authority and a wrong name are noticed; None where there is no TLS to tell by."""
    if outcomes["good"] != "tls":
        return None
    return {"chain": outcomes["impostor"] != "tls", "host_name": outcomes["other_name"] != "tls"}


def loopback_up():
    """The network that this runs in is new, and its loopback interface still down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(any_socket, 0x8913, request))[1]
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", flags | 1))
    if len(socket.if_nameindex()) != 1:
        raise SystemExit("not in a network of its own")


def main():
    loopback_up()
    clients = json.load(sys.stdin)
    with tempfile.TemporaryDirectory(prefix="tls") as name:
        folder = pathlib.Path(name)
        os.chmod(folder, 0o755)
        servers = Servers(sys.argv[1], folder)
        try:
            root = servers.start()
            homes = {False: folder / "home", True: folder / "home_with_root"}
            for home in homes.values():
                home.mkdir()
            (homes[True] / ".postgresql").mkdir()
            shutil.copy(root, homes[True] / ".postgresql/root.crt")
            for client in clients:
                answers = {}
                for in_home, home in homes.items():
                    questions = []
                    for scenario, query, wants_home in scenarios():
                        if wants_home != in_home:
                            continue
                        query = query.replace("ROOT", str(root))
                        for server, port in servers.ports.items():
                            questions.append({"id": f"{scenario}/{server}", "host": "localhost", "port": port,
                                              "query": query})
                    header, said = ask(client, home, questions)
                    answers.update(said)
                for scenario, query, wants_home in scenarios():
                    outcomes, errors = {}, {}
                    for server in SERVERS:
                        one = answers[f"{scenario}/{server}"]
                        outcomes[server] = one.get("outcome") or "refused"
                        if one.get("error"):
                            text = one["error"].strip().splitlines()[0]
                            text = text.replace(str(servers.ports[server]), "PORT").replace(str(root), "ROOT")
                            for home in homes.values():
                                text = text.replace(str(home) + "/", "~/")
                            errors[server] = text
                    line = {"id": f"tls/{scenario}", "driver": client["name"], "version": header["version"],
                            "reading": client["reading"], "query": query, "root_in_home": wants_home,
                            **outcomes, "verifies": verifies(outcomes), "errors": errors}
                    print(json.dumps(line, ensure_ascii=False), flush=True)
        finally:
            servers.stop()


main()
