/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_TESTS_POL_H
#define CORDON_TESTS_POL_H

/*
 * Registry.pol files, made record by record.
 */

#include <stddef.h>
#include <stdint.h>

#define POL_FIREWALL "Software\\Policies\\Microsoft\\WindowsFirewall"
#define POL_DOMAIN   POL_FIREWALL "\\DomainProfile"
#define POL_LIST     POL_DOMAIN "\\GloballyOpenPorts\\List"
#define POL_RULES    POL_FIREWALL "\\FirewallRules"

struct pol {
	uint8_t *data;
	size_t size;
	size_t room; /* how much is allocated */
};

/** pol_begin() - An empty one, with its header. */
struct pol pol_begin(void);

/** pol_bytes() - Append bytes as they are. */
void pol_bytes(struct pol *pol, const void *bytes, size_t size);

/** pol_utf16() - Append ASCII as UTF-16LE, with a NUL behind it. */
void pol_utf16(struct pol *pol, const char *text);

/** pol_add() - Append a record. */
void pol_add(struct pol *pol, const char *key, const char *value, uint32_t type, const void *data,
	uint32_t size);

/** pol_text() - Append a record of type SZ. */
void pol_text(struct pol *pol, const char *key, const char *value, const char *text);

/** pol_number() - Append a record of type DWORD. */
void pol_number(struct pol *pol, const char *key, const char *value, uint32_t number);

void pol_clear(struct pol *pol);

#endif
