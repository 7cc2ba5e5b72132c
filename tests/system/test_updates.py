# SPDX-License-Identifier: GPL-2.0-or-later
"""Lies, accidents and surprises on the way to "verified", with the real apt.

Each ends either verified, or sealed with a sentence that names the cause. None ends verified though
something is missing. Clocks are in test_virtual_server.py, for a container has its host's; dnf and
zypper in files of their own.
"""
import fcntl
import itertools
import json
import random
import subprocess
import threading
import time

import lab
import pytest
from cordon import (COUNTED, WITH_COLLECTOR, assert_last_numbers, assert_nothing_runs,
                    assert_sealed, history, numbers, status)
from deadline import Window, scaled, until
from lab import cache, package, repository

SYNCED = {"/etc/tmpfiles.d/synced.conf":
          "d /run/systemd/timesync 0755\nf /run/systemd/timesync/synchronized 0644\n"}
RECORD = "/var/lib/cordon/sources.json"


@pytest.fixture
def mirrored(tmp_path, worlds, machines, deb):
    """Makes (world, machine, document root of its own): mirrored(debs, files=..., only=...)."""
    def make(debs=(), only=("tzdata",), setup="", files=None, boot=True, **options):
        root = lab.copy(lab.security_repository(only=list(only)), tmp_path / "www")
        if debs or options:
            package.publish(root, debs, **options)
        world = worlds(repository=root)
        machine = machines(world, deb=deb, setup=setup, files={**SYNCED, **(files or {})})
        if boot:
            machine.boot()
        return world, machine, root
    return make


def update(machine, timeout=300):
    """`cordon update`, whatever comes of it."""
    return machine.run(["cordon", "update"], check=False, timeout=timeout)


def said(result):
    """All that a command wrote."""
    return result.stdout + result.stderr


def assert_verified(machine):
    """Nothing is missing, and finish agrees."""
    done = machine.run(["cordon", "finish"], check=False, timeout=300)
    assert done.returncode == 0, said(done)
    assert status(machine)["phase"] == "finished"


def assert_refused(machine, *words, command="finish"):
    """Neither updated nor released, and the reason is named; still sealed. What was said."""
    refused = machine.run(["cordon", command], check=False, timeout=300)
    assert refused.returncode in (1, 3), said(refused)
    for word in words:
        assert word in said(refused), (word, said(refused))
    assert_sealed(machine)
    return refused


def publish_dated(root, days, **fields):
    """Sign the security suite anew, as of so many days ago."""
    made = time.strftime("%a, %d %b %Y %H:%M:%S UTC", time.gmtime(time.time() - days * 86400))
    package.publish(root, fields={"Date": made, **fields})


# Sources, one by one.

def test_another_source_is_down(mirrored):
    """Named, and keeps nobody."""
    world, machine, _ = mirrored()
    world.mirror.answer = lambda path: 404 if path.startswith("/debian/") else None
    done = update(machine)
    assert done.returncode == 0, said(done)
    finished = machine.run(["cordon", "finish"], timeout=300)
    assert "/debian " in said(finished) and "was not refreshed" in said(finished), said(finished)
    assert status(machine)["phase"] == "finished"


def test_a_foreign_source_is_broken(mirrored):
    broken = "deb [signed-by=/usr/share/keyrings/lab.gpg] http://192.0.2.1/vendor stable-security main\n"
    _, machine, _ = mirrored(files={"/etc/apt/sources.list.d/vendor.list": broken})
    done = update(machine)
    assert done.returncode == 0, said(done)
    assert_verified(machine)


def test_no_source_of_this_release(mirrored):
    """A vendor's "security" suite does not stand in for Debian's."""
    world, machine, root = mirrored(boot=False)
    suite = f"{lab.release.codename()}-security"
    (root / "debian-security/dists" / suite).rename(
        root / "debian-security/dists/other-security")
    lab.sign(root / "debian-security", "other-security", {"Label": "Vendor", "Suite": "other"})
    sources = machine.path(lab.SOURCES_FILE)
    sources.write_text(sources.read_text().replace(suite, "other-security"))
    machine.boot()
    assert_refused(machine, "no security source")
    assert world.mirror.requests


def test_no_security_source_at_all(mirrored):
    _, machine, _ = mirrored(boot=False)
    machine.path(lab.SOURCES_FILE).write_text(lab.apt_sources().split("\n\n")[0] + "\n")
    machine.boot()
    assert_refused(machine, "no security source", command="update")
    assert_refused(machine, "no security source")


def test_expired(mirrored):
    _, machine, root = mirrored()
    publish_dated(root, 9, **{"Valid-Until": time.strftime(
        "%a, %d %b %Y %H:%M:%S UTC", time.gmtime(time.time() - 2 * 86400))})
    assert_refused(machine, "security source", "expired", command="update")
    assert_refused(machine, "security source", "expired")


def test_a_mirror_that_nobody_renews(mirrored):
    """76 days, and validly signed for ever."""
    _, machine, root = mirrored()
    publish_dated(root, 76)
    assert_refused(machine, "76 days ago", "MaxAge=", command="update")
    assert_refused(machine, "76 days ago")
    machine.write({"/etc/cordon/cordon.conf": "[Cordon]\nMaxAge=any\n"})
    assert update(machine).returncode == 0
    assert_verified(machine)


