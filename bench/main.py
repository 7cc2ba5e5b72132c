# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the parts of the bench that are named, or all, and prints one table. See tools/bench."""
import argparse
import importlib
import os
import platform
import sys
import time
from datetime import date
from pathlib import Path

import ground
import lab

PARTS = ("seal", "boot", "flood", "flows", "exceptions", "updates")


def machine():
    """What the figures are of."""
    return f"{date.today()}, {os.cpu_count()} processors, Linux {platform.release()}"


def main():
    """Figures are printed as they come, then all of them as a table for the README."""
    options = argparse.ArgumentParser(prog="tools/bench")
    options.add_argument("deb", type=Path)
    options.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--table", action="store_true", help="as Markdown, at the end")
    chosen = options.parse_intermixed_args()
    unknown = set(chosen.parts) - set(PARTS)
    if unknown:
        options.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    lab.end_in_order()
    lab.sweep()
    print(f"{machine()}, {chosen.rounds} rounds", flush=True)
    figures = []
    for part in chosen.parts or PARTS:
        begin = time.monotonic()
        for figure in importlib.import_module(part).measure(chosen.deb.resolve(), chosen.rounds):
            figures.append(figure)
            print(figure.line(), flush=True)
        print(f"-- {part}: {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
    if chosen.table:
        print("\n| | Median | Ratios | Goal |\n|---|---|---|---|")
        print("\n".join(figure.row() for figure in figures))


if __name__ == "__main__":
    main()
