"""libpq itself, as the system has it: PQconninfoParse, then PQconnectStart with the network closed."""

import ctypes
import ctypes.util

from common import Refused, libpq_reading, only_unreachable, run


class Option(ctypes.Structure):
    _fields_ = [(name, ctypes.c_char_p) for name in
                ("keyword", "envvar", "compiled", "val", "label", "dispchar")] + [
                    ("dispsize", ctypes.c_int)]


libpq = ctypes.CDLL(ctypes.util.find_library("pq") or "libpq.so.5")
libpq.PQconninfoParse.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_char_p)]
libpq.PQconninfoParse.restype = ctypes.POINTER(Option)
libpq.PQconninfoFree.argtypes = [ctypes.POINTER(Option)]
libpq.PQconnectStart.argtypes = [ctypes.c_char_p]
libpq.PQconnectStart.restype = ctypes.c_void_p
libpq.PQconnectPoll.argtypes = [ctypes.c_void_p]
libpq.PQstatus.argtypes = [ctypes.c_void_p]
libpq.PQerrorMessage.argtypes = [ctypes.c_void_p]
libpq.PQerrorMessage.restype = ctypes.c_char_p
libpq.PQfinish.argtypes = [ctypes.c_void_p]


def show(value):
    return value.decode("utf-8", "backslashreplace")


def read(conninfo, _dialect):
    message = ctypes.c_char_p()
    raw = conninfo.encode()
    parsed = libpq.PQconninfoParse(raw, ctypes.byref(message))
    if not parsed:
        raise Refused(show(message.value))
    options = {}
    index = 0
    while parsed[index].keyword:
        if parsed[index].val is not None:
            options[show(parsed[index].keyword)] = show(parsed[index].val)
        index += 1
    libpq.PQconninfoFree(parsed)
    reading = libpq_reading(options)
    connection = libpq.PQconnectStart(raw)
    try:
        said = show(libpq.PQerrorMessage(connection) or b"")
    finally:
        libpq.PQfinish(connection)
    if not only_unreachable(said):
        raise Refused(said or "no answer", reading)
    return reading


number = libpq.PQlibVersion()
run("libpq", f"{number // 10000}.{number % 10000}", "PQconninfoParse, PQconnectStart", read)
