// Sees to it that the tests have a browser, FFmpeg, and somebody who speaks and hears: installs Debian's where this user
// may, else says what to install.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findBrowser } from '../e2e/src/browser.ts'
import { findProgram } from '../server/src/pictures/program.ts'

const programs = [
  { name: 'chromium-headless-shell', isThere: () => Boolean(findBrowser()), use: 'The journeys' },
  { name: 'chromium', isThere: () => Boolean(findBrowser({ isWhole: true })), use: 'The journeys' },
  { name: 'ffmpeg', isThere: () => Boolean(findProgram('ffmpeg')), use: 'The tests of videos' },
  { name: 'flite', isThere: () => existsSync('/usr/bin/flite'), use: 'The tests of voice input' },
  {
    name: 'pocketsphinx',
    isThere: () => existsSync('/usr/bin/pocketsphinx_continuous'),
    use: 'The tests of voice input',
  },
  {
    name: 'pocketsphinx-en-us',
    isThere: () => existsSync('/usr/share/pocketsphinx/model/en-us'),
    use: 'The tests of voice input',
  },
]
const missing = () => programs.filter(({ isThere }) => !isThere())

const names = missing().map(({ name }) => name)
if (names.length > 0 && process.getuid?.() === 0) {
  process.stdout.write(`Installing for the tests: ${names.join(', ')}…\n`)
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' })
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...names], { stdio: 'ignore' })
}
for (const { name, use } of missing()) {
  process.stderr.write(
    `${use} need ${name}: apt-get install -y ${name} (Debian), then run the tests again.\n`,
  )
  process.exitCode = 1
}
