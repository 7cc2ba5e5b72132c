# SPDX-License-Identifier: GPL-2.0-or-later
"""The servers' root trees: a real Debian, installed as from its installation media.

Which release: release.py.

Three layers, each cached and read-only, stacked by overlayfs under every machine:

    base      the release's main suite alone, so that its security updates are really pending
    server    base + apt sources for the lab's mirror + the canary + perhaps our package
    (upper)   what one machine writes; belongs to machine.py

Our package is installed by dpkg in a chroot where no systemd runs, as an image builder does it.
"""
import shutil
import subprocess
from pathlib import Path

from deadline import scaled

from . import cache, host, release, repository, traffic

PACKAGES = """
    systemd systemd-sysv dbus udev kmod procps less ca-certificates tzdata sudo cron rsyslog
    ifupdown iproute2 iputils-ping netbase isc-dhcp-client curl vim-tiny logrotate
    nftables ufw firewalld nginx-light openssh-server libpam-systemd apt-utils gpgv strace
    libjansson4 libmnl0 libnftables1 libnewt0.52 libmd0 libsystemd0
    linux-image-cloud-amd64 initramfs-tools zstd
""".split()

# Runs inside the fresh tree. Firewalls and nginx are there but off: a test that wants one turns
# it on. The initramfs has the modules of the lab's virtual machines and no others: making one takes
# minutes where every instruction is emulated.
CUSTOMIZE = r"""
set -e
systemctl disable firewalld.service ufw.service nftables.service nginx.service
sed -i s/^ENABLED=.*/ENABLED=no/ /etc/ufw/ufw.conf
ssh-keygen -A
echo root:cordon | chpasswd
echo server > /etc/hostname
printf '127.0.0.1 localhost\n::1 localhost\n127.0.1.1 server\n' > /etc/hosts
: > /etc/machine-id
rm -f /etc/apt/sources.list /etc/resolv.conf /var/lib/dbus/machine-id
ln -s /etc/machine-id /var/lib/dbus/machine-id
printf 'auto lo\niface lo inet loopback\n' > /etc/network/interfaces
printf 'virtio_pci\nvirtio_blk\nvirtio_net\next4\n' >> /etc/initramfs-tools/modules
printf 'MODULES=list\nCOMPRESSLEVEL=1\n' > /etc/initramfs-tools/conf.d/lab
update-initramfs -u
"""

KEPT_SERVERS = 4


def base():
    """A root tree of the release, from its main suite alone; read only."""
    recipe = cache.key(release.codename(), *PACKAGES, CUSTOMIZE)
    return cache.entry("base", recipe, _build_base)


def _build_base(target):
    suite = release.codename()
    hook = 'chroot "$1" sh -c \'' + CUSTOMIZE.replace("'", "'\\''") + "'"
    subprocess.run(
        ["mmdebstrap", "--quiet", "--variant=minbase", "--include=" + ",".join(PACKAGES),
         "--customize-hook=" + hook, suite, target, release.line(suite)],
        check=True, stdin=subprocess.DEVNULL)


def security_repository(only=None):
    """A document root with the suites that a server of the lab takes its packages from.

    `only` lists patterns of the pending packages to offer, as ["linux-image-*"], or names of packages that are
    made newer where they are not pending; an empty list offers none. By default all pending updates are there.
    """
    return repository.security(base(), only)


def pending():
    """The names of the packages that an update of a server of the lab brings: all of security_repository()."""
    return {path.name.split("_")[0] for path in repository.pending(base()).glob("*.deb")}


def server(deb=None, setup="", extra=None):
    """The layer above `base` that makes a server of the lab of it.

    `deb` is our package or None; `setup` is a shell script that runs in the chroot afterwards.
    `extra` is a layer of the cache's that comes between the two, as rpm.layer().
    """
    parts = [base().name, *([extra.name] if extra else []), repository.public_key(), traffic.canary(), UNIT, SHELL_UNIT, SOURCES,
             *GENERATORS_OFF, setup]
    if deb:
        parts.append(Path(deb))
    kind = "server" if deb or setup else "plain"
    return cache.entry(kind, cache.key(*parts),
                       lambda target: _build_server(target, deb, setup, _below(extra)),
                       keep=KEPT_SERVERS)


def lowers(deb=None, setup="", extra=None):
    """The overlay's lower layers for a machine, the topmost first."""
    return [server(deb, setup, extra), *_below(extra)]


def _below(extra):
    return [extra, base()] if extra else [base()]


# The scripts of a package would start its services, and start none where this file says so.
INSTALL = """
printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
apt-get install --quiet --yes --no-install-recommends --reinstall /tmp/debs/*.deb
rm -r /tmp/debs /usr/sbin/policy-rc.d
"""


