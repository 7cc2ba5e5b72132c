// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * state/store: the record that opens a server.
 *
 * Believing a record that nobody wrote opens a server that should be closed, so the damage is done
 * systematically: cut at every byte, with every bit flipped. Losing one leaves nothing to explain
 * what happened, so every way of failing to write is tried as well.
 */

#include "tree.h"

#include "state/state.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#define ID "0123456789abcdef0123456789abcdef"

/* A finished record with every member set, as state_save() writes it. */
static struct state finished_record(void)
{
	struct state record = {.phase = PHASE_FINISHED, .boots = 3};

	assert_int_equal(state_set(&record.reason, "verified"), 0);
	assert_int_equal(state_set(&record.machine_id, ID), 0);
	assert_int_equal(state_set(&record.since, "2026-01-31T23:59:59Z"), 0);
	assert_int_equal(state_set(&record.boot_id, "fedcba9876543210fedcba9876543210"), 0);
	assert_int_equal(state_set(&record.finished_by, "alice"), 0);
	assert_int_equal(state_set(&record.handed.to, "firewalld"), 0);
	assert_int_equal(state_set(&record.handed.before, "public"), 0);
	record.handed.enabled = true;
	assert_int_equal(strv_addf(&record.handed.allow, "22/tcp from 192.0.2.0/24"), 0);
	assert_int_equal(sourced_add(&record.handed.files, "/etc/x.xml", "%s", "0123"), 0);
	return record;
}

static void save_finished(const char *root)
{
	_cleanup_(state_clear) struct state record = finished_record();

	tree_folder(root, "/var/lib");
	assert_int_equal(state_save(root, &record, NULL), 0);
}

static void assert_same_text(const char *a, const char *b)
{
	if (a && b)
		assert_string_equal(a, b);
	else
		assert_ptr_equal(a, b);
}

static void assert_same_state(const struct state *a, const struct state *b)
{
	assert_int_equal(a->phase, b->phase);
	assert_int_equal(a->boots, b->boots);
	assert_same_text(a->reason, b->reason);
	assert_same_text(a->machine_id, b->machine_id);
	assert_same_text(a->since, b->since);
	assert_same_text(a->boot_id, b->boot_id);
	assert_same_text(a->finished_by, b->finished_by);
	assert_same_text(a->forced, b->forced);
	assert_same_text(a->handed.to, b->handed.to);
	assert_same_text(a->handed.before, b->handed.before);
	assert_int_equal(a->handed.enabled, b->handed.enabled);
	assert_int_equal(a->handed.allow.count, b->handed.allow.count);
	for (size_t i = 0; i < a->handed.allow.count; i++)
		assert_string_equal(a->handed.allow.items[i], b->handed.allow.items[i]);
	assert_int_equal(a->handed.files.count, b->handed.files.count);
	for (size_t i = 0; i < a->handed.files.count; i++) {
		assert_string_equal(
			a->handed.files.items[i].source, b->handed.files.items[i].source);
		assert_string_equal(a->handed.files.items[i].what, b->handed.files.items[i].what);
	}
}

/* The record is damaged, reads as none, and the sentence names the file and has @part in it. */
static void assert_damaged(const char *root, const char *part)
{
	struct state record = {.phase = PHASE_FINISHED};
	_cleanup_free_ char *why = NULL;

	deadline_set();
	assert_int_equal(state_load(root, &record, &why), STATE_DAMAGED);
	deadline_clear();
	assert_int_equal(record.phase, PHASE_NONE);
	assert_null(record.machine_id);
	assert_contains(why, STATE_FILE);
	assert_null(strstr(why, root));
	assert_contains(why, part);
}

static void what_is_saved_is_loaded(void **state)
{
	for (int phase = PHASE_PENDING; phase < PHASE_COUNT; phase++) {
		_cleanup_(state_clear) struct state record = finished_record(), loaded = {0};
		_cleanup_free_ char *why = NULL;

		record.phase = (enum phase)phase;
		assert_int_equal(state_set(&record.forced, "caf\u00e9 \"quoted\"\n\\ line"), 0);
		tree_folder(*state, "/var/lib");
		assert_int_equal(state_save(*state, &record, &why), 0);
		assert_int_equal(state_load(*state, &loaded, &why), STATE_OK);
		assert_null(why);
		assert_same_state(&record, &loaded);
	}
	assert_int_equal(tree_count(tree_path(*state, STATE_DIRECTORY)), 1);
}

