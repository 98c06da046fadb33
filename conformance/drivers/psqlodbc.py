"""psqlODBC through unixODBC: SQLDriverConnect, under wire.py."""

import ctypes
import json
import subprocess
import sys

odbc = ctypes.CDLL("libodbc.so.2")
HANDLE = ctypes.c_void_p
ENVIRONMENT, CONNECTION = 1, 2
for name in ("SQLAllocHandle", "SQLFreeHandle", "SQLDriverConnect", "SQLDisconnect", "SQLGetDiagRec", "SQLSetEnvAttr"):
    getattr(odbc, name).restype = ctypes.c_short

environment = HANDLE()
odbc.SQLAllocHandle(ENVIRONMENT, None, ctypes.byref(environment))
odbc.SQLSetEnvAttr(environment, 200, ctypes.c_void_p(3), 0)  # ODBC 3


def connect(text):
    """None, or what the driver says."""
    handle = HANDLE()
    odbc.SQLAllocHandle(CONNECTION, environment, ctypes.byref(handle))
    raw = text.encode()
    out, length = ctypes.create_string_buffer(4096), ctypes.c_short()
    done = odbc.SQLDriverConnect(handle, None, raw, ctypes.c_short(len(raw)), out,
                                 ctypes.c_short(4096), ctypes.byref(length), ctypes.c_ushort(0))
    try:
        if done in (0, 1):
            odbc.SQLDisconnect(handle)
            return None
        state, native, message = ctypes.create_string_buffer(6), ctypes.c_int(), ctypes.create_string_buffer(4096)
        odbc.SQLGetDiagRec(ctypes.c_short(CONNECTION), handle, ctypes.c_short(1), state, ctypes.byref(native),
                           message, ctypes.c_short(4096), ctypes.byref(length))
        return f"{state.value.decode()}: {message.value.decode('utf-8', 'backslashreplace')}"
    finally:
        odbc.SQLFreeHandle(ctypes.c_short(CONNECTION), handle)


version = subprocess.run(["dpkg-query", "--show", "--showformat=${Version}", "odbc-postgresql"],
                         capture_output=True, text=True, check=True).stdout.removeprefix("1:").split("-")[0]
print(json.dumps({"driver": "psqlodbc", "version": version, "through": "SQLDriverConnect"}), flush=True)
for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"id": case["id"], "error": connect(case["input"])}), flush=True)
