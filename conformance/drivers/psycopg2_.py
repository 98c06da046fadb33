"""psycopg2 with the libpq of its binary wheel: parse_dsn, then connect with the network closed."""

import psycopg2
from psycopg2.extensions import parse_dsn

from common import Refused, libpq_reading, only_unreachable, run


def read(text, _dialect):
    reading = libpq_reading(parse_dsn(text))
    try:
        psycopg2.connect(text).close()
    except psycopg2.OperationalError as error:
        if not only_unreachable(str(error)):
            raise Refused(str(error), reading) from error
    return reading


number = psycopg2.__libpq_version__
run("psycopg2", psycopg2.__version__.split()[0],
    f"psycopg2.extensions.parse_dsn, psycopg2.connect; libpq {number // 10000}.{number % 10000}",
    read)
