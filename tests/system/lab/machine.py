# SPDX-License-Identifier: GPL-2.0-or-later
"""A server: systemd as PID 1 on a real Debian, in a container that boots in half a second.

What survives a reboot survives here (the upper layer of the overlay), and what does not, does not:
each boot gets a new network namespace, so rules, addresses and connections of the last boot are
gone, as with a kernel that was started again. A power cut is SIGKILL for everything at once, by
the machine's control group.

The world must outlive its machines; close the machine first.
"""
import contextlib
import os
import shlex
import signal
import subprocess
import time
from pathlib import Path

from deadline import Deadline, scaled

from . import cache, host, image, net, traffic
from .console import Terminal
from .screen import Screen

ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root", "LANG": "C.UTF-8", "TERM": "linux", "USER": "root", "SHELL": "/bin/bash",
}
VOLATILE = ("/run/", "/tmp/", "/dev/", "/proc/", "/sys/")


class Machine(host.Closing):
    """One server in a World. A context manager.

    `deb` is our package, installed as by an image builder; `setup` a shell script that runs in the
    image (cached, so keep it constant); `extra` is a layer below our package (rpm.py, managers.py); `files` maps paths to what this machine has there before
    its first boot: text, bytes, None (absent), or a pair (text, mode). `cmdline` holds what would
    be on the kernel's command line, `credentials` systemd credentials and `environment` what PID 1
    finds in its environment, for the boots to come. `limits` is what it may use of this machine at
    most, see host.limited_cgroup().
    """

    def __init__(self, world, deb=None, files=None, setup="", cmdline=(), credentials=None,
                 environment=None, extra=None, limits=None):
        self.world = world
        self.cmdline = list(cmdline)
        self.credentials = dict(credentials or {})
        self.environment = dict(environment or {})
        self.limits = dict(limits or {})
        self.name = host.unique("m")
        self._cgroups = [parent / self.name for parent in host.cgroup_roots()]
        self._limited = []  # where they are not of the unified tree, which is the first
        self.folder = cache.root() / "run" / self.name
        self.root = self.folder / "root"  # the machine's root as seen from outside
        self.console = self.folder / "console"
        self.boots = 0
        self.canary = None  # of the current boot
        self._nspawn = self._pid1 = self._netns = None
        try:
            self.folder.mkdir(parents=True)
            cache.mount_overlay(image.lowers(deb, setup, extra), self.folder / "upper",
                                self.folder / "work", self.root)
            self.write({**world.files(), **(files or {})})
        except BaseException:
            self.close()
            raise

    def write(self, files):
        """Put files into the machine; see the constructor."""
        write_files(self.root, files)

    def path(self, name):
        """A file of the machine's, as seen from outside; what is on a tmpfs only while it runs."""
        if self._pid1 and name.startswith(VOLATILE):
            return Path(f"/proc/{self._pid1}/root{name}")
        return self.root / name.lstrip("/")

    def boot(self, wait=True, timeout=60):
        """Switch it on; with `wait`, until it has booted."""
        if self.running:
            raise RuntimeError(f"{self.name} is already running")
        self._off()
        self._netns = netns = self.world.plug()
        self._limited = [host.limited_cgroup(self.name, *limit) for limit in self.limits.items()]
        self.boots += 1
        perch = self.folder / f"canary{self.boots}"
        perch.mkdir()
        self.canary = traffic.Canary(perch / "tally")
        with open(self.console, "ab") as console:
            self._nspawn = subprocess.Popen(
                host.in_cgroups([*self._cgroups, *self._limited], self._nspawn_command(netns, perch)),
                stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT,
                env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}, start_new_session=True)
        self._find_pid1(Deadline(15))
        if wait:
            self.wait_booted(timeout)

    def _nspawn_command(self, netns, perch):
        return host.dying_with_parent([
            "systemd-nspawn", "--quiet", "--register=no", "--keep-unit", f"--machine={self.name}",
            "--hostname=server", f"--directory={self.root}", "--console=read-only",
            f"--network-namespace-path=/run/netns/{netns}",
            "--capability=CAP_NET_ADMIN,CAP_NET_RAW", "--resolv-conf=off", "--timezone=off",
            "--link-journal=no", f"--bind={perch}:/srv/canary",
            *(f"--bind={folder}" for folder in host.counters()),
            *(f"--set-credential={name}:{value}" for name, value in self.credentials.items()),
            *(f"--setenv={name}={value}" for name, value in self.environment.items()),
            "--boot", *self.cmdline], "TERM")  # on which nspawn shuts the machine down

    def _find_pid1(self, deadline):
        nspawn = self._nspawn.pid
        while not deadline.passed() and self._nspawn.poll() is None:
            children = Path(f"/proc/{nspawn}/task/{nspawn}/children").read_text(encoding="ascii")
            for child in children.split():
                with contextlib.suppress(OSError):
                    if os.readlink(f"/proc/{child}/exe").endswith("/systemd/systemd"):
                        self._pid1 = int(child)
                        return
            time.sleep(0.002)  # looks again
        raise RuntimeError(f"systemd-nspawn did not start:\n{self.console_tail()}")

    def wait_booted(self, timeout=60):
        """Wait until the boot is over; "running", or "degraded" if a unit failed."""
        deadline = Deadline(timeout)
        ready = self.path("/run/systemd/private")
        while not ready.exists():
            self._must_live(deadline)
            time.sleep(0.01)  # looks again
        while True:
            try:
                result = self.run(["systemctl", "is-system-running", "--wait"], check=False,
                                  timeout=timeout)
            except subprocess.TimeoutExpired:
                raise self._did_not_boot() from None
            if result.stdout.strip() in ("running", "degraded"):
                return result.stdout.strip()
            self._must_live(deadline)
            time.sleep(0.05)  # asks again

    def _must_live(self, deadline):
        if self._nspawn.poll() is not None or deadline.passed():
            raise self._did_not_boot()

    def _did_not_boot(self):
        return TimeoutError(f"{self.name} did not boot:\n{self.console_tail()}")

    @property
    def running(self):
        """Whether it is switched on."""
        return self._nspawn is not None and self._nspawn.poll() is None

    def command(self, argv, env=None):
        """The command line that runs `argv` inside, from outside.

        Ctrl-C works there also if the tests themselves run in the background, where it is ignored.
        """
        values = {**ENVIRONMENT, **(env or {})}
        return ["nsenter", "--all", "--target", str(self._pid1), "env", "-i", "--default-signal=INT",
                *(f"{name}={value}" for name, value in values.items()), *argv]

    def _inside(self, argv, env):
        """The same in the machine's control group, so that it goes with the machine."""
        return host.in_cgroups([self._cgroups[0] / "payload" / "lab"], self.command(argv, env))

    def run(self, argv, check=True, timeout=60, input=None, env=None):
        """Run a command inside, as root; a CompletedProcess with text output.

        A string is given to a shell. With `check`, failure raises with both outputs shown.
        """
        argv = ["sh", "-c", argv] if isinstance(argv, str) else argv
        process = subprocess.Popen(
            self._inside(argv, env), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            stdin=subprocess.DEVNULL if input is None else subprocess.PIPE,
            errors="replace", start_new_session=True)
        try:
            out, error = process.communicate(input, scaled(timeout))
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        if check and process.returncode:
            raise RuntimeError(f"{shlex.join(argv)}: status {process.returncode}\n{out}{error}")
        return subprocess.CompletedProcess(argv, process.returncode, out, error)

    def terminal(self, argv, env=None, size=(25, 80)):
        """Run a command inside on a terminal of the machine's: a console.Terminal, for dialogs."""
        return Terminal.open(self._inside(on_terminal(argv), env), size)

    def screen(self, argv, env=None, size=(80, 24)):
        """Run a command inside on a terminal that shows what is drawn: a screen.Screen."""
        values = {"TERM": "screen-256color", **(env or {})}
        return Screen(self.command(on_terminal(argv), values), size)

    def console_login(self, env=None, size=(80, 24)):
        """A getty, as on the machine's own console: a screen.Screen at "login:"."""
        term = (env or {}).get("TERM", "linux")
        return self.screen(["/sbin/agetty", "--noclear", "--keep-baud", "-", term], env, size)

    def connects(self, address, port, silence=1.0):
        """What happens to a connection from this server outward: see net.attempt."""
        with self.world.inside(server=True):
            return net.attempt(address, port, silence)

    def shutdown(self, timeout=60):
        """Switch it off in order."""
        os.kill(self._pid1, signal.SIGRTMIN + 4)  # poweroff.target, as the power button asks for
        try:
            self._nspawn.wait(scaled(timeout))
        except subprocess.TimeoutExpired:
            tail = self.console_tail()
            self.power_cut()
            raise TimeoutError(f"{self.name} did not shut down:\n{tail}") from None
        self._off()

    def reboot(self, wait=True, timeout=60):
        """Shut down in order and boot again."""
        self.shutdown(timeout)
        self.boot(wait, timeout)

    def power_cut(self):
        """Stop it dead."""
        with contextlib.suppress(OSError):
            (self._cgroups[0] / "cgroup.kill").write_text("1", encoding="ascii")
        if self._nspawn:
            self._nspawn.kill()
            self._nspawn.wait()
        self._off()

    def wait_off(self, timeout=60):
        """Wait until it has switched itself off: after `systemctl poweroff` or `reboot` inside.

        A container does not come back by itself; boot() is the other half of the reboot.
        """
        self._nspawn.wait(scaled(timeout))
        self._off()

    def _off(self):
        self._nspawn = self._pid1 = None
        for group in [*self._cgroups, *self._limited]:
            if group.exists():
                host.remove_cgroup(group)
        host.forget_nspawn(self.folder)
        if self._netns and self._netns == self.world.server:
            self.world.unplug()

    def console_tail(self, lines=40):
        """The last lines of the console."""
        return cache.tail(self.console, lines)

    def journal(self, *arguments):
        """journalctl of this boot, with all that journald was told by now."""
        self.run(["journalctl", "--sync"])
        return self.run(["journalctl", "--boot", "--no-pager", *arguments]).stdout

    def close(self):
        """Switch it off at once and remove it."""
        if host.counters() and self.running:  # what is open still shall end in order, and count
            with contextlib.suppress(Exception):
                self.run("pkill --exact assistant && sleep 1", check=False)
        self.power_cut()
        if self.folder.exists():
            cache.remove(self.folder)


def on_terminal(argv):
    """Run `argv` on a terminal of the machine's own, which is drawn on the caller's."""
    return ["script", "--quiet", "--return", "--command", shlex.join(argv), "/dev/null"]


def write_files(root, files):
    """Write files below a root tree; see Machine."""
    for name, content in files.items():
        path = root / name.lstrip("/")
        if content is None:
            path.unlink(missing_ok=True)
            continue
        content, mode = content if isinstance(content, tuple) else (content, 0o644)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(mode)
