// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zypper's answers: what is understood has as many packages as there are beginnings of one, each
 * with all that it needs; half an answer is refused, and what is joined loses no security patch.
 */

#include "update/zypper/zypper.h"
#include "util/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count(const char *xml, const char *what)
{
	size_t found = 0;

	for (const char *at = xml; (at = strstr(at, what)); at++)
		found++;
	return found;
}

static void check_updates(const char *xml, struct update_list *list)
{
	int r = zypper_updates_parse(xml, list);

	assert(r == 0 || r == -EBADMSG);
	assert(list->count <= count(xml, "<update"));
	if (r == 0)
		assert(strstr(xml, "update-list"));
	for (size_t i = 0; i < list->count; i++) {
		const struct update_package *package = &list->items[i];

		assert(*package->name && *package->to && *package->origin);
		assert(!package->security && !package->withheld && !package->severity);
	}
}

static void check_patches(const char *xml, struct zypper_patches *patches)
{
	int r = zypper_patches_parse(xml, patches);

	assert(r == 0 || r == -EBADMSG);
	assert(patches->count <= count(xml, "<update"));
	for (size_t i = 0; i < patches->count; i++) {
		const struct zypper_patch *patch = &patches->items[i];

		assert(*patch->name && *patch->edition && *patch->alias && *patch->category);
		assert(!patch->severity || *patch->severity);
	}
}

/* Each security patch is there: by one of its packages, or by itself. */
static void check_join(const struct update_list *all, const struct zypper_patches *patches,
	const struct zypper_fixes *fixes, const struct strv *locks)
{
	_cleanup_(update_list_clear) struct update_list list = {0};
	const struct update_list none = {0};
	size_t security = 0;

	assert(zypper_join(all, &none, patches, fixes, locks, false, &list) == 0);
	for (size_t i = 0; i < patches->count; i++)
		security += strcmp(patches->items[i].category, "security") == 0;
	assert(security == 0 || update_list_security(&list) > 0);
	assert(update_list_withheld(&list) == list.count);
	for (size_t i = 0; i < list.count; i++)
		assert(list.items[i].because);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *xml = strndup((const char *)data, size);
	_cleanup_(update_list_clear) struct update_list list = {0};
	_cleanup_(zypper_patches_clear) struct zypper_patches patches = {0};
	_cleanup_(zypper_fixes_clear) struct zypper_fixes fixes = {0};
	_cleanup_(strv_clear) struct strv locks = {0};
	int r;

	check_updates(xml, &list);
	check_patches(xml, &patches);
	r = zypper_fixes_parse(xml, &fixes);
	assert(r == 0 || r == -EBADMSG);
	r = zypper_locks_parse(xml, &locks);
	assert(r == 0 || r == -EBADMSG);
	check_join(&list, &patches, &fixes, &locks);
	return 0;
}
