import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { letterOf } from '../mail/kinds.ts'
import { type Notice, severityOfEvent, webhookBody } from './notice.ts'
import { newSecret, signedHeaders } from './signature.ts'
import { slackBody } from './slack.ts'

const event = {
  ...{ id: 'aev_1', organisation_id: 'org_1', alert_id: 'alr_1', type: 'triggered' as const },
  ...{ at: new Date(), thresholds: [50, 75], reason: null, measure: 'tokens', period: 'month' },
  ...{ period_starts_at: new Date(), period_ends_at: new Date(), used: 76n, limit_amount: 100n },
}
const notice: Notice = {
  ...{ type: 'triggered', threshold: 90, figures: '76 of 100 tokens (76 %)', event },
  ...{ period: '1 November to 30 November 2026 (UTC)', usagePath: '/usage?from=2026-11-01' },
  alert: { id: 'alr_1', name: 'Tokens & <!channel> *all*' },
  organisation: { id: 'org_1', name: '<https://evil.example|Acme>' },
  counted: { kind: 'key', name: '<@U123> `x`\n_y_' },
}
const linkTo = (path: string) => `https://portal.example.com${path}`

test('[AL12] Slack is told in blocks what was crossed, with figures, period and two links', () => {
  const { text, blocks } = JSON.parse(slackBody(notice, linkTo))
  expect(text).toMatch(/^Warning: 90 % reached · Tokens/)
  expect(blocks.map(({ type }: { type: string }) => type)).toEqual(['header', 'section', 'context'])
  expect(blocks[1].text.text).toContain('76 of 100 tokens (76 %)')
  expect(blocks[1].text.text).toContain('1 November to 30 November 2026 (UTC)')
  expect(blocks[2].elements[0].text).toContain('<https://portal.example.com/usage?from=2026-11-01|')
  expect(blocks[2].elements[0].text).toContain('<https://portal.example.com/usage/alerts|')
})

test.each([
  [1, 'info', 'Info'],
  [89, 'info', 'Info'],
  [90, 'warning', 'Warning'],
  [99, 'warning', 'Warning'],
  [100, 'critical', 'Critical'],
  [10_000, 'critical', 'Critical'],
] as const)('[AL17] %i %% is %s, to mail, Slack and webhooks', (threshold, severity, word) => {
  const thresholds = [1, threshold]
  expect(severityOfEvent({ type: 'resolved', thresholds })).toBe(severity)
  const severe: Notice = { ...notice, threshold, event: { ...event, thresholds } }
  expect(JSON.parse(webhookBody(severe, linkTo)).data).toMatchObject({ severity, threshold })
  const { text, blocks } = JSON.parse(slackBody(severe, linkTo))
  for (const title of [text, blocks[0].text.text]) expect(title).toMatch(`${word}: ${threshold} % reached`)
  const told = { ...severe, kind: 'alert-triggered' as const, to: 'ada@example.com', alert: 'Mine' }
  const mail = { ...told, organisation: 'Acme', path: '/usage', changePath: '/usage/alerts' }
  expect(letterOf(mail, linkTo).subject).toBe(`${word}: ${threshold} % reached: Mine`)
})

test('[AL17] a test has no severity', () => {
  expect(severityOfEvent({ type: 'test', thresholds: [] })).toBeNull()
})

test('[AL12] names address nobody, link nowhere and format nothing', () => {
  const { text, blocks } = JSON.parse(slackBody(notice, linkTo))
  const marked = [text, blocks[1].text.text]
  for (const each of marked) expect(each).not.toMatch(/<[!@#h]/)
  expect(blocks[1].text.text).toContain('&lt;https://evil.example|Acme&gt;')
  expect(blocks[1].text.text).toContain('&lt;@U123&gt;')
  expect(blocks[1].text.text).not.toMatch(/`|_y_/)
  expect(blocks[0].text).toMatchObject({ type: 'plain_text' })
  // Otherwise Slack links what looks like an address or a channel.
  expect([blocks[1].text.verbatim, blocks[2].elements[0].verbatim]).toEqual([true, true])
  const long = slackBody({ ...notice, alert: { id: 'alr_1', name: 'x'.repeat(400) } }, linkTo)
  expect(JSON.parse(long).blocks[0].text.text).toHaveLength(150)
})

test('[WH2] signatures are those of Standard Webhooks, by the judgement of its own library', () => {
  const [secret, old, strange] = [newSecret(), newSecret(), newSecret()]
  const body = JSON.stringify({ type: 'alert.triggered', data: { name: 'Ünïcode 📈' } })
  const signed = { id: 'dlv_1', at: new Date(), body }
  const headers = signedHeaders(signed, [secret, old])
  for (const known of [secret, old])
    expect(new Webhook(known).verify(body, headers)).toEqual(JSON.parse(body))
  const refused = (of: () => unknown) => expect(of).toThrow(WebhookVerificationError)
  refused(() => new Webhook(strange).verify(body, headers))
  refused(() => new Webhook(secret).verify(`${body} `, headers))
  refused(() => new Webhook(secret).verify(body, { ...headers, 'webhook-id': 'dlv_2' }))
  const stale = signedHeaders({ ...signed, at: new Date(Date.now() - 600_000) }, [secret])
  refused(() => new Webhook(secret).verify(body, stale))
})

test('[WH3] a secret is 32 random bytes', () => {
  expect(Buffer.from(newSecret().replace('whsec_', ''), 'base64')).toHaveLength(32)
  expect(newSecret()).not.toBe(newSecret())
})
