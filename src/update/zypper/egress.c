// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ports that zypper needs, read from its configuration: those of repositories, of their keys,
 * and of proxies, which SUSE keeps in /etc/sysconfig/proxy and libzypp also in a repository's URL.
 */

#include "update/zypper/zypper.h"

#include "update/manager/uri.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define PROXY	  "/etc/sysconfig/proxy"
#define PROXY_MAX (256U << 10)

struct egress {
	void (*add)(void *context, unsigned int port, const char *source);
	void *context;
};

static void add_proxy(void *context, const char *uri)
{
	const struct egress *egress = context;

	uri_add_port("zypper", "proxy", uri, egress->add, egress->context);
}

/* "HTTP_PROXY="http://proxy.example:3128/"": its value, as a shell would read it. */
static int read_value(const char *line, const char *name, char **value)
{
	const size_t length = strlen(name);
	const char *rest = line + length + 1;
	int r;

	if (strncmp(line, name, length) != 0 || line[length] != '=')
		return 0;
	r = words_next(&rest, value);
	return r == -EINVAL ? 0 : r;
}

static int parse_line(const char *line, bool *enabled, struct strv *proxies)
{
	static const char *const names[] = {"HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY"};
	_cleanup_free_ char *on = NULL;
	int r = read_value(line, "PROXY_ENABLED", &on);

	if (r > 0)
		*enabled = strcasecmp(on, "yes") == 0;
	for (size_t i = 0; r >= 0 && i < ELEMENTS(names); i++) {
		_cleanup_free_ char *uri = NULL;

		r = read_value(line, names[i], &uri);
		if (r > 0 && *uri)
			r = strv_addf(proxies, "%s", uri);
	}
	return r < 0 ? r : 0;
}

int zypper_proxies_parse(
	const char *content, void (*add)(void *context, const char *uri), void *context)
{
	_cleanup_(strv_clear) struct strv proxies = {0};
	_cleanup_free_ char *copy = strdup(content);
	char *rest = copy, *line;
	bool enabled = false;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (line = strsep(&rest, "\n")))
		r = parse_line(line, &enabled, &proxies);
	for (size_t i = 0; r == 0 && enabled && i < proxies.count; i++)
		add(context, proxies.items[i]);
	return r;
}

/* "https://mirror.example/x?proxy=proxy.example&proxyport=3128" */
static void add_proxy_of_url(const struct egress *egress, const char *url)
{
	const char *at = strstr(url, "proxyport=");
	unsigned int port;

	if (at && sscanf(at, "proxyport=%5u", &port) == 1 && port > 0 && port <= 65535)
		egress->add(egress->context, port, "zypper proxy of a repository");
}

int zypper_egress(void (*add)(void *context, unsigned int port, const char *source), void *context,
	char **why)
{
	struct egress egress = {.add = add, .context = context};
	_cleanup_(repos_clear) struct repos repos = {0};
	_cleanup_free_ char *proxies = NULL;
	int r = zypper_repos_load(&repos, why);

	for (size_t i = 0; r == 0 && i < repos.count; i++) {
		if (!zypper_repo_counts(&repos, &repos.items[i]))
			continue;
		repo_add_ports(&repos.items[i], "zypper", add, context);
		for (size_t j = 0; j < repos.items[i].urls.count; j++)
			add_proxy_of_url(&egress, repos.items[i].urls.items[j]);
	}
	if (r == 0 && file_read(PROXY, PROXY_MAX, &proxies, NULL) == 0)
		r = zypper_proxies_parse(proxies, add_proxy, &egress);
	return r;
}
