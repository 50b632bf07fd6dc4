#!/bin/sh
# Finds a Chromium for the tests that look at the report in a browser; installs one where that is simple.
# Never fails: without a browser those tests are skipped (in CI they fail instead) and say why.
set -u

for browser in "${CHROMIUM:-}" chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable \
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
  if [ -n "$browser" ] && command -v "$browser" >/dev/null 2>&1; then
    exit 0
  fi
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium and fonts-noto-cjk for the browser tests"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  for browser in chromium-headless-shell chromium; do
    if apt-get install -y -qq --no-install-recommends "$browser" fonts-noto-cjk >/dev/null; then
      exit 0
    fi
  done
  echo "apt-get could not install them." >&2
fi

cat >&2 <<'HOW'
No Chromium was found, so the browser tests of the report will be skipped. To have them, either
  - install it:  sudo apt-get install chromium fonts-noto-cjk   (or your system's package), or
  - name one:    CHROMIUM=/path/to/chrome make test
HOW
exit 0
