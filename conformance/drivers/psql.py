"""psql: the text as the name of the database on its command line."""

import json
import subprocess
import sys

version = subprocess.run(["psql", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
print(json.dumps({"driver": "psql", "version": version, "through": "psql -d"}), flush=True)
for line in sys.stdin:
    case = json.loads(line)
    done = subprocess.run(["psql", "--no-psqlrc", "--no-password", "-c", ";", "-d", case["input"]],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
    error = done.stderr.decode("utf-8", "backslashreplace").strip().removeprefix("psql: error: ")
    print(json.dumps({"id": case["id"], "error": error or None}), flush=True)
