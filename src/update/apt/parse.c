// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything that cordon understands of apt's language, where tests can feed it.
 *
 * apt-get has promised these formats to nobody, but they have stood for decades, and the C locale
 * keeps translators out. What looks like a package to be installed and cannot be read is an error,
 * not a line to be skipped: it could be the one security update that is missing.
 */

#include "update/apt/parse.h"

#include "update/manager/bytes.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/match.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

/* Origins are "Label:Version/Suite", several of them separated by ", ". */
static bool is_security_origin(const char *origins)
{
	static const char suffix[] = "-security";
	const size_t least = sizeof(suffix) - 1;

	for (const char *origin = origins, *end; origin; origin = end ? end + 2 : NULL) {
		end = strstr(origin, ", ");
		size_t length = end ? (size_t)(end - origin) : strlen(origin);

		if (starts_with(origin, "Debian-Security:"))
			return true;
		if (length >= least && strncmp(origin + length - least, suffix, least) == 0)
			return true;
	}
	return false;
}

/* "name [old] (new origins [arch]) ..."; cut up in place. */
static int parse_install(char *line, struct update_package *package)
{
	char *rest = line, *end, *origin;

	package->name = strsep(&rest, " ");
	if (rest && *rest == '[') {
		package->from = rest + 1;
		strsep(&rest, "]");
		if (rest && *rest == ' ')
			rest++;
	}
	end = rest ? strrchr(rest, ')') : NULL;
	if (!*package->name || !end || *rest != '(')
		return -EBADMSG;
	*end = '\0';
	package->to = strsep(&rest, " ") + 1;
	if (!*package->to)
		return -EBADMSG;
	origin = rest ? rest : end;
	/* Without origins only "[arch]" is left. */
	end = *origin == '[' ? origin : strstr(origin, " [");
	if (end)
		*end = '\0';
	package->origin = origin;
	package->security = is_security_origin(origin);
	return 0;
}

int apt_installs_parse(const char *output, struct update_list *list)
{
	_cleanup_free_ char *copy = strdup(output);
	char *rest = copy, *line;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (line = strsep(&rest, "\n"))) {
		struct update_package package = {0};

		if (!starts_with(line, "Inst "))
			continue;
		r = parse_install(line + 5, &package);
		if (r == 0)
			r = update_list_add(list, &package);
	}
	return r;
}

/* Where the reader of apt-cache policy is. */
struct policy {
	char *package;	/* whose table this is */
	char *from;	/* its installed version */
	char *version;	/* the version whose sources are being listed */
	bool installed; /* the installed version has been passed: nothing newer follows */
};

/*
 *  libssl3:
 *    Installed: 3.0.16-1~deb12u1
 *    Candidate: 3.0.17-1~deb12u2
 *    Version table:
 *       3.0.17-1~deb12u2 500                        (newest first)
 *          500 http://mirror.example/debian-security bookworm-security/main amd64 Packages
 *   *** 3.0.16-1~deb12u1 500
 */
static void policy_read(struct policy *policy, char *line)
{
	size_t length = strlen(line);

	if (*line != ' ' && length > 0 && line[length - 1] == ':') {
		line[length - 1] = '\0';
		*policy = (struct policy){.package = line};
	} else if (starts_with(line, "  Installed: ")) {
		policy->from = line + 13;
	} else if (starts_with(line, " *** ")) {
		policy->installed = true;
	} else if (starts_with(line, "     ") && length > 5 && line[5] != ' ') {
		line += 5;
		policy->version = strsep(&line, " ");
	}
}

static int policy_add(
	const struct policy *policy, const struct apt_source *source, struct update_list *list)
{
	_cleanup_free_ char *origin = strdup_printf("%s %s", source->uri, source->dist);
	struct update_package package = {
		.name = policy->package,
		.from = policy->from,
		.to = policy->version,
		.origin = origin,
		.security = true,
	};

	if (!origin)
		return -ENOMEM;
	return update_list_find(list, package.name) ? 0 : update_list_add(list, &package);
}

int apt_policy_parse(
	const char *output, const struct apt_sources *sources, struct update_list *list)
{
	_cleanup_free_ char *copy = strdup(output);
	struct policy policy = {0};
	char *rest = copy, *line;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (line = strsep(&rest, "\n"))) {
		const struct apt_source *source;

		policy_read(&policy, line);
		if (!policy.package || !*policy.package || !policy.version || policy.installed ||
			!starts_with(line, "      "))
			continue;
		source = apt_sources_match(sources, line);
		if (source && source->security)
			r = policy_add(&policy, source, list);
	}
	return r;
}

/* Status lines share a pipe with ordinary output, which need not end its lines before them. */
static const char *status_start(const char *line, const char *const prefixes[static 3], int *kind)
{
	const char *first = NULL;

	for (int i = 0; i < 3; i++) {
		const char *found = strstr(line, prefixes[i]);

		if (!found || (first && found > first))
			continue;
		first = found;
		*kind = i;
	}
	return first ? first + strlen(prefixes[*kind]) : NULL;
}

/* "<package or number>:<percent>:<text>"; a package name may hold one colon, "libc6:i386". */
bool apt_status_parse(const char *line, struct apt_status *status)
{
	static const char *const prefixes[] = {
		[APT_STATUS_DOWNLOAD] = "dlstatus:",
		[APT_STATUS_INSTALL] = "pmstatus:",
		[APT_STATUS_ERROR] = "pmerror:",
	};
	const char *field, *start;
	int kind = 0;

	start = field = status_start(line, prefixes, &kind);
	while (field && (field = strchr(field, ':'))) {
		char *end;
		double percent = strtod(++field, &end);

		if (end == field || *end != ':')
			continue;
		*status = (struct apt_status){
			.kind = kind,
			.percent = percent >= 100 ? 100
				   : percent > 0  ? (unsigned int)percent
						  : 0,
			.text = end + 1,
		};
		if (kind == APT_STATUS_INSTALL)
			snprintf(status->package, sizeof(status->package), "%.*s",
				(int)(field - 1 - start), start);
		return true;
	}
	return false;
}

