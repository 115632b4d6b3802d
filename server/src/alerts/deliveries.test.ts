import type { Delivery, OrganisationId, UserId } from '@portal/contract'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../db/index.ts'
import { type TestOrganisation, useOrganisations } from '../organisations/test-organisations.ts'
import { eventually, settlePast } from '../test/index.ts'
import { workOnCleanUp } from './jobs.ts'
import { createOutgoingAddresses } from './outgoing-address.ts'
import { type Receiver, receiverNetwork, startReceiver } from './test-receiver.ts'

const { portal, anOrganisation, aMember, mailTo } = useOrganisations({
  WEBHOOK_NETWORKS: `${receiverNetwork}/32`,
})
let receiver: Receiver
let within: Receiver
let organisation: TestOrganisation
const browser = () => organisation.owner.browser

beforeAll(async () => {
  receiver = await startReceiver()
  within = await startReceiver('127.0.0.1')
})
afterAll(async () => {
  await Promise.all([receiver?.close(), within?.close()])
})
beforeEach(async () => {
  receiver.answer(200)
  organisation = await anOrganisation()
})

async function aWebhook(url = `${receiver.url}/${crypto.randomUUID()}`) {
  const { body } = await browser().post('/api/webhooks', { url })
  return {
    id: body.id as string,
    secret: body.secret as string,
    arrived: () => receiver.to(new URL(url).pathname),
  }
}
/** So many tokens are used in the organisation. */
async function spend(inputTokens: number): Promise<void> {
  const by = { organisationId: organisation.id as OrganisationId, userId: organisation.owner.id as UserId }
  await settlePast(portal().pool, [{ ...by, at: new Date(), inputTokens, outputTokens: 0 }])
  portal().services.alerts.evaluator.touch(organisation.id)
}

const ping = async (id: string): Promise<Delivery> => (await browser().post(`/api/webhooks/${id}/ping`)).body
const delivery = async ({ id }: Delivery) => (await browser().get(`/api/deliveries/${id}`)).body
const redeliver = ({ id }: Delivery) => browser().post(`/api/deliveries/${id}/redeliver`)
/** A delivery once it was tried so often. */
const tried = (of: Delivery, attempts: number) =>
  eventually(async () => {
    const found = await delivery(of)
    expect(found.attempts).toBe(attempts)
    return found
  })
/** Brings the next try forward, as if its time had come. */
const hurry = async ({ id }: Delivery) => {
  await portal().pool.query(`update pgboss.job set start_after = now() where data->>'deliveryId' = $1`, [id])
}