static void members_that_are_not_set_stay_so(void **state)
{
	_cleanup_(state_clear) struct state record = {.phase = PHASE_PENDING}, loaded = {0};
	struct stat st;

	tree_folder(*state, "/var/lib");
	assert_int_equal(state_save(*state, &record, NULL), 0);
	assert_int_equal(state_load(*state, &loaded, NULL), STATE_OK);
	assert_same_state(&record, &loaded);
	assert_int_equal(stat(tree_path(*state, STATE_FILE), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
}

static void no_file_is_absent(void **state)
{
	struct state record = {.phase = PHASE_FINISHED};
	_cleanup_free_ char *why = NULL;

	assert_int_equal(state_load(*state, &record, &why), STATE_ABSENT);
	assert_int_equal(record.phase, PHASE_NONE);
	assert_null(why);
}

static void what_is_no_record_is_damaged(void **state)
{
	static const struct {
		const char *content, *why;
	} cases[] = {
		{"", "damaged"},
		{"\n\n", "damaged"},
		{"finished", "damaged"},
		{"null", "damaged"},
		{"\"finished\"", "damaged"},
		{"[{\"schema\": 1, \"phase\": \"finished\"}]", "damaged"},
		{"{}", "schema"},
		{"{\"schema\": 1}", "phase"},
		{"{\"phase\": \"finished\"}", "schema"},
		{"{\"schema\": 2, \"phase\": \"finished\"}", "schema 2"},
		{"{\"schema\": 0, \"phase\": \"finished\"}", "schema 0"},
		{"{\"schema\": -1, \"phase\": \"finished\"}", "schema -1"},
		{"{\"schema\": \"1\", \"phase\": \"finished\"}", "damaged"},
		{"{\"schema\": 1.0, \"phase\": \"finished\"}", "damaged"},
		{"{\"schema\": true, \"phase\": \"finished\"}", "damaged"},
		{"{\"schema\": 18446744073709551617, \"phase\": \"finished\"}", "damaged"},
		{"{\"schema\": 1, \"phase\": 3}", "damaged"},
		{"{\"schema\": 1, \"phase\": null}", "damaged"},
		{"{\"schema\": 1, \"phase\": [\"finished\"]}", "damaged"},
		{"{\"schema\": 1, \"phase\": \"none\"}", "unknown phase \"none\""},
		{"{\"schema\": 1, \"phase\": \"Finished\"}", "unknown phase \"Finished\""},
		{"{\"schema\": 1, \"phase\": \"\"}", "unknown phase \"\""},
		{"{\"schema\": 1, \"phase\": \"finished\\u0000\"}", "damaged"},
		{"{\"schema\": 1, \"phase\": \"finished\", \"machine_id\": 5}", "damaged"},
		{"{\"schema\": 1, \"phase\": \"finished\", \"machine_id\": null}", "damaged"},
		{"{\"schema\": 1, \"phase\": \"finished\", \"reason\": {}}", "damaged"},
		{"{\"schema\": 1, \"phase\": \"finished\", \"forced\": false}", "damaged"},
		{"{\"schema\": 1, \"phase\": \"finished\", \"boots\": \"3\"}", "damaged"},
		{"{\"schema\": 1, \"phase\": \"finished\", \"boots\": -1}", "boots out of range"},
		{"{\"schema\": 1, \"phase\": \"finished\", \"boots\": 4294967296}",
			"boots out of range"},
		{"{\"schema\": 1, \"phase\": \"sealed\", \"phase\": \"finished\"}", "damaged"},
		{"{\"schema\": 1, \"schema\": 1, \"phase\": \"finished\"}", "damaged"},
		{"{\"schema\": 1, \"phase\": \"finished\"} {}", "damaged"},
		{"{\"schema\": 1, \"phase\": \"finished\"}}", "damaged"},
		{"{\"schema\": 1, \"phase\": \"finished\", \"reason\": \"\xff\"}", "damaged"},
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		tree_write(*state, STATE_FILE, cases[i].content);
		assert_damaged(*state, cases[i].why);
	}
}

static void damage_is_named_with_its_line(void **state)
{
	tree_write(*state, STATE_FILE, "{\n  \"schema\": 1,\n  oops\n}\n");
	assert_damaged(*state, "state.json:3: damaged");
}

static void a_record_of_64_kib_and_more_is_damaged(void **state)
{
	static char big[70000];

	memset(big, ' ', sizeof(big));
	memcpy(big, "{\"schema\": 1, \"phase\": \"finished\"}", 34);
	tree_write_bytes(*state, STATE_FILE, big, sizeof(big));
	assert_damaged(*state, "longer than 65536 bytes");
}

/* A cut record is damaged at every length but its own; never finished. */
static void cut_at_every_byte_it_is_not_believed(void **state)
{
	_cleanup_free_ char *whole = NULL;
	size_t length;

	save_finished(*state);
	whole = tree_read(tree_path(*state, STATE_FILE));
	length = strlen(whole);
	assert_true(length > 200);
	for (size_t cut = 0; cut < length; cut++) {
		tree_write_bytes(*state, STATE_FILE, whole, cut);
		assert_damaged(*state, "damaged");
	}
}

/* As file systems without ordered data leave it: the right length, and NUL bytes from some byte on.
 */
static void zeroed_from_every_byte_it_is_not_believed(void **state)
{
	_cleanup_free_ char *whole = NULL;
	size_t length;

	save_finished(*state);
	whole = tree_read(tree_path(*state, STATE_FILE));
	length = strlen(whole);
	for (size_t end = length; end-- > 0;) {
		whole[end] = '\0';
		tree_write_bytes(*state, STATE_FILE, whole, length);
		assert_damaged(*state, "NUL bytes");
	}
}

/*
 * One flipped bit must not crash, never turns one phase into another, and where it did not hit the
 * machine-id's own line, the record is still that of the same machine.
 */
static void flipped(const char *root, enum phase phase, const char *whole, size_t length)
{
	_cleanup_free_ char *copy = strdup(whole);
	size_t id = (size_t)(strstr(whole, "\"machine_id\"") - whole);
	size_t id_end = id + strcspn(whole + id, "\n"), believed = 0;

	for (size_t bit = 0; bit < length * 8; bit++) {
		_cleanup_(state_clear) struct state record = {0};
		int condition;

		copy[bit / 8] ^= (char)(1 << bit % 8);
		tree_write_bytes(root, STATE_FILE, copy, length);
		copy[bit / 8] ^= (char)(1 << bit % 8);
		condition = state_load(root, &record, NULL);
		assert_true(condition == STATE_OK || condition == STATE_DAMAGED);
		if (condition == STATE_DAMAGED)
			continue;
		believed++;
		assert_int_equal(record.phase, phase);
		if (bit / 8 < id || bit / 8 >= id_end)
			assert_same_text(record.machine_id, ID);
	}
	/* Flips inside of texts cannot be seen; those of names and structure are. */
	assert_true(believed > 0 && believed < length * 8);
}

static void every_flipped_bit_is_survived(void **state)
{
	for (int phase = PHASE_PENDING; phase < PHASE_COUNT; phase++) {
		_cleanup_(state_clear) struct state record = finished_record();
		_cleanup_free_ char *whole = NULL;

		record.phase = (enum phase)phase;
		tree_folder(*state, "/var/lib");
		assert_int_equal(state_save(*state, &record, NULL), 0);
		whole = tree_read(tree_path(*state, STATE_FILE));
		flipped(*state, (enum phase)phase, whole, strlen(whole));
	}
}

static void records_that_others_could_have_written_are_damaged(void **state)
{
	const char *path = tree_path(*state, STATE_FILE);

	save_finished(*state);
	assert_int_equal(chmod(path, 0664), 0);
	assert_damaged(*state, "users other than root may write it (mode 0664)");
	assert_int_equal(chmod(path, 0646), 0);
	assert_damaged(*state, "users other than root may write it (mode 0646)");
	assert_int_equal(chmod(path, 0644), 0);
	if (chown(path, 4711, 0) == 0)
		assert_damaged(*state, "owned by user 4711");
}

static void a_fifo_hangs_nobody(void **state)
{
	tree_fifo(*state, STATE_FILE);
	assert_damaged(*state, "not a regular file");
}

static void a_folder_is_damaged(void **state)
{
	tree_folder(*state, STATE_FILE);
	assert_damaged(*state, "not a regular file");
}

static void a_loop_of_links_is_damaged(void **state)
{
	tree_link(*state, STATE_FILE, "state.json");
	assert_damaged(*state, "symbolic links");
}

static void a_device_is_damaged(void **state)
{
	tree_need_devices();
	tree_link(*state, STATE_FILE, "/dev/null");
	assert_damaged(*state, "cannot be read");
}

/* Saving over something damaged keeps it beside the new record. */
static void save_over_damage(const char *root)
{
	_cleanup_(state_clear) struct state record = finished_record(), loaded = {0};
	_cleanup_free_ char *why = NULL;

	deadline_set();
	if (state_save(root, &record, &why) != 0)
		fail_msg("not saved: %s", why);
	deadline_clear();
	assert_int_equal(state_load(root, &loaded, NULL), STATE_OK);
	assert_same_state(&record, &loaded);
}

static void damage_is_set_aside(void **state)
{
	_cleanup_free_ char *broken = NULL;

	tree_write(*state, STATE_FILE, "{\"schema\": 1, \"pha");
	tree_write(*state, STATE_BROKEN, "an older one");
	save_over_damage(*state);
	broken = tree_read(tree_path(*state, STATE_BROKEN));
	assert_string_equal(broken, "{\"schema\": 1, \"pha");
}

static void a_sound_record_is_not_set_aside(void **state)
{
	save_finished(*state);
	save_over_damage(*state);
	assert_int_equal(access(tree_path(*state, STATE_BROKEN), F_OK), -1);
}

static void fifos_folders_and_loops_are_set_aside(void **state)
{
	struct stat st;

	tree_fifo(*state, STATE_FILE);
	save_over_damage(*state);
	assert_int_equal(lstat(tree_path(*state, STATE_BROKEN), &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(unlink(tree_path(*state, STATE_BROKEN)), 0);
	assert_int_equal(unlink(tree_path(*state, STATE_FILE)), 0);
	tree_folder(*state, STATE_FILE);
	save_over_damage(*state);
	assert_int_equal(rmdir(tree_path(*state, STATE_BROKEN)), 0);
	assert_int_equal(unlink(tree_path(*state, STATE_FILE)), 0);
	tree_link(*state, STATE_FILE, "state.json");
	save_over_damage(*state);
	assert_int_equal(lstat(tree_path(*state, STATE_BROKEN), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

/* Writing fails: says so with the file's name, and what was there is there still, alone. */
static void assert_save_fails(const char *root, int error, const char *part)
{
	_cleanup_(state_clear) struct state record = finished_record();
	_cleanup_free_ char *why = NULL;

	assert_int_equal(state_set(&record.finished_by, "bob"), 0);
	assert_int_equal(state_save(root, &record, &why), -error);
	assert_contains(why, STATE_FILE);
	assert_contains(why, "cannot be written");
	assert_contains(why, part);
}

static void assert_old_record(const char *root)
{
	_cleanup_(state_clear) struct state record = finished_record(), loaded = {0};

	assert_int_equal(state_load(root, &loaded, NULL), STATE_OK);
	assert_same_state(&record, &loaded);
	assert_int_equal(tree_count(tree_path(root, STATE_DIRECTORY)), 1);
}

static void a_short_write_leaves_the_old_record(void **state)
{
	save_finished(*state);
	for (long size = 0; size < 200; size += 20) {
		tree_limit_file_size(size);
		assert_save_fails(*state, EFBIG, "File too large");
		tree_limit_file_size(-1);
		assert_old_record(*state);
	}
}

static void fill(const char *path)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	setvbuf(file, NULL, _IONBF, 0);
	while (fputs("0123456789abcdef0123456789abcdef", file) >= 0)
		;
	fclose(file);
}

static void a_full_file_system_leaves_the_old_record(void **state)
{
	const char *folder = tree_folder(*state, STATE_DIRECTORY);

	tree_mount(folder, "size=16k");
	save_finished(*state);
	fill(tree_path(*state, STATE_DIRECTORY "/filler"));
	assert_save_fails(*state, ENOSPC, "No space left");
	assert_int_equal(unlink(tree_path(*state, STATE_DIRECTORY "/filler")), 0);
	assert_old_record(*state);
	tree_unmount(folder);
}

static void a_read_only_file_system_leaves_the_old_record(void **state)
{
	const char *folder = tree_folder(*state, STATE_DIRECTORY);

	tree_mount(folder, "size=64k");
	save_finished(*state);
	assert_int_equal(mount("tmpfs", folder, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL), 0);
	assert_save_fails(*state, EROFS, "Read-only");
	assert_old_record(*state);
	tree_unmount(folder);
}

/*
 * Damaged is not absent: of a machine without a record cordon register would say that it was
 * installed on a running system. So the damaged one stays in its place until the new one is there.
 */
static void failing_over_damage_leaves_the_damage_in_place(void **state)
{
	tree_write(*state, STATE_FILE, "{\"schema\": 1, \"pha");
	tree_limit_file_size(20);
	assert_save_fails(*state, EFBIG, "File too large");
	tree_limit_file_size(-1);
	assert_damaged(*state, "damaged");
}

static void a_missing_parent_is_named(void **state)
{
	_cleanup_(state_clear) struct state record = finished_record();
	_cleanup_free_ char *why = NULL;

	assert_int_equal(state_save(*state, &record, &why), -ENOENT);
	assert_contains(why, STATE_DIRECTORY);
	assert_contains(why, "cannot be made");
}

static void a_file_in_place_of_the_folder_is_named(void **state)
{
	_cleanup_(state_clear) struct state record = finished_record();
	_cleanup_free_ char *why = NULL;

	tree_write(*state, STATE_DIRECTORY, "");
	assert_int_equal(state_save(*state, &record, &why), -ENOTDIR);
	assert_contains(why, STATE_DIRECTORY);
}

/* What was saved without an error must be believed later, or a finished server seals itself. */
static void what_could_not_be_loaded_is_not_saved(void **state)
{
	static char reason[70000];
	_cleanup_(state_clear) struct state record = finished_record(), loaded = {0};

	tree_folder(*state, "/var/lib");
	memset(reason, 'x', sizeof(reason) - 1);
	assert_int_equal(state_set(&record.forced, reason), 0);
	if (state_save(*state, &record, NULL) < 0)
		return;
	assert_int_equal(state_load(*state, &loaded, NULL), STATE_OK);
}

/* finish --force --reason=TEXT from a Latin-1 terminal: not UTF-8, and not "out of memory". */
static void text_that_is_not_utf_8_is_no_shortage_of_memory(void **state)
{
	_cleanup_(state_clear) struct state record = finished_record(), loaded = {0};
	_cleanup_free_ char *why = NULL;
	int r;

	tree_folder(*state, "/var/lib");
	assert_int_equal(state_set(&record.forced, "caf\xe9"), 0);
	r = state_save(*state, &record, &why);
	if (r < 0) {
		assert_int_not_equal(r, -ENOMEM);
		assert_non_null(why);
	} else {
		assert_int_equal(state_load(*state, &loaded, NULL), STATE_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(what_is_saved_is_loaded),
		tree_test(members_that_are_not_set_stay_so),
		tree_test(no_file_is_absent),
		tree_test(what_is_no_record_is_damaged),
		tree_test(damage_is_named_with_its_line),
		tree_test(a_record_of_64_kib_and_more_is_damaged),
		tree_test(cut_at_every_byte_it_is_not_believed),
		tree_test(zeroed_from_every_byte_it_is_not_believed),
		tree_test(every_flipped_bit_is_survived),
		tree_test(records_that_others_could_have_written_are_damaged),
		tree_test(a_fifo_hangs_nobody),
		tree_test(a_folder_is_damaged),
		tree_test(a_loop_of_links_is_damaged),
		tree_test(a_device_is_damaged),
		tree_test(damage_is_set_aside),
		tree_test(a_sound_record_is_not_set_aside),
		tree_test(fifos_folders_and_loops_are_set_aside),
		tree_test(a_short_write_leaves_the_old_record),
		tree_test(a_full_file_system_leaves_the_old_record),
		tree_test(a_read_only_file_system_leaves_the_old_record),
		tree_test(failing_over_damage_leaves_the_damage_in_place),
		tree_test(a_missing_parent_is_named),
		tree_test(a_file_in_place_of_the_folder_is_named),
		tree_test(what_could_not_be_loaded_is_not_saved),
		tree_test(text_that_is_not_utf_8_is_no_shortage_of_memory),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
