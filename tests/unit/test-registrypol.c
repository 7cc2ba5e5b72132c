// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * policy/registrypol: the file format, and nothing of what it means.
 *
 * A file that Samba wrote says that cordon reads the same format as others. The rest is about files
 * that are almost right: each must be refused, and the place be named.
 */

#include "tree.h"

#include "pol.h"
#include "policy/grouppolicy/registrypol.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <string.h>

/* "key|value|type|data; ..." with the data as text, as number or, else, as its size. */
static int describe(void *context, const struct registry_record *record)
{
	char **all = context, *longer;
	_cleanup_free_ char *shown = NULL;
	uint64_t number;

	if (registrypol_text(record, &shown) < 0)
		shown = registrypol_number(record, &number) == 0
				? strdup_printf("%llu", (unsigned long long)number)
				: strdup_printf("%u bytes", record->size);
	longer = strdup_printf(
		"%s%s|%s|%u|%s; ", *all, record->key, record->value, record->type, shown);
	free(*all);
	*all = longer;
	return 0;
}

static void expect(const struct pol *pol, const char *expected)
{
	_cleanup_free_ char *all = strdup(""), *why = NULL;

	if (registrypol_parse(pol->data, pol->size, describe, &all, &why) != 0)
		fail_msg("refused: %s", why);
	assert_string_equal(all, expected);
}

static void refuse(const struct pol *pol, const char *reason)
{
	_cleanup_free_ char *all = strdup(""), *why = NULL;

	assert_int_equal(registrypol_parse(pol->data, pol->size, describe, &all, &why), -EINVAL);
	assert_contains(why, reason);
}

static void a_header_alone_is_an_empty_list(void **state)
{
	_cleanup_(pol_clear) struct pol pol = pol_begin();

	(void)state;
	expect(&pol, "");
}

static void samba_writes_what_is_read_here(void **state)
{
	_cleanup_free_ char *data = NULL;
	struct pol pol;

	(void)state;
	assert_int_equal(
		file_read(FIXTURES "/registrypol/firewall.pol", 65536, &data, &pol.size), 0);
	pol.data = (uint8_t *)data;
#define OTHER "Software\\Policies\\Other"
	expect(&pol, OTHER
		"|Word|1|Gr\xc3\xbc\xc3\x9f"
		"e, \xf0\x9f\x98\x80; " OTHER "|Words|7|10 bytes; " OTHER "|Bytes|3|4 bytes; " OTHER
		"|Long|11|1099511627776; " POL_DOMAIN "|EnableFirewall|4|1; " POL_LIST
		"|22:TCP:10.0.0.0/8,LocalSubnet:enabled:SSH|1|"
		"22:TCP:10.0.0.0/8,LocalSubnet:enabled:SSH; " POL_DOMAIN
		"\\Services\\RemoteDesktop|Enabled|4|1; " POL_DOMAIN
		"\\Services\\RemoteDesktop|RemoteAddresses|1|192.0.2.0/24; " POL_RULES
		"|**delvals.|1| ; " POL_RULES "|{5E2D6C2A-0001-4C2B-9D6B-000000000001}|1|"
		"v2.29|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Domain|"
		"LPort=443|RA4=10.0.0.0/255.0.0.0|Name=Web|; ");
}

static void samba_writes_an_empty_list_too(void **state)
{
	_cleanup_free_ char *data = NULL;
	struct pol pol;

	(void)state;
	assert_int_equal(file_read(FIXTURES "/registrypol/empty.pol", 65536, &data, &pol.size), 0);
	pol.data = (uint8_t *)data;
	expect(&pol, "");
}

static void data_may_look_like_the_end_of_a_record(void **state)
{
	_cleanup_(pol_clear) struct pol pol = pol_begin();

	(void)state;
	pol_add(&pol, "k", "v", 3, "]\0[\0;\0", 6);
	pol_add(&pol, "k", "", 0, NULL, 0);
	expect(&pol, "k|v|3|6 bytes; k||0|0 bytes; ");
}