/* "1d 2h 3min 4s", as apt's TimeToStr() writes it, of which any part may be missing. */
unsigned int apt_seconds_left(const char *text)
{
	static const struct {
		const char *unit;
		unsigned int seconds;
	} units[] = {{"d ", 86400}, {"h ", 3600}, {"min ", 60}, {"s ", 1}};
	const char *at = strrchr(text, '(');
	unsigned long long sum = 0;

	if (!at || !strstr(at, " remaining)"))
		return 0;
	for (at++; *at >= '0' && *at <= '9';) {
		char *unit;
		unsigned long number = strtoul(at, &unit, 10);
		size_t i = 0;

		while (i < ELEMENTS(units) && !starts_with(unit, units[i].unit))
			i++;
		if (i == ELEMENTS(units) || number > 100000)
			return 0;
		sum += (unsigned long long)number * units[i].seconds;
		if (sum > UINT_MAX)
			return 0;
		at = unit + strlen(units[i].unit);
	}
	return (unsigned int)sum;
}

unsigned long long apt_bytes_needed(const char *line)
{
	static const struct bytes_unit units[] = {
		{" B", 1}, {" kB", 1e3}, {" MB", 1e6}, {" GB", 1e9}, {NULL, 0}};

	return bytes_announced(line, "Need to get ", units);
}

unsigned long long apt_uris_size(const char *lines)
{
	unsigned long long sum = 0, size;

	for (const char *line = lines; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		/* Widths, so that no number can be more than it holds. */
		if (*line == '\'' && sscanf(line, "'%*[^'\n]' %*[^ \n] %15llu", &size) == 1)
			sum += size;
	}
	return sum;
}

const char *apt_complaint(const char *line, enum apt_level *level)
{
	static const struct {
		const char *begin;
		enum apt_level level;
	} levels[] = {
		{"E: ", APT_ERROR},
		{"Error: ", APT_ERROR},
		{"W: ", APT_WARNING},
		{"Warning: ", APT_WARNING},
		{"N: ", APT_NOTICE},
		{"Notice: ", APT_NOTICE},
	};

	for (size_t i = 0; i < ELEMENTS(levels); i++)
		if (starts_with(line, levels[i].begin)) {
			*level = levels[i].level;
			return line + strlen(levels[i].begin);
		}
	return NULL;
}

char *apt_error_find(const char *out, const char *error)
{
	_cleanup_free_ char *out_copy = strdup(out ? out : "");
	_cleanup_free_ char *error_copy = strdup(error ? error : "");
	char *rest = out_copy, *line;
	struct apt_status status;

	while ((line = strsep(&rest, "\n")))
		if (apt_status_parse(line, &status) && status.kind == APT_STATUS_ERROR)
			return strdup(status.text);
	rest = error_copy;
	while ((line = strsep(&rest, "\n"))) {
		enum apt_level level;
		const char *complaint = apt_complaint(line, &level);

		if (complaint && level == APT_ERROR)
			return strdup(complaint);
		if (starts_with(line, "dpkg: error"))
			return strdup(line);
	}
	return NULL;
}

enum retry_reason apt_retry_reason_find(const char *error)
{
	static const struct {
		const char *sign;
		enum retry_reason retry_reason;
	} signs[] = {
		{"Could not get lock ", RETRY_LOCK},
		{"lock was locked by another process", RETRY_LOCK},
		{" is not valid yet (", RETRY_CLOCK},
		{"Not live until ", RETRY_CLOCK}, /* sqv, from apt 3.0 on */
		{"uses not yet valid certificate", RETRY_CLOCK},
		{" is expired (invalid since ", RETRY_STALE},
		{" EXPKEYSIG ", RETRY_STALE},
		{"Expired on ", RETRY_STALE}, /* sqv */
		{"uses expired certificate", RETRY_STALE},
	};

	for (size_t i = 0; error && i < ELEMENTS(signs); i++)
		if (strstr(error, signs[i].sign))
			return signs[i].retry_reason;
	return RETRY_NONE;
}

/* The value in 'Acquire::SCHEME::Proxy "VALUE";' or 'Acquire::SCHEME::Proxy::HOST "VALUE";'. */
static char *proxy_value(char *line)
{
	char *key = strsep(&line, "\""), *proxy;

	if (strncasecmp(key, "Acquire::", 9) != 0)
		return NULL;
	proxy = strstr(key + 9, "::");
	if (!proxy || strncasecmp(proxy + 2, "Proxy", 5) != 0)
		return NULL;
	if (proxy[7] != ' ' && !starts_with(proxy + 7, "::"))
		return NULL;
	return line ? strsep(&line, "\"") : NULL;
}

int apt_proxies_parse(
	const char *output, void (*add)(void *context, const char *uri), void *context)
{
	_cleanup_free_ char *copy = strdup(output);
	char *rest = copy, *line;

	if (!copy)
		return -ENOMEM;
	while ((line = strsep(&rest, "\n"))) {
		const char *value = proxy_value(line);

		if (value && *value && strcasecmp(value, "DIRECT") != 0)
			add(context, value);
	}
	return 0;
}

char *apt_kernel_version(const char *uname_version)
{
	const char *version = strstr(uname_version, " Debian ");

	if (!version)
		return NULL;
	version += strlen(" Debian ");
	return strndup(version, strcspn(version, " "));
}
