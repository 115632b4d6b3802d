import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fillLedger, type Portal, startKeptCluster, startPortal } from '@portal/server/test'

type LargeLedger = { rows: number; dataDir?: string | undefined }
type Made = { rows: number; madeInSeconds: number; key: string }

/** A portal over PostgreSQL as it comes with it, and a key of the organisation that has half of the requests. */
export async function openLargeLedger({ rows, dataDir }: LargeLedger) {
  const folder = dataDir ?? mkdtempSync('/tmp/portal-bench-')
  const cluster = await startKeptCluster(folder)
  const portal = await startPortal({ cluster })
  const kept = join(folder, 'ledger.json')
  const made: Made = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : await fill(portal, rows)
  writeFileSync(kept, JSON.stringify(made))
  return {
    ...made,
    url: portal.url,
    async close() {
      await portal.close()
      await cluster.stop()
      if (!dataDir) rmSync(folder, { recursive: true })
    },
  }
}

async function fill(portal: Portal, rows: number): Promise<Made> {
  const begun = performance.now()
  const { secret: key, owner } = await portal.aKey()
  await fillLedger(portal.pool, {
    ...{ rows, days: 90, keys: 20, models: 12, now: Date.now() },
    organisationId: owner.organisationId,
    userIds: [owner.userId, 'usr_b', 'usr_c'],
  })
  return { rows, madeInSeconds: Math.round((performance.now() - begun) / 1000), key }
}
