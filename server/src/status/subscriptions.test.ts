// Mails about incidents, from the form to the link that ends them, through the mailbox that stands in for a mail server.
import { beforeEach, expect, test } from 'vitest'
import { createSmtpTransport } from '../mail/index.ts'
import { startSmtp } from '../mail/test-smtp.ts'
import { moveClock, tokenIn } from '../sign-in/test-people.ts'
import { type Browser, eventually } from '../test/index.ts'
import { minuteMs } from './minute.ts'
import { useStatus } from './test-status.ts'

const { portal, open, anAdministrator, mailTo, forgetAll } = useStatus()

let admin: Browser
beforeEach(async () => {
  await forgetAll()
  admin = (await anAdministrator()).browser
})

let addresses = 0
const anAddress = (): string => `reader${++addresses}@example.com`
const ask = (email: string, browser = open()) => browser.post('/api/status/subscriptions', { email })
const mailsTo = async (address: string, kind: string) => {
  const mails = (await portal().services.mailbox?.list({ to: address })) ?? []
  return mails.filter((mail) => mail.kind === kind)
}
const openIncident = async () => {
  const body = { title: 'Disks <b>full</b>', impact: 'down', components: ['files'], text: 'We look & mend.' }
  return (await admin.post('/api/admin/incidents', body)).body
}
async function aReader(): Promise<string> {
  const address = anAddress()
  await ask(address)
  const token = tokenIn((await mailTo(address, 'status-subscription')).links)
  const { status } = await open().post('/api/status/subscriptions/confirm', { token })
  expect(status).toBe(200)
  return address
}
/** Resolves when all that was written has been mailed: whoever is last was. */
const mailed = async (address: string, count: number) =>
  eventually(async () => expect(await mailsTo(address, 'status-update')).toHaveLength(count))

test('[ST14] [ST15] only who follows the link is mailed, once for every update', async () => {
  const unconfirmed = anAddress()
  await ask(unconfirmed)
  await mailTo(unconfirmed, 'status-subscription')
  const [first, last] = [await aReader(), await aReader()]
  const incident = await openIncident()
  await mailed(last, 1)
  const [mail] = await mailsTo(last, 'status-update')
  expect(mail?.subject).toBe('Disks <b>full</b>: investigating')
  expect(mail?.text).toContain('We look & mend.')
  expect(mail?.text).toContain('It concerns: File storage.')
  expect(mail?.html).not.toContain('<b>full')
  const path = `/api/admin/incidents/${incident.id}/updates`
  await admin.post(path, { stage: 'identified', text: 'Found.' })
  await admin.post(path, { stage: 'resolved', text: 'Mended.' })
  await mailed(last, 3)
  await mailed(first, 3)
  expect(await mailsTo(unconfirmed, 'status-update')).toEqual([])
})

test('[ST14] no answer tells who is subscribed, and an address is asked three times a day', async () => {
  const known = await aReader()
  const unknown = anAddress()
  const answers = [await ask(known), await ask(unknown)]
  expect(answers.map(({ status, body }) => [status, body])).toEqual([
    [200, { success: true }],
    [200, { success: true }],
  ])
  await mailTo(unknown, 'status-subscription')
  for (let n = 0; n < 5; n++) expect((await ask(unknown)).status).toBe(200)
  const after = anAddress()
  await ask(after)
  await mailTo(after, 'status-subscription')
  expect(await mailsTo(unknown, 'status-subscription')).toHaveLength(3)
  expect(await mailsTo(known, 'status-subscription')).toHaveLength(1)
})

test('[ST14] a link works once, for a day, and the newest alone; an address that is none is refused', async () => {
  const address = anAddress()
  await ask(address)
  const token = tokenIn((await mailTo(address, 'status-subscription')).links)
  moveClock(24 * 60 * minuteMs + 1)
  const confirm = async (given: string) =>
    (await open().post('/api/status/subscriptions/confirm', { token: given })).body.code
  expect(await confirm(token)).toBe('invalid_token')
  expect(await confirm('x')).toBe('invalid_token')
  expect((await ask('not an address')).status).toBe(400)
  expect((await ask('a@example.com,b@example.com')).status).toBe(400)
})

test('[ST14] who asks is limited by their address', async () => {
  const browser = open()
  for (let n = 0; n < 10; n++) expect((await ask(anAddress(), browser)).status).toBe(200)
  const refused = await ask(anAddress(), browser)
  expect([refused.status, refused.body.code]).toEqual([429, 'rate_limit_exceeded'])
})

test('[ST16] the link in a mail ends it with one click of the mail program, and not by being opened', async () => {
  const reader = await aReader()
  const other = await aReader()
  await openIncident()
  await mailed(reader, 1)
  const [mail] = await mailsTo(reader, 'status-update')
  const page = mail?.links.find((link) => link.includes('/status/unsubscribe'))
  const token = new URL(page ?? 'none:').searchParams.get('token')
  const oneClick = `${portal().url}/api/status/unsubscribe?token=${token}`
  expect((await fetch(oneClick)).status).toBe(405)
  // As RFC 8058 has it: no cookie, no origin, and a form.
  const click = (url: string) =>
    fetch(url, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) })
  expect((await click(`${oneClick.slice(0, -3)}xyz`)).status).toBe(400)
  expect((await click(oneClick)).status).toBe(200)
  expect((await click(oneClick)).status).toBe(200)
  await openIncident()
  await mailed(other, 2)
  expect(await mailsTo(reader, 'status-update')).toHaveLength(1)
})

test('[ST16] mail programs find where that is in the headers', async () => {
  const smtp = await startSmtp()
  const transport = createSmtpTransport({ url: smtp.url })
  const mail = { id: 'mail_1', kind: 'status-update', from: { name: '', address: 'portal@example.com' } }
  const content = { subject: 'Down', text: 'It is.', html: '<p>It is.</p>', to: 'ada@example.com' }
  const unsubscribeUrl = 'https://portal.example.com/api/status/unsubscribe?token=sts_1.x'
  await transport.deliver({ ...mail, ...content, unsubscribeUrl }, new AbortController().signal)
  await transport.deliver({ ...mail, ...content }, new AbortController().signal)
  const [first, second] = smtp.received.map(({ raw }) => raw.replace(/\r\n[ \t]+/g, ' '))
  expect(first).toMatch(
    /^List-Unsubscribe: ?<https:\/\/portal\.example\.com\/api\/status\/unsubscribe\?token=sts_1\.x>/im,
  )
  expect(first).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/im)
  expect(second).not.toMatch(/list-unsubscribe/i)
  await smtp.close()
})
