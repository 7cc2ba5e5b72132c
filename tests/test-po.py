#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the translations to the source: what people read is marked, and every message is translated.

  - po/POTFILES names the files of src that have messages, and no others. cordon-generator and
    cordon-initrd have none: they are no programs that people run.
  - Each language of po/LINGUAS has exactly the messages that xgettext finds, with the arguments of
    po/meson.build; none is fuzzy, none is left over, and msgfmt finds the same formats in both.
  - xgettext does not know macros: a message in which one stands beside a string would be torn.
  - In src/cli and src/assistant, what printf(3) and its like print, and any other string that reads
    like language, is marked. FREE has what is no language.
  - What tests/system waits for on a screen is there, word for word (ON_SCREEN).

    test-po.py ROOT         check a source tree
    test-po.py --self-test  make each mistake in a small tree, and see that it is named

What it names after a change of the source is added by `meson compile -C build cordon-update-po`.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

NEVER_SHOWN = ("src/boot/",)
FOR_PEOPLE = ("src/cli/", "src/assistant/")
PRINTERS = {"printf": 0, "puts": 0, "fputs": 0, "fprintf": 1, "print_list": 0, "print_label": 0}

# Strings that read like language and are none: names, commands, what goes to PID 1 or on record.
FREE = {
    "src/assistant/login.c": {"sudo "},
    "src/assistant/main.c": {"opened the assistant", "logged in", "cordon assistant"},
    "src/assistant/say.c": {"%.10s %.5s UTC"},
    "src/cli/automatic.c": {"cordon (Mode=automatic)"},
    "src/cli/main.c": {"cordon ", "[--force --reason=TEXT] [--handover=FIREWALL [--allow=PORTS]]",
                       "[--json|--openmetrics|--textfile] [--root=DIR]"},
    "src/cli/follow.c": {r"\r\033[K%.*s", r"\r\033[K%s\n"},
    "src/cli/options.c": {"cordon: %s"},
    "src/cli/seal.c": {"STATUS=Sealed: %s.", "STATUS=Not sealed: %s."},
    "src/cli/status.c": {"inet cordon", ", inet ", "inet "},
    "src/cli/update.c": {"STATUS=%u%%: %s"},
}

ON_SCREEN = {
    "ja": {
        "Leave for later": "後で",
        "Update now": "今すぐ更新",
        "Finish all the same": "それでも完了する",
        "%zu update, %zu of them for security": "セキュリティ",
        "Refused so far: %s packets": "これまでに拒否: %s パケット",
        "Most wanted: ": "狙われたポート: ",
    },
}

TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|[A-Za-z_]\w*|\s+|.', re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.M)
CONVERSION = re.compile(r"%[-+ #0']*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlzjtL]*[a-zA-Z%]|\\.")
JSON_FORMAT = re.compile(r"[{}\[\]:,*sbiIoOn ]*")


def tokens_of(source):
    """(line, token) without comments, blanks and directives."""
    source = DIRECTIVE.sub(lambda match: "\n" * match[0].count("\n"), source)
    line, found = 1, []
    for match in TOKEN.finditer(source):
        token = match[0]
        if not token.isspace() and not token.startswith(("//", "/*")):
            found.append((line, token))
        line += token.count("\n")
    return found


def arguments_at(tokens, begin):
    """The arguments of the call whose "(" is at begin, each a list of indices of tokens."""
    arguments, depth = [[]], 0
    for at in range(begin, len(tokens)):
        token = tokens[at][1]
        if token in ")]}":
            depth -= 1
        if depth == 0 and token == ")":
            return arguments
        if depth == 1 and token == ",":
            arguments.append([])
        elif depth > 0:
            arguments[-1].append(at)
        if token in "([{":
            depth += 1
    return arguments


def xgettext_arguments(root):
    text = (root / "po/meson.build").read_text()
    return re.findall(r"'(--[^']*)'", text)


def keywords_of(arguments):
    """{"fail": [2], "P_": [0, 1]}: where the messages stand among the arguments."""
    keywords = {}
    for argument in arguments:
        match = re.fullmatch(r"--keyword=(\w+)(?::([\d,]+))?", argument)
        if match:
            places = (match[2] or "1").split(",")
            keywords[match[1]] = [int(place) - 1 for place in places]
    return keywords


