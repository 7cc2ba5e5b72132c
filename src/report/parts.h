/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_REPORT_PARTS_H
#define CORDON_REPORT_PARTS_H

/*
 * What a report is put together from. Private to the room.
 */

#include "report/report.h"

#include <jansson.h>

/**
 * report_read_history() - Boots, reboots, updates and the end of the last quarantine. Pure.
 * @entries: of history_load(); any JSON. What is not as cordon writes it is left out.
 *
 * Return: 0 or -ENOMEM.
 */
int report_read_history(json_t *entries, struct report *report);

/** report_read_machine() - Names of the system below @root. Return: 0 or -ENOMEM. */
int report_read_machine(const char *root, struct report_machine *machine);

/** report_parse_release() - The content of an os-release(5). Pure. Return: 0 or -ENOMEM. */
int report_parse_release(const char *content, struct report_machine *machine);

#endif
