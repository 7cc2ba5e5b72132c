// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which language, and whether the terminal can show it.
 *
 * Only characters and messages follow the user's locale. Dates, numbers and the order of names do
 * not: package managers and files are read by this very process. For the same reason the characters
 * are those of C.UTF-8, where i and I are the same letter, as they are not in Turkish. They are
 * also those of C and of no locale at all, which is what login(1) leaves behind: what is typed is
 * UTF-8 all the same, and must not be lost. That says nothing of what the terminal can show, so
 * what is written there stays English, and its bars ASCII.
 *
 * The Linux console has 512 glyphs and no wide ones: on it everybody reads English. Elsewhere a
 * locale that was asked for need not exist: a new server has only C.UTF-8, and an administrator's
 * ssh brings another one along. glibc then knows no way to that language. LANGUAGE= is one, but
 * glibc 2.41 does not heed it in locales whose names begin with "C.". So C.UTF-8 has another name
 * for messages, a link in a folder of cordon's own.
 */

#include "util/language.h"

#include "util/cleanup.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OUR_LOCALE "cordon" /* a link in LOCALE_LINKS */

static char messages[128] = "C";
static bool assumed; /* UTF-8, of a locale that says nothing of it */

bool language_is_utf8(void)
{
	const char *terminal = getenv("TERM");

	return !assumed && strcmp(nl_langinfo(CODESET), "UTF-8") == 0 &&
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

static bool is_silent_about_characters(void)
{
	const char *name = wanted("LC_CTYPE");

	return !*name || strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0;
}

/* The environment's, put back. */
static void restore_variable(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

/* For as long as this takes: programs that are started must not look there. */
static bool set_our_locale(void)
{
	const char *before = getenv("LOCPATH");
	_cleanup_free_ char *kept = before ? strdup(before) : NULL;
	bool is_set;

	if ((before && !kept) || setenv("LOCPATH", LOCALE_LINKS, 1) < 0)
		return false;
	is_set = setlocale(LC_MESSAGES, OUR_LOCALE) != NULL;
	restore_variable("LOCPATH", kept);
	return is_set;
}

static bool set_messages(const char *name)
{
	return strcmp(name, OUR_LOCALE) == 0 ? set_our_locale()
					     : setlocale(LC_MESSAGES, name) != NULL;
}

/* One in which LANGUAGE= is heeded. Without our link, older C libraries do that in C.UTF-8. */
static bool set_messages_by_language(void)
{
	return set_messages(OUR_LOCALE) || set_messages("C.UTF-8");
}

/* "ja_JP.UTF-8", which is not installed: Japanese messages, in a locale that is. */
static void do_without_locale(const char *name)
{
	char language[32];

	if (!set_messages_by_language())
		return;
	snprintf(language, sizeof(language), "%.*s", (int)strcspn(name, ".@"), name);
	setenv("LANGUAGE", language, 0);
}

static void begin_messages(void)
{
	const char *name = setlocale(LC_MESSAGES, "");

	if (!name)
		do_without_locale(wanted("LC_MESSAGES"));
	else if (strncmp(name, "C.", 2) == 0 && getenv("LANGUAGE"))
		set_messages_by_language();
}

void language_begin(void)
{
	bindtextdomain("cordon", LOCALE_DIRECTORY);
	textdomain("cordon");
	assumed = is_silent_about_characters();
	/* Where there is no C.UTF-8, the user's own characters stay. */
	if (assumed || wants_utf8())
		setlocale(LC_CTYPE, "C.UTF-8");
	if (language_is_utf8())
		begin_messages();
}

int language_keep(int (*function)(void))
{
	const char *before = getenv("LC_ALL");
	_cleanup_free_ char *variable = before ? strdup(before) : NULL,
			    *characters = strdup(setlocale(LC_CTYPE, NULL)),
			    *language = strdup(setlocale(LC_MESSAGES, NULL));
	int r;

	if ((before && !variable) || !characters || !language)
		return -ENOMEM;
	if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
		setenv("LC_ALL", characters, 1);
	r = function();
	restore_variable("LC_ALL", variable);
	setlocale(LC_ALL, "C");
	setlocale(LC_CTYPE, characters);
	set_messages(language);
	return r;
}

void language_pause(void)
{
	snprintf(messages, sizeof(messages), "%s", setlocale(LC_MESSAGES, NULL));
	setlocale(LC_MESSAGES, "C");
}

void language_resume(void)
{
	set_messages(messages);
}

const char *translated(const char *text)
{
	return *text ? gettext(text) : text;
}
