#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the whole output of `cordon explain --root` for small root trees, one folder a case.

A case of tests/fixtures/roots is a folder CASE with the files that matter, as distributions lay
them, and beside it CASE.explain: what cordon has to say, every word of it. Git keeps no FIFOs,
owners, empty folders or times, so CASE.make, where there is one, adds them, a line each:

    folder PATH           mode 0666 PATH       size 100M PATH        link TARGET PATH
    fifo PATH             owner 1000 PATH      time 2024-05-01 PATH  boot 2024-05-01 PATH

"time" sets when a file was modified, "boot" appends a record of a boot to a wtmp. A case that
cordon is known to get wrong has the right output in CASE.explain and in CASE.wrong a sentence about
it, an empty line, and the lines that differ; any other difference is a failure, and none is one, so
that the sentence goes.

cordon believes only files of root, and its output must not depend on where a tree lies: each is
copied to a temporary folder as root's, in a user namespace where this does not run as root.

    test-explain.py PROGRAM       run every case; with CORDON_UPDATE_FIXTURES=1, write *.explain
    test-explain.py --self-test   break each promise with a program that is none, see it named
"""

import calendar
import difflib
import json
import os
import pathlib
import platform
import shutil
import struct
import subprocess
import sys
import tempfile
import time

from deadline import scaled
from rooted import become_root

ROOTS = pathlib.Path(__file__).resolve().parent / "fixtures" / "roots"
TIMEOUT = 60
SCHEMA = 2
PLACE = "{root}"  # stands for the folder where the tree lies, which no output may name
# What says how the sanitizers report, and nothing else of the caller's.
KEPT_VARIABLES = ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS")

BOOT_TIME = 2
LONG_TIMES = ("aarch64", "riscv64", "loongarch64")


class Skip(Exception):
    """This case cannot be laid out here."""


def seconds(day):
    return calendar.timegm(time.strptime(day, "%Y-%m-%d"))


def boot_record(day):
    """A record of utmp(5), as the C library of this machine has it."""
    times = "lll" if platform.machine() in LONG_TIMES else "iii"
    return struct.pack(f"@hi32s4s32s256shh{times}4i20s0l", BOOT_TIME, 0, b"~", b"~~", b"reboot",
                       b"6.1.0-18-amd64", 0, 0, 0, seconds(day), 0, 0, 0, 0, 0, b"")


def make_folder(path):
    path.mkdir(parents=True)


def make_fifo(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path, 0o644)


def make_link(target, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def make_mode(mode, path):
    path.chmod(int(mode, 8))


def make_owner(owner, path):
    try:
        os.chown(path, int(owner), -1)
    except OSError as error:
        # A namespace of one user has no other.
        raise Skip(f"{path.name} cannot be given to user {owner}: {error.strerror}") from error


def make_size(size, path):
    os.truncate(path, int(size.removesuffix("M")) << 20)


def make_time(day, path):
    os.utime(path, (seconds(day), seconds(day)))


def make_boot(day, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(boot_record(day))


MAKE = {
    "folder": make_folder,
    "fifo": make_fifo,
    "link": make_link,
    "mode": make_mode,
    "owner": make_owner,
    "size": make_size,
    "time": make_time,
    "boot": make_boot,
}


def apply(make, root):
    for line in make.read_text(encoding="utf-8").splitlines():
        word, *arguments = line.split()
        MAKE[word](*arguments[:-1], root / arguments[-1].lstrip("/"))


def lay_out(case, root):
    """The tree as a system has it: everything root's, nothing to write for others."""
    shutil.copytree(case, root, symlinks=True)
    for folder, folders, files in os.walk(root):
        for name in [".", *folders, *files]:
            path = pathlib.Path(folder, name)
            os.chown(path, 0, 0, follow_symlinks=False)
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() else 0o644)
    make = case.with_name(case.name + ".make")
    if make.exists():
        apply(make, root)


