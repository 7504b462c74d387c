# Sourced by scripts of several steps: all are run, whatever the others say, and the
# summary at the end says how long each took and how it ended.
summary=()
failed=0

step() {
	local name=$1 started=$SECONDS verdict=passed
	shift
	printf '\n=== %s: %s\n' "$name" "$*"
	if ! "$@"; then
		verdict=FAILED
		failed=1
	fi
	summary+=("$(printf '%-13s %s in %ds' "$name" "$verdict" $((SECONDS - started)))")
}

summarise() {
	printf '\n=== summary\n'
	printf '%s\n' "${summary[@]}" "$(printf '%-13s %ds' altogether "$SECONDS")"
	exit "$failed"
}
