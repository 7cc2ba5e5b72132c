// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What follows from the configuration of an rpm repository: whether anybody checks what comes from
 * it, which ports it needs, and what people and records call it.
 *
 * Package managers are told to answer every question with yes, so they take any key that gpgkey=
 * names: it must have come on a way that nobody can meddle with. And whoever can change metadata on
 * their way can hide the update that matters; either they are signed or the way is protected.
 */

#include "update/rpm/repo-file.h"

#include "update/manager/uri.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static bool is_open_way(const char *url)
{
	return strncasecmp(url, "http:", 5) == 0 || strncasecmp(url, "ftp:", 4) == 0;
}

/* Of several ways one that is protected is enough: a metalink has the sums of what mirrors send. */
static bool has_only_open_ways(const struct strv *urls)
{
	for (size_t i = 0; i < urls->count; i++)
		if (!is_open_way(urls->items[i]))
			return false;
	return urls->count > 0;
}

static const char *find_open_way(const struct strv *urls)
{
	for (size_t i = 0; i < urls->count; i++)
		if (is_open_way(urls->items[i]))
			return urls->items[i];
	return NULL;
}

static bool is_checked(enum repo_switch own, enum repo_switch general, bool otherwise)
{
	return repo_is_on(own, repo_is_on(general, otherwise));
}

int repo_check_trust(
	const struct repo *repo, const struct repo *defaults, bool gpgcheck, char **doubt)
{
	const bool packages =
		is_checked(repo->gpgcheck, defaults ? defaults->gpgcheck : REPO_UNSET, gpgcheck);
	const bool metadata = is_checked(
		repo->repo_gpgcheck, defaults ? defaults->repo_gpgcheck : REPO_UNSET, gpgcheck);
	const char *key = find_open_way(&repo->keys);
	char *said = NULL;

	if (repo->local) {
		*doubt = NULL;
		return 0;
	}
	if (!packages && !metadata)
		said = strdup(
			_("what comes from it is not signed, or nobody checks that (gpgcheck=0 "
			  "and repo_gpgcheck=0): anybody on the way could replace it; have its "
			  "signatures checked (gpgcheck=1)"));
	else if (!metadata && has_only_open_ways(&repo->urls))
		said = strdup(
			_("its metadata are not signed (repo_gpgcheck=0), and come over http: "
			  "anybody on the way could say that nothing is pending; use https, or "
			  "have their signature checked (repo_gpgcheck=1)"));
	else if (key)
		said = strdup_printf(
			_("its key would be fetched over an open way (%s): anybody on it could "
			  "put another in its place; use https, or a file that came with the "
			  "system (gpgkey=file:///...)"),
			key);
	else {
		*doubt = NULL;
		return 0;
	}
	if (!said)
		return -ENOMEM;
	*doubt = said;
	return 0;
}

char *repo_title(const struct repo *repo)
{
	_cleanup_free_ char *url = NULL;

	if (repo->urls.count == 0)
		return strdup(repo->id);
	url = uri_without_credentials(repo->urls.items[0]);
	return url ? strdup_printf("%s %s", repo->id, url) : NULL;
}

void repo_add_ports(const struct repo *repo, const char *kind,
	void (*add)(void *context, unsigned int port, const char *source), void *context)
{
	for (size_t i = 0; i < repo->urls.count; i++)
		uri_add_port(kind, "source", repo->urls.items[i], add, context);
	for (size_t i = 0; i < repo->keys.count; i++)
		uri_add_port(kind, "key", repo->keys.items[i], add, context);
	if (repo->proxy)
		uri_add_port(kind, "proxy", repo->proxy, add, context);
}
