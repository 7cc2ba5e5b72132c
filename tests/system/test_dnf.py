# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that dnf manages: the whole story, and everything that must not look like "updated".

Debian's dnf with packages of the lab's own (lab/rpm.py). What differs from test_story.py is the
package manager; what must not differ is that finish refuses whenever something is missing.
"""
import functools
import gzip
import json
import time

import lab
import pytest
from cordon import assert_sealed, history, status
from deadline import until
from rpm_server import DAY, UPDATES, Server, source


@pytest.fixture
def servers(rpm_servers):
    """Makes Servers: servers(names=...), booted."""
    return functools.partial(rpm_servers, Server)


def test_from_first_boot_to_open_for_ever(servers):
    server = servers(names=("updates", "other"))
    server.publish("libfoo", "webd", "plainpkg", "conffile", advisories=UPDATES)
    machine = server.machine
    machine.run("echo mine >> /opt/lab/etc/conffile-1.conf")
    with server.world.worm():
        assert_sealed(machine)
        listed = server.cordon("update", "--check")
        assert listed.returncode == 3, listed
        libfoo = next(line for line in listed.stdout.splitlines() if line.startswith("libfoo."))
        assert libfoo.split() == ["libfoo.noarch", "1.0-1", "->", "1.1-1", "security,",
                                  "important"], libfoo
        pending = {package["name"]: package for package in
                   json.loads(server.cordon("update", "--check", "--json").stdout)["pending"]}
        assert set(pending) == {f"{name}.noarch" for name in (
            "libfoo", "webd", "plainpkg", "conffile")}, pending
        assert not pending["plainpkg.noarch"]["security"], pending
        server.refuses("4 updates are pending")
        code, said = server.update()
        assert code == 0 and "100%" in said, said
        assert "/opt/lab/etc/conffile-1.conf" in said, "not told what was kept"
        assert "Upgrading libfoo" in said or "libfoo-1.1-1" in said, said
        assert server.installed("libfoo", "webd", "plainpkg") == [
            "libfoo-1.1-1.noarch", "webd-1.1-1.noarch", "plainpkg-1.1-1.noarch"]
        updated = next(event for event in history(machine) if event["event"] == "updated")
        assert {package["name"] for package in updated["packages"]} == set(pending), updated
        assert_sealed(machine)
        # What dnf leaves behind is no program that runs replaced files.
        machine.run("pgrep gpg-agent || gpg-agent --daemon")
        assert server.cordon("update", "--check").returncode == 0
        server.finishes()
    assert server.world.tcp_connects(lab.SERVER4, 22) == "open"
    machine.reboot()
    assert server.world.tcp_connects(lab.SERVER4, 22) == "open"
    assert status(machine)["phase"] == "finished"


def test_without_advisories_nobody_knows(servers):
    server = servers(files={"/etc/cordon/cordon.conf": "[Cordon]\nUpdates=security\n"})
    server.publish("libfoo", advisories=())
    server.check_fails("no source has advisories")
    assert server.update()[0] == 1
    server.refuses("no source has advisories")
    assert server.installed("libfoo") == ["libfoo-1.0-1.noarch"]
    server.machine.write({"/etc/cordon/cordon.conf": "[Cordon]\nUpdates=all\n"})
    assert server.update()[0] == 0
    assert server.installed("libfoo") == ["libfoo-1.1-1.noarch"]
    server.finishes()


def test_security_updates_alone(servers):
    """By the names of packages; the bug fix stays away."""
    server = servers(files={"/etc/cordon/cordon.conf": "[Cordon]\nUpdates=security\n"})
    server.publish("libfoo", "webd", "plainpkg", advisories=UPDATES)
    assert server.update()[0] == 0
    assert server.installed("libfoo", "webd", "plainpkg") == [
        "libfoo-1.1-1.noarch", "webd-1.1-1.noarch", "plainpkg-1.0-1.noarch"]
    server.finishes()


def test_sources_that_fail_or_lie(servers):
    server = servers(names=("updates", "other"))
    now = time.time()
    server.publish("libfoo", when=now - DAY)
    server.publish("plainpkg", name="other", advisories=())
    mirror = server.world.mirror
    assert server.cordon("update", "--check").returncode == 3
    # One that is not needed is down: a warning.
    mirror.answer = lambda path: 503 if path.startswith("/other/") else None
    listed = server.cordon("update", "--check")
    assert listed.returncode == 3, listed
    assert "other" in listed.stderr and "was not refreshed" in listed.stderr, listed
    # The one that matters.
    mirror.answer = lambda path: 503 if path.startswith("/updates/") else None
    server.check_fails("security source updates", "/etc/yum.repos.d/updates.repo:1", "503")
    server.refuses("updates")
    mirror.answer = None
    # Somebody on the way says that there is nothing.
    repomd = server.root / "updates/repodata/repomd.xml"
    good = repomd.read_bytes()
    repomd.write_bytes(good.replace(b"updateinfo", b"updateless"))
    server.check_fails("security source updates", "signature")
    repomd.write_bytes(good)
    # Signed, and older than before.
    server.publish(when=now - 2 * DAY)
    server.check_fails("went back")
    server.refuses("went back")
    # Signed, and too old by itself.
    server.machine.run(["rm", "/var/lib/cordon/sources.json"])
    server.publish(when=now - 60 * DAY)
    server.check_fails("MaxAge=")
    # Metadata below the signed file.
    server.publish("libfoo", when=now)
    primary = next((server.root / "updates/repodata").glob("*-primary.xml.gz"))
    primary.write_bytes(gzip.compress(b"<metadata packages='0'/>"))
    server.check_fails("security source updates")
    server.publish("libfoo", when=now)
    assert server.update()[0] == 0
    server.finishes()


def test_a_source_that_was_never_there_may_be_the_one_that_matters(servers):
    server = servers(names=("updates", "other"))
    server.publish()
    server.world.mirror.answer = lambda path: 404 if path.startswith("/other/") else None
    server.check_fails("security source other")


def test_sources_that_nobody_checks(servers):
    server = servers(names=("updates",))
    server.publish("libfoo")
    repo = "/etc/yum.repos.d/updates.repo"
    for more, word in (("repo_gpgcheck=0\ngpgcheck=0", "nobody checks that"),
                       ("repo_gpgcheck=0", "come over http"),
                       (f"gpgkey=http://{lab.WORLD4}/updates/repodata/repomd.xml.key", "its key")):
        server.machine.write({repo: source("updates", more)})
        server.check_fails("security source updates", word)
        keys = server.machine.run("find /var/cache/dnf -name pubring").stdout
        assert not keys, "a key was taken before it was looked at"
    server.machine.write({repo: "[updates\n"})
    server.check_fails(f"{repo}:1: a section without its ]")


@pytest.mark.parametrize("name,word", [("unsigned", "is not signed"), ("strange", "key"),
                                       ("libfoo", "libfoo")])
def test_packages_that_lie(servers, name, word):
    """Not signed; signed by somebody else; altered on the way."""
    server = servers()
    server.publish(name)
    if name == "libfoo":
        package = next((server.root / "updates").glob("libfoo*.rpm"))
        content = bytearray(package.read_bytes())
        content[-20] ^= 1
        package.write_bytes(content)
    code, said = server.update()
    assert code == 1 and name in said and word in said, said
    assert server.installed(name) == [f"{name}-1.0-1.noarch"]
    server.refuses(name)


def test_what_is_withheld_keeps_it_sealed(servers):
    server = servers()
    server.publish("libfoo", "needsnew", "plainpkg")
    server.machine.run("echo excludepkgs=libfoo >> /etc/dnf/dnf.conf")
    listed = json.loads(server.cordon("update", "--check", "--json").stdout)["pending"]
    held = {package["name"]: package for package in listed if package.get("withheld")}
    assert set(held) == {"libfoo.noarch", "needsnew.noarch"}, listed
    code, said = server.update()
    assert code == 3 and "needsnew" in said and "libfoo" in said, (code, said)
    assert server.installed("plainpkg", "libfoo") == [
        "plainpkg-1.1-1.noarch", "libfoo-1.0-1.noarch"]
    server.refuses("2 security updates are held back", "needsnew", "libfoo", "excluded")
    server.machine.run("sed -i /excludepkgs/d /etc/dnf/dnf.conf")
    server.publish("libfoo", "plainpkg")
    assert server.update()[0] == 0
    server.finishes()


def test_a_script_that_fails_is_not_forgotten(servers):
    """dnf says it once, with exit status 0, and then that there is nothing to do."""
    server = servers()
    server.publish("badpost")
    code, said = server.update()
    assert code == 3 and "badpost" in said, (code, said)
    assert server.installed("badpost") == ["badpost-1.1-1.noarch"]
    server.refuses("badpost")
    code, said = server.update()
    assert code == 3 and "badpost" in said, (code, said)
    server.machine.reboot()
    server.await_update()
    server.refuses("badpost")
    server.machine.run(["touch", "/opt/lab/mended"])
    assert server.update()[0] == 0
    server.finishes()


def test_locks_of_others(servers):
    server = servers()
    server.publish("libfoo")
    machine = server.machine
    machine.run("""
        mkdir -p /var/cache/dnf
        sleep 300 > /dev/null 2>&1 & echo $! > /var/cache/dnf/metadata_lock.pid""")
    machine.run(["systemctl", "start", "--no-block", "cordon-update.service"])
    progress = machine.path("/run/cordon/update.json")
    until(lambda: progress.exists() and '"wait"' in progress.read_text(), 60, "it does not wait")
    machine.run("kill $(cat /var/cache/dnf/metadata_lock.pid)")
    server.await_update()
    assert server.installed("libfoo") == ["libfoo-1.1-1.noarch"]
    # Somebody is in the middle of a transaction.
    machine.run("""/usr/bin/python3 -c '
