/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_INI_H
#define CORDON_UTIL_INI_H

/*
 * The one reader of INI files: cordon.conf, unit files, rpm repositories, xrdp.ini and the like.
 *
 * Every line is a header, a setting, the continuation of a setting, a comment, blank, or a problem
 * that the caller is told of; none is swallowed, and no value is cut. What a name or a value means
 * is the caller's business. Pure: a text in, calls out.
 */

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the largest file that is read; a line, or a value, may be as long. */
#define INI_SIZE_MAX (1U << 20)

/* How a value goes on in the next line. */
enum ini_continuation {
	INI_ONE_LINE, /* it does not */
	/* A backslash at the end of a line, which becomes a blank (systemd.syntax(7)). Comments
	 * between such lines are left out. */
	INI_BACKSLASH,
	/* A line that begins with a blank. Blank lines and comments between them end nothing. A
	 * comment begins in the first column. (dnf.conf(5)) */
	INI_INDENT,
	/* Likewise, unless there is a '=' in the line: then it is a setting of its own. A comment
	 * may be indented, too. (cordon.conf(5)) */
	INI_INDENT_WITHOUT_SETTING,
};

/* In what INI files differ. */
struct ini_dialect {
	enum ini_continuation continuation;
	const char *comments; /* characters that begin a comment on a line of its own: "#;" */
	const char *trailing; /* characters that begin a comment behind anything else; or "" */
	bool sectionless;     /* settings may stand in front of the first header */
	bool quotes;	      /* a pair of quotation marks around a whole value is taken away */
	bool any_header;      /* what stands behind the ']' of a header is ignored */
	bool exact_header;    /* blanks inside of the brackets belong to the name */
	/* UTF-8 without control characters is required, but for tabs and in comments. A NUL byte
	 * is a problem in any dialect. */
	bool text_only;
};

/* A setting. The texts live as long as the call. */
struct ini_entry {
	const char *section; /* "" in front of the first header */
	const char *key;     /* as it is written, without the blanks around it; not empty */
	/* Without the blanks around it. Indented lines are separated by line feeds, as many as lie
	 * between them in the file: what is behind the second one stands in line @line + 2. */
	const char *value;
	unsigned int line; /* in which it begins, from 1 */
};

/* Why a line is not understood. */
enum ini_problem {
	INI_NO_SETTING,	       /* neither a header nor a setting: there is no '=' */
	INI_NO_KEY,	       /* nothing in front of the '=' */
	INI_NO_SECTION,	       /* a setting in front of the first header */
	INI_CONTINUES_NOTHING, /* an indented line behind what cannot go on */
	INI_NOT_TEXT,	       /* NUL, or what text_only forbids */
	/* Of a header. Up to the next one, settings belong to no section and are left out in
	 * silence. */
	INI_HEADER_OPEN,  /* without its ']' */
	INI_HEADER_EMPTY, /* without a name */
	INI_HEADER_TEXT,  /* something else behind it */
};

/* Who is told, in the order of the file. Each may be NULL. What is not 0 ends the reading. */
struct ini_visitor {
	int (*section)(void *context, const char *name, unsigned int line);
	int (*entry)(void *context, const struct ini_entry *entry);
	int (*problem)(void *context, enum ini_problem problem, unsigned int line);
};

/**
 * ini_parse() - Read a text.
 * @text: any bytes. A byte order mark at its beginning is skipped.
 * @size: in bytes.
 * @context: handed on to the visitor.
 *
 * Takes time and memory in proportion to @size.
 *
 * Return: 0; what a visitor returned; -EFBIG: more than INI_SIZE_MAX bytes, nothing was read;
 * -ENOMEM.
 */
int ini_parse(const char *text, size_t size, const struct ini_dialect *dialect,
	const struct ini_visitor *visitor, void *context);

/** ini_problem_text() - What a problem is, for the administrator; static, not translated yet. */
const char *ini_problem_text(enum ini_problem problem);

#endif
