# SPDX-License-Identifier: GPL-2.0-or-later
"""Who meets the assistant at login (P4, P8, P9), and that every login goes on whatever it does.

Over SSH from the world, with sshd's port as an exception, and at a getty. The assistant is ended by
Ctrl-C, as at any moment; what is in it is test_assistant.py's.
"""
import os
import shutil
import subprocess
from pathlib import Path

import lab
import pytest
from deadline import scaled, until

ASSISTANT = "/usr/libexec/cordon/assistant"
SAID = "cordoned off until its security updates are in"
PROGRAM = "/usr/bin/cordon"
OPTIONS = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR",
           "IdentitiesOnly=yes", "BatchMode=yes", f"ConnectTimeout={scaled(10):.0f}")
# ann may use sudo, bob is nobody, eve is of a group that only AdminGroups= names.
USERS = """
    groupadd ops
    for user in ann bob eve; do
        useradd --create-home --shell /bin/bash $user
        echo $user:$user | chpasswd
    done
    usermod --append --groups sudo ann
    usermod --append --groups ops eve
    echo '%ops ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/ops
"""
CONF = "[Allow]\nPort=22/tcp\n"
# The system calls in which a program waits for keys: read, or poll, select, pselect6, ppoll.
READING = {"sudo": ("0",), "assistant": ("7", "23", "270", "271")}


class Server:
    """A sealed server that SSH reaches, with an assistant."""

    def __init__(self, world, machine, key):
        self.world, self.machine, self.key = world, machine, key
        self._terminals = []

    def _options(self):
        options = [word for option in OPTIONS for word in ("-o", option)]
        return ["-F", "none", "-i", str(self.key), *options]

    def ssh(self, *command, user="root", **options):
        """A command over SSH, its output as bytes."""
        return self.world.run(["ssh", *self._options(), f"{user}@{lab.SERVER4}", *command],
                              check=False, text=False, **options)

    def copy(self, program, *arguments):
        """scp or sftp, in batch mode."""
        return self.world.run([program, *self._options(), *arguments], check=False)

    def login(self, user="root", term="xterm"):
        """A person's login over SSH: a terminal."""
        self._terminals.append(self.world.terminal(
            ["env", f"TERM={term}", "ssh", *self._options(), f"{user}@{lab.SERVER4}"]))
        return self._terminals[-1]

    def getty(self):
        """A console where nobody has logged in."""
        terminal = self.machine.terminal(["/sbin/agetty", "-8", "-", "linux"])
        self._terminals.append(terminal)
        terminal.expect("server login: ")
        return terminal

    def hang_up(self):
        """Close all terminals."""
        while self._terminals:
            self._terminals.pop().close()

    def assistants(self):
        """The numbers of its processes."""
        found = self.machine.run(["pgrep", "-f", f"^{ASSISTANT}|^assistant"], check=False)
        return found.stdout.split()

    def wait_for_assistant(self):
        """Until it runs as root; its number."""
        def of_root():
            for number in self.assistants():
                status = self.machine.run(["cat", f"/proc/{number}/status"], check=False).stdout
                if "\nUid:\t0\t" in status:
                    return number
            return None
        return until(of_root, 30, "no assistant")

    def wait_for_reader(self, program):
        """Until one of that name waits for keys: before, they would be thrown away."""
        script = f"for pid in $(pgrep -x {program}); do " \
                 "grep -q '^State:.T' /proc/$pid/status || cat /proc/$pid/syscall; done"

        def reads():
            calls = self.machine.run(script, check=False).stdout.splitlines()
            return any(call.split()[0] in READING[program] for call in calls)
        until(reads, 30, f"{program} does not wait for keys")

    def wait_for_none(self):
        """Until none runs."""
        until(lambda: not self.assistants(), 30, "the assistant is still there")


def enter(terminal, command, timeout=15):
    """Wait for the shell's prompt, and give it a command."""
    terminal.expect(r"@server:[^\n]*[$#] ", timeout)
    terminal.send(f"{command}\n")


def assert_prompt(terminal):
    """A shell answers; nobody else is in the way."""
    enter(terminal, "printf 'at-%s\\n' prompt")
    terminal.expect("at-prompt")


def answer_sudo(server, terminal, keys):
    """At its question for ann's password; a Ctrl-C in the same moment would be lost on sudo."""
    terminal.expect("password for ann: ")
    server.wait_for_reader("sudo")
    terminal.send(keys)


def meet(server, terminal):
    """The assistant is there, says what is going on, and can be left."""
    server.wait_for_assistant()
    terminal.expect("cordoned off", 15)
    server.wait_for_reader("assistant")
    terminal.send("\x03")
    assert_prompt(terminal)
    server.wait_for_none()


