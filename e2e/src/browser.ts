// A real browser: the Chromium of the system, without a window.
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where the system's Chromium is; undefined where there is none. */
export const findBrowser = (): string | undefined => places.find((place) => existsSync(place))

/** What to do where there is no browser. */
export const browserMissing =
  'The journeys need Chromium: apt-get install -y chromium (Debian), then run the tests again.'

/** Starts the browser, with more switches if there are any. @throws Error that says what to install where there is none */
export async function startBrowser(switches: readonly string[] = []): Promise<Browser> {
  const executablePath = findBrowser()
  if (!executablePath) throw new Error(browserMissing)
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...switches,
    ],
  })
}
