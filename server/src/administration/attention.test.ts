import { expect, test } from 'vitest'
import { attentionTo } from './attention.ts'

const well = {
  ...{ version: '1', node: 'v24', startedAt: '2026-11-22T00:00:00Z' },
  parts: [{ name: 'Events', isReady: true, detail: '' }],
  database: { version: '18', bytes: 1, connections: 10, connectionsMax: 100 },
  disk: { bytesFree: 50, bytesTotal: 100 },
  jobs: { waiting: 0, active: 0, failed: 0 },
  lastHour: { requests: 100, errors: 20, tokens: 0 },
  targets: [{ name: 'first/model', answers: 1, failures: 0, isOpen: false }],
  totals: { users: 1, organisations: 1, suspended: 0 },
}
const nothing = { failedMails: 0, spillFiles: 0, sumsDiffering: 0 }

test('[AD1] a portal that is well needs no attention', () => {
  expect(attentionTo(well, nothing)).toEqual([])
  expect(attentionTo({ ...well, disk: null }, nothing)).toEqual([])
  expect(attentionTo({ ...well, lastHour: { requests: 19, errors: 19, tokens: 0 } }, nothing)).toEqual([])
})

test.each<[string, Partial<typeof well & typeof nothing>, [string, string]]>([
  ['a part', { parts: [{ name: 'Events', isReady: false, detail: '' }] }, ['critical', 'database']],
  ['the disk', { disk: { bytesFree: 9, bytesTotal: 100 } }, ['critical', 'disk']],
  ['rows on disk', { spillFiles: 1 }, ['critical', 'ledger']],
  ['sums that differ', { sumsDiffering: 2 }, ['critical', 'ledger']],
  ['failures', { lastHour: { requests: 20, errors: 5, tokens: 0 } }, ['critical', 'models']],
  ['jobs', { jobs: { waiting: 0, active: 0, failed: 1 } }, ['warning', 'jobs']],
  ['mails', { failedMails: 1 }, ['warning', 'mail']],
  ['a target', { targets: [{ name: 'a', answers: 0, failures: 9, isOpen: true }] }, ['warning', 'models']],
  ['connections', { database: { ...well.database, connections: 86 } }, ['warning', 'database']],
  ['nobody', { totals: { users: 0, organisations: 0, suspended: 0 } }, ['warning', 'organisations']],
])('[AD1] %s that needs attention is named', (_, found, expected) => {
  const attention = attentionTo({ ...well, ...found }, { ...nothing, ...found })
  expect(attention.map(({ severity, about }) => [severity, about])).toEqual([expected])
})

test('[AD1] the worst is named first', () => {
  const attention = attentionTo(well, { failedMails: 1, spillFiles: 2, sumsDiffering: 1 })
  expect(attention.map(({ about }) => about)).toEqual(['ledger', 'ledger', 'mail'])
  expect(attention[0]?.message).toBe('2 files of the ledger’s rows on disk: not in the database yet.')
})
