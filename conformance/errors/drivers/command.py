"""A program of PostgreSQL itself, such as psql: runs it as each line says, and prints what it writes to standard error."""

import json
import subprocess
import sys

program = sys.argv[1]
version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.split()[2]
print(json.dumps({"version": version}), flush=True)
for line in sys.stdin:
    id, text, sql = line.rstrip("\n").split("\t")
    command = [program, "-w", "-d", text]
    if program == "psql":
        command += ["-X", "-c", sql or "select 1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, errors="backslashreplace")
    print(json.dumps({"id": id, "said": done.stderr.strip() if done.returncode else None}), flush=True)
