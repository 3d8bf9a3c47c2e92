# Every bash script sources this first, with its own arguments. It prints the comment at the top of the
# script if one of the arguments is --help, and goes to the root of the checkout.

# The script as people call it, such as scripts/deploy.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
this_script=$(cd "$(dirname "$0")" && pwd)/${0##*/}
this_script=${this_script#"$root/"}

for argument in "$@"; do
  case "$argument" in
    -h | --help)
      sed -n '1d; /^#/!q; s/^# \{0,1\}//p' "$0"
      exit
      ;;
  esac
done
cd "$root"

fail() {
  echo "$this_script: $1" >&2
  exit 1
}

# Rejects the arguments of this call.
misuse() {
  echo "$this_script: $1; see $this_script --help" >&2
  exit 2
}

# expect_operands LEAST MOST "$@": no option is allowed, and so many operands are.
expect_operands() {
  local least=$1 most=$2
  shift 2
  expect_options '' "$@"
  [ $# -ge "$least" ] || misuse "an argument is missing"
  [ $# -le "$most" ] || misuse "unexpected argument ${*:most + 1:1}"
}

# expect_options 'OPTION …' "$@": no other option is allowed.
expect_options() {
  local known=" $1 " argument
  shift
  for argument in "$@"; do
    case "$argument" in
      -*) [[ "$known" == *" ${argument%%=*} "* ]] || misuse "unknown option $argument" ;;
    esac
  done
}
