# SPDX-License-Identifier: GPL-2.0-or-later
"""A server of the lab whose package manager is dnf or zypper, and sources for it.

There is no Fedora and no SUSE here. But Debian has rpm, dnf and zypper themselves, and what they do
is theirs wherever they run: so the lab's Debian gets them, a database of rpm packages, and no apt.
The packages are made here, do little and lie in /opt/lab: one whose script fails, one that nobody can
install, one that is not signed. `OLD` is what a server has installed, `NEW` what sources may offer.

    publish(root / "updates", ["libfoo", "webd"], [("LAB-1", "security", "important", ["libfoo"])])
"""
import shutil
import subprocess
import time
from pathlib import Path
from xml.sax.saxutils import quoteattr

from . import cache, gpg, image

FORMAT = "1"  # part of the recipe: raise it when the functions below change what they make

PACKAGES = ("dnf", "zypper")

KEY = "/etc/pki/rpm-gpg/RPM-GPG-KEY-lab"

# Name, version, release: more of the header, then what comes behind %files.
KERNEL = "Provides: installonlypkg(kernel)"
OLD = {
    "sh": ("1", "1", "Provides: /bin/sh", ""),
    "webd": ("1.0", "1", "Requires: libfoo", ""),
    "kernel": ("5.10.0", "1", KERNEL, ""),
    **{name: ("1.0", "1", "", "") for name in (
        "libfoo", "plainpkg", "conffile", "badpost", "slow", "needsnew", "unsigned", "strange")},
}
# The script of `badpost` fails until /opt/lab/mended is there; that of `slow` is so the first time.
NEW = {
    "webd": ("1.1", "1", "Requires: libfoo >= 1.1", ""),
    "kernel": ("5.10.0", "2", KERNEL,
               "%post\n[ -e /opt/lab/hurry ] || { touch /opt/lab/hurry; sleep 3600; }\n"
               "touch /opt/lab/kernel-done"),
    "needsnew": ("1.1", "1", "Requires: not-there-at-all", ""),
    "badpost": ("1.1", "1", "", "%post\n[ -e /opt/lab/mended ] || exit 3"),
    "slow": ("1.1", "1", "",
             "%post\n[ -e /opt/lab/hurry ] || { touch /opt/lab/hurry; sleep 3600; }\n"
             "touch /opt/lab/slow-done"),
    **{name: ("1.1", "1", "", "") for name in (
        "libfoo", "plainpkg", "conffile", "unsigned", "strange")},
}

SPEC = """Name: {name}
Version: {version}
Release: {release}
Summary: {name} of the lab
License: MIT
BuildArch: noarch
{header}
%description
Of the lab.
%install
mkdir -p %{{buildroot}}/opt/lab/etc %{{buildroot}}/opt/lab/{name}-{version}-{release}
echo {version}-{release} > %{{buildroot}}/opt/lab/{name}-{version}-{release}/version
echo "default of {version}-{release}" > %{{buildroot}}/opt/lab/etc/{name}-{base}.conf
%files
/opt/lab/{name}-{version}-{release}
%config(noreplace) /opt/lab/etc/{name}-{base}.conf
{tail}
"""


def packages():
    """A folder with old/*.rpm, new/*.rpm, key (public) and gnupg (its home)."""
    recipe = cache.key(FORMAT, OLD, NEW, SPEC)
    return cache.entry("rpms", recipe, _build_packages)


def _build_packages(target):
    target.mkdir()
    for folder, specs in (("old", OLD), ("new", NEW)):
        (target / folder).mkdir()
        for name, spec in specs.items():
            _build_package(target / folder, name, *spec)
    strange = target / "strange-key"
    for home, name in ((target / "gnupg", "lab"), (strange, "strange")):
        home.mkdir(mode=0o700)
        gpg.run(home, "--passphrase", "", "--quick-generate-key", f"{name} <{name}@example.org>",
                "rsa2048", "sign", "never", stderr=subprocess.DEVNULL)
        gpg.run(home, "--armor", "--output", target / f"key-of-{name}", "--export")
    rpms = [*target.glob("*/*.rpm")]
    _sign(target / "gnupg", "lab", [rpm for rpm in rpms if not _is_of(rpm, "unsigned", "strange")])
    _sign(strange, "strange", [rpm for rpm in rpms if _is_of(rpm, "strange")])


def _is_of(rpm, *names):
    return rpm.name.rsplit("-", 2)[0] in names


