#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds comments to the tree: a file of cordon's that a comment names is there.

Comments are those of C, of Python (with docstrings) and of what has lines with # (units, meson, shell).
A name is one that ends in .c, .h or .py, or a unit cordon-*; with folders, if any. Headers that
some file includes with <>, and those of FOREIGN, are others'.

    test-comments.py ROOT         check a source tree
    test-comments.py --self-test  name what is gone in a small tree, and see that it is found
"""

import ast
import io
import pathlib
import re
import sys
import tempfile
import tokenize

FOLDERS = ("src", "tests", "data", "tools", "bench", "debian", "po", "man")
# Files of other projects, and those that a test writes.
FOREIGN = {"winnt.h", "serve.py"}
PASSED_OVER = ("tests/fixtures/", "tests/fuzz/corpus/")

NAME = re.compile(
    r"(?<![\w./*%-])((?:[\w-]+/)*[a-z][\w-]*\.(?:c|h|py)|cordon-[\w-]+\.(?:service|timer|path))"
    r"(?![\w(.-]*\w)"
)
C_COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
INCLUDE = re.compile(r"^\s*#\s*include\s*<([^>]+)>", re.M)


def comments_of_c(content):
    for match in C_COMMENT.finditer(content):
        if match.group().startswith("/"):
            yield content.count("\n", 0, match.start()) + 1, match.group()


def comments_of_python(content):
    for token in tokenize.generate_tokens(io.StringIO(content).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            yield node.body[0].lineno, ast.get_docstring(node)


def comments_of_lines(content):
    for number, line in enumerate(content.splitlines(), 1):
        if line.lstrip().startswith("#"):
            yield number, line


def comments(name, content):
    if name.endswith((".c", ".h")):
        return comments_of_c(content)
    if name.endswith(".py") or content.startswith("#!/usr/bin/env python3"):
        return comments_of_python(content)
    return comments_of_lines(content)


def read_tree(root):
    """The text files of FOLDERS, by their paths."""
    files = {}
    for folder in FOLDERS:
        for path in sorted(pathlib.Path(root, folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and not name.startswith(PASSED_OVER) and "__pycache__" not in name:
                try:
                    files[name] = path.read_text(encoding="utf-8")
                except UnicodeDecodeError:
                    pass
    return files


def known_names(files):
    """Each file by its name and by each end of its path, and what is included of others."""
    known = set(FOREIGN)
    for name, content in files.items():
        parts = name.removesuffix(".in").split("/")
        known.update("/".join(parts[i:]) for i in range(len(parts)))
        for header in INCLUDE.findall(content):
            known.update({header, header.rpartition("/")[2]})
    return known


def check_tree(root):
    files = read_tree(root)
    known = known_names(files)
    for name, content in files.items():
        for first, comment in comments(name, content):
            for match in NAME.finditer(comment):
                if match.group(1) not in known:
                    line = first + comment.count("\n", 0, match.start())
                    yield f"{name}:{line}: {match.group(1)} is not there"


TREE = {
    "src/util/file.h": "/* See file.c, util/file.c and stdio.h. */\n#include <stdio.h>\n",
    "src/util/file.c": '/* 1 */\n#include "util/file.h"\nchar *gone = "gone.c /* gone.h";\n',
    "tests/test-file.py": '"""See file.c."""\n# and test-file.py\nGONE = "gone.py"\n',
    "data/cordon-seal.service": "# cordon-seal.service\nAfter=cordon-gone.service\n",
}
GONE = {
    "src/util/file.h": ("/* a\n * gone.h */\n", "4: gone.h"),
    "src/util/file.c": ("// util/gone.c\n", "4: util/gone.c"),
    "tests/test-file.py": ("# facts/file.c\n", "4: facts/file.c"),
    "data/cordon-seal.service": ("# cordon-gone.service\n", "3: cordon-gone.service"),
}


def check_written(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return list(check_tree(folder))


def self_test():
    problems = [f"a sound tree was refused: {line}" for line in check_written(TREE)]
    for name, (addition, expected) in GONE.items():
        found = check_written({**TREE, name: TREE[name] + addition})
        if found != [f"{name}:{expected} is not there"]:
            problems.append(f"{name}: expected {expected!r}, got {found}")
    return problems


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    argument = sys.argv[1]
    problems = self_test() if argument == "--self-test" else list(check_tree(argument))
    for line in problems:
        print(line, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
