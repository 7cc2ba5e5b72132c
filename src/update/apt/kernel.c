// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A new kernel of Debian or Ubuntu is mostly a package of another name: linux-image-6.1.0-38-amd64
 * is no update of linux-image-6.1.0-35-amd64. What brings it is a meta package, linux-image-amd64,
 * that depends on the newest. Who has the one without the other never has an update pending.
 *
 * Which kernel counts: the newest that is installed, whatever its flavour, for that is what the
 * next boot takes, and what kernel.c wants to be running. Older ones are left over, and nobody
 * expects anything of them.
 *
 * What takes its place: a kernel of the same flavour and the same series, which is the first two
 * numbers of its version. Within a release they stay where there is an ABI number (6.1.0-35,
 * 5.15.0-91) and where there is none (6.12.43+deb13). Another series in the same suite is another
 * choice (Ubuntu's HWE, Debian's linux-image-6.12-amd64 beside 6.1), as long as one's own is on
 * offer, too. Where it is not any more (testing, backports, a new release of the distribution) the
 * newest of the later ones takes its place. A series that was given up and left in the archive
 * looks like one that needs no update.
 *
 * What is on offer: apt's candidate, if its priority is at least 100. What apt itself would do goes
 * for backports, which have exactly that: they count for a kernel whose series no ordinary source
 * (500 or more) has.
 */

#include "update/apt/kernel.h"

#include "update/reboot/kernel.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define PREFIX	 "linux-image-"
#define UNSIGNED "-unsigned"
#define ORDINARY 500

static bool starts_with(const char *string, const char *start)
{
	return strncmp(string, start, strlen(start)) == 0;
}

static bool ends_with(const char *string, size_t length, const char *end)
{
	const size_t end_length = strlen(end);

	return length >= end_length && strncmp(string + length - end_length, end, end_length) == 0;
}

static size_t count_digits(const char *at)
{
	return strspn(at, "0123456789");
}

/* "6.1.0-35-amd64": 3, the length of "6.1"; 0 unless a third number follows. */
static size_t series_length(const char *release)
{
	size_t first = count_digits(release), second;

	if (first == 0 || release[first] != '.')
		return 0;
	second = count_digits(release + first + 1);
	if (second == 0 || release[first + 1 + second] != '.')
		return 0;
	return isdigit((unsigned char)release[first + second + 2]) ? first + 1 + second : 0;
}

/* An ABI number is digits alone, or of a backport, "0.deb11.21"; "4kc-malta" is a flavour. */
static size_t version_length(const char *release)
{
	size_t base = strcspn(release, "-"), abi, digits;

	if (release[base] != '-')
		return base;
	abi = strcspn(release + base + 1, "-");
	digits = count_digits(release + base + 1);
	if (digits > 0 && (digits == abi || release[base + 1 + digits] == '.'))
		return base + 1 + abi;
	return base;
}

static bool copy_part(char *to, size_t size, const char *from, size_t length)
{
	if (length >= size)
		return false;
	memcpy(to, from, length);
	to[length] = '\0';
	return true;
}

bool apt_kernel_parse(const char *package, struct apt_kernel *kernel)
{
	static const char *const others[] = {"-dbg", "-dbgsym", "-template"};
	struct apt_kernel found;
	size_t length, series, version;

	if (!starts_with(package, PREFIX))
		return false;
	package += strlen(PREFIX);
	package += starts_with(package, "unsigned-") ? strlen("unsigned-") : 0;
	length = strcspn(package, ":");
	for (size_t i = 0; i < ELEMENTS(others); i++)
		if (ends_with(package, length, others[i]))
			return false;
	if (ends_with(package, length, UNSIGNED))
		length -= strlen(UNSIGNED);
	series = series_length(package);
	version = version_length(package);
	if (version > length)
		version = length;
	if (series == 0 || series > version ||
		!copy_part(found.series, sizeof(found.series), package, series) ||
		!copy_part(found.version, sizeof(found.version), package, version))
		return false;
	version += version < length;
	if (!copy_part(found.flavour, sizeof(found.flavour), package + version, length - version))
		return false;
	*kernel = found;
	return true;
}

/* The name in a line "ii NAME"; NULL: not installed, only its configuration is. */
static char *installed_name(char *line)
{
	return strlen(line) > 4 && line[1] != 'n' && line[1] != 'c' ? line + 4 : NULL;
}

static bool has_flavour(const struct strv *packages, const char *flavour)
{
	struct apt_kernel kernel;

	for (size_t i = 0; i < packages->count; i++)
		if (apt_kernel_parse(packages->items[i], &kernel) &&
			strcmp(kernel.flavour, flavour) == 0)
			return true;
	return false;
}

/* All in @newest are of one version. */
static int keep_newest(struct strv *newest, const char *package)
{
	struct apt_kernel kernel, other;
	int order = 1;

	if (!apt_kernel_parse(package, &kernel))
		return 0;
	if (newest->count > 0 && apt_kernel_parse(newest->items[0], &other))
		order = kernel_compare(kernel.version, other.version);
	if (order < 0 || (order == 0 && has_flavour(newest, kernel.flavour)))
		return 0;
	if (order > 0)
		strv_clear(newest);
	return strv_addf(newest, "%.*s", (int)strcspn(package, ":"), package);
}

int apt_kernels_newest(const char *installed, struct strv *packages)
{
	_cleanup_(strv_clear) struct strv newest = {0};
	_cleanup_free_ char *copy = strdup(installed);
	char *rest = copy, *line;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (line = strsep(&rest, "\n")))
		if (installed_name(line))
			r = keep_newest(&newest, installed_name(line));
	return r < 0 ? r : strv_move(&newest, packages);
}