@pytest.fixture
def servers(machines, world, deb, key):
    """Makes a Server, booted: servers(conf=...)."""
    made = []

    def make(conf="", files=None):
        public = key.with_suffix(".pub").read_text()
        homes = {"/root": 0, **{f"/home/{name}": None for name in ("ann", "bob", "eve")}}
        keys = {f"{home}/.ssh/authorized_keys": public for home in homes}
        machine = machines(world, deb=deb, setup=USERS, files={
            "/etc/cordon/cordon.conf": CONF + conf, **keys, **(files or {})})
        machine.boot()
        made.append(Server(world, machine, key))
        return made[-1]
    yield make
    for server in made:
        server.hang_up()


@pytest.fixture
def server(servers):
    """A Server as it is without configuration."""
    return servers()


def test_root_meets_it_once_a_login(server):
    terminal = server.login()
    terminal.expect(SAID)
    meet(server, terminal)
    for shell in ("bash -l", "su -", "su - root", "env -u CORDON_MET bash -l", "sudo -i"):
        enter(terminal, shell)
        assert_prompt(terminal)
        enter(terminal, "exit")
        assert_prompt(terminal)
    # P8: it is back at the next login.
    meet(server, server.login())


def test_a_member_of_sudo_meets_it_through_sudo(server):
    terminal = server.login("ann")
    answer_sudo(server, terminal, "ann\n")
    meet(server, terminal)
    for shell in ("bash -l", "sudo -i", "su - ann"):
        enter(terminal, shell)
        if shell.startswith("su "):
            terminal.expect("assword: ")
            terminal.send("ann\n")
        assert_prompt(terminal)
        enter(terminal, "exit")
        assert_prompt(terminal)


def test_without_the_password_the_login_goes_on(server):
    """And root's shell, got by sudo -i later, meets it, for then it can do something."""
    for keys in (["\x03"], ["\x1a"], ["wrong\n"] * 3):
        terminal = server.login("ann")
        for part in keys:
            answer_sudo(server, terminal, part)
        # After Ctrl-Z sudo and the shell both reach for the terminal.
        until(lambda: server.machine.run("ps -o stat= -C sudo | grep -v ^T", check=False).returncode,
              30, "sudo goes on")
        assert_prompt(terminal)
        enter(terminal, "sudo -i")
        answer_sudo(server, terminal, "ann\n")
        meet(server, terminal)
        server.hang_up()
        until(lambda: server.machine.run(["pgrep", "-x", "sudo"], check=False).returncode, 30, "sudo stays")


def test_sudo_keeps_language_and_terminal(server):
    """So the assistant speaks to the person who logged in."""
    terminal = server.login("ann", term="screen")
    answer_sudo(server, terminal, "\x03")
    assert_prompt(terminal)
    enter(terminal, "export LANG=C.UTF-8 LC_MESSAGES=C LC_ALL=POSIX LANGUAGE=ja COLORTERM=truecolor")
    enter(terminal, "unset CORDON_MET; bash -l")
    answer_sudo(server, terminal, "ann\n")
    number = server.wait_for_assistant()
    environment = server.machine.path(f"/proc/{number}/environ").read_text().split("\0")
    for variable in ("LANG=C.UTF-8", "LC_MESSAGES=C", "LC_ALL=POSIX", "LANGUAGE=ja",
                     "COLORTERM=truecolor", "TERM=screen"):
        assert variable in environment, environment
    assert not any(variable.startswith("CORDON_MET=") for variable in environment)


def test_others_do_not_meet_it(server):
    for user in ("bob", "eve"):
        terminal = server.login(user)
        assert_prompt(terminal)
        assert not server.assistants()


def test_groups_are_configured(servers):
    server = servers("[Assistant]\nAdminGroups=ops\n")
    terminal = server.login("ann")
    assert_prompt(terminal)
    terminal = server.login("eve")
    meet(server, terminal)


def test_switched_off(servers):
    server = servers("[Assistant]\nLogin=no\n")
    terminal = server.login()
    terminal.expect(SAID)
    assert_prompt(terminal)
    enter(terminal, "cordon assistant")
    meet(server, terminal)


def test_a_simple_terminal_is_told_what_to_run(server):
    terminal = server.login(term="dumb")
    terminal.expect("run: cordon assistant --plain")
    assert_prompt(terminal)
    terminal = server.login("bob", term="dumb")
    assert_prompt(terminal)
    assert "--plain" not in terminal.transcript


def test_windows_of_tmux(servers):
    """tmux is this machine's: the image has none."""
    tmux = shutil.which("tmux")
    if not tmux:
        pytest.skip("tmux is not installed")
    libraries = [line.split()[2] for line in subprocess.run(
        ["ldd", tmux], check=True, text=True, capture_output=True).stdout.splitlines()
        if any(name in line for name in ("libevent", "libutempter"))]
    server = servers(files={name: (Path(name).read_bytes(), 0o755)
                            for name in ("/usr/bin/tmux", *libraries)})
    terminal = server.login()
    meet(server, terminal)
    enter(terminal, "tmux new-session")
    assert_prompt(terminal)
    enter(terminal, "tmux new-window")
    assert_prompt(terminal)
    assert not server.assistants()


