// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Three answers of zypper in one list.
 *
 * What list-updates has is pending. What only list-updates --all has cannot be installed now: it is
 * locked, or its dependencies cannot be met. Patches tell which packages are for security, and a
 * patch of which no package is on offer must not be lost.
 */

#include "update/zypper/zypper.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

void zypper_fixes_clear(struct zypper_fixes *fixes)
{
	for (size_t i = 0; i < fixes->count; i++) {
		free(fixes->items[i].patch);
		free(fixes->items[i].package);
	}
	free(fixes->items);
	*fixes = (struct zypper_fixes){0};
}

bool zypper_fix_is_of(const struct zypper_fix *fix, const char *name)
{
	const size_t length = strlen(name);

	return strncmp(fix->package, name, length) == 0 &&
	       (!fix->package[length] ||
		       (fix->package[length] == '.' && !strchr(fix->package + length + 1, '.')));
}

/* What the patches say of a package. */
struct verdict {
	bool security, needed; /* there is a security patch; one that is not locked */
	const struct zypper_patch *locked;
	const char *severity;
};

static bool is_security(const struct zypper_patch *patch)
{
	return strcmp(patch->category, "security") == 0;
}

static unsigned int rank(const char *severity)
{
	static const char *const words[] = {"low", "moderate", "important", "critical"};

	for (unsigned int i = 0; severity && i < ELEMENTS(words); i++)
		if (strcmp(severity, words[i]) == 0)
			return i + 2;
	return severity ? 1 : 0;
}

static const struct zypper_patch *find_patch(const struct zypper_patches *patches, const char *name)
{
	for (size_t i = 0; i < patches->count; i++)
		if (strcmp(patches->items[i].name, name) == 0)
			return &patches->items[i];
	return NULL;
}

static struct verdict judge(
	const char *name, const struct zypper_patches *patches, const struct zypper_fixes *fixes)
{
	struct verdict verdict = {0};

	for (size_t i = 0; i < fixes->count; i++) {
		const struct zypper_patch *patch;

		if (!zypper_fix_is_of(&fixes->items[i], name))
			continue;
		patch = find_patch(patches, fixes->items[i].patch);
		if (!patch || !is_security(patch))
			continue;
		verdict.security = true;
		if (patch->locked)
			verdict.locked = patch;
		else
			verdict.needed = true;
		if (rank(patch->severity) > rank(verdict.severity))
			verdict.severity = patch->severity;
	}
	return verdict;
}

static bool is_locked(const struct strv *locks, const char *name)
{
	for (size_t i = 0; i < locks->count; i++)
		if (fnmatch(locks->items[i], name, 0) == 0)
			return true;
	return false;
}

static char *explain(const char *name, const struct verdict *verdict, const struct strv *locks)
{
	if (verdict->locked && !verdict->needed)
		return strdup_printf(
			_("patch %s is locked (zypper locks); \"zypper removelock -t patch %s\" "
			  "lifts that"),
			verdict->locked->name, verdict->locked->name);
	if (is_locked(locks, name))
		return strdup_printf(
			_("%s is locked (zypper locks); \"zypper removelock %s\" lifts that"), name,
			name);
	return strdup_printf(
		_("its dependencies cannot be met, or what they need is locked; \"zypper install "
		  "%s\" tells why"),
		name);
}

static int add_package(const struct update_package *package, bool can_be_installed,
	const struct verdict *verdict, const struct strv *locks, struct update_list *list)
{
	struct update_package one = *package;
	_cleanup_free_ char *because = NULL;

	one.security = verdict->security;
	one.severity = (char *)verdict->severity;
	one.withheld = one.security && (!can_be_installed || !verdict->needed);
	if (!one.security && !can_be_installed)
		return 0;
	if (one.withheld) {
		because = explain(one.name, verdict, locks);
		if (!because)
			return -ENOMEM;
		one.because = because;
	}
	return update_list_add(list, &one);
}

static bool has_package(const struct zypper_patch *patch, const struct zypper_fixes *fixes,
	const struct update_list *all)
{
	for (size_t i = 0; i < fixes->count; i++)
		for (size_t j = 0;
			strcmp(fixes->items[i].patch, patch->name) == 0 && j < all->count; j++)
			if (zypper_fix_is_of(&fixes->items[i], all->items[j].name))
				return true;
	return false;
}

static int add_orphan(const struct zypper_patch *patch, struct update_list *list)
{
	_cleanup_free_ char *name = strdup_printf("patch:%s", patch->name);
	struct update_package one = {
		.name = name,
		.to = patch->edition,
		.origin = patch->alias,
		.severity = patch->severity,
		.security = true,
		.withheld = true,
		.because =
			(char *)(patch->locked
					 ? _("it is locked (zypper locks); \"zypper removelock -t "
					     "patch\" lifts that")
					 : _("no repository has a package that it asks for; "
					     "\"zypper info -t patch\" tells which")),
	};

	if (!name)
		return -ENOMEM;
	return update_list_find(list, name) ? 0 : update_list_add(list, &one);
}

int zypper_join(const struct update_list *all, const struct update_list *now,
	const struct zypper_patches *patches, const struct zypper_fixes *fixes,
	const struct strv *locks, bool rolling, struct update_list *list)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < all->count; i++) {
		const struct update_package *package = &all->items[i];
		const struct verdict verdict = judge(package->name, patches, fixes);
		const bool can = rolling || update_list_find(now, package->name);

		r = add_package(package, can, &verdict, locks, list);
	}
	for (size_t i = 0; r == 0 && i < patches->count; i++)
		if (is_security(&patches->items[i]) && !has_package(&patches->items[i], fixes, all))
			r = add_orphan(&patches->items[i], list);
	return r;
}
