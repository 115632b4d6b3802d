// `npm run bench:usage [-- --rows N] [-- --data DIR]`: what the dashboard asks of a ledger of ten million requests, through
// the portal's door. A folder keeps the ledger for the next time.
import { parseArgs } from 'node:util'
import { measureExport } from './export.ts'
import { openLargeLedger } from './large-ledger.ts'
import { measureReads } from './reads.ts'

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '10000000' }, data: { type: 'string' } },
})
const ledger = await openLargeLedger({ rows: Number(values.rows), dataDir: values.data })
const { rows, madeInSeconds, url, key } = ledger
try {
  process.stdout.write(
    `${rows} requests over 90 days, half of them of who asks; made in ${madeInSeconds} s.\n\n`,
  )
  process.stdout.write('| what is asked for | median | p95 |\n| --- | ---: | ---: |\n')
  for (const { what, medianMs, p95Ms } of await measureReads({ url, key }))
    process.stdout.write(`| ${what} | ${medianMs.toFixed(1)} ms | ${p95Ms.toFixed(1)} ms |\n`)
  const { lines, seconds: took, peakMegabytes } = await measureExport({ url, key })
  process.stdout.write(
    `\nExport of ${lines} requests as CSV: ${took.toFixed(0)} s, the heap at most ${peakMegabytes.toFixed(0)} MB above before.\n`,
  )
} finally {
  await ledger.close()
}
