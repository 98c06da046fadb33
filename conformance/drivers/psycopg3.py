"""psycopg 3 with the libpq of its binary wheel: conninfo_to_dict, then connect with the network closed."""

import psycopg
from psycopg import conninfo, pq

from common import Refused, libpq_reading, only_unreachable, run


def read(text, _dialect):
    options = {each.keyword.decode(): each.val.decode("utf-8", "backslashreplace")
               for each in pq.Conninfo.parse(text.encode()) if each.val is not None}
    try:
        # What a program calls; for bytes that are not UTF-8 the wrapper fails where libpq does not.
        conninfo.conninfo_to_dict(text)
    except UnicodeDecodeError as error:
        raise Refused(str(error)) from error
    reading = libpq_reading(options)
    connection = pq.PGconn.connect_start(text.encode())
    said = connection.error_message.decode("utf-8", "backslashreplace")
    connection.finish()
    if not only_unreachable(said):
        raise Refused(said or "no answer", reading)
    return reading


number = pq.version()
run("psycopg", psycopg.__version__,
    f"psycopg.conninfo.conninfo_to_dict, PGconn.connect_start; libpq {number // 10000}.{number % 10000}",
    read)
