"""What the Python programs of this folder share: cases in, one line of JSON an answer out."""

import getpass
import json
import re
import sys

FIELDS = ("outcome", "error", "error_type", "hosts", "user", "database", "password", "settings")


class Refused(Exception):
    """The driver does not take this text; the message is the driver's own.

    The reading is what its parser made of the text, where that comes before the refusal.
    """

    def __init__(self, message, reading=None):
        super().__init__(message)
        self.reading = reading or {}


def text(value):
    """A value as it can stand in JSON; bytes that are not UTF-8 are written \\xNN."""
    if value is None or isinstance(value, (str, bool, int, float)):
        if isinstance(value, str):
            # Where an object lies in memory is no part of what a driver says.
            value = re.sub(r" at 0x[0-9a-f]+>", ">", value)
            return value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, dict):
        return {text(str(key)): text(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [text(each) for each in value]
    return str(value)


def port(value):
    """A port as a number where it is one."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return text(value)


def hosts(names, ports):
    """Pairs of host and port; a list with one port goes with every host."""
    names = names or ([None] if ports else [])
    if len(ports) == 1:
        ports = ports * len(names)
    ports = ports + [None] * (len(names) - len(ports))
    return [{"host": text(name), "port": port(each)} for name, each in zip(names, ports)]


def not_the_system_user(name):
    """None where a driver has filled in the operating system's user."""
    return None if name == getpass.getuser() else name


def libpq_reading(options):
    """What libpq's parser gives, as this folder writes it: hosts and ports paired up."""
    options = {key: value for key, value in options.items() if value is not None}
    names = options.pop("host", None)
    ports = options.pop("port", None)
    return {
        "hosts": hosts(names.split(",") if names is not None else [],
                       [each or None for each in ports.split(",")] if ports is not None else []),
        "user": options.pop("user", None),
        "database": options.pop("dbname", None),
        "password": options.pop("password", None),
        "settings": options,
    }


def only_unreachable(message):
    """Whether libpq got as far as the network, which offline.c keeps closed."""
    return "Connection refused" in message


def run(driver, version, through, read):
    """Answers every case on standard input with what `read` makes of it."""
    write({"driver": driver, "version": version, "through": through})
    for line in sys.stdin:
        case = json.loads(line)
        answer = {"id": case["id"], "outcome": "accepted"}
        try:
            answer.update(read(case["input"], case["dialect"]))
        except Refused as error:
            answer.update(error.reading, outcome="refused", error=str(error).strip())
        except Exception as error:  # Whatever a driver throws is its answer.
            answer.update(outcome="refused", error=str(error).strip(),
                          error_type=type(error).__name__)
        write(answer)


def write(answer):
    json.dump(text(answer), sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
    sys.stdout.flush()
