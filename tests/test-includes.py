#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the order of the rooms: who may know whom, and how large anything may grow.

The table ROOMS is the rule of HACKING.md. A room is a folder below src, and so is each folder in it. A room
may include its own headers, those of util, and of the rooms that the table names their contract headers (one
or two a room, never the private ones). The table has no circle: what a room may include stands above it.
FORBIDDEN names functions that no file may call.

    test-includes.py SRC          check a source tree
    test-includes.py --self-test  break each rule in a copy, and see that it is named
"""

import pathlib
import re
import sys
import tempfile

# From the ground up: a room is named after those that it may include.
ROOMS = {
    "util": set(),
    "policy": {"util"},
    "policy/grouppolicy": {"util", "policy"},
    "policy/kickstart": {"util"},
    "facts/systemd": {"util"},
    "facts/firewall": {"util", "facts/systemd"},
    "facts/remote": {"util", "facts/systemd"},
    "facts": {"util", "facts/firewall", "facts/remote"},
    "state": {"util"},
    "seal": {"util", "policy"},
    "blocked": {"util", "facts", "state", "seal"},
    "update/reboot": {"util"},
    "update": {"util", "update/reboot"},
    "update/manager": {"util", "update"},
    "update/rpm": {"util", "update", "update/manager"},
    "update/apt": {"util", "update", "update/manager", "update/reboot"},
    "update/dnf": {"util", "update", "update/manager", "update/rpm"},
    "update/zypper": {"util", "update", "update/manager", "update/rpm"},
    "decision": {"util", "policy", "policy/grouppolicy", "policy/kickstart", "facts", "state", "seal", "update"},
    "exposure": {"util", "facts/remote", "seal", "decision"},
    "handover": {"util", "facts/firewall", "state", "seal", "decision"},
    "report": {"util", "state", "blocked", "update", "decision"},
    "lifecycle": {"util", "seal", "update", "decision", "handover"},
    "boot": {"util", "state", "seal"},
    "cli": {"util", "state", "seal", "blocked", "update", "decision", "exposure", "report", "lifecycle"},
    "assistant/face": {"util"},
    "assistant": {"util", "policy", "blocked", "update", "decision", "exposure", "handover", "report", "lifecycle",
                  "assistant/face"},
    "assistant/screens": {"util", "handover", "assistant"},
}

CONTRACTS = {
    "policy/policy.h",
    "policy/grouppolicy/grouppolicy.h",
    "policy/kickstart/kickstart.h",
    "facts/facts.h",
    "facts/firewall/firewall.h",
    "facts/remote/listen.h",
    "facts/remote/unattended.h",
    "facts/systemd/service.h",
    "facts/systemd/units.h",
    "state/state.h",
    "seal/seal.h",
    "blocked/blocked.h",
    "blocked/tally.h",
    "update/update.h",
    "update/progress.h",
    "update/watch.h",
    "update/reboot/kernel.h",
    "update/reboot/stale.h",
    "exposure/exposure.h",
    "handover/handover.h",
    "report/openmetrics.h",
    "report/report.h",
    "report/status.h",
    "report/textfile.h",
    "lifecycle/admin-login.h",
    "lifecycle/arm.h",
    "lifecycle/aside.h",
    "lifecycle/finish.h",
    "lifecycle/reboot.h",
    "assistant/refused.h",
    "assistant/say.h",
    "assistant/session.h",
    "assistant/face/face.h",
}
# Every header of these is open to the rooms that may include them: those of update/manager and update/rpm
# are what package managers share. A folder in a room may include all of that room's headers, too.
OPEN_ROOMS = {"util", "decision", "update/manager", "update/rpm"}

# Libraries that one file alone may know.
ONLY_IN = {"nftables/libnftables.h": "seal/nft.c"}

# Functions that no file may call, and what it calls instead.
FORBIDDEN = {"open_memstream": "stream_open() of util/stream.h, which notices lost text"}

FUNCTION_LINES_MAX = 80

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def room_of(name):
    """The room of a path below src: its folder."""
    return name.rpartition("/")[0]


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
    if other not in OPEN_ROOMS and target not in CONTRACTS and not room.startswith(other + "/"):
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


def check_table(rooms):
    """A room that stands below the one that may include it could close a circle."""
    above = set()
    for room, others in rooms.items():
        for other in sorted(others - above):
            yield f"ROOMS in test-includes.py: {room} may include {other}, which must stand above it"
        above.add(room)


def check_tree(src):
    sources = {
        path.relative_to(src).as_posix(): path.read_text(encoding="utf-8")
        for path in src.rglob("*.[ch]")
    }
    if not sources:
        return [f"{src}: no sources there"]
    problems = list(check_table(ROOMS))
    for name, content in sorted(sources.items()):
        problems.extend(check_file(name, content, sources))
    return problems


SOUND = {
    "util/file.h": "",
    "util/file.c": '#include "util/file.h"\n#include <stdio.h>\n',
    "policy/policy.h": '#include "util/file.h"\n',
    "policy/layers.h": "",
    "policy/policy.c": '#include "policy/policy.h"\n#include "policy/layers.h"\n',
    "policy/grouppolicy/grouppolicy.h": '#include "policy/policy.h"\n#include "policy/layers.h"\n',
    "facts/facts.h": "",
    "facts/systemd/units.h": "",
    "facts/remote/sshd.c": '#include "facts/systemd/units.h"\n',
    "state/state.h": "",
    "seal/seal.h": '#include "policy/policy.h"\n',
    "seal/nft.h": "",
    "seal/nft.c": '#include "seal/nft.h"\n#include <nftables/libnftables.h>\n',
    "blocked/blocked.h": "",
    "blocked/ranking.h": "",
    "blocked/blocked.c": '#include "blocked/blocked.h"\n#include "seal/seal.h"\n',
    "update/update.h": "",
    "update/progress.h": "",
    "update/backend.h": "",
    "update/manager/call.h": '#include "update/update.h"\n',
    "update/apt/apt.h": '#include "update/backend.h"\n#include "update/manager/call.h"\n',
    "decision/decide.h": '#include "facts/facts.h"\n#include "policy/policy.h"\n#include "state/state.h"\n',
    "decision/plan.h": '#include "decision/decide.h"\n#include "seal/seal.h"\n#include "update/update.h"\n',
    "exposure/exposure.h": '#include "decision/plan.h"\n',
    "exposure/merge.h": '#include "exposure/exposure.h"\n',
    "handover/handover.h": '#include "decision/plan.h"\n',
    "lifecycle/finish.h": '#include "handover/handover.h"\n',
    "report/status.h": '#include "decision/plan.h"\n#include "blocked/blocked.h"\n',
    "boot/generator.c": '#include "state/state.h"\n',
    "cli/cli.h": "",
    "cli/status.c": '#include "cli/cli.h"\n#include "lifecycle/finish.h"\n#include "decision/plan.h"\n'
    '#include "update/progress.h"\n#include "report/status.h"\n',
    "assistant/face/face.h": "",
    "assistant/session.h": '#include "assistant/face/face.h"\n#include "report/status.h"\n',
    "assistant/screens/finishing.c": '#include "assistant/session.h"\n#include "handover/handover.h"\n',
}

LONG_BODY = "int f(void)\n{\n" + "\tg();\n" * 81 + "}\n"

BROKEN = [
    ("util/file.c", '#include "policy/policy.h"', "util must not know policy, only nobody"),
    ("policy/policy.c", '#include "facts/facts.h"', "policy must not know facts"),
    ("policy/policy.c", '#include "policy/grouppolicy/grouppolicy.h"', "policy must not know policy/grouppolicy"),
    ("facts/facts.h", '#include "state/state.h"', "facts must not know state"),
    ("facts/systemd/units.h", '#include "facts/facts.h"', "facts/systemd must not know facts"),
    ("state/state.h", '#include "seal/seal.h"', "state must not know seal"),
    ("update/update.h", '#include "policy/policy.h"', "update must not know policy"),
    ("update/update.h", '#include "update/manager/call.h"', "update must not know update/manager"),
    ("update/manager/call.h", '#include "update/apt/apt.h"', "update/manager must not know update/apt"),
    ("seal/seal.h", '#include "state/state.h"', "seal must not know state"),
    ("seal/seal.h", '#include "policy/layers.h"', "private to policy"),
    ("blocked/blocked.h", '#include "decision/plan.h"', "blocked must not know decision"),
    ("decision/plan.h", '#include "lifecycle/finish.h"', "decision must not know lifecycle"),
    ("decision/plan.h", '#include "seal/nft.h"', "private to seal"),
    ("decision/plan.h", '#include "update/backend.h"', "private to update"),
    ("exposure/exposure.h", '#include "cli/cli.h"', "exposure must not know cli"),
    ("handover/handover.h", '#include "lifecycle/finish.h"', "handover must not know lifecycle"),
    ("lifecycle/finish.h", '#include "cli/cli.h"', "lifecycle must not know cli"),
    ("lifecycle/finish.h", '#include "exposure/exposure.h"', "lifecycle must not know exposure"),
    ("boot/generator.c", '#include "decision/plan.h"', "boot must not know decision"),
    ("cli/status.c", '#include "exposure/merge.h"', "private to exposure"),
    ("cli/status.c", '#include "blocked/ranking.h"', "private to blocked"),
    ("cli/status.c", '#include "policy/policy.h"', "cli must not know policy"),
    ("cli/status.c", '  #  include "seal/nft.h"', "private to seal"),
    ("cli/cli.h", '#include "assistant/session.h"', "cli must not know assistant"),
    ("assistant/session.h", '#include "cli/cli.h"', "assistant must not know cli"),
    ("assistant/face/face.h", '#include "assistant/session.h"', "assistant/face must not know assistant"),
    ("cli/status.c", "#include <nftables/libnftables.h>", "for seal/nft.c alone"),
    ("seal/nft.h", "#include <nftables/libnftables.h>", "for seal/nft.c alone"),
    ("policy/policy.c", '#include "layers.h"', "no header of src"),
    ("policy/policy.c", '#include "../facts/facts.h"', "no header of src"),
    ("cli/status.c", "#include <policy/layers.h>", "one of ours"),
    ("attic/old.c", "", "room attic is unknown"),
    ("util/file.c", "FILE *out = open_memstream(&text, &size);", "call stream_open()"),
    ("util/file.c", LONG_BODY, "a function of 81 lines"),
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
    circle = list(check_table({"seal": {"util", "cli"}, "util": set(), "cli": {"seal"}}))
    if len(circle) != 2:
        problems.append(f"a circle and a room that stands too low were not seen: {circle}")
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