static void a_header_must_be_right(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *reason;
	} cases[] = {
		{"", 0, "byte 0: it ends within its header"},
		{"PReg\1\0\0", 7, "byte 7: it ends within its header"},
		{"preg\1\0\0\0", 8, "not a Registry.pol"},
		{"PK\3\4\1\0\0\0", 8, "not a Registry.pol"},
		{"PReg\2\0\0\0", 8, "byte 4: version 2"},
		{"PReg\0\0\0\0", 8, "byte 4: version 0"},
		{"gerP\0\0\0\1", 8, "little-endian"},
		{"geRP\0\0\0\1", 8, "little-endian"},
		{"PReg\0\0\0\1", 8, "little-endian"},
		{"\xef\xbb\xbfPReg\1", 8, "not a Registry.pol"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(pol_clear) struct pol pol = {0};

		pol_bytes(&pol, cases[i].bytes, cases[i].size);
		refuse(&pol, cases[i].reason);
	}
}

/* Cut anywhere but between two records it is torn, and says where. */
static void a_torn_file_is_refused_wherever_it_ends(void **state)
{
	_cleanup_(pol_clear) struct pol pol = pol_begin();
	size_t whole, size;

	(void)state;
	pol_text(&pol, "key", "value", "text");
	whole = pol.size;
	pol_number(&pol, "key", "value", 1);
	size = pol.size;
	for (pol.size = 8 + 1; pol.size < size; pol.size++) {
		_cleanup_free_ char *place = strdup_printf("byte %zu: it ends within", pol.size);

		if (pol.size != whole)
			refuse(&pol, place);
	}
}

static void every_mark_must_be_there(void **state)
{
	_cleanup_(pol_clear) struct pol pol = pol_begin();
	/* [ k \0 ; v \0 ; type ; size ; data ] */
	static const size_t marks[] = {8, 14, 20, 26, 32, 36};

	(void)state;
	pol_add(&pol, "k", "v", 3, "ab", 2);
	for (size_t i = 0; i < ELEMENTS(marks); i++) {
		_cleanup_free_ char *place = strdup_printf("byte %zu: not the", marks[i]);

		for (size_t half = 0; half < 2; half++) {
			pol.data[marks[i] + half] ^= 0x20;
			refuse(&pol, place);
			pol.data[marks[i] + half] ^= 0x20;
		}
	}
	expect(&pol, "k|v|3|2 bytes; ");
}

/* One NUL ends a name, and what comes after it must be the semicolon. */
static void a_name_has_no_nul_within(void **state)
{
	_cleanup_(pol_clear) struct pol pol = pol_begin();

	(void)state;
	pol_bytes(&pol, "[\0k\0\0\0x\0\0\0;\0", 12);
	refuse(&pol, "byte 14: not the ';'");
}

static void names_must_be_utf16(void **state)
{
	static const char *const bad[] = {"\x00\xd8", "\x00\xdc", "\xff\xdb", "\xff\xdf"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		_cleanup_(pol_clear) struct pol key = pol_begin(), value = pol_begin();

		pol_bytes(&key, "[\0", 2);
		pol_bytes(&key, bad[i], 2);
		pol_bytes(&key, "a\0\0\0;\0", 6);
		refuse(&key, "byte 10: a key that is not UTF-16");
		pol_bytes(&value, "[\0k\0\0\0;\0", 8);
		pol_bytes(&value, bad[i], 2);
		pol_bytes(&value, "\0\0;\0", 4);
		refuse(&value, "byte 16: a value's name that is not UTF-16");
	}
}

static void repeat(char *text, size_t count)
{
	memset(text, 'x', count);
	text[count] = '\0';
}

static void names_are_bounded(void **state)
{
	_cleanup_(pol_clear) struct pol sound = pol_begin(), value = pol_begin(), key = pol_begin();
	static char name[2050], expected[2500];

	(void)state;
	repeat(name, 259);
	snprintf(expected, sizeof(expected), "k|%s|4|1; ", name);
	pol_number(&sound, "k", name, 1);
	expect(&sound, expected);
	repeat(name, 260);
	pol_number(&value, "k", name, 1);
	refuse(&value, "byte 16: a value's name of more than 259 characters");
	repeat(name, 2049);
	pol_number(&key, name, "v", 1);
	refuse(&key, "byte 10: a key of more than 2048 characters");
}

static void a_record_needs_a_key(void **state)
{
	_cleanup_(pol_clear) struct pol pol = pol_begin();

	(void)state;
	pol_number(&pol, "", "v", 1);
	refuse(&pol, "byte 10: a record without a key");
}

static void types_and_sizes_have_limits(void **state)
{
	_cleanup_(pol_clear) struct pol sound = pol_begin(), type = pol_begin(), size = pol_begin();
	static const uint8_t big[65536];

	(void)state;
	pol_add(&sound, "k", "v", 10, big, 65535);
	expect(&sound, "k|v|10|65535 bytes; ");
	pol_add(&type, "k", "v", 12, NULL, 0);
	refuse(&type, "a type of 12");
	pol_add(&size, "k", "v", 3, big, 65536);
	refuse(&size, "a size of 65536");
}

