#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds doc/specification.md and the clauses P1 to P19 together, which the whole tree cites by number.

  - It defines each clause once, in order, under a heading "## P1: ...".
  - Every clause that a file of PLACES cites is defined there.
  - Each reason of src/decision/decide.c is listed under the clause that `cordon explain` prints beside it.
  - What it names is there: files and folders of the source, and tests in a file that the clause names.

    test-specification.py ROOT         check a source tree
    test-specification.py --self-test  make each mistake in a small tree, and see that it is named
"""

import pathlib
import re
import sys
import tempfile

SPECIFICATION = "doc/specification.md"
DECISION = "src/decision/decide.c"
CLAUSES = [f"P{number}" for number in range(1, 20)]
PLACES = ("*.md", "data/**/*", "debian/*", "doc/**/*", "man/**/*", "po/*", "src/**/*", "tests/**/*")
# Foreign input, and the mistakes of the self-test.
LEFT_OUT = ("tests/fuzz/corpus/", "tests/test-specification.py")

HEADING = re.compile(r"^## (.*)$", re.M)
CITATION = re.compile(r"\bP\d{1,2}\b")
REASON = re.compile(r'\{"([a-z-]+)", "(P\d+)"')
PLACE = re.compile(r"`((?:data|debian|doc|man|po|src|tests)/[\w./-]+)`")
TEST = re.compile(r"`(test_\w+)`")


def split(text):
    """[(clause, what is said of it)]; other sections have no clause."""
    parts = HEADING.split(text)
    for heading, body in zip(parts[1::2], parts[2::2]):
        clause = heading.partition(":")[0]
        if CITATION.fullmatch(clause):
            yield clause, body


def check_citations(root, defined):
    """Of every file that may cite a clause."""
    for path in sorted({path for place in PLACES for path in root.glob(place)}):
        name = path.relative_to(root).as_posix()
        if not path.is_file() or name.startswith(LEFT_OUT) or "__pycache__" in path.parts:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            for clause in CITATION.findall(line):
                if clause not in defined:
                    yield f"{name}:{number}: cites {clause}, which {SPECIFICATION} does not define"


def check_reasons(root, sections):
    """The clauses of src/decision/decide.c are those under which its reasons are listed."""
    reasons = dict(REASON.findall((root / DECISION).read_text(encoding="utf-8")))
    listed = {}
    for clause, body in sections:
        for line in re.findall(r"^\* \*\*Reasons\*\*: (.*)$", body, re.M):
            listed.update(dict.fromkeys(re.findall(r"`([a-z-]+)`", line), clause))
    for reason in sorted(set(reasons) | set(listed)):
        there, here = reasons.get(reason), listed.get(reason)
        if there != here:
            yield f"{SPECIFICATION}: {reason} is listed under {here}; {DECISION} has {there}"


def check_names(root, sections):
    """The files and tests that a clause names."""
    for clause, body in sections:
        places = [root / name for name in PLACE.findall(body)]
        for place in places:
            if not place.exists():
                yield f"{SPECIFICATION}: {clause} names {place.relative_to(root)}, which is not there"
        tests = "".join(place.read_text(encoding="utf-8") for place in places if place.is_file())
        for test in TEST.findall(body):
            if f"def {test}(" not in tests:
                yield f"{SPECIFICATION}: {clause} names {test}, which none of its files has"


def check(root):
    """What is wrong, a line each."""
    sections = list(split((root / SPECIFICATION).read_text(encoding="utf-8")))
    defined = [clause for clause, _ in sections]
    if defined != CLAUSES:
        yield f"{SPECIFICATION}: defines {', '.join(defined)}; not each of P1 to P19 once, in order"
    yield from check_citations(root, defined)
    yield from check_reasons(root, sections)
    yield from check_names(root, sections)


SOUND = {
    SPECIFICATION: "# PSSU\n\nP1 to P19.\n\n## P1: It begins\n\n* **Reasons**: `first`, `second`.\n"
    "* **Code**: `src/decision/decide.c`, `src`.\n* **Tests**: `tests/system/test_it.py` (`test_one`).\n\n"
    + "".join(f"## {clause}: More\n\nSee P1.\n\n" for clause in CLAUSES[1:])
    + "## What is its own\n\nNothing.\n",
    DECISION: '\t[A] = {"first", "P1", N_("a")},\n\t[B] = {"second", "P1",\n\t[C] = {"third", "",\n',
    "tests/system/test_it.py": '"""P1, P2."""\ndef test_one(world):\n',
    "tests/fuzz/corpus/x/1": "P99",
    "data/x.service": "# P19; not SP1, P256, P1a\n",
}

BROKEN = [
    ("src/util/file.h", "/* (P20) */\n", "src/util/file.h:1: cites P20, which"),
    ("data/x.service", "# P0\n", "data/x.service:1: cites P0, which"),
    ("man/ja/x.7.scd", "P21 です\n", "man/ja/x.7.scd:1: cites P21, which"),
    ("tests/unit/test-x.c", "\n/* P2 to P30 */\n", "tests/unit/test-x.c:2: cites P30, which"),
    (SPECIFICATION, ("## P7: More", "## P 7: More"), "not each of P1 to P19 once, in order"),
    (SPECIFICATION, ("## P7: More", "## P6: More"), "not each of P1 to P19 once, in order"),
    (SPECIFICATION, ("`, `second`", "`"), "second is listed under None; src/decision/decide.c has P1"),
    (SPECIFICATION, ("`second`", "`second`, `fourth`"), "fourth is listed under P1; src/decision/decide.c has None"),
    (DECISION, ('"second", "P1"', '"second", "P2"'), "second is listed under P1; src/decision/decide.c has P2"),
    (SPECIFICATION, ("`src`", "`src/attic`"), "P1 names src/attic, which is not there"),
    (SPECIFICATION, ("`test_one`", "`test_two`"), "P1 names test_two, which none of its files has"),
]


def check_written(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return list(check(pathlib.Path(folder)))


def self_test():
    problems = [f"a sound tree was refused: {line}" for line in check_written(SOUND)]
    for name, change, expected in BROKEN:
        content = SOUND[name].replace(*change) if isinstance(change, tuple) else change
        found = check_written({**SOUND, name: content})
        if content == SOUND.get(name) or not any(expected in line for line in found):
            problems.append(f"{name}, {change}: expected {expected!r}, got {found}")
    return problems


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    argument = sys.argv[1]
    problems = self_test() if argument == "--self-test" else list(check(pathlib.Path(argument)))
    for line in problems:
        print(line, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
