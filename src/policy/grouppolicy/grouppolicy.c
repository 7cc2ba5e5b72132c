// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Group Policy, from cached files to a decision and exceptions.
 *
 * cache.c finds the files, registrypol.c reads one, map.c merges them all, and the others
 * say what the result means: ports.c, services.c, rules.c. cordon looks only at the
 * keys of Microsoft's own firewall; that it reads them on Linux is what Group Policy's authors
 * expect of a server that is in their domain.
 *
 * It is all or nothing: where anything could hide that the firewall was decided upon, or that an
 * exception was made narrower, nothing of Group Policy counts, which leaves the server sealed.
 *
 * Which policy wins depends on how they are linked in the directory, and neither cache keeps that.
 * The order of their paths is at least always the same.
 */

#include "policy/grouppolicy/grouppolicy.h"

#include "policy/grouppolicy/cache.h"
#include "policy/grouppolicy/gpo.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"
#include "util/printable.h"

#include <errno.h>
#include <string.h>

#define FILE_SIZE_MAX (16U << 20)
#define ALL_SIZE_MAX  (64U << 20)
#define SENTENCE_MAX  800

/* An older key stands in for those that a policy for newer systems has. */
static const char *profile_key(const struct gpo_map *map, enum group_policy_profile profile)
{
	static const char *const keys[] = {
		[GROUP_POLICY_DOMAIN] = "DomainProfile",
		[GROUP_POLICY_STANDARD] = "StandardProfile",
		[GROUP_POLICY_PRIVATE] = "PrivateProfile",
		[GROUP_POLICY_PUBLIC] = "PublicProfile",
	};

	if (profile == GROUP_POLICY_DOMAIN || gpo_map_has(map, keys[profile]))
		return keys[profile];
	return keys[GROUP_POLICY_STANDARD];
}

/* Clause P14: that it says so, not what it says, is what counts. */
static int read_decision(struct gpo_reading *reading)
{
	const struct gpo_value *value =
		gpo_map_find(reading->map, reading->profile_key, "EnableFirewall");
	struct group_policy *policy = reading->policy;
	enum gpo_switch state = gpo_switch(value);
	_cleanup_free_ char *place = value ? gpo_place(value, NULL) : NULL;

	if (state == GPO_SWITCH_ABSENT)
		return 0;
	if (!place)
		return -ENOMEM;
	if (state == GPO_SWITCH_BAD)
		return strv_addf(&policy->damage,
			"%s: neither 0 nor 1, so it is not known what was decided", place);
	policy->decision.what =
		strdup(state == GPO_SWITCH_ON ? _("Group Policy enables the firewall")
					      : _("Group Policy disables the firewall"));
	policy->decision.source = TAKE_PTR(place);
	policy->decided = policy->decision.what != NULL;
	return policy->decided ? 0 : -ENOMEM;
}

/* A profile whose shields are up has no exceptions, rules included. */
static int read_shields(struct gpo_reading *reading)
{
	const struct gpo_value *value =
		gpo_map_find(reading->map, reading->profile_key, "DoNotAllowExceptions");
	struct exception_list *allow = &reading->policy->allow;
	enum gpo_switch state = gpo_switch(value);
	int r = 0;

	if (state == GPO_SWITCH_ABSENT || state == GPO_SWITCH_OFF)
		return 0;
	if (state == GPO_SWITCH_BAD)
		r = gpo_problem(reading, value, "neither 0 nor 1; it counts as 1");
	if (r == 0 && allow->count > 0)
		r = gpo_problem(reading, value,
			"no exceptions are allowed, so the %zu of Group Policy stay closed",
			allow->count);
	exception_list_clear(allow);
	return r;
}

static void forget(struct group_policy *policy)
{
	policy->decided = false;
	free(policy->decision.what);
	free(policy->decision.source);
	policy->decision = (struct sourced){0};
	exception_list_clear(&policy->allow);
}

int gpo_interpret(
	const struct gpo_map *map, enum group_policy_profile profile, struct group_policy *policy)
{
	struct gpo_reading reading = {
		.map = map,
		.profile = profile,
		.profile_key = profile_key(map, profile),
		.policy = policy,
	};
	int r = read_decision(&reading);

	if (r == 0)
		r = gpo_ports_read(&reading);
	if (r == 0)
		r = gpo_services_read(&reading);
	if (r == 0)
		r = gpo_rules_read(&reading);
	if (r == 0)
		r = read_shields(&reading);
	if (policy->damage.count > 0)
		forget(policy);
	return r;
}

