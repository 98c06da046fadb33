"""asyncpg: the function that its connect() reads a DSN with; nothing is connected."""

import inspect

import asyncpg
from asyncpg import connect_utils

from common import hosts, not_the_system_user, run

PARSE = connect_utils._parse_connect_dsn_and_args
NOTHING = {name: None for name in inspect.signature(PARSE).parameters if name != "dsn"}


def read(text, _dialect):
    addresses, parameters = PARSE(dsn=text, **NOTHING)
    pairs = [(each, None) if isinstance(each, str) else each for each in addresses]
    context = parameters.ssl
    tls = {"sslmode": parameters.sslmode.name, "context": None}
    if context:
        tls["context"] = {"verify_mode": context.verify_mode.name,
                          "check_hostname": context.check_hostname}
    settings = dict(parameters.server_settings or {})
    for name in ("ssl_negotiation", "target_session_attrs", "krbsrvname", "gsslib"):
        value = getattr(parameters, name, None)
        value = getattr(value, "value", value)
        if value not in (None, "postgres", "any", "gssapi"):  # the defaults
            settings["asyncpg:" + name] = value
    return {
        "hosts": hosts([name for name, _ in pairs], [port for _, port in pairs]),
        "user": not_the_system_user(parameters.user),
        "database": not_the_system_user(parameters.database),
        "password": parameters.password,
        "tls": tls,
        "settings": settings,
    }


run("asyncpg", asyncpg.__version__, "asyncpg.connect_utils._parse_connect_dsn_and_args", read)
