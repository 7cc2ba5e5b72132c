/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_STATE_STATE_H
#define CORDON_STATE_STATE_H

/*
 * Where this machine is on its way: the phase, what moves it, and its durable record.
 *
 * The transition table is pure. The store is /var/lib/cordon/state.json, written as a whole and
 * durably, bound to the machine-id. The history is the audit trail beside it.
 */

#include "util/must-check.h"
#include "util/paths.h"
#include "util/sourced.h"
#include "util/strv.h"

#include <jansson.h>
#include <stdbool.h>

#define STATE_FILE   STATE_DIRECTORY "/state.json"
#define STATE_BROKEN STATE_DIRECTORY "/state.json.broken"
/* Stands in for a record that is not there (yet), see stamp.h. */
#define STAMP_FILE   "/etc/cordon/released"
#define HISTORY_FILE STATE_DIRECTORY "/history.jsonl"
/* What it was before it had grown to HISTORY_ROTATE_SIZE bytes. */
#define HISTORY_OLDER	    STATE_DIRECTORY "/history.jsonl.1"
#define HISTORY_ROTATE_SIZE (1 << 20)

enum phase {
	PHASE_NONE,	/* no record */
	PHASE_PENDING,	/* installed into an image, waiting for its first boot */
	PHASE_SEALED,	/* closed until finished, over reboots */
	PHASE_FINISHED, /* released for good */
	PHASE_ASIDE,	/* somebody else manages this server's firewall; never sealed */
	PHASE_COUNT
};

enum event {
	EVENT_INSTALL_IMAGE, /* the package was installed where no systemd runs */
	EVENT_INSTALL_LIVE,  /* the package was installed on a running system (P12) */
	EVENT_SEAL,	     /* a boot was sealed (P2, P8) */
	EVENT_FINISH,	     /* an administrator finished (P9, P10) */
	EVENT_STAND_ASIDE,   /* somebody else manages this server's firewall (P12 to P14) */
	EVENT_ARM,	     /* an administrator cordons a live machine on purpose */
	EVENT_RESET,	     /* an image builder starts anew */
	EVENT_COUNT
};

/* Longer than anybody waits: 30 days, in seconds. */
#define UNDO_AFTER_MAX (30 * 86400)

/* A live machine that was cordoned on purpose, and how that is undone. */
struct arming {
	char *by;		 /* who; NULL: it was not */
	enum phase before;	 /* what undoing it goes back to: finished, or aside */
	unsigned int undo_after; /* seconds after which it is undone; 0: it stays until finished */
	char *undo_at;		 /* that time by the real-time clock, RFC 3339 */
	char *boot_id;		 /* the boot in which ... */
	long long deadline;	 /* ... it is this time by boottime_ms() */
	unsigned int port;	 /* of the SSH session that armed it; 0: none */
	char *peer;		 /* where that session comes from */
};

/*
 * The firewall that this server was handed over to when it was finished; or, while sealed, that it
 * was going to be, or had been before it was cordoned off again.
 */
struct handed {
	char *to;	   /* "ufw"; NULL: none */
	struct strv allow; /* what it admits: "22/tcp from 192.0.2.0/24" */
	char *before;	   /* what has to be put back, by the firewall's own words; or NULL */
	bool enabled;	   /* its unit was before */
	/* The files that were changed: each with a checksum of what cordon left; empty: it was
	 * interrupted. */
	struct sourced_list files;
};

struct state {
	enum phase phase;
	char *reason;	      /* why this phase: a reason code such as "first-boot"; may be NULL */
	char *machine_id;     /* whose state this is; NULL while pending */
	char *since;	      /* when the phase began, RFC 3339 */
	char *boot_id;	      /* the last boot that was sealed */
	unsigned int boots;   /* how many boots were sealed */
	char *finished_by;    /* who finished; NULL before */
	char *forced;	      /* the reason given for finishing unverified; NULL when verified */
	unsigned int reboots; /* how often cordon rebooted this machine by itself (Reboot=auto) */
	struct arming arming;
	struct handed handed;
	char *met; /* the first administrator who was met while sealed (P14): who and when */
};

