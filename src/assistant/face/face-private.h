/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_ASSISTANT_FACE_FACE_PRIVATE_H
#define CORDON_ASSISTANT_FACE_FACE_PRIVATE_H

/*
 * The two faces, behind face.c.
 */

#include "assistant/face/face.h"
#include "assistant/face/terminal.h"

/* The window has become too small for dialogs. Never leaves face.c. */
#define FACE_UNFIT (-4)

#define RENEW_EVERY_MS 1000

/** newt_begin() - Return: 0, or -1 when newt does not get along with this terminal. */
int newt_begin(void);
void newt_end(void);
int newt_show(struct page *page);
int newt_ask(const char *title, const char *text, char **answer);

int plain_show(struct page *page);
int plain_ask(const char *title, const char *text, char **answer);

/**
 * steps_line() - A step of a page: "1  Update this server         17 updates are pending".
 * @columns: which the line takes exactly.
 *
 * Return: malloc'ed; NULL when memory is short.
 */
char *steps_line(const struct page *page, size_t number, size_t columns);

#endif
