// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon explain: the decision, input by input, each with where it came from.
 */

#include "cli/cli.h"
#include "decision/situation.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"

#include <stdio.h>
#include <string.h>

static const char *const condition_names[] = {
	[STATE_OK] = N_("sound"),
	[STATE_ABSENT] = N_("absent"),
	[STATE_DAMAGED] = N_("damaged"),
	[STATE_UNREACHABLE] = N_("unreachable"),
};

/* What can be chosen in cordon.conf(5), in its order. */
struct choice_row {
	const char *label, *member;
	const struct choice *choice;
};

#define CHOICES 12

static void list_choices(const struct policy *policy, struct choice_row rows[static CHOICES])
{
	const struct choice_row list[CHOICES] = {
		{N_("egress"), "egress", &policy->egress},
		{N_("updates"), "updates", &policy->updates},
		{N_("mode"), "mode", &policy->mode},
		{N_("reboot"), "reboot", &policy->reboot},
		{N_("prefetch"), "prefetch", &policy->prefetch},
		{N_("remote admin"), "remote_admin", &policy->remote_admin},
		{N_("when managed"), "when_managed", &policy->when_managed},
		{N_("group policy"), "group_policy", &policy->group_policy},
		{N_("profile"), "group_policy_profile", &policy->group_policy_profile},
		{N_("on finish"), "on_finish", &policy->on_finish},
		{N_("assistant"), "login", &policy->login},
		{N_("textfile"), "textfile", &policy->textfile},
	};

	memcpy(rows, list, sizeof(list));
}

static json_t *decision_json(const struct decision *decision)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "verdict", verdict_name(decision->verdict),
		"reason", reason_code(decision->reason), "clause", reason_clause(decision->reason),
		"text", reason_text(decision->reason), "change", reason_change(decision->reason));
}

static json_t *state_json(const struct situation *situation)
{
	const struct state *state = &situation->inputs.state;

	return json_pack("{s:s, s:s, s:s*, s:s*, s:s*, s:s*, s:s*}", "condition",
		condition_names[situation->inputs.condition], "phase", phase_name(state->phase),
		"recorded_reason", state->reason, "machine_id", state->machine_id, "since",
		state->since, "met", state->met, "damage", situation->damage);
}

static json_t *facts_json(const struct facts *facts)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "machine_id",
		facts->machine_id, "earlier_boots", json_findings(&facts->earlier_boots),
		"stateless", json_findings(&facts->stateless), "managed",
		json_findings(&facts->managed), "as_shipped", json_findings(&facts->as_shipped),
		"unattended", json_findings(&facts->unattended), "remote",
		json_exceptions(&facts->remote, true), "administrators",
		json_findings(&facts->administrators), "unread_logins",
		json_findings(&facts->unread_logins), "storage",
		json_exceptions(&facts->storage, false));
}

static json_t *others_json(const struct inputs *inputs)
{
	const struct group_policy *group_policy = &inputs->group_policy;
	const struct kickstart *kickstart = &inputs->kickstart;

	return json_pack("{s:{s:b, s:s*, s:s*, s:o, s:o}, s:{s:b, s:s*, s:s*, s:o}}",
		"group_policy", "decided", group_policy->decided, "decision",
		group_policy->decision.what, "source", group_policy->decision.source, "files",
		json_findings(&group_policy->files), "allow",
		json_exceptions(&group_policy->allow, true), "kickstart", "decided",
		kickstart->decided, "decision", kickstart->decision.what, "source",
		kickstart->decision.source, "allow", json_exceptions(&kickstart->allow, true));
}

static json_t *policy_json(const struct policy *policy)
{
	struct choice_row rows[CHOICES];
	json_t *object = json_pack("{s:b, s:o, s:o, s:o, s:b, s:o, s:b, s:b, s:{s:i, s:s}, s:o}",
		"off", policy->off, "allow", json_exceptions(&policy->allow, true), "egress_allow",
		json_exceptions(&policy->egress_allow, false), "finish_allow",
		json_exceptions(&policy->finish_allow, true), "finish_allow_remote_admin",
		policy->finish_remote, "from", json_sentences(&policy->from), "narrowed",
		policy->narrowed, "unclear", policy->unclear, "max_age", "value",
		(int)policy->max_age, "source", policy->max_age_source, "admin_groups",
		json_findings(&policy->admin_groups));

	list_choices(policy, rows);
	for (size_t i = 0; object && i < CHOICES; i++)
		json_put(&object, rows[i].member,
			json_pack("{s:s, s:s}", "value", rows[i].choice->name, "source",
				rows[i].choice->source));
	return object;
}

static json_t *to_json(const struct situation *situation, const struct strv *problems)
{
	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "schema", 2, "decision",
		decision_json(&situation->decision), "state", state_json(situation), "facts",
		facts_json(&situation->inputs.facts), "others", others_json(&situation->inputs),
		"policy", policy_json(&situation->inputs.policy), "problems",
		json_sentences(problems));
}

static void print_line(const char *label, const char *line)
{
	print_label(label);
	puts(line);
}

/* "value (source)" */
static void print_sourced(const char *label, const char *value, const char *source)
{
	print_label(label);
	printf("%s (%s)\n", value, translated(source));
}

static void print_list_or_none(const char *label, const struct exception_list *list, bool inbound)
{
	if (list->count == 0)
		print_line(label, _("none"));
	print_exceptions(label, list, inbound);
}

