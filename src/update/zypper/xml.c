// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * <stream><update-status version="0.6"><update-list>
 *   <update kind="patch" name="X-1" edition="1" status="needed" category="security" ...>
 *     <source url="..." alias="updates"/></update>
 * </update-list><blocked-update-list>...</blocked-update-list></update-status></stream>
 *
 * The names in it come from a mirror, so entities are forbidden and depth is bounded. While a patch
 * of zypper itself is open, all other patches stand in the list of those that are blocked: whoever
 * reads the first list only believes that there is one update.
 */

#include "update/zypper/xml.h"

#include "util/cleanup.h"

#include <errno.h>
#include <expat.h>
#include <limits.h>
#include <string.h>

#define DEPTH_MAX 32
#define TEXT_MAX  (1U << 20)

struct reading {
	XML_Parser parser;
	/* Called for the beginning of each element, and at its end with the text in it. */
	int (*begin)(struct reading *reading, const char *name, const char **attributes);
	int (*end)(struct reading *reading, const char *name, const char *content);
	void *result;
	unsigned int depth;
	int error;	/* what the two above returned, or -EBADMSG */
	bool is_answer; /* the element that makes it one was there */
	struct update_package package;
	struct zypper_patch patch;
	char *content; /* text since the last beginning or end of an element; NULL: none yet */
	size_t length, size;
};

DEFINE_CLEANUP(parser, struct XML_ParserStruct *, XML_ParserFree)

static void stop(struct reading *reading, int error)
{
	if (reading->error == 0)
		reading->error = error;
	XML_StopParser(reading->parser, XML_FALSE);
}

static const char *find(const char **attributes, const char *name)
{
	for (; attributes[0]; attributes += 2)
		if (strcmp(attributes[0], name) == 0)
			return attributes[1];
	return NULL;
}

static bool is_true(const char **attributes, const char *name)
{
	const char *value = find(attributes, name);

	return value && strcmp(value, "true") == 0;
}

static void begin_element(void *context, const char *name, const char **attributes)
{
	struct reading *reading = context;
	const char *type = find(attributes, "type");
	int r;

	if (reading->depth == 0 && strcmp(name, "stream") != 0)
		stop(reading, -EBADMSG);
	if (++reading->depth > DEPTH_MAX)
		stop(reading, -EBADMSG);
	if (strcmp(name, "message") == 0 && type && strcmp(type, "error") == 0)
		stop(reading, -EBADMSG);
	reading->length = 0;
	r = reading->error == 0 ? reading->begin(reading, name, attributes) : 0;
	if (r < 0)
		stop(reading, r);
}

static void end_element(void *context, const char *name)
{
	struct reading *reading = context;
	int r = 0;

	if (reading->content)
		reading->content[reading->length] = '\0';
	if (reading->end)
		r = reading->end(reading, name, reading->content ? reading->content : "");
	if (r < 0)
		stop(reading, r);
	reading->length = 0;
	reading->depth--;
}

static void hear_text(void *context, const char *data, int length)
{
	struct reading *reading = context;
	const size_t needed = reading->length + (size_t)length + 1;
	char *larger;

	if (needed > TEXT_MAX) {
		stop(reading, -EBADMSG);
		return;
	}
	if (needed > reading->size) {
		larger = realloc(reading->content, 2 * needed);
		if (!larger) {
			stop(reading, -ENOMEM);
			return;
		}
		reading->content = larger;
		reading->size = 2 * needed;
	}
	memcpy(reading->content + reading->length, data, (size_t)length);
	reading->length += (size_t)length;
}

static void refuse_doctype(void *context, const char *name, const char *system_id,
	const char *public_id, int has_internal_subset)
{
	(void)name;
	(void)system_id;
	(void)public_id;
	(void)has_internal_subset;
	stop(context, -EBADMSG);
}