def test_old_metadata_played_again(mirrored):
    """Older than what this very source offered before, though young enough and validly signed."""
    _, machine, root = mirrored()
    assert update(machine).returncode == 0
    assert json.loads(machine.path(RECORD).read_text())["sources"]
    publish_dated(root, 3)
    machine.run("rm -rf /var/lib/apt/lists; mkdir -p /var/lib/apt/lists/partial")
    assert_refused(machine, "went back", command="update")
    assert_refused(machine, "went back")
    machine.reboot()
    assert_refused(machine, "went back")
    package.publish(root)
    assert update(machine).returncode == 0
    assert_verified(machine)


def test_without_the_record_of_dates_it_would_be_believed(mirrored):
    """The defence taken out."""
    _, machine, root = mirrored()
    assert update(machine).returncode == 0
    publish_dated(root, 3)
    machine.run("rm -rf /var/lib/apt/lists; mkdir -p /var/lib/apt/lists/partial")
    machine.path(RECORD).unlink()
    assert_verified(machine)


def test_a_damaged_record_of_dates(mirrored):
    """Begun anew, kept aside, and said."""
    _, machine, _ = mirrored(files={RECORD: '{"schema": 1, "sour'})
    done = update(machine)
    assert done.returncode == 0, said(done)
    assert "damaged" in machine.journal("--unit", "cordon-update")
    assert machine.path(RECORD + ".broken").exists()
    assert_verified(machine)


@pytest.mark.parametrize("how", ["unsigned", "wrong-key", "altered", "trusted", "insecure"])
def test_not_signed_as_it_should_be(mirrored, how, tmp_path):
    _, machine, root = mirrored()
    suite = root / "debian-security/dists" / f"{lab.release.codename()}-security"
    options = {"trusted": "Trusted: yes\n", "insecure": "Allow-Insecure: yes\n"}
    if how in ("unsigned", "trusted", "insecure"):
        text = (suite / "InRelease").read_text().split("\n\n", 1)[1].split("-----BEGIN PGP SIG")[0]
        (suite / "InRelease").unlink()
        (suite / "Release").write_text(text)
    if how == "altered":
        text = (suite / "InRelease").read_text()
        (suite / "InRelease").write_text(text.replace("Label: Debian", "Label: Debiam"))
    if how == "wrong-key":
        sign_with_another_key(suite / "InRelease", tmp_path)
    if how in options:
        sources = machine.path(lab.SOURCES_FILE)
        first, second = sources.read_text().split("\n\n")
        second = second.replace("Signed-By: /usr/share/keyrings/lab.gpg\n", options[how])
        sources.write_text(f"{first}\n\n{second}")
    assert_refused(machine, "security source", command="update")
    assert_refused(machine, "sign")


def sign_with_another_key(path, tmp_path):
    """The same text, signed by somebody else."""
    home = tmp_path / "gnupg"
    home.mkdir(mode=0o700)
    gpg = ["gpg", "--batch", "--quiet", "--homedir", home]
    text = path.read_text().split("\n\n", 1)[1].split("-----BEGIN PGP SIG")[0]
    try:
        subprocess.run([*gpg, "--passphrase", "", "--quick-generate-key", "other <o@example.org>",
                        "ed25519", "sign", "never"], check=True, stderr=subprocess.DEVNULL)
        path.write_bytes(subprocess.run([*gpg, "--clearsign", "--output", "-"], input=text.encode(),
                                        check=True, capture_output=True).stdout)
    finally:
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False)


def test_a_source_in_a_folder(mirrored, tmp_path):
    """An air gap: the mirror was carried in, and has to be signed like any other."""
    world, machine, root = mirrored(boot=False)
    subprocess.run(["cp", "-r", root, machine.path("/srv/mirror")], check=True)
    sources = machine.path(lab.SOURCES_FILE)
    sources.write_text(sources.read_text().replace("http://192.0.2.1/", "file:/srv/mirror/"))
    machine.boot()
    assert update(machine).returncode == 0
    assert not world.mirror.requests
    assert_verified(machine)


def test_without_any_source(mirrored):
    """Only by force, and on record as not updated."""
    _, machine, _ = mirrored(boot=False)
    machine.path(lab.SOURCES_FILE).unlink()
    machine.boot()
    assert_refused(machine, "no security source")
    machine.run(["cordon", "finish", "--force", "--reason", "an island"], timeout=300)
    last = history(machine)[-1]
    assert last["forced"] and last["reason"] == "an island" and last["missing"], last
    assert last["verified"] is False


# Waiting, and not for ever.

def test_a_lock_that_somebody_holds(mirrored):
    """apt-daily at a first boot: waited for, and said."""
    _, machine, _ = mirrored()
    with open(machine.path("/var/lib/apt/lists/lock"), "w", encoding="ascii") as lists, \
            open(machine.path("/var/lib/dpkg/lock-frontend"), "w", encoding="ascii") as dpkg:
        fcntl.lockf(lists, fcntl.LOCK_EX)
        fcntl.lockf(dpkg, fcntl.LOCK_EX)
        machine.run(["systemctl", "start", "--no-block", "cordon-update"])
        wait_for_step(machine, "wait", "Waiting for another program to end", 30)
        fcntl.lockf(lists, fcntl.LOCK_UN)
        wait_for_step(machine, "wait", "dpkg/lock-frontend", 60)
    assert update(machine).returncode == 0
    assert_verified(machine)


