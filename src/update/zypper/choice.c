// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What zypper is asked to install.
 *
 * "zypper patch" stops as a whole at one patch that cannot be installed, and takes what is for
 * security together with all the rest; so where anything is withheld, or only security counts,
 * patches are named.
 */

#include "update/zypper/zypper.h"

#include "util/cleanup.h"
#include "util/fail.h"

#include <errno.h>
#include <string.h>

/* zypper's own words; then come as many names as there are. */
#define WORDS_MAX 16

static bool is_withheld(const struct update_list *list, const struct zypper_patch *patch,
	const struct zypper_fixes *fixes)
{
	_cleanup_free_ char *orphan = strdup_printf("patch:%s", patch->name);

	if (patch->locked || !orphan || update_list_find(list, orphan))
		return true;
	for (size_t i = 0; i < fixes->count; i++)
		for (size_t j = 0;
			strcmp(fixes->items[i].patch, patch->name) == 0 && j < list->count; j++)
			if (list->items[j].withheld &&
				zypper_fix_is_of(&fixes->items[i], list->items[j].name))
				return true;
	return false;
}

void zypper_choice_clear(struct zypper_choice *choice)
{
	zypper_patches_clear(&choice->patches);
	zypper_fixes_clear(&choice->fixes);
	free(choice->names);
}

static void choose(const struct update_list *list, bool security_only, bool pkgmanager,
	struct zypper_choice *choice)
{
	choice->count = 0;
	choice->pkgmanager = pkgmanager;
	choice->restart = false;
	for (size_t i = 0; i < choice->patches.count; i++) {
		const struct zypper_patch *patch = &choice->patches.items[i];

		if ((pkgmanager && !patch->pkgmanager) ||
			(security_only && strcmp(patch->category, "security") != 0) ||
			is_withheld(list, patch, &choice->fixes))
			continue;
		choice->names[choice->count++] = patch->name;
		choice->restart = choice->restart || patch->restart;
	}
	choice->names[choice->count] = NULL;
}

int zypper_choose(const struct update_list *list, bool security_only, bool downloads,
	struct zypper_choice *choice, char **why)
{
	int r = zypper_patches_load(&choice->patches, &choice->fixes, why);

	if (r < 0)
		return r;
	choice->names = calloc(choice->patches.count + 1, sizeof(*choice->names));
	if (!choice->names)
		return -ENOMEM;
	choose(list, security_only, true, choice);
	if (choice->count == 0 || downloads)
		choose(list, security_only, false, choice);
	return 0;
}

/* The words up to the first NULL, then the names; freed by the caller, they refer to both. */
static const char **make_argv(const char *const *words, const char *const *names, size_t count)
{
	const char **argv = calloc(WORDS_MAX + count + 1, sizeof(*argv));
	size_t length = 0;

	for (; argv && words[length] && length < WORDS_MAX; length++)
		argv[length] = words[length];
	for (size_t i = 0; argv && i < count; i++)
		argv[length + i] = names[i];
	return argv;
}

const char **zypper_patch_argv(const struct zypper_choice *choice, bool all, bool downloads)
{
	static const char *const every[] = {
		ZYPPER_DO, "patch", "--with-interactive", "--auto-agree-with-licenses", NULL};
	const char *const named[] = {ZYPPER_DO, "install", "--auto-agree-with-licenses",
		downloads ? "--download-only" : "--download-in-advance", "-t", "patch", "--", NULL};

	/* "patch" itself begins with those of zypper. */
	if (all && !downloads)
		return make_argv(every, NULL, 0);
	return make_argv(named, choice->names, choice->count);
}

/* Everything; or by name, where something is withheld that zypper itself would not withhold. */
const char **zypper_update_argv(const struct update_list *list, bool downloads)
{
	const char *const dup[] = {ZYPPER_DO, "dup", "--auto-agree-with-licenses",
		downloads ? "--download-only" : "--download-in-advance", NULL};
	const char *const words[] = {ZYPPER_DO, "update", "--auto-agree-with-licenses",
		downloads ? "--download-only" : "--download-in-advance", "--", NULL};
	_cleanup_free_ const char **names = calloc(list->count + 1, sizeof(*names));
	size_t count = 0;

	if (!names)
		return NULL;
	if (zypper_is_rolling())
		return make_argv(dup, NULL, 0);
	for (size_t i = 0; update_list_withheld(list) > 0 && i < list->count; i++)
		if (!list->items[i].withheld)
			names[count++] = list->items[i].name;
	return make_argv(words, names, count);
}
