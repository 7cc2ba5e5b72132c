// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which language, and whether the terminal can show it.
 *
 * Only characters and messages follow the user's locale. Dates, numbers and the order of names do
 * not: package managers and files are read by this very process. For the same reason the characters
 * are those of C.UTF-8, where i and I are the same letter, as they are not in Turkish.
 *
 * The Linux console has 512 glyphs and no wide ones: on it everybody reads English. Elsewhere a
 * locale that was asked for need not exist: a new server has only C.UTF-8, and an administrator's
 * ssh brings another one along. glibc then knows no way to that language; but LANGUAGE= is heeded
 * in C.UTF-8, and messages need no more.
 */

#include "util/language.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char messages[128] = "C";

bool language_is_utf8(void)
{
	const char *terminal = getenv("TERM");

	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 &&
	       (!terminal || strcmp(terminal, "linux") != 0);
}

/* What the user asked for, in the order in which setlocale(3) looks. */
static const char *wanted(const char *category)
{
	const char *const names[] = {"LC_ALL", category, "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return "";
}

/* A locale that is not installed can only be judged by its name. */
static bool wants_utf8(void)
{
	const char *name = wanted("LC_CTYPE");

	if (setlocale(LC_CTYPE, ""))
		return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	return strcasestr(name, ".utf-8") || strcasestr(name, ".utf8");
}

/* "ja_JP.UTF-8", which is not installed: C.UTF-8 with Japanese messages. */
static void do_without_locale(const char *name)
{
	char language[32];

	if (!setlocale(LC_MESSAGES, "C.UTF-8"))
		return;
	snprintf(language, sizeof(language), "%.*s", (int)strcspn(name, ".@"), name);
	setenv("LANGUAGE", language, 0);
}

void language_begin(void)
{
	bindtextdomain("cordon", LOCALE_DIRECTORY);
	textdomain("cordon");
	/* Where there is no C.UTF-8, the user's own characters stay. */
	if (wants_utf8())
		setlocale(LC_CTYPE, "C.UTF-8");
	if (language_is_utf8() && !setlocale(LC_MESSAGES, ""))
		do_without_locale(wanted("LC_MESSAGES"));
}

void language_pause(void)
{
	snprintf(messages, sizeof(messages), "%s", setlocale(LC_MESSAGES, NULL));
	setlocale(LC_MESSAGES, "C");
}

void language_resume(void)
{
	setlocale(LC_MESSAGES, messages);
}

const char *translated(const char *text)
{
	return *text ? gettext(text) : text;
}
