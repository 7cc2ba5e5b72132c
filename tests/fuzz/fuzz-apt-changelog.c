// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changelogs of Debian packages: every CVE that is told looks like one, stands in the text, and is
 * told once; a list that is not certain is empty.
 */

#include "update/apt/changelog.h"

#include "util/cleanup.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct strv *cves, const char *text)
{
	assert(cves->count <= APT_CVES_MAX);
	for (size_t i = 0; i < cves->count; i++) {
		const char *cve = cves->items[i];

		assert(strncmp(cve, "CVE-", 4) == 0 && strlen(cve) >= 13 && strlen(cve) <= 17);
		assert(strspn(cve + 4, "-0123456789") == strlen(cve + 4) && strstr(text, cve));
		for (size_t k = 0; k < i; k++)
			assert(strcmp(cve, cves->items[k]) != 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(strv_clear) struct strv cves = {0};
	_cleanup_free_ char *text = malloc(size + 1);
	int r;

	memcpy(text, data, size);
	text[size] = '\0';
	r = apt_changelog_parse(text, "1-1", "1-2", &cves);
	assert(r == 0 || (r == 1 && cves.count == 0));
	check(&cves, text);
	return 0;
}
