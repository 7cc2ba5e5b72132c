# SPDX-License-Identifier: GPL-2.0-or-later
"""Building our package as the servers' release builds it, on a machine that has another one.

A package that was built elsewhere may need a newer C library than the servers have, and says nothing of
whether their compiler takes it. So there is a root tree of the release with all that debian/control
wants, and the package is built in that. Used by tools/build-deb:

    CORDON_SUITE=trixie python3 -m lab.builder FOLDER    # which holds the sources, as FOLDER/cordon
"""
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import cache, image, release


def build_depends(control):
    """The names in Build-Depends, of alternatives the first, without versions and profiles."""
    field = re.search(r"^Build-Depends:((?:.*\n[ \t])*.*)", control, re.M).group(1)
    return [re.split(r"[\s(|<]", entry.strip())[0] for entry in field.split(",") if entry.strip()]


def root(control):
    """A root tree of the release in which our package can be built; read only."""
    packages = ["build-essential", "fakeroot", *build_depends(control)]
    return cache.entry("builder", cache.key(release.codename(), *packages),
                       lambda target: _bootstrap(target, packages))


def _bootstrap(target, packages):
    suite = release.codename()
    subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", "--include=" + ",".join(packages),
                    suite, target, release.line(suite)], check=True, stdin=subprocess.DEVNULL)


def build(folder, options):
    """Build FOLDER/cordon with these DEB_BUILD_OPTIONS; the packages are put into FOLDER."""
    control = (folder / "cordon/debian/control").read_text(encoding="utf-8")
    tree = root(control)
    with tempfile.TemporaryDirectory(dir=cache.root()) as scratch:
        scratch = Path(scratch)
        with cache.overlay([tree], scratch / "upper", scratch / "work", scratch / "merged") as merged:
            shutil.copytree(folder / "cordon", merged / "build/cordon", symlinks=True)
            image.in_chroot(merged, "cd /build/cordon; DEB_BUILD_OPTIONS=" + shlex.quote(options) +
                            " dpkg-buildpackage --build=binary --no-sign")
            for deb in (merged / "build").glob("*.deb"):
                shutil.copy(deb, folder)


if __name__ == "__main__":
    build(Path(sys.argv[1]), sys.argv[2])
