#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds `cordon report` to its schema, and its metrics to Prometheus' own tools.

Small roots are made up: a machine that is sealed, finished, forced, aside, damaged, hostile, and one
without anything. What is said of each must be valid by data/report.schema.json, which knows every
member, and by promtool; on a terminal no line may hold what drives it.

    test-report.py PROGRAM SCHEMA
    test-report.py PROGRAM SCHEMA --self-test      see that what is wrong is refused
"""

import copy
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from deadline import scaled
from rooted import become_root, skip

MACHINE = "3f0c6e1d9a5b4c7d8e2f10a9b8c7d6e5"
MANY = 2000  # jsonschema takes a while for each
EVIL = "a\x1b[2J\n\u202eb\u200b\x07"

try:
    import jsonschema
except ImportError:
    skip("python3-jsonschema is not installed")


def state(**more):
    return {"schema": 1, "phase": "sealed", "reason": "first-boot", "machine_id": MACHINE,
            "since": "2026-11-03T09:12:44Z", "boots": 2, **more}


def event(name, minute, **more):
    return {"time": f"2026-11-03T09:{minute}:00Z", "event": name, **more}


def packages(count, name="openssl"):
    return [{"name": f"{name}{i}", "from": "1", "to": "2", "origin": "Debian-Security",
             "severity": name, "security": True, "withheld": False} for i in range(count)]


BOOT = event("sealed", 12, reason="first-boot", boot=1)
FORCED = event("finished", 50, by="root (ssh)", verified=False, forced=True, reason=EVIL,
               missing=["the package lists were not fetched anew " * 4, EVIL])
OVER = {"phase": "finished", "finished_by": "root", "reason": "forced", "forced": "no mirror",
        "since": "2026-11-03T09:50:00Z"}
BLOCKED = {"schema": 1, "machine_id": MACHINE, "boot_id": "", "saved": "2026-11-03T09:20:00Z",
           "uptime": 61, "first": "2026-11-03T09:13:00Z", "last": "2026-11-03T09:20:00Z",
           "hours": [0] * 47 + [9], "standing": [],
           "past": {"packets": 9, "ports": {"22/tcp": 7}, "sources": {"192.0.2.7": 7}}}

# Name: record, history, blocked, os-release.
CASES = {
    "empty": (None, [], None, None),
    "sealed": (state(), [BOOT, event("updated", 20, packages=packages(3), failed=[])], BLOCKED,
               'PRETTY_NAME="Debian 12"\nID=debian\nIMAGE_ID=web\nIMAGE_VERSION=7\n'),
    "forced": (state(**OVER), [BOOT, FORCED], BLOCKED, None),
    "without history": (state(**OVER), [], None, None),
    "aside": (state(phase="aside", reason="managed"),
              [event("stood-aside", 14, reason="managed")], None, None),
    "damaged": ({"schema": 1}, ["{torn", "\0\0\0", 7, BOOT, "[]"], {"schema": 9}, "\0\xff="),
    "hostile": (state(reason=EVIL),
                [BOOT, event("sealed", 13, boot=2, reason=EVIL, damage=EVIL),
                 event("updated", 20, packages=packages(2, EVIL), failed=[EVIL]),
                 event("rebooting", 21, reasons=[EVIL] * 3)], BLOCKED, f"PRETTY_NAME={EVIL}"),
    # An hour back and a day forward during the quarantine, and a clock that was never set.
    "clock": (state(since="2026-11-03T08:12:44Z"),
              [BOOT, {**event("sealed", 0, reason="sealed", boot=2), "time": "2026-11-03T08:13:00Z"},
               {**event("updated", 0, packages=packages(1)), "time": "2026-11-04T08:20:00Z"},
               {**event("sealed", 0, reason="sealed", boot=3), "time": "1970-01-01T00:00:09Z"}],
              {**BLOCKED, "first": "2026-11-04T09:13:00Z"}, None),
    "many": (state(), [BOOT, event("updated", 20, packages=packages(MANY))], None, None),
}


def write(root, path, content):
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(content, encoding="utf-8")


def lay_out(root, case):
    record, history, blocked, release = case
    write(root, "etc/machine-id", MACHINE + "\n")
    lines = [line if isinstance(line, str) else json.dumps(line) for line in history]
    if lines:
        write(root, "var/lib/cordon/history.jsonl", "\n".join(lines) + "\n{\"torn")
    for name, content in (("state", record), ("blocked", blocked)):
        if content:
            write(root, f"var/lib/cordon/{name}.json", json.dumps(content))
    if release:
        write(root, "etc/os-release", release)


def ask(program, root, *options):
    result = subprocess.run([program, "report", f"--root={root}", *options], capture_output=True,
                            timeout=scaled(120), check=False)
    if result.returncode != 0:
        raise AssertionError(f"exit status {result.returncode}: {result.stderr.decode()}")
    return result.stdout.decode()


def check_text(text):
    lines = text.split("\n")
    if any(ord(c) < 32 or c in "\u202e\u200b\x7f" for line in lines for c in line):
        raise AssertionError("the text drives the terminal")
    long = [line for line in lines if len(line) > 80]
    if long:
        raise AssertionError(f"wider than 80 columns: {long[0]}")
    if len(lines) > 70:
        raise AssertionError(f"{len(lines)} lines are no two screens")


def check_metrics(text):
    if not text.endswith("\n# EOF\n"):
        raise AssertionError("no # EOF at the end")
    if any(line.rpartition(" ")[2].startswith("-") for line in text.splitlines() if line[0] != "#"):
        raise AssertionError("a number below zero")
    if shutil.which("promtool"):
        result = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                                capture_output=True, check=False)
        if result.returncode != 0:
            raise AssertionError("promtool: " + result.stdout + result.stderr)
    try:
        from prometheus_client.openmetrics import parser
    except ImportError:
        print("skipped: python3-prometheus-client is not installed")
        return
    list(parser.text_string_to_metric_families(text))


def check_truth(name, document):
    """What a reader would be misled by."""
    wanted = {"forced": ("root (ssh)", True, 2), "without history": ("root", True, 0)}.get(name)
    end = document["end"]
    if wanted and (end["by"], end["forced"], len(end["missing"])) != wanted:
        raise AssertionError(f"end: {end}")
    if name in ("sealed", "hostile", "empty", "damaged") and end is not None:
        raise AssertionError(f"it has not ended: {end}")
    if name == "clock" and [boot["number"] for boot in document["boots"]] != [1, 2, 3]:
        raise AssertionError(f"boots are told in the order of the trail: {document['boots']}")
    if name == "many" and len(document["updates"][0]["packages"]) != MANY:
        raise AssertionError("packages are missing")
    if name == "sealed" and (document["blocked"]["packets"], document["os"]["image_id"],
                             document["sealed"]["since"]) != (9, "web", "2026-11-03T09:12:44Z"):
        raise AssertionError(f"not what is on record: {document}")
    if name == "damaged" and (document["blocked"] is not None or len(document["notes"]) < 2):
        raise AssertionError(f"the damage is not said: {document['notes']}")


def check_case(program, validator, name, root):
    lay_out(root, CASES[name])
    document = json.loads(ask(program, root, "--json"))
    validator.validate(document)
    check_truth(name, document)
    check_text(ask(program, root))
    check_metrics(ask(program, root, "--openmetrics"))


def run(program, validator):
    failed = 0
    for name in CASES:
        with tempfile.TemporaryDirectory() as folder:
            try:
                check_case(program, validator, name, pathlib.Path(folder))
            except (AssertionError, jsonschema.ValidationError, ValueError, KeyError) as error:
                print(f"{name}: {error}")
                failed += 1
    print(f"{len(CASES)} cases, {failed} failed")
    return failed > 0


def spoil(document):
    """Documents that are wrong in one place each."""
    for path, value in ((("extra",), 1), (("schema",), 2), (("machine", "extra"), "x"),
                        (("now", "phase"), "open"), (("sealed", "since"), "yesterday"),
                        (("boots", 0, "number"), "1"), (("updates", 0, "packages", 0, "cve"), "x"),
                        (("blocked", "hours"), [1]), (("end",), {})):
        wrong = copy.deepcopy(document)
        place = wrong
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        yield ".".join(map(str, path)), wrong


def refuses(check, text):
    try:
        check(text)
    except (AssertionError, ValueError):
        return True
    return False


def self_test(program, validator):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        lay_out(root, CASES["sealed"])
        document = json.loads(ask(program, root, "--json"))
        metrics = ask(program, root, "--openmetrics")
    wrong = [name for name, spoilt in spoil(document) if validator.is_valid(spoilt)]
    wrong += [name for name in document
              if validator.is_valid({k: v for k, v in document.items() if k != name})]
    wrong += [text for text in ("\x1b[2J", "\u202e", "line\n" * 80, "x" * 81) if not refuses(check_text, text)]
    spoilt_metrics = [metrics[:-6], metrics.replace("cordon_sealed 1", "cordon_sealed -1")]
    if shutil.which("promtool"):
        spoilt_metrics += [metrics.replace("cordon_sealed 1", "cordon_sealed yes"),
                           metrics.replace("gauge", "info")]
    wrong += [text[-40:] for text in spoilt_metrics if not refuses(check_metrics, text)]
    for name in wrong:
        print(f"passes, and must not: {name}")
    return len(wrong) > 0


def main():
    become_root()
    schema = json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    check = self_test if "--self-test" in sys.argv else run
    return check(sys.argv[1], validator)


if __name__ == "__main__":
    sys.exit(main())
