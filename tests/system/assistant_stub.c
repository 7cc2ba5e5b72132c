// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stands for the assistant where the package has none: the real decision about a login, and in the
 * place of dialogs a screen that stays until it is ended.
 */

#include "assistant/login.h"

#include "util/cleanup.h"

#include <string.h>

int main(int argc, char **argv)
{
	_cleanup_(policy_clear) struct policy policy = {0};
	enum login_answer answer = LOGIN_AS_ROOT;
	char *why = NULL;

	if (policy_load("", &policy) < 0)
		return 1;
	if (argc > 1 && strcmp(argv[1], "--login") == 0 && login_answer(&policy, &answer) < 0)
		return 1;
	if (answer == LOGIN_NO)
		return 0;
	if (answer == LOGIN_THROUGH_SUDO) {
		puts("The assistant goes on as root.");
		fflush(stdout);
		login_exec_sudo(&why);
		fprintf(stderr, "%s\n", why);
		return 1;
	}
	login_remember();
	puts("SCREEN: this server is cordoned off");
	getchar();
	return 0;
}
