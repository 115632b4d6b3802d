// `npm run bench -- [throughput] [translation] [latency] [gaps] [memory] [profile] [--quick] [--write] [--without portkey,nginx]
//  [--rounds N] [--seconds N] [--rate N] [--streams N]`: measures the portal beside others, interleaved in one run.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stopAll } from './processes/index.ts'
import { runBench } from './run.ts'

const parts = ['throughput', 'translation', 'latency', 'gaps', 'memory', 'profile'] as const
type Part = (typeof parts)[number]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    without: { type: 'string', default: '' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    rate: { type: 'string', default: '500' },
    streams: { type: 'string' },
  },
})

const isPart = (word: string): word is Part => (parts as readonly string[]).includes(word)
const strangers = positionals.filter((word) => !isPart(word))
if (strangers.length > 0) {
  process.stderr.write(`There is no part ${strangers.join(', ')}: choose from ${parts.join(', ')}.\n`)
  process.exit(2)
}

const { quick } = values
const folder = mkdtempSync(join(tmpdir(), 'portal-bench-'))
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopAll().then(() => process.exit(1)))
}
try {
  const asked = positionals.filter(isPart)
  await runBench({
    folder,
    command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
    parts: asked.length > 0 ? asked : parts.filter((part) => part !== 'profile'),
    without: [...values.without.split(','), ...(quick ? ['nginx'] : [])],
    rounds: Number(values.rounds ?? (quick ? 1 : 3)),
    seconds: Number(values.seconds ?? (quick ? 0.6 : 2)),
    ratePerSecond: Number(values.rate),
    streams: Number(values.streams ?? (quick ? 1000 : 10_000)),
    write: values.write,
  })
} finally {
  await stopAll()
  if (!values.keep) rmSync(folder, { recursive: true, force: true })
}
process.exit()
