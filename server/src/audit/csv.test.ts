import type { AuditEvent } from '@portal/contract'
import { expect, test } from 'vitest'
import { eventsAsCsv } from './csv.ts'

const event: AuditEvent = {
  id: 'aud_1',
  at: '2026-11-22T09:30:00.000Z',
  action: 'user.signed-in',
  organisationId: 'org_1',
  actor: { id: 'usr_1', name: 'Ada' },
  actorKeyId: null,
  impersonator: null,
  subject: null,
  ipAddress: '203.0.113.9',
  userAgent: 'Firefox',
  details: {},
}
const cellsOf = (changes: Partial<AuditEvent>) => eventsAsCsv.line({ ...event, ...changes }).trimEnd()

test.each(['=', '+', '-', '@', '\t', '\r'])('[O-17] a cell that begins with %j is no formula', (start) => {
  const evil = `${start}HYPERLINK("https://evil.example")`
  const quoted = evil.replaceAll('"', '""')
  expect(cellsOf({ userAgent: evil })).toContain(`,"'${quoted}",`)
  expect(cellsOf({ actor: { id: 'usr_1', name: evil } })).toContain(`,"'${quoted}",`)
})

test('[O-17] quotes and line breaks stay inside their cell', () => {
  expect(cellsOf({ userAgent: 'a "b",\r\nc', details: { name: '=1', left: 2 } })).toBe(
    '"2026-11-22T09:30:00.000Z","user.signed-in","usr_1","Ada","","","","","","203.0.113.9","a ""b"",\r\nc","{""name"":""=1"",""left"":2}","aud_1"',
  )
})

test('[O-17] the first line has a name for every cell', () => {
  expect(eventsAsCsv.head.split(',')).toHaveLength(cellsOf({}).split(',').length)
})
