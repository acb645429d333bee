import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/**
 * Chromium of the same version without what surrounds its pages: windows, extensions, synchronisation, a history. That is most of what
 * a browser does besides showing our pages, and none of it is looked at. Where it is not installed, `chromium` does as well.
 */
const SHELL = '/usr/bin/chromium-headless-shell'

/**
 * A page lives for seconds, and its young objects are not worth collecting in them. V8 compiles as it does for everybody: pages make
 * PKCS#12 files, and the hundreds of thousands of rounds of their keys take ten times as long in code that is not optimised.
 */
const SHORT_LIVES = '--js-flags=--min-semi-space-size=32'

/** There is none: without this, Chromium computes in SwiftShader what one would do. Pages are drawn all the same. */
const NO_GRAPHICS_CARD = '--disable-gpu'

/** Debian's Chromium, without its own traffic. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: existsSync(SHELL) ? SHELL : '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', SHORT_LIVES, NO_GRAPHICS_CARD],
  })
}
