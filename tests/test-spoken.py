#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Who hears which language from cordon: people theirs, programs and the journal English.

CORDON is a build of it that finds the catalogues of the build tree. Everything is asked twice, with
LANG=ja_JP.UTF-8 and with LANG=C: what is for programs must not differ in a byte, and what is for
people must. Columns are counted as a terminal has them.

    test-spoken.py CORDON ROOTS   ROOTS has small root trees, as for test-explain.py
"""

import pathlib
import re
import subprocess
import sys
import unicodedata

JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
LABELS = 17


def run(cordon, *arguments, **environment):
    done = subprocess.run([cordon, *arguments], capture_output=True,
                          env={"PATH": "/usr/bin:/bin", "TERM": "xterm", **environment})
    return done.stdout.decode() + done.stderr.decode()


def width(text):
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def check_both(cordon, arguments, for_people, **environment):
    """Complaints about one command."""
    english = run(cordon, *arguments, LANG="C", **environment)
    other = run(cordon, *arguments, LANG="ja_JP.UTF-8", **environment)
    name = " ".join([*(f"{key}={value}" for key, value in environment.items()), *arguments])
    if JAPANESE.search(english):
        return [f"{name}: not English with LANG=C"]
    if for_people and not JAPANESE.search(other):
        return [f"{name}: not Japanese: {other[:80]!r}"]
    if not for_people and english != other:
        return [f"{name}: differs with the language: {other[:80]!r}"]
    return []


def check_columns(cordon, root):
    """Each label of explain, whatever its width in bytes, has its text in the same column."""
    problems = []
    for line in run(cordon, "explain", f"--root={root}", LANG="ja_JP.UTF-8").split("\n"):
        match = re.match(r"(  \S+(?: \S+)?) +(?=\S)", line)
        if match and JAPANESE.search(match[1]) and width(match[0]) != LABELS:
            if not line.startswith("  /"):
                problems.append(f"{root.name}: column {width(match[0])}: {line}")
    return problems


def main():
    cordon, roots = sys.argv[1], pathlib.Path(sys.argv[2])
    problems = []
    for arguments in (["--help"], ["bogus"], ["explain", "--help"], ["explain", "--root=/none"],
                      ["check", "--help"], ["wait", "--timeout=x"], ["status", "--root=/none"]):
        problems += check_both(cordon, arguments, True)
        problems += check_both(cordon, arguments, False, TERM="linux")
        problems += check_both(cordon, arguments, False, JOURNAL_STREAM="8:1")
    for arguments in (["--version"], ["check", "surplus"], ["seal", "surplus"],
                      ["update", "--service", "surplus"], ["explain", "--json", "surplus"]):
        problems += check_both(cordon, arguments, False)
    folders = sorted(path for path in roots.iterdir() if path.is_dir())
    for arguments in (["explain", "--j"], ["status", "--json"]):
        problems += check_both(cordon, [*arguments, f"--root={folders[0]}"], False)
    problems += check_both(cordon, ["explain", f"--root={folders[0]}"], True)
    for root in folders:
        problems += check_both(cordon, ["explain", "--json", f"--root={root}"], False)
        problems += check_columns(cordon, root)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
