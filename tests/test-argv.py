#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Throws bad arguments at the programs, as a shell or a script that is wrong would.

Each has to be refused, with a message on standard error and the exit status of wrong usage, before
anything is done. Which verbs and options there are is asked of cordon itself.

    test-argv.py CORDON ASSISTANT GENERATOR
    test-argv.py --self-test      programs that take it badly, each has to be named
"""

import ctypes
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from deadline import scaled
from rooted import skip

WRONG_USAGE = 2
LONG = b"x" * 100_000  # the kernel takes up to 128 KiB

# What no program knows: arguments, and what the message has to name of them.
NONSENSE = [
    ([b"--nonsense"], b"--nonsense"),
    ([b"--nonsense=1"], b"--nonsense"),
    ([b"--" + LONG], b"xxx"),
    ([b"--\xff\xfe\xc3"], b"\xff"),
    ([b"-x"], b"x"),
    ([b"-\xff"], b""),
]
OPERANDS = [
    ([b""], b"unexpected"),
    ([b" "], b"unexpected"),
    ([b"now"], b"now: unexpected"),
    ([b"-"], b"-: unexpected"),
    ([LONG], b"unexpected"),
    ([b"\xff\xfe\xc3"], b"unexpected"),
    ([b"--", b"--help"], b"--help: unexpected"),
    ([b"now"] * 1000, b"unexpected"),
]

# What single verbs cannot mean.
MEANINGLESS = [
    ([b"finish", b"--force", b"--reason=gr\xfc\xdfe"], b"not UTF-8"),
    ([b"finish", b"--force", b"--reason=" + LONG], b"at most"),
    ([b"finish", b"--force", b"--reason=why", b"--reason="], b"needs --reason"),
    ([b"wait", b"--timeout="], b"not a number of seconds"),
    ([b"wait", b"--timeout=0", b"--timeout=soon"], b"not a number of seconds"),
    ([b"wait", b"--timeout=" + b"9" * 1000], b"not a number of seconds"),
    ([b"wait", b"--timeout=-1"], b"not a number of seconds"),
    ([b"arm", b"--undo-after=0"], b"not a time"),
    ([b"arm", b"--undo-after=" + LONG], b"not a time"),
    ([b"report", b"--json", b"--openmetrics"], b"only one of them"),
    ([b"report", b"--textfile", b"--root=/"], b"running system alone"),
    ([b"status", b"--root=" + LONG], b"not a folder"),
    ([b"status", b"--root=/\xff"], b"not a folder"),
    ([b"reset", b"--root="], b"not a folder"),
    ([b"reset", b"--root=/nowhere"], b"not a folder"),
]


# Where a program that takes bad arguments for good ones finds nothing to spoil. Root, at least of a
# user namespace, for many verbs refuse anybody else before they look.
NOWHERE = """
for folder in /etc /run /var/lib; do mount -t tmpfs none $folder || exit 77; done
exec "$@"
"""


def go_nowhere(arguments):
    """Begins anew there. Returns where there are no namespaces."""
    unshare = ["unshare", "--mount", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    if subprocess.run([*unshare, "true"], capture_output=True).returncode == 0:
        os.execvp("unshare", [*unshare, "sh", "-c", NOWHERE, "sh", sys.executable, __file__, "--there",
                              *arguments])


def run(command):
    """Exit status, standard output and standard error; no language, no terminal."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=scaled(60),
                          env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
    return done.returncode, done.stdout, done.stderr


