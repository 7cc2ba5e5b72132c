// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists of packages, and what to tell an administrator about them.
 */

#include "update/update.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <errno.h>
#include <string.h>

/* Names in a sentence; cordon update --check lists them all. */
#define NAMES_SHOWN 5

/* Reasons in a sentence, likewise. */
#define REASONS_SHOWN 3

static void package_clear(struct update_package *package)
{
	free(package->name);
	free(package->from);
	free(package->to);
	free(package->origin);
	free(package->severity);
	free(package->because);
	strv_clear(&package->cves);
}

int update_list_add(struct update_list *list, const struct update_package *package)
{
	struct update_package *larger,
		copy = {
			.name = strdup(package->name),
			.from = package->from ? strdup(package->from) : NULL,
			.to = package->to ? strdup(package->to) : NULL,
			.origin = package->origin ? strdup(package->origin) : NULL,
			.severity = package->severity ? strdup(package->severity) : NULL,
			.security = package->security,
			.withheld = package->withheld,
			.because = package->because ? strdup(package->because) : NULL,
			.cves_known = package->cves_known,
		};
	int r = strv_copy(&package->cves, &copy.cves);

	larger = reallocarray(list->items, list->count + 1, sizeof(*larger));
	if (larger)
		list->items = larger;
	if (r < 0 || !larger || !copy.name || (package->to && !copy.to) ||
		(package->origin && !copy.origin) || (package->from && !copy.from) ||
		(package->severity && !copy.severity) || (package->because && !copy.because)) {
		package_clear(&copy);
		return -ENOMEM;
	}
	larger[list->count++] = copy;
	return 0;
}

int update_list_join(struct update_list *list, const struct update_list *more)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < more->count; i++)
		if (!update_list_find(list, more->items[i].name))
			r = update_list_add(list, &more->items[i]);
	return r;
}

void update_list_clear(struct update_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		package_clear(&list->items[i]);
	free(list->items);
	*list = (struct update_list){0};
}

void update_list_keep_security(struct update_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].security)
			list->items[kept++] = list->items[i];
		else
			package_clear(&list->items[i]);
	}
	list->count = kept;
}

size_t update_list_security(const struct update_list *list)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += list->items[i].security;
	return count;
}

size_t update_list_withheld(const struct update_list *list)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += list->items[i].withheld;
	return count;
}

struct update_package *update_list_find(const struct update_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].name, name) == 0)
			return &list->items[i];
	return NULL;
}

/* "openssl, libssl3 and 15 more". */
static char *first_names(const struct update_list *list, bool withheld)
{
	_cleanup_free_ char *names = strdup("");
	size_t count = 0;

	for (size_t i = 0; names && i < list->count; i++) {
		char *longer;

		if (list->items[i].withheld != withheld || count++ >= NAMES_SHOWN)
			continue;
		longer = strdup_printf("%s%s%s", names, *names ? ", " : "", list->items[i].name);
		free(names);
		names = longer;
	}
	if (!names || count <= NAMES_SHOWN)
		return TAKE_PTR(names);
	return strdup_printf(_("%s and %zu more"), names, count - NAMES_SHOWN);
}

/* Is the reason of this withheld package there, and not said before? */
static bool is_news(const struct update_list *list, size_t index)
{
	const struct update_package *package = &list->items[index];

	if (!package->withheld || !package->because)
		return false;
	for (size_t i = 0; i < index; i++)
		if (list->items[i].withheld && list->items[i].because &&
			strcmp(list->items[i].because, package->because) == 0)
			return false;
	return true;
}

/* Each that is known, once; they are mostly the same. */
static char *find_reasons(const struct update_list *list)
{
	_cleanup_free_ char *reasons = strdup("");
	size_t count = 0;

	for (size_t i = 0; reasons && i < list->count; i++) {
		char *longer;

		if (!is_news(list, i) || count++ >= REASONS_SHOWN)
			continue;
		longer = strdup_printf(
			"%s%s%s", reasons, *reasons ? "; " : "", list->items[i].because);
		free(reasons);
		reasons = longer;
	}
	if (count == 0)
		return strdup(_("the package manager does not say why"));
	if (!reasons || count <= REASONS_SHOWN)
		return TAKE_PTR(reasons);
	return strdup_printf(_("%s; and more, see cordon update --check"), reasons);
}

int update_list_explain(const struct update_list *list, struct strv *reasons)
{
	_cleanup_free_ char *names = first_names(list, false);
	_cleanup_free_ char *withheld_names = first_names(list, true);
	_cleanup_free_ char *because = find_reasons(list);
	size_t withheld = update_list_withheld(list), pending = list->count - withheld;
	int r = 0;

	if (!names || !withheld_names || !because)
		return -ENOMEM;
	if (pending > 0)
		r = strv_addf(reasons,
			P_("%zu update is pending: %s; run cordon update",
				"%zu updates are pending: %s; run cordon update", pending),
			pending, names);
	if (r == 0 && withheld > 0)
		r = strv_addf(reasons,
			P_("%zu security update is held back: %s; %s",
				"%zu security updates are held back: %s; %s", withheld),
			withheld, withheld_names, because);
	return r;
}