test('[WH2] a ping arrives signed; what was sent and answered can be read', async () => {
  receiver.answer(202, 'thank you')
  const { id, secret, arrived } = await aWebhook()
  const sent = await ping(id)
  const found = await tried(sent, 1)
  expect(found).toMatchObject({
    status: 'delivered',
    lastStatus: 202,
    lastError: null,
    response: 'thank you',
  })
  const [message] = arrived()
  expect(message?.body).toBe(found.body)
  expect(message?.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': sent.id })
  const headers = message?.headers as Record<string, string>
  expect(new Webhook(secret).verify(message?.body ?? '', headers)).toMatchObject({ type: 'webhook.ping' })
  const { body } = await browser().get(`/api/webhooks/${id}/deliveries`)
  expect(body).toMatchObject({ data: [{ id: sent.id, event: 'webhook.ping' }], nextCursor: null })
})

test('[WH3] after a rotation both secrets verify, and after a day the new one alone', async () => {
  const { id, secret, arrived } = await aWebhook()
  const { body: rotated } = await browser().post(`/api/webhooks/${id}/rotate-secret`)
  await tried(await ping(id), 1)
  const verify = (by: string, at: number) => {
    const { body = '', headers = {} } = arrived()[at] ?? {}
    return new Webhook(by).verify(body, headers as Record<string, string>)
  }
  for (const each of [secret, rotated.secret]) expect(() => verify(each, 0)).not.toThrow()
  await portal().pool.query(`update webhooks set old_secret_until = now() where id = $1`, [id])
  await tried(await ping(id), 1)
  expect(() => verify(rotated.secret, 1)).not.toThrow()
  expect(() => verify(secret, 1)).toThrow()
})

test('[AL13] what fails is tried again under the same id until it arrives, and each try is recorded', async () => {
  receiver.answer(500, 'no\0pe')
  const { id, arrived } = await aWebhook()
  const sent = await ping(id)
  const first = await tried(sent, 1)
  expect(first).toMatchObject({
    status: 'waiting',
    lastStatus: 500,
    lastError: 'It answered with status 500.',
    response: 'nope',
  })
  const waitMs = Date.parse(first.nextAttemptAt) - Date.parse(first.lastAttemptAt)
  expect(waitMs).toBe(10_000)
  receiver.answer(200)
  await hurry(sent)
  expect(await tried(sent, 2)).toMatchObject({ status: 'delivered', nextAttemptAt: null, lastError: null })
  expect(arrived().map(({ headers }) => headers['webhook-id'])).toEqual([sent.id, sent.id])
  expect((await redeliver(sent)).body).toMatchObject({ status: 'waiting', id: sent.id })
  await tried(sent, 3)
  expect(arrived()[2]?.body).toBe(arrived()[0]?.body)
})

test('[AL13] after eleven tries it has failed, and can be sent once more', async () => {
  receiver.answer(503)
  const { id } = await aWebhook()
  const sent = await ping(id)
  await tried(sent, 1)
  await portal().pool.query('update deliveries set tries = 10 where id = $1', [sent.id])
  await hurry(sent)
  expect(await tried(sent, 2)).toMatchObject({ status: 'failed', nextAttemptAt: null })
  receiver.answer(200)
  await redeliver(sent)
  expect(await tried(sent, 3)).toMatchObject({ status: 'delivered' })
})

test.each([
  ['a redirect', () => receiver.answer(302), 'It answered with a redirect (302), which is not followed.'],
  ['nobody who listens', () => {}, 'Nothing listens there: the connection was refused.'],
  ['an address within', () => {}, 'No public address could be reached under this name.'],
  ['a name that is none', () => {}, 'No public address could be reached under this name.'],
])('[AL15] %s is a failure that says so, and nothing within is asked', async (name, prepare, error) => {
  prepare()
  const port = new URL(within.url).port
  const urls: Record<string, string> = {
    'nobody who listens': `http://${receiverNetwork}:9/`,
    'an address within': `http://localhost:${port}/`,
    'a name that is none': 'https://nowhere.invalid/',
  }
  const { id } = await aWebhook(urls[name])
  expect(await tried(await ping(id), 1)).toMatchObject({ status: 'waiting', lastError: error })
  expect(within.arrived).toEqual([])
})

test('[AL15] an address that may be told no longer is judged at each try', async () => {
  const { id } = await aWebhook()
  // As it was taken while the operator allowed that network.
  await portal().pool.query('update webhooks set url = $2 where id = $1', [id, `${within.url}/kept`])
  const lastError = 'No public address could be reached under this name.'
  expect(await tried(await ping(id), 1)).toMatchObject({ status: 'waiting', response: null, lastError })
  expect(within.arrived).toEqual([])
  const target = (url: string, ownNetworks: string[]) =>
    createOutgoingAddresses({ ownNetworks, slackBase: null }).target(new URL(url))
  expect(target('https://8.8.8.8/', [])).not.toBeNull()
  expect(target('http://[::ffff:7f00:1]:80/', ['10.0.0.0/8'])).toBeNull()
  expect([target('http://example.com/', ['10.0.0.0/8']) === null, target('http://example.com/', [])]).toEqual(
    [false, null],
  )
})

test('[AL11] owners, admins and chosen members who are still there get a mail with all that there is to say', async () => {
  const [admin, chosen, gone, other] = await Promise.all(
    (['admin', 'member', 'member', 'member'] as const).map((role) => aMember(organisation, role)),
  )
  const userIds = [chosen, gone].map((each) => each?.id)
  const { body: alert } = await browser().post('/api/alerts', {
    ...{ name: 'Ours', limit: 1000, thresholds: [95], mail: { owners: true, admins: true, userIds } },
  })
  await browser().send('DELETE', `${organisation.path}/members/${gone?.id}`)
  await spend(960)
  const told = [organisation.owner, admin, chosen].map((each) => each?.email)
  for (const email of told) {
    const mail = await mailTo(email ?? '', 'alert-triggered')
    expect(mail.subject).toBe('Warning: 95 % reached: Ours')
    expect(mail.text).toContain('960 of 1,000 tokens (96 %)')
    expect(mail.text).toMatch(/\d+ \w+ to \d+ \w+ \d{4} \(UTC\)/)
    expect(mail.links.some((link) => link.includes('/usage?from='))).toBe(true)
    expect(mail.text).toContain(`/usage/alerts`)
  }
  const { body } = await browser().get(`/api/alerts/history?alert=${alert.id}`)
  expect(body.data[0].deliveries.map(({ destination }: Delivery) => destination).sort()).toEqual(told.sort())
  const toOwners = { mail: { owners: true, userIds: [] } }
  const { body: changed } = await browser().send('PATCH', `/api/alerts/${alert.id}`, { body: toOwners })
  expect(changed.mail).toEqual({ owners: true, admins: false, members: [] })
  const { body: tested } = await browser().post(`/api/alerts/${alert.id}/test`)
  expect(tested.deliveries).toMatchObject([{ destination: organisation.owner.email }])
  expect(other?.email).toBeDefined()
})

/** Has done what is done every night. */
async function cleanUp(): Promise<void> {
  const { db, close } = await openDatabase({
    ...{ url: portal().database.url, dataDir: '/nowhere', log: portal().services.log },
  })
  let work = async () => {}
  const jobs = {
    enqueue: () => Promise.resolve(),
    everyDay: () => {},
    work: (_queue: unknown, handler: unknown) => {
      work = handler as typeof work
    },
  }
  workOnCleanUp({ db, jobs, now: Date.now })
  await work()
  await close()
}

test('[AL10] what alerts have said is read for 400 days, with its figures, and what was deleted is gone after a day', async () => {
  const { pool } = portal()
  const { body: alert } = await browser().post('/api/alerts', {
    name: 'Ours',
    limit: 1000,
    thresholds: [50, 95],
  })
  await spend(960)
  const history = async () => (await browser().get(`/api/alerts/history?alert=${alert.id}`)).body.data
  await eventually(async () => expect(await history()).toHaveLength(1))
  await browser().post(`/api/alerts/${alert.id}/test`)
  const [test, triggered] = await history()
  const age = (column: string, id: string, days: number) => {
    const [table, name] = column.split('.')
    const set = `update ${table} set ${name} = now() - make_interval(secs => $2) where id = $1`
    return pool.query(set, [id, days * 86_400])
  }
  await age('alert_events.at', triggered.id, 399.9)
  await age('alert_events.at', test.id, 400.1)
  const deleted: Record<string, string[]> = { alerts: [], webhooks: [] }
  for (const days of [0.9, 1.1]) {
    const { body: other } = await browser().post('/api/alerts', { name: 'Gone' })
    await age('alerts.deleted_at', other.id, days)
    const { id } = await aWebhook()
    await age('webhooks.deleted_at', id, days)
    deleted.alerts?.push(other.id)
    deleted.webhooks?.push(id)
  }
  await cleanUp()
  expect(await history()).toMatchObject([
    {
      ...{ id: triggered.id, type: 'triggered', thresholds: [50, 95], severity: 'warning', reason: null },
      ...{
        used: 960,
        limit: 1000,
        measure: 'tokens',
        period: 'month',
        from: triggered.from,
        to: triggered.to,
      },
    },
  ])
  for (const [table, [kept]] of Object.entries(deleted)) {
    const { rows } = await pool.query(`select id from ${table} where id = any($1)`, [deleted[table]])
    expect(rows).toEqual([{ id: kept }])
  }
})

test('[WH5] what was sent and answered is read for 30 days, and a ping goes out whatever events were chosen', async () => {
  receiver.answer(200, 'thank you')
  const { id, arrived } = await aWebhook()
  await browser().send('PATCH', `/api/webhooks/${id}`, { body: { events: ['alert.resolved'] } })
  const [kept, old] = [await ping(id), await ping(id)]
  await tried(kept, 1)
  await tried(old, 1)
  expect(arrived()).toHaveLength(2)
  const age = (of: Delivery, hours: number) =>
    portal().pool.query(
      `update deliveries set created_at = now() - make_interval(hours => $2) where id = $1`,
      [...[of.id, hours]],
    )
  await age(kept, 719)
  await age(old, 721)
  await cleanUp()
  expect(await delivery(kept)).toMatchObject({
    event: 'webhook.ping',
    body: arrived().find(({ headers }) => headers['webhook-id'] === kept.id)?.body,
    response: 'thank you',
  })
  const { body } = await browser().get(`/api/webhooks/${id}/deliveries`)
  expect(body.data.map((each: Delivery) => each.id)).toEqual([kept.id])
  expect((await browser().get(`/api/deliveries/${old.id}`)).status).toBe(404)
})

test('[AL13] what became of a mail is known after the mail itself is forgotten', async () => {
  const { body: alert } = await browser().post('/api/alerts', { name: 'Mine' })
  const { body: tested } = await browser().post(`/api/alerts/${alert.id}/test`)
  const [sent] = tested.deliveries
  await eventually(async () => expect(await delivery(sent)).toMatchObject({ status: 'delivered' }))
  await cleanUp()
  await portal().pool.query('delete from mails where id = (select mail_id from deliveries where id = $1)', [
    sent.id,
  ])
  expect(await delivery(sent)).toMatchObject({ status: 'delivered', lastAttemptAt: expect.any(String) })
})

test('[WH4] a webhook that says it is gone is turned off, and owners and admins are told', async () => {
  const admin = await aMember(organisation, 'admin')
  receiver.answer(410)
  const { id } = await aWebhook()
  expect(await tried(await ping(id), 1)).toMatchObject({ status: 'failed' })
  const { body } = await browser().get('/api/webhooks')
  expect(body.data).toMatchObject([{ enabled: false, disabledReason: 'It answered that it is gone (410).' }])
  for (const { email } of [organisation.owner, admin])
    expect((await mailTo(email, 'webhook-disabled')).subject).toBe('A webhook was turned off')
  expect((await browser().post(`/api/webhooks/${id}/ping`)).status).toBe(409)
})

test('[WH4] after three days of failures it is turned off; turned on again it begins anew', async () => {
  receiver.answer(500)
  const { id } = await aWebhook()
  await tried(await ping(id), 1)
  const list = async () => (await browser().get('/api/webhooks')).body.data[0]
  expect(await list()).toMatchObject({ enabled: true, failingSince: expect.any(String) })
  await portal().pool.query(`update webhooks set failing_since = now() - interval '73 hours' where id = $1`, [
    id,
  ])
  const sent = await ping(id)
  await tried(sent, 1)
  expect(await list()).toMatchObject({ enabled: false, disabledReason: 'Nothing reached it for three days.' })
  await hurry(sent)
  await eventually(async () =>
    expect(await delivery(sent)).toMatchObject({ status: 'failed', lastError: 'The webhook is off.' }),
  )
  const { body } = await browser().send('PATCH', `/api/webhooks/${id}`, { body: { enabled: true } })
  expect(body).toMatchObject({ enabled: true, disabledReason: null, failingSince: null })
})

test('[AL13] an unreachable Slack is shown with its error, what cannot be mended ends at once, and mails say what became of them', async () => {
  receiver.answer(404, 'no_service')
  const { body: alert } = await browser().post('/api/alerts', {
    name: 'Mine',
    slackUrl: `${receiver.url}/slack`,
  })
  const { body: tested } = await browser().post(`/api/alerts/${alert.id}/test`)
  const of = (channel: string) => tested.deliveries.find((each: Delivery) => each.channel === channel)
  expect(await tried(of('slack'), 1)).toMatchObject({
    status: 'failed',
    lastStatus: 404,
    response: 'no_service',
  })
  const { body: shown } = await browser().get(`/api/alerts/${alert.id}`)
  expect(shown.failure).toMatchObject({ channel: 'slack', error: 'It answered with status 404.' })
  const mail = await mailTo(organisation.owner.email, 'alert-test')
  expect(mail.subject).toMatch(/^Test of an alert: Mine/)
  await eventually(async () =>
    expect(await delivery(of('mail'))).toMatchObject({ status: 'delivered', body: null }),
  )
  receiver.answer(200)
  await redeliver(of('slack'))
  await tried(of('slack'), 2)
  expect((await browser().get(`/api/alerts/${alert.id}`)).body.failure).toBeNull()
  await redeliver(of('mail'))
  await eventually(async () => {
    const mails = await portal().services.mailbox?.list({ to: organisation.owner.email })
    expect(mails?.filter(({ kind }) => kind === 'alert-test')).toHaveLength(2)
  })
})

test('[AL13] an alert that was deleted posts nothing more', async () => {
  receiver.answer(500)
  const slackUrl = `${receiver.url}/deleted`
  const { body: alert } = await browser().post('/api/alerts', { name: 'Mine', slackUrl })
  const { body: tested } = await browser().post(`/api/alerts/${alert.id}/test`)
  const sent = tested.deliveries.find((each: Delivery) => each.channel === 'slack')
  await tried(sent, 1)
  await browser().send('DELETE', `/api/alerts/${alert.id}`)
  await hurry(sent)
  await eventually(async () => expect((await delivery(sent)).status).not.toBe('waiting'))
  expect(receiver.to('/deleted')).toHaveLength(1)
})

test('[AL13] addresses that never answer keep nobody else waiting', async () => {
  const hanging = await startReceiver()
  hanging.hang()
  const { id } = await aWebhook(`${hanging.url}/`)
  const sent: Delivery[] = []
  for (let i = 0; i < 4; i++) sent.push(await ping(id))
  await eventually(() => expect(hanging.arrived.length).toBeGreaterThanOrEqual(2))
  const first = organisation
  organisation = await anOrganisation()
  const { id: other, arrived } = await aWebhook()
  await tried(await ping(other), 1)
  expect(arrived()).toHaveLength(1)
  expect(hanging.arrived).toHaveLength(2)
  // What was put back is tried once there is a place again.
  organisation = first
  await hanging.close()
  for (const each of sent) await tried(each, 1)
})

test('[WH4] failures of long ago, or of another address, do not turn it off', async () => {
  receiver.answer(500)
  const { id } = await aWebhook()
  const first = await ping(id)
  await tried(first, 1)
  const failedLongAgo = () =>
    portal().pool.query(
      `with old as (update deliveries set last_attempt_at = now() - interval '90 hours', status = 'failed' where id = $1)
       update webhooks set failing_since = now() - interval '99 hours' where id = $2`,
      [first.id, id],
    )
  await failedLongAgo()
  await tried(await ping(id), 1)
  const list = async () => (await browser().get('/api/webhooks')).body.data[0]
  expect(await list()).toMatchObject({ enabled: true })
  const body = { url: `${receiver.url}/other` }
  await browser().send('PATCH', `/api/webhooks/${id}`, { body })
  expect(await list()).toMatchObject({ failingSince: null })
})

test('[AL4] what was deleted can be restored for a day, and not for longer', async () => {
  const { id } = await aWebhook()
  const { body: alert } = await browser().post('/api/alerts', { name: 'Mine' })
  for (const path of [`/api/webhooks/${id}`, `/api/alerts/${alert.id}`]) {
    const remove = () => browser().send('DELETE', path)
    await remove()
    expect((await browser().post(`${path}/restore`)).status).toBe(200)
    await remove()
    const table = path.split('/')[2]
    await portal().pool.query(`update ${table} set deleted_at = deleted_at - interval '25 hours'`)
    expect((await browser().post(`${path}/restore`)).status).toBe(404)
  }
})

test('[WH1] a webhook is told of the events that were chosen for it, and of nothing while it is off', async () => {
  const { id, arrived } = await aWebhook()
  const { body: alert } = await browser().post('/api/alerts', { name: 'Mine', webhookIds: [id] })
  const toldBy = async () => {
    const { body } = await browser().post(`/api/alerts/${alert.id}/test`)
    return body.deliveries.map(({ channel }: Delivery) => channel)
  }
  const change = (body: object) => browser().send('PATCH', `/api/webhooks/${id}`, { body })
  await change({ events: ['alert.triggered'] })
  expect(await toldBy()).toEqual(['mail'])
  await change({ events: ['alert.test'], enabled: false })
  expect(await toldBy()).toEqual(['mail'])
  await change({ enabled: true })
  expect(await toldBy()).toEqual(['mail', 'webhook'])
  await eventually(() => expect(arrived()).toHaveLength(1))
  expect(JSON.parse(arrived()[0]?.body ?? '')).toMatchObject({
    type: 'alert.test',
    data: { alert: { name: 'Mine' } },
  })
})
