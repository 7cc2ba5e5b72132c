/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_APT_CHANGELOG_H
#define CORDON_UPDATE_APT_CHANGELOG_H

/*
 * What Debian's changelogs say about weaknesses. Private to the room.
 */

#include "update/update.h"

#define APT_CVES_MAX 200 /* a package; one that fixes more is not told in part */

/**
 * apt_changelog_parse() - The CVEs that are named between two versions. Pure.
 * @text: a changelog, newest version first, as deb-changelog(5) has it.
 * @from: the version that was installed before; its own entry does not count.
 * @to: the version that is installed now, which has to be the first one.
 * @cves: appended to for 0, each once; untouched otherwise.
 *
 * Return: 0; 1: this cannot be told from it; -ENOMEM.
 */
int apt_changelog_parse(const char *text, const char *from, const char *to, struct strv *cves);

/** apt_name_cves() - See struct update_backend. */
void apt_name_cves(struct update_list *list);

#endif
