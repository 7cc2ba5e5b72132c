// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which language, and whether the terminal can show it.
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

#ifndef LOCALE_DIRECTORY
#define LOCALE_DIRECTORY "/usr/share/locale"
#endif

bool language_is_utf8(void)
{
	const char *terminal = getenv("TERM");

	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 &&
	       (!terminal || strcmp(terminal, "linux") != 0);
}

/* What the user asked for messages, in the order in which setlocale(3) looks. */
static const char *wanted(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return "";
}

/* "ja_JP.UTF-8", which is not installed: C.UTF-8 with Japanese messages. */
static void do_without_locale(const char *name)
{
	char language[32];

	if (!strcasestr(name, ".utf-8") && !strcasestr(name, ".utf8"))
		return;
	if (!setlocale(LC_ALL, "C.UTF-8"))
		return;
	snprintf(language, sizeof(language), "%.*s", (int)strcspn(name, ".@"), name);
	if (!getenv("LANGUAGE"))
		setenv("LANGUAGE", language, 0);
}

void language_begin(void)
{
	if (!setlocale(LC_ALL, ""))
		do_without_locale(wanted());
	if (!language_is_utf8())
		setlocale(LC_MESSAGES, "C");
	/* Numbers are written by us, and read by programs too. */
	setlocale(LC_NUMERIC, "C");
	bindtextdomain("cordon", LOCALE_DIRECTORY);
	textdomain("cordon");
}