static bool is_related(const char *package, const struct apt_kernel *kernel)
{
	struct apt_kernel other;

	return apt_kernel_parse(package, &other) && strcmp(other.flavour, kernel->flavour) == 0 &&
	       (strcmp(other.series, kernel->series) == 0 ||
		       kernel_compare(other.version, kernel->version) > 0);
}

int apt_kernels_related(const char *package, const char *known, struct strv *packages)
{
	_cleanup_free_ char *copy = strdup(known);
	char *rest = copy, *line;
	struct apt_kernel kernel;
	int r = copy ? strv_addf(packages, "%s", package) : -ENOMEM;

	if (!apt_kernel_parse(package, &kernel))
		return r;
	while (r == 0 && (line = strsep(&rest, "\n")))
		if (strcmp(line, package) != 0 && is_related(line, &kernel))
			r = strv_addf(packages, "%s", line);
	return r;
}

/* Two packages of one kernel: the signed one is what meta packages ask for. */
static bool is_better(const struct apt_offer *offer, const struct apt_offer *other)
{
	struct apt_kernel a, b;
	int order;

	if (!other || !apt_kernel_parse(offer->package, &a) ||
		!apt_kernel_parse(other->package, &b))
		return !other;
	order = kernel_compare(a.version, b.version);
	return order > 0 || (order == 0 && strstr(other->package, "unsigned") &&
				    !strstr(offer->package, "unsigned"));
}

/* The newest of the flavour: of its own series, or of all that are newer. */
static const struct apt_offer *find_newest(const struct apt_kernel *kernel,
	const struct apt_offers *offers, bool same_series, int priority)
{
	const struct apt_offer *newest = NULL;

	for (size_t i = 0; i < offers->count; i++) {
		const struct apt_offer *offer = &offers->items[i];
		struct apt_kernel other;

		if (offer->priority < priority || !is_related(offer->package, kernel) ||
			!apt_kernel_parse(offer->package, &other) ||
			(same_series && strcmp(other.series, kernel->series) != 0))
			continue;
		if (is_better(offer, newest))
			newest = offer;
	}
	return newest;
}

const struct apt_offer *apt_kernel_successor(const char *package, const struct apt_offers *offers)
{
	const struct apt_offer *newest = NULL;
	struct apt_kernel kernel, other;

	if (!apt_kernel_parse(package, &kernel))
		return NULL;
	for (int later = 0; !newest && later < 2; later++) {
		newest = find_newest(&kernel, offers, !later, ORDINARY);
		if (!newest)
			newest = find_newest(&kernel, offers, !later, 0);
	}
	if (!newest || !apt_kernel_parse(newest->package, &other))
		return NULL;
	return kernel_compare(other.version, kernel.version) > 0 ? newest : NULL;
}

int apt_metas_installed(const char *installed, struct strv *metas)
{
	_cleanup_free_ char *copy = strdup(installed);
	char *rest = copy, *line;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (line = strsep(&rest, "\n"))) {
		const char *name = installed_name(line);
		struct apt_kernel kernel;

		if (name && starts_with(name, PREFIX) && !apt_kernel_parse(name, &kernel))
			r = strv_addf(metas, "%.*s", (int)strcspn(name, ":"), name);
	}
	return r;
}

/* Of its flavour, and not older. */
static bool is_as_new(const char *package, const struct apt_kernel *kernel)
{
	struct apt_kernel other;

	return apt_kernel_parse(package, &other) && strcmp(other.flavour, kernel->flavour) == 0 &&
	       kernel_compare(other.version, kernel->version) >= 0;
}

int apt_metas_bring(const char *depends, const char *package)
{
	_cleanup_free_ char *copy = strdup(depends);
	bool understood = false, brings = false;
	char *rest = copy, *line;
	struct apt_kernel kernel;

	if (!copy)
		return -ENOMEM;
	if (!apt_kernel_parse(package, &kernel))
		return -EBADMSG;
	while (!brings && (line = strsep(&rest, "\n"))) {
		const char *name = strstr(line, "Depends: ");

		understood = understood || starts_with(line, PREFIX);
		/* Behind " |" there is a choice, which brings nothing. */
		brings = starts_with(line, "  ") && name &&
			 is_as_new(name + strlen("Depends: "), &kernel);
	}
	return brings ? 1 : understood ? 0 : -EBADMSG;
}

static bool has_name(const struct strv *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return true;
	return false;
}

/* "linux-image-generic" before "linux-image-generic-hwe-22.04" before "linux-image-virtual". */
static bool is_better_meta(const char *meta, const char *other, const char *own)
{
	const bool fits = starts_with(meta, own);

	if (!other || fits != starts_with(other, own))
		return !other || fits;
	return strlen(meta) < strlen(other);
}

int apt_metas_recommend(
	const char *rdepends, const char *kernel, const struct strv *installed, char **meta)
{
	_cleanup_free_ char *copy = strdup(rdepends), *own = NULL;
	struct apt_kernel parsed = {0}, other;
	const char *best = NULL;
	char *rest = copy, *line;
	bool understood = false;

	apt_kernel_parse(kernel, &parsed);
	own = strdup_printf(PREFIX "%s", parsed.flavour);
	if (!copy || !own)
		return -ENOMEM;
	while ((line = strsep(&rest, "\n"))) {
		understood = understood || strcmp(line, "Reverse Depends:") == 0;
		line[strcspn(line, ":")] = '\0';
		if (starts_with(line, "  " PREFIX) && !apt_kernel_parse(line + 2, &other) &&
			!has_name(installed, line + 2) && is_better_meta(line + 2, best, own))
			best = line + 2;
	}
	if (!understood)
		return -EBADMSG;
	if (best && !(best = strdup(best)))
		return -ENOMEM;
	*meta = (char *)best;
	return 0;
}
