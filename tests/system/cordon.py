# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests ask of cordon on a machine of the lab, whether container or virtual machine."""
import json

from deadline import until

TABLES = ("cordon", "cordon_hold_a", "cordon_hold_b", "cordon_initrd")
# Where Debian's node_exporter looks; for `files` of a machine that has it.
COUNTED = "cordon_pending_updates_timestamp_seconds"
COLLECTOR = "/var/lib/prometheus/node-exporter"
WITH_COLLECTOR = {f"{COLLECTOR}/other.prom": "other 1\n"}


def status(machine):
    """`cordon status --json`."""
    return json.loads(machine.run(["cordon", "status", "--json"]).stdout)


def history(machine):
    """The events of `cordon history --json`."""
    return json.loads(machine.run(["cordon", "history", "--json"]).stdout)["events"]


def parse_metrics(text):
    """{name: value} of metrics without labels."""
    return {line.split()[0]: float(line.split()[1])
            for line in text.splitlines() if not line.startswith("#")}


def numbers(machine):
    """What cordon has left for node_exporter, as {name: value}; None: nothing."""
    path = machine.path(f"{COLLECTOR}/cordon.prom")
    return parse_metrics(path.read_text(encoding="utf-8")) if path.exists() else None


def assert_last_numbers(machine, phase):
    """What stays there says how it ended."""
    left = numbers(machine)
    assert left and left["cordon_sealed"] == 0 and left[f"cordon_{phase}"] == 1, left


def tables(machine):
    """The tables of cordon that the kernel has, as nft says."""
    listed = {line.split()[-1] for line in machine.run(["nft", "list", "tables"]).stdout.splitlines()}
    return listed & set(TABLES)


def processes(machine):
    """The command lines of cordon's processes."""
    lines = machine.run(["ps", "-e", "-o", "args="]).stdout.splitlines()
    return [line for line in lines if line.split()[0].rsplit("/", 1)[-1].startswith("cordon")]


def assert_nothing_runs(machine):
    """No process of cordon stays; the one that has just done its work may still say so."""
    until(lambda: not processes(machine), 30, lambda: processes(machine))


def assert_truthful(machine):
    """`cordon status` says what nft says; the status, for more."""
    now, seen = status(machine), tables(machine)
    seal = now["seal"]
    holds = seen - {"cordon"}
    assert seal["base"] == ("cordon" in seen), (seal, seen)
    assert seal["hold"] == bool(holds), (seal, seen)
    assert not holds or seal["hold_name"] in holds, (seal, seen)
    whole = seal["base"] and seal["hold"]
    assert (seal["health"] == "intact") == (whole and not seal["problems"]), seal
    assert seal["health"] != "none" or not seen, (seal, seen)
    return now


def assert_sealed(machine):
    """Sealed, with both tables, and nothing has reached an application."""
    now = assert_truthful(machine)
    assert now["verdict"] == "seal" and now["phase"] == "sealed", now
    assert now["seal"]["health"] == "intact", now["seal"]
    assert machine.canary.started, "the canary was not listening"
    assert machine.canary.datagrams == 0 and machine.canary.connections == 0, machine.canary
    return now
