// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * passwd and group: whoever is not known counts as an administrator, root always does, and lines
 * that come behind the user's do not change what is said of that user.
 *
 * Two texts with a NUL between them: /etc/passwd and /etc/group.
 */

#include "facts/logins.h"
#include "scratch.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <assert.h>
#include <string.h>

#define USER "ann"

static struct sourced names[] = {
	{(char *)"sudo", (char *)""}, {(char *)"wheel", (char *)""}, {(char *)"admin", (char *)""}};
static const struct sourced_list groups = {names, ELEMENTS(names)};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FILE *open_text(const char *content)
{
	FILE *file = fmemopen((void *)content, strlen(content), "r");

	assert(file);
	return file;
}

static bool is_administrator(const char *passwd, const char *group, const char *user)
{
	_cleanup_fclose_ FILE *users = open_text(passwd), *all = open_text(group);

	return people_look_up(users, all, &groups, user);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *with_ann = NULL, *with_group = NULL;
	char *texts[2];
	bool is;

	scratch_cut(data, size, texts, ELEMENTS(texts));
	is = is_administrator(texts[0], texts[1], USER);
	if (!strstr(texts[0], USER ":"))
		assert(is);
	if (!is)
		assert(strncmp(texts[1], "sudo:x:27:" USER "\n", 14) != 0);
	/* In front of all others, an ordinary user is one, whatever follows in passwd; groups
	 * that are none of the three make nobody an administrator. */
	with_ann = strdup_printf(USER ":x:4711:4711::/:/bin/sh\n%s", texts[0]);
	if (!strstr(texts[1], "sudo") && !strstr(texts[1], "wheel") && !strstr(texts[1], "admin"))
		assert(!is_administrator(with_ann, texts[1], USER));
	with_group = strdup_printf("sudo:x:27:bob," USER "\n%s", texts[1]);
	assert(is_administrator(with_ann, with_group, USER));
	assert(is_administrator(texts[0], texts[1], "root") || strstr(texts[0], "root"));
	scratch_free(texts, ELEMENTS(texts));
	return 0;
}
