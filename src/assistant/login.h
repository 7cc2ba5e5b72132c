/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_ASSISTANT_LOGIN_H
#define CORDON_ASSISTANT_LOGIN_H

/*
 * Does this login meet the assistant (clauses P4, P8, P9)?
 */

#include "policy/policy.h"

#include <stdbool.h>

enum login_answer {
	LOGIN_NO,
	LOGIN_RECORDED, /* only goes on record (P14): an administrator all the same */
	LOGIN_AS_ROOT,	/* go on in this process */
	LOGIN_THROUGH_SUDO,
};

/* All that the answer is made of. */
struct login_facts {
	bool is_sealed;
	bool is_wanted;		 /* [Assistant] Login=yes */
	bool is_root, is_member; /* of a group of administrators */
	bool is_terminal;	 /* both standard input and standard output are one */
	const char *term;	 /* TERM, or NULL */
	bool is_command;	 /* sshd was asked for a command, which another took the place of */
	bool is_window;		 /* of tmux or screen */
	bool is_nested;		 /* a shell above this one has asked before */
	bool has_met;		 /* the same login has met the assistant, before su or sudo */
};

/** login_decide() - The answer, from these facts alone. */
enum login_answer login_decide(const struct login_facts *facts);

/**
 * login_answer() - Gather the facts about this process and decide.
 * @answer: set on success.
 *
 * Where only the terminal is too simple for the assistant, an administrator is told on standard
 * error what to run.
 *
 * Return: 0 or -ENOMEM.
 */
int login_answer(const struct policy *policy, enum login_answer *answer);

/**
 * login_remember() - As root: this login has met the assistant, so no shell in it does again,
 * whatever su and sudo do to the environment. Until the next boot.
 */
void login_remember(void);

/**
 * login_exec_sudo() - Become the assistant of root, through sudo. Returns only when that failed.
 * @why: says what to do instead.
 *
 * Return: a negative errno.
 */
int login_exec_sudo(char **why);

#endif
