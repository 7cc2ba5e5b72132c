/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_DECISION_DECIDE_H
#define CORDON_DECISION_DECIDE_H

/*
 * The decision: what does cordon do on this boot, and why?
 *
 * A pure function of what is wanted (policy), what others decided (Group Policy, Kickstart), what
 * is true (facts) and what was before (state). No I/O, no clock. Sealed is the default: only a
 * sound record of this very machine opens it, and only what is beyond doubt has cordon stand aside.
 */

#include "facts/facts.h"
#include "policy/grouppolicy/grouppolicy.h"
#include "policy/kickstart/kickstart.h"
#include "policy/policy.h"
#include "state/state.h"

enum verdict {
	VERDICT_SEAL,  /* close, or stay closed */
	VERDICT_OPEN,  /* finished: do nothing */
	VERDICT_ASIDE, /* somebody else's business: do nothing */
};

enum reason {
	REASON_SWITCHED_OFF,	/* cordon=off on the kernel command line, for this boot */
	REASON_STATE_DAMAGED,	/* the record cannot be believed */
	REASON_UNREACHABLE,	/* the record's file system is not there */
	REASON_FINISHED,	/* P9, P10 */
	REASON_RECORDED_ASIDE,	/* P12 to P14: decided once, for good */
	REASON_ARM_UNDONE,	/* armed, and not confirmed in time */
	REASON_ARMED,		/* cordoned on purpose (P11 is why that is ours) */
	REASON_MACHINE_UNKNOWN, /* no machine-id, so the record may be anybody's */
	REASON_UNCLEAR,		/* something that may have decided cannot be read or believed */
	REASON_TOO_LATE,	/* P14: an administrator was, or may have been, met before */
	REASON_GROUP_POLICY,	/* P14 */
	REASON_KICKSTART,	/* P13 */
	REASON_FIREWALL,	/* P13 */
	REASON_UPGRADED,	/* P12 */
	REASON_OTHER_MACHINE,	/* the record came with an image: a clone */
	REASON_FIRST_BOOT,	/* pending: the first boot of an image (P2) */
	REASON_NO_STATE,	/* there is no record, so nobody ever finished */
	REASON_NOT_FINISHED,	/* sealed before, not finished yet (P8) */
	REASON_COUNT
};

/* What the decision is made of. */
struct inputs {
	struct policy policy;
	struct group_policy group_policy;
	struct kickstart kickstart;
	struct facts facts;
	struct state state;
	enum state_condition condition;
	bool undo; /* the time to undo `cordon arm` has come: arming_is_over() */
};

struct decision {
	enum verdict verdict;
	enum reason reason;
};

/**
 * decide_by_record() - What the kernel command line, the record and the machine's identity settle
 * by themselves. Looks at policy.off, state, condition, undo and facts.machine_id alone.
 *
 * Return: true with @decision when nothing else counts.
 */
bool decide_by_record(const struct inputs *inputs, struct decision *decision);

/** decide_is_sealed_here() - Is there a sound record that this very machine is sealed? */
bool decide_is_sealed_here(const struct inputs *inputs);

/** decide() - Pure, total: every input yields a verdict, and no damaged one yields open. */
struct decision decide(const struct inputs *inputs);

/** verdict_name() - "seal", "open", "aside". */
const char *verdict_name(enum verdict verdict);

/** reason_code() - Stable, for programs: "first-boot", "other-machine" ... */
const char *reason_code(enum reason reason);

/** reason_text() - The same for people, one sentence without a full stop. */
const char *reason_text(enum reason reason);

/** reason_clause() - The clause of Post-Setup Security Updates that it keeps, "P2"; or "". */
const char *reason_clause(enum reason reason);

/** reason_change() - What would change it, one sentence without a full stop. */
const char *reason_change(enum reason reason);

#endif