def wait_for_step(machine, state, words, seconds):
    """Until the progress file says so."""
    def step():
        try:
            return json.loads(machine.path("/run/cordon/update.json").read_text())
        except FileNotFoundError:
            return {"state": "", "message": ""}
    until(lambda: step()["state"] == state and words in step()["message"], seconds, step)


# Works all the time: what only sleeps for so long may be taken for a mirror that sends nothing.
SLOW_APT_CONFIG = "#!/bin/sh\ntimeout 12 sh -c 'while :; do :; done'\nexec /usr/bin/apt-config.distrib \"$@\"\n"


@pytest.mark.once
@pytest.mark.long
def test_a_slow_answer_is_an_answer(mirrored):
    """As on a busy machine: a question that takes no time at all, and had 10 seconds once. apt's own
    verification asks it, too: for minutes nothing arrives, and that is not the mirror's fault."""
    _, machine, _ = mirrored()
    machine.run(["dpkg-divert", "--rename", "--add", "/usr/bin/apt-config"])
    machine.write({"/usr/bin/apt-config": (SLOW_APT_CONFIG, 0o755)})
    done = update(machine)
    assert done.returncode == 0, said(done)


def test_a_shutdown_does_not_wait_for_a_lock(mirrored):
    """The update ends when it is asked to, and systemd need not kill it."""
    _, machine, _ = mirrored()
    with open(machine.path("/var/lib/apt/lists/lock"), "w", encoding="ascii") as lists:
        fcntl.lockf(lists, fcntl.LOCK_EX)
        for end in (lambda: machine.run(["systemctl", "stop", "cordon-update"]), machine.shutdown):
            machine.run(["systemctl", "start", "--no-block", "cordon-update"])
            wait_for_step(machine, "wait", "Waiting", 30)
            end()
            if machine.running:
                result = machine.run(["systemctl", "show", "-P", "Result", "cordon-update"]).stdout
                assert result != "timeout\n", result


def test_an_endless_answer(mirrored):
    """In place of the metadata: more than any Release file has."""
    world, machine, _ = mirrored()
    world.mirror.answer = lambda path: itertools.repeat(b"x" * 65536, 2000) \
        if "security" in path and "InRelease" in path else None
    assert_refused(machine, "security source", command="update")
    free = machine.run("df --output=avail / | tail -1").stdout
    assert int(free) > 0


def test_an_endless_package(mirrored):
    world, machine, _ = mirrored()
    world.mirror.answer = lambda path: itertools.repeat(b"x" * 65536, 2000) \
        if path.endswith(".deb") else None
    assert_refused(machine, "could not be fetched", command="update")
    world.mirror.answer = None
    assert update(machine).returncode == 0
    assert_verified(machine)


def drip():
    """A byte now and then, for ever."""
    while True:
        yield b"x"
        time.sleep(0.5)  # a drip


@pytest.mark.long
def test_a_mirror_that_drips(mirrored):
    """Each byte keeps apt's own time-out from coming due."""
    world, machine, _ = mirrored()
    world.mirror.answer = lambda path: drip() if path.endswith(".deb") else None
    patience = Window(55)
    assert_refused(machine, "bytes a second", command="update")
    assert patience.passed(), "too early"
    world.mirror.answer = None
    assert update(machine).returncode == 0


def test_a_bar_on_a_terminal(mirrored):
    """And plain lines elsewhere; the status of the service says it, too."""
    _, machine, _ = mirrored()
    with machine.terminal(["cordon", "update"]) as terminal:
        terminal.expect("Ctrl-C")
        terminal.expect(r"\[##")
        terminal.expect("%")
        terminal.expect("Next: cordon finish", timeout=120)
        assert terminal.wait() == 0
    lines = machine.run(["cordon", "update"]).stdout
    assert "[#" not in lines and "100% No updates are pending" in lines, lines


# Packages.

CONF = "/etc/lab.conf"


def lab_package(folder, version, **options):
    """The package of these tests."""
    return package.build(folder, "lab", version, files={CONF: f"setting = {version}\n"},
                         conffiles=[CONF], **options)


def install(machine, *debs):
    """Put packages on a machine that is off or on, by dpkg inside."""
    for path in debs:
        machine.path(f"/root/{path.name}").write_bytes(path.read_bytes())
        machine.run(["dpkg", "--install", f"/root/{path.name}"])


def test_a_configuration_file_that_was_changed(mirrored, tmp_path):
    """Kept, and named; the new one lies beside it."""
    _, machine, _ = mirrored([lab_package(tmp_path, "2")])
    install(machine, lab_package(tmp_path, "1"))
    machine.path(CONF).write_text("setting = mine\n")
    assert update(machine).returncode == 0
    assert machine.path(CONF).read_text() == "setting = mine\n"
    assert machine.path(CONF + ".dpkg-dist").exists()
    assert next(e for e in history(machine) if e["event"] == "updated")["kept"] == [CONF]
    assert CONF in machine.journal("--unit", "cordon-update")
    assert_verified(machine)


