/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_CLI_REPORT_H
#define CORDON_CLI_REPORT_H

/*
 * The forms that a report has.
 */

#include "report/report.h"

#include <jansson.h>

/** report_to_json() - As data/report.schema.json has it; the caller owns it; NULL: no memory. */
json_t *report_to_json(const struct report *report);

#endif
