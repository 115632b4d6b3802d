// Sees to it that the tests have a browser, FFmpeg, a speaker and an ear: installs Debian's where this user may, else
// says what to install.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { browserMissing, findBrowser } from '../e2e/src/browser.ts'
import { findProgram } from '../server/src/pictures/program.ts'

const speech = ['/usr/bin/flite', '/usr/bin/pocketsphinx_continuous', '/usr/share/pocketsphinx/model/en-us']

const programs = [
  { packages: ['chromium'], isThere: () => Boolean(findBrowser()), missing: browserMissing },
  {
    packages: ['ffmpeg'],
    isThere: () => Boolean(findProgram('ffmpeg')),
    missing: 'The tests of videos need FFmpeg: apt-get install -y ffmpeg (Debian), then run the tests again.',
  },
  {
    packages: ['flite', 'pocketsphinx', 'pocketsphinx-en-us'],
    isThere: () => speech.every((file) => existsSync(file)),
    missing:
      'The tests of voice input need these: apt-get install -y flite pocketsphinx pocketsphinx-en-us (Debian), then run the tests again.',
  },
]
const missing = () => programs.filter(({ isThere }) => !isThere())

const names = missing().flatMap(({ packages }) => packages)
if (names.length > 0 && process.getuid?.() === 0) {
  process.stdout.write(`Installing for the tests: ${names.join(', ')}…\n`)
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' })
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...names], { stdio: 'ignore' })
}
for (const program of missing()) {
  process.stderr.write(`${program.missing}\n`)
  process.exitCode = 1
}