def explain(program, root, *options):
    """Its output, and what is wrong with how it came about."""
    environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    command = [program, "explain", *options, f"--root={root}"]
    try:
        result = subprocess.run(command, cwd="/", env=environment, stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, timeout=scaled(TIMEOUT), check=False)
    except subprocess.TimeoutExpired:
        return "", [f"still running after {scaled(TIMEOUT):.0f} s"]
    problems = []
    if result.returncode != 0:
        problems.append(f"exit status {result.returncode}")
    if result.stderr:
        problems.append(f"standard error: {result.stderr.rstrip()}")
    return result.stdout.replace(str(root), PLACE), problems


def decision_of(text):
    """Verdict and reason code, as people read them."""
    lines = dict(line.split(":", 1) for line in text.splitlines()[:2] if ":" in line)
    code = lines.get("Because", "").rpartition("[")[2].rstrip("]").partition(",")[0]
    return lines.get("Verdict", "").strip(), code


def check_json(output, text):
    try:
        document = json.loads(output)
        found = document["decision"]["verdict"], document["decision"]["reason"]
        schema = document["schema"]
    except (ValueError, KeyError, TypeError) as error:
        return [f"--json: not the document of cordon(1): {error!r}"]
    if schema != SCHEMA:
        return [f"--json: schema {schema}, and this test knows {SCHEMA}"]
    if found != decision_of(text):
        return [f"--json says {found}, the text {decision_of(text)}"]
    if PLACE in output and PLACE not in text:
        return ["--json names the folder where the tree lies"]
    return []


def run_case(program, case):
    """What cordon says, and what is wrong with how it came about."""
    with tempfile.TemporaryDirectory(prefix="cordon-explain-") as folder:
        root = pathlib.Path(folder, "root")
        lay_out(case, root)
        text, problems = explain(program, root)
        document, more = explain(program, root, "--json")
    return text, problems + [f"--json: {line}" for line in more] + check_json(document, text)


def differences(expected, found, context):
    lines = list(difflib.unified_diff(expected.splitlines(), found.splitlines(), "expected",
                                      "found", lineterm="", n=context))
    return lines or ([] if expected == found else ["the ends of lines differ"])


def compare(case, text):
    """An outcome, and what to say of it."""
    expected = case.with_name(case.name + ".explain")
    known = case.with_name(case.name + ".wrong")
    if not expected.exists():
        return "failed", f"{expected.name} is missing"
    lines = differences(expected.read_text(encoding="utf-8"), text, 3)
    if not known.exists():
        return ("failed", "\n".join(lines)) if lines else ("passed", None)
    if not lines:
        return "failed", f"right now: remove {known.name}"
    sentence, _, wrong = known.read_text(encoding="utf-8").partition("\n\n")
    changed = [line for line in lines[2:] if line[0] in "-+"]
    if changed == wrong.splitlines():
        return "known to be wrong", sentence
    return "failed", "\n".join([f"not only as {known.name} has it", *lines])


def read_hunks(wrong):
    """Pairs of lines that should be there and that are."""
    hunks = []
    for line in wrong.splitlines():
        if line[0] == "-" and (not hunks or hunks[-1][1]):
            hunks.append(("", ""))
        right, found = hunks[-1]
        text = line[1:] + "\n"
        hunks[-1] = (right + text, found) if line[0] == "-" else (right, found + text)
    return hunks


def update_case(case, text):
    """Take what was found for right, but for what is known to be wrong."""
    known = case.with_name(case.name + ".wrong")
    if known.exists():
        wrong = known.read_text(encoding="utf-8").partition("\n\n")[2]
        for right, found in read_hunks(wrong):
            text = text.replace(found, right, 1) if found else text
    if PLACE not in text:
        case.with_name(case.name + ".explain").write_text(text, encoding="utf-8")


def judge(program, case, update):
    """An outcome, and what to say of it."""
    try:
        text, problems = run_case(program, case)
    except Skip as reason:
        return "skipped", str(reason)
    if problems:
        return "failed", "\n".join(problems)
    if update:
        update_case(case, text)
    return compare(case, text)


def find_cases(roots):
    """Every case that anything is there of, so that no half of one is overlooked."""
    endings = (".explain", ".make", ".wrong")
    entries = [path for path in roots.iterdir() if path.is_dir() or path.suffix in endings]
    return sorted({path if path.is_dir() else path.with_suffix("") for path in entries})


