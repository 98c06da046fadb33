"""SQLAlchemy: make_url and create_connect_args, then a real connect with the network closed."""

import asyncio
import warnings

import sqlalchemy
from sqlalchemy.engine.url import make_url

from common import Refused, hosts, run

warnings.simplefilter("ignore")
ASYNCHRONOUS = {"asyncpg", "psycopg_async"}


def connect(url, driver):
    """Connects as a program would; the network is closed, so this never succeeds."""
    if driver not in ASYNCHRONOUS:
        sqlalchemy.create_engine(url).connect()
        return

    async def run_async():
        from sqlalchemy.ext.asyncio import create_async_engine

        async with create_async_engine(url).connect():
            pass

    asyncio.run(run_async())


def read(text, _dialect):
    url = make_url(text)
    reading = {
        "hosts": hosts([url.host] if url.host else [], [url.port] if url.port is not None else []),
        "user": url.username,
        "database": url.database,
        "password": str(url.password) if url.password is not None else None,
        "settings": {},
    }
    try:
        dialect = url.get_dialect()
        args, kwargs = dialect().create_connect_args(url)
    except Exception as error:
        raise Refused(f"{type(error).__name__}: {error}", reading) from error
    kwargs = dict(kwargs)
    names, ports = kwargs.pop("host", None), kwargs.pop("port", None)
    split = lambda value: [] if value is None else (
        list(value) if isinstance(value, (list, tuple)) else str(value).split(","))
    reading = {
        "hosts": hosts(split(names), [each or None for each in split(ports)]),
        "user": kwargs.pop("user", None),
        "database": kwargs.pop("dbname", kwargs.pop("database", None)),
        "password": kwargs.pop("password", None),
        "settings": {**kwargs, "driver": dialect.driver},
    }
    # asyncpg's wrapper takes some arguments that say nothing about the text.
    for name in ("async_creator_fn", "context"):
        reading["settings"].pop(name, None)
    if args:
        reading["settings"]["arguments"] = args
    try:
        connect(url, dialect.driver)
    except Exception as error:
        original = getattr(error, "orig", None) or error
        said = str(original)
        if "Connection refused" not in said and "Connect call failed" not in said and \
                "Can't create a connection to host" not in said:
            raise Refused(f"{type(original).__name__}: {said}", reading) from error
        return reading
    raise Refused("connected, with the network closed", reading)


run("sqlalchemy", sqlalchemy.__version__, "make_url, create_connect_args, connect", read)
