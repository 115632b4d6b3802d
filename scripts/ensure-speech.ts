// Sees to it that the tests of voice input have a speaker and an ear: installs Debian's where this user may, else says
// what to install.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const packages = ['flite', 'pocketsphinx', 'pocketsphinx-en-us']
const files = ['/usr/bin/flite', '/usr/bin/pocketsphinx_continuous', '/usr/share/pocketsphinx/model/en-us']
const isComplete = () => files.every((file) => existsSync(file))

if (!isComplete() && process.getuid?.() === 0) {
  process.stdout.write('Installing flite and pocketsphinx for the tests of voice input…\n')
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' })
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { stdio: 'ignore' })
}
if (!isComplete()) {
  process.stderr.write(
    `The tests of voice input need these: apt-get install -y ${packages.join(' ')} (Debian), then run the tests again.\n`,
  )
  process.exit(1)
}
