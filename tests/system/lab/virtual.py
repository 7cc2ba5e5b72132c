# SPDX-License-Identifier: GPL-2.0-or-later
"""A server with a kernel of its own: the same tree as an ext4 disk, booted by qemu.

For what containers cannot show: the real kernel's nftables, the initramfs, kernel updates, a disk
that loses what was not flushed. There is no hardware virtualization to rely on, so a boot takes
some twenty seconds. Like a boot loader, `boot` takes the newest kernel that is on the disk.

Three serial ports: the console, the canary's counts, and a bare shell for `run`, which has nothing
to do with the console and its logins.
"""
import contextlib
import re
import shlex
import shutil
import signal
import subprocess
from pathlib import Path

from deadline import scaled

from . import cache, host, image, traffic
from .console import Console, Shell
from .machine import write_files
from .net import IFUPDOWN, SERVER4, SERVER_MAC, WORLD4

DISK_SIZE = 3 << 30
# One processor: with two, emulated by threads of their own, the kernel of Debian 13 was caught in the middle of
# patching itself on a busy machine (an oops at an address within a jump).
QEMU = ("qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-smp", "1",
        "-m", "1024", "-no-reboot", "-nodefaults", "-display", "none", "-vga", "none")

# Before the tests beside it: time inside is real time, and what systemd gives a unit there is not scaled.
PRIORITY = -10


def dracut():
    """The layer above image.base() that has dracut: see image.server()."""
    return cache.entry("dracut", cache.key(image.base().name, DRACUT, image.INSTALL),
                       lambda target: image.add_packages(target, DRACUT, lambda tree: None))


def _build_disk(target, lowers):
    scratch = target.with_name(target.name + ".scratch")
    cache.remove(scratch)
    try:
        cache.mount_overlay(lowers, None, None, scratch)
        with open(target, "wb") as disk:
            disk.truncate(DISK_SIZE)
        subprocess.run(["mkfs.ext4", "-q", "-E", "root_owner=0:0", "-d", scratch, target],
                       check=True)
    finally:
        cache.remove(scratch)


def disk(deb=None, setup="", extra=None):
    """The cached disk of a server; see image.server."""
    lowers = image.lowers(deb, setup, extra)
    return cache.entry("disk", cache.key(*(lower.name for lower in lowers)),
                       lambda target: _build_disk(target, lowers), keep=2)


# An initramfs that brings up the network of ip= and takes its time, with a canary of its own. How
# that comes to an initramfs is up to it: dropbear, iSCSI, NFS; functions of initramfs-tools all use.
NETWORK_IN_INITRAMFS = f"""
cat > /etc/initramfs-tools/hooks/lab <<'END'
#!/bin/sh
[ "$1" = prereqs ] && exit
. /usr/share/initramfs-tools/hook-functions
copy_exec /usr/local/lib/canary
END
cat > /etc/initramfs-tools/scripts/init-premount/lab <<'END'
#!/bin/sh
[ "$1" = prereqs ] && exit
. /scripts/functions
configure_networking
mkdir /run/lab
/usr/local/lib/canary /run/lab {" ".join(traffic.PORTS)} &
echo $! > /run/lab/pid
sleep 5
END
cat > /etc/initramfs-tools/scripts/init-bottom/lab <<'END'
#!/bin/sh
[ "$1" = prereqs ] && exit
kill $(cat /run/lab/pid)
END
chmod +x /etc/initramfs-tools/hooks/lab /etc/initramfs-tools/scripts/*/lab
update-initramfs -u
"""

# The same by dracut, in the place of that of initramfs-tools.
DRACUT = ("dracut-core", "dracut-network")
NETWORK_BY_DRACUT = f"""
mkdir /tmp/lab
cat > /tmp/lab/begin.sh <<'END'
mkdir /run/lab
/usr/local/lib/canary /run/lab {" ".join(traffic.PORTS)} &
echo $! > /run/lab/pid
sleep 5
END
echo 'kill $(cat /run/lab/pid)' > /tmp/lab/end.sh
for kernel in $(ls /usr/lib/modules); do
    dracut --force --quiet --no-hostonly --add network-legacy --add-drivers "virtio_pci virtio_blk virtio_net ext4" \\
        --install /usr/local/lib/canary --include /tmp/lab/begin.sh /lib/dracut/hooks/pre-mount/90-lab.sh \\
        --include /tmp/lab/end.sh /lib/dracut/hooks/cleanup/10-lab.sh \\
        /boot/initrd.img-$kernel $kernel
done
"""
IP = f"ip={SERVER4}::{WORLD4}:255.255.255.0::eth0:off"