/* How reading the record went. */
enum state_condition {
	STATE_OK,
	STATE_ABSENT,  /* there is no record */
	STATE_DAMAGED, /* there is one, and it cannot be believed */
	/* Nobody can know: the file system that it is on is not mounted (yet) */
	STATE_UNREACHABLE,
};

/** phase_name() - "none", "pending", "sealed", "finished", "aside". */
const char *phase_name(enum phase phase);

/**
 * phase_from_name() - The other way round, for every phase of a record ("none" is not one).
 *
 * Return: 0 or -EINVAL.
 */
int phase_from_name(const char *name, enum phase *phase);

/**
 * state_next() - The transition table.
 *
 * Return: the phase that @event leads to from @phase, or -1 when it is refused there.
 */
int state_next(enum phase phase, enum event event);

/**
 * state_load() - Read the record below @root; where there is none, its stamp in /etc (stamp.h).
 * @state: filled in every case (phase none unless STATE_OK); release with state_clear().
 * @why: for STATE_DAMAGED and STATE_UNREACHABLE, what is wrong with it, naming the file.
 *
 * Nothing is changed on disk.
 *
 * Return: the condition, or -ENOMEM.
 */
int state_load(const char *root, struct state *state, char **why);

/**
 * stamp_is_valid() - Does the stamp below @root say that this machine, by its machine-id there, is
 * finished, or that cordon stands aside?
 *
 * Needs nothing but the C library, for cordon-generator.
 */
bool stamp_is_valid(const char *root);

/**
 * state_save() - Write the record durably. A damaged record in its place is first set aside as
 * state.json.broken (over an older one).
 *
 * Return: 0 when it has reached the disk; a negative errno with @why and the old record intact.
 */
_must_check_ int state_save(const char *root, const struct state *state, char **why);

/**
 * state_enter() - Move @state by @event: phase, since and reason change, nothing is written.
 * @reason: copied.
 *
 * Return: 0; -EPERM when the table refuses; -ENOMEM.
 */
int state_enter(struct state *state, enum event event, const char *reason);

/**
 * state_set() - Replace one of the texts of a state by a copy of @value (NULL clears it).
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int state_set(char **text, const char *value);

/** state_copy() - A copy of its own. Return: 0 or -ENOMEM, with @to empty. */
_must_check_ int state_copy(struct state *to, const struct state *from);

/**
 * arming_is_over() - Has the time come to undo it? In the boot in which the machine was armed by a
 * clock that nobody sets; in a later one when either the real-time clock says so or this boot alone
 * has lasted as long.
 * @boot_id: of the present boot; "" below another root, where only the real-time clock counts.
 */
bool arming_is_over(const struct arming *arming, const char *boot_id);

/** handed_copy() - A copy of its own, over whatever @to was. Return: 0 or -ENOMEM. */
_must_check_ int handed_copy(struct handed *to, const struct handed *from);

/** handed_clear() - Release; handed over to nobody afterwards. */
void handed_clear(struct handed *handed);

/** arming_clear() - Release; not armed afterwards. */
void arming_clear(struct arming *arming);

/** state_clear() - Release; phase none afterwards. */
void state_clear(struct state *state);

/**
 * history_append() - Add one line to the audit trail below @root, durably, and tell the journal of
 * the running system, if it is that.
 * @event: what happened, a short name such as "sealed"; one of the table in events.c.
 * @details: a JSON object whose members are added; taken. NULL: memory was short for it.
 *
 * That the journal does not answer is no error, and costs half a second.
 *
 * Return: 0 or a negative errno with @why; -EINVAL: no event of the table.
 */
_must_check_ int history_append(const char *root, const char *event, json_t *details, char **why);

/**
 * history_load() - Read the audit trail, both of its files.
 * @entries: a JSON array of its objects, oldest first; owned by the caller. A line that is torn or
 *           is not an object is left out and counted in @skipped.
 *
 * Return: 0 (a missing file is an empty trail) or a negative errno with @why.
 */
_must_check_ int history_load(
	const char *root, json_t **entries, unsigned int *skipped, char **why);

#endif
