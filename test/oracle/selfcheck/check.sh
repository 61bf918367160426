#!/bin/sh
# SPDX-License-Identifier: MIT
# check.sh ORACLE DIRECTORY: the oracle against what is known without it. Ends with `N passed, N failed`.
oracle=$1
built=$2
here=$(dirname "$0")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

verdict() { # NAME STATUS
	if [ "$2" -eq 0 ]; then passed=$((passed + 1)); echo "ok: $1"; else failed=$((failed + 1)); echo "FAILED: $1"; fi
}

# The listing of DIRECTORY/$1 with label names for addresses; an address without a label stays one and so fails.
labelled() {
	nm "$built/$1" | awk -v name="$1" '
		NR == FNR { sub(/^0+/, "", $1); label[name "+0x" $1] = label[name "+0x" $1] == "" ? $3 : label[name "+0x" $1]; next }
		$1 == "thread" { next }
		{ for (i = 2; i <= NF; i++) if ($i in label) $i = label[$i]; print }' - "$scratch/$1"
}

"$oracle" -o "$scratch/branches" --own branches "$built/branches"
verdict "branches: nothing unexplained" $?
# Two labels on one address (a target that is also a branch) are written as either: compare through one of them.
nm "$built/branches" | awk 'NR == FNR { first[$1] = first[$1] == "" ? $3 : first[$1]; one[$3] = first[$1]; next }
	{ for (i = 1; i <= NF; i++) if ($i in one) $i = one[$i]; print }' - "$here/branches.expected" > "$scratch/expected"
labelled branches | diff "$scratch/expected" - 
verdict "branches: as written by hand" $?

"$oracle" -o "$scratch/conditions" --own conditions "$built/conditions"
verdict "conditions: nothing unexplained" $?
labelled conditions | awk '$1 == "B" && $2 ~ /^a[0-9]+$/ { if (a != "") bad = 1; a = substr($2, 2); pairs++ }
	$1 == "B" && $2 ~ /^b[0-9]+$/ { if (a != substr($2, 2)) bad = 1; a = "" }
	END { exit bad || a != "" || pairs < 500 }'
verdict "conditions: +0 is taken exactly when the CPU takes the same condition" $?

"$built/traps"
verdict "traps: passes untraced" $?
"$oracle" --from-entry -o "$scratch/traps" --own traps "$built/traps"
verdict "traps: nothing unexplained" $?
grep -q '^E exit 0' "$scratch/traps" && ! grep -q '^E exit [^0]' "$scratch/traps"
verdict "traps: the program notices nothing" $?
test "$(grep -c '^E signal 5 ' "$scratch/traps")" = 9
verdict "traps: its own nine SIGTRAPs are delivered" $?

echo "$passed passed, $failed failed"
test "$failed" -eq 0
