// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How apt and dpkg are called: with everything below them that is known to ask told not to.
 */

#include "update/apt/apt.h"

#include "update/apt/parse.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <errno.h>
#include <string.h>

/* needrestart only lists: restarting services is the administrator's decision, or a reboot's. */
static const char *const unattended[] = {
	"DEBIAN_FRONTEND=noninteractive",
	"DEBIAN_PRIORITY=critical",
	"APT_LISTCHANGES_FRONTEND=none",
	"APT_LISTBUGS_FRONTEND=none",
	"NEEDRESTART_MODE=l",
	"UCF_FORCE_CONFFOLD=1",
	NULL,
};

static enum retry_reason apt_retry_reason(const struct output *output)
{
	return apt_retry_reason_find(output->error);
}

static bool is_of_apt(const char *program)
{
	return strcmp(program, APT_GET) == 0 || strcmp(program, APT_CACHE) == 0 ||
	       strcmp(program, APT_CONFIG) == 0;
}

/* What is read here must not depend on how an administrator likes to see it: apt 3.0 knows several
 * ways to write, and colours. The array refers to @argv; NULL when memory is short. */
static const char **add_settings(const char *const *argv)
{
	static const char *const settings[] = {"-oAPT::Output-Version=0", "-oAPT::Color=0"};
	const size_t more = is_of_apt(argv[0]) ? ELEMENTS(settings) : 0;
	const char **whole;
	size_t count = 0;

	while (argv[count])
		count++;
	whole = calloc(count + more + 1, sizeof(*whole));
	if (!whole)
		return NULL;
	whole[0] = argv[0];
	memcpy(whole + 1, settings, more * sizeof(*whole));
	memcpy(whole + 1 + more, argv + 1, (count - 1) * sizeof(*whole));
	return whole;
}

static struct call complete(const struct call *call, const char *const *argv)
{
	struct call whole = *call;

	whole.argv = argv;
	whole.environment = unattended;
	whole.retry_reason = apt_retry_reason;
	whole.reason = apt_reason;
	return whole;
}

int apt_call(const struct call *call, struct output *output, char **why)
{
	_cleanup_free_ const char **argv = add_settings(call->argv);
	const struct call whole = complete(call, argv);

	return argv ? call_run(&whole, output, why) : -ENOMEM;
}

bool apt_is_downloading(const char *line)
{
	struct apt_status status;

	return apt_status_parse(line, &status) && status.kind == APT_STATUS_DOWNLOAD;
}

/* "NAME='/path/'" */
static char *read_folder(const char *shell, const char *name)
{
	_cleanup_free_ char *begin = strdup_printf("%s='", name);
	const char *at = begin ? strstr(shell, begin) : NULL;

	at = at ? at + strlen(begin) : NULL;
	return at && *at == '/' ? strndup(at, strcspn(at, "'")) : NULL;
}

int apt_folders_find(struct apt_folders *folders, char **why)
{
	static const char *const argv[] = {APT_CONFIG, "shell", "L", "Dir::State::lists/d", "A",
		"Dir::Cache::archives/d", NULL};
	_cleanup_(apt_folders_clear) struct apt_folders found = {0};
	_cleanup_(output_clear) struct output output = {0};
	int r = apt_query(argv, &output, why);

	if (r < 0)
		return r;
	found.lists = read_folder(output.out ? output.out : "", "L");
	found.archives = read_folder(output.out ? output.out : "", "A");
	if (!found.lists || !found.archives)
		return fail(why, EBADMSG, "%s does not tell where apt keeps its files", APT_CONFIG);
	found.partial[0] = strdup_printf("%spartial", found.lists);
	found.partial[1] = strdup_printf("%spartial", found.archives);
	if (!found.partial[0] || !found.partial[1])
		return -ENOMEM;
	*folders = found;
	found = (struct apt_folders){0};
	/* What is complete is moved from partial to its parent: together they only grow. */
	folders->all[0] = folders->lists;
	folders->all[1] = folders->archives;
	folders->all[2] = folders->partial[0];
	folders->all[3] = folders->partial[1];
	folders->all[4] = NULL;
	return 0;
}

void apt_folders_clear(struct apt_folders *folders)
{
	free(folders->lists);
	free(folders->archives);
	free(folders->partial[0]);
	free(folders->partial[1]);
}

char *apt_reason(const struct output *output)
{
	char *reason = apt_error_find(output->out, output->error);

	return reason ? reason : output_excerpt(output);
}

int apt_query(const char *const *argv, struct output *output, char **why)
{
	_cleanup_free_ const char **whole_argv = add_settings(argv);
	const struct call whole = complete(&(struct call){.limit = LIMIT_QUERY}, whole_argv);

	return whole_argv ? call_query(&whole, output, why) : -ENOMEM;
}
