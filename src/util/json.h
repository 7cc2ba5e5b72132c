/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_JSON_H
#define CORDON_UTIL_JSON_H

#include "util/cleanup.h"
#include "util/sentences.h"

#include <jansson.h>

DEFINE_CLEANUP(json, json_t *, json_decref)

/** json_sentences() - The sentences as a JSON array; the caller owns it. */
json_t *json_sentences(const struct sentences *list);

#endif
