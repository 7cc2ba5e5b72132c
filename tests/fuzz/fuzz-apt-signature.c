// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The time of a signature: none without armour, and nothing in front of the last one changes it.
 */

#include "update/apt/signature.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *content = strndup((const char *)data, size);
	_cleanup_free_ char *longer = strdup_printf("Origin: x\n%s", content);
	const time_t made = apt_signature_date(content, strlen(content));

	assert(made >= 0 && made <= UINT32_MAX);
	assert(made == 0 || strstr(content, "-----BEGIN PGP SIGNATURE-----"));
	assert(apt_signature_date(longer, strlen(longer)) == made);
	return 0;
}