def _build_package(folder, name, version, release, header, tail):
    scratch = folder.with_name("scratch")
    scratch.mkdir()
    # Every kernel has its own files; of others a new version has those of the old one.
    base = release if name == "kernel" else "1"
    spec = scratch / f"{name}.spec"
    spec.write_text(SPEC.format(name=name, version=version, release=release, header=header,
                                tail=tail, base=base), encoding="ascii")
    subprocess.run(["rpmbuild", "--quiet", "-bb", "--define", f"_topdir {scratch}/top",
                    "--define", f"_rpmdir {scratch}/out", "--define", "_binary_payload w0.gzdio",
                    spec], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for rpm in scratch.glob("out/*/*.rpm"):
        shutil.move(rpm, folder / rpm.name)
    shutil.rmtree(scratch)


def _sign(home, name, rpms):
    try:
        subprocess.run(["rpm", "--define", f"_gpg_name {name}", "--define", f"_gpg_path {home}",
                        "--define", "__gpg /usr/bin/gpg", "--addsign", *rpms], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    finally:
        gpg.stop_agent(home)


def publish(folder, names=(), advisories=(), when=None, old=False, signed=True):
    """Make a source of the folder: the packages of NEW (or OLD) with these names, and metadata.

    `advisories` are (id, type, severity, names), and perhaps what zypper is to do after it: "restart"
    itself, or "relogin"; without any there is no updateinfo at all. `when` is what the metadata say
    of when they were made. Metadata that were there are replaced.
    """
    made = packages()
    folder = Path(folder)
    shutil.rmtree(folder / "repodata", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        for rpm in (made / ("old" if old else "new")).glob("*.rpm"):
            if _is_of(rpm, name):
                shutil.copy(rpm, folder)
    when = str(int(when or time.time()))
    subprocess.run(["createrepo_c", "--quiet", f"--revision={when}",
                    "--set-timestamp-to-revision", folder], check=True)
    if advisories:
        info = folder / "updateinfo.xml"
        info.write_text(_updateinfo(advisories), encoding="ascii")
        subprocess.run(["modifyrepo_c", info, folder / "repodata"], check=True,
                       stdout=subprocess.DEVNULL)
        info.unlink()
        _date(folder / "repodata/repomd.xml", when)
    if signed:
        sign(folder)
    return folder


def _date(repomd, when):
    """modifyrepo_c puts the time of the file into its entry."""
    parts = repomd.read_text(encoding="ascii").split("<timestamp>")
    parts[1:] = [when + part[part.index("<"):] for part in parts[1:]]
    repomd.write_text("<timestamp>".join(parts), encoding="ascii")


def sign(folder):
    """Sign a source's metadata anew, as they are."""
    made = packages()
    repomd = Path(folder, "repodata/repomd.xml")
    gpg.run(made / "gnupg", "--yes", "--armor", "--detach-sign", repomd)
    shutil.copy(made / "key-of-lab", repomd.with_suffix(".xml.key"))


def _updateinfo(advisories):
    updates = "".join(_advisory(*advisory) for advisory in advisories)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<updates>{updates}</updates>\n'


def _advisory(name, kind, severity, names, then=""):
    date = '"2026-01-01 00:00:00"'
    return (f'<update from="lab@example.org" status="stable" type="{kind}" version="1">'
            f"<id>{name}</id><title>{name}</title><severity>{severity}</severity>"
            f"<release>Lab</release><issued date={date}/><updated date={date}/><references/>"
            f'<description>Of the lab.</description><pkglist><collection short="L"><name>L</name>'
            f'{"".join(_advised(package, then) for package in names)}</collection></pkglist>'
            "</update>")


def _advised(name, then):
    version, release = NEW[name][:2]
    file = quoteattr(f"{name}-{version}-{release}.noarch.rpm")[1:-1]
    hints = "<reboot_suggested>True</reboot_suggested>" if name == "kernel" else ""
    hints += f"<{then}_suggested>True</{then}_suggested>" if then else ""
    return (f'<package name="{name}" version="{version}" release="{release}" epoch="0" '
            f'arch="noarch" src="x"><filename>{file}</filename>{hints}</package>')


# What makes dnf the package manager; a test adds its sources.
DNF_CONF = """[main]
gpgcheck=1
installonly_limit=3
best=False
skip_if_unavailable=True
"""

# Where Debian's rpm refuses to install beside dpkg, it knows an option to do so all the same.
SETUP = """
mv /usr/bin/apt-get /usr/bin/apt-get.away
mkdir -p /etc/rpm /var/lib/rpm
echo '%_dbpath /var/lib/rpm' > /etc/rpm/macros
rm -f /etc/yum.repos.d/*.repo /etc/zypp/repos.d/*.repo
rpm --initdb
rpm --import KEY
rpm --install $(rpm --help | grep -o -- --force-debian) /tmp/old/*.rpm
rm -r /tmp/old /root/.rpmdb 2>/dev/null || true
""".replace("KEY", KEY)


def layer():
    """The layer above image.base() that makes it a server of rpm packages: see image.server()."""
    recipe = cache.key(FORMAT, image.base().name, packages().name, PACKAGES, DNF_CONF, SETUP)
    return cache.entry("rpm", recipe,
                       lambda target: image.add_packages(target, PACKAGES, _furnish))


def _furnish(tree):
    for place, source in ((KEY, "key-of-lab"), ("/tmp/old", "old")):
        target = tree / place.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        source = packages() / source
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    (tree / "etc/dnf").mkdir(exist_ok=True)
    (tree / "etc/dnf/dnf.conf").write_text(DNF_CONF, encoding="ascii")
    image.in_chroot(tree, SETUP)