def run(program, roots, update=False):
    counts = {"passed": 0, "failed": 0, "known to be wrong": 0, "skipped": 0}
    for case in find_cases(roots):
        if case.is_dir():
            outcome, sentence = judge(program, case, update)
        else:
            outcome, sentence = "failed", "there is no such folder"
        counts[outcome] += 1
        if sentence:
            print(f"{case.name}: {outcome}: {sentence}")
    print(", ".join(f"{count} {word}" for word, count in counts.items()
                    if count or word in ("passed", "failed")))
    return 1 if counts["failed"] or not any(counts.values()) else 0


SOUND = ('case "$2" in --json) echo "{\\"schema\\": 2, \\"decision\\": {\\"verdict\\": \\"seal\\", '
         '\\"reason\\": \\"no-state\\"}}";; *) printf "%s\\n" "Verdict: seal" '
         '"Because: nothing [no-state, P3]";; esac')
EXPECTED = "Verdict: seal\nBecause: nothing [no-state, P3]\n"

# Program, files beside the case, and what has to be said.
BROKEN = [
    (SOUND, {"case.explain": EXPECTED}, "1 passed, 0 failed"),
    (SOUND, {}, "case.explain is missing"),
    (SOUND, {"case.explain": EXPECTED + "more\n"}, "-more"),
    (SOUND, {"case.explain": EXPECTED, "other.explain": ""}, "other: failed: there is no such"),
    (SOUND, {"case.explain": EXPECTED, "case.wrong": "It is.\n\n"}, "right now: remove case.wrong"),
    (SOUND, {"case.explain": EXPECTED + "more\n", "case.wrong": "It is.\n\n-mire\n"},
     "not only as case.wrong has it"),
    (SOUND + "; exit 1", {"case.explain": EXPECTED}, "exit status 1"),
    (SOUND + "; echo oops >&2", {"case.explain": EXPECTED}, "standard error: oops"),
    (SOUND + '; test "$2" = --json || echo "$2"', {"case.explain": EXPECTED}, "+--root={root}"),
    (SOUND.replace("schema", "x\\\": \\\"$3\\\", \\\"schema", 1), {"case.explain": EXPECTED},
     "--json names the folder"),
    (SOUND.replace("no-state", "x", 1), {"case.explain": EXPECTED}, "--json says ('seal', 'x')"),
    (SOUND.replace("schema", "x", 1), {"case.explain": EXPECTED}, "--json: not the document"),
    (SOUND, {"case.explain": EXPECTED + "more\n", "case.wrong": "It is.\n\n-more\n"},
     "0 passed, 0 failed, 1 known to be wrong"),
    ('for root; do :; done; test -p "${root#*=}/f" || exit; ' + SOUND,
     {"case.explain": EXPECTED, "case.make": "fifo /f\n"}, "1 passed, 0 failed"),
]


def run_broken(script, files):
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder, "program")
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        roots = pathlib.Path(folder, "roots")
        (roots / "case" / "etc").mkdir(parents=True)
        for name, content in files.items():
            (roots / name).write_text(content, encoding="utf-8")
        command = [sys.executable, __file__, str(program), str(roots)]
        return subprocess.run(command, capture_output=True, text=True, check=False)


def self_test():
    problems = []
    for script, files, expected in BROKEN:
        result = run_broken(script, files)
        passes = "0 failed" in expected
        if expected not in result.stdout or (result.returncode == 0) != passes:
            problems.append(f"expected {expected!r}, got {result.returncode}, {result.stdout!r}")
    for line in problems:
        print(line, file=sys.stderr)
    return 1 if problems else 0


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    os.umask(0o022)
    become_root()
    if sys.argv[1] == "--self-test":
        return self_test()
    roots = pathlib.Path(sys.argv[2]) if len(sys.argv) == 3 else ROOTS
    return run(os.path.abspath(sys.argv[1]), roots, os.environ.get("CORDON_UPDATE_FIXTURES") == "1")


if __name__ == "__main__":
    sys.exit(main())
