// `npm run bench:usage [-- --rows N]`: what the dashboard asks of a ledger of ten million requests, through the portal's door.
import { parseArgs } from 'node:util'
import { fillLedger, startPortal, startTestCluster } from '@portal/server/test'
import { measureExport } from './export.ts'
import { measureReads } from './reads.ts'

const { values } = parseArgs({ options: { rows: { type: 'string', default: '10000000' } } })
const rows = Number(values.rows)
const cluster = await startTestCluster()
const portal = await startPortal({ cluster })
try {
  const begun = performance.now()
  const { secret: key, owner } = await portal.aKey()
  const userIds = [owner.userId, 'usr_b', 'usr_c'] as const
  const { organisationId } = owner
  await fillLedger(portal.pool, {
    rows,
    days: 90,
    keys: 20,
    models: 12,
    now: Date.now(),
    organisationId,
    userIds,
  })
  const seconds = Math.round((performance.now() - begun) / 1000)
  process.stdout.write(`${rows} requests over 90 days, half of them of who asks; made in ${seconds} s.\n\n`)
  process.stdout.write('| what is asked for | median | p95 |\n| --- | ---: | ---: |\n')
  for (const { what, medianMs, p95Ms } of await measureReads({ url: portal.url, key }))
    process.stdout.write(`| ${what} | ${medianMs.toFixed(1)} ms | ${p95Ms.toFixed(1)} ms |\n`)
  const { lines, seconds: took, peakMegabytes } = await measureExport({ url: portal.url, key })
  process.stdout.write(
    `\nExport of ${lines} requests as CSV: ${took.toFixed(0)} s, the heap at most ${peakMegabytes.toFixed(0)} MB above before.\n`,
  )
} finally {
  await portal.close()
  await cluster.stop()
}
