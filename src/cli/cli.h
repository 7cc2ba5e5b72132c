/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_CLI_CLI_H
#define CORDON_CLI_CLI_H

/*
 * What the verbs share: the exit status, their options, and the one table that lists them.
 */

#include "update/update.h"
#include "util/exception.h"
#include "util/json.h"
#include "util/sourced.h"
#include "util/strv.h"

#include <jansson.h>
#include <stdbool.h>

/* Stable and documented in cordon(1). */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NOT_YET = 3, /* updates pending, reboot needed, refused, timed out */
};

enum verb_flags {
	VERB_NEEDS_ROOT = 1,
	VERB_OF_UNITS =
		2, /* run by units and packages: it speaks English, which the journal keeps */
};

struct verb {
	const char *name;
	const char *arguments; /* as the usage line shows them */
	const char *summary;   /* English; translated where it is shown */
	/* @argv[0] is the verb's name. */
	int (*run)(const struct verb *verb, int argc, char **argv);
	unsigned int flags; /* of enum verb_flags */
};

struct option_spec {
	const char *name;     /* without the dashes; NULL ends a list */
	const char *argument; /* "TEXT" when it takes one, else NULL */
	const char *help;     /* English; translated where it is shown */
	bool *flag;	      /* set when given; for options without an argument */
	const char **value;   /* set to the argument */
};

/**
 * options_parse() - Read a verb's options and answer --help.
 *
 * Operands are refused: no verb takes any.
 *
 * Return: -1: go on; otherwise the exit status to end with.
 */
int options_parse(
	const struct verb *verb, int argc, char **argv, const struct option_spec *options);

/**
 * options_root() - Check the value of --root.
 *
 * Return: "" for the running system, else the folder without a slash at its end; NULL, with a
 * message, when it is not a folder.
 */
const char *options_root(const char *value);

/* The options of the verbs that show something. */
struct view {
	bool json;
	const char *root; /* as from options_root() */
};

/**
 * options_parse_view() - Read --json and --root=.
 *
 * Return: as options_parse().
 */
int options_parse_view(const struct verb *verb, int argc, char **argv, struct view *view);

/**
 * options_parse_root() - Read --root= of the verbs that work on a system.
 * @root: as from options_root().
 *
 * Return: as options_parse().
 */
int options_parse_root(const struct verb *verb, int argc, char **argv, const char **root);

/*
 * What a verb was given whose options have to go together, or have values to be read. Each is
 * zeroed before; parsing does nothing else, and returns as options_parse() does.
 */

struct finish_given {
	bool force;
	const char *reason, *to, *allow; /* the last two as of handover_choose() */
};

struct wait_given {
	bool finished;
	long seconds; /* -1: for ever */
};

struct report_given {
	struct view view;
	bool metrics, textfile;
};

/** finish_parse() - Read what cordon finish was given: by force only with a reason. */
int finish_parse(const struct verb *verb, int argc, char **argv, struct finish_given *given);

/** wait_parse() - Read what cordon wait was given. */
int wait_parse(const struct verb *verb, int argc, char **argv, struct wait_given *given);

/** report_parse() - Read what cordon report was given: at most one form. */
int report_parse(const struct verb *verb, int argc, char **argv, struct report_given *given);

/** arm_parse() - Read after how many seconds cordon arm is undone; 0: it is not. */
int arm_parse(const struct verb *verb, int argc, char **argv, unsigned int *seconds);

/** print_json() - Write one JSON document, indented, to standard output. Takes @document. */
int print_json(json_t *document);

/**
 * log_failure() - Log why a verb failed.
 * @why: a sentence; NULL: what the errno @r says is all that is known.
 *
 * Return: EXIT_FAILED.
 */
int log_failure(const char *verb, const char *why, int r);

/** log_warnings() - Log each sentence as a warning. */
void log_warnings(const struct strv *list);

/** print_label() - Begin a line with a label, after which all lines have their text in one column.
 */
void print_label(const char *label);

/** print_list() - Write each sentence as a line of its own behind @prefix. */
void print_list(const char *prefix, const struct strv *list);

/*
 * Lists as JSON arrays that the caller owns. NULL when memory is short, as all of util/json.h.
 */

/** json_packages() - The packages. */
json_t *json_packages(const struct update_list *list);

/** json_exceptions() - The exceptions. */
json_t *json_exceptions(const struct exception_list *list, bool inbound);

/** json_findings() - The findings: what, and where that is said. */
json_t *json_findings(const struct sourced_list *list);

struct seal_plan;

/** json_plan() - The exceptions of a plan, in both directions. */
json_t *json_plan(const struct seal_plan *plan);

struct status;

/** json_missing() - What is missing before finish, reasons to reboot included. */
json_t *json_missing(const struct status *status);

/** print_exceptions() - One line an exception: label, what, why, and where that is said. */
void print_exceptions(const char *label, const struct exception_list *list, bool inbound);

/** print_findings() - One line a finding: label, what, where that is said; "none" for none. */
void print_findings(const char *label, const struct sourced_list *list);

struct blocked;

/** json_blocked() - What was blocked as a JSON object; the caller owns it. */
json_t *json_blocked(const struct blocked *blocked);

/** print_blocked() - One line: how many packets, and the ports that were wanted most. */
void print_blocked(const struct blocked *blocked);

/**
 * record_blocked() - blocked_save(), and warn when it fails: that keeps nobody from anything. Under
 * the lock.
 */
void record_blocked(void);

/** record_blocked_now() - The same, taking the lock for it. */
void record_blocked_now(void);

/**
 * write_metrics_textfile() - textfile_publish(), and warn when it fails; the verb goes on.
 * @locked: as there.
 */
void write_metrics_textfile(bool locked);

struct situation;

/**
 * stand_aside() - aside_run(), and say what went wrong. Under the lock.
 *
 * Return: an exit status.
 */
int stand_aside(const struct situation *situation);

/* How to show an update that goes on. */
enum follow_style { FOLLOW_SILENTLY, FOLLOW_LINES, FOLLOW_BAR, FOLLOW_JSON };

/**
 * follow_update() - Start the update service, or find it running, and watch it to its end.
 *
 * Return: an exit status: that of the update.
 */
int follow_update(enum follow_style style);

/** waiting_audience() - Tells standard error what an update is waiting for. */
struct update_audience waiting_audience(void);

int verb_assistant(const struct verb *verb, int argc, char **argv);
int verb_status(const struct verb *verb, int argc, char **argv);
int verb_explain(const struct verb *verb, int argc, char **argv);
int verb_update(const struct verb *verb, int argc, char **argv);
int verb_finish(const struct verb *verb, int argc, char **argv);
int verb_exposure(const struct verb *verb, int argc, char **argv);
int verb_report(const struct verb *verb, int argc, char **argv);
int verb_history(const struct verb *verb, int argc, char **argv);
int verb_wait(const struct verb *verb, int argc, char **argv);
int verb_reset(const struct verb *verb, int argc, char **argv);
int verb_register(const struct verb *verb, int argc, char **argv);
int verb_seal(const struct verb *verb, int argc, char **argv);
int verb_arm(const struct verb *verb, int argc, char **argv);
int verb_confirm(const struct verb *verb, int argc, char **argv);
int verb_reconsider(const struct verb *verb, int argc, char **argv);
int verb_automatic(const struct verb *verb, int argc, char **argv);
int verb_automatic_updates(const struct verb *verb, int argc, char **argv);
int verb_prefetch(const struct verb *verb, int argc, char **argv);
int verb_tally(const struct verb *verb, int argc, char **argv);
int verb_check(const struct verb *verb, int argc, char **argv);

#endif
