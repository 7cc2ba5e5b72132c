#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the order of the rooms: who may know whom, and how large anything may grow.

The table ROOMS is the rule of HACKING.md. A room is a folder below src; decide, situation and plan,
which are files, are rooms of their own. A room may include its own headers, those of util, and the
contract headers (one or two a room, never the private ones) of the rooms that the table names.
FORBIDDEN names functions that no file may call.

    test-includes.py SRC          check a source tree
    test-includes.py --self-test  break each rule in a copy, and see that it is named
"""

import pathlib
import re
import sys
import tempfile

ROOMS = {
    "util": set(),
    "policy": {"util"},
    "facts": {"util"},
    "state": {"util"},
    "update": {"util"},
    "seal": {"util", "policy"},
    "decide": {"util", "policy", "facts", "state"},
    "situation": {"util", "policy", "facts", "state", "decide"},
    "plan": {"util", "situation", "seal", "update"},
}
BELOW = set(ROOMS)
ROOMS["release"] = BELOW
ROOMS["report"] = BELOW | {"release"}
ROOMS["cli"] = BELOW | {"release", "report"}
ROOMS["assistant"] = ROOMS["cli"]
ROOMS["generator"] = BELOW | {"release"}
ROOMS["initrd"] = BELOW

CONTRACTS = {
    "policy/policy.h",
    "policy/grouppolicy.h",
    "policy/kickstart.h",
    "facts/facts.h",
    "facts/firewall.h",
    "facts/sockets.h",
    "state/state.h",
    "seal/seal.h",
    "update/update.h",
    "update/progress.h",
    "update/watch.h",
    "release/finish.h",
    "release/handover.h",
    "release/aside.h",
    "release/arm.h",
    "release/met.h",
    "release/reboot.h",
    "report/blocked.h",
    "report/exposure.h",
    "report/openmetrics.h",
    "report/report.h",
    "report/status.h",
    "report/textfile.h",
}
# Every header of these is open to whoever may know the room.
OPEN_ROOMS = {"util", "decide", "situation", "plan"}

# Libraries that one file alone may know.
ONLY_IN = {"nftables/libnftables.h": "seal/nft.c"}

# Functions that no file may call, and what it calls instead.
FORBIDDEN = {"open_memstream": "stream_open() of util/stream.h, which notices lost text"}

FUNCTION_LINES_MAX = 80
FILE_LINES_MAX = 450

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def room_of(name):
    """The room of a path below src: its folder, or its own name when it lies in none."""
    folder, slash, _ = name.partition("/")
    return folder if slash else folder.rpartition(".")[0]


def check_own_header(name, target, sources):
    """What is wrong with `#include "target"` in file name, or None."""
    room, other = room_of(name), room_of(target)
    if target not in sources:
        return f'"{target}" is no header of src; write the path from src'
    if room == other:
        return None
    if other not in ROOMS.get(room, set()):
        allowed = ", ".join(sorted(ROOMS.get(room, set()))) or "nobody"
        return f'"{target}": {room} must not know {other}, only {allowed}'
    if other not in OPEN_ROOMS and target not in CONTRACTS:
        return f'"{target}" is private to {other}; include its contract'
    return None


def check_include(name, line, sources):
    match = INCLUDE.match(line)
    if not match:
        return None
    bracket, target = match.groups()
    if bracket == '"':
        return check_own_header(name, target, sources)
    if ONLY_IN.get(target, name) != name:
        return f"<{target}> is for {ONLY_IN[target]} alone"
    if target in sources:
        return f'<{target}> is one of ours; write "{target}"'
    return None


def check_calls(line):
    for function, instead in FORBIDDEN.items():
        if re.search(rf"\b{function}\((?!\d\))", line):
            return f"{function}() is not for cordon; call {instead}"
    return None


def check_functions(name, lines):
    """Bodies begin and end with a brace in the first column; so clang-format leaves them."""
    begin = 0
    for number, line in enumerate(lines, 1):
        if line == "{":
            begin = number
        elif line == "}" and begin:
            length = number - begin - 1
            if length > FUNCTION_LINES_MAX:
                yield f"{name}:{begin}: a function of {length} lines; at most {FUNCTION_LINES_MAX}"
            begin = 0


def check_file(name, content, sources):
    lines = content.splitlines()
    if room_of(name) not in ROOMS:
        yield f"{name}:1: room {room_of(name)} is unknown to ROOMS in test-includes.py"
    for number, line in enumerate(lines, 1):
        problem = check_include(name, line, sources) or check_calls(line)
        if problem:
            yield f"{name}:{number}: {problem}"
    yield from check_functions(name, lines)
    if len(lines) > FILE_LINES_MAX:
        yield f"{name}:1: {len(lines)} lines; at most {FILE_LINES_MAX}"


def check_tree(src):
    sources = {
        path.relative_to(src).as_posix(): path.read_text(encoding="utf-8")
        for path in src.rglob("*.[ch]")
    }
    if not sources:
        return [f"{src}: no sources there"]
    problems = []
    for name, content in sorted(sources.items()):
        problems.extend(check_file(name, content, sources))
    return problems


SOUND = {
    "util/file.h": "",
    "util/file.c": '#include "util/file.h"\n#include <stdio.h>\n',
    "policy/policy.h": '#include "util/file.h"\n',
    "policy/layers.h": "",
    "policy/policy.c": '#include "policy/policy.h"\n#include "policy/layers.h"\n',
    "facts/facts.h": "",
    "facts/sockets.h": "",
    "state/state.h": "",
    "seal/seal.h": '#include "policy/policy.h"\n',
    "seal/nft.h": "",
    "seal/nft.c": '#include "seal/nft.h"\n#include <nftables/libnftables.h>\n',
    "update/update.h": "",
    "update/progress.h": "",
    "update/apt.h": "",
    "decide.h": '#include "facts/facts.h"\n#include "policy/policy.h"\n#include "state/state.h"\n',
    "decide.c": '#include "decide.h"\n',
    "situation.h": '#include "decide.h"\n',
    "plan.h": '#include "seal/seal.h"\n#include "situation.h"\n',
    "plan.c": '#include "plan.h"\n#include "update/update.h"\n',
    "release/finish.h": '#include "situation.h"\n',
    "report/status.h": '#include "plan.h"\n',
    "report/exposure.h": '#include "plan.h"\n',
    "report/merge.h": '#include "facts/sockets.h"\n#include "report/exposure.h"\n',
    "report/merge.c": '#include "report/merge.h"\n#include "release/finish.h"\n',
    "assistant/face.h": "",
    "assistant/main.c": '#include "report/exposure.h"\n#include "release/finish.h"\n'
    '#include "plan.h"\n',
    "cli/exposure.c": '#include "report/exposure.h"\n',
    "report/blocked.h": "",
    "report/blocked.c": '#include "report/blocked.h"\n#include "seal/seal.h"\n',
    "report/tally.h": "",
    "cli/cli.h": "",
    "cli/status.c": '#include "cli/cli.h"\n#include "release/finish.h"\n#include "plan.h"\n'
    '#include "update/progress.h"\n#include "report/status.h"\n',
    "generator/main.c": '#include "situation.h"\n#include "util/file.h"\n',
}

LONG_BODY = "int f(void)\n{\n" + "\tg();\n" * 81 + "}\n"

BROKEN = [
    ("util/file.c", '#include "policy/policy.h"', "util must not know policy, only nobody"),
    ("policy/policy.c", '#include "facts/facts.h"', "policy must not know facts"),
    ("facts/facts.h", '#include "state/state.h"', "facts must not know state"),
    ("state/state.h", '#include "seal/seal.h"', "state must not know seal"),
    ("update/update.h", '#include "policy/policy.h"', "update must not know policy"),
    ("seal/seal.h", '#include "state/state.h"', "seal must not know state"),
    ("seal/seal.h", '#include "policy/layers.h"', "private to policy"),
    ("decide.c", '#include "seal/seal.h"', "decide must not know seal"),
    ("decide.c", '#include "situation.h"', "decide must not know situation"),
    ("situation.h", '#include "plan.h"', "situation must not know plan"),
    ("plan.c", '#include "release/finish.h"', "plan must not know release"),
    ("plan.c", '#include "seal/nft.h"', "private to seal"),
    ("release/finish.h", '#include "cli/cli.h"', "release must not know cli"),
    ("release/finish.h", '#include "update/apt.h"', "private to update"),
    ("release/finish.h", '#include "report/exposure.h"', "release must not know report"),
    ("report/exposure.h", '#include "cli/cli.h"', "report must not know cli"),
    ("cli/exposure.c", '#include "report/merge.h"', "private to report"),
    ("assistant/main.c", '#include "cli/cli.h"', "assistant must not know cli"),
    ("generator/main.c", '#include "report/exposure.h"', "generator must not know report"),
    ("cli/status.c", '#include "report/tally.h"', "private to report"),
    ("cli/status.c", '#include "policy/layers.h"', "private to policy"),
    ("cli/status.c", '  #  include "seal/nft.h"', "private to seal"),
    ("cli/cli.h", '#include "assistant/face.h"', "cli must not know assistant"),
    ("generator/main.c", '#include "cli/cli.h"', "generator must not know cli"),
    ("cli/status.c", "#include <nftables/libnftables.h>", "for seal/nft.c alone"),
    ("seal/nft.h", "#include <nftables/libnftables.h>", "for seal/nft.c alone"),
    ("policy/policy.c", '#include "layers.h"', "no header of src"),
    ("policy/policy.c", '#include "../facts/facts.h"', "no header of src"),
    ("cli/status.c", "#include <policy/layers.h>", "one of ours"),
    ("attic/old.c", "", "room attic is unknown"),
    ("util/file.c", "FILE *out = open_memstream(&text, &size);", "call stream_open()"),
    ("util/file.c", LONG_BODY, "a function of 81 lines"),
    ("util/file.c", "\n" * 460, "at most 450"),
]


def check_written(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return check_tree(pathlib.Path(folder))


def self_test():
    problems = [f"a sound tree was refused: {line}" for line in check_written(SOUND)]
    for name, addition, expected in BROKEN:
        found = check_written({**SOUND, name: SOUND.get(name, "") + addition + "\n"})
        if len(found) != 1 or expected not in found[0] or not found[0].startswith(name + ":"):
            problems.append(f"{name} with {addition[:40]!r}: expected {expected!r}, got {found}")
    return problems


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    argument = sys.argv[1]
    problems = self_test() if argument == "--self-test" else check_tree(pathlib.Path(argument))
    for line in problems:
        print(line, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
