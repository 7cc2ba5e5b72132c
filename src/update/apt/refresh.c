// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fetching metadata, and judging source by source whether that worked.
 *
 * By default apt-get update exits 0 when a mirror cannot be reached and goes on with old lists.
 * Error-Mode=any makes every such thing an error; what remains is to tell which source each error
 * is about. source.c tells the security sources from the others.
 */

#include "update/apt/apt.h"

#include "update/apt/parse.h"
#include "update/apt/release.h"
#include "update/apt/signature.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"
#include "util/os-release.h"
#include "util/when.h"

#include <errno.h>
#include <string.h>

#define RELEASE_MAX (16U << 20)
#define DAY	    86400

static int sources_query(const char *const *argv, struct apt_sources *sources, char **why)
{
	_cleanup_(output_clear) struct output output = {0};
	int r = apt_query(argv, &output, why);

	if (r < 0)
		return r;
	r = apt_sources_parse(output.out ? output.out : "", sources);
	return call_understood(
		r, APT_GET " indextargets", N_("which sources are security sources"), why);
}

/* Without lists and package states to read, apt need not build its cache: 10 ms, not 500. */
int apt_sources_configured(struct apt_sources *sources, char **why)
{
	static const char *const argv[] = {
		APT_GET,
		"indextargets",
		"--no-release-info",
		"-oDir::State::lists=/nonexistent/",
		"-oDir::State::status=/dev/null",
		"-oDir::Cache::pkgcache=",
		"-oDir::Cache::srcpkgcache=",
		"--format",
		APT_SOURCES_FORMAT,
		"Created-By: Packages",
		NULL,
	};

	return sources_query(argv, sources, why);
}

int apt_sources_load(struct apt_sources *sources, char **why)
{
	static const char *const argv[] = {
		APT_GET,
		"indextargets",
		"--format",
		APT_SOURCES_FORMAT,
		"Created-By: Packages",
		NULL,
	};
	int r = apt_sources_configured(sources, why);

	return r < 0 ? r : sources_query(argv, sources, why);
}

/* What is wrong with a signature, in the words of gpgv and of sqv; NULL: nothing that is known. */
static const char *advise_on_signature(const char *reason)
{
	static const char missing[] = N_("the key that it is signed with is not on this machine: "
					 "install it, and name it in signed-by="),
			  expired[] = N_("the key that it is signed with has expired: install its "
					 "successor (debian-archive-keyring); or, if that is the "
					 "clock of this machine, set it (timedatectl)"),
			  bad[] = N_(
				  "it is not what was signed: it was changed on its way, or "
				  "its mirror was being renewed; use another mirror, or try again "
				  "later");
	static const struct {
		const char *sign, *advice;
	} signs[] = {
		{"NO_PUBKEY ", missing},
		{"Missing key ", missing},
		{" EXPKEYSIG ", expired},
		{"Expired on ", expired},
		{" BADSIG ", bad},
		{"Message has been manipulated", bad},
		{"Signature verification failed", bad},
	};

	for (size_t i = 0; i < ELEMENTS(signs); i++)
		if (strstr(reason, signs[i].sign))
			return _(signs[i].advice);
	return NULL;
}

char *apt_explain(const char *reason)
{
	const char *advice = advise_on_signature(reason);
	enum retry_reason retry_reason = apt_retry_reason_find(reason);

	if (retry_reason == RETRY_CLOCK)
		advice = _("the clock of this machine is behind: set it (timedatectl)");
	else if (retry_reason == RETRY_LOCK)
		advice = _("wait for that program to end");
	else if (!advice && retry_reason == RETRY_STALE)
		advice = _("use a mirror that is kept up to date; or, if that is the clock of this "
			   "machine, set it (timedatectl)");
	return strdup_printf(
		"%s; %s", reason, advice ? advice : _("correct it or make it reachable"));
}

static const struct apt_failure *find_failure(
	const struct apt_failures *failures, const struct apt_source *source)
{
	for (size_t i = 0; i < failures->count; i++)
		if (failures->items[i].source == source)
			return &failures->items[i];
	return NULL;
}

static bool is_local(const struct apt_source *source)
{
	return strncmp(source->uri, "file:", 5) == 0 || strncmp(source->uri, "cdrom:", 6) == 0 ||
	       strncmp(source->uri, "copy:", 5) == 0;
}

/* What apt has verified of a source, whichever of its two forms it has. */
struct release {
	time_t date, signed_on; /* of the latter see apt_signature_date() */
	bool is_signed;		/* apt verifies no Release without a signature ([trusted=yes]) */
};

static struct release read_verified(const struct apt_source *source, const char *lists)
{
	_cleanup_free_ char *inrelease = apt_release_path(lists, source->base, "InRelease");
	_cleanup_free_ char *plain = apt_release_path(lists, source->base, "Release");
	_cleanup_free_ char *detached = apt_release_path(lists, source->base, "Release.gpg");
	_cleanup_free_ char *content = NULL, *signature = NULL;
	struct release release = {0};
	size_t size = 0;

