# SPDX-License-Identifier: GPL-2.0-or-later
"""A screen as a picture: the characters and colours that tmux has, as SVG, for README.md.

Only what newt draws is understood: bold, reverse, the sixteen colours of a terminal. Each character
has its column, so a font that is a little wider or narrower moves nothing; wide ones take two.
"""
import re
import unicodedata
from xml.sax.saxutils import escape

COLUMN, ROW, MARGIN = 9, 18, 10
COLOURS = ("#000000", "#aa2222", "#22aa22", "#aa7722", "#2244aa", "#aa22aa", "#22aaaa", "#c8c8c8",
           "#666666", "#ff5555", "#55ff55", "#ffff55", "#5577ff", "#ff55ff", "#55ffff", "#ffffff")
FOREGROUND, BACKGROUND = COLOURS[7], COLOURS[0]
STYLE = 'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="15"'


class Pen:
    """What the terminal writes with."""

    def __init__(self):
        self.reset()

    def reset(self):
        """As after ESC [ m."""
        self.fore, self.back, self.bold, self.swapped = FOREGROUND, BACKGROUND, False, False

    def change(self, codes):
        """ESC [ codes m"""
        for code in (int(code or 0) for code in codes.split(";")):
            if code == 0:
                self.reset()
            elif code == 1:
                self.bold = True
            elif code == 7:
                self.swapped = True
            elif 30 <= code <= 37:
                self.fore = COLOURS[code - 30]
            elif 40 <= code <= 47:
                self.back = COLOURS[code - 40]
            elif 90 <= code <= 97:
                self.fore = COLOURS[code - 82]
            elif 100 <= code <= 107:
                self.back = COLOURS[code - 92]
            elif code == 39:
                self.fore = FOREGROUND
            elif code == 49:
                self.back = BACKGROUND

    def colours(self):
        """(ink, paper)"""
        return (self.back, self.fore) if self.swapped else (self.fore, self.back)


def svg(coloured, columns=80):
    """`coloured` is what Screen.coloured() gives."""
    lines = coloured.rstrip("\n").split("\n")
    width, height = columns * COLUMN + 2 * MARGIN, len(lines) * ROW + 2 * MARGIN
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" {STYLE}>',
             f'<rect width="{width}" height="{height}" rx="8" fill="{BACKGROUND}"/>']
    pen = Pen()
    for number, line in enumerate(lines):
        parts += draw_line(line, pen, number)
    return "\n".join([*parts, "</svg>"]) + "\n"


def draw_line(line, pen, number):
    """Papers first, then inks, or the next paper would cover an accent."""
    papers, inks, x = [], [], MARGIN
    y = MARGIN + number * ROW
    for piece in re.findall(r"\033\[[0-9;]*m|[^\033\016\017]", line):
        if piece.startswith("\033"):
            pen.change(piece[2:-1])
            continue
        width = COLUMN * (2 if unicodedata.east_asian_width(piece) in "WF" else 1)
        ink, paper = pen.colours()
        if papers and papers[-1][2] == paper:
            papers[-1][1] += width
        else:
            papers.append([x, width, paper])
        if piece != " ":
            weight = ' font-weight="bold"' if pen.bold else ""
            inks.append(f'<text x="{x}" y="{y + ROW - 5}" fill="{ink}"{weight}>{escape(piece)}</text>')
        x += width
    return [f'<rect x="{left}" y="{y}" width="{width}" height="{ROW}" fill="{paper}"/>'
            for left, width, paper in papers if paper != BACKGROUND] + inks
