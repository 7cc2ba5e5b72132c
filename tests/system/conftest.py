# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures: a world, machines in it, our package; all of it gone after each test."""
import contextlib
import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

import lab
import deadline
import faults
from faults import fault  # noqa: F401: a fixture of every test


TOOLS = ("mmdebstrap", "systemd-nspawn", "apt-ftparchive", "gpg", "cc", "nsenter", "mkfs.ext4",
         "rpmbuild", "createrepo_c")

# What a new release of systemd, apt, nftables, login or the terminal may change.
BY_RELEASE = tuple(f"test_{name}.py" for name in (
    "first_boot", "siege", "story", "updates", "who_decides", "handover", "login", "assistant", "language",
    "virtual_server", "package"))


def pytest_addoption(parser):
    parser.addoption("--by-release", action="store_true",
                     help="only what depends on the release of the servers (CORDON_SUITE)")
    parser.addoption("--long", action="store_true",
                     help="also the tests that take many minutes each")


def pytest_configure(config):
    config.addinivalue_line("markers", "keepers: needs wtmpdb and lastlog2, which Debian 12 does not have")
    config.addinivalue_line("markers", "once: about cordon's own order, so it is left out with --by-release")
    config.addinivalue_line("markers", "virtual: boots virtual machines, half a minute each")
    config.addinivalue_line("markers", "long: takes more than a minute, so it begins first")
    config.addinivalue_line("markers", "endurance: takes many minutes; only with --long")
    deadline.slowness()  # measured once: the workers of pytest-xdist inherit it
    if os.geteuid() == 0:
        # On a busy machine xdist may run a worker in another thread, where Python takes no handlers; what
        # such a worker leaves when it is ended, the next lab sweeps.
        if threading.current_thread() is threading.main_thread():
            lab.end_in_order()
        lab.sweep()


def pytest_collection_modifyitems(config, items):
    left_out = {item for item in items if _is_left_out(item, config)}
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    # Beside each other (pytest-xdist) they end together only if the long ones begin first.
    items.sort(key=lambda item: not any(item.get_closest_marker(name)
                                        for name in ("endurance", "virtual", "long")))
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if os.geteuid() != 0:
        missing.append("root")
    if missing:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=f"needs {', '.join(missing)}"))


def _is_left_out(item, config):
    if config.getoption("--by-release") and (
            item.path.name not in BY_RELEASE or item.get_closest_marker("once")):
        return True
    if item.get_closest_marker("keepers") and not lab.keepers.exist():
        return True
    return bool(item.get_closest_marker("endurance")) and not config.getoption("--long")


@pytest.fixture(scope="session")
def deb():
    """Our package, built; CORDON_DEB says where."""
    path = os.environ.get("CORDON_DEB")
    if not path or not Path(path).is_file():
        pytest.fail(f"CORDON_DEB={path or ''}: not a package: build it and say where it is",
                    pytrace=False)
    return Path(path).resolve()


@pytest.fixture(scope="session")
def key(tmp_path_factory):
    """A key pair for ssh: the path of the private one."""
    path = tmp_path_factory.mktemp("ssh") / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path


@pytest.fixture
def worlds():
    """Makes Worlds: worlds(preconfigured=True); the repository is the full one by default."""
    made = []

    def make(repository=None, **options):
        made.append(lab.World(repository or lab.security_repository(), **options))
        return made[-1]
    yield make
    for world in reversed(made):
        world.close()


@pytest.fixture
def world(worlds):
    """A World whose server configures its link by ifupdown."""
    return worlds()


@pytest.fixture
def machines(request, worlds):
    """Makes Machines: machines(world, deb=..., files=...); not booted yet."""
    request.node.lab_machines = made = []

    def make(world, kind=lab.Machine, **options):
        made.append(kind(world, **options))
        return made[-1]
    yield make
    for machine in reversed(made):
        machine.close()


@pytest.fixture
def machine(machines, world, deb):
    """A server with our package, switched on, in `world`."""
    made = machines(world, deb=deb)
    made.boot()
    return made


@pytest.fixture
def rpm_servers(worlds, machines, deb, tmp_path):
    """Makes a Server of rpm_server.py, or of a kind of it, booted: rpm_servers(kind, names=...)."""
    def make(kind, **options):
        made = kind(worlds, machines, deb, tmp_path / "sources", **options)
        made.machine.boot()
        return made
    return make


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """On failure, show the consoles. Where tests must run, a skip is a failure."""
    report = (yield).get_result()
    if report.skipped and os.environ.get("CORDON_TEST_MUST_RUN") == "1":
        report.outcome = "failed"
        report.longrepr = f"skipped, and CORDON_TEST_MUST_RUN=1: {call.excinfo}"
    if report.failed:
        for made in getattr(item, "lab_machines", []):
            report.sections.append((f"console of {made.name}", made.console_tail(60)))
            with contextlib.suppress(Exception):
                journal = made.journal("--lines=60", "--output=short-monotonic")
                report.sections.append((f"journal of {made.name}", journal))


def pytest_report_header():
    """At the top of a run."""
    return [f"deadlines: {deadline.slowness():g} times those of a quiet machine",
            f"servers: Debian {lab.release.codename()}"]


def pytest_terminal_summary(terminalreporter):
    """The fault matrix, of all tests that ran, wherever they ran."""
    reports = [report for kind in ("passed", "failed") for report in
               terminalreporter.getreports(kind) if report.when == "call"]
    found = list(faults.rows(reports))
    if found:
        terminalreporter.section("fault matrix")
        for line in faults.table(found):
            terminalreporter.write_line(line)
