import { expect, test } from 'vitest'
import { createLog } from './index.ts'

const secret = 'sk-live-CANARY0123456789'

function lines(write: (log: ReturnType<typeof createLog>) => void): string {
  let text = ''
  write(createLog('trace', { write: (line) => (text += line) }))
  return text
}

test('[GW-P5] the portal’s keys are blanked wherever they stand in a line', () => {
  const text = lines((log) => {
    log.info({ path: `/api/models/${secret}`, deep: { deeper: [secret] } }, `no model ${secret}`)
    log.error({ err: new Error(`cannot read ${secret}`) })
  })
  expect(text).not.toContain('CANARY')
  for (const line of text.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level')
  expect(text).toContain('/api/models/sk-live-[redacted]')
})

test('fields that hold secrets are blanked, one level deep too', () => {
  const text = lines((log) => log.info({ authorization: 'canary-1', headers: { cookie: 'canary-2' } }))
  expect(text).not.toContain('canary')
})