import fcntl, time
lock = open("/var/lib/rpm/.rpm.lock", "r+")
fcntl.lockf(lock, fcntl.LOCK_EX)
open("/run/held", "w").close()
time.sleep(300)' > /dev/null 2>&1 & echo $! > /run/holder""")
    until(machine.path("/run/held").exists, 60, "the lock cannot be held")
    server.refuses("another program is installing rpm packages")
    machine.run("kill $(cat /run/holder)")
    server.finishes()


def kill_dnf(machine):
    """SIGKILL for dnf and for the script that it runs."""
    for what in (["-x", "dnf"], ["-f", "[r]pm-tmp"]):
        machine.run(["pkill", "-KILL", *what], check=False)


def test_dnf_is_killed(servers):
    """Both versions are installed then, and dnf says that there is nothing to do."""
    server = servers()
    server.publish("slow", "libfoo")
    server.start_update("/opt/lab/hurry")
    kill_dnf(server.machine)
    server.await_update()
    assert len(server.installed("slow")) == 2, "killed too early or too late"
    assert not server.machine.path("/opt/lab/slow-done").exists()
    server.machine.run(["rm", "-f", "/var/lib/cordon/update-begun"])
    server.refuses("cut off")
    code, said = server.update()
    assert code == 0, said
    assert server.machine.path("/opt/lab/slow-done").exists(), "its script never ran"
    assert server.installed("slow", "libfoo") == ["slow-1.1-1.noarch", "libfoo-1.1-1.noarch"]
    server.finishes()


