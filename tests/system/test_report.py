# SPDX-License-Identifier: GPL-2.0-or-later
"""`cordon report` on a booted and attacked server: sealed, over a reboot, and finished by force.

What it says is held to what cordon status, cordon history and the test itself know.
"""
import json
import subprocess
import time

import lab
from cordon import assert_sealed, history, status

SCHEMA = "usr/share/cordon/report.schema.json"
REASON = "no mirror here; \u201cagreed\u201d"


def report(machine):
    """The report, valid by the schema that the package has installed."""
    import jsonschema
    document = json.loads(machine.run(["cordon", "report", "--json"]).stdout)
    schema = json.loads(machine.path("/" + SCHEMA).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    return document


def metrics(machine):
    """The metrics as {name: value}, when promtool accepts them."""
    text = machine.run(["cordon", "report", "--openmetrics"]).stdout
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                             capture_output=True, check=False)
    assert checked.returncode == 0 and text.endswith("\n# EOF\n"), (checked, text)
    return {line.split()[0]: float(line.split()[1])
            for line in text.splitlines() if not line.startswith("#")}


def knock(machine, times):
    for _ in range(times):
        machine.world.udp(lab.SERVER4, 1900)
    time.sleep(0.2)


def assert_sealed_report(machine, packets, boots):
    now, said = assert_sealed(machine), report(machine)
    assert said["now"]["phase"] == "sealed" and said["now"]["seal"] == "intact", said
    assert said["now"]["exceptions"] == now["exceptions"] and said["end"] is None, said
    assert said["sealed"]["since"] == now["since"], said
    assert [boot["number"] for boot in said["boots"]] == list(range(1, boots + 1)), said
    assert said["blocked"]["packets"] == packets, said["blocked"]
    assert said["blocked"]["sources"] == [{"address": lab.WORLD4, "packets": packets}], said
    numbers = metrics(machine)
    assert numbers["cordon_sealed"] == numbers["cordon_seal_intact"] == 1, numbers
    assert numbers["cordon_blocked_packets_total"] == packets, numbers
    assert numbers["cordon_boots_total"] == boots and numbers["cordon_finished"] == 0, numbers
    return said


def test_the_report_tells_the_truth_from_seal_to_finish(worlds, machines, deb):
    machine = machines(worlds(preconfigured=True), deb=deb)
    machine.boot()
    knock(machine, 10)
    first = assert_sealed_report(machine, packets=10, boots=1)
    assert first["machine"]["machine_id"] == machine.path("/etc/machine-id").read_text().strip()
    assert first["machine"]["hostname"] == machine.run(["uname", "-n"]).stdout.strip()
    assert first["os"]["id"] == "debian", first["os"]
    assert first["boots"][0]["reason"] == "first-boot", first["boots"]
    machine.reboot()
    knock(machine, 5)
    assert_sealed_report(machine, packets=15, boots=2)

    machine.run(["cordon", "finish", "--force", f"--reason={REASON}"])
    said, event = report(machine), history(machine)[-1]
    assert said["now"]["phase"] == "finished" and said["now"]["seal"] == "none", said
    end = said["end"]
    assert end["event"] == event["event"] == "finished" and end["forced"], (end, event)
    assert not end["verified"] and end["missing"] == event["missing"] != [], (end, event)
    assert (end["by"], end["reason"], end["time"]) == (event["by"], REASON, event["time"]), end
    assert end["by"] == status(machine)["finished_by"], end
    assert len(said["boots"]) == 2 and said["blocked"]["packets"] == 15, said
    numbers = metrics(machine)
    assert numbers["cordon_sealed"] == 0 and numbers["cordon_finished"] == 1, numbers
    assert numbers["cordon_forced"] == 1 and numbers["cordon_blocked_packets_total"] == 15, numbers
    text = machine.run(["cordon", "report"]).stdout
    for part in (REASON, end["by"], "finished", "15 packets", "1900/udp", lab.WORLD4):
        assert part in text, (part, text)
    assert len(text.splitlines()) < 60 and max(map(len, text.splitlines())) <= 80, text