	if (!inrelease || !plain || !detached)
		return release;
	release.is_signed = file_read(inrelease, RELEASE_MAX, &content, &size) == 0;
	if (release.is_signed)
		release.signed_on = apt_signature_date(content, size);
	else if (file_read(plain, RELEASE_MAX, &content, NULL) == 0 &&
		 file_read(detached, RELEASE_MAX, &signature, &size) == 0) {
		release.is_signed = true;
		release.signed_on = apt_signature_date(signature, size);
	}
	release.date = content ? apt_release_date(content) : 0;
	return release;
}

int apt_release_doubt(time_t date, time_t signed_on, char **doubt)
{
	char made[WHEN_SIZE], says[WHEN_SIZE], *sentence;

	if (signed_on == 0 || signed_on + DAY >= date)
		return 0;
	sentence = strdup_printf(
		_("its signature was made at %s, long before the date that it bears, %s: a key "
		  "that has expired may have made it; use another mirror"),
		when_write(signed_on, made), when_write(date, says));
	if (!sentence)
		return -ENOMEM;
	*doubt = sentence;
	return 0;
}

/* What apt lets pass, and cordon does not; untouched: nothing. 0 or -ENOMEM. */
static int find_doubt(const struct apt_source *source, const struct release *release, char **doubt)
{
	if (release->signed_on < 0)
		return -ENOMEM;
	if (source->untrusted || (!release->is_signed && !is_local(source))) {
		*doubt = strdup(_("it is not signed, or trusted without a signature (trusted=, "
				  "allow-insecure=): anybody on the way could say that nothing is "
				  "pending; have its signature checked (signed-by=)"));
		return *doubt ? 0 : -ENOMEM;
	}
	return apt_release_doubt(release->date, release->signed_on, doubt);
}

static int add_source(struct update_sources *to, const struct apt_source *source,
	const struct apt_failure *failure, const struct apt_folders *folders, const char *codename)
{
	_cleanup_free_ char *name = strdup_printf("%s %s", source->uri, source->dist), *why = NULL;
	struct update_source one = {
		.name = name,
		.entry = source->entry,
		.role = source->security ? SOURCE_SECURITY : SOURCE_OTHER,
		.local = is_local(source),
		.foreign = !apt_source_is_of(source, codename),
	};
	int r = name ? 0 : -ENOMEM;

	if (failure) {
		why = apt_explain(failure->reason);
		r = r == 0 && why ? 0 : -ENOMEM;
	} else if (source->security) {
		const struct release release = read_verified(source, folders->lists);

		one.date = release.date;
		r = r == 0 ? find_doubt(source, &release, &why) : r;
	}
	one.failure = why;
	return r < 0 ? r : update_sources_add(to, &one);
}

/* "" where there is none, as on sid. */
static int read_codename(char **codename)
{
	_cleanup_free_ char *content = NULL;
	int r = os_release_read("", &content);

	if (r == 0)
		r = os_release_get(content, "VERSION_CODENAME", codename);
	if (r != 1 && r != -ENOMEM)
		*codename = strdup("");
	return r == -ENOMEM || !*codename ? -ENOMEM : 0;
}

static int judge(const struct output *output, const struct apt_sources *sources,
	const struct apt_folders *folders, struct update_sources *to, char **why)
{
	_cleanup_(apt_failures_clear) struct apt_failures failures = {0};
	const struct apt_failure *nobodys;
	_cleanup_free_ char *codename = NULL;
	int r = apt_failures_parse(output->error ? output->error : "", sources, &failures);

	if (r < 0)
		return r;
	nobodys = find_failure(&failures, NULL);
	if (nobodys) {
		_cleanup_free_ char *detail = apt_explain(nobodys->reason);

		return fail(why, EIO, "apt-get update: %s, then run cordon update again",
			detail ? detail : "");
	}
	if (output->status != 0 && failures.count == 0) {
		_cleanup_free_ char *reason = apt_reason(output);

		return fail(why, EIO, "apt-get update failed (exit status %d): %s", output->status,
			reason ? reason : "");
	}
	r = read_codename(&codename);
	for (size_t i = 0; r == 0 && i < sources->count; i++)
		r = add_source(to, &sources->items[i], find_failure(&failures, &sources->items[i]),
			folders, codename);
	return r;
}

int apt_refresh(const struct update_audience *audience, struct update_sources *sources, char **why)
{
	static const char *const argv[] = {
		APT_GET,
		"update",
		"-q",
		"-oAPT::Update::Error-Mode=any",
		"-oAcquire::Retries=2",
		"-oAcquire::http::Timeout=30",
		"-oAPT::Status-Fd=1",
		NULL,
	};
	_cleanup_(apt_sources_clear) struct apt_sources configured = {0};
	_cleanup_(apt_folders_clear) struct apt_folders folders = {0};
	_cleanup_(output_clear) struct output output = {0};
	struct call call = {
		.argv = argv,
		.limit = LIMIT_METADATA,
		.waits = true,
		.audience = audience,
		.is_downloading = apt_is_downloading,
	};
	int r = apt_folders_find(&folders, why);

	if (r < 0)
		return r;
	call.fetches = folders.all;
	r = apt_call(&call, &output, why);
	if (r == 0)
		r = apt_sources_load(&configured, why);
	return r < 0 ? r : judge(&output, &configured, &folders, sources, why);
}
