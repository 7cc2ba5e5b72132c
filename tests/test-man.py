#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the manual pages of both languages together, so that no translation goes stale unnoticed.

Words are free, and everything else is not: each page of man has a page of the same name in man/ja,
with as many sections, and in each section the same entries (a verb, a key, a file, a document of
JSON), as many paragraphs, tables and code blocks, and in each of those

  - the same literals: what is *bold* or _underlined_, and what is ASCII in "quotes". A *HEADING*
    stands for its translation;
  - every number of the original, and every unit, file and setting that it names without markup;
  - the same lines of code and cells of tables, unless they are translated.

Read is what scdoc makes of a page, for that is what people see: beside a Japanese character scdoc
takes some marks for text, and groff makes a blank of each line's end.

    test-man.py SCDOC FOLDER        compare FOLDER/*.scd with FOLDER/ja/*.scd
    test-man.py SCDOC --self-test   make each mistake in small pages, and see that it is named
"""

import pathlib
import re
import subprocess
import sys
import tempfile

from deadline import scaled

LANGUAGE = "ja"

GLYPHS = {"aq": "'", "ga": "`", "ha": "^", "ti": "~", "bu": "*"}
MARKED = re.compile(r"\\f([BI])(.*?)\\fR")
QUOTED = re.compile(r'"([ -~]+?)"')
NUMBER = re.compile(r"(?<![\w.:/=-])\d+(?:[.:/-]\d+)*")
CODE = re.compile(r"[A-Za-z_][\w-]*(?:\.[a-z][\w-]+)+|[A-Za-z_]+=[\w]*")
ASCII_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./=-]*")
LEAD = re.compile(r"\\f[BI](.*?)\\fR:")


class Part:
    """A paragraph (its lines), a code block (its lines) or a table (rows of cells)."""

    def __init__(self, kind, depth, content):
        self.kind, self.depth, self.content = kind, depth, content


class Page:
    def __init__(self, name):
        self.name = name
        self.title = ""
        self.sections = []  # (heading, list of parts)


def unescape(text):
    text = re.sub(r"\\\((..)", lambda glyph: GLYPHS.get(glyph[1], "?"), text)
    return text.replace("\\&", "").replace("\\-", "-").replace("\\e", "\\")


def plain(text):
    return unescape(re.sub(r"\\f[BIR]", "", text))


def read_table(lines):
    """Rows of cells. After the format, whose end is a full stop, each cell is T{, its lines, and T}
    with a tab before the next one of its row."""
    rows, row, cell = [], [], []
    begin = next(number for number, line in enumerate(lines, 1) if line.endswith("."))
    for line in lines[begin:]:
        if line.startswith("T}"):
            row.append(" ".join(cell))
            cell = []
            if not line.endswith("T{"):
                rows.append(row)
                row = []
        elif line != "T{":
            cell.append(line)
    return rows


def read_block(lines, first, end):
    """The lines of a block that `end` closes, and the number of the line after it."""
    last = lines.index(end, first)
    return lines[first:last], last + 1


class Reader:
    """Takes the roff that scdoc wrote apart; it knows no more of roff than scdoc writes."""

    def __init__(self, page):
        self.page, self.depth, self.lines = page, 0, []

    def end_paragraph(self):
        if self.lines:
            self.add("paragraph", self.lines)
        self.lines = []

    def add(self, kind, content):
        if self.page.sections:
            self.page.sections[-1][1].append(Part(kind, self.depth, content))

    def request(self, line):
        self.end_paragraph()
        name, _, argument = line.partition(" ")
        if name == ".TH":
            self.page.title = " ".join(re.findall(r'"(.*?)"', argument)[:2])
        elif name in (".SH", ".SS"):
            self.page.sections.append((plain(argument), []))
        elif name == ".RS":
            self.depth += 1
        elif name == ".RE":
            self.depth -= 1

    def read(self, roff):
        lines = roff.splitlines()
        number = 0
        while number < len(lines):
            line = lines[number]
            number += 1
            if line in (".nf", ".TS"):
                self.end_paragraph()
                code = line == ".nf"
                block, number = read_block(lines, number, ".fi" if code else ".TE")
                if code:
                    self.depth += block[0].startswith(".RS")
                    self.add("code block", [plain(text) for text in block[1:]])
                else:
                    self.add("table", read_table(block))
            elif line == ".br":
                self.lines.append("")
            elif line.startswith((".", "'")):
                self.request(line)
            else:
                self.lines.append(line)
        self.end_paragraph()


def load(scdoc, path, name):
    result = subprocess.run(
        [scdoc], input=path.read_bytes(), capture_output=True, check=False, timeout=scaled(60)
    )
    if result.returncode != 0:
        raise ValueError(f"{name}: scdoc: {result.stderr.decode().strip()}")
    page = Page(name)
    Reader(page).read(result.stdout.decode())
    return page


def entries(parts):
    """The entries of a section by name, each a list of parts; "the text" is what is in none."""
    found, name = {}, "the text"
    for part, after in zip(parts, parts[1:] + [None]):
        if part.depth == 0:
            content = " ".join(part.content) if part.kind == "paragraph" else ""
            marked = MARKED.search(content) if after and after.depth > 0 else None
            lead = LEAD.match(content)
            if marked and after.kind == "paragraph":
                name = unescape(marked[2])
            else:
                name = unescape(lead[1]) + ":" if lead else "the text"
        found.setdefault(name, []).append(part)
    return found


class Comparison:
    """Of one page with its translation; problems are sentences that name the place."""

    def __init__(self, original, translated, headings):
        self.original, self.translated, self.headings = original, translated, headings
        self.problems = []

    def say(self, where, problem):
        self.problems.append(f"{self.translated.name}: {where}: {problem}")

    def literals(self, text, is_original):
        found = set()
        for style, content in MARKED.findall(text):
            content = unescape(content)
            if style == "B" and is_original:
                content = self.headings.get(content, content)
            if content is None or (style == "B" and not is_original and self.is_guess(content)):
                continue
            mark = "*" if style == "B" else "_"
            found.add(f"{mark}{content}{mark}")
        return found | {f'"{quoted}"' for quoted in QUOTED.findall(plain(text))}

    def is_guess(self, content):
        """It may be the translation of a heading, and those of some page cannot be told."""
        known = self.headings.values()
        return None in known and content not in known and not content.isascii()

    def compare_text(self, where, original, translated):
        theirs, ours = self.literals(original, True), self.literals(translated, False)
        readable, untouched = plain(translated), plain(original)
        for literal in sorted(theirs - ours):
            hint = ""
            if literal in readable and literal[0] != '"':
                hint = " (it is there, but not as markup: put blanks around it)"
            self.say(where, f"lacks {literal}{hint}")
        for literal in sorted(ours - theirs):
            self.say(where, f"has {literal}, which the original has not (any more) there")
        for pattern, what in ((NUMBER, "number"), (CODE, "name")):
            missing = set(pattern.findall(untouched)) - set(pattern.findall(readable))
            for token in sorted(missing):
                self.say(where, f"lacks the {what} {token}")

    def compare_lines(self, where, lines):
        """Wide characters on both sides of a line's end: groff shows a blank that is none."""
        for line, after in zip(lines, lines[1:]):
            line, after = plain(line), plain(after)
            if line and after and line[-1] != "。" and min(line[-1], after[0]) > "\u2e80":
                self.say(where, f"a blank would be shown after {line[-8:]!r}; join the lines")

    def compare_verbatim(self, where, original, translated):
        """Equal, or translated: then it has no ASCII words that the original has not."""
        if original == translated:
            return
        foreign = set(ASCII_WORD.findall(translated)) - set(ASCII_WORD.findall(original))
        if translated.isascii() or foreign:
            self.say(where, f"has {translated.strip()!r} instead of {original.strip()!r}")

    def compare_table(self, where, original, translated):
        theirs, ours = ([row[0] for row in rows[1:]] for rows in (original, translated))
        for key in [key for key in theirs if key not in ours]:
            self.say(where, f"the table lacks the row {plain(key)}")
        for key in [key for key in ours if key not in theirs]:
            self.say(where, f"the table has a row {plain(key)}, which the original has not")
        rows = dict(zip(ours, translated[1:]))
        for row in original[1:]:
            other = rows.get(row[0], row)
            place = f"{where}, row {plain(row[0])}"
            if len(other) != len(row):
                self.say(place, f"has {len(other)} cells instead of {len(row)}")
            for cell, translation in zip(row, other):
                self.compare_text(place, cell, translation)
                if translation.isascii():
                    self.compare_verbatim(place, plain(cell), plain(translation))

    def compare_code(self, where, original, translated):
        if len(original) != len(translated):
            self.say(where, f"has {len(translated)} lines of code instead of {len(original)}")
        for line, translation in zip(original, translated):
            self.compare_verbatim(where, line, translation)

    def compare_part(self, where, original, translated):
        if original.kind == "table":
            self.compare_table(where, original.content, translated.content)
        elif original.kind == "code block":
            self.compare_code(where, original.content, translated.content)
        else:
            self.compare_lines(where, translated.content)
            self.compare_text(where, " ".join(original.content), " ".join(translated.content))

    def compare_entry(self, where, original, translated):
        theirs, ours = ([part.kind for part in parts] for parts in (original, translated))
        if theirs != ours:
            for kind in sorted(set(theirs + ours)):
                if theirs.count(kind) != ours.count(kind):
                    self.say(
                        where,
                        f"has {ours.count(kind)} of kind {kind} instead of {theirs.count(kind)}",
                    )
            if sorted(theirs) == sorted(ours):
                self.say(where, "paragraphs, tables and code blocks are in another order")
            # What is missing is still worth naming.
            text = [
                " ".join(" ".join(part.content) for part in parts if part.kind == "paragraph")
                for parts in (original, translated)
            ]
            self.compare_text(where, *text)
            return
        for number, (part, translation) in enumerate(zip(original, translated), 1):
            place = where if len(original) == 1 else f"{where}, part {number}"
            self.compare_part(place, part, translation)

    def compare_section(self, where, original, translated):
        theirs, ours = entries(original), entries(translated)
        for name in [name for name in theirs if name not in ours]:
            self.say(where, f"lacks the entry {name}")
        for name in [name for name in ours if name not in theirs]:
            self.say(where, f"has an entry {name}, which the original has not (any more)")
        common = [name for name in theirs if name in ours]
        order = [name for name in ours if name in theirs]
        if common != order:
            self.say(where, f"the order of entries is {', '.join(order)}; not {', '.join(common)}")
        for name in common:
            place = where if name == "the text" else f"{where}: {name.rstrip(':')}"
            self.compare_entry(place, theirs[name], ours[name])

    def run(self):
        if self.original.title != self.translated.title:
            self.say("title", f"is {self.translated.title} instead of {self.original.title}")
        theirs, ours = (
            [heading for heading, _ in page.sections] for page in (self.original, self.translated)
        )
        if len(theirs) != len(ours):
            self.say(
                "headings",
                f"there are {len(ours)} instead of {len(theirs)}, so nothing else is compared:\n"
                f"    {', '.join(theirs)}\n    {', '.join(ours)}",
            )
            return
        for (heading, parts), (translation, other) in zip(
            self.original.sections, self.translated.sections
        ):
            where = translation if translation == heading else f"{translation} ({heading})"
            if heading.startswith("[") and translation != heading:
                self.say(where, "a section of the configuration has to keep its name")
            if heading == "NAME" and self.name_of(parts) != self.name_of(other):
                self.say(where, f"has to begin with {self.name_of(parts)} and a dash")
            self.compare_section(where, parts, other)

    @staticmethod
    def name_of(parts):
        return plain(" ".join(parts[0].content)).partition(" - ")[0] if parts else ""


def learn_headings(pairs, problems):
    """The translation of each heading, which has to be the same on every page; None where a page
    lacks a section, so that its headings cannot be told."""
    known, unknown = {}, set()
    for original, translated in pairs:
        if len(original.sections) != len(translated.sections):
            unknown.update(heading for heading, _ in original.sections)
            continue
        for (heading, _), (translation, _) in zip(original.sections, translated.sections):
            before = known.setdefault(heading, translation)
            if before != translation:
                problems.append(
                    f"{translated.name}: {heading} is {translation} here and {before} elsewhere"
                )
    return {**dict.fromkeys(unknown), **known}


def check(scdoc, folder):
    names = {path.name for path in folder.glob("*.scd")}
    translations = {path.name for path in (folder / LANGUAGE).glob("*.scd")}
    problems = [f"{LANGUAGE}/{name}: missing; {name} has none" for name in names - translations]
    problems += [f"{LANGUAGE}/{name}: there is no {name}" for name in translations - names]
    if not names:
        problems.append(f"{folder}: no pages there")
    pairs = []
    for name in sorted(names & translations):
        try:
            pair = [load(scdoc, folder / page, page) for page in (name, f"{LANGUAGE}/{name}")]
        except ValueError as error:
            problems.append(str(error))
            continue
        pairs.append(pair)
    headings = learn_headings(pairs, problems)
    for original, translated in pairs:
        comparison = Comparison(original, translated, headings)
        comparison.run()
        problems += comparison.problems
    return problems


SOUND = {
    "toy.1.scd": """toy(1)

# NAME

toy - plays

# VERBS

*play* [*--loud*] [*--root=*_DIR_]
	Play for 10 minutes. See *FILES*, and *Noise=* in *toy.conf*(5).

	With *--loud*, toy-play.service does it.

*stop*
	Stop.

The rest is for units:

*check*
	Look.

# [NOISE]

*Level=*_low_|_high_
	How loud. _low_, the default: "quiet".

# JSON

*play*: *schema* (1), *state* ("done", "failed").

*stop*: *schema* (1).

# STATUS

[[ *Code*
:< *Verdict*
:< *Meaning*
|  one
:  open
:  _toy=off_ is there.
|  two
:  seal
:  Nothing.

# FILES

_/etc/toy.conf_
	Read with toy.conf and Speed=fast.

```
# Say it
toy play --loud
```
""",
    "ja/toy.1.scd": """toy(1)

# 名前

toy - 遊ぶ

# 動詞

*play* [*--loud*] [*--root=*_DIR_]
	10 分間遊びます。
	*ファイル* と *toy.conf*(5) の *Noise=* を参照してください。

	*--loud* を指定すると toy-play.service が行います。

*stop*
	やめます。

残りはユニットのためのものです。

*check*
	調べます。

# [NOISE]

*Level=*_low_|_high_
	音の大きさです。 _low_ (既定値): "quiet"。

# JSON

*play*: *schema* (1)、 *state* ("done"、 "failed")。

*stop*: *schema* (1)。

# 状態

[[ *コード*
:< *判定*
:< *意味*
|  one
:  open
:  _toy=off_ があります。
|  two
:  seal
:  何もありません。

# ファイル

_/etc/toy.conf_
	toy.conf と Speed=fast とともに読みます。

```
# 言う
toy play --loud
```
""",
}

OTHER = {
    "toy.5.scd": "toy(5)\n\n# FILES\n\nNone.\n",
    "ja/toy.5.scd": "toy(5)\n\n# 書類\n\nありません。\n",
}

# A page that lacks a section, and one that refers to it and to another: only the first is wrong.
TORN = {
    "toy.5.scd": "toy(5)\n\n# FILES\n\nNone.\n\n# STATUS\n\nGood.\n",
    "ja/toy.5.scd": "toy(5)\n\n# ファイル\n\nありません。\n",
    "toy.7.scd": "toy(7)\n\n# FILES\n\nSee *FILES* and *STATUS*.\n",
    "ja/toy.7.scd": "toy(7)\n\n# ファイル\n\n*ファイル* と *状態* を参照。\n",
}

# What is replaced in which page, and what has to be said then.
BROKEN = [
    ("toy.1.scd", " [*--loud*]", " [*--loud*] [*--slow*]", "(VERBS): play, part 1: lacks *--slow*"),
    ("ja/toy.1.scd", " [*--loud*]", "", "動詞 (VERBS): play, part 1: lacks *--loud*"),
    ("ja/toy.1.scd", "*--loud* を", "", "動詞 (VERBS): play, part 3: lacks *--loud*"),
    ("ja/toy.1.scd", "*stop*\n\tやめます。\n", "", "動詞 (VERBS): lacks the entry stop"),
    ("ja/toy.1.scd", "*stop*: *schema* (1)。\n", "", "JSON: lacks the entry stop:"),
    ("toy.1.scd", "*stop*\n\tStop.\n", "", "動詞 (VERBS): has an entry stop, which"),
    ("ja/toy.1.scd", "_low_ (", "の_low_ (", "not as markup: put blanks around it"),
    ("ja/toy.1.scd", "_low_|", "*low*|", "[NOISE]: Level=, part 1: lacks _low_"),
    ("toy.1.scd", "*play*: *schema* (1)", "*play*: *schema* (2)", "JSON: play: lacks the number 2"),
    ("toy.1.scd", "10 minutes", "20 minutes", "lacks the number 20"),
    ("ja/toy.1.scd", '、 "failed"', "", 'JSON: play: lacks "failed"'),
    ("ja/toy.1.scd", "*state*", "*status*", "JSON: play: has *status*, which"),
    ("ja/toy.1.scd", "toy-play.service", "toy.service", "lacks the name toy-play.service"),
    ("ja/toy.1.scd", "Speed=fast", "Speed", "lacks the name Speed=fast"),
    ("ja/toy.1.scd", "*ファイル*", "*FILES*", "lacks *ファイル*"),
    ("ja/toy.1.scd", "|  two\n:  seal\n:  何もありません。\n", "", "the table lacks the row two"),
    ("ja/toy.1.scd", ":  seal\n", ":  aside\n", "row two: has 'aside' instead of 'seal'"),
    ("ja/toy.1.scd", "_toy=off_ が", "_toy=on_ が", "row one: lacks _toy=off_"),
    ("ja/toy.1.scd", "play --loud", "play", "has 'toy play' instead of 'toy play --loud'"),
    ("ja/toy.1.scd", "toy play --loud\n", "", "has 1 lines of code instead of 2"),
    ("ja/toy.1.scd", "\n# [NOISE]", "\n# [騒音]", "has to keep its name"),
    ("ja/toy.1.scd", "# 状態\n\n", "", "headings: there are 5 instead of 6"),
    ("ja/toy.1.scd", "# 状態\n", "# 状態\n\n新しい段落。\n", "has 1 of kind paragraph instead of 0"),
    ("ja/toy.1.scd", "toy - ", "おもちゃ - ", "has to begin with toy and a dash"),
    ("ja/toy.1.scd", "toy(1)", "toy(7)", "title: is toy 7 instead of toy 1"),
    ("ja/toy.1.scd", "残りは", "残りは\n", "a blank would be shown after '残りは'"),
    ("ja/toy.1.scd", "*ファイル*", "*ファイル", "ja/toy.1.scd: scdoc: "),
]


def check_written(scdoc, files):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return check(scdoc, pathlib.Path(folder))


def self_test(scdoc):
    problems = [f"sound pages were refused: {line}" for line in check_written(scdoc, SOUND)]
    cases = []
    for name, before, after, expected in BROKEN:
        if SOUND[name].count(before) < 1:
            problems.append(f"{name} has no {before!r} to replace")
        cases.append(({**SOUND, name: SOUND[name].replace(before, after, 1)}, expected))
    cases.append(({"toy.1.scd": SOUND["toy.1.scd"]}, "ja/toy.1.scd: missing"))
    cases.append(({**SOUND, "ja/toy.7.scd": "toy(7)\n"}, "there is no toy.7.scd"))
    cases.append(({**SOUND, **OTHER}, "FILES is 書類 here and ファイル elsewhere"))
    torn = check_written(scdoc, TORN)
    if len(torn) != 1 or "toy.5.scd: headings: there are 1 instead of 2" not in torn[0]:
        problems.append(f"expected one complaint about headings, got {torn}")
    for files, expected in cases:
        found = check_written(scdoc, files)
        if not any(expected in line for line in found):
            problems.append(f"expected {expected!r}, got {found}")
    return problems


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    scdoc, argument = sys.argv[1:]
    if argument == "--self-test":
        problems = self_test(scdoc)
    else:
        problems = check(scdoc, pathlib.Path(argument))
    for line in sorted(problems):
        print(line, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
