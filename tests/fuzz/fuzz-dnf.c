// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dnf's answers: what is found stands in them, a list is added to only with what it needs, and any
 * line is either a step with a percentage or none. Three answers, with a NUL between them: updates,
 * advisories, and all others.
 */

#include "scratch.h"
#include "update/dnf/dnf.h"
#include "update/dnf/parse.h"
#include "update/rpm/rpm.h"
#include "util/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_list(const char *updates, const char *advisories)
{
	_cleanup_(update_list_clear) struct update_list list = {0};
	int r = dnf_updates_parse(updates, &list);
	size_t offered = list.count;

	assert(r == 0 || r == -EBADMSG);
	assert(update_list_security(&list) == 0);
	r = dnf_advisories_parse(advisories, &list);
	assert(r == 0 || r == -EBADMSG);
	assert(list.count >= offered);
	for (size_t i = 0; i < list.count; i++) {
		const struct update_package *package = &list.items[i];

		assert(strchr(package->name, '.') && *package->to);
		assert(package->withheld == (i >= offered));
		assert(!package->withheld || (package->security && package->because));
		assert(!package->severity || package->security);
	}
	r = rpm_installed_parse(advisories, &list);
	assert(r == 0 || r == -EBADMSG);
}

static void check_words(const char *output)
{
	_cleanup_(strv_clear) struct strv ids = {0}, names = {0};
	int r = dnf_repos_parse(output, &ids);

	assert(r == 0 || r == -EBADMSG);
	for (size_t i = 0; i < ids.count; i++)
		assert(*ids.items[i] && strstr(output, ids.items[i]));
	r = dnf_transaction_parse(output, &names);
	assert(r == 0 || r == -EBADMSG);
	for (size_t i = 0; i < names.count; i++)
		assert(strchr(names.items[i], '.'));
}

static void check_text(const char *output)
{
	_cleanup_free_ char *reason = dnf_reason_find(output);
	_cleanup_free_ char *problem = dnf_problem_find(output, "libfoo.noarch");

	assert(!reason || (*reason && !strchr(reason, '\n')));
	/* Its name may stand where the number of the problem is. */
	assert(!problem || (strstr(output, "libfoo-") && !strchr(problem, '\n')));
	assert(dnf_retry_reason_find(200, output, false) == RETRY_LOCK);
	assert(!dnf_applies(output) || strstr(output, "apply_updates"));
}

static void check_lines(char *output)
{
	char *line;

	while ((line = strsep(&output, "\n"))) {
		struct dnf_step step;

		if (dnf_step_parse(line, &step)) {
			assert(step.percent <= 100);
			assert(strstr(line, step.package) && strstr(line, step.verb));
		}
		assert(dnf_bytes_needed(line) == 0 || strstr(line, "size"));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *texts[3];

	scratch_cut(data, size, texts, 3);
	check_list(texts[0], texts[1]);
	check_words(texts[2]);
	check_text(texts[2]);
	check_lines(texts[2]);
	scratch_free(texts, 3);
	return 0;
}