ASKS = """
. /usr/share/debconf/confmodule
db_input critical lab/question || true
db_go || true
"""
READS = 'if read answer; then echo "$answer"; fi </dev/stdin; echo never asked\n'


@pytest.mark.parametrize("script", [ASKS, READS], ids=["debconf", "read"])
def test_a_package_that_asks(mirrored, tmp_path, script):
    """Nobody is asked, and nothing hangs."""
    _, machine, _ = mirrored([lab_package(tmp_path, "2", scripts={"postinst": script})])
    install(machine, lab_package(tmp_path, "1"))
    done = update(machine, timeout=120)
    assert done.returncode == 0, said(done)
    assert_verified(machine)


def test_a_package_whose_script_fails(mirrored, tmp_path):
    """Half-installed is not updated; mended, it is."""
    failing = lab_package(tmp_path, "2", scripts={"postinst": "[ -e /root/mended ]\n"})
    _, machine, _ = mirrored([failing])
    install(machine, lab_package(tmp_path, "1"))
    failed = update(machine)
    assert failed.returncode == 1 and "lab" in said(failed), said(failed)
    assert_refused(machine, "begun and not ended")
    machine.path("/root/mended").touch()
    assert update(machine).returncode == 0
    assert_verified(machine)


def test_an_update_that_cannot_be_installed(mirrored, tmp_path):
    """What it needs is nowhere to be had."""
    _, machine, _ = mirrored([lab_package(tmp_path, "2", Depends="lab-missing (>= 9)")])
    install(machine, lab_package(tmp_path, "1"))
    told = update(machine)
    assert told.returncode == 3 and "lab" in said(told), said(told)
    assert_refused(machine, "held back: lab")


def test_a_package_on_hold(mirrored, tmp_path):
    """Whoever held it wants the old one; that does not make it updated."""
    _, machine, _ = mirrored([lab_package(tmp_path, "2")])
    install(machine, lab_package(tmp_path, "1"))
    machine.run(["apt-mark", "hold", "lab"])
    told = update(machine)
    assert told.returncode == 3 and "lab" in said(told), said(told)
    refused = assert_refused(machine, "held back: lab")
    assert "begun and not ended" not in said(refused), said(refused)
    machine.reboot()
    assert machine.run(["systemctl", "show", "-P", "ConditionResult", "cordon-continue"]).stdout == "no\n"
    machine.run(["apt-mark", "unhold", "lab"])
    assert update(machine).returncode == 0
    assert_verified(machine)


def test_libc_and_systemd_are_replaced_under_it(mirrored, tmp_path):
    """The hold is in systemd's hands meanwhile; whoever still runs the old code is named."""
    _, machine, root = mirrored()
    source = "dpkg-query --show --showformat '${Package} ${source:Package}\\n'"
    wanted = [line.split()[0] for line in machine.run(source).stdout.splitlines()
              if line.split()[1] in ("glibc", "systemd")]
    assert {"libc6", "systemd"} <= set(wanted)
    base = lab.base()
    debs = cache.entry("running", cache.key("1", base.name, *wanted),
                       lambda target: repository.fetch(target, base, wanted))
    rebuilt = [repository.rebuild(tmp_path, deb, "+lab1") for deb in debs.glob("*.deb")
               if deb.name.split("_")[0] in wanted]
    assert len(rebuilt) == len(wanted)
    package.publish(root, rebuilt)
    told = update(machine)
    assert "reboot" in said(told), said(told)
    for name in ("libc6", "systemd"):
        assert "+lab1" in machine.run(["dpkg-query", "-Wf", "${Version}", name]).stdout, name
    assert_refused(machine, "reboot")
    machine.reboot()
    assert_sealed(machine)
    assert_verified(machine)


def test_an_update_that_another_suite_has_to_complete(mirrored, tmp_path):
    """A dependency that sits only in a source that is not configured here: the same."""
    needs = lab_package(tmp_path, "2", Depends="lab-library (>= 2)")
    _, machine, root = mirrored([needs])
    install(machine, package.build(tmp_path, "lab-library", "1"), lab_package(tmp_path, "1"))
    assert update(machine).returncode == 3
    assert_refused(machine, "held back: lab")
    package.publish(root, [package.build(tmp_path, "lab-library", "2")], security=False)
    assert update(machine).returncode == 0
    assert_verified(machine)


def test_a_phased_update_is_not_pending(mirrored, tmp_path):
    """Of another source: this machine is not in its first percent yet."""
    def phased(index):
        return index.replace("Package: lab\n", "Package: lab\nPhased-Update-Percentage: 0\n")
    _, machine, _ = mirrored([lab_package(tmp_path, "2")], security=False, packages=phased)
    install(machine, lab_package(tmp_path, "1"))
    assert update(machine).returncode == 0
    assert machine.run("dpkg-query -W -f '${Version}' lab").stdout == "1"
    assert_verified(machine)


