"""A Python driver under tls.py: connects, and asks the server whether the connection is encrypted."""

import asyncio
import json
import subprocess
import sys

QUESTION = "select ssl from pg_stat_ssl where pid = pg_backend_pid()"


def text(case):
    query = "?" + case["query"] if case["query"] else ""
    return f"postgresql://ann:Kestrel7@{case['host']}:{case['port']}/postgres{query}"


def with_dbapi(module):
    def connect(case):
        connection = module.connect(text(case))
        try:
            cursor = connection.cursor()
            cursor.execute(QUESTION)
            return cursor.fetchone()[0]
        finally:
            connection.close()

    return connect


def with_asyncpg(case):
    async def connect():
        connection = await asyncpg.connect(text(case), timeout=20)
        try:
            return await connection.fetchval(QUESTION)
        finally:
            await connection.close()

    return asyncio.run(connect())


def with_psql(case):
    done = subprocess.run(["psql", "-X", "-w", "-A", "-t", "-d", text(case), "-c", QUESTION],
                          capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.removeprefix("psql: error: "))
    return done.stdout.strip() == "t"


driver = sys.argv[1]
if driver == "asyncpg":
    import asyncpg

    connect, version = with_asyncpg, asyncpg.__version__
elif driver == "psql":
    connect = with_psql
    version = subprocess.run(["psql", "--version"], capture_output=True, text=True).stdout.split()[2]
else:
    module = __import__(driver)
    connect, version = with_dbapi(module), module.__version__.split()[0]

print(json.dumps({"version": version}), flush=True)
for line in sys.stdin:
    case = json.loads(line)
    try:
        answer = {"outcome": "tls" if connect(case) else "plain"}
    except Exception as error:
        answer = {"error": str(error) or type(error).__name__}
    print(json.dumps({"id": case["id"], **answer}), flush=True)
