// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /etc/machine-id: an id is 32 lower-case hexadecimal digits that are not all zero, or there is
 * none; its digits stand in the file in that order.
 */

#include "facts/identity.h"
#include "scratch.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char id[ID_SIZE] = "untouched";
	size_t at = 0;

	scratch_write("/etc/machine-id", data, size);
	install_read_machine_id(scratch_root(), id);
	if (!id[0])
		return 0;
	assert(strlen(id) == 32 && strspn(id, "0123456789abcdef") == 32);
	assert(strspn(id, "0") < 32);
	for (size_t i = 0; i < 32; i++, at++) {
		while (at < size && data[at] == '-')
			at++;
		assert(at < size && tolower(data[at]) == id[i]);
	}
	return 0;
}
