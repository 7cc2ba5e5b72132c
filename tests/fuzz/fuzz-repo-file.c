// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A .repo file: sections have names that stand in it, an error names a line that is there, what is
 * local leads nowhere, and what is asked for is no more than what is written.
 */

#include "update/rpm/repo-file.h"
#include "util/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count_port(void *context, unsigned int port, const char *source)
{
	size_t *ports = context;

	assert(port > 0 && port <= 65535);
	assert(strncmp(source, "dnf ", 4) == 0);
	++*ports;
}

static void check_repo(const struct repo *repo, const char *content)
{
	_cleanup_free_ char *doubt = NULL;
	size_t ports = 0;

	assert(*repo->id && strstr(content, repo->id));
	assert(repo->name && strncmp(repo->entry, "/x.repo:", 8) == 0);
	for (size_t i = 0; i < repo->urls.count; i++)
		assert(*repo->urls.items[i] && strstr(content, repo->urls.items[i]));
	assert(!repo->local || repo->urls.count > 0);
	assert(repo_check_trust(repo, repo, false, &doubt) == 0);
	assert(!repo->local || !doubt);
	repo_add_ports(repo, "dnf", count_port, &ports);
	assert(ports <= repo->urls.count + repo->keys.count + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *content = strndup((const char *)data, size);
	_cleanup_free_ char *copy = strdup(content), *why = NULL;
	_cleanup_(repos_clear) struct repos repos = {0};
	int r = repo_file_parse(copy, "/x.repo", &repos, &why);

	assert(r == 0 || r == -EINVAL);
	assert(r == 0 ? !why : strncmp(why, "/x.repo:", 8) == 0);
	for (size_t i = 0; i < repos.count; i++) {
		check_repo(&repos.items[i], content);
		assert(repos_find(&repos, repos.items[i].id));
	}
	return 0;
}
