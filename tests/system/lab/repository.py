# SPDX-License-Identifier: GPL-2.0-or-later
"""The updates that really are pending, served by us.

apt on this machine is asked, with the base tree's package database in place of its own, what a
server like that would upgrade today. The packages are fetched once and published again as a
`debian-security` suite with the labels that Debian's has, signed by a key made for the purpose.
The main suite beside it is empty: everything a server has installed came with its image.
"""
import contextlib
import fnmatch
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from . import cache, gpg, release

FORMAT = "1"  # part of the recipe: raise it when the functions below change what they make

RELEASES = (
    ("debian", "{0}", {"Origin": "Debian", "Label": "Debian", "Suite": "stable"}),
    ("debian-security", "{0}-security",
     {"Origin": "Debian", "Label": "Debian-Security", "Suite": "stable-security"}),
)


def signing_home():
    """A GnuPG home with the throw-away key; its public half is exported beside it."""
    return cache.entry("keys", cache.key(FORMAT), _build_key)


def _build_key(home):
    home.mkdir(mode=0o700)
    gpg.run(home, "--passphrase", "", "--quick-generate-key", "cordon lab <lab@example.org>",
            "ed25519", "sign", "never", stderr=subprocess.DEVNULL)
    gpg.run(home, "--output", home / "lab.gpg", "--export")


def public_key():
    """The key for Signed-By."""
    return signing_home() / "lab.gpg"


def security(base, only=None):
    """The document root for servers made from `base`; `only` limits the packages on offer: patterns, and names,
    which are on offer in any case."""
    wanted = sorted(only) if only is not None else ["everything"]
    # Signed anew each week: metadata that are older than MaxAge= are refused.
    recipe = cache.key(FORMAT, base.name, time.strftime("%G-%V"), *wanted)
    return cache.entry("repository", recipe, lambda target: _publish(target, base, only), keep=6)


def pending(base):
    """A folder with the .debs that `base` would be upgraded with."""
    return cache.entry("pending", cache.key(FORMAT, base.name), lambda path: fetch(path, base))


def newer(base, name):
    """A folder with the package of the release that `base` has, as a newer version: for a test that needs
    just this one to be pending, which it is in one release and not in the other."""
    return cache.entry("newer", cache.key(FORMAT, base.name, name), lambda target: _rebuild(target, base, name))


def _rebuild(target, base, name):
    debs = target.with_name(target.name + ".debs")
    cache.remove(debs)
    try:
        fetch(debs, base, [name])
        deb, = debs.glob(f"{name}_*.deb")
        target.mkdir()
        rebuild(target, deb, "+lab1")
    finally:
        cache.remove(debs)


