# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab: real servers, a hostile world, and an honest mirror, on one machine.

    with World(security_repository(), preconfigured=True) as world, world.worm():
        with Machine(world, deb="cordon.deb") as machine:
            machine.boot()
            assert machine.canary.datagrams == 0

Containers stand for servers because they boot in half a second; virtual.py has real ones.
Needs root, and nothing that is not Debian's; everything it makes is its own and goes with it.
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # deadline.py, which all tests share

# pylint: disable=wrong-import-position
from . import cloud, keepers, managers, package, picture, release, rpm, tools, wireguard
from .host import end_in_order, sweep
from .image import SOURCES_FILE, apt_sources, base, pending, security_repository, server
from .machine import Machine
from .net import (LINK, SERVER4, SERVER6, SERVER_LOCAL, SERVER_MAC, WORLD4, WORLD6, WORLD_MAC,
                  World)
from .repository import copy, sign
from .screen import Screen
from .virtual import VirtualMachine
