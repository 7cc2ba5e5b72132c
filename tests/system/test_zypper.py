# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that zypper manages: the whole story, and everything that must not look like "updated".

As test_dnf.py, with Debian's zypper. What is zypper's own: patches, its exit statuses that hide one
another, and rpm as a program of its own, which goes on when zypper is killed.
"""
import functools
import gzip
import json
import shutil
import time

import lab
import pytest
from cordon import assert_sealed, history, status
from deadline import until
from lab import rpm
from rpm_server import DAY, UPDATES, Server, advisory

REPO = """[{name}]
name=The lab's {name}
enabled=1
autorefresh=1
baseurl=http://{address}{port}/{name}
{more}
"""
PRODUCT = ('<?xml version="1.0" encoding="UTF-8"?><product schemeversion="0"><vendor>lab</vendor>'
           "<name>lab</name><version>1</version><arch>x86_64</arch><summary>lab</summary>"
           "</product>")
SECURITY = {"/etc/cordon/cordon.conf": "[Cordon]\nUpdates=security\n"}
REBOOT = "/run/cordon/zypper-reboot"


def repo(name, more="", port=""):
    """A .repo file."""
    return REPO.format(name=name, more=more, port=port, address=lab.WORLD4)


class Suse(Server):
    """A Server whose sources are zypper's."""

    @staticmethod
    def configured(names, port):
        return {"/etc/products.d/baseproduct": PRODUCT,
                **{f"/etc/zypp/repos.d/{name}.repo": repo(name, port=port) for name in names}}

    def pending(self):
        """What is pending, by name."""
        said = self.cordon("update", "--check", "--json").stdout
        return {package["name"]: package for package in json.loads(said)["pending"]}

    def zypper(self, *arguments):
        """zypper itself."""
        return self.machine.run(["zypper", "-q", "-n", *arguments])

    def versions(self, *names):
        """Their versions, as rpm says."""
        return [line.split("-")[1] for line in self.installed(*names)]


@pytest.fixture
def servers(rpm_servers):
    """Makes Suses: servers(names=...), booted."""
    return functools.partial(rpm_servers, Suse)


def test_from_first_boot_to_open_for_ever(servers):
    server = servers(names=("updates", "other"))
    server.publish("libfoo", "webd", "plainpkg", "conffile", advisories=UPDATES)
    machine = server.machine
    machine.run("echo mine >> /opt/lab/etc/conffile-1.conf")
    with server.world.worm():
        assert_sealed(machine)
        listed = server.cordon("update", "--check")
        assert listed.returncode == 3, listed
        libfoo = next(line for line in listed.stdout.splitlines() if line.startswith("libfoo "))
        assert libfoo.split()[-2:] == ["security,", "important"], libfoo
        pending = server.pending()
        assert set(pending) == {"libfoo", "webd", "plainpkg", "conffile"}, pending
        assert not pending["plainpkg"]["security"], pending
        server.refuses("4 updates are pending")
        code, said = server.update()
        assert code == 0 and "100%" in said, said
        assert "/opt/lab/etc/conffile-1.conf" in said, "not told what was kept"
        assert "Installing libfoo-1.1-1.noarch" in said, said
        assert server.versions("libfoo", "webd", "plainpkg", "conffile") == ["1.1"] * 4
        updated = next(event for event in history(machine) if event["event"] == "updated")
        assert {package["name"] for package in updated["packages"]} == set(pending), updated
        assert_sealed(machine)
        server.finishes()
    assert server.world.tcp_connects(lab.SERVER4, 22) == "open"
    machine.reboot()
    assert server.world.tcp_connects(lab.SERVER4, 22) == "open"
    assert status(machine)["phase"] == "finished"


def test_without_advisories_nobody_knows(servers):
    server = servers(files=SECURITY)
    server.publish("libfoo", advisories=())
    server.check_fails("has patches that say")
    assert server.update()[0] == 1
    server.refuses("has patches that say")
    assert server.versions("libfoo") == ["1.0"]
    server.machine.write({"/etc/cordon/cordon.conf": "[Cordon]\nUpdates=all\n"})
    assert server.update()[0] == 0
    assert server.versions("libfoo") == ["1.1"]
    server.finishes()


