#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads in the programs themselves how they were hardened: flags are easily lost on the way there.

    test-hardening.py READELF PROGRAM...       check programs
    test-hardening.py READELF CC --self-test   leave out each flag in turn, and see that it is named
"""

import pathlib
import re
import subprocess
import sys
import tempfile


def read(readelf, program):
    """What the linker left for the kernel and for ld.so."""
    return subprocess.run([readelf, "--wide", "--file-header", "--program-headers", "--dynamic",
                           "--dyn-syms", program], check=True, capture_output=True, text=True).stdout


def flags(text, segment):
    """The access rights of each segment of a kind, as "R E"."""
    return re.findall(rf"^  {segment} +(?:0x\w+ +){{5}}(.{{3}})", text, re.M)


def problems_of(text):
    """Each rule that a program breaks."""
    rules = {
        "is no position-independent executable": re.search(r"FLAGS_1\).*\bPIE\b", text),
        "binds symbols late (-z now)": re.search(r"FLAGS\).*\bBIND_NOW\b", text),
        "keeps its relocations writable (-z relro)": flags(text, "GNU_RELRO"),
        "has an executable stack": flags(text, "GNU_STACK") == ["RW "],
        "has a segment that is writable and executable": not any(
            "W" in right and "E" in right for right in flags(text, "LOAD")),
        "has no stack protector": "__stack_chk_fail" in text,
        # Which of them there are depends on what the program calls; without the flag there are none.
        "is not fortified (_FORTIFY_SOURCE)": re.search(r" __(?!stack)\w+_chk\b", text),
    }
    return [rule for rule, kept in rules.items() if not kept]


def check(readelf, programs):
    return [f"{program}: {problem}" for program in programs
            for problem in problems_of(read(readelf, program))]


SOURCE = r"""
#include <stdio.h>
#include <string.h>
#ifdef BOTH
__asm__(".section .both, \"awx\"\n.byte 0\n.previous");
#endif
int main(int argc, char **argv)
{
	char line[64];
	strcpy(line, argv[argc - 1]);
	return printf(line) < 0;
}
"""
GOOD = ["-O2", "-fPIE", "-pie", "-Wl,-z,now", "-Wl,-z,relro", "-Wl,-z,noexecstack",
        "-fstack-protector-strong", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=3", "-w"]
BROKEN = {
    "is no position-independent executable": ["-fno-PIE", "-no-pie"],
    "binds symbols late (-z now)": ["-Wl,-z,lazy"],
    "keeps its relocations writable (-z relro)": ["-Wl,-z,norelro"],
    "has an executable stack": ["-Wl,-z,execstack"],
    "has a segment that is writable and executable": ["-DBOTH"],
    "has no stack protector": ["-fno-stack-protector"],
    "is not fortified (_FORTIFY_SOURCE)": ["-U_FORTIFY_SOURCE"],
}


def self_test(readelf, cc):
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder, "program.c"), pathlib.Path(folder, "program")
        source.write_text(SOURCE, encoding="ascii")
        for expected, addition in {None: [], **BROKEN}.items():
            subprocess.run([*cc, *GOOD, *addition, source, "-o", program], check=True)
            found = problems_of(read(readelf, program))
            if (expected not in found) if expected else found:
                problems.append(f"{addition}: expected {expected!r}, got {found}")
    return problems


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    readelf, *rest = sys.argv[1:]
    problems = self_test(readelf, rest[:-1]) if rest[-1] == "--self-test" else check(readelf, rest)
    for line in problems:
        print(line, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