def add_packages(target, packages, furnish):
    """Build the upper layer of an `extra` one: these packages of the release above base(), and what
    furnish(tree) does to them. Nothing is started."""
    scratch = target.with_name(target.name + ".scratch")
    cache.remove(scratch)
    scratch.mkdir()
    try:
        repository.fetch(scratch / "debs", base(), packages)
        with cache.overlay([base()], target, scratch / "work", scratch / "merged") as tree:
            shutil.copytree(scratch / "debs", tree / "tmp/debs")
            in_chroot(tree, INSTALL)
            furnish(tree)
    finally:
        cache.remove(scratch)


# As early as anything can run: no ordering but before sysinit, and no default dependencies.
UNIT = f"""[Unit]
Description=Canary: counts what reaches an application
DefaultDependencies=no
Before=sysinit.target

[Service]
ExecStart=/usr/local/lib/canary /srv/canary {" ".join(traffic.PORTS)}
Restart=always
OOMScoreAdjust=-900

[Install]
WantedBy=sysinit.target
"""

# A virtual machine's third serial port (virtual.py); other machines do not have one.
SHELL_UNIT = """[Unit]
Description=Shell for the lab on the third serial port
ConditionVirtualization=vm

[Service]
ExecStart=/bin/bash -c 'stty raw -echo; while read -r line; do eval "$$line"; done'
StandardInput=tty-force
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS2
Environment=HOME=/root LANG=C.UTF-8 TERM=dumb USER=root
WorkingDirectory=/root
Restart=always
KillSignal=SIGHUP

[Install]
WantedBy=multi-user.target
"""

SOURCES_FILE = "/etc/apt/sources.list.d/lab.sources"
SOURCES = """Types: deb
URIs: http://192.0.2.1:{port}/debian
Suites: {release}
Components: main
Signed-By: /usr/share/keyrings/lab.gpg

Types: deb
URIs: http://192.0.2.1:{port}/debian-security
Suites: {release}-security
Components: main
Signed-By: /usr/share/keyrings/lab.gpg
"""


def _build_server(target, deb, setup, below):
    scratch = target.with_name(target.name + ".scratch")
    cache.remove(scratch)
    try:
        with cache.overlay(below, target, scratch / "work", scratch / "merged") as tree:
            _furnish(tree)
            if deb:
                shutil.copy(deb, tree / "tmp/cordon.deb")
                in_chroot(tree, "dpkg -i /tmp/cordon.deb && rm /tmp/cordon.deb")
            if setup:
                in_chroot(tree, setup)
    finally:
        cache.remove(scratch)


def apt_sources(port=80):
    """The text of SOURCES_FILE, for a mirror on some port of the world's."""
    return SOURCES.format(release=release.codename(), port=port).replace(":80/", "/")


# Generators for what no server of the lab has: encrypted disks, partitions to discover, hibernation, a TPM,
# rc.local, and commands of the kernel's command line. Each boot and each reload starts them all, which is a
# sixth of the time that a boot takes.
GENERATORS_OFF = ("gpt-auto", "cryptsetup", "veritysetup", "integritysetup", "hibernate-resume", "tpm2",
                  "rc-local", "run", "system-update", "debug")


def _furnish(tree):
    shutil.copy(repository.public_key(), tree / "usr/share/keyrings/lab.gpg")
    (tree / SOURCES_FILE.lstrip("/")).write_text(apt_sources(), encoding="ascii")
    (tree / "usr/local/lib").mkdir(parents=True, exist_ok=True)
    shutil.copy(traffic.canary(), tree / "usr/local/lib/canary")
    (tree / "srv/canary").mkdir()
    (tree / "etc/systemd/system/canary.service").write_text(UNIT, encoding="ascii")
    (tree / "etc/systemd/system/lab-shell.service").write_text(SHELL_UNIT, encoding="ascii")
    masks = tree / "etc/systemd/system-generators"
    masks.mkdir()
    for name in GENERATORS_OFF:
        (masks / f"systemd-{name}-generator").symlink_to("/dev/null")
    in_chroot(tree, "systemctl --quiet enable canary.service lab-shell.service")


def in_chroot(tree, script):
    """Run a shell script in a tree, a plain chroot as image builders use it, without a network."""
    shared = "".join(f'mkdir -p "$1{folder}" && mount --bind {folder} "$1{folder}" && '
                     for folder in host.counters())
    inner = ('mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && ' + shared +
             'exec chroot "$1" sh -ec "$2"')
    result = subprocess.run(
        ["unshare", "--mount", "--net", "--propagation", "private",
         "sh", "-c", inner, "sh", tree, script],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8",
             "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=scaled(600), check=False)
    if result.returncode:
        raise RuntimeError(f"in the image: {script.strip()!r} failed:\n{result.stdout}")
