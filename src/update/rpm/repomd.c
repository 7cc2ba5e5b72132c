// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two things are wanted of a repomd.xml: how new it is, and whether it has advisories, without
 * which nobody knows which updates are for security.
 *
 * <repomd><revision>1795595461</revision>
 *   <data type="updateinfo"><timestamp>1795595461</timestamp>...</data></repomd>
 *
 * A package manager has verified the file before, if its repository is signed at all. It is foreign
 * nevertheless, so expat reads it with entities forbidden and its depth bounded.
 */

#include "update/rpm/repomd.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <expat.h>
#include <string.h>

#define DEPTH_MAX  32
#define DIGITS_MAX 20
#define YEAR_2000  946684800LL
#define YEAR_2100  4102444800LL

struct reading {
	XML_Parser parser;
	struct repomd found;
	unsigned int depth;
	bool is_repomd, is_number; /* inside of a <revision> or <timestamp> */
	char number[DIGITS_MAX + 1];
	size_t digits; /* one more than DIGITS_MAX: too long for a time */
};

DEFINE_CLEANUP(parser, struct XML_ParserStruct *, XML_ParserFree)

/* "http://linux.duke.edu/metadata/repo data": expat puts the name space in front. */
static const char *local_name(const char *name)
{
	const char *space = strrchr(name, ' ');

	return space ? space + 1 : name;
}

static void begin_element(void *context, const char *name, const char **attributes)
{
	struct reading *reading = context;

	name = local_name(name);
	if (reading->depth == 0)
		reading->is_repomd = strcmp(name, "repomd") == 0;
	if (++reading->depth > DEPTH_MAX) {
		XML_StopParser(reading->parser, XML_FALSE);
		return;
	}
	reading->is_number = (reading->depth == 2 && strcmp(name, "revision") == 0) ||
			     (reading->depth == 3 && strcmp(name, "timestamp") == 0);
	reading->digits = 0;
	for (; reading->depth == 2 && strcmp(name, "data") == 0 && attributes[0]; attributes += 2)
		if (strcmp(attributes[0], "type") == 0 && strcmp(attributes[1], "updateinfo") == 0)
			reading->found.has_advisories = true;
}

/* createrepo writes seconds; a revision may be any text, and a timestamp may have a fraction. */
static void end_number(struct reading *reading)
{
	char *end;
	long long value;

	if (reading->digits == 0 || reading->digits > DIGITS_MAX)
		return;
	reading->number[reading->digits] = '\0';
	value = strtoll(reading->number, &end, 10);
	if ((*end && *end != '.') || value < YEAR_2000 || value > YEAR_2100)
		return;
	if (value > reading->found.date)
		reading->found.date = (time_t)value;
}

static void end_element(void *context, const char *name)
{
	struct reading *reading = context;

	(void)name;
	if (reading->is_number)
		end_number(reading);
	reading->is_number = false;
	reading->depth--;
}

static void hear_text(void *context, const char *data, int length)
{
	struct reading *reading = context;

	for (int i = 0; reading->is_number && i < length; i++) {
		if (strchr(" \t\r\n", data[i]) && data[i])
			continue;
		if (reading->digits < DIGITS_MAX)
			reading->number[reading->digits] = data[i];
		if (reading->digits <= DIGITS_MAX)
			reading->digits++;
	}
}

/* No repository has one, and only with it could there be entities. */
static void refuse_doctype(void *context, const char *name, const char *system_id,
	const char *public_id, int has_internal_subset)
{
	struct reading *reading = context;

	(void)name;
	(void)system_id;
	(void)public_id;
	(void)has_internal_subset;
	XML_StopParser(reading->parser, XML_FALSE);
}

int repomd_parse(const char *xml, size_t size, struct repomd *repomd)
{
	_cleanup_(cleanup_parser) struct XML_ParserStruct *parser = NULL;
	struct reading reading = {0};

	if (size > REPOMD_MAX)
		return -EFBIG;
	parser = XML_ParserCreateNS(NULL, ' ');
	if (!parser)
		return -ENOMEM;
	reading.parser = parser;
	XML_SetUserData(parser, &reading);
	XML_SetElementHandler(parser, begin_element, end_element);
	XML_SetCharacterDataHandler(parser, hear_text);
	XML_SetStartDoctypeDeclHandler(parser, refuse_doctype);
	if (XML_Parse(parser, xml, (int)size, XML_TRUE) != XML_STATUS_OK)
		return XML_GetErrorCode(parser) == XML_ERROR_NO_MEMORY ? -ENOMEM : -EBADMSG;
	if (!reading.is_repomd)
		return -EBADMSG;
	*repomd = reading.found;
	return 0;
}

int repomd_read(const char *path, struct repomd *repomd, char **why)
{
	_cleanup_free_ char *xml = NULL;
	size_t size;
	int r = file_read(path, REPOMD_MAX, &xml, &size);

	if (r == -ENOENT)
		return r;
	if (r == 0)
		r = repomd_parse(xml, size, repomd);
	if (r == -EBADMSG)
		return fail(why, EBADMSG,
			"%s: is no list of metadata as rpm repositories have it; remove it, then "
			"run cordon update again",
			path);
	return r < 0 ? fail(why, -r, "%s: cannot be read: %s", path, strerror(-r)) : 0;
}

int repomd_judge(const char *path, const char *missing, struct update_source *source,
	char **failure, char **why)
{
	struct repomd repomd;
	int r = path ? repomd_read(path, &repomd, why) : -ENOENT;

	source->role = SOURCE_SECURITY;
	if (r == -ENOENT) {
		if (!*failure)
			*failure = strdup(missing);
		return *failure ? 0 : -ENOMEM;
	}
	if (r < 0)
		return r;
	source->role = repomd.has_advisories ? SOURCE_SECURITY : SOURCE_UNADVISED;
	source->date = repomd.date;
	return 0;
}
