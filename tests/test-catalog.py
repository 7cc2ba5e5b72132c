#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the table of events together with all that is said about them elsewhere.

Each event of src/state/events.c has a MESSAGE_ID of its own, an explanation in both catalogs, with
the same fields between @, and a place in the list of cordon(1); no catalog explains anything else;
what the source puts on record by name is in the table; and journalctl takes both catalogs.

    test-catalog.py JOURNALCTL SOURCE        compare
    test-catalog.py JOURNALCTL --self-test   make each mistake in a copy, and see that it is named
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from deadline import scaled

CATALOGS = ("cordon.catalog", "cordon.ja.catalog")
HEADERS = ("Subject", "Defined-By", "Support", "Documentation")
EVENT = re.compile(r'^\t\{"([a-z-]+)", "([0-9a-f]{32})", LOG_[A-Z]+, "[^"]+", (?:NULL|"[a-z]+")\},$',
                   re.M)
ON_RECORD = re.compile(r'\b(?:history_append\([^,]+,|remember\()\s*"([^"]+)"')
FIELD = re.compile(r"@(\w+)@")


def read_table(source, problems):
    text = (source / "src/state/events.c").read_text()
    table = text.partition("events[] = {\n")[2].partition("\n};")[0]
    found = EVENT.findall(table + "\n")
    if len(found) != len(table.splitlines()):
        problems.append("events.c: a line of the table is not like the others")
    for column, what in ((0, "name"), (1, "MESSAGE_ID")):
        values = [event[column] for event in found]
        problems += [f"events.c: {what} {value} is there twice"
                     for value in sorted(set(values)) if values.count(value) > 1]
    return dict(found)


def read_catalog(path, problems):
    """The entries by MESSAGE_ID: the fields that each shows."""
    entries = {}
    for entry in re.split(r"^-- ", path.read_text(), flags=re.M)[1:]:
        message_id, _, rest = entry.partition("\n")
        head, _, body = rest.partition("\n\n")
        names = tuple(line.partition(":")[0] for line in head.splitlines())
        if names != HEADERS or len(body) < 80 or "\n\n" not in body.strip():
            problems.append(f"{path.name}: {message_id}: not a whole explanation")
        if message_id in entries:
            problems.append(f"{path.name}: {message_id} is there twice")
        entries[message_id] = sorted(FIELD.findall(body))
    return entries


def compare(events, source, problems):
    catalogs = {name: read_catalog(source / "data" / name, problems) for name in CATALOGS}
    for name, entries in catalogs.items():
        problems += [f"{name}: nothing about {event}" for event, message_id in events.items()
                     if message_id not in entries]
        problems += [f"{name}: {message_id} is no event" for message_id in entries
                     if message_id not in events.values()]
    english, japanese = catalogs.values()
    problems += [f"{message_id}: {english[message_id]} in English, {japanese[message_id]} in Japanese"
                 for message_id in english
                 if english[message_id] != japanese.get(message_id, english[message_id])]


def look_at_source(events, source, problems):
    for path in sorted((source / "src").rglob("*.c")):
        problems += [f"{path.name}: {event} is not in the table"
                     for event in ON_RECORD.findall(path.read_text()) if event not in events]
    page = (source / "man/cordon.1.scd").read_text()
    listed = re.search(r"^\*history\*: .*?\*event\* \((.*?)\)", page, re.S | re.M)
    listed = re.findall(r'"([a-z-]+)"', listed[1] if listed else "")
    problems += [f"cordon.1.scd: {event}: in the table, or in the list, but not in both"
                 for event in sorted(set(listed) ^ set(events))]


def journalctl(program, root, *arguments):
    environment = {**os.environ, "LC_ALL": "C"}
    return subprocess.run([program, f"--root={root}", *arguments], capture_output=True, text=True,
                          check=False, timeout=scaled(60), env=environment)


def look_at_journalctl(program, events, source, problems):
    """It drops, with a warning, what it cannot read."""
    with tempfile.TemporaryDirectory() as root:
        folder = pathlib.Path(root, "usr/lib/systemd/catalog")
        folder.mkdir(parents=True)
        pathlib.Path(root, "var/lib/systemd/catalog").mkdir(parents=True)
        for name in CATALOGS:
            shutil.copy(source / "data" / name, folder)
        made = journalctl(program, root, "--update-catalog")
        listed = journalctl(program, root, "--list-catalog")
        size = sum(path.stat().st_size
                   for path in pathlib.Path(root, "var/lib/systemd/catalog").iterdir())
    if made.returncode != 0 or made.stderr or listed.returncode != 0:
        problems.append(f"journalctl: {made.stderr.strip()} {listed.stderr.strip()}")
    ids = re.findall(r"^([0-9a-f]{32}) cordon: ", listed.stdout, re.M)
    if sorted(ids) != sorted(events.values()):
        problems.append(f"journalctl knows {len(ids)} events of {len(events)}")
    # What it lists is the language of the locale alone: English here.
    if size < sum((source / "data" / name).stat().st_size for name in CATALOGS) * 0.8:
        problems.append("journalctl has not taken all of both languages")


def check(program, source):
    problems = []
    events = read_table(source, problems)
    compare(events, source, problems)
    look_at_source(events, source, problems)
    look_at_journalctl(program, events, source, problems)
    return problems


MISTAKES = (
    ("src/state/events.c", '"met", "5f79', '"met", "6f79', "is no event"),
    ("src/state/events.c", '"finished", "5b87fa0368064ef0a82b2f8887d9fd42"',
     '"finished", "5f79cfe33ba44db78e55894a8e7f1d2f"', "is there twice"),
    ("src/state/events.c", '"armed", ', '"armed",', "not like the others"),
    ("src/lifecycle/arm.c", '"confirmed"', '"confirmt"', "confirmt is not in the table"),
    ("src/cli/update.c", '"updated"', '"updatet"', "updatet is not in the table"),
    ("man/cordon.1.scd", '"disarmed", ', "", "disarmed: in the table, or in the list"),
    ("data/cordon.catalog", "-- 5f79cfe3", "-- 5f79cfe4", "nothing about met"),
    ("data/cordon.ja.catalog", "-- 5f79cfe3", "-- 5f79cfe4", "nothing about met"),
    ("data/cordon.ja.catalog", "@CORDON_BY@", "@CORDON_WHO@", "in Japanese"),
    ("data/cordon.ja.catalog", "Subject: cordon が", "Betreff: cordon が", "not a whole"),
    ("data/cordon.catalog", "-- 5f79cfe33ba44db78e55894a8e7f1d2f", "--5f79", "nothing about met"),
    ("data/cordon.ja.catalog", "-- 5f79cfe33ba44db78e55894a8e7f1d2f",
     "-- 5f79cfe33ba44db78e55894a8e7f1d2f ja", "journalctl: "),
)


def self_test(program, source):
    failed = check(program, source)
    for file, old, new, expected in MISTAKES:
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder)
            for name in ("src", "data", "man"):
                shutil.copytree(source / name, copy / name)
            text = (copy / file).read_text()
            if old not in text:
                failed.append(f"{file}: there is no {old} to be broken")
            (copy / file).write_text(text.replace(old, new, 1))
            problems = check(program, copy)
        if not any(expected in problem for problem in problems):
            failed.append(f"{file}: {new}: not named as '{expected}', but {problems}")
    return failed


def main():
    program, what = sys.argv[1:]
    if what == "--self-test":
        problems = self_test(program, pathlib.Path(__file__).resolve().parent.parent)
    else:
        problems = check(program, pathlib.Path(what))
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
