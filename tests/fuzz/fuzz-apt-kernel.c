// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * apt's answers about kernels: what is found stands in them, and what takes a kernel's place is
 * newer and of its flavour. Five answers, with a NUL between them: dpkg-query, and apt-cache's
 * pkgnames, policy, depends and rdepends.
 */

#include "scratch.h"
#include "update/apt/kernel.h"
#include "update/reboot/kernel.h"
#include "util/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_offers(const char *policy, const struct apt_offers *offers)
{
	for (size_t i = 0; i < offers->count; i++) {
		const struct apt_offer *offer = &offers->items[i];

		assert(offer->package[0] && strstr(policy, offer->package));
		assert(strstr(policy, offer->version) && strstr(policy, offer->origin));
		assert(strcmp(offer->version, "(none)") != 0 && offer->priority >= 100);
	}
}

static void check_successor(const char *package, const struct apt_offers *offers)
{
	const struct apt_offer *found = apt_kernel_successor(package, offers);
	struct apt_kernel kernel, other;

	if (!found)
		return;
	assert(found >= offers->items && found < offers->items + offers->count);
	assert(apt_kernel_parse(package, &kernel) && apt_kernel_parse(found->package, &other));
	assert(kernel_compare(other.version, kernel.version) > 0);
	assert(strcmp(other.flavour, kernel.flavour) == 0);
}

static void check_metas(const char *package, char **texts)
{
	_cleanup_(strv_clear) struct strv metas = {0};
	_cleanup_free_ char *meta = NULL;
	struct apt_kernel kernel;
	int r;

	assert(apt_metas_installed(texts[0], &metas) == 0);
	for (size_t i = 0; i < metas.count; i++)
		assert(strstr(texts[0], metas.items[i]) &&
			!apt_kernel_parse(metas.items[i], &kernel));
	r = apt_metas_bring(texts[3], package);
	assert(r == 0 || r == 1 || r == -EBADMSG);
	assert(r != 1 || strstr(texts[3], "Depends: linux-image-"));
	r = apt_metas_recommend(texts[4], package, &metas, &meta);
	assert(r == 0 || (r == -EBADMSG && !meta));
	assert(!meta || (strstr(texts[4], meta) && !apt_kernel_parse(meta, &kernel)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(strv_clear) struct strv newest = {0};
	_cleanup_(apt_offers_clear) struct apt_offers offers = {0};
	char *texts[5];
	int r;

	scratch_cut(data, size, texts, 5);
	r = apt_offers_parse(texts[2], &offers);
	assert(r == 0 || (r == -EBADMSG && offers.count == 0));
	check_offers(texts[2], &offers);
	assert(apt_kernels_newest(texts[0], &newest) == 0);
	for (size_t i = 0; i < newest.count; i++) {
		_cleanup_(strv_clear) struct strv related = {0};

		assert(apt_kernels_related(newest.items[i], texts[1], &related) == 0);
		assert(strcmp(related.items[0], newest.items[i]) == 0);
		check_successor(newest.items[i], &offers);
		check_metas(newest.items[i], texts);
	}
	scratch_free(texts, 5);
	return 0;
}
