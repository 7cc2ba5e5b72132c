// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers, times and conditions as the assistant says them.
 */

#include "tree.h"

#include "assistant/refused.h"
#include "assistant/say.h"
#include "util/cleanup.h"
#include "util/language.h"
#include "util/width.h"

#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_WIDTH 76 /* of a terminal with 80 columns */

static void bytes_have_units(void **state)
{
	char buffer[SAY_BYTES_SIZE];

	(void)state;
	assert_string_equal(say_bytes(0, buffer), "0.0 kB");
	assert_string_equal(say_bytes(1234, buffer), "1.2 kB");
	assert_string_equal(say_bytes(43200000, buffer), "43 MB");
	assert_string_equal(say_bytes(ULLONG_MAX, buffer), "18446744 TB");
}

static void times_are_short(void **state)
{
	char buffer[SAY_TIME_SIZE];

	(void)state;
	assert_string_equal(say_time("2026-01-31T23:59:59Z", buffer), "2026-01-31 23:59 UTC");
	assert_string_equal(say_time("2026", buffer), "?");
	assert_string_equal(say_time(NULL, buffer), "?");
}

static void assert_bars(const unsigned long long *values, size_t count, const char *expected)
{
	char buffer[SAY_BARS_SIZE];

	say_bars(values, count, buffer);
	assert_string_equal(buffer, expected);
}

static void bars_tell_of_hours(void **state)
{
	const unsigned long long rising[] = {0, 0, 1, 4, 8}, one[] = {0, 0, 5}, none[3] = {0};
	const unsigned long long ended[] = {8, 0}, huge[] = {1, ULLONG_MAX / 8};
	unsigned long long many[100];

	(void)state;
	setenv("TERM", "xterm", 1);
	assert_bars(rising, 5, "▁▄█");
	assert_bars(ended, 2, "█▁");
	assert_bars(huge, 2, "▁█");
	/* One hour compares with nothing. */
	assert_bars(one, 3, "");
	assert_bars(none, 3, "");
	for (size_t i = 0; i < 100; i++)
		many[i] = 7;
	assert_bars(many, 100, "████████████████████████");
	setenv("TERM", "linux", 1);
	assert_bars(rising, 5, ".=#");
}

static void assert_progress(const struct update_progress *progress, const char *expected)
{
	_cleanup_free_ char *said = say_progress(progress);

	assert_string_equal(said, expected);
}

static void progress_is_told_from_its_parts(void **state)
{
	struct update_progress progress = {.percent = 42};

	(void)state;
	assert_progress(&progress, "42%, running");
	progress.state = (char *)"install";
	assert_progress(&progress, "42%, installing");
	progress.seconds_left = 59;
	assert_progress(&progress, "42%, installing, 59 s left");
	progress.seconds_left = 125;
	assert_progress(&progress, "42%, installing, 2 min left");
	progress.state = (char *)"no such state";
	assert_progress(&progress, "42%, running, 2 min left");
}

static void lists_are_cut(void **state)
{
	char *items[] = {(char *)"one", (char *)"two", (char *)"three"};
	const struct strv list = {items, 3}, none = {0};
	_cleanup_free_ char *whole = say_list(&list, 3), *cut = say_list(&list, 1);
	_cleanup_free_ char *empty = say_list(&none, 1);

	(void)state;
	assert_string_equal(whole, "  - one\n  - two\n  - three\n");
	assert_string_equal(cut, "  - one\n  and 2 more: cordon status\n");
	assert_string_equal(empty, "");
}

static void what_is_on_record_is_the_reason(void **state)
{
	struct situation situation = {.decision = {VERDICT_SEAL, REASON_NOT_FINISHED}};

	(void)state;
	assert_string_equal(say_reason(&situation), reason_text(REASON_NOT_FINISHED));
	situation.inputs.state.reason = (char *)"first-boot";
	assert_string_equal(say_reason(&situation), reason_text(REASON_FIRST_BOOT));
	situation.inputs.state.reason = (char *)"of a later version";
	assert_string_equal(say_reason(&situation), reason_text(REASON_NOT_FINISHED));
}

/* What the first page says when all that tried, tried this often, in each of many hours. */
static char *blocked_text(unsigned long long packets)
{
	struct blocked_port ports[] = {{.port = 65535, .protocol = IPPROTO_UDP, .packets = packets},
		{.port = 50022, .protocol = IPPROTO_TCP, .packets = packets},
		{.port = 10161, .protocol = IPPROTO_UDP, .packets = packets},
		{.port = 23, .protocol = IPPROTO_TCP, .packets = packets}};
	struct blocked blocked = {
		.packets = packets, .ports = ports, .ports_count = ELEMENTS(ports)};
	char *all = NULL;
	size_t size;
	FILE *out = open_memstream(&all, &size);

	for (size_t i = 0; i < BLOCKED_HOURS; i++)
		blocked.hours[i] = packets;
	assert_non_null(out);
	refused_write(out, &blocked);
	assert_int_equal(fclose(out), 0);
	return all;
}

/* As a process that was started with this locale. */
static void speak(const char *language)
{
	static const char *const others[] = {
		"LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANGUAGE", "TERM", "LOCPATH"};

	for (size_t i = 0; i < ELEMENTS(others); i++)
		unsetenv(others[i]);
	setenv("LANG", language, 1);
	setlocale(LC_ALL, "C");
	language_begin();
}

static void assert_lines_fit(const char *language, const char *label)
{
	static const unsigned long long numbers[] = {1, 9999, 10000, 999999, 2000000000};

	speak(language);
	for (size_t i = 0; i < ELEMENTS(numbers); i++) {
		_cleanup_free_ char *all = blocked_text(numbers[i]);
		char *rest = all, *line;
		int lines = 0;

		assert_contains(all, label);
		while ((line = strsep(&rest, "\n")) != NULL && *line) {
			lines++;
			if (width_of(line) > WINDOW_WIDTH)
				fail_msg("%zu columns: %s", width_of(line), line);
		}
		assert_int_equal(lines, 2);
	}
}

static void what_was_blocked_keeps_its_lines(void **state)
{
	(void)state;
	assert_lines_fit("ja_JP.UTF-8", "狙われたポート: 65535/udp ");
	assert_lines_fit("C.UTF-8", "Most wanted: 65535/udp ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_have_units),
		cmocka_unit_test(times_are_short),
		cmocka_unit_test(bars_tell_of_hours),
		cmocka_unit_test(what_was_blocked_keeps_its_lines),
		cmocka_unit_test(progress_is_told_from_its_parts),
		cmocka_unit_test(lists_are_cut),
		cmocka_unit_test(what_is_on_record_is_the_reason),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
