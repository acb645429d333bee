import { type Browser, chromium } from 'playwright-core'

/** A page lives for seconds: what V8 spends on compiling its code once more, for later, does not come back in them. */
const SHORT_LIVES = '--js-flags=--no-maglev --no-turbofan --min-semi-space-size=32'

/** Debian's Chromium, without its own traffic. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', SHORT_LIVES],
  })
}