static int read_stream(struct reading *reading, const char *xml)
{
	_cleanup_(cleanup_parser) struct XML_ParserStruct *parser = XML_ParserCreate(NULL);
	const size_t size = strlen(xml);

	if (!parser)
		return -ENOMEM;
	if (size > INT_MAX)
		return -EBADMSG;
	reading->parser = parser;
	XML_SetUserData(parser, reading);
	XML_SetElementHandler(parser, begin_element, end_element);
	XML_SetCharacterDataHandler(parser, hear_text);
	XML_SetStartDoctypeDeclHandler(parser, refuse_doctype);
	if (XML_Parse(parser, xml, (int)size, XML_TRUE) != XML_STATUS_OK && reading->error == 0)
		reading->error =
			XML_GetErrorCode(parser) == XML_ERROR_NO_MEMORY ? -ENOMEM : -EBADMSG;
	free(TAKE_PTR(reading->content));
	if (reading->error == 0 && !reading->is_answer)
		return -EBADMSG;
	return reading->error;
}

/* NULL where it is missing or says nothing. */
static int copy(const char *value, char **to)
{
	*to = value && *value ? strdup(value) : NULL;
	return value && *value && !*to ? -ENOMEM : 0;
}

static void package_clear(struct update_package *package)
{
	free(package->name);
	free(package->from);
	free(package->to);
	free(package->origin);
	*package = (struct update_package){0};
}

static int begin_package(struct reading *reading, const char **attributes)
{
	struct update_package *package = &reading->package;
	const char *kind = find(attributes, "kind");
	int r;

	if (package->name || !kind || strcmp(kind, "package") != 0)
		return -EBADMSG;
	r = copy(find(attributes, "name"), &package->name);
	if (r == 0)
		r = copy(find(attributes, "edition"), &package->to);
	if (r == 0)
		r = copy(find(attributes, "edition-old"), &package->from);
	return r == 0 && (!package->name || !package->to) ? -EBADMSG : r;
}

static int begin_update(struct reading *reading, const char *name, const char **attributes)
{
	if (strcmp(name, "update-list") == 0)
		reading->is_answer = true;
	if (strcmp(name, "update") == 0)
		return begin_package(reading, attributes);
	if (strcmp(name, "source") == 0 && reading->package.name && !reading->package.origin)
		return copy(find(attributes, "alias"), &reading->package.origin);
	return 0;
}

static int end_update(struct reading *reading, const char *name, const char *content)
{
	int r;

	(void)content;
	if (strcmp(name, "update") != 0)
		return 0;
	if (!reading->package.origin)
		return -EBADMSG;
	r = update_list_add(reading->result, &reading->package);
	package_clear(&reading->package);
	return r;
}

int zypper_updates_parse(const char *xml, struct update_list *list)
{
	struct reading reading = {.begin = begin_update, .end = end_update, .result = list};
	int r = read_stream(&reading, xml);

	package_clear(&reading.package);
	return r;
}

static void patch_clear(struct zypper_patch *patch)
{
	free(patch->name);
	free(patch->edition);
	free(patch->alias);
	free(patch->category);
	free(patch->severity);
	*patch = (struct zypper_patch){0};
}

void zypper_patches_clear(struct zypper_patches *patches)
{
	for (size_t i = 0; i < patches->count; i++)
		patch_clear(&patches->items[i]);
	free(patches->items);
	*patches = (struct zypper_patches){0};
}

/* "none" and "unspecified" say as much as nothing. */
static const char *severity_of(const char **attributes)
{
	const char *value = find(attributes, "severity");

	return value && (strcmp(value, "none") == 0 || strcmp(value, "unspecified") == 0) ? NULL
											  : value;
}

static int begin_patch(struct reading *reading, const char **attributes)
{
	struct zypper_patch *patch = &reading->patch;
	const char *kind = find(attributes, "kind"), *status = find(attributes, "status");
	int r;

	if (patch->name || !kind || strcmp(kind, "patch") != 0 || !status)
		return -EBADMSG;
	patch->locked = strcmp(status, "unwanted") == 0;
	if (!patch->locked && strcmp(status, "needed") != 0)
		return -EBADMSG;
	patch->pkgmanager = is_true(attributes, "pkgmanager");
	patch->restart = is_true(attributes, "restart");
	r = copy(find(attributes, "name"), &patch->name);
	if (r == 0)
		r = copy(find(attributes, "edition"), &patch->edition);
	if (r == 0)
		r = copy(find(attributes, "category"), &patch->category);
	if (r == 0)
		r = copy(severity_of(attributes), &patch->severity);
	return r == 0 && (!patch->name || !patch->edition || !patch->category) ? -EBADMSG : r;
}

