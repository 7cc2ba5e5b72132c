# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that has no Japanese locale speaks Japanese to whoever brings one along, and keeps English."""
import json
import re

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
