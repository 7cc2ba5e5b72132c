/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_REPORT_OPENMETRICS_H
#define CORDON_REPORT_OPENMETRICS_H

/*
 * A report as numbers for monitoring, in the text format of OpenMetrics 1.0.
 */

#include "report/report.h"

/**
 * openmetrics_format() - Write it. What is not known has no line. Pure.
 *
 * Return: malloc'ed text, "# EOF" at its end; NULL when memory is short.
 */
char *openmetrics_format(const struct report *report);

#endif