class SerialCanary:
    """The counts of the canaries of one boot, as they came over the serial port by now."""

    def __init__(self, path):
        self.path = path

    def counts(self):
        """{when it was started: (datagrams, connections)}, the initramfs's canary first."""
        text = self.path.read_text("ascii", "replace") if self.path.exists() else ""
        lines = re.findall(r"^canary (\d+) (\d+) (\d+) (\d+)\r?$", text, re.M)
        return {int(started): (int(datagrams), int(connections))
                for started, _, datagrams, connections in lines}

    started = property(lambda self: max(self.counts(), default=0) / 1e9 or None,
                       doc="The last one, by the guest's clock.")
    datagrams = property(lambda self: sum(count[0] for count in self.counts().values()),
                         doc="Datagrams admitted.")
    connections = property(lambda self: sum(count[1] for count in self.counts().values()),
                           doc="TCP connections admitted.")

    def __repr__(self):
        return f"<canary: {self.datagrams} datagrams, {self.connections} connections>"


class VirtualMachine(host.Closing):
    """One virtual server in a World, its link always configured by ifupdown; used like a Machine.

    `terminal` is a Console on its console while it runs.
    """

    def __init__(self, world, deb=None, files=None, setup="", cmdline=(), credentials=None,
                 extra=None):
        self.world = world
        self.cmdline = list(cmdline)
        self.credentials = dict(credentials or {})
        self.name = host.unique("v")
        self.folder = cache.root() / "run" / self.name
        self.console = self.folder / "console.log"
        self.boots = 0
        self.canary = None
        self.terminal = None
        self._shell = None
        self._qemu = None
        try:
            self.folder.mkdir(parents=True)
            subprocess.run(["cp", "--sparse=always", disk(deb, setup, extra), self.folder / "disk"],
                           check=True)
            self.write({"/etc/network/interfaces": IFUPDOWN, **(files or {})})
        except BaseException:
            self.close()
            raise

    @contextlib.contextmanager
    def disk(self):
        """The root tree on its disk, while it is off."""
        if self._qemu:
            raise RuntimeError(f"{self.name} is running: its disk is in use")
        root = self.folder / "root"
        root.mkdir(exist_ok=True)
        subprocess.run(["mount", "-o", "loop", self.folder / "disk", root], check=True)
        try:
            yield root
        finally:
            subprocess.run(["umount", root], check=True)

    def write(self, files):
        """Put files onto the disk; see Machine."""
        with self.disk() as root:
            write_files(root, files)

    def _load_kernel(self):
        """Copy the newest kernel that has an initial RAM disk from the disk, as GRUB would boot."""
        with self.disk() as root:
            kernels = [kernel for kernel in root.glob("boot/vmlinuz-*")
                       if Path(str(kernel).replace("vmlinuz", "initrd.img")).exists()]
            newest = max(kernels, key=lambda path: [int(part) for part in
                                                    re.findall(r"\d+", path.name)])
            shutil.copy(newest, self.folder / "vmlinuz")
            shutil.copy(str(newest).replace("vmlinuz", "initrd.img"), self.folder / "initrd")

    def boot(self, wait=True, timeout=240):
        """Switch it on; with `wait`, until it has booted."""
        self._load_kernel()
        tap = self.world.plug_tap()
        self.boots += 1
        self.canary = SerialCanary(self.folder / f"canary{self.boots}")
        with open(self.folder / "qemu.log", "ab") as log:
            self._qemu = subprocess.Popen(
                host.dying_with_parent(["nice", "-n", str(PRIORITY), "ip", "netns", "exec", self.world.name,
                                        *self._qemu_command(tap)]),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        with contextlib.suppress(OSError):  # where the kernel shares out by sessions, this counts
            Path(f"/proc/{self._qemu.pid}/autogroup").write_text(str(PRIORITY), "ascii")
        self.terminal = Console(self.folder / "ttyS0")
        self._shell = Shell(self.folder / "ttyS2")
        if wait:
            self.wait_booted(timeout)

    def _qemu_command(self, tap):
        folder = self.folder
        words = ["console=ttyS0", "root=/dev/vda", "rw", "net.ifnames=0", *self.cmdline]
        options = [*QEMU,
                   "-kernel", folder / "vmlinuz", "-initrd", folder / "initrd",
                   "-append", " ".join(words),
                   "-drive", f"file={folder}/disk,format=raw,if=virtio,cache=writeback",
                   "-netdev", f"tap,id=net,ifname={tap},script=no,downscript=no",
                   "-device", f"virtio-net-pci,netdev=net,mac={SERVER_MAC}",
                   "-device", "virtio-rng-pci"]
        ports = (f"socket,path={folder}/ttyS0,server=on,wait=off,logfile={self.console},"
                 "logappend=on", f"file,path={self.canary.path}",
                 f"socket,path={folder}/ttyS2,server=on,wait=off")
        for number, port in enumerate(ports):
            options += ["-chardev", f"{port},id=port{number}", "-serial", f"chardev:port{number}"]
        for name, value in self.credentials.items():
            text = f"io.systemd.credential:{name}={value}".replace(",", ",,")
            options += ["-smbios", f"type=11,value={text}"]
        return options

    def wait_booted(self, timeout=240):
        """Wait until the boot is over; "running", or "degraded" if a unit failed."""
        self._shell.await_shell(timeout)
        result = self.run("systemctl is-system-running --wait", check=False, timeout=timeout)
        return result.stdout.strip()

    @property
    def running(self):
        """Whether it is switched on."""
        return self._qemu is not None and self._qemu.poll() is None

    def login(self, timeout=240):
        """Log in as root at the console; what follows is `terminal`'s."""
        self.terminal.login(timeout=timeout)
        return self.terminal

    def run(self, argv, check=True, timeout=120, input=None, env=None):
        """Run a command inside, as root; see Machine.run."""
        script = argv if isinstance(argv, str) else shlex.join(argv)
        exports = "".join(f"export {name}={shlex.quote(value)}\n"
                          for name, value in (env or {}).items())
        result = self._shell.run(exports + script, timeout, input or "")
        if check and result.returncode:
            raise RuntimeError(f"{script}: status {result.returncode}\n"
                               f"{result.stdout}{result.stderr}")
        return result

    def shutdown(self, timeout=120):
        """Switch it off in order."""
        # No answer is awaited: the shell may be gone before it can give one.
        self._shell.send("systemctl --no-block poweroff\n")
        self.wait_off(timeout)

    def wait_off(self, timeout=120):
        """Wait until it has switched itself off (or rebooted: it does not come back by itself)."""
        self._qemu.wait(scaled(timeout))
        self._off()

    def reboot(self, wait=True, timeout=240):
        """Shut down in order and boot again, with the newest kernel on the disk."""
        self.shutdown()
        self.boot(wait, timeout)

    def power_cut(self):
        """Stop it dead; what it had not flushed to its disk may be lost."""
        if self.running:
            self._qemu.send_signal(signal.SIGKILL)
            self._qemu.wait()
        self._off()

    def _off(self):
        for port in filter(None, (self.terminal, self._shell)):
            port.close()
        self.world.unplug_tap()
        self.terminal = self._shell = self._qemu = None

    def journal(self, *arguments):
        """journalctl of this boot, with all that journald was told by now."""
        self.run(["journalctl", "--sync"])
        return self.run(["journalctl", "--boot", "--no-pager", *arguments]).stdout

    def console_tail(self, lines=40):
        """The last lines of the console."""
        return cache.tail(self.console, lines) + cache.tail(self.folder / "qemu.log", 5)

    def close(self):
        """Switch it off at once and remove it."""
        self.power_cut()
        if self.folder.exists():
            cache.remove(self.folder)
