/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FACTS_SYSTEMD_UNITS_H
#define CORDON_FACTS_SYSTEMD_UNITS_H

/*
 * What systemd will do with a unit at the next boot, read from the files that say so
 * (systemd.unit(5), systemd.preset(5)): PID 1 cannot be asked where generators run, nor in an
 * image.
 */

#include "util/strv.h"

#include <stdbool.h>
#include <stddef.h>

enum unit_file_state {
	UNIT_ABSENT,   /* there is no such unit */
	UNIT_DISABLED, /* there is one, and nothing wants it */
	UNIT_ENABLED,  /* linked into a .wants or .requires folder, or as an alias */
	UNIT_MASKED,   /* linked to /dev/null, or an empty file, in /etc or /run */
};

/* What the vendor's presets say of a unit. */
enum unit_preset {
	PRESET_SILENT, /* no line names it, or one enables everything ("enable *"), which on Debian
			* says nothing about what packages really do */
	PRESET_ENABLE,
	PRESET_DISABLE,
};

#define UNIT_FOLDERS 5

struct unit_answer;

/* Looks up units below one root; begins as {.root = ...}, and is to be released with
 * unit_lookup_clear(). The folders are listed once: most units that are asked for are not there,
 * and that costs nothing then. Nor is anything else asked, or read, twice. */
struct unit_lookup {
	const char *root;
	size_t folders;			   /* how many there are; 0: not listed yet */
	struct strv entries[UNIT_FOLDERS]; /* sorted */
	bool whole[UNIT_FOLDERS];	   /* what is not among its entries is not there */
	struct unit_answer *answers;
	size_t answers_count;
	bool has_presets;
	struct strv presets, presets_content; /* paths, the first to count first */
};

/**
 * unit_lookup_state() - Look a unit up.
 * @unit: with its suffix, such as "ufw.service".
 * @source: the file or link that says so, without @root; malloc'ed; may be NULL; set on success, to
 *          NULL for UNIT_ABSENT.
 *
 * Return: an enum unit_file_state, or -ENOMEM.
 */
int unit_lookup_state(struct unit_lookup *lookup, const char *unit, char **source);

/** unit_lookup_clear() - Release what was listed. */
void unit_lookup_clear(struct unit_lookup *lookup);

/** unit_file_state() - As unit_lookup_state(), of one unit below @root. */
int unit_file_state(const char *root, const char *unit, char **source);

/**
 * unit_preset() - Look a unit up in the presets; the first line that matches counts.
 * @source: "FILE:LINE" of that line, malloc'ed; may be NULL; set on success, to NULL when silent.
 *
 * Return: an enum unit_preset, or -ENOMEM.
 */
int unit_preset(struct unit_lookup *lookup, const char *unit, char **source);

/**
 * unit_read_setting() - The values of a setting that may come several times, as ListenStream= of a
 * socket: from the unit file and its drop-ins; an empty value empties the list.
 * @values: appended to: the values.
 * @sources: appended to: "FILE:LINE" of each; may be NULL.
 *
 * Return: 0 (a unit that is not there has none) or -ENOMEM.
 */
int unit_read_setting(struct unit_lookup *lookup, const char *name, const char *section,
	const char *setting, struct strv *values, struct strv *sources);

/**
 * unit_parse_preset() - The part of unit_preset() that reads one text.
 * @content: cut up in place.
 * @number: of the line that matched, from 1; of the last one when none did.
 *
 * Return: an enum unit_preset; -1: a line ("enable *") that ends the search in silence.
 */
int unit_parse_preset(char *content, const char *unit, int *number);

/**
 * unit_parse_setting() - The part of unit_read_setting() that reads one text.
 * @size: of the text, in bytes; of more than INI_SIZE_MAX nothing is read.
 * @path: its file, for @sources.
 *
 * A line that is not understood is passed over, as systemd does.
 *
 * Return: 0 or -ENOMEM.
 */
int unit_parse_setting(const char *content, size_t size, const char *path, const char *section,
	const char *setting, struct strv *values, struct strv *sources);

#endif
