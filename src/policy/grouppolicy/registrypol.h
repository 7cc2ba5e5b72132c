/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_GROUPPOLICY_REGISTRYPOL_H
#define CORDON_POLICY_GROUPPOLICY_REGISTRYPOL_H

/*
 * The file format Registry.pol, MS-GPREG 2.2.1: a list of instructions for a registry. What the
 * instructions mean is not known here.
 */

#include <stddef.h>
#include <stdint.h>

/* MS-DTYP and winnt.h name these REG_SZ and so on. */
enum registry_type {
	REGISTRY_SZ = 1,
	REGISTRY_EXPAND_SZ = 2,
	REGISTRY_BINARY = 3,
	REGISTRY_DWORD = 4,
	REGISTRY_DWORD_BIG_ENDIAN = 5,
	REGISTRY_MULTI_SZ = 7,
	REGISTRY_QWORD = 11,
};

struct registry_record {
	const char *key;   /* UTF-8, as written */
	const char *value; /* UTF-8, as written; "" for an instruction about the key alone */
	uint32_t type;
	uint32_t size; /* of @data in bytes, 0 to 65535 */
	const uint8_t *data;
};

/**
 * registrypol_parse() - Read a whole file.
 * @data, @size: its content.
 * @each: called for every record in their order; what it gets is valid until it returns; a return
 *        value other than 0 ends the parsing and is returned.
 * @why: for -EINVAL what is wrong, with the byte offset; does not name the file.
 *
 * @each may have been called before an error is found: a caller that gets one forgets all of it.
 *
 * Return: 0; -EINVAL: not a Registry.pol, truncated, or a record that the format does not allow;
 * -ENOMEM; what @each returned.
 */
int registrypol_parse(const uint8_t *data, size_t size,
	int (*each)(void *context, const struct registry_record *record), void *context,
	char **why);

/**
 * registrypol_text() - The data of a SZ or EXPAND_SZ as UTF-8, up to its first NUL.
 * @text: malloc'ed, owned by the caller.
 *
 * Return: 0; -EINVAL: another type, an odd size or not UTF-16; -ENOMEM.
 */
int registrypol_text(const struct registry_record *record, char **text);

/**
 * registrypol_number() - The data of a DWORD (either byte order) or QWORD.
 *
 * Return: 0; -EINVAL: another type, or not as many bytes as the type has.
 */
int registrypol_number(const struct registry_record *record, uint64_t *number);

#endif
