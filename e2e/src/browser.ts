// A real browser: the Chromium of the system, without a window.
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const wholeBrowsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
// Chromium with no window even in name: half the work for a processor.
const headlessShell = '/usr/bin/chromium-headless-shell'

/** Where the system's Chromium is, the one without a window where it may be that; undefined where there is none. */
export const findBrowser = ({ isWhole = false } = {}): string | undefined =>
  [...(isWhole ? [] : [headlessShell]), ...wholeBrowsers].find((place) => existsSync(place))

/** What to do where there is no browser. */
export const browserMissing =
  'The journeys need Chromium: apt-get install -y chromium (Debian), then run the tests again.'

type BrowserOptions = {
  /** More switches. */
  switches?: readonly string[]
  /** For what the shell has not: asking for leave, and how a window looks. */
  isWhole?: boolean
}

/** Starts the browser. @throws Error that says what to install where there is none */
export async function startBrowser({
  switches = [],
  isWhole = false,
}: BrowserOptions = {}): Promise<Browser> {
  const executablePath = findBrowser({ isWhole })
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