static int begin_patches(struct reading *reading, const char *name, const char **attributes)
{
	if (strcmp(name, "update-list") == 0)
		reading->is_answer = true;
	if (strcmp(name, "update") == 0)
		return begin_patch(reading, attributes);
	if (strcmp(name, "source") == 0 && reading->patch.name && !reading->patch.alias)
		return copy(find(attributes, "alias"), &reading->patch.alias);
	return 0;
}

static int end_patch(struct reading *reading, const char *name, const char *content)
{
	struct zypper_patches *patches = reading->result;
	struct zypper_patch *larger;

	(void)content;
	if (strcmp(name, "update") != 0)
		return 0;
	if (!reading->patch.alias)
		return -EBADMSG;
	larger = reallocarray(patches->items, patches->count + 1, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	patches->items = larger;
	larger[patches->count++] = reading->patch;
	reading->patch = (struct zypper_patch){0};
	return 0;
}

int zypper_patches_parse(const char *xml, struct zypper_patches *patches)
{
	struct reading reading = {.begin = begin_patches, .end = end_patch, .result = patches};
	int r = read_stream(&reading, xml);

	patch_clear(&reading.patch);
	return r;
}

static int begin_locks(struct reading *reading, const char *name, const char **attributes)
{
	(void)attributes;
	if (strcmp(name, "locks") == 0)
		reading->is_answer = true;
	return 0;
}

static int end_lock(struct reading *reading, const char *name, const char *content)
{
	return strcmp(name, "name") == 0 && *content ? strv_addf(reading->result, "%s", content)
						     : 0;
}

int zypper_locks_parse(const char *xml, struct strv *names)
{
	struct reading reading = {.begin = begin_locks, .end = end_lock, .result = names};

	return read_stream(&reading, xml);
}

static int begin_info(struct reading *reading, const char *name, const char **attributes)
{
	(void)attributes;
	if (strcmp(name, "stream") == 0)
		reading->is_answer = true;
	return 0;
}

static int add_fix(struct zypper_fixes *fixes, const char *patch, const char *package)
{
	struct zypper_fix *larger = reallocarray(fixes->items, fixes->count + 1, sizeof(*larger));
	struct zypper_fix fix = {0};

	if (!larger)
		return -ENOMEM;
	fixes->items = larger;
	fix.patch = strdup(patch);
	fix.package = strndup(package, strcspn(package, " \t"));
	if (!fix.patch || !fix.package) {
		free(fix.patch);
		free(fix.package);
		return -ENOMEM;
	}
	larger[fixes->count++] = fix;
	return 0;
}

/* A line of what zypper tells of a patch: one conflict stands behind the colon, several below it.
 */
static int read_info(char *line, bool *is_conflicts, char **patch, struct zypper_fixes *fixes)
{
	const char *value = strstr(line, " : ");

	if (*line == ' ')
		return *is_conflicts && *patch && line[strspn(line, " ")]
			       ? add_fix(fixes, *patch, line + strspn(line, " "))
			       : 0;
	*is_conflicts = strncmp(line, "Conflicts ", 10) == 0;
	if (!value)
		return 0;
	value += 3;
	if (!*patch && strncmp(line, "Name ", 5) == 0)
		return copy(value, patch);
	if (!*is_conflicts || !*patch || *value == '[' || *value == '-' || !*value)
		return 0;
	return add_fix(fixes, *patch, value);
}

static int end_info(struct reading *reading, const char *name, const char *content)
{
	_cleanup_free_ char *text = NULL, *patch = NULL;
	bool is_conflicts = false;
	char *rest, *line;
	int r = 0;

	if (strcmp(name, "message") != 0)
		return 0;
	text = rest = strdup(content);
	if (!text)
		return -ENOMEM;
	while (r == 0 && (line = strsep(&rest, "\n")))
		r = read_info(line, &is_conflicts, &patch, reading->result);
	return r;
}

int zypper_fixes_parse(const char *xml, struct zypper_fixes *fixes)
{
	struct reading reading = {.begin = begin_info, .end = end_info, .result = fixes};

	return read_stream(&reading, xml);
}
