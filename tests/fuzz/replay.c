// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs a fuzz target over the files of its corpus, as an ordinary test, with any compiler.
 * tools/fuzz looks for new inputs, with libFuzzer in place of this main().
 *
 * MUST NOT look into folders by file.h, in place of which a target may have a root in memory.
 */

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <glob.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
	_cleanup_free_ char *data = NULL;
	size_t size;
	int r = file_read(path, 1U << 20, &data, &size);

	if (r < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(-r));
		return EXIT_FAILURE;
	}
	LLVMFuzzerTestOneInput((const uint8_t *)data, size);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	_cleanup_(globfree) glob_t found = {0};
	_cleanup_free_ char *all = argc == 2 ? strdup_printf("%s/*", argv[1]) : NULL;
	int status = EXIT_SUCCESS;

	if (!all || glob(all, 0, NULL, &found) != 0) {
		fprintf(stderr, "Usage: %s FOLDER, with at least one file in it\n", argv[0]);
		return EXIT_FAILURE;
	}
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (replay(found.gl_pathv[i]) != EXIT_SUCCESS)
			status = EXIT_FAILURE;
	printf("%zu inputs\n", found.gl_pathc);
	return status;
}
