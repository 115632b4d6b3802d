// Sees to it that the journeys have a browser: installs Debian's where this user may, else says what to install.
import { spawnSync } from 'node:child_process'
import { browserMissing, findBrowser } from '../e2e/src/browser.ts'

if (!findBrowser() && process.getuid?.() === 0) {
  process.stdout.write('Installing Chromium for the journeys…\n')
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' })
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { stdio: 'ignore' })
}
if (!findBrowser()) {
  process.stderr.write(`${browserMissing}\n`)
  process.exit(1)
}