def test_security_updates_alone(servers):
    """By the names of patches; the bug fix stays away. The reboot that one asks for is not lost."""
    server = servers(files=SECURITY)
    server.publish("libfoo", "webd", "plainpkg", "kernel", advisories=[
        *UPDATES, ("LAB-3", "security", "critical", ["kernel"])])
    server.machine.run(["touch", "/opt/lab/hurry"])
    code, said = server.update()
    assert code == 0, said
    assert server.versions("libfoo", "webd", "plainpkg") == ["1.1", "1.1", "1.0"]
    assert server.machine.path("/opt/lab/kernel-done").exists(), "left out: interactive"
    server.refuses("asked for a reboot")
    server.machine.reboot()
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
    mirror.answer = lambda path: 404 if path.startswith("/updates/") else None
    server.check_fails("security source updates", "/etc/zypp/repos.d/updates.repo:1")
    server.refuses("updates")
    mirror.answer = None
    # Somebody on the way says that there is nothing.
    repomd = server.root / "updates/repodata/repomd.xml"
    good = repomd.read_bytes()
    repomd.write_bytes(good.replace(b"updateinfo", b"updateless"))
    server.check_fails("security source updates", "ignature")
    server.refuses("updates")
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
    server.check_fails("security source updates", "checksum")
    server.publish("libfoo", when=now, signed=False)
    server.check_fails("security source updates", "not signed")
    server.publish("libfoo", when=now)
    assert server.update()[0] == 0
    server.finishes()


def test_a_source_that_was_never_there_may_be_the_one_that_matters(servers):
    server = servers(names=("updates", "other"))
    server.publish()
    server.world.mirror.answer = lambda path: 404 if path.startswith("/other/") else None
    server.check_fails("security source other")
    server.refuses("security source other")


def test_sources_that_nobody_checks(servers):
    server = servers()
    server.publish("libfoo", signed=False)
    place = "/etc/zypp/repos.d/updates.repo"
    for more, word in (("gpgcheck=0", "nobody checks that"), ("repo_gpgcheck=0", "come over http"),
                       ("", "not signed")):
        server.machine.write({place: repo("updates", more)})
        server.check_fails("security source updates", word)
        server.refuses("updates")
    # Signed, by a key that nobody has been asked about.
    server.machine.run("rpm -e gpg-pubkey --allmatches; rm -rf /var/cache/zypp/raw")
    server.publish("libfoo")
    server.machine.write({place: repo("updates", f"gpgkey=http://{lab.WORLD4}/updates/repodata/"
                                      "repomd.xml.key")})
    server.check_fails("security source updates", "does not trust")
    assert "gpg-pubkey" not in server.machine.run(["rpm", "-qa"]).stdout, "a key was taken"
    server.machine.write({place: "[updates\n"})
    server.check_fails(f"{place}:1: a section without its ]")


def test_a_package_that_was_altered(servers):
    """Signed metadata vouch for packages; zypper looks at no other signature then."""
    server = servers()
    server.publish("libfoo")
    package = next((server.root / "updates").glob("libfoo*.rpm"))
    content = bytearray(package.read_bytes())
    content[-20] ^= 1
    package.write_bytes(content)
    code, said = server.update()
    assert code == 1 and "libfoo" in said, said
    assert server.versions("libfoo") == ["1.0"]
    server.refuses("update")