def test_only_security_updates(mirrored, tmp_path):
    """Updates=security: another source's are neither installed nor missed."""
    _, machine, root = mirrored()
    package.publish(root, [lab_package(tmp_path, "2")], security=False)
    machine.write({"/etc/cordon/cordon.conf": "[Cordon]\nUpdates=security\n"})
    install(machine, lab_package(tmp_path, "1"))
    assert update(machine).returncode == 0
    assert machine.run("dpkg-query -W -f '${Version}' lab").stdout == "1"
    assert "tzdata" in str(history(machine)[-1]["packages"])
    assert_verified(machine)


def test_a_full_disk_in_the_middle_of_unpacking(mirrored, tmp_path):
    big = package.build(tmp_path, "lab", "2", files={"/usr/share/lab/big": b"\0" * (4 << 20)})
    _, machine, _ = mirrored([big])
    install(machine, package.build(tmp_path, "lab", "1", files={"/usr/share/lab/small": b""}))
    machine.run("mount -t tmpfs -o size=1m tmpfs /usr/share/lab")
    failed = update(machine)
    assert failed.returncode == 1 and "No space left" in said(failed), said(failed)
    assert_refused(machine)
    machine.run(["umount", "/usr/share/lab"])
    assert update(machine).returncode == 0
    assert_verified(machine)


def test_dpkg_was_interrupted(mirrored, tmp_path):
    """Unpacked and not configured, and dpkg's journal of digits beside it."""
    _, machine, _ = mirrored()
    path = lab_package(tmp_path, "1")
    machine.path("/root/lab.deb").write_bytes(path.read_bytes())
    machine.run(["dpkg", "--unpack", "/root/lab.deb"])
    record = machine.run("dpkg --status lab").stdout.replace("unpacked", "half-configured")
    machine.path("/var/lib/dpkg/updates/0001").write_text(record)
    assert_refused(machine, "half-installed")
    assert update(machine).returncode == 0
    assert machine.run("dpkg --audit").stdout == ""
    assert not list(machine.path("/var/lib/dpkg/updates").iterdir())
    assert_verified(machine)


def test_a_package_that_is_gone_from_the_mirror(mirrored, tmp_path):
    """It was cut off while it was unpacked, and since then the mirror has only its successor."""
    _, machine, root = mirrored()
    install(machine, lab_package(tmp_path, "1"))
    machine.run("sed -i '/^Package: lab$/,/^Status:/s/^Status:.*/Status: install reinstreq "
                "unpacked/' /var/lib/dpkg/status; rm -f /var/cache/apt/archives/*.deb")
    package.publish(root, [lab_package(tmp_path, "2")])
    done = update(machine)
    assert done.returncode == 0, said(done)
    assert machine.run("dpkg-query -W -f '${Version}' lab").stdout == "2"
    assert_verified(machine)


def test_cordon_is_updated_itself(mirrored, tmp_path, deb):
    """By its own service, which goes on; nothing opens meanwhile."""
    tree = tmp_path / "cordon"
    subprocess.run(["dpkg-deb", "-R", deb, tree], check=True)
    control = tree / "DEBIAN/control"
    control.write_text(control.read_text().replace("\nVersion: ", "\nVersion: 9:"))
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", tree, tmp_path / "c.deb"],
                   check=True, stdout=subprocess.DEVNULL)
    world, machine, _ = mirrored([tmp_path / "c.deb"])
    with world.worm():
        done = update(machine)
        assert done.returncode == 0, said(done)
        assert "9:" in machine.run("dpkg-query -W -f '${Version}' cordon").stdout
        now = assert_sealed(machine)
        assert not any("cordon" in missing for missing in now["missing"]), now["missing"]
    assert_verified(machine)


# So that what is to be killed is there, however long it takes to get to it.
HANGS_ONCE = "[ -e /root/once ] || { touch /root/once; until [ -e /root/go ]; do sleep 0.1; done; }\n"


def test_the_updater_is_killed(mirrored, tmp_path):
    """It goes on by itself, in this boot."""
    slow = lab_package(tmp_path, "2", scripts={"postinst": HANGS_ONCE})
    _, machine, _ = mirrored([slow])
    install(machine, lab_package(tmp_path, "1"))
    machine.run(["systemctl", "start", "--no-block", "cordon-update"])
    until(machine.path("/root/once").exists, 60, "it is not installed")
    machine.run(["systemctl", "kill", "--signal=KILL", "cordon-update"])
    until(lambda: any(event["event"] == "updated" for event in history(machine)), 60,
          lambda: machine.journal("--unit", "cordon-update"))
    assert machine.run("dpkg --audit").stdout == ""
    # What was installed before the end is on record, too.
    names = {package["name"] for package in history(machine)[-1]["packages"]}
    assert names == {"lab", "tzdata"}, names
    assert_verified(machine)


@pytest.mark.parametrize("program", ["apt-get", "dpkg"])
def test_apt_or_dpkg_is_killed(mirrored, tmp_path, program):
    slow = lab_package(tmp_path, "2", scripts={"postinst": HANGS_ONCE})
    _, machine, _ = mirrored([slow])
    install(machine, lab_package(tmp_path, "1"))
    machine.run(["systemctl", "start", "--no-block", "cordon-update"])
    until(machine.path("/root/once").exists, 60, "it is not installed")
    machine.run(["pkill", "-KILL", "-x", program])
    machine.path("/root/go").touch()
    until(lambda: machine.run("pgrep -x 'dpkg|lab.postinst'", check=False).returncode, 60,
          "what it had begun does not end")
    update(machine)
    assert update(machine).returncode == 0
    assert machine.run("dpkg --audit").stdout == ""
    assert_verified(machine)


