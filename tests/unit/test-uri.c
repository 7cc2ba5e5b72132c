// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ports of sources and proxies, and that no password is shown.
 */

#include "update/manager/uri.h"

#include "tree.h"
#include "util/cleanup.h"

static void ports_of_uris(void **state)
{
	static const struct {
		const char *uri;
		unsigned int port;
	} cases[] = {
		{"http://mirror.example/debian", 80},
		{"https://mirror.example/debian", 443},
		{"HTTPS://mirror.example", 443},
		{"ftp://mirror.example/debian", 21},
		{"http://mirror.example:8080/debian", 8080},
		{"http://user:1234@mirror.example/debian", 80},
		{"http://user:p@ss@mirror.example:81/debian", 81},
		{"http://mirror.example/a:9/b@c:7/", 80},
		{"http://[2001:db8::1]:8080/debian", 8080},
		{"http://[2001:db8::1]/debian", 80},
		{"tor+http://mirror.example/debian", 80},
		{"mirror+https://mirror.example/list", 443},
		{"mirror://mirror.example:8000/list", 8000},
		{"socks5h://localhost", 1080},
		{"http://mirror.example:70000/", 0},
		{"http://mirror.example:80x/", 0},
		{"http://[2001:db8::1/debian", 80},
		{"mirror+file:/etc/apt/mirrors/debian.list", 0},
		{"file:///srv/mirror", 0},
		{"cdrom:[Debian]/", 0},
		{"://", 0},
		{"", 0},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++)
		assert_int_equal(uri_port(cases[i].uri), cases[i].port);
}

static void credentials_do_not_show(void **state)
{
	_cleanup_free_ char *hidden =
		uri_without_credentials("https://user:p@ss@mirror.example:81/a@b//");
	_cleanup_free_ char *plain = uri_without_credentials("cdrom:[a@b]/");

	(void)state;
	assert_string_equal(hidden, "https://mirror.example:81/a@b");
	assert_string_equal(plain, "cdrom:[a@b]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_of_uris),
		cmocka_unit_test(credentials_do_not_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
