/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_ASSISTANT_FACE_FACE_H
#define CORDON_ASSISTANT_FACE_FACE_H

/*
 * How the assistant is seen: as dialogs (newt), or as plain text for dumb terminals, screen
 * readers, serial consoles and small windows. Screens describe a page; a face shows it and says
 * what was chosen. A face never decides anything, and a screen never touches the terminal.
 */

#include <stdbool.h>
#include <stddef.h>

#define PAGE_CHOICES_MAX 64

struct page_choice {
	const char *label; /* "Update this server" */
	char *state;	   /* "17 updates are pending"; malloc'ed; NULL: none */
	bool ticked;	   /* of page.ticks */
};

struct page {
	const char *title;
	/* Paragraphs, which the face wraps; malloc'ed. */
	char *text;
	/* Are the choices steps, one below another with their states? Else they are buttons. */
	bool steps;
	/* Are they lines that can be ticked? Then they are steps whose labels stand in @state. */
	bool ticks;
	struct page_choice choices[PAGE_CHOICES_MAX];
	size_t choices_count;
	size_t chosen;	   /* the choice that the cursor is on */
	const char *leave; /* what it is called to leave this page */
	int percent;	   /* of a bar; -1: no bar */
	/*
	 * Called once a second, and once at the beginning as soon as the page can be seen: makes
	 * the page say what is true now. False: the page is over. May be NULL.
	 */
	bool (*renew)(void *context, struct page *page);
	void *context;
};

/**
 * page_set_text() - Replace the text by @text, which is taken; NULL (no memory) keeps the old.
 *
 * What would drive the terminal is made harmless, so nobody has to care whose text it was.
 */
void page_set_text(struct page *page, char *text);

/** page_set_state() - Replace the state of a choice, likewise. */
void page_set_state(struct page *page, size_t choice, char *state);

/** page_add_choice() - Append a choice without a state. */
void page_add_choice(struct page *page, const char *label);

/** page_clear() - Release texts and states. */
void page_clear(struct page *page);

enum face_kind {
	FACE_DIALOGS,
	FACE_PLAIN,
};

/* What face_show() and face_ask() return besides the number of a choice. */
enum {
	FACE_LEFT = -1, /* the person leaves the page */
	FACE_OVER = -2, /* renew() said that the page is over */
	FACE_GONE = -3, /* there is no terminal any more, or the program is to end */
};

/* The smallest window for dialogs. */
#define FACE_COLUMNS_MIN 60
#define FACE_ROWS_MIN	 18

/**
 * face_begin() - Take the terminal.
 * @kind: dialogs become plain text where the terminal, or its size, does not allow for them.
 *
 * From now on signals that end a program are noticed by face_show() and face_ask(), so that the
 * terminal is given back as it was.
 */
void face_begin(enum face_kind kind);

/** face_end() - Give the terminal back. */
void face_end(void);

/**
 * face_show() - Show a page until something is chosen.
 *
 * Return: the number of the choice, or one of FACE_*.
 */
int face_show(struct page *page);

/**
 * face_ask() - Ask for one line of text.
 * @text: what it is for.
 * @answer: malloc'ed, without blanks around it, not empty; set for 0 only.
 *
 * Return: 0 or one of FACE_*.
 */
int face_ask(const char *title, const char *text, char **answer);

/** face_say() - A line below everything, for when the terminal has been given back. */
void face_say(const char *text);

#endif