SLOW = "sleep 0.3\n"


@pytest.mark.long
@pytest.mark.once
def test_thirty_moments(mirrored, tmp_path):
    """The updater, apt, dpkg or everything is killed in the middle of an update, again and again;
    with the twenty power cuts of test_story.py, fifty. Each goes on, and ends updated."""
    seed = random.randrange(1 << 32)
    print("seed", seed)
    dice = random.Random(seed)
    world, machine, root = mirrored()
    install(machine, lab_package(tmp_path, "1"))
    with world.worm(seconds=900):
        for number in range(2, 32):
            package.publish(root, [lab_package(tmp_path, str(number), scripts={
                "preinst": SLOW, "postinst": SLOW})])
            kill_in_the_middle(machine, dice)
            done = update(machine)
            if done.returncode:  # it joined the run that was hit, and failed with it
                done = update(machine)
            assert done.returncode == 0, said(done)
            assert machine.run("dpkg-query -W -f '${Version}' lab").stdout == str(number)
            assert machine.run("dpkg --audit").stdout == ""
            assert machine.canary.datagrams == 0, machine.canary
    assert_verified(machine)


def kill_in_the_middle(machine, dice):
    """Start an update and end something of it, at a random moment."""
    machine.run(["systemctl", "start", "--no-block", "cordon-update"])
    time.sleep(dice.uniform(0.1, 2.5))  # a moment of the update
    victim = dice.choice(["cordon", "apt-get", "dpkg", "power"])
    if victim == "power":
        machine.power_cut()
        machine.boot()
    else:
        machine.run(["pkill", "-KILL", "-x", victim], check=False)


# Kernels. Those of the lab are newer than any that its image has.

def lab_kernel(folder, release, version="1", **fields):
    """A kernel, or with Depends=... its meta package, as Debian and Ubuntu name them."""
    return package.build(folder, f"linux-image-{release}", version, **fields)


def with_its_own_kernel(machine):
    """No container any more, as far as cordon can see; its kernel came from outside, as in many
    virtual machines, so that which one the host runs does not matter."""
    machine.run("rm /run/systemd/container /boot/vmlinuz-*")


def assert_kernel_withheld(machine, kernel, newer, install):
    """In all that cordon says, with what to do."""
    words = (f"linux-image-{kernel} is not kept up to date: linux-image-{newer} is on offer, and "
             f"nothing installed asks for it; install {install}")
    told = update(machine)
    assert told.returncode == 3 and words in said(told), said(told)
    checked = machine.run(["cordon", "update", "--check"], check=False)
    assert checked.returncode == 3 and words in checked.stdout, said(checked)
    checked = machine.run(["cordon", "update", "--check", "--json"], check=False)
    for pending in (json.loads(checked.stdout)["pending"], status(machine)["pending"]):
        assert [package["name"] for package in pending] == [f"linux-image-{newer}"], pending
        assert pending[0]["withheld"] and pending[0]["because"] == words, pending
    assert words in str(status(machine)["missing"])
    assert_refused(machine, words)


def test_a_kernel_that_nothing_updates(mirrored, tmp_path):
    """Its successor is a package of another name; in a container it is the host's affair."""
    _, machine, _ = mirrored([lab_kernel(tmp_path, "99.1.0-9-lab"),
                              lab_kernel(tmp_path, "99.1.0-10-lab"),
                              lab_kernel(tmp_path, "99.1.0-11-other"),
                              lab_kernel(tmp_path, "lab", Depends="linux-image-99.1.0-10-lab")],
                             files={"/etc/cordon/cordon.conf": "[Cordon]\nEgress=updater\n"})
    install(machine, lab_kernel(tmp_path, "99.1.0-8-lab"))
    assert update(machine).returncode == 0
    with_its_own_kernel(machine)
    assert_kernel_withheld(machine, "99.1.0-8-lab", "99.1.0-10-lab", "linux-image-lab")
    machine.run(["systemd-run", "--scope", "--slice=cordon.slice", "--quiet",
                 "apt-get", "--yes", "install", "linux-image-lab"])
    assert update(machine).returncode == 0
    assert_verified(machine)


def test_a_kernel_that_a_meta_package_updates(mirrored, tmp_path):
    """On hold, it is the meta package that is named, and nothing else."""
    newer = [lab_kernel(tmp_path, "99.1.0-10-lab"),
             lab_kernel(tmp_path, "lab", "2", Depends="linux-image-99.1.0-10-lab")]
    _, machine, _ = mirrored(newer)
    install(machine, lab_kernel(tmp_path, "99.1.0-9-lab"),
            lab_kernel(tmp_path, "lab", "1", Depends="linux-image-99.1.0-9-lab"))
    with_its_own_kernel(machine)
    machine.run(["apt-mark", "hold", "linux-image-lab"])
    told = update(machine)
    assert told.returncode == 3 and "held back: linux-image-lab;" in said(told), said(told)
    assert "on offer" not in said(told), said(told)
    machine.run(["apt-mark", "unhold", "linux-image-lab"])
    assert update(machine).returncode == 0
    assert machine.run("dpkg-query -W -f '${Version}' linux-image-99.1.0-10-lab").stdout == "1"
    assert_verified(machine)


