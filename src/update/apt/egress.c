// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ports that apt needs, read from its configuration.
 *
 * Whoever keeps an internal mirror on port 8080 must not find the seal in its way. This runs on
 * every sealed boot, before there is a network, so it only reads. A proxy that a script of
 * Acquire::http::Proxy-Auto-Detect would find cannot be known then: [Egress] Allow= is for those.
 */

#include "update/apt/apt.h"

#include "update/apt/parse.h"
#include "update/manager/uri.h"
#include "util/cleanup.h"
#include "util/file.h"

#include <errno.h>
#include <string.h>

#define MIRROR_LIST_MAX (64U << 10)

struct egress {
	void (*add)(void *context, unsigned int port, const char *source);
	void *context;
};

static void add_uri(const struct egress *egress, const char *kind, const char *uri)
{
	uri_add_port("apt", kind, uri, egress->add, egress->context);
}

static void add_proxy(void *context, const char *uri)
{
	add_uri(context, "proxy", uri);
}

static int add_proxies(struct egress *egress, char **why)
{
	static const char *const argv[] = {APT_CONFIG, "dump", NULL};
	_cleanup_(output_clear) struct output output = {0};
	int r;

	r = apt_query(argv, &output, why);
	if (r < 0)
		return r;
	return apt_proxies_parse(output.out ? output.out : "", add_proxy, egress);
}

/* Cloud images of Debian have "mirror+file:/etc/apt/mirrors/debian.list", a file of URIs. */
static void add_mirrors(const struct egress *egress, const char *path)
{
	_cleanup_free_ char *list = NULL;
	char *rest, *line;

	/* apt itself complains of a list that it cannot read. */
	if (file_read(path, MIRROR_LIST_MAX, &list, NULL) < 0)
		return;
	rest = list;
	while ((line = strsep(&rest, "\n"))) {
		line[strcspn(line, " \t")] = '\0';
		add_uri(egress, "mirror", line);
	}
}

int apt_egress(void (*add)(void *context, unsigned int port, const char *source), void *context,
	char **why)
{
	static const char mirror_list[] = "mirror+file:";
	_cleanup_(apt_sources_clear) struct apt_sources sources = {0};
	struct egress egress = {.add = add, .context = context};
	int r;

	r = add_proxies(&egress, why);
	if (r < 0)
		return r;
	r = apt_sources_configured(&sources, why);
	if (r < 0)
		return r;
	for (size_t i = 0; i < sources.count; i++) {
		const char *uri = sources.items[i].uri;

		add_uri(&egress, "source", uri);
		if (strncmp(uri, mirror_list, strlen(mirror_list)) == 0)
			add_mirrors(&egress, uri + strlen(mirror_list));
	}
	return 0;
}