/* A sound record need not be one: its stamp stands in for it where there is none. */
static const char *place_of_record(const struct situation *situation, const char *root)
{
	bool is_stamp =
		situation->inputs.condition == STATE_OK && !file_exists_in(root, STATE_FILE);

	return is_stamp ? STAMP_FILE : STATE_FILE;
}

static void print_state(const struct situation *situation, const char *root)
{
	const struct state *state = &situation->inputs.state;

	printf(_("State (%s)\n"), place_of_record(situation, root));
	print_line(_("record"), _(condition_names[situation->inputs.condition]));
	if (situation->damage)
		print_line(_("damage"), situation->damage);
	print_label(_("phase"));
	fputs(phase_name(state->phase), stdout);
	if (state->since)
		printf(_(" since %s"), state->since);
	putchar('\n');
	if (state->reason)
		print_line(_("reason"), state->reason);
	print_line("machine-id", state->machine_id ? state->machine_id : _("none"));
	if (state->met)
		print_line(_("met"), state->met);
}

static void print_facts(const struct facts *facts)
{
	puts(_("\nFacts"));
	print_sourced("machine-id", facts->machine_id[0] ? facts->machine_id : _("none"),
		"/etc/machine-id");
	print_findings(_("earlier boots"), &facts->earlier_boots);
	if (facts->stateless.count > 0)
		print_findings(_("root"), &facts->stateless);
	print_findings(_("managed"), &facts->managed);
	print_findings(_("as shipped"), &facts->as_shipped);
	print_findings(_("unattended"), &facts->unattended);
	print_list_or_none(_("remote admin"), &facts->remote, true);
	print_findings(_("administrators"), &facts->administrators);
	if (facts->unread_logins.count > 0)
		print_findings(_("unread logins"), &facts->unread_logins);
	print_list_or_none(_("storage"), &facts->storage, false);
}

static void print_decided(const char *label, bool decided, const struct sourced *decision)
{
	if (decided)
		print_sourced(label, decision->what, decision->source);
	else
		print_line(label, _("does not decide"));
}

static void print_others(const struct inputs *inputs)
{
	puts(_("\nOthers who may decide"));
	print_decided(
		_("Group Policy"), inputs->group_policy.decided, &inputs->group_policy.decision);
	print_findings(_("its files"), &inputs->group_policy.files);
	print_list_or_none(_("it allows"), &inputs->group_policy.allow, true);
	print_decided("Kickstart", inputs->kickstart.decided, &inputs->kickstart.decision);
	print_list_or_none(_("it allows"), &inputs->kickstart.allow, true);
}

static void print_from(const struct policy *policy)
{
	if (policy->narrowed && policy->from.count == 0)
		print_line(_("remote from"), _("nowhere"));
	for (size_t i = 0; i < policy->from.count; i++)
		print_line(i == 0 ? _("remote from") : "", policy->from.items[i]);
}

static void print_choices(const struct policy *policy)
{
	struct choice_row rows[CHOICES];

	list_choices(policy, rows);
	for (size_t i = 0; i < CHOICES; i++) {
		const struct choice *choice = rows[i].choice;

		print_sourced(_(rows[i].label), choice->folder ? choice->folder : choice->name,
			choice->source);
	}
}

static void print_max_age(const struct policy *policy)
{
	const unsigned int hours = policy->max_age / 3600;
	_cleanup_free_ char *age = policy->max_age > 0
					   ? strdup_printf(P_("%u hour", "%u hours", hours), hours)
					   : strdup(_("any"));

	print_sourced(_("max age"), age ? age : "?", policy->max_age_source);
}

static void print_policy(const struct policy *policy)
{
	puts(_("\nPolicy"));
	if (policy->off)
		print_line("cordon=off", _("(kernel command line)"));
	print_choices(policy);
	print_max_age(policy);
	print_findings(_("admin groups"), &policy->admin_groups);
	print_list_or_none(_("allowed in"), &policy->allow, true);
	print_from(policy);
	print_list_or_none(_("allowed out"), &policy->egress_allow, false);
	if (policy->finish_remote)
		print_line(_("finish allows"), FINISH_ALLOW_REMOTE);
	print_exceptions(_("finish allows"), &policy->finish_allow, true);
}

static void print_text(
	const struct situation *situation, const struct strv *problems, const char *root)
{
	const struct decision *decision = &situation->decision;
	const char *clause = reason_clause(decision->reason);

	printf(_("Verdict: %s\nBecause: %s [%s%s%s]\nChange:  %s\n\n"),
		verdict_name(decision->verdict), reason_text(decision->reason),
		reason_code(decision->reason), *clause ? ", " : "", clause,
		reason_change(decision->reason));
	print_state(situation, root);
	print_facts(&situation->inputs.facts);
	print_others(&situation->inputs);
	print_policy(&situation->inputs.policy);
	if (problems->count > 0)
		puts(_("\nLeft out, because it could not be read, understood or kept:"));
	print_list("  ", problems);
}

int verb_explain(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	_cleanup_(strv_clear) struct strv problems = {0};
	struct view view = {0};
	int r = options_parse_view(verb, argc, argv, &view);

	if (r >= 0)
		return r;
	r = situation_gather(view.root, SITUATION_WHOLE, &situation);
	if (r == 0)
		r = situation_problems(&situation, &problems);
	if (r < 0)
		return log_failure("explain", NULL, r);
	if (view.json)
		return print_json(to_json(&situation, &problems));
	print_text(&situation, &problems, view.root);
	return EXIT_DONE;
}