def test_a_kernel_whose_meta_package_is_of_another_series(mirrored, tmp_path):
    """The newest was installed beside it by hand; only backports have a newer one of its series."""
    _, machine, root = mirrored([lab_kernel(tmp_path, "99.1.0-9-lab")])
    package.publish(root, [lab_kernel(tmp_path, "99.2.7+bpo-lab")], security=False,
                    fields={"NotAutomatic": "yes", "ButAutomaticUpgrades": "yes"})
    install(machine, lab_kernel(tmp_path, "99.1.0-9-lab"),
            lab_kernel(tmp_path, "lab", Depends="linux-image-99.1.0-9-lab"),
            lab_kernel(tmp_path, "99.2.3+bpo-lab"))
    with_its_own_kernel(machine)
    assert_kernel_withheld(machine, "99.2.3+bpo-lab", "99.2.7+bpo-lab",
                           "linux-image-99.2.7+bpo-lab")


@pytest.mark.parametrize("newer, pin", [("99.2.0-1-lab", ""), ("99.1.0-10-other", ""),
                                        ("99.1.0-10-lab", "-1"), ("99.1.0-10-lab", "1")],
                         ids=["series", "flavour", "pinned-away", "asked-for-only"])
def test_a_kernel_of_another_kind_is_no_successor(mirrored, tmp_path, newer, pin):
    """Nor is one that apt would not install, though it is all that is on offer."""
    pinned = f"Package: linux-image-{newer}\nPin: release *\nPin-Priority: {pin}\n" if pin else None
    kernel = lab_kernel(tmp_path, "99.1.0-9-lab")
    _, machine, _ = mirrored([*([] if pin else [kernel]), lab_kernel(tmp_path, newer)],
                             files={"/etc/apt/preferences.d/lab": pinned})
    install(machine, kernel)
    with_its_own_kernel(machine)
    assert update(machine).returncode == 0
    assert_verified(machine)


# Without a hand.

AUTOMATIC = {"/etc/cordon/cordon.conf.d/50-fleet.conf": "[Cordon]\nMode=automatic\n"}