def test_what_is_withheld_keeps_it_sealed(servers):
    server = servers()
    server.publish("libfoo", "needsnew", "plainpkg", "conffile", advisories=[
        ("LAB-4", "security", "critical", ["libfoo"]),
        ("LAB-5", "security", "moderate", ["needsnew"]),
        ("LAB-6", "security", "important", ["plainpkg"]),
        ("LAB-7", "security", "low", ["conffile"])])
    server.zypper("addlock", "libfoo")
    server.zypper("addlock", "-t", "patch", "LAB-7")
    pending = server.pending()
    held = {name for name, package in pending.items() if package.get("withheld")}
    assert held == {"libfoo", "needsnew", "conffile"}, pending
    assert set(pending) == held | {"plainpkg"}, pending
    code, said = server.update()
    assert code == 3, (code, said)
    assert server.versions("plainpkg", "libfoo", "needsnew", "conffile") == [
        "1.1", "1.0", "1.0", "1.0"]
    server.refuses("3 security updates are held back", "libfoo", "needsnew", "conffile", "lock")
    server.zypper("removelock", "libfoo")
    server.zypper("removelock", "-t", "patch", "LAB-7")
    server.refuses("needsnew", "pending")
    assert server.update()[0] == 3
    server.refuses("1 security update is held back", "needsnew", "dependencies")
    server.publish("libfoo", "plainpkg", "conffile")
    assert server.update()[0] == 0
    server.finishes()


def test_what_is_not_withheld_of_a_patch(servers):
    """zypper installs a patch as a whole or not at all."""
    server = servers(files=SECURITY)
    server.publish("libfoo", "webd", "needsnew", advisories=advisory("libfoo", "webd", "needsnew"))
    code, said = server.update()
    assert code == 3 and "needsnew" in said, (code, said)
    assert server.versions("libfoo", "webd", "needsnew") == ["1.1", "1.1", "1.0"]
    server.refuses("1 security update is held back: needsnew")


@pytest.mark.parametrize("more", [(), ("kernel",)], ids=["107", "hidden-by-102"])
def test_a_script_that_fails_is_not_forgotten(servers, more):
    """zypper says it once, if it does."""
    server = servers()
    server.machine.run(["touch", "/opt/lab/hurry"])
    server.publish("badpost", *more)
    code, said = server.update()
    assert code == 3 and "badpost" in said, (code, said)
    assert server.versions("badpost") == ["1.1"]
    server.refuses("badpost")
    server.machine.reboot()
    server.await_update()
    server.refuses("badpost")
    server.machine.run(["touch", "/opt/lab/mended"])
    assert server.update()[0] == 0
    server.finishes()


def test_zypper_renews_itself_first(servers):
    """103: it wants to be run again; nothing must be left for another day."""
    server = servers(files=SECURITY)
    server.publish("libfoo", "webd", "plainpkg", advisories=[
        *UPDATES[:1], ("LAB-8", "security", "important", ["plainpkg"], "restart")])
    assert set(server.pending()) == {"libfoo", "webd", "plainpkg"}, "only what blocks is listed"
    code, said = server.update()
    assert code == 0, said
    assert server.versions("libfoo", "webd", "plainpkg") == ["1.1"] * 3
    assert "again" not in server.zypper("patch-check").stdout
    server.finishes()


def test_a_repository_that_zypper_leaves_out(servers):
    """106, and an empty list: its metadata on disk are torn, so that zypper goes on without it."""
    server = servers()
    server.publish("libfoo")
    assert server.cordon("update", "--check").returncode == 3
    server.machine.run("rm -rf /var/cache/zypp/solv/updates; "
                       "for f in /var/cache/zypp/raw/updates/repodata/*primary*; do "
                       "echo torn > $f; done")
    listed = server.machine.run("zypper -q -n --no-refresh --xmlout list-updates", check=False)
    assert listed.returncode == 106 and "libfoo" not in listed.stdout, listed
    assert "exit status 106" in server.machine.run(["cordon", "status"], check=False).stdout
    # As long as the source has nothing newer, zypper would not fetch it again by itself.
    code, said = server.update()
    assert code == 0 and server.versions("libfoo") == ["1.1"], said
    server.finishes()


def test_locks_of_others(servers):
    server = servers()
    server.publish("libfoo")
    machine = server.machine
    assert server.cordon("update", "--check").returncode == 3
    machine.run("cp /bin/sleep /root/zypper; /root/zypper 300 > /dev/null 2>&1 & "
                "echo $! > /run/holder; echo $! > /run/zypp.pid")
    machine.run(["systemctl", "start", "--no-block", "cordon-update.service"])
    progress = machine.path("/run/cordon/update.json")
    until(lambda: progress.exists() and '"wait"' in progress.read_text(), 60, "it does not wait")
    assert "zypper" in progress.read_text(), progress.read_text()
    assert "libfoo" in server.cordon("status").stdout
    machine.run("kill $(cat /run/holder)")
    server.await_update()
    assert server.versions("libfoo") == ["1.1"]
    server.finishes()


