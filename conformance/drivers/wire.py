"""Runs a client that shows its reading only by connecting, and is the server that it reaches.

    unshare --map-root-user --net wire.py OFFLINE.SO COMMAND...

Every connection of the client ends here, whatever host it asks for (see offline.c). This server
offers TLS with a certificate of its own, asks for the password in clear text, lets everybody in,
and answers every query with an error. What it learned becomes the answer: the host looked up, the
port, user, database, password, and the parameters of the startup message. Of several hosts only
the first is seen.
"""

import fcntl
import json
import os
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading

from common import not_the_system_user, write

SSL_REQUEST, GSS_REQUEST, CANCEL_REQUEST = 80877103, 80877104, 80877102
PATIENCE = 10
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


class Server:
    """Talks PostgreSQL's protocol just far enough to be told everything."""

    def __init__(self, folder):
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.path = str(folder / "s")
        self.unix = socket.socket(socket.AF_UNIX)
        self.unix.bind(self.path)
        self.unix.listen(8)
        key, certificate = folder / "key.pem", folder / "cert.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-days", "2", "-subj", "/CN=wire.invalid", "-keyout", key, "-out", certificate],
            check=True, capture_output=True)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate, key)
        self.seen = []
        for listener in (self.tcp, self.unix):
            threading.Thread(target=self.serve, args=(listener,), daemon=True).start()

    def serve(self, listener):
        while True:
            connection, _ = listener.accept()
            note = {}
            self.seen.append(note)
            threading.Thread(target=self.talk, args=(connection, note), daemon=True).start()

    def talk(self, connection, note):
        connection.settimeout(PATIENCE)
        if connection.family == socket.AF_INET:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while True:
                length, code = struct.unpack("!II", exactly(connection, 8))
                if code == SSL_REQUEST:
                    note["asked for TLS"] = True
                    connection.sendall(b"S")
                    connection = self.tls.wrap_socket(connection, server_side=True)
                elif code == GSS_REQUEST:
                    connection.sendall(b"N")
                elif code == CANCEL_REQUEST:
                    return
                else:
                    break
            words = exactly(connection, length - 8).split(b"\0")
            note["encrypted"] = isinstance(connection, ssl.SSLSocket)
            note["startup"] = dict(zip(words[0::2], words[1::2]))
            note["startup"].pop(b"", None)
            connection.sendall(b"R" + struct.pack("!II", 8, 3))
            kind, length = struct.unpack("!cI", exactly(connection, 5))
            if kind == b"p":
                note["password"] = exactly(connection, length - 4)[:-1]
            connection.sendall(b"R" + struct.pack("!II", 8, 0))
            for name, value in ((b"server_version", b"15.0"), (b"client_encoding", b"UTF8"),
                                (b"standard_conforming_strings", b"on"), (b"DateStyle", b"ISO"),
                                (b"integer_datetimes", b"on"), (b"server_encoding", b"UTF8")):
                body = name + b"\0" + value + b"\0"
                connection.sendall(b"S" + struct.pack("!I", len(body) + 4) + body)
            connection.sendall(b"K" + struct.pack("!III", 12, 1, 1))
            connection.sendall(b"Z" + struct.pack("!I", 5) + b"I")
            while True:
                kind, length = struct.unpack("!cI", exactly(connection, 5))
                exactly(connection, length - 4)
                if kind == b"X":
                    return
                if kind in (b"Q", b"S"):
                    body = b"SERROR\0C0A000\0Mread\0\0"
                    connection.sendall(b"E" + struct.pack("!I", len(body) + 4) + body)
                    connection.sendall(b"Z" + struct.pack("!I", 5) + b"I")
        except (OSError, EOFError, ValueError, struct.error):
            pass
        finally:
            note["done"] = True
            connection.close()


def exactly(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def asked_for(log):
    """The first host and port that the client asked for."""
    name, port = None, None
    for line in log.splitlines():
        what, _, value = line.partition(" ")
        if what == "name" and port is None:
            name = value
        elif what == "tcp" and port is None:
            port = int(value)
        elif what == "unix":
            folder, _, last = value.rpartition("/.s.PGSQL.")
            return {"host": folder, "port": int(last) if last.isdigit() else None}
    return {"host": name, "port": port} if port is not None else None


def answer(said, log, seen):
    """What became of one case."""
    if not any("startup" in note or "asked for TLS" in note for note in seen):
        # It did not come here, or left without a word.
        return {"outcome": "refused", "error": said["error"]}
    reading = {"outcome": "accepted", "hosts": [each for each in [asked_for(log)] if each]}
    first = next((note for note in seen if "startup" in note), None)
    if first is None:
        # It asked for TLS, and turned away: a certificate that it does not have, or does not like.
        return {**reading, "tls": {"asked": True},
                "at_connect": (said["error"] or "").strip()}
    parameters = {key.decode("utf-8", "backslashreplace"): value for key, value in first["startup"].items()}
    text = lambda value: None if value is None else value.decode("utf-8", "backslashreplace")
    return {
        **reading,
        "user": not_the_system_user(real_user(text(parameters.pop("user", None)))),
        "database": real_user(text(parameters.pop("database", None))),
        "password": text(first.get("password")),
        "tls": {"asked": first.get("asked for TLS", False), "encrypted": first["encrypted"]},
        "settings": {key: text(value) for key, value in sorted(parameters.items())},
    }


def real_user(name):
    """None where libpq has filled in the user of the operating system."""
    return None if name == SYSTEM_USER else name


SYSTEM_USER = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()


def loopback_up():
    """The network that this runs in is new, and its loopback interface still down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))
    if len(socket.if_nameindex()) != 1:
        raise SystemExit("not in a network of its own")


def main():
    loopback_up()
    offline, command = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory(prefix="wire") as name:
        folder = pathlib.Path(name)
        server = Server(folder)
        log = folder / "log"
        client = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
            env={**os.environ, "LD_PRELOAD": offline, "OFFLINE_LOG": str(log),
                 "OFFLINE_PORT": str(server.tcp.getsockname()[1]), "OFFLINE_SOCKET": server.path})
        header = json.loads(client.stdout.readline())
        header["through"] += ", as its server sees it"
        write(header)
        for line in sys.stdin:
            server.seen = []
            log.write_text("")
            client.stdin.write(line)
            client.stdin.flush()
            said = json.loads(client.stdout.readline())
            seen = list(server.seen)
            write({"id": said["id"], **answer(said, log.read_text(errors="backslashreplace"), seen)})
        client.stdin.close()
        client.wait(PATIENCE)


main()
