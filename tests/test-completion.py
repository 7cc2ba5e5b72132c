#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Types the beginnings of commands, and Tab, into bash, zsh and fish.

What stands on the line afterwards is what the shell would have run. So the completions are tried as
people use them, by real keystrokes on a terminal, with the real cordon; and with one that has a verb
more, which has to be found without a change of theirs.

    test-completion.py PROGRAM FOLDER   FOLDER has cordon (for bash), _cordon and cordon.fish
    test-completion.py --self-test      break them, and see that it is named
"""

import os
import pathlib
import pty
import re
import select
import shutil
import signal
import sys
import tempfile

import children
from deadline import Deadline
from rooted import skip

TIMEOUT = 20
COMPLETIONS = pathlib.Path(__file__).resolve().parent.parent / "data" / "completion"

SHELLS = {
    "bash": (["--norc", "--noprofile", "-i"], "source {folder}/cordon; PS1=; bind 'set bell-style none'"),
    "zsh": (["-f", "-i"], "unsetopt zle_bracketed_paste beep prompt_sp auto_remove_slash; PS1=; bindkey -e; "
            "fpath=({folder} $fpath); autoload -Uz compinit; compinit -D -u"),
    "fish": (["--private"], "function fish_prompt; end; source {folder}/cordon.fish"),
}

FUTURE = """#!/bin/sh
case "$*" in
--help) printf '  status            show\\n  exposure          sockets that listen\\n' ;;
"exposure --help") printf '  --all-of-them        every one: [even] those\\n  --sort=ORDER         how\\n' ;;
esac
"""

# What is typed (^ is Tab), and what stands there then. {home} has a folder and a file.
REAL = [
    ("cordon stat^", "cordon status"),
    ("cordon fin^--fo^", "cordon finish --force"),
    ("cordon finish --rea^why", "cordon finish --reason=why"),
    ("cordon arm --un^5min", "cordon arm --undo-after=5min"),
    ("cordon expl^--js^--ro^x", "cordon explain --json --root=x"),
    ("cordon explain --root={home}/fold^", "cordon explain --root={home}/folder/"),
    ("cordon explain --root={home}/fil^", "cordon explain --root={home}/fil"),
    ("cordon fil^", "cordon fil"),
    ("cordon status fil^", "cordon status fil"),
    ("cordon nonsense --js^", "cordon nonsense --js"),
    ("cordon --ver^", "cordon --version"),
    ("cordon assist^--pl^", "cordon assistant --plain"),
]
FUTURE_CASES = [
    ("cordon expo^", "cordon exposure"),
    ("cordon exposure --al^", "cordon exposure --all-of-them"),
    ("cordon exposure --so^x", "cordon exposure --sort=x"),
]


class Shell:
    """One on a terminal, with completions."""

    def __init__(self, name, home, folder, path):
        options, setup = SHELLS[name]
        self._text = ""
        self._child, self._terminal = pty.fork()
        if self._child == 0:
            os.chdir(home)
            os.execve(shutil.which(name), [name, *options], {
                "PATH": f"{path}:/usr/bin:/bin", "HOME": str(home), "TERM": "xterm",
                "LANG": "C.UTF-8", "ASAN_OPTIONS": "detect_leaks=0"})
        self._type(setup.format(folder=folder) + "; echo rea''dy\n")
        self.ready = self._expect(r"ready") is not None

    def _type(self, keys):
        os.write(self._terminal, keys.encode())

    def _read(self, deadline):
        if not select.select([self._terminal], [], [], deadline.left())[0]:
            return False
        try:
            data = os.read(self._terminal, 65536)
        except OSError:
            return False
        self._text += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r", "",
                             data.decode("utf-8", "replace"))
        return True

    def _expect(self, pattern):
        deadline = Deadline(TIMEOUT)
        while not (match := re.search(pattern, self._text)):
            if not self._read(deadline):
                return None
        self._text = self._text[match.end():]
        return match

    def complete(self, keys):
        """The line that the shell would have run. It reads what is typed ahead when it is ready."""
        # To the line's end, a word in front of it, and have it shown.
        self._type(keys.replace("^", "\t") + "\x05'\x01echo 'GO''T \n")
        match = self._expect(r"GOT (.*?) *\n")
        return match[1] if match else "... no answer"

    def close(self):
        """End it."""
        os.kill(self._child, signal.SIGKILL)
        os.close(self._terminal)
        os.waitpid(self._child, 0)


def run_cases(name, home, folder, path, cases):
    """What is wrong, a line each."""
    shell = Shell(name, home, folder, path)
    try:
        if not shell.ready:
            yield f"{name}: does not begin"
            return
        for keys, expected in cases:
            expected = expected.format(home=home)
            found = shell.complete(keys.format(home=home))
            if found != expected:
                yield f"{name}: {keys}: {found!r} in place of {expected!r}"
    finally:
        shell.close()


def run(folder, program):
    """What is wrong in all shells that are here."""
    problems = []
    for name in available():
        with children.folder("cordon-completion-") as home:
            for there in ("folder", "real", "future"):
                (home / there).mkdir()
            (home / "file").touch()
            (home / "future" / "cordon").write_text(FUTURE, encoding="utf-8")
            (home / "future" / "cordon").chmod(0o755)
            if program:
                (home / "real" / "cordon").symlink_to(program)
                problems += run_cases(name, home, folder, home / "real", REAL)
            problems += run_cases(name, home, folder, home / "future", FUTURE_CASES)
    return problems


def self_test():
    """Each file, broken, has to be named by the cases of the future cordon."""
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(COMPLETIONS, folder, dirs_exist_ok=True)
        for path in pathlib.Path(folder).iterdir():
            path.write_text(path.read_text(encoding="utf-8").replace("--help", "--halp"), "utf-8")
        found = run(folder, None)
    for name in available():
        if sum(line.startswith(f"{name}:") for line in found) != len(FUTURE_CASES):
            problems.append(f"{name}: broken completions were not noticed: {found}")
    return problems


def available():
    """The shells that are here."""
    return [name for name in SHELLS if shutil.which(name)]


def main():
    if not available():
        skip("no shell here")
    if sys.argv[1:] == ["--self-test"]:
        problems = self_test()
    elif len(sys.argv) == 3:
        problems = run(os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[1]))
    else:
        sys.exit(__doc__)
    for line in problems:
        print(line, file=sys.stderr)
    print("tried in " + ", ".join(available()))
    if len(available()) < len(SHELLS):
        print("skipped: " + ", ".join(name for name in SHELLS if name not in available()) + ": not installed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