def kill(machine, *names):
    """SIGKILL."""
    for name in names:
        machine.run(["pkill", "-KILL", "-x", name], check=False)


def test_zypper_is_killed(servers):
    """rpm goes on without it, and is waited for; the rest follows."""
    server = servers()
    server.publish("slow", "libfoo")
    server.start_update("/opt/lab/hurry")
    # It is no "zypper" to the kernel: 1.14.89 calls itself Zypp-main.
    server.machine.run(["pkill", "-KILL", "-f", "^/usr/bin/zypper "])
    server.await_update()
    server.refuses()
    kill(server.machine, "sleep")
    code, said = server.update()
    assert code == 0, said
    assert server.versions("slow", "libfoo") == ["1.1"] * 2
    assert server.machine.path("/opt/lab/slow-done").exists(), "its script never ran"
    server.finishes()


def test_rpm_is_killed(servers):
    """zypper ends in good order, two versions are there, and the patch is not needed any more."""
    server = servers()
    server.publish("slow", "libfoo")
    server.start_update("/opt/lab/hurry")
    kill(server.machine, "rpm", "sh", "sleep")
    server.await_update()
    assert len(server.installed("slow")) == 2, "killed too early or too late"
    assert not server.machine.path("/opt/lab/slow-done").exists()
    server.machine.run(["rm", "-f", "/var/lib/cordon/update-begun"])
    server.refuses("cut off")
    code, said = server.update()
    assert code == 0, said
    assert server.machine.path("/opt/lab/slow-done").exists(), "its script never ran"
    assert server.versions("slow", "libfoo") == ["1.1"] * 2
    server.finishes()


def drip():
    """A rpm that never ends."""
    while True:
        yield b"x" * 10
        time.sleep(0.5)  # a drip


def test_a_mirror_that_drips(servers):
    server = servers()
    server.publish("libfoo")
    server.world.mirror.answer = lambda path: drip() if path.endswith(".rpm") else None
    code, said = server.update()
    assert code == 1 and "bytes a second" in said, said
    server.refuses("libfoo")
    server.world.mirror.answer = None
    assert server.update()[0] == 0
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
    told = server.cordon("automatic-updates")
    assert told.returncode == 3 and "os-update is not installed" in told.stdout, told
    tried = server.cordon("automatic-updates", "--enable")
    assert tried.returncode == 1 and "os-update could not be installed" in tried.stderr, tried
    server.machine.write({
        "/usr/lib/systemd/system/os-update.timer":
            "[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n",
        "/usr/lib/systemd/system/os-update.service": "[Service]\nExecStart=/usr/bin/true\n"})
    told = server.cordon("automatic-updates")
    assert told.returncode == 3 and "os-update.timer is not enabled" in told.stdout, told
    done = server.cordon("automatic-updates", "--enable")
    assert done.returncode == 0 and "os-update.timer" in done.stdout, done
    assert server.cordon("automatic-updates").returncode == 0


def test_a_folder_is_a_source(servers):
    """Nobody has to sign the metadata on the machine's own disk, if told so; then packages have to
    be signed."""
    server = servers(names=())
    folder = server.machine.path("/srv/updates")
    place = "/etc/zypp/repos.d/medium.repo"
    medium = "[medium]\nname=A medium\nbaseurl=dir:/srv/updates\n"
    rpm.publish(folder, ["libfoo"], advisory("libfoo"), signed=False)
    server.machine.write({place: medium})
    server.check_fails("security source medium", "not signed")
    server.machine.write({place: medium + "repo_gpgcheck=0\n"})
    assert server.update()[0] == 0
    assert server.versions("libfoo") == ["1.1"]
    rpm.publish(folder, ["unsigned"], advisory("unsigned"), signed=False)
    code, said = server.update()
    assert code == 1 and "unsigned" in said, said
    server.refuses("unsigned")
    shutil.rmtree(folder)
    server.check_fails("security source medium")
