"""A Python driver: connects as each line says, and prints what Python prints of the error that nobody catches."""

import asyncio
import importlib.metadata
import json
import re
import sys
import traceback

WAIT = 3


def asyncpg_(text, sql):
    import asyncpg

    async def work():
        connection = await asyncpg.connect(text, timeout=WAIT)
        if sql:
            await connection.fetch(sql)

    asyncio.run(work())


def dbapi(name):
    def work(text, sql):
        connection = __import__(name).connect(text)
        if sql:
            connection.cursor().execute(sql)

    return work


def psycopg_pool(text, sql):
    import psycopg_pool

    with psycopg_pool.ConnectionPool(text, min_size=1, max_size=1, timeout=WAIT, open=True) as pool:
        with pool.connection() as connection:
            connection.execute(sql or "select 1")


def sqlalchemy_(scheme):
    def work(text, sql):
        import sqlalchemy

        text = re.sub("^postgresql", scheme, text)
        if scheme.endswith("asyncpg"):
            from sqlalchemy.ext.asyncio import create_async_engine

            async def run():
                # sslmode is not asyncpg's argument when SQLAlchemy passes it on.
                plain = re.sub(r"[?&]sslrootcert=[^&]*|[?&]connect_timeout=\d+", "", text).replace("sslmode=", "ssl=")
                engine = create_async_engine(plain, connect_args={"timeout": WAIT})
                async with engine.connect() as connection:
                    await connection.execute(sqlalchemy.text(sql or "select 1"))

            return asyncio.run(run())
        with sqlalchemy.create_engine(text).connect() as connection:
            connection.execute(sqlalchemy.text(sql or "select 1"))

    return work


def django_(text, sql):
    import django
    from django.conf import settings
    from django.db import connections
    from urllib.parse import parse_qsl, unquote, urlsplit

    url = urlsplit(text)
    if not settings.configured:
        settings.configure(DATABASES={})
        django.setup()
    database = {
        "ENGINE": "django.db.backends.postgresql", "NAME": unquote(url.path[1:]), "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""), "HOST": url.hostname, "PORT": str(url.port or ""),
        "OPTIONS": dict(parse_qsl(url.query)),
    }
    handler = type(connections)({"default": database})
    with handler["default"].cursor() as cursor:
        cursor.execute(sql or "select 1")


DRIVERS = {
    "psycopg": dbapi("psycopg"), "psycopg2": dbapi("psycopg2"), "asyncpg": asyncpg_, "psycopg-pool": psycopg_pool,
    "sqlalchemy": sqlalchemy_("postgresql+psycopg2"), "sqlalchemy-asyncpg": sqlalchemy_("postgresql+asyncpg"),
    "django": django_,
}
DISTRIBUTIONS = {"psycopg2": "psycopg2-binary", "sqlalchemy-asyncpg": "sqlalchemy"}

driver = sys.argv[1]
version = importlib.metadata.version(DISTRIBUTIONS.get(driver, driver))
print(json.dumps({"version": version}), flush=True)
for line in sys.stdin:
    id, text, sql = line.rstrip("\n").split("\t")
    try:
        DRIVERS[driver](text, sql)
        said = None
    except BaseException as error:
        said = "".join(traceback.format_exception(error)).strip()
    print(json.dumps({"id": id, "said": said}), flush=True)
