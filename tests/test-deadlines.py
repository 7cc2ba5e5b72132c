#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the suite: every deadline goes through deadline.py (in C, through unit/tree.h), so that it ends a
hang, and judges no speed. What only watches for a while, or looks again, says so in a comment beside it.

    test-deadlines.py FOLDER       the folder of the tests
    test-deadlines.py --self-test  deadlines of their own, each has to be named
"""

import ast
import pathlib
import re
import sys

MODULE = "deadline.py"
CLOCKS = {"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"}
# What Python waits by, and which argument is the time; the lab's own functions scale it themselves.
WAITS = {"communicate": 1, "create_connection": 1, "join": 0, "select": 3, "settimeout": 0, "wait": 0}
RUNS = {"call", "check_call", "check_output", "run"}  # of subprocess
SCALED = {"left", "scaled"}

IN_C = [
    (r"\balarm\(", "alarm(): use deadline_set()"),
    (r"\.timeout = [2-9]|\.timeout = \d\d", "a time limit of its own: use DEADLINE"),
    (r"\b(?:usleep|sleep)\(", "sleeps: wait for what is to happen, by deadline_set()"),
]


def name_of(function):
    """"subprocess" and "run" of subprocess.run."""
    if isinstance(function, ast.Attribute):
        owner = function.value
        return getattr(owner, "id", getattr(owner, "attr", "")), function.attr
    return "", getattr(function, "id", "")


def time_of(call):
    """The argument of a call that says how long Python waits, or None."""
    owner, name = name_of(call.func)
    if owner == "subprocess" and name in RUNS:
        return next((word.value for word in call.keywords if word.arg == "timeout"), None)
    place = WAITS.get(name)
    if place is None or len(call.args) <= place:
        return None
    found = call.args[place]
    # Screen.wait() takes a text, and str.join() is one's.
    its = owner in ("screen", "shlex") or is_text(found) or is_text(getattr(call.func, "value", None))
    return None if its else found


def is_text(found):
    """Is it written as one?"""
    return isinstance(found, ast.JoinedStr) or isinstance(getattr(found, "value", None), str)


def is_scaled(found):
    """Is it what deadline.py gives?"""
    return isinstance(found, ast.Call) and name_of(found.func)[1] in SCALED


def look_at_python(text):
    """(line, what is wrong) of each."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        owner, name = name_of(node.func)
        found = time_of(node)
        if owner == "time" and name in CLOCKS:
            yield node.lineno, f"time.{name}(): use Deadline, Window or until()"
        elif owner == "time" and name == "sleep":
            yield node.lineno, "sleeps: wait by until(), or say beside it what it is for"
        elif owner == "signal" and name == "alarm":
            yield node.lineno, "signal.alarm(): use Deadline"
        elif found is not None and not is_scaled(found):
            yield node.lineno, f"{name}() with {ast.unparse(found)}: use scaled() or Deadline"


def look_at_c(text):
    """The same for a unit test."""
    for number, line in enumerate(text.splitlines(), 1):
        yield from ((number, complaint) for pattern, complaint in IN_C if re.search(pattern, line))


def look_at_meson(text):
    """The same for meson.build."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"\btimeout:", line):
            yield number, "a time limit of its own: timeout_multiplier is all tests'"


def look(name, text):
    """What is wrong in a file, a line each, but for what is explained beside it."""
    lines = text.splitlines()
    kinds = {".py": look_at_python, ".c": look_at_c, ".build": look_at_meson}
    for number, complaint in kinds[pathlib.Path(name).suffix](text):
        if not re.search(r"  # \w|/\* ", lines[number - 1]):
            yield f"{name}:{number}: {complaint}"


def run(folder):
    """What is wrong in the suite."""
    files = [folder / "meson.build", *folder.rglob("*.py"), *(folder / "unit").glob("test-*.c")]
    for path in sorted(files):
        if path.name not in (MODULE, pathlib.Path(__file__).name):
            yield from look(str(path.relative_to(folder)), path.read_text(encoding="utf-8"))


# A line, its file, and whether it has to be named.
CASES = [
    ("end = time.monotonic() + 10", "x.py", True),
    ("begin = time.perf_counter()", "x.py", True),
    ("deadline = Deadline(10)", "x.py", False),
    ("subprocess.run(argv, timeout=60)", "x.py", True),
    ("subprocess.run(argv, timeout=TIMEOUT)", "x.py", True),
    ("subprocess.run(argv, timeout=scaled(60))", "x.py", False),
    ("subprocess.run(argv)", "x.py", False),
    ("machine.run(argv, timeout=60)", "x.py", False),
    ("process.wait(5)", "x.py", True),
    ("self._qemu.wait(timeout)", "x.py", True),
    ("self._qemu.wait(scaled(timeout))", "x.py", False),
    ("process.wait()", "x.py", False),
    ("screen.wait('text', 60)", "x.py", False),
    ("screen.wait(f'{name}', 60)", "x.py", False),
    ("process.communicate(data, 5)", "x.py", True),
    ("server.settimeout(10)", "x.py", True),
    ("server.settimeout(0.1)  # looks again", "x.py", False),
    ("select.select([one], [], [], 3)", "x.py", True),
    ("select.select([one], [], [], deadline.left())", "x.py", False),
    ("socket.create_connection(address, 2)", "x.py", True),
    ("thread.join(5)", "x.py", True),
    ("thread.join(scaled(5))", "x.py", False),
    ("', '.join(lines)", "x.py", False),
    ("signal.alarm(5)", "x.py", True),
    ("time.sleep(1)", "x.py", True),
    ("time.sleep(1)  # the attack", "x.py", False),
    ("\talarm(20);", "x.c", True),
    ("\tdeadline_set();", "x.c", False),
    ("\tconst struct command command = {.argv = argv, .timeout = 60};", "x.c", True),
    ("\tconst struct command command = {.argv = argv, .timeout = DEADLINE};", "x.c", False),
    ("\tusleep(20000);", "x.c", True),
    ("  test('x', python, timeout: 300)", "x.build", True),
    ("  add_test_setup('anywhere', timeout_multiplier: 40)", "x.build", False),
]


def self_test():
    """Each line that has to be named, is; and no other."""
    return [f"{text.strip()!r}: {'not named' if named else 'named'}" for text, name, named in CASES
            if bool(list(look(name, text))) != named]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    problems = self_test() if sys.argv[1] == "--self-test" else list(run(pathlib.Path(sys.argv[1])))
    for line in problems:
        print(line, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
