// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A repomd.xml: it has a date between 2000 and 2100 or none, advisories only where the word stands,
 * and no document type, whatever else is in it.
 */

#include "update/rpm/repomd.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct repomd repomd = {.date = -1, .has_advisories = true};
	int r = repomd_parse((const char *)data, size, &repomd);

	assert(r == 0 || r == -EBADMSG || r == -EFBIG);
	if (r < 0) {
		assert(repomd.date == -1 && repomd.has_advisories);
		return 0;
	}
	assert(repomd.date == 0 || (repomd.date >= 946684800 && repomd.date <= 4102444800));
	/* In UTF-16 the words look otherwise. */
	if (!memchr(data, 0, size)) {
		assert(memmem(data, size, "repomd", 6) || memmem(data, size, "&#", 2));
		assert(!memmem(data, size, "<!ENTITY", 8) || memmem(data, size, "<!--", 4) ||
			memmem(data, size, "<![CDATA[", 9) || memmem(data, size, "<?", 2));
	}
	return 0;
}