static int add_damage(struct group_policy *policy, const char *what)
{
	_cleanup_free_ char *shown = printable(what, SENTENCE_MAX);

	return shown ? strv_addf(&policy->damage, "%s", shown) : -ENOMEM;
}

static char *why_unread(const char *path, size_t left, int error, const char *why)
{
	if (error == -EFBIG && left < FILE_SIZE_MAX)
		return strdup_printf(
			_("%s: with it all policies are longer than %u bytes"), path, ALL_SIZE_MAX);
	return why ? strdup_printf("%s", why) : strdup_printf("%s: %s", path, strerror(-error));
}

/* @path was found to be there, so that it cannot be read now is damage, too. */
static int read_file(const char *root, const char *path, size_t *left, struct gpo_map *map,
	struct group_policy *policy)
{
	_cleanup_free_ char *data = NULL, *why = NULL, *sentence = NULL;
	size_t size = 0, max = *left < FILE_SIZE_MAX ? *left : FILE_SIZE_MAX;
	int r = file_read_trusted_in(root, path, max, &data, &size, &why);

	if (r < 0 && r != -ENOMEM) {
		sentence = why_unread(path, *left, r, why);
		return sentence ? add_damage(policy, sentence) : -ENOMEM;
	}
	*left -= size;
	if (r == 0)
		r = gpo_map_merge(map, path, (const uint8_t *)data, size, &why);
	if (r == 0 || r == -ENOMEM)
		return r;
	sentence = strdup_printf("%s: %s", path, why ? why : _("not understood"));
	return sentence ? add_damage(policy, sentence) : -ENOMEM;
}

static int name_file(const struct strv *files, size_t i, struct group_policy *policy)
{
	_cleanup_free_ char *source = printable(files->items[i], SENTENCE_MAX);

	if (!source)
		return -ENOMEM;
	if (files->count == 1)
		return sourced_add(&policy->files, source, "Group Policy");
	return sourced_add(&policy->files, source,
		"Group Policy, %zu of %zu in the order of their paths (that of their links is not "
		"known); later ones win",
		i + 1, files->count);
}

static int read_files(const char *root, const struct strv *files, struct gpo_map *map,
	struct group_policy *policy)
{
	size_t left = ALL_SIZE_MAX;
	int r = 0;

	for (size_t i = 0; r == 0 && i < files->count; i++) {
		r = read_file(root, files->items[i], &left, map, policy);
		if (r == 0)
			r = name_file(files, i, policy);
	}
	return r;
}

static int advise(struct group_policy *policy)
{
	for (size_t i = 0; i < policy->damage.count; i++) {
		char *longer = strdup_printf(
			_("%s; nothing of Group Policy counts: refresh it (samba-gpupdate "
			  "--force, adsysctl update --machine), or set GroupPolicy=no"),
			policy->damage.items[i]);

		if (!longer)
			return -ENOMEM;
		free(policy->damage.items[i]);
		policy->damage.items[i] = longer;
	}
	return 0;
}

int group_policy_load(const char *root, const char *folder, enum group_policy_profile profile,
	struct group_policy *policy)
{
	_cleanup_(group_policy_clear) struct group_policy result = {0};
	_cleanup_(strv_clear) struct strv files = {0};
	_cleanup_(gpo_map_clear) struct gpo_map map = {0};
	int r = gpo_cache_find(root, folder, &files, &result.damage);

	if (r == 0)
		r = read_files(root, &files, &map, &result);
	if (r == 0 && result.damage.count == 0) {
		r = gpo_map_settle(&map);
		if (r == 0)
			r = gpo_interpret(&map, profile, &result);
	}
	if (r == 0)
		r = advise(&result);
	if (r < 0)
		return r;
	*policy = result;
	result = (struct group_policy){0};
	return 0;
}

void group_policy_clear(struct group_policy *policy)
{
	forget(policy);
	sourced_list_clear(&policy->files);
	strv_clear(&policy->problems);
	strv_clear(&policy->damage);
}
