# SPDX-License-Identifier: GPL-2.0-or-later
# As long as this server is sealed, an administrator who logs in meets cordon's assistant; the program
# decides who that is. Whatever becomes of it, the login goes on: it is a job of its own (set -m, which
# bash has not switched on yet when it reads this), so Ctrl-Z, and Ctrl-C, which the subshell outlives,
# are not the shell's; no failure counts; a crash leaves a usable terminal. CORDON_MET is for the shells
# inside of this one.
if [ -e /run/cordon/sealed ] && [ -x /usr/bin/cordon ]; then
	case $- in
	*i*)
		if [ -t 0 ] && [ -t 1 ] && [ -z "${CORDON_MET-}" ]; then
			_cordon_flags=$-
			set -m
			(
				trap : INT
				/usr/bin/cordon assistant --login || [ "$?" -le 128 ] || stty sane
			) || :
			case $_cordon_flags in
			*m*) ;;
			*) set +m ;;
			esac
			unset _cordon_flags
			export CORDON_MET=1
		fi
		;;
	esac
fi