class Source:
    """One file of src: its calls, and which of its strings are marked."""

    def __init__(self, name, text, keywords):
        self.name, self.tokens = name, tokens_of(text)
        self.problems, self.marked, self.has_messages = [], set(), False
        self.calls = [(at, token, arguments_at(self.tokens, at + 1))
                      for at, (_, token) in enumerate(self.tokens[:-1])
                      if self.tokens[at + 1][1] == "(" and not self.is_definition(at)]
        for at, name, arguments in self.calls:
            if name in keywords:
                self.look_at_message(at, [arguments[place] for place in keywords[name]
                                          if place < len(arguments)])

    def is_definition(self, at):
        """`int fail(char **why, ...` and `#define` are no calls."""
        return at > 0 and (self.tokens[at - 1][1] in {"int", "char", "*", "void", "define"})

    def strings(self, indices):
        return [at for at in indices if self.tokens[at][1].startswith('"')]

    def complain(self, at, what):
        self.problems.append(f"{self.name}:{self.tokens[at][0]}: {what}")

    def look_at_message(self, at, arguments):
        self.has_messages = True
        for indices in arguments:
            strings = self.strings(indices)
            words = [index for index in indices if index not in strings]
            self.marked.update(strings)
            beside = {index + step for index in strings for step in (-1, 1)}
            if any(index in beside and re.match(r"[A-Za-z_]", self.tokens[index][1])
                   for index in words):
                self.complain(at, f"{self.tokens[at][1]}(): a macro beside a string; "
                                  "say \"%s\" and hand it over")

    def whole(self, at):
        """The string that begins at this token, with those that continue it."""
        text = ""
        while at < len(self.tokens) and self.tokens[at][1].startswith('"'):
            text += self.tokens[at][1][1:-1]
            at += 1
        return text

    def begins(self, at):
        return self.tokens[at][1].startswith('"') and not (
            at > 0 and self.tokens[at - 1][1].startswith('"'))

    def printed(self):
        for _, name, arguments in self.calls:
            if name in PRINTERS and PRINTERS[name] < len(arguments):
                yield from self.strings(arguments[PRINTERS[name]])

    def check_marks(self):
        free, printed = FREE.get(self.name, set()), set(self.printed())
        for at in range(len(self.tokens)):
            if not self.begins(at) or at in self.marked or self.whole(at) in free:
                continue
            text = self.whole(at)
            if (at in printed and re.search("[A-Za-z]", CONVERSION.sub("", text))) or (
                    reads_like_language(text)):
                self.complain(at, f'"{text}" is not marked: _(), N_(), or no language (FREE)')


def reads_like_language(text):
    if JSON_FORMAT.fullmatch(text) or re.fullmatch(r"(\[--[\w=-]+\] ?)+", text):
        return False
    return re.search(r"[A-Za-z]", CONVERSION.sub("", text)) and " " in text.strip("\\n")


class Entry:
    def __init__(self):
        self.flags, self.obsolete, self.texts = set(), False, {}


def read_po(path):
    """{msgid: Entry}, the head of the file left out."""
    entries, entry, field = {}, Entry(), None
    for line in path.read_text().split("\n") + [""]:
        if not line.strip():
            if entry.texts and (entry.texts["msgid"] or entry.obsolete):
                entries[entry.texts["msgid"]] = entry
            entry, field = Entry(), None
            continue
        if line.startswith("#~"):
            entry.obsolete, line = True, line[2:].strip()
        if line.startswith("#,"):
            entry.flags.update(flag.strip() for flag in line[2:].split(","))
        match = re.match(r'(msg\w+(?:\[\d+\])?)\s*"(.*)"$', line)
        more = re.match(r'"(.*)"$', line)
        if match:
            field = match[1]
            entry.texts[field] = match[2]
        elif more and field:
            entry.texts[field] += more[1]
    return entries


def extract(root, names, arguments):
    with tempfile.TemporaryDirectory() as folder:
        pot = pathlib.Path(folder) / "messages.pot"
        run = subprocess.run(["xgettext", "--language=C", *arguments, "--output", pot, *names],
                             cwd=root, capture_output=True, text=True)
        problems = [line for line in (run.stdout + run.stderr).split("\n") if line]
        return (read_po(pot) if pot.exists() else {}), problems


def check_language(root, language, messages):
    path = root / f"po/{language}.po"
    if not path.exists():
        return [f"po/{language}.po: missing"]
    run = subprocess.run(["msgfmt", "--check", "--output-file=/dev/null", path],
                         capture_output=True, text=True)
    problems = [line for line in (run.stdout + run.stderr).split("\n") if run.returncode and line]
    entries = read_po(path)
    where = f"po/{language}.po"
    for text, entry in entries.items():
        translations = [value for field, value in entry.texts.items() if field.startswith("msgstr")]
        if entry.obsolete or text not in messages:
            problems.append(f'{where}: no message of the source: "{text}"')
        elif "fuzzy" in entry.flags:
            problems.append(f'{where}: fuzzy: "{text}"')
        elif not all(translations):
            problems.append(f'{where}: not translated: "{text}"')
        elif entry.texts.get("msgid_plural") != messages[text].texts.get("msgid_plural"):
            problems.append(f'{where}: another plural: "{text}"')
    problems += [f'{where}: lacks "{text}"' for text in messages if text not in entries]
    for text, part in ON_SCREEN.get(language, {}).items():
        if text in entries and not any(part in value for field, value in entries[text].texts.items()
                                       if field.startswith("msgstr")):
            problems.append(f'{where}: "{text}": tests/system waits for "{part}"')
    return problems