def test_commands_are_not_touched(server, tmp_path):
    """scp, sftp, rsync and Ansible speak through these; one byte more would break them."""
    payload = os.urandom(100000)
    assert server.ssh("cat", input=payload).stdout == payload
    assert server.ssh("sh -c 'echo one'").stdout == b"one\n"
    assert server.ssh("bash -lc 'echo two'").stdout == b"two\n"
    assert server.ssh("bash", "-l", input=b"echo three\n").stdout == b"three\n"
    assert server.ssh("bash -lic 'echo four'", stdin=subprocess.DEVNULL).stdout == b"four\n"
    assert server.ssh("-tt", "echo five", stdin=subprocess.DEVNULL).stdout == b"five\r\n"
    file = tmp_path / "file"
    file.write_bytes(payload)
    for options in ([], ["-O"]):
        copied = server.copy("scp", *options, str(file), f"root@{lab.SERVER4}:/root/copy")
        assert (copied.returncode, copied.stdout, copied.stderr) == (0, "", ""), copied
        assert server.machine.path("/root/copy").read_bytes() == payload
        server.machine.path("/root/copy").unlink()
    batch = tmp_path / "batch"
    batch.write_text(f"put {file} /root/copy\n")
    copied = server.copy("sftp", "-b", str(batch), f"root@{lab.SERVER4}")
    assert copied.returncode == 0, copied
    assert server.machine.path("/root/copy").read_bytes() == payload
    assert not server.assistants()


BROKEN = {
    "fails": ("#!/bin/sh\nexit 1\n", ""),
    "crashes": ("#!/bin/sh\nulimit -c 0; kill -SEGV $$\n", ""),
    "is rubbish": ("\x7fELF and nothing more", ""),
    "leaves the terminal raw": ("#!/bin/sh\nstty raw -echo; kill -KILL $$\n", ""),
    "hangs": ("#!/bin/sh\nexec sleep 1000\n", "\x03"),
}


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("program", [PROGRAM, ASSISTANT])
def test_whatever_is_broken_the_login_goes_on(server, how, program):
    content, keys = BROKEN[how]
    server.machine.run(["rm", program])
    server.machine.write({program: (content, 0o755)})
    terminal = server.login()
    if keys:
        # That of the login: the units that run this program have no terminal.
        until(lambda: server.machine.run("ps -o tty= -C sleep | grep pts", check=False).stdout, 30, how)
        terminal.send(keys)
    assert_prompt(terminal)


def test_nothing_is_there_any_more(server):
    server.machine.run(["rm", ASSISTANT])
    terminal = server.login()
    terminal.expect("cordon: assistant: .*cannot be run")
    assert_prompt(terminal)
    server.machine.run(["rm", PROGRAM])
    terminal = server.login()
    assert_prompt(terminal)
    assert "cordon: " not in terminal.transcript and "not found" not in terminal.transcript


def test_a_connection_that_is_lost_leaves_nothing_behind(server):
    server.login()
    server.wait_for_assistant()
    server.hang_up()
    server.wait_for_none()
    meet(server, server.login())


def test_console_and_motd_say_so_and_nothing_after(server):
    idle, console = server.getty(), server.getty()
    assert SAID in idle.transcript and SAID in console.transcript
    console.send("root\n")
    console.expect("assword: ")
    console.send("cordon\n")
    console.expect(f"{SAID}[^$#]*run: sudo cordon assistant")
    meet(server, console)
    server.machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    idle.expect("server login: ")
    assert SAID not in idle.transcript[idle.transcript.index("server login: "):]
    assert SAID not in server.getty().transcript
    for terminal in (server.login(), server.login("ann")):
        assert_prompt(terminal)
        assert "cordon" not in terminal.transcript and "password" not in terminal.transcript
    server.hang_up()
    server.machine.reboot()
    assert SAID not in server.getty().transcript
    terminal = server.login()
    assert_prompt(terminal)
    assert "cordon" not in terminal.transcript


def test_a_finished_server_does_not_pay(server):
    """Nothing of cordon runs at a login, not even the shell's way to it; how long that takes is for
    tools/bench."""
    machine = server.machine
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    for program in (PROGRAM, ASSISTANT):
        machine.run(["rm", program])
        machine.write({program: ("#!/bin/sh\ntouch /run/called\n", 0o755)})
    for user in ("root", "ann"):
        assert_prompt(server.login(user))
        assert server.ssh("-tt", user=user, input=b"exit\n").returncode == 0
    assert not machine.path("/run/called").exists()
    traced = machine.run(["bash", "--norc", "-ixc", ". /etc/profile.d/cordon.sh"]).stderr
    steps = [line.lstrip("+ ") for line in traced.splitlines() if line.startswith("+")]
    assert steps == [". /etc/profile.d/cordon.sh", "'[' -e /run/cordon/sealed ']'"], steps
