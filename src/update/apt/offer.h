/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_APT_OFFER_H
#define CORDON_UPDATE_APT_OFFER_H

/*
 * What apt would install of packages that are not installed. Pure functions on the text that
 * apt-cache policy writes.
 */

#include <stddef.h>

/* A package that a source offers, in the version that apt would install. */
struct apt_offer {
	char *package;
	char *version;
	char *origin; /* "http://mirror.example/debian-security bookworm-security/main" */
	int priority; /* apt_preferences(5) */
};

struct apt_offers {
	struct apt_offer *items;
	size_t count;
};

/**
 * apt_offers_parse() - What is on offer.
 * @policy: of "apt-cache policy PACKAGE...".
 * @offers: filled on success; untouched on failure.
 *
 * What only dpkg has, what is pinned away ("Candidate: (none)"), and what has a priority below 100,
 * that nobody gets without asking for it, is not on offer.
 *
 * Return: 0; -EBADMSG when a table cannot be understood, or there is none; -ENOMEM.
 */
int apt_offers_parse(const char *policy, struct apt_offers *offers);

/** apt_offers_clear() - Release the offers. */
void apt_offers_clear(struct apt_offers *offers);

#endif