def run_without_any(program):
    """The same without even a name, as execve(2) allows (newer kernels make it an empty one)."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
        child = os.fork()
        if child == 0:
            with open(os.devnull, "rb") as nothing:
                os.dup2(nothing.fileno(), 0)
            os.dup2(out.fileno(), 1)
            os.dup2(error.fileno(), 2)
            no_strings = (ctypes.c_char_p * 1)(None)
            ctypes.CDLL(None).execve(os.fsencode(program), no_strings, no_strings)
            os._exit(127)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        error.seek(0)
        return status, out.read(), error.read()


def judge(name, result, expected, begin, part):
    """Complaints about one run."""
    status, out, error = result
    if status < 0:
        return [f"{name}: killed by signal {-status}"]
    if status != expected:
        return [f"{name}: exit status {status}, not {expected}: {error[:200]!r}"]
    if out:
        return [f"{name}: refused, and says on standard output: {out[:80]!r}"]
    if not error.startswith(begin) or part not in error:
        return [f"{name}: no clear message: {error[:200]!r}"]
    return []


def shown(arguments):
    line = " ".join(ascii(word)[2:-1] or "''" for word in arguments)
    return line if len(line) < 60 else line[:60] + "..."


def check_refused(program, arguments, part, begin=b"cordon: ", expected=WRONG_USAGE):
    name = f"{pathlib.Path(program).name} {shown(arguments)}"
    return judge(name, run([program, *arguments]), expected, begin, part)


def names(command, pattern):
    return [match.encode() for match in re.findall(pattern, run(command)[1].decode(), re.MULTILINE)]


def check_verb(cordon, verb):
    problems = []
    options = names([cordon, verb, "--help"], r"^  --(\S+)")
    for arguments, part in NONSENSE + OPERANDS:
        problems += check_refused(cordon, [verb, *arguments], part)
    for option in options:
        name, value, _ = option.partition(b"=")
        if value:
            bad, part = [b"--" + name], b"requires an argument"
        else:
            bad, part = [b"--" + name + b"=" + LONG], b"doesn't allow an argument"
        problems += check_refused(cordon, [verb, *bad], part)
        twice = [b"--" + name + (b"=/" if value else b"")] * 2
        if name != b"help":
            problems += check_refused(cordon, [verb, *twice, b"now"], b"now: unexpected")
    if b"help" not in options:
        problems.append(f"{verb.decode()}: has no --help")
    return problems


def check_cordon(cordon):
    verbs = names([cordon, "--help"], r"^  ([a-z]\S*)")
    problems = [] if len(verbs) > 10 else [f"--help lists {len(verbs)} verbs"]
    problems += check_refused(cordon, [], b"VERB", b"Usage: ")
    for verb in [b"", b" ", b"finnish", b"-x", b"--nonsense", b"\xff\xfe\xc3", LONG]:
        problems += check_refused(cordon, [verb], b"no such verb")
        problems += check_refused(cordon, [verb, b"--json"], b"no such verb")
    for verb in verbs:
        problems += check_verb(cordon, verb)
    for arguments, part in MEANINGLESS:
        problems += check_refused(cordon, arguments, part)
    return problems + judge("no argv", run_without_any(cordon), WRONG_USAGE, b"Usage: ", b"VERB")


def check_assistant(assistant):
    problems = []
    for arguments, part in NONSENSE:
        problems += check_refused(assistant, arguments, part, b"")
    for arguments, part in OPERANDS:
        problems += check_refused(assistant, arguments, part)
    return problems + judge("assistant without argv", run_without_any(assistant), 1, b"cordon: ", b"")


def check_generator(generator):
    problems = []
    for count in (0, 1, 2, 4, 1000):
        for word in (b"", b"/nowhere", b"\xff"):
            problems += check_refused(generator, [word] * count, b"three folders", expected=1)
    problems += check_refused(generator, [LONG], b"three folders", expected=1)
    return problems + judge("generator without argv", run_without_any(generator), 1, b"cordon: ",
                            b"three folders")


BAD_PROGRAMS = [
    ("kill -SEGV $$", "killed by signal 11"),
    ("echo 'cordon: --nonsense: done' >&2", "exit status 0, not 2"),
    ("echo open; echo 'cordon: --nonsense' >&2; exit 2", "says on standard output"),
    ("exit 2", "no clear message"),
    ("echo 'cordon: something' >&2; exit 2", "no clear message"),
]


def self_test():
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "program"
        for script, expected in BAD_PROGRAMS:
            program.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
            program.chmod(0o755)
            found = check_refused(str(program), [b"--nonsense"], b"--nonsense")
            if len(found) != 1 or expected not in found[0]:
                problems.append(f"{script}: expected {expected!r}, got {found}")
    return problems


def main(arguments):
    if arguments == ["--self-test"]:
        problems = self_test()
    elif arguments[0] != "--there":
        go_nowhere(arguments)
        skip("no namespaces, or nobody to make them")
    else:
        _, cordon, assistant, generator = arguments
        problems = check_cordon(cordon) + check_assistant(assistant) + check_generator(generator)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
