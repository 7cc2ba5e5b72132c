/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_DECISION_PLAN_H
#define CORDON_DECISION_PLAN_H

/*
 * From a situation to the rules of its seal.
 */

#include "decision/situation.h"
#include "seal/seal.h"
#include "update/update.h"
#include "util/must-check.h"

/**
 * plan_make() - Collect the exceptions that the situation names: those of configuration, of
 * remote administration (P15), of Group Policy (P16), of a Kickstart, and storage.
 * @plan: filled on success; release with seal_plan_clear().
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int plan_make(const struct situation *situation, struct seal_plan *plan);

/**
 * plan_add_remote() - Add the ports where sshd and xrdp listen, from where the configuration lets
 * them be reached ([Allow] From=), whether or not they stay open while sealed.
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int plan_add_remote(const struct inputs *inputs, struct exception_list *list);

/**
 * plan_add_sources() - Add the ports that the package manager's mirrors and proxies use.
 * @warnings: says when the package manager could not be asked; that closes, so it is no error.
 *
 * Runs the package manager, some 20 ms.
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int plan_add_sources(struct seal_plan *plan, struct strv *warnings);

/**
 * plan_join_updater() - Let this process be one that may reach the mirrors: with Egress=updater by
 * joining cordon.slice, otherwise by doing nothing.
 *
 * Return: 0 or a negative errno with @why.
 */
int plan_join_updater(const struct policy *policy, char **why);

/** plan_updates() - What of the policy the update room has to know. */
struct update_settings plan_updates(const struct policy *policy);

#endif
