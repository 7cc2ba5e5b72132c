# SPDX-License-Identifier: GPL-2.0-or-later
"""`cordon report` on a booted and attacked server: sealed, over a reboot, and finished by force.

What it says is held to what cordon status, cordon history and the test itself know.
"""
import json
import re
import shutil
import subprocess

import lab
from cordon import (COLLECTOR, COUNTED, WITH_COLLECTOR, assert_nothing_runs, assert_sealed,
                    history, numbers, parse_metrics, status)
from deadline import until

SCHEMA = "usr/share/cordon/report.schema.json"
# Updates that fixed something by their changelogs, one of which is pending on each release; with what has to
# be of the same version.
FIXED = {"openssl": ["openssl", "libssl3*"], "nginx-common": ["nginx*"]}
NO_RSYSLOG_DOC = {"/etc/dpkg/dpkg.cfg.d/docs": "path-exclude=/usr/share/doc/rsyslog/*\n",
                  "/usr/share/doc/rsyslog/changelog.Debian.gz": None}
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
    promtool = lab.tools.unpacked("prometheus") / "usr/bin/promtool"
    checked = subprocess.run([promtool, "check", "metrics"], input=text, text=True,
                             capture_output=True, check=False)
    assert checked.returncode == 0 and text.endswith("\n# EOF\n"), (checked, text)
    return parse_metrics(text)


def exported(machine):
    """What Debian's node_exporter makes of the file, on the server itself."""
    exporter = lab.tools.unpacked("prometheus-node-exporter") / "usr/bin/prometheus-node-exporter"
    shutil.copy(exporter, machine.path("/root/exporter"))
    text = machine.run(f"""
        /root/exporter --collector.disable-defaults --collector.textfile \
            --collector.textfile.directory={COLLECTOR} --web.listen-address=127.0.0.1:9100 \
            --web.disable-exporter-metrics 2>/dev/null &
        curl --silent --retry 20 --retry-connrefused --retry-delay 1 http://127.0.0.1:9100/metrics
        kill $!; wait
    """).stdout
    return parse_metrics("\n".join(line for line in text.splitlines() if "{" not in line))


def assert_left_for_monitoring(machine, now):
    """The file says what the report says, anybody can read it, and node_exporter understands it.
    Updates may have been counted before."""
    left = numbers(machine)
    if COUNTED in now:
        assert now[COUNTED] - 900 <= left[COUNTED] <= now[COUNTED], (left, now)
        now[COUNTED] = left[COUNTED]
    assert left == now, (left, now)
    stat = machine.path(f"{COLLECTOR}/cordon.prom").stat()
    assert (stat.st_uid, stat.st_mode & 0o7777) == (0, 0o644), stat
    seen = exported(machine)
    assert seen["node_textfile_scrape_error"] == 0 and seen["other"] == 1, seen
    for name, value in now.items():
        assert "{" in name or seen[name] == value, (name, value, seen)


def knock(machine, times):
    before = status(machine)["blocked"]["packets"]
    for _ in range(times):
        machine.world.udp(lab.SERVER4, 1900)
    until(lambda: status(machine)["blocked"]["packets"] >= before + times, 30, "not counted")


def assert_sealed_report(machine, packets, boots):
    now, said = assert_sealed(machine), report(machine)
    assert said["now"]["phase"] == "sealed" and said["now"]["seal"] == "intact", said
    assert said["now"]["exceptions"] == now["exceptions"] and said["end"] is None, said
    assert said["sealed"]["since"] == now["since"], said
    assert [boot["number"] for boot in said["boots"]] == list(range(1, boots + 1)), said
    assert said["blocked"]["packets"] == packets, said["blocked"]
    assert said["blocked"]["sources"] == [{"address": lab.WORLD4, "packets": packets}], said
    counted = metrics(machine)
    assert counted["cordon_sealed"] == counted["cordon_seal_intact"] == 1, counted
    assert counted["cordon_blocked_packets_total"] == packets, counted
    assert counted["cordon_boots_total"] == boots and counted["cordon_finished"] == 0, counted
    return said


def test_the_report_tells_the_truth_from_seal_to_finish(worlds, machines, deb):
    machine = machines(worlds(preconfigured=True), deb=deb, files=WITH_COLLECTOR)
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
    machine.run(["systemctl", "start", "cordon-check"])
    assert_left_for_monitoring(machine, metrics(machine))

    machine.run(["cordon", "finish", "--force", f"--reason={REASON}"])
    said, event = report(machine), history(machine)[-1]
    assert said["now"]["phase"] == "finished" and said["now"]["seal"] == "none", said
    end = said["end"]
    assert end["event"] == event["event"] == "finished" and end["forced"], (end, event)
    assert not end["verified"] and end["missing"] == event["missing"] != [], (end, event)
    assert (end["by"], end["reason"], end["time"]) == (event["by"], REASON, event["time"]), end
    assert end["by"] == status(machine)["finished_by"], end
    assert len(said["boots"]) == 2 and said["blocked"]["packets"] == 15, said
    last = metrics(machine)
    assert last["cordon_sealed"] == 0 and last["cordon_finished"] == 1, last
    assert last["cordon_forced"] == 1 and last["cordon_blocked_packets_total"] == 15, last
    assert_left_for_monitoring(machine, last)
    assert_nothing_runs(machine)
    text = machine.run(["cordon", "report"]).stdout
    for part in (REASON, end["by"], "finished", "15 packets", "1900/udp", lab.WORLD4):
        assert part in text, (part, text)
    assert len(text.splitlines()) < 60 and max(map(len, text.splitlines())) <= 80, text


def test_what_updates_have_fixed(worlds, machines, deb):
    """A real security update; and one whose changelog the image leaves out, which is not "none"."""
    name, wanted = next(item for item in FIXED.items() if item[0] in lab.pending())
    machine = machines(worlds(repository=lab.security_repository(only=[*wanted, "rsyslog"])),
                       deb=deb, files=NO_RSYSLOG_DOC)
    machine.boot()
    machine.run(["cordon", "update"], timeout=300, check=False)
    run, = report(machine)["updates"]
    packages = {package["name"].split(":")[0]: package for package in run["packages"]}
    fixed = packages[name]
    log = machine.run(["zcat", f"/usr/share/doc/{name}/changelog.Debian.gz"]).stdout
    between = log[:log.index(f" ({fixed['from']})")]
    assert fixed["cves"] and set(fixed["cves"]) == set(re.findall(r"CVE-\d{4}-\d{4,8}", between))
    assert packages["rsyslog"]["from"] and "cves" not in packages["rsyslog"], packages
    assert f"{len(fixed['cves'])} CVEs" in machine.run(["cordon", "report"]).stdout


def test_a_broken_seal_is_heard_of(machines, world, deb):
    """A check that fails leaves its numbers, too. The unit that could mend it is not there."""
    machine = machines(world, deb=deb, files=WITH_COLLECTOR)
    machine.boot()
    machine.run("systemctl mask --runtime cordon-seal; systemctl stop cordon-seal;"
                "systemctl start cordon-check", check=False)
    left = numbers(machine)
    assert left and left["cordon_sealed"] == 1 and left["cordon_seal_intact"] == 0, left
