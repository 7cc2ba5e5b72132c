// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --root=: which system a verb shows, or works on.
 */

#include "cli/cli.h"
#include "util/language.h"
#include "util/log.h"

#include <string.h>
#include <sys/stat.h>

const char *options_root(const char *value)
{
	static char root[4096];
	size_t length = value ? strlen(value) : 0;
	struct stat st;

	/* --root=$FORGOTTEN must not mean the running system. */
	if (value && !*value) {
		log_error("--root=: not a folder");
		return NULL;
	}
	while (length > 0 && value[length - 1] == '/')
		length--;
	if (length >= sizeof(root) ||
		(length > 0 && (stat(value, &st) < 0 || !S_ISDIR(st.st_mode)))) {
		log_error("--root=%s: not a folder", value);
		return NULL;
	}
	if (length > 0)
		memcpy(root, value, length);
	root[length] = '\0';
	return root;
}

int options_parse_view(const struct verb *verb, int argc, char **argv, struct view *view)
{
	const struct option_spec options[] = {
		{"json", NULL, N_("as JSON"), &view->json, NULL},
		{"root", "DIR", N_("look at the system below DIR"), NULL, &view->root},
		{0},
	};
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	view->root = options_root(view->root);
	return view->root ? -1 : EXIT_USAGE;
}

int options_parse_root(const struct verb *verb, int argc, char **argv, const char **root)
{
	const char *value = NULL;
	const struct option_spec options[] = {
		{"root", "DIR", N_("work on the system below DIR"), NULL, &value},
		{0},
	};
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	*root = options_root(value);
	return *root ? -1 : EXIT_USAGE;
}