static int stop(void *context, const struct registry_record *record)
{
	(void)record;
	(*(int *)context)++;
	return 7;
}

static void the_caller_can_end_the_reading(void **state)
{
	_cleanup_(pol_clear) struct pol pol = pol_begin();
	int calls = 0;

	(void)state;
	pol_number(&pol, "k", "a", 1);
	pol_number(&pol, "k", "b", 1);
	assert_int_equal(registrypol_parse(pol.data, pol.size, stop, &calls, NULL), 7);
	assert_int_equal(calls, 1);
}

static void texts_are_decoded(void **state)
{
	static const struct {
		uint32_t type, size;
		const char *data, *expected; /* NULL: refused */
	} cases[] = {
		{REGISTRY_SZ, 0, "", ""},
		{REGISTRY_SZ, 2, "\0\0", ""},
		{REGISTRY_SZ, 4, "a\0b\0", "ab"}, /* no NUL at the end */
		{REGISTRY_SZ, 8, "a\0\0\0b\0\0\0", "a"},
		{REGISTRY_EXPAND_SZ, 4, "%\0\0\0", "%"},
		{REGISTRY_SZ, 4, "\x3d\xd8\x00\xde", "\xf0\x9f\x98\x80"},
		{REGISTRY_SZ, 2, "\xff\x07", "\xdf\xbf"},
		{REGISTRY_SZ, 2, "\xff\xff", "\xef\xbf\xbf"},
		{REGISTRY_SZ, 3, "a\0b", NULL},
		{REGISTRY_SZ, 2, "\x3d\xd8", NULL},
		{REGISTRY_SZ, 4, "\x00\xde\x3d\xd8", NULL},
		{REGISTRY_MULTI_SZ, 2, "a\0", NULL},
		{REGISTRY_BINARY, 2, "a\0", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct registry_record record = {
			"k", "v", cases[i].type, cases[i].size, (const uint8_t *)cases[i].data};
		_cleanup_free_ char *decoded = NULL;
		int r = registrypol_text(&record, &decoded);

		assert_int_equal(r, cases[i].expected ? 0 : -EINVAL);
		if (cases[i].expected)
			assert_string_equal(decoded, cases[i].expected);
		else
			assert_null(decoded);
	}
}

static void numbers_are_decoded(void **state)
{
	static const struct {
		uint32_t type, size;
		int result;
		uint64_t expected;
	} cases[] = {
		{REGISTRY_DWORD, 4, 0, 0x04030201},
		{REGISTRY_DWORD_BIG_ENDIAN, 4, 0, 0x01020304},
		{REGISTRY_QWORD, 8, 0, 0x0807060504030201},
		{REGISTRY_DWORD, 3, -EINVAL, 99},
		{REGISTRY_DWORD, 8, -EINVAL, 99},
		{REGISTRY_QWORD, 4, -EINVAL, 99},
		{REGISTRY_SZ, 4, -EINVAL, 99},
		{REGISTRY_BINARY, 4, -EINVAL, 99},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct registry_record record = {"k", "v", cases[i].type, cases[i].size,
			(const uint8_t *)"\1\2\3\4\5\6\7\10"};
		uint64_t number = 99;

		assert_int_equal(registrypol_number(&record, &number), cases[i].result);
		assert_true(number == cases[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_header_alone_is_an_empty_list),
		cmocka_unit_test(samba_writes_what_is_read_here),
		cmocka_unit_test(samba_writes_an_empty_list_too),
		cmocka_unit_test(data_may_look_like_the_end_of_a_record),
		cmocka_unit_test(a_header_must_be_right),
		cmocka_unit_test(a_torn_file_is_refused_wherever_it_ends),
		cmocka_unit_test(every_mark_must_be_there),
		cmocka_unit_test(a_name_has_no_nul_within),
		cmocka_unit_test(names_must_be_utf16),
		cmocka_unit_test(names_are_bounded),
		cmocka_unit_test(a_record_needs_a_key),
		cmocka_unit_test(types_and_sizes_have_limits),
		cmocka_unit_test(the_caller_can_end_the_reading),
		cmocka_unit_test(texts_are_decoded),
		cmocka_unit_test(numbers_are_decoded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