@pytest.mark.long
def test_from_power_on_to_released_without_a_hand(worlds, machines, deb):
    """The real pending updates, a reboot among them, while the worm sends."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, files={**AUTOMATIC, **WITH_COLLECTOR})
    with world.worm(seconds=300) as _:
        machine.boot()
        first = machine.canary
        machine.wait_off(timeout=240)  # it reboots itself
        assert first.datagrams == 0 and first.connections == 0, first
        machine.boot(wait=False)

        def released():
            admitted = machine.canary.datagrams  # asked first: the marker comes before them
            if machine.path("/etc/cordon/released").exists():
                return True
            assert admitted == 0, machine.canary
            return False
        until(released, 120, "not released", pause=0.02)
        machine.wait_booted()
        until(lambda: machine.canary.datagrams, 30, "released, and not open")
    events = [event["event"] for event in history(machine)]
    assert events == ["installed", "sealed", "updated", "rebooting", "sealed", "finished"], events
    last = history(machine)[-1]
    assert last["by"].startswith("cordon") and last["verified"] and not last["forced"], last
    assert_nothing_runs(machine)
    assert_last_numbers(machine, "finished")


def test_it_waits_for_a_mirror_that_is_down(mirrored):
    world, machine, _ = mirrored(files=AUTOMATIC, boot=False)
    world.mirror.answer = lambda path: 503
    machine.boot()
    until(lambda: any(event["event"] == "update-failed" for event in history(machine)), 60)
    assert_sealed(machine)
    world.mirror.answer = None
    until(lambda: status(machine)["phase"] == "finished", 120,
          lambda: machine.journal("--unit", "cordon-automatic"), pause=1)


def test_it_reboots_three_times_and_no_more(mirrored):
    """A package that asks for a reboot at every boot."""
    asks = {"/etc/tmpfiles.d/reboot.conf": "f /run/reboot-required 0644\n"}
    _, machine, _ = mirrored(only=(), files={**AUTOMATIC, **asks}, boot=False)
    for _ in range(3):
        machine.boot(wait=False)
        machine.wait_off(timeout=60)
    machine.boot()
    until(lambda: history(machine)[-1]["event"] == "automatic-stopped", 60, lambda: history(machine))
    events = [event["event"] for event in history(machine)]
    assert events.count("rebooting") == 3, events
    assert "not rebooted again" in machine.journal("--unit", "cordon-update")
    assert_sealed(machine)


def test_it_does_not_reboot_where_that_is_not_wanted(mirrored):
    files = {"/etc/cordon/cordon.conf": "[Cordon]\nMode=automatic\nReboot=never\n",
             "/etc/tmpfiles.d/reboot.conf": "f /run/reboot-required 0644\n"}
    _, machine, _ = mirrored(files=files)
    until(lambda: history(machine)[-1]["event"] == "automatic-stopped", 60, lambda: history(machine))
    assert "reboot" in history(machine)[-1]["missing"][0]
    assert_sealed(machine)


def test_fetched_in_advance(mirrored):
    """Prefetch=yes: the update begins with installing."""
    world, machine, _ = mirrored(files={"/etc/cordon/cordon.conf": "[Cordon]\nPrefetch=yes\n"})
    until(lambda: list(machine.path("/var/cache/apt/archives").glob("tzdata*.deb")), 60,
          lambda: machine.journal("--unit", "cordon-prefetch"))
    machine.run(["systemctl", "stop", "cordon-prefetch"])
    world.mirror.requests.clear()
    assert update(machine).returncode == 0
    assert not [path for path in world.mirror.requests if path.endswith(".deb")]
    assert_verified(machine)


def test_a_prefetch_gives_way(mirrored):
    """To an update that somebody asks for."""
    world, machine, _ = mirrored(boot=False,
                                 files={"/etc/cordon/cordon.conf": "[Cordon]\nPrefetch=yes\n"})
    hanging = threading.Event()
    world.mirror.answer = lambda path: None if hanging.is_set() or "deb" not in path[-3:] else drip()
    machine.boot()
    until(lambda: [path for path in world.mirror.requests if path.endswith(".deb")], 30, "not begun")
    hanging.set()
    assert update(machine).returncode == 0
    assert "bytes a second" not in machine.journal("--unit", "cordon-prefetch"), "it ended by itself"


def test_only_the_updater_reaches_a_mirror(mirrored):
    """Egress=updater; in every one of its verbs, and after a restart of what holds the seal."""
    world, machine, _ = mirrored(files={"/etc/cordon/cordon.conf": "[Cordon]\nEgress=updater\n"})
    fetch = ["curl", "--silent", "--fail", "--max-time", f"{scaled(3):.0f}",
             "http://192.0.2.1/debian/dists/"]
    assert machine.run(fetch, check=False).returncode != 0
    assert machine.connects(lab.WORLD4, 80) != "open"
    assert not world.mirror.requests
    assert machine.run(["cordon", "update", "--check"], check=False).returncode == 3
    assert update(machine).returncode == 0
    machine.run("systemctl stop cordon.slice; sleep 1; cordon reconsider; cordon check")
    assert machine.run(fetch, check=False).returncode != 0
    assert_sealed(machine)
    assert_verified(machine)


def test_with_the_default_others_do(mirrored):
    """The defence taken out."""
    _, machine, _ = mirrored()
    assert machine.run(["curl", "--silent", "--fail", "--max-time", f"{scaled(3):.0f}",
                        "http://192.0.2.1/debian/dists/"], check=False).returncode == 0


# Afterwards (P7).

def test_automatic_updates(mirrored, tmp_path):
    """Off as shipped; switched on when asked; never over a file of somebody's."""
    settings = "/etc/apt/apt.conf.d/20auto-upgrades"
    stand_in = package.build(tmp_path, "unattended-upgrades", "1",
                             files={"/usr/bin/unattended-upgrade": "#!/bin/sh\n"})
    _, machine, _ = mirrored([stand_in])
    off = machine.run(["cordon", "automatic-updates"], check=False)
    assert off.returncode == 3 and "not installed" in off.stdout, said(off)
    machine.run(["apt-get", "update"])
    machine.run(["cordon", "automatic-updates", "--enable"], timeout=120)
    shown = json.loads(machine.run(["cordon", "automatic-updates", "--json"]).stdout)
    assert shown["enabled"] is True, shown
    assert 'Unattended-Upgrade "1"' in machine.path(settings).read_text()
    mine = 'APT::Periodic::Unattended-Upgrade "0";\n'
    machine.path(settings).write_text(mine)
    refused = machine.run(["cordon", "automatic-updates", "--enable"], check=False)
    assert refused.returncode == 1 and settings in refused.stderr, said(refused)
    assert machine.path(settings).read_text() == mine


# What monitoring reads.

WITNESS = r"""
    mv /usr/bin/apt-get /usr/bin/apt-get.real
    printf '#!/bin/sh\necho "$*" >>/root/asked\nexec /usr/bin/apt-get.real "$@"\n' >/usr/bin/apt-get
    chmod +x /usr/bin/apt-get
    systemctl stop cordon-check.timer
"""


def test_apt_is_not_asked_each_minute(mirrored):
    """The number says how old it is, and stays until packages or their lists change."""
    _, machine, _ = mirrored(files=WITH_COLLECTOR)

    def look(before):
        machine.run(f"{before}; sleep 1.1; >/root/asked; cordon report --textfile", check=False)
        return numbers(machine), machine.path("/root/asked").read_text()

    machine.run(WITNESS)
    begun = int(time.time())
    first, asked = look("cordon update --check")
    assert asked and first["cordon_pending_updates"] > 0, (first, asked)
    assert begun <= first[COUNTED] <= time.time(), first
    again, asked = look("true")
    assert not asked and again[COUNTED] == first[COUNTED], (asked, again, first)
    held, asked = look("apt-mark hold hostname")
    assert asked and held[COUNTED] > first[COUNTED], (asked, held, first)
