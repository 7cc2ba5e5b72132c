# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that has no Japanese locale speaks Japanese to whoever brings one along, and keeps English."""
import json
import re

import pytest
from cordon import history

JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
BROUGHT = {"LANG": "ja_JP.UTF-8", "TERM": "xterm-256color"}


def test_people_read_japanese_and_the_record_is_english(machine):
    status = machine.run(["cordon", "status"], env=BROUGHT).stdout
    assert status.startswith("このサーバーは隔離されています: "), status
    assert re.search(r"^  隔離           正常 \(inet cordon, ", status, re.M), status
    english = machine.run(["cordon", "status"], env={**BROUGHT, "TERM": "linux"}).stdout
    assert english.startswith("This server is cordoned off: ") and not JAPANESE.search(english)
    for verb in (["status", "--json"], ["explain", "--json"], ["exposure", "--json"]):
        assert not JAPANESE.search(json.dumps(json.loads(
            machine.run(["cordon", *verb], env=BROUGHT).stdout), ensure_ascii=False)), verb
    refused = machine.run(["cordon", "finish"], env=BROUGHT, check=False)
    assert refused.returncode == 3 and "未適用の更新が" in refused.stdout, refused
    machine.run(["cordon", "finish", "--force", "--reason=試験"], env=BROUGHT)
    finished = [event for event in history(machine) if event["event"] == "finished"][-1]
    assert finished["reason"] == "試験" and finished["missing"]
    assert not JAPANESE.search("".join(finished["missing"])), finished
    assert not JAPANESE.search(machine.journal("-u", "cordon*"))


@pytest.mark.parametrize("face", ["dialogs", "plain"])
def test_a_reason_typed_at_the_console_goes_on_record_as_it_is(machine, face):
    """login(1) passes no locale on: a serial console, whose terminal is Japanese all the same."""
    with machine.console_login(env={"TERM": "vt220", "LANG": ""}) as screen:
        screen.wait("login:")
        screen.type("root\n")
        screen.wait("Password:")
        screen.type("cordon\n")
        screen.wait("Leave for later", 60)
        screen.keys("4")
        screen.wait("Finish all the same")
        if face == "plain":
            screen.keys("Escape")
            screen.wait("Leave for later")
            screen.keys("Escape")
            screen.wait("root@server:~#")
            screen.type("env -u LANG cordon assistant --plain\n4\n1\n")
        else:
            screen.keys("Left", "Enter")
        screen.wait("although it is not updated", 60)
        screen.type("部品の交換、試験")
        screen.wait("部品の交換、試験")
        if face == "plain":
            screen.type("\n")  # what ended the name at getty ends a line
        else:
            screen.keys("Enter")
        screen.wait("will not come again", 60)
    finished = [event for event in history(machine) if event["event"] == "finished"][-1]
    assert finished["reason"] == "部品の交換、試験", finished
