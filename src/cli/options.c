// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Options of a verb, from a table that getopt_long(3) and --help both read.
 */

#include "cli/cli.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/log.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define OPTIONS_MAX 16

static void print_usage(const struct verb *verb, const struct option_spec *options)
{
	printf(_("Usage: cordon %s %s\n\n%s\n\n"), verb->name, verb->arguments, _(verb->summary));
	for (; options->name; options++) {
		_cleanup_free_ char *left = strdup_printf("--%s%s%s", options->name,
			options->argument ? "=" : "", options->argument ? options->argument : "");

		printf("  %-20s %s\n", left ? left : options->name, _(options->help));
	}
	printf("  %-20s %s\n", "--help", _("show this"));
}

static size_t build_table(const struct option_spec *options, struct option *table)
{
	size_t count = 0;

	for (; options[count].name && count < OPTIONS_MAX - 2; count++)
		table[count] = (struct option){
			.name = options[count].name,
			.has_arg = options[count].argument ? required_argument : no_argument,
		};
	table[count].name = "help";
	return count;
}

int options_parse(const struct verb *verb, int argc, char **argv, const struct option_spec *options)
{
	struct option table[OPTIONS_MAX] = {0};
	int help = (int)build_table(options, table), found = 0, c;
	/* getopt prefixes its messages with argv[0]. */
	_cleanup_free_ char *name = strdup_printf("cordon: %s", verb->name);
	char *saved = argv[0];

	argv[0] = name ? name : saved;
	optind = 0;
	while ((c = getopt_long(argc, argv, "", table, &found)) == 0 && found != help) {
		if (options[found].flag)
			*options[found].flag = true;
		else
			*options[found].value = optarg;
	}
	argv[0] = saved;
	if (c == 0) {
		print_usage(verb, options);
		return EXIT_DONE;
	}
	if (c != -1)
		return EXIT_USAGE;
	if (optind < argc) {
		log_error("%s: %s: unexpected; cordon %s --help shows the options", verb->name,
			argv[optind], verb->name);
		return EXIT_USAGE;
	}
	return -1;
}
