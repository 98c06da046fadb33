"""dj-database-url or django-environ, and what Django's own backend passes on to psycopg."""

import sys

import django
import psycopg
from django.conf import settings
from django.db.utils import ConnectionHandler

from common import Refused, hosts, run

settings.configure(USE_TZ=True, TIME_ZONE="UTC")


def tail(database, through):
    """What Django does with the dictionary that the URL became."""
    engine = str(database.get("ENGINE", ""))
    if not engine.endswith("postgresql"):
        raise Refused(f"{through} makes it ENGINE {engine!r}")
    connection = ConnectionHandler({"default": database})["default"]
    reading = None
    try:
        parameters = connection.get_connection_params()
        # What Django adds itself; it says nothing about the text.
        own = ("cursor_factory", "context", "prepare_threshold", "client_encoding")
        rest = {key: value for key, value in parameters.items()
                if key not in own or key in database.get("OPTIONS", {})}
        reading = {
            "hosts": hosts(*([str(rest.pop(key))] if rest.get(key) else []
                             for key in ("host", "port"))),
            "user": rest.pop("user", None),
            "database": rest.pop("dbname", None),
            "password": rest.pop("password", None),
            "settings": rest,
        }
        psycopg.connect(**parameters)
    except Exception as error:
        said = str(error).strip()
        if "Connection refused" not in said:
            raise Refused(f"{type(error).__name__}: {said}", reading) from error
        return reading
    raise Refused("connected, with the network closed", reading)


def through_dj_database_url(text, _dialect):
    return tail(dj_database_url.parse(text), "dj_database_url.parse")


def through_django_environ(text, _dialect):
    return tail(environ.Env.db_url_config(text), "environ.Env.db_url_config")


try:
    import dj_database_url
except ImportError:
    import environ

    run("django-environ", environ.__version__,
        f"environ.Env.db_url_config, get_connection_params; Django {django.__version__}, psycopg {psycopg.__version__}",
        through_django_environ)
    sys.exit()

from importlib.metadata import version

run("dj-database-url", version("dj-database-url"),
    f"dj_database_url.parse, get_connection_params; Django {django.__version__}, psycopg {psycopg.__version__}",
    through_dj_database_url)