def rebuild(folder, deb, suffix):
    """The same package in `folder` as a newer version, with all that depends on exactly its own."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch, "tree")
        subprocess.run(["dpkg-deb", "--raw-extract", deb, tree], check=True)
        control = tree / "DEBIAN/control"
        text = control.read_text(encoding="utf-8")
        version = re.search("^Version: (.*)$", text, re.M).group(1)
        control.write_text(text.replace(version, version + suffix), encoding="utf-8")
        target = Path(folder, f"{deb.name.split('_')[0]}_rebuilt.deb")
        subprocess.run(["dpkg-deb", "--build", "-Znone", tree, target], check=True,
                       stdout=subprocess.DEVNULL)
    return target


def fetch(target, base, packages=None):
    """Fetch what `base` would be upgraded with today; or, of its release alone, these packages
    and what they need."""
    main = release.codename()
    suites = [main] if packages or not release.has_security() else [main, main + "-security"]
    wanted = ["--no-install-recommends", "--reinstall", "install", *packages] if packages else ["dist-upgrade"]
    with _apt(target, suites, base) as (apt, scratch):
        subprocess.run([*apt, "--yes", "--download-only", *wanted], check=True,
                       stdout=subprocess.DEVNULL)
        target.mkdir()
        for deb in (scratch / "cache/archives").glob("*.deb"):
            deb.rename(target / deb.name)


def fetch_for_this_machine(target, package):
    """Fetch a package alone that runs on this machine."""
    suite = release.own() if release.own() in release.KNOWN else release.codename()
    with _apt(target, [suite]) as (apt, _):
        target.mkdir()
        subprocess.run([*apt, "download", package], cwd=target, check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def _apt(target, suites, base=None):
    """The command of an apt that has these suites and the packages of `base`, and its folder beside
    `target`; both go with the block."""
    scratch = target.with_name(target.name + ".scratch")
    cache.remove(scratch)
    for folder in ("lists/partial", "cache/archives/partial"):
        (scratch / folder).mkdir(parents=True)
    (scratch / "status").touch()
    (scratch / "sources.list").write_text("".join(release.line(suite) + "\n" for suite in suites), encoding="utf-8")
    try:
        apt = _apt_command(scratch, base)
        subprocess.run([*apt, "update"], check=True, stdout=subprocess.DEVNULL)
        yield apt, scratch
    finally:
        cache.remove(scratch)


def _apt_command(scratch, base):
    """This machine's apt, with another machine's state."""
    options = {
        "Dir::State": scratch,
        "Dir::State::lists": scratch / "lists",
        "Dir::State::status": base / "var/lib/dpkg/status" if base else scratch / "status",
        "Dir::State::extended_states": (base or scratch) / "var/lib/apt/extended_states",
        "Dir::Cache": scratch / "cache",
        "Dir::Cache::archives": scratch / "cache/archives",
        "Dir::Etc::sourcelist": scratch / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Debug::NoLocking": "true",
        "APT::Sandbox::User": "root",
        "APT::Architecture": "amd64",
        "APT::Update::Error-Mode": "any",
    }
    command = ["apt-get", "--quiet"]
    for name, value in options.items():
        command += ["-o", f"{name}={value}"]
    return command


def _publish(target, base, only):
    debs = sorted(pending(base).glob("*.deb"))
    if only is not None:
        debs = sorted({deb for pattern in only for deb in _offered(base, debs, pattern)})
    for folder, suite, fields in RELEASES:
        archive = target / folder
        pool = archive / "pool"
        pool.mkdir(parents=True)
        for deb in debs if folder == "debian-security" else ():
            os.link(deb, pool / deb.name)
        suite = suite.format(release.codename())
        _index(archive, suite)
        sign(archive, suite, fields)


def _offered(base, debs, pattern):
    found = [deb for deb in debs if fnmatch.fnmatch(deb.name.split("_")[0], pattern)]
    return found or ([] if "*" in pattern else newer(base, pattern).glob("*.deb"))


def _index(archive, suite):
    packages = archive / f"dists/{suite}/main/binary-amd64"
    packages.mkdir(parents=True)
    with open(packages / "Packages", "wb") as output:
        subprocess.run(["apt-ftparchive", "packages", "pool"], cwd=archive, stdout=output,
                       check=True)


def sign(archive, suite, fields):
    """Write a suite's InRelease anew, from what its folder holds now.

    `fields` may add or replace fields: Date, Valid-Until and the like, for a mirror that lies.
    """
    folder = Path(archive, "dists", suite)
    for old in ("Release", "InRelease"):
        (folder / old).unlink(missing_ok=True)
    fields = {"Codename": suite, "Architectures": "amd64", "Components": "main", **fields}
    until = fields.pop("Valid-Until", None)  # which apt-ftparchive counts from now only
    command = ["apt-ftparchive"]
    for name, value in fields.items():
        command += ["-o", f"APT::FTPArchive::Release::{name}={value}"]
    release = subprocess.run([*command, "release", folder], check=True, capture_output=True).stdout
    if until:
        release = release.replace(b"\nDate:", f"\nValid-Until: {until}\nDate:".encode(), 1)
    home = signing_home()
    signed = gpg.run(home, "--clearsign", "--output", "-", input=release, capture_output=True)
    (folder / "InRelease").write_bytes(signed.stdout)


def copy(repository, target):
    """A document root of one's own to tamper with: metadata copied, packages linked."""
    shutil.copytree(repository, target, copy_function=_copy_or_link)
    return Path(target)


def _copy_or_link(source, target):
    if str(source).endswith(".deb"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)
