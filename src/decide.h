/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_DECIDE_H
#define CORDON_DECIDE_H

/*
 * The decision: what does cordon do on this boot, and why?
 *
 * A pure function of what is wanted (policy), what is true (facts) and what was before (state). No
 * I/O, no clock. Sealed is the default: only a sound record of this very machine says otherwise.
 */

#include "facts/facts.h"
#include "policy/policy.h"
#include "state/state.h"

enum verdict {
	VERDICT_SEAL,  /* close, or stay closed */
	VERDICT_OPEN,  /* finished: do nothing */
	VERDICT_ASIDE, /* somebody else's business: do nothing */
};

enum reason {
	REASON_STATE_DAMAGED,	/* the record cannot be believed */
	REASON_NO_STATE,	/* there is no record, so nobody ever finished */
	REASON_FIRST_BOOT,	/* pending: the first boot of an image (P2) */
	REASON_MACHINE_UNKNOWN, /* no machine-id, so the record may be anybody's */
	REASON_OTHER_MACHINE,	/* the record came with an image: a clone */
	REASON_NOT_FINISHED,	/* sealed before, not finished yet (P8) */
	REASON_FINISHED,	/* P9, P10 */
	REASON_ASIDE,		/* P12 */
	REASON_COUNT
};

/* What the decision is made of. */
struct inputs {
	struct policy policy;
	struct facts facts;
	struct state state;
	enum state_condition condition;
};

struct decision {
	enum verdict verdict;
	enum reason reason;
};

/** decide() - Pure, total: every input yields a verdict, and no damaged one yields open. */
struct decision decide(const struct inputs *inputs);

/** verdict_name() - "seal", "open", "aside". */
const char *verdict_name(enum verdict verdict);

/** reason_code() - Stable, for programs: "first-boot", "other-machine" ... */
const char *reason_code(enum reason reason);

/** reason_text() - The same for people, one sentence without a full stop. */
const char *reason_text(enum reason reason);

#endif
