// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who may come in: the scope of a port, of a service, of a rule.
 *
 * An element that is not understood is left out, which closes. Two scopes are the same when the
 * sorted lists of their canonical elements are: an administrator who writes 10.0.0.0/255.0.0.0 in
 * one line and 10.0.0.0/8 in another means one network.
 */

#include "policy/grouppolicy/gpo.h"

#include "util/cleanup.h"
#include "util/match.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

int gpo_scope_element(const char *element, struct strv *peers)
{
	_cleanup_free_ char *peer = NULL;
	int r;

	if (strcmp(element, PEER_ANYONE) == 0)
		return strv_addf(peers, PEER_ANYONE);
	if (strcasecmp(element, PEER_LOCAL_SUBNET) == 0)
		return strv_addf(peers, PEER_LOCAL_SUBNET);
	r = exception_parse_peer(element, &peer, NULL);
	return r < 0 ? r : strv_addf(peers, "%s", peer);
}

static void sort_once(struct strv *peers)
{
	size_t kept = 0;

	strv_sort(peers);
	for (size_t i = 0; i < peers->count; i++) {
		if (kept > 0 && strcmp(peers->items[kept - 1], peers->items[i]) == 0)
			free(peers->items[i]);
		else
			peers->items[kept++] = peers->items[i];
	}
	peers->count = kept;
}

int gpo_scope(const char *scope, struct strv *peers, struct strv *bad)
{
	_cleanup_free_ char *copy = strdup(scope);
	char *rest = copy, *word;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (word = strsep(&rest, ",")) != NULL) {
		word = trim(word, " \t");
		r = gpo_scope_element(word, peers);
		if (r == -EINVAL)
			r = strv_addf(bad, "%s", word);
	}
	sort_once(peers);
	return r;
}

int gpo_scope_compare(const struct strv *a, const struct strv *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		int order = strcmp(a->items[i], b->items[i]);

		if (order)
			return order;
	}
	return (a->count > b->count) - (a->count < b->count);
}