def check(root):
    arguments = xgettext_arguments(root)
    keywords = keywords_of(arguments)
    problems, with_messages = [], []
    for path in sorted((root / "src").rglob("*.c")):
        name = str(path.relative_to(root))
        if name.startswith(NEVER_SHOWN):
            continue
        source = Source(name, path.read_text(), keywords)
        if name.startswith(FOR_PEOPLE):
            source.check_marks()
        if source.has_messages:
            with_messages.append(name)
        problems += source.problems
    listed = (root / "po/POTFILES").read_text().split()
    problems += [f"po/POTFILES: lacks {name}" for name in with_messages if name not in listed]
    problems += [f"po/POTFILES: {name} has no messages" for name in listed
                 if name not in with_messages]
    messages, more = extract(root, with_messages, arguments)
    problems += more
    for language in (root / "po/LINGUAS").read_text().split():
        problems += check_language(root, language, messages)
    return problems


SMALL = {
    "po/LINGUAS": "ja\n",
    "po/POTFILES": "src/cli/a.c\nsrc/util/b.c\n",
    "po/meson.build": "'--from-code=UTF-8', '--keyword=_', '--keyword=N_', '--keyword=P_:1,2', "
                      "'--keyword=fail:3'\n",
    "src/cli/a.c": 'static const char *words[] = {N_("two words"), "word"};\n'
                   'void f(void)\n{\n\tprintf("  %-14s\\n", _("Seal"));\n\tputs(_("Next: "\n\t"x"));\n'
                   '\tjson_pack("{s:s, s:b}", "a", "b");\n'
                   '\tprintf(P_("%u boot\\n", "%u boots\\n", 2), 2);\n}\n',
    "src/util/b.c": 'int fail(char **why, int error, const char *format, ...)\n{\n}\n'
                    'int g(void)\n{\n\treturn fail(why, EIO, "%s: %d lost", NAME, 3);\n}\n',
    "po/ja.po": 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
                '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
                'msgid "two words"\nmsgstr "二語"\n\nmsgid "Seal"\nmsgstr "隔離"\n\n'
                'msgid "Next: x"\nmsgstr "次: x"\n\n'
                '#, c-format\nmsgid "%u boot\\n"\nmsgid_plural "%u boots\\n"\n'
                'msgstr[0] "%u 回\\n"\n\n'
                '#, c-format\nmsgid "%s: %d lost"\nmsgstr "%s: %d 失われました"\n',
}

# What is changed in which file, and what is to be said about it.
MISTAKES = [
    ("po/POTFILES", "src/util/b.c\n", "", "lacks src/util/b.c"),
    ("po/POTFILES", "ja", "ja", None),
    ("src/cli/a.c", '_("Seal")', '"Seal"', "no message of the source"),
    ("src/cli/a.c", '"  %-14s\\n"', '"Seal %s\\n"', "is not marked"),
    ("src/cli/a.c", 'N_("two words")', 'N_("two words"), "three other words"', "is not marked"),
    ("src/cli/a.c", '_("Seal")', '_("Seal"), _("More")', 'lacks "More"'),
    ("src/cli/a.c", '"%u boots', '"%u sealed boots', "another plural"),
    ("src/util/b.c", '"%s: %d lost", NAME', 'NAME ": %d lost"', "a macro beside a string"),
    ("po/ja.po", '"隔離"', '""', 'not translated: "Seal"'),
    ("po/ja.po", 'msgid "Seal"', '#, fuzzy\nmsgid "Seal"', 'fuzzy: "Seal"'),
    ("po/ja.po", '%d 失われ', '%s 失われ', "format specifications"),
    ("po/ja.po", 'msgid "two', '#~ msgid "gone"\n#~ msgstr "無"\n\nmsgid "two', '"gone"'),
    ("po/ja.po", 'msgid "two', 'msgid "Update now"\nmsgstr "更新"\n\nmsgid "two', "waits for"),
]


def self_test():
    wrong = []
    for name, old, new, expected in MISTAKES:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in SMALL.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                text = text.replace(old, new) if path == name else text
                (root / path).write_text(text)
            problems = check(root)
            if expected is None and problems:
                wrong.append(f"without a mistake: {problems}")
            if expected and not any(expected in problem for problem in problems):
                wrong.append(f"{name}: {old} -> {new}: not named; only {problems}")
    return wrong


def main():
    if sys.argv[1:] == ["--self-test"]:
        problems = self_test()
    elif len(sys.argv) == 2:
        problems = check(pathlib.Path(sys.argv[1]))
    else:
        print(__doc__, file=sys.stderr)
        return 2
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