def test_the_plug_is_pulled_while_a_kernel_is_installed(servers):
    """A kernel leaves the old one alone, so that nothing in rpm's database is amiss."""
    server = servers()
    server.publish("kernel")
    server.start_update("/opt/lab/hurry")
    server.machine.power_cut()
    server.machine.boot()
    server.await_update()
    until(lambda: history(server.machine)[-1]["event"] == "updated", 60, "it did not go on")
    assert server.machine.path("/opt/lab/kernel-done").exists(), "its script never ran"
    assert server.installed("kernel") == ["kernel-5.10.0-1.noarch", "kernel-5.10.0-2.noarch"]
    # kernel.c leaves the kernel of a container to its host, so that no reboot is asked for here.
    server.finishes()


def test_a_mirror_on_another_port(servers):
    server = servers(mirror_port=8080)
    server.publish("libfoo")
    assert server.machine.connects(lab.WORLD4, 8081) != "refused", "not sealed"
    assert server.update()[0] == 0
    server.finishes()


def test_automatic_updates(servers):
    """Nothing here has the package; what it would be is said, and what cannot be done."""
    server = servers()
    server.publish("libfoo")
    told = server.cordon("automatic-updates")
    assert told.returncode == 3 and "dnf-automatic is not installed" in told.stdout, told
    tried = server.cordon("automatic-updates", "--enable")
    assert tried.returncode == 1 and "dnf-automatic could not be installed" in tried.stderr, tried
    unit = "[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n"
    server.machine.write({
        "/usr/bin/dnf-automatic": ("#!/bin/sh\n", 0o755),
        "/etc/dnf/automatic.conf": "[commands]\napply_updates = no\n",
        **{f"/usr/lib/systemd/system/dnf-automatic{more}.timer": unit for more in ("", "-install")},
        **{f"/usr/lib/systemd/system/dnf-automatic{more}.service":
           "[Service]\nExecStart=/usr/bin/true\n" for more in ("", "-install")}})
    server.machine.run(["systemctl", "enable", "dnf-automatic.timer"])
    told = server.cordon("automatic-updates")
    assert told.returncode == 3 and "only tells of updates" in told.stdout, told
    done = server.cordon("automatic-updates", "--enable")
    assert done.returncode == 0 and "dnf-automatic-install.timer" in done.stdout, done
    kept = server.machine.path("/etc/dnf/automatic.conf").read_text()
    assert kept == "[commands]\napply_updates = no\n", "the administrator's file was changed"
