#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds each unit to the exposure that HACKING.md grants it, as `systemd-analyze security` counts.

Lower is safer. The table of HACKING.md has a row a service, with its reason for what it keeps. Some
settings look as if they cost nothing, and would change what cordon decides: FORBIDDEN says why.

    test-sandbox.py ANALYZE SOURCE        check the units in SOURCE/data against SOURCE/HACKING.md
    test-sandbox.py ANALYZE --self-test   loosen a unit in each way, and see that it is named
"""

import pathlib
import re
import subprocess
import sys
import tempfile

FORBIDDEN = {
    r"Protect(KernelTunables|ControlGroups)=yes|ProtectProc=|ProcSubset=":
        "mounts /proc anew, and the boot of a container gets the id of the host's",
    r"ProtectSystem=strict|ReadWritePaths=.*/var|(State|Cache|Logs)Directory=":
        "mounts something at or above /var/lib/cordon, which then looks as if it was there",
    r"ProtectHome=(yes|tmpfs)": "hides the Kickstart file in /root, by which cordon decides",
}
DECIDING = ("seal", "check", "reconsider", "automatic", "prefetch")
# Without /var they have to work, and where no namespace can be made: what needs either is not for them.
EARLY = {"seal": r"(Protect|Private)(?!Network)\w+=|Read\w+Paths=", "seal-failed": r"(Protect|Private)\w+=",
         "check": r"PrivateTmp=", "reconsider": r"PrivateTmp="}


def exposure(analyze, unit):
    """"→ Overall exposure level for cordon-check.service: 2.5 OK"; offline, as the file has it."""
    text = subprocess.run([analyze, "security", "--no-pager", "--offline=true", str(unit)], check=True,
                          capture_output=True, text=True, env={"LC_ALL": "C.UTF-8"}).stdout
    return float(re.search(r"Overall exposure level for .*: ([0-9.]+)", text).group(1))


def granted(hacking):
    """"| cordon-check | 2.5 | reason |" of each service."""
    return {name: float(most)
            for name, most in re.findall(r"^\| (cordon-[\w-]+) \| ([0-9.]+) \| \S", hacking, re.M)}


def settings_problems(name, text):
    rules = dict(FORBIDDEN) if name in DECIDING else {}
    if name in EARLY:
        rules[EARLY[name]] = "must work where this cannot be had"
    for pattern, reason in rules.items():
        if match := re.search(rf"^(?:{pattern}).*", text, re.M):
            yield f"{match.group()}: {reason}"


def check(analyze, source):
    problems = []
    most = granted((source / "HACKING.md").read_text(encoding="utf-8"))
    for unit in sorted((source / "data").glob("*.service")):
        text, name = unit.read_text(encoding="utf-8"), unit.stem
        problems += [f"{name}: {line}" for line in settings_problems(name[len("cordon-"):], text)]
        if name not in most:
            problems.append(f"{name}: HACKING.md has no row for it")
        elif (now := exposure(analyze, unit)) > most[name]:
            problems.append(f"{name}: exposure {now}, HACKING.md grants {most[name]}")
    return problems


HACKING = "| cordon-check | 5.0 | reason |\n| cordon-seal | 5.0 | reason |\n"
UNIT = """[Service]
ExecStart=/bin/true
NoNewPrivileges=yes
CapabilityBoundingSet=
SystemCallArchitectures=native
SystemCallFilter=@basic-io
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
"""
BROKEN = (
    ("cordon-check", {"CapabilityBoundingSet=\n": "", "SystemCallFilter=@basic-io\n": ""}, "exposure"),
    ("cordon-new", {}, "no row"),
    ("cordon-check", {"NoNew": "ProtectKernelTunables=yes\nNoNew"}, "anew"),
    ("cordon-check", {"NoNew": "ReadWritePaths=-/etc /var\nNoNew"}, "looks as if"),
    ("cordon-check", {"NoNew": "ProtectHome=yes\nNoNew"}, "Kickstart"),
    ("cordon-check", {"NoNew": "PrivateTmp=yes\nNoNew"}, "must work"),
    ("cordon-seal", {"NoNew": "ProtectSystem=full\nNoNew"}, "must work"),
)


def check_written(analyze, name, text):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder)
        (source / "HACKING.md").write_text(HACKING, encoding="utf-8")
        (source / "data").mkdir()
        (source / "data" / f"{name}.service").write_text(text, encoding="utf-8")
        return check(analyze, source)


def self_test(analyze):
    problems = [f"a sound unit was refused: {line}" for line in check_written(analyze, "cordon-seal", UNIT)]
    for name, changes, expected in BROKEN:
        text = UNIT
        for old, new in changes.items():
            text = text.replace(old, new)
        found = check_written(analyze, name, text)
        if len(found) != 1 or expected not in found[0]:
            problems.append(f"{name} with {changes}: expected {expected!r}, got {found}")
    return problems


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    analyze, argument = sys.argv[1:]
    problems = self_test(analyze) if argument == "--self-test" else check(analyze, pathlib.Path(argument))
    for line in problems:
        print(line, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
