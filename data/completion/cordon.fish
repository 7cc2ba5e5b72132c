# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of cordon(1) for fish. What there is to complete is asked of cordon itself.
function __cordon_complete
	set --local words (commandline --current-process --tokenize --cut-at-cursor)
	set --local token (commandline --current-token --cut-at-cursor)
	set --local help (cordon $words[2..2] --help 2>/dev/null)
	if string match --quiet --regex -- '^--[a-z-]+=' $token
		set --local parts (string split --max 1 = -- $token)
		if string match --quiet -- "  $parts[1]=DIR *" $help
			for folder in (__fish_complete_directories $parts[2] '')
				echo "$parts[1]=$folder"
			end
		end
		return
	end
	string replace --filter --regex -- '^  ([a-z-]+=?)[A-Z]* +(.*)' '$1\t$2' $help
end
complete --command cordon --no-files --arguments '(__cordon_complete)'
