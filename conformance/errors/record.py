"""Has real clients fail in every way that there is, and records what they say.

    record.py POSTGRES_BIN < clients.json > recorded.jsonl
    record.py --labels < recorded.jsonl > relabelled.jsonl

The first runs in a network and a mount namespace of its own, see xtask/src/errors.rs; the second only puts the labels of
scenarios.py to what was recorded.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from urllib.parse import quote

import servers
from scenarios import SCENARIOS, TEXTS, WORDS, labels

# How much of a text is kept: traces of two hundred lines tell no more than their first ones.
LINES, BYTES = 16, 2000


def string(dialect, scenario, root):
    """The connection string of a scenario in a dialect; None where it cannot be said."""
    host, port, user = scenario["host"], scenario.get("port", 5432), scenario.get("user", "ann")
    password, database = scenario.get("password", servers.PASSWORD), scenario.get("database", "shop")
    mode = scenario.get("tls", "require")
    certain = mode == "verify-full" and not scenario.get("no_root")
    secret = f":{quote(password, safe='')}" if password else ""
    base = f"postgresql://{quote(user, safe='')}{secret}@{host}:{port}/{quote(database, safe='')}"
    query = [f"sslmode={mode}"] + ([f"sslrootcert={root}"] if certain else [])
    extra = scenario.get("extra", "")
    if dialect == "uri":
        return base + "?" + "&".join(query + ["connect_timeout=2"]) + extra
    if dialect == "asyncpg":
        return base + "?" + "&".join(query) + extra
    if dialect == "node":
        mode = {"require": "no-verify"}.get(mode, mode)
        return base + "?" + "&".join([f"sslmode={mode}"] + query[1:]) + extra
    if dialect == "postgres.js":
        return base + f"?sslmode={mode}" + extra
    if dialect == "tokio-postgres":
        # Without a connector it has no TLS at all: prefer takes what there is.
        mode = "prefer" if mode == "require" and not scenario.get("needs_tls") else mode.replace("verify-full", "require")
        if mode == "prefer" and host == "db.example" and port == 5432:
            base = base.replace("@db.example:", "@plain.example:")
        return base + f"?sslmode={mode}&connect_timeout=2"
    if dialect == "jdbc":
        names = {"user": user, "password": password, "sslmode": mode, "sslrootcert": str(root) if certain else "", "connectTimeout": "2",
                 "socketTimeout": "4"}
        pairs = [f"{key}={quote(value, safe='')}" for key, value in names.items() if value]
        return f"jdbc:postgresql://{host}:{port}/{quote(database, safe='')}?" + "&".join(pairs) + extra
    pairs = {"host": host, "port": str(port), "dbname": database, "user": user, "password": password, "sslmode": mode,
             "sslrootcert": str(root) if certain else "", "connect_timeout": "2"}
    if dialect == "pdo":
        return "pgsql:" + ";".join(f"{key}={value}" for key, value in pairs.items() if value)
    if dialect == "kv":
        return ";".join(f"{key}={value}" for key, value in pairs.items() if value)
    if dialect == "odbc":
        words = {"Driver": "PostgreSQL Unicode", "Server": host, "Port": str(port), "Database": database, "Uid": user,
                 "Pwd": password, "SSLmode": mode}
        return ";".join(f"{key}={value}" for key, value in words.items() if value)
    raise SystemExit(f"no way to write {dialect}")


def questions(client, root):
    """Identifier, string and statement of every scenario for this client."""
    dialect = client["dialects"][0]
    if client["name"].endswith("-pool") and client["name"] != "pg-pool":
        # They try for seconds and say the same of everything.
        for scenario in SCENARIOS:
            if scenario["id"] in ("name-missing", "refused", "no-answer", "password", "full", "starting"):
                yield scenario["id"], string(dialect, scenario, root), ""
        return
    for scenario in SCENARIOS:
        if client["name"] in scenario.get("not_for", ()) or (scenario.get("sql") and client["name"] == "pg_dump"):
            continue
        yield scenario["id"], string(dialect, scenario, root), scenario.get("sql", "")
    for id, dialects, text in WORDS:
        if dialect in dialects and client["name"] not in ("django", "sequelize"):
            yield id, text, ""


def ask(client, home, lines):
    """Every answer of one client, by identifier. A client that hangs or dies is asked again about what is left."""
    answers, version, left = {}, None, list(lines)
    while left:
        environment = {**client["env"], "PATH": os.environ["PATH"], "HOME": str(home), "USER": "osuser", "LOGNAME": "osuser",
                       "LC_ALL": "C.UTF-8", "TZ": "UTC", "VERSION": client["version"], "PYTHONDONTWRITEBYTECODE": "1"}
        program = subprocess.Popen(client["command"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   text=True, errors="backslashreplace", env=environment, cwd=str(home))
        killer = subprocess.Popen(["sh", "-c", f"sleep 240; kill -9 {program.pid}"], stdin=subprocess.DEVNULL)
        try:
            version = json.loads(program.stdout.readline())["version"]
            while left:
                program.stdin.write("\t".join(left[0]) + "\n")
                program.stdin.flush()
                line = program.stdout.readline()
                if not line:
                    answers[left.pop(0)[0]] = None
                    break
                answer = json.loads(line)
                answers[answer["id"]] = answer["said"]
                left.pop(0)
        except (OSError, json.JSONDecodeError, KeyError) as failed:
            print(f"{client['name']}: {failed!r} at {left[:1]}", file=sys.stderr)
            if version is None:
                return None, {}
            left.pop(0)
        finally:
            killer.kill()
            program.kill()
            program.wait()
    return version, answers


def shown(text, places):
    """The text as it would be anywhere: no paths of this machine, no addresses in memory, not too long."""
    for place, name in places:
        text = text.replace(str(place), name)
    text = re.sub(r'"/[^"]*/lib/(python3\.\d+)/(?!site-packages)', r'"/usr/lib/\1/', text)
    text = re.sub(r"0x[0-9a-f]{8,}", "0x7f0000000000", text)
    text = re.sub(r"processID: \d+|pid=\d+", "pid=1", text)
    lines = []
    for line in text.strip().splitlines():
        # Of a trace, the first frames below each error.
        lines.append(line.rstrip())
        if len(lines) > 3 and all(re.match(r"\s+(at|from) ", each) for each in lines[-4:]):
            lines.pop()
    if len(lines) > LINES:
        # Python ends with the error, the others begin with it.
        lines = lines[:2] + lines[2 - LINES:] if "Traceback" in lines[0] else lines[:LINES]
    return "\n".join(lines)[:BYTES]


def relabel():
    for line in sys.stdin:
        row = json.loads(line)
        row.update(labels(*row["id"].split("/", 1)), text=shown(row["text"], ()))
        print(json.dumps(row, ensure_ascii=False))


def main():
    clients = json.load(sys.stdin)
    with tempfile.TemporaryDirectory(prefix="errors") as name:
        folder = pathlib.Path(name)
        os.chmod(folder, 0o755)
        servers.network()
        servers.resolver(folder)
        right, wrong = servers.authority(folder, "right"), servers.authority(folder, "wrong")
        postgres = servers.Postgres(sys.argv[1], folder)
        pair = servers.certificate(folder, right, "db", ["db.example", "full.example", "standby.example"])
        postgres.prepare()
        postgres.start("good", servers.GOOD, pair)
        postgres.start("plain", servers.PLAIN)
        postgres.start("impostor", servers.IMPOSTOR, servers.certificate(folder, wrong, "impostor", ["impostor.example"]))
        postgres.start("alias", servers.ALIAS, servers.certificate(folder, right, "alias", ["elsewhere.example"]))
        postgres.start("standby", servers.STANDBY, pair, ["hot_standby = off", "primary_conninfo = ''"], standby=True)
        postgres.start("full", servers.FULL, pair, ["max_connections = 5", "superuser_reserved_connections = 4"])
        locales = folder / "locales"
        locales.mkdir()
        for language, address in servers.LANGUAGES.items():
            locale = servers.LOCALES[language]
            servers.run("localedef", "-i", locale, "-f", "UTF-8", str(locales / f"{locale}.UTF-8"))
            postgres.start(language, address, pair, [f"lc_messages = '{locale}.UTF-8'"], {"LOCPATH": str(locales)})
        bouncers = servers.bouncer(folder, postgres.user, pair)
        fakes = servers.Fakes(servers.certificate(
            folder, right, "azure", ["*.postgres.database.azure.com", "drops.example"]))
        fakes.listen(servers.GATEWAY, 5432, fakes.telling(TEXTS))
        fakes.listen(servers.FLEXIBLE, 5432, fakes.telling(TEXTS))
        fakes.listen(servers.WEB, 8080, lambda c: (c.recv(64), c.sendall(
            b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n400 Bad Request")))
        fakes.listen(servers.DROPS, 5432, lambda c: None)
        fakes.listen(servers.DROPS, 5433, lambda c: (c.recv(64), servers.reset(c)))
        fakes.listen(servers.DROPS, 5434, fakes.welcoming(lambda c: None))
        fakes.listen(servers.DROPS, 5435, fakes.welcoming(servers.reset))
        fakes.listen(servers.SILENT, 5432, lambda c: time.sleep(30))
        queue = servers.busy()
        # Takes the only connection that an ordinary user can have.
        holder = subprocess.Popen(["psql", "-X", "-d", f"host={servers.FULL} user=trusty dbname=shop sslmode=require"],
                                  stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        room = subprocess.Popen(["psql", "-X", "-d", f"host={servers.GOOD} port=6434 user=ann password={servers.PASSWORD} "
                                 "dbname=shop sslmode=disable"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        # PgBouncer tells that a server is down only once it knows.
        subprocess.run(["psql", "-X", "-d", f"host={servers.GOOD} port=6432 user=ann password={servers.PASSWORD} dbname=down "
                        "sslmode=disable connect_timeout=3"], stdin=subprocess.DEVNULL, capture_output=True)
        time.sleep(1)
        home = folder / "home"
        home.mkdir()
        root = folder / "root.crt"
        shutil.copy(right[1], root)
        try:
            for client in clients:
                print(f"      {client['name']}", file=sys.stderr, flush=True)
                asked = list(questions(client, root))
                version, answers = ask(client, home, asked)
                if version is None:
                    print(f"      {client['name']} left out: it does not start", file=sys.stderr)
                    continue
                places = [(root, "/app/root.crt"), (home, "/home/osuser"), (folder, "/tmp/errors"),
                          *((each, "/app") for each in client["places"])]
                for id, text, _ in asked:
                    said = answers.get(id)
                    if said:
                        line = {"id": f"{client['name']}/{id}", "client": client["name"], "version": version,
                                "reading": client["reading"], **labels(client["name"], id), "text": shown(said, places)}
                        print(json.dumps(line, ensure_ascii=False), flush=True)
        finally:
            for process in (holder, room, *bouncers):
                process.kill()
            postgres.stop()
            del queue


relabel() if sys.argv[1] == "--labels" else main()
