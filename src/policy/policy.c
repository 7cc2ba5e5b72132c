// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everybody who has a say, in the order in which they count: the files, then what came with the
 * machine from its hypervisor or cloud, then what was said at this boot.
 */

#include "policy/policy.h"

#include "policy/cmdline.h"
#include "policy/conf.h"
#include "policy/layers.h"
#include "policy/settings.h"
#include "util/cleanup.h"
#include "util/file.h"

#include <errno.h>
#include <string.h>

/* System credentials, systemd.exec(5): PID 1 imports them before it runs any generator. */
#define CREDENTIAL "/run/credentials/@system/cordon.conf"

/* Files that cannot even be listed may say anything. */
static int load_files(const char *root, struct policy *policy)
{
	_cleanup_(strv_clear) struct strv files = {0};
	int r = layers_find(root, &files);

	if (r < 0 && r != -ENOMEM) {
		policy->unclear = true;
		r = strv_addf(&policy->problems,
			"the folders of cordon.conf(5) cannot be listed: %s", strerror(-r));
	}
	for (size_t i = 0; r == 0 && i < files.count; i++)
		r = conf_read(root, files.items[i], policy);
	return r;
}

/* Nobody but the running system was given credentials or a command line. */
static int load_boot(struct policy *policy)
{
	int r = file_exists(CREDENTIAL) ? conf_read("", CREDENTIAL, policy) : 0;

	return r < 0 ? r : boot_read(policy);
}

int policy_load(const char *root, struct policy *policy)
{
	_cleanup_(policy_clear) struct policy result = {0};
	int r = setting_defaults(&result);

	if (r == 0)
		r = load_files(root, &result);
	if (r == 0 && !root[0])
		r = load_boot(&result);
	if (r == 0)
		r = setting_settle(&result);
	if (r < 0)
		return r;
	*policy = result;
	result = (struct policy){0};
	return 0;
}

void policy_clear(struct policy *policy)
{
	struct choice *choices[] = {&policy->egress, &policy->mode, &policy->remote_admin,
		&policy->when_managed, &policy->group_policy, &policy->group_policy_profile,
		&policy->updates, &policy->reboot, &policy->prefetch, &policy->on_finish,
		&policy->login, &policy->textfile};

	for (size_t i = 0; i < ELEMENTS(choices); i++) {
		free(choices[i]->source);
		free(choices[i]->folder);
	}
	free(policy->max_age_source);
	sourced_list_clear(&policy->admin_groups);
	exception_list_clear(&policy->allow);
	exception_list_clear(&policy->egress_allow);
	exception_list_clear(&policy->finish_allow);
	strv_clear(&policy->from);
	strv_clear(&policy->problems);
	*policy = (struct policy){0};
}
