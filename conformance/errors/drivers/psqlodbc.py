"""psqlODBC through unixODBC: connects as each line says, and prints the diagnostics as isql does."""

import ctypes
import json
import subprocess
import sys

odbc = ctypes.CDLL("libodbc.so.2")
HANDLE = ctypes.c_void_p
ENVIRONMENT, CONNECTION, STATEMENT = 1, 2, 3
for name in ("SQLAllocHandle", "SQLFreeHandle", "SQLDriverConnect", "SQLDisconnect", "SQLGetDiagRec", "SQLSetEnvAttr",
             "SQLExecDirect"):
    getattr(odbc, name).restype = ctypes.c_short

environment = HANDLE()
odbc.SQLAllocHandle(ENVIRONMENT, None, ctypes.byref(environment))
odbc.SQLSetEnvAttr(environment, 200, ctypes.c_void_p(3), 0)  # ODBC 3


def diagnostics(kind, handle):
    said, number = [], 1
    while True:
        state, native, length = ctypes.create_string_buffer(6), ctypes.c_int(), ctypes.c_short()
        message = ctypes.create_string_buffer(4096)
        if odbc.SQLGetDiagRec(ctypes.c_short(kind), handle, ctypes.c_short(number), state, ctypes.byref(native), message,
                              ctypes.c_short(4096), ctypes.byref(length)) not in (0, 1):
            return "\n".join(said)
        said.append(f"[{state.value.decode()}]{message.value.decode('utf-8', 'backslashreplace')}")
        number += 1


def work(text, sql):
    """None, or what the driver says."""
    handle, statement = HANDLE(), HANDLE()
    odbc.SQLAllocHandle(CONNECTION, environment, ctypes.byref(handle))
    raw = text.encode()
    out, length = ctypes.create_string_buffer(4096), ctypes.c_short()
    done = odbc.SQLDriverConnect(handle, None, raw, ctypes.c_short(len(raw)), out,
                                 ctypes.c_short(4096), ctypes.byref(length), ctypes.c_ushort(0))
    if done not in (0, 1):
        return diagnostics(CONNECTION, handle)
    if sql:
        odbc.SQLAllocHandle(STATEMENT, handle, ctypes.byref(statement))
        if odbc.SQLExecDirect(statement, sql.encode(), len(sql.encode())) not in (0, 1, 100):
            return diagnostics(STATEMENT, statement)
    odbc.SQLDisconnect(handle)
    return None


version = subprocess.run(["dpkg-query", "--show", "--showformat=${Version}", "odbc-postgresql"],
                         capture_output=True, text=True, check=True).stdout.removeprefix("1:").split("-")[0]
print(json.dumps({"version": version}), flush=True)
for line in sys.stdin:
    id, text, sql = line.rstrip("\n").split("\t")
    print(json.dumps({"id": id, "said": work(text, sql)}), flush=True)
