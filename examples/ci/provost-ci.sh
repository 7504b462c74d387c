#!/bin/sh
# Checks a repository of manifests, and shows what a change does to people as one comment that stays up to date.
#
#   provost-ci.sh checks              validate, fmt --check and test; all of them, whatever fails first
#   provost-ci.sh plan BASE HEAD      write the plan of a change to $PROVOST_PLAN
#   provost-ci.sh comment             post $PROVOST_PLAN, or put it into the comment that is there already
#   provost-ci.sh review BASE HEAD    plan and comment; fails where a guard holds the change back
#
# It needs provost and git, and for comments curl and jq. Settings, all of them in the environment:
#
#   PROVOST_DIR        the folder of the manifests in the repository; "." by default
#   PROVOST_PLAN       the file of the plan; provost-plan.md by default
#   PROVOST_PLAN_ARGS  further flags of "provost plan", separated by blanks
#   PROVOST_TOKEN      the token that may write the comment; without one nothing is posted
#   PROVOST_PR         the number of the pull request (GitHub)
#
# GitHub's GITHUB_API_URL and GITHUB_REPOSITORY, and GitLab's CI_API_V4_URL, CI_PROJECT_ID and CI_MERGE_REQUEST_IID say
# where the comment belongs; the services set them.
set -eu
set +x # the token must never be shown, even where somebody traces the scripts

dir=${PROVOST_DIR:-.}
plan=${PROVOST_PLAN:-provost-plan.md}
marker='<!-- provost plan -->'

fail() { echo "provost-ci: $*" >&2; exit 2; }

checks() {
  result=0
  echo "--- provost validate"
  provost validate -f "$dir" || result=$?
  echo "--- provost fmt --check"
  provost fmt --check "$dir" || { echo "run: provost fmt $dir"; result=1; }
  if [ -n "$(find "$dir" -name '*_test.yaml' -not -path '*/.*' -print)" ]; then
    echo "--- provost test"
    provost test "$dir" || result=$?
  fi
  [ "$result" -eq 0 ] || echo "the checks found something; see above" >&2
  return "$result"
}

# make_plan writes the plan, and keeps its exit code: 0 nobody's access differs, 1 somebody's does, 3 a guard holds the
# change back, 4 a commit was not its signer's to make; anything else is no answer.
make_plan() {
  [ $# -eq 2 ] || fail "plan needs BASE and HEAD"
  code=0
  path=$dir
  [ "$path" != . ] || path=
  # shellcheck disable=SC2086 # the flags are meant to be separated
  provost plan --merge-base "$1" "$2" --repo . ${path:+--path "$path"} -o markdown ${PROVOST_PLAN_ARGS:-} >"$plan.new" || code=$?
  case $code in
  0 | 1 | 3 | 4) mv "$plan.new" "$plan" ;;
  *)
    rm -f "$plan.new"
    printf '%s\n### Access: no plan\n\nWhat this change does to people could not be worked out. The log of the job says why.\n' "$marker" >"$plan"
    ;;
  esac
  [ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$plan" >>"$GITHUB_STEP_SUMMARY"
  return "$code"
}

# call METHOD URL [FILE] sends a request. The token goes by standard input, so that no list of processes shows it.
call() {
  header="Authorization: Bearer $PROVOST_TOKEN"
  [ "$service" = github ] || header="PRIVATE-TOKEN: $PROVOST_TOKEN"
  printf 'header = "%s"\n' "$header" | curl --config - --silent --show-error --fail --retry 3 --max-time 60 \
    --request "$1" --header 'Content-Type: application/json' ${3:+--data-binary "@$3"} "$2"
}

# find_comment prints the id of our own comment with the marker, or nothing. Somebody else's is never touched: who may
# comment could write the marker too.
find_comment() {
  page=1
  while :; do
    answer=$(call GET "$list?per_page=100&page=$page")
    id=$(printf '%s' "$answer" | jq -r --arg marker "$marker" --arg me "$me" "first(.[] | select($own and (.body | startswith(\$marker))) | .id) // empty")
    [ -z "$id" ] || { echo "$id"; return; }
    [ "$(printf '%s' "$answer" | jq length)" -eq 100 ] || return 0
    page=$((page + 1))
  done
}

comment() {
  [ -s "$plan" ] || fail "there is no plan in $plan"
  if [ -z "${PROVOST_TOKEN:-}" ]; then
    echo "no token: the plan is not posted" >&2
    return
  fi
  if [ -n "${GITHUB_REPOSITORY:-}" ]; then
    service=github update=PATCH me=${PROVOST_LOGIN:-github-actions[bot]} own='.user.login == $me'
    list="${GITHUB_API_URL:?}/repos/$GITHUB_REPOSITORY/issues/${PROVOST_PR:?}/comments"
    one="$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/comments"
  elif [ -n "${CI_MERGE_REQUEST_IID:-}" ]; then
    service=gitlab update=PUT own='(.author.id | tostring) == $me'
    me=$(call GET "${CI_API_V4_URL:?}/user" | jq -r .id)
    list="$CI_API_V4_URL/projects/${CI_PROJECT_ID:?}/merge_requests/$CI_MERGE_REQUEST_IID/notes"
    one=$list
  else
    echo "no pull or merge request: the plan is not posted" >&2
    return
  fi
  body=$(mktemp)
  trap 'rm -f "$body"' EXIT
  jq -Rs '{body: .}' <"$plan" >"$body"
  id=$(find_comment)
  if [ -n "$id" ]; then
    call "$update" "$one/$id" "$body" >/dev/null
    echo "the comment was brought up to date"
  elif grep -q "nobody's access differs" "$plan"; then
    echo "nobody's access differs: there is nothing to comment"
  else
    call POST "$list" "$body" >/dev/null
    echo "the plan was posted"
  fi
}

# verdict turns the plan's exit code into the job's: that somebody's access differs is no failure.
verdict() {
  case $1 in
  0 | 1) ;;
  3) echo "a guard holds the change back; the plan says what lets it through" >&2; exit 3 ;;
  4) echo "a commit was not its signer's to make; the plan says which" >&2; exit 4 ;;
  *) exit "$1" ;;
  esac
}

command=${1:-}
[ $# -eq 0 ] || shift
case $command in
checks) checks ;;
plan) code=0; make_plan "$@" || code=$?; verdict "$code" ;;
comment) comment ;;
review) code=0; make_plan "$@" || code=$?; comment; verdict "$code" ;;
*) fail "say what: checks, plan BASE HEAD, comment, or review BASE HEAD" ;;
esac
