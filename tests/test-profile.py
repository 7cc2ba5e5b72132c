#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Logs in with the snippet of /etc/profile.d: the login goes on, whatever the assistant does.

Real shells on terminals of their own read the snippet as they read /etc/profile.d, with a script in
the place of /usr/bin/cordon. What stands behind it in the profile, and a prompt, must be reached.

    test-profile.py SNIPPET       every case in every shell that is here
    test-profile.py --self-test   break the snippet in each way, and see that a case fails
"""

import contextlib
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import sys

import children
from deadline import Deadline, until
from rooted import skip

SHELLS = ("bash", "dash")
TIMEOUT = 5
SNIPPET = pathlib.Path(__file__).resolve().parent.parent / "data" / "profile.d" / "cordon.sh"

CALL = "#!/bin/sh\necho \"$*\" >>$HOME/called\n"
# From then on it takes keys.
HANG = ">$HOME/there; exec sleep 1000\n"
# Each prints "yes" at the prompt.
CLEAN = "set | grep -q '^_cordon' || echo yes"
MARKED = "sh -c 'test \"$CORDON_MET\" && echo yes'"
UNMARKED = "test \"${CORDON_MET-}\" || echo yes"
TIDY = "stty -a | grep -q ' icanon' && stty -a | grep -q ' echo ' && echo yes"
JOBS = "case $- in *m*) echo yes;; esac"
STOPS = "jobs >list; grep -qi stopped list && echo yes"
STOPPED = "sh -c 'echo is the''re; exec sleep 1000'"


class Case:
    """One login: what is in the place of cordon, what is typed into it, and what is asked then."""

    def __init__(self, name, *checks, program=CALL, keys="", sealed=True, called=True, before="",
                 environment=None, redirect=None, options=("-i",)):
        self.name, self.checks = name, checks
        self.program, self.keys, self.sealed, self.called = program, keys, sealed, called
        self.before, self.environment = before, environment or {}
        self.redirect, self.options = redirect, options


CASES = [
    Case("not sealed", UNMARKED, JOBS, sealed=False, called=False),
    Case("sealed", CLEAN, MARKED, JOBS, STOPS),
    Case("a shell in the shell", JOBS, environment={"CORDON_MET": "1"}, called=False),
    Case("it fails", CLEAN, MARKED, program=CALL + "exit 1\n"),
    Case("it is missing", UNMARKED, program=None, called=False),
    Case("it cannot be run", program="#!/nowhere\n", called=False),
    Case("it crashes", CLEAN, MARKED, TIDY, program=CALL + "ulimit -c 0; kill -SEGV $$\n"),
    Case("it leaves the terminal raw", TIDY, program=CALL + "stty raw -echo; kill -KILL $$\n"),
    Case("Ctrl-C", CLEAN, MARKED, TIDY, program=CALL + HANG, keys="\x03"),
    Case("Ctrl-Z", CLEAN, MARKED, TIDY, program=CALL + HANG, keys="\x1a"),
    Case("deaf to Ctrl-C, then Ctrl-\\", CLEAN, MARKED, keys="\x03\x1c",
         program=CALL + "ulimit -c 0\ntrap '' INT\n" + HANG),
    Case("set -eu", "set +eu; echo yes", MARKED, before="set -eu", program=CALL + "exit 3\n"),
    Case("set -eu, then Ctrl-\\", "set +eu; echo yes", before="set -eu; ulimit -c 0",
         program=CALL + HANG, keys="\x1c"),
    Case("set -fC and an odd IFS", "unset IFS; echo yes", MARKED, before="set -fC; IFS=im01"),
    Case("a trap", "trap >traps; grep -q mine traps && echo yes", before="trap 'echo mine' INT",
         program=CALL + HANG, keys="\x03"),
    Case("an alias", MARKED, before="alias cordon=false stty=false"),
    Case("no input", redirect=0, called=False),
    Case("no output", redirect=1, called=False),
    Case("not interactive", options=("-c", ":"), called=False, redirect=2),
]


class Login:
    """A login shell on a terminal."""

    def __init__(self, shell, home, case):
        self._text = ""
        self._child, self._terminal = pty.fork()
        if self._child == 0:
            # Ignored where this runs in the background, and then in all that it starts.
            for number in (signal.SIGINT, signal.SIGQUIT):
                signal.signal(number, signal.SIG_DFL)
            if case.redirect is not None:
                os.dup2(os.open("/dev/null", os.O_RDWR), case.redirect)
            os.chdir(home)
            values = {"PATH": "/usr/bin:/bin", "HOME": str(home), "TERM": "xterm"}
            os.execve(shutil.which(shell), [f"-{shell}", *case.options],
                      {**values, **case.environment})

    def type(self, keys):
        """Into the terminal."""
        os.write(self._terminal, keys.encode())

    def expect(self, pattern):
        """Whether that comes; what came before it is gone then."""
        deadline = Deadline(TIMEOUT)
        while not (match := re.search(pattern, self._text)):
            if not select.select([self._terminal], [], [], deadline.left())[0]:
                return None
            try:
                data = os.read(self._terminal, 65536)
            except OSError:
                return None
            text = data.decode("utf-8", "replace")
            self._text += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", text)
        self._text = self._text[match.end():]
        return match

    def says_yes(self, command):
        """Whether a command prints that, at a prompt that is there; None: there is none."""
        if command == STOPS:
            self.type(f"{STOPPED}\n")
            if not self.expect(r"is there"):
                return None
            self.type("\x1a")
        self.type(f"{command}\necho en''d\n")
        answer = self.expect(r"(?ms)(.*)^(?:.*[$#] )?end$")
        return answer and re.search(r"(?m)^(?:\$ )*yes$", answer[1]) is not None

    def close(self):
        """End it; it may have ended."""
        os.kill(self._child, signal.SIGKILL)
        os.close(self._terminal)
        os.waitpid(self._child, 0)


def furnish(home, snippet, case):
    """A home whose profile reads the snippet, as /etc/profile does."""
    text = snippet.replace("/run/cordon/sealed", f"{home}/sealed")
    text = text.replace("/usr/bin/cordon", f"{home}/cordon")
    (home / "snippet").write_text(text, encoding="utf-8")
    (home / ".profile").write_text(
        f"PS1='$ '\n{case.before}\n. {home}/snippet\n: >{home}/behind\n", encoding="utf-8")
    if case.sealed:
        (home / "sealed").touch()
    if case.program:
        (home / "cordon").write_text(case.program, encoding="utf-8")
        (home / "cordon").chmod(0o755)


def appears(path):
    """Whether a file does, in time."""
    with contextlib.suppress(AssertionError):
        until(path.exists, TIMEOUT, pause=0.01)
    return path.exists()


def type_into_it(login, home, keys):
    """When it is certainly there to receive them."""
    if keys and appears(home / "there"):
        login.type(keys)


def judge(login, home, case):
    """What is wrong with this login, or None."""
    type_into_it(login, home, case.keys)
    if not appears(home / "behind"):
        return "what stands behind it in the profile is not reached"
    called = (home / "called").read_text() if (home / "called").exists() else ""
    if called != ("assistant --login\n" if case.called else ""):
        return f"called with {called!r}"
    for command in case.checks:
        answer = login.says_yes(command)
        if not answer:
            return "no prompt" if answer is None else f"at the prompt, not so: {command}"
    return None


def run_case(shell, snippet, case):
    """What is wrong, or None."""
    with children.folder("cordon-profile-") as home:
        furnish(home, snippet, case)
        login = Login(shell, home, case)
        try:
            return judge(login, home, case)
        finally:
            login.close()


def run(snippet, cases, shells):
    """What is wrong, a line each."""
    for shell in shells:
        for case in cases:
            if problem := run_case(shell, snippet, case):
                yield f"{shell}: {case.name}: {problem}"


# How the snippet may be broken, and a case that has to notice.
BROKEN = [
    ("-e /run/cordon/sealed", "-e /", "not sealed"),
    ("-x /usr/bin/cordon", "-e /", "it is missing"),
    ("*i*)", "*)", "not interactive"),
    ("[ -t 0 ] &&", "", "no input"),
    ("[ -t 1 ] &&", "", "no output"),
    ("[ -z \"${CORDON_MET-}\" ]", "true", "a shell in the shell"),
    ("${CORDON_MET-}", "$CORDON_MET", "set -eu"),
    ("/usr/bin/cordon assistant", "exec /usr/bin/cordon assistant", "it leaves the terminal raw"),
    (") || :", ")", "set -eu, then Ctrl-\\"),
    (" || [ \"$?\" -le 128 ] || stty sane", "", "it leaves the terminal raw"),
    ("trap : INT", ":", "Ctrl-C"),
    ("set -m\n", "", "Ctrl-Z"),
    ("*m*) ;;\n\t\t\t*) set +m ;;", "*) set +m ;;", "sealed"),
    ("unset _cordon_flags", ":", "sealed"),
    ("export CORDON_MET", "CORDON_MET", "sealed"),
]


def self_test():
    snippet = SNIPPET.read_text(encoding="utf-8")
    problems = []
    for old, new, name in BROKEN:
        broken = snippet.replace(old, new)
        cases = [case for case in CASES if case.name == name]
        if broken == snippet or not any(run(broken, cases, available())):
            problems.append(f"{old!r} replaced by {new!r}: {name!r} does not notice")
    return problems


def available():
    """The shells that are here."""
    return [shell for shell in SHELLS if shutil.which(shell)]


def main():
    global TIMEOUT
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if not available():
        skip("no shell here")
    if sys.argv[1] == "--self-test":
        TIMEOUT = 1  # each is waited for
        problems = self_test()
    else:
        problems = list(run(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"), CASES, available()))
    for line in problems:
        print(line, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
