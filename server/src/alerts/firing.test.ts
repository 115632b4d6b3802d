// Alerts through the gateway, told by real servers of mail, Slack and webhooks.

import { CreateAlertBody, CreateWebhookBody, newId } from '@portal/contract'
import { sql } from 'kysely'
import pg from 'pg'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { migrate, openDatabase } from '../db/index.ts'
import type { Caller, Principal } from '../http/index.ts'
import { opened, startSmtp } from '../mail/test-smtp.ts'
import {
  chatRequest,
  eventually,
  type Portal,
  settlePast,
  startPortal,
  startTestCluster,
  type TestCluster,
} from '../test/index.ts'
import { createEvaluate } from './evaluate.ts'
import { type Receiver, receiverNetwork, setClock, startReceiver } from './test-receiver.ts'

let cluster: TestCluster
let smtp: Awaited<ReturnType<typeof startSmtp>>
let slack: Receiver
let portal: Portal

beforeAll(async () => {
  cluster = await startTestCluster()
  smtp = await startSmtp()
  slack = await startReceiver()
  const mail = { SMTP_URL: smtp.url, MAIL_FROM: 'Portal <portal@example.com>' }
  portal = await startPortal({ cluster, env: { ...mail, WEBHOOK_NETWORKS: `${receiverNetwork}/32` } })
})
afterAll(async () => {
  await portal?.close()
  await Promise.all([slack?.close(), smtp?.close()])
  await cluster?.stop()
})
beforeEach(() => {
  portal.upstream.setDefault({
    kind: 'answer',
    text: 'x',
    usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 },
  })
})
afterEach(() => {
  vi.useRealTimers()
})

const caller = { address: '203.0.113.5', userAgent: null, setCookie: () => {} } as unknown as Caller
const asking = (principal: Principal) => ({ principal, caller })
const alerts = () => portal.services.alerts.alerts

/** An alert on so many tokens, told to one address of the receiver alone. */
async function anAlert(
  principal: Principal,
  settings: Partial<Parameters<typeof CreateAlertBody.parse>[0]> & object,
) {
  const path = `/${crypto.randomUUID()}`
  const slackUrl = slack.url + path
  const body = CreateAlertBody.parse({
    name: 'Mine',
    mail: { owners: false, userIds: [] },
    slackUrl,
    ...settings,
  })
  const { id } = await alerts().create(asking(principal), body)
  return { id, told: () => slack.to(path).map(({ body }) => JSON.parse(body).text as string) }
}

/** So many requests of ten tokens each. */
async function use(key: string, times: number, body: Record<string, unknown> = {}): Promise<void> {
  const statuses = await Promise.all(
    Array.from({ length: times }, async () => (await portal.post({ key, body: chatRequest(body) })).status),
  )
  expect(new Set(statuses)).toEqual(new Set([200]))
}

const firings = async (alertId: string) => {
  const { rows } = await portal.pool.query(
    'select threshold, resolved_at from alert_firings where alert_id = $1 order by fired_at, threshold',
    [alertId],
  )
  return rows.map(({ threshold, resolved_at }) => [threshold, resolved_at === null])
}
const typesOf = async (principal: Principal, alertId: string) => {
  const { data } = await alerts().history(principal, { alert: alertId, limit: 50 })
  return data.map(({ type, thresholds, reason }) => [type, thresholds, reason]).reverse()
}

test('[AL6] portal row 20: a threshold that 50 requests cross at once is told once, by mail, Slack and webhook, and resolves', async () => {
  const { secret, owner } = await portal.aKey()
  const { webhooks } = portal.services.alerts
  const hook = await webhooks.create(asking(owner), CreateWebhookBody.parse({ url: `${slack.url}/hook` }))
  const mail = { owners: true, userIds: [] }
  const { id, told } = await anAlert(owner, { limit: 1000, thresholds: [40], mail, webhookIds: [hook.id] })
  await use(secret, 50)
  const text = await eventually(() => {
    const [first] = told()
    if (!first) throw new Error('Slack was not told.')
    return first
  })
  expect(text).toMatch(/^Info: 40 % reached · Mine · (4\d\d|500) of 1,000 tokens \((4\d|50) %\)$/)
  const mailed = await eventually(() => {
    const found = smtp.received.filter(({ raw }) => raw.includes('40 % reached'))
    expect(found).toHaveLength(1)
    return opened(found[0] ?? { from: '', to: [], raw: '' })
  })
  expect(mailed.body).toMatch(/of 1,000 tokens/)
  expect(mailed.body).toContain(`${portal.url}/usage?from=`)
  expect(mailed.body).toContain(`${portal.url}/usage/alerts`)
  await eventually(() => expect(slack.to('/hook')).toHaveLength(1))
  const [hooked] = slack.to('/hook')
  const event = new Webhook(hook.secret).verify(hooked?.body ?? '', hooked?.headers as Record<string, string>)
  expect(event).toMatchObject({
    type: 'alert.triggered',
    data: { severity: 'info', threshold: 40, limit: 1000, alert: { id } },
  })

  // Looked at again, with all 500 tokens in it: nothing more is said.
  await use(secret, 1)
  await eventually(async () =>
    expect((await alerts().get(owner, id)).state).toMatchObject({ used: 510, threshold: 40 }),
  )
  expect(await firings(id)).toEqual([[40, true]])
  await alerts().update(asking(owner), id, { limit: 100_000 })
  await eventually(() => expect(told()).toHaveLength(2))
  expect(told()[1]).toMatch(/^Resolved: 40 %/)
  expect(await firings(id)).toEqual([[40, false]])
  expect((await alerts().get(owner, id)).state).toMatchObject({ threshold: null, percent: 0 })
  expect(await typesOf(owner, id)).toEqual([
    ['triggered', [40], null],
    ['resolved', [40], 'back_under'],
  ])
  await eventually(() =>
    expect(slack.to('/hook').map(({ body }) => JSON.parse(body).type)).toContain('alert.resolved'),
  )
})

test('[AL7] of several that are crossed at once all are recorded, and the highest is told', async () => {
  const { secret, owner } = await portal.aKey()
  const { id, told } = await anAlert(owner, { limit: 20 })
  await use(secret, 1)
  await eventually(() => expect(told()).toEqual([expect.stringMatching(/^Info: 50 % reached/)]))
  await use(secret, 1)
  await eventually(() => expect(told()).toHaveLength(2))
  expect(told()[1]).toMatch(/^Critical: 100 % reached · Mine · 20 of 20 tokens \(100 %\)$/)
  expect(await firings(id)).toEqual([50, 75, 90, 100].map((each) => [each, true]))
})

test('[AL2] an organisation begins with an alert on its plan, which tells its owner by mail', async () => {
  const { secret, owner } = await portal.aKey({ plan: 'free' })
  const { data } = await alerts().list(owner)
  expect(data).toMatchObject([
    {
      limit: 'plan',
      thresholds: [50, 75, 90, 100],
      mail: { owners: true, admins: true, members: [] },
      recurringStepPercent: 25,
      state: { limit: 1000 },
    },
  ])
  const usage = { prompt_tokens: 700, completion_tokens: 60, total_tokens: 760 }
  portal.upstream.setDefault({ kind: 'answer', text: 'x', usage })
  await use(secret, 1, { max_tokens: 100 })
  const { rows } = await portal.pool.query('select email from users where id = $1', [owner.userId])
  const [mailed] = await eventually(() => {
    const found = smtp.received.filter(({ to }) => to.includes(rows[0].email))
    expect(found).toHaveLength(1)
    return found.map(opened)
  })
  expect(mailed?.headers.join('\n')).toContain('Subject: Info: 75 % reached')
  expect(mailed?.body).toContain('760 of 1,000 tokens (76 %)')
})

test('[AL2] organisations from before there were alerts have got one, and what people made stays as it was', async () => {
  const { clientConfig } = await cluster.createDatabase({ empty: true })
  await migrate(clientConfig, { last: '0019_pinned_chats.sql' })
  const client = new pg.Client(clientConfig)
  await client.connect()
  await client.query(`insert into organisations (id, name, slug, plan_id) select 'org_' || n, n, n, (select min(id) from plans)
    from unnest('{old,edited}'::text[]) as n`)
  await migrate(clientConfig, { last: '0036_alerts_set_at.sql' })
  await client.query(`
    insert into organisations (id, name, slug, plan_id, created_at) values ('org_new', 'n', 'n', (select min(id) from plans), '2026-11-22');
    insert into alerts (id, organisation_id, name, created_at) values
      ('alr_of_new', 'org_new', 'Tokens of the plan', '2026-11-22'), ('alr_own', 'org_new', 'Tokens of the plan', '2026-11-23');
    update alerts set thresholds = '{80}', mails_owners = false where id = 'alr_edited'`)
  await migrate(clientConfig)
  const { rows } = await client.query(
    'select id, mails_owners, mails_admins, thresholds, recurring_step from alerts order by id',
  )
  await client.end()
  const begun = { mails_owners: true, mails_admins: true, thresholds: [50, 75, 90, 100], recurring_step: 25 }
  expect(rows).toEqual([
    { id: 'alr_edited', mails_owners: false, mails_admins: false, thresholds: [80], recurring_step: null },
    { id: 'alr_of_new', ...begun },
    { id: 'alr_old', ...begun },
    { id: 'alr_own', ...begun, mails_admins: false, recurring_step: null },
  ])
})

test('[AL16] a step above the thresholds that 50 requests cross at once is told once', async () => {
  const { secret, owner } = await portal.aKey()
  const settings = { limit: 100, thresholds: [50, 100], recurringStepPercent: 300 }
  const { id, told } = await anAlert(owner, settings)
  await use(secret, 10)
  await eventually(() => expect(told().at(-1)).toMatch(/^Critical: 100 % reached/))
  const before = told().length
  await use(secret, 50)
  await eventually(() => expect(told()).toHaveLength(before + 1))
  expect(told().at(-1)).toMatch(/^Critical: 400 % reached · Mine · \d+ of 100 tokens/)
  // With all of it in, and by whoever looks besides: nothing more.
  portal.services.alerts.evaluator.touch(owner.organisationId)
  await eventually(async () =>
    expect((await alerts().get(owner, id)).state).toMatchObject({
      ...{ used: 600, threshold: 400, severity: 'critical' },
    }),
  )
  expect(await firings(id)).toEqual([50, 100, 400].map((each) => [each, true]))
  // A name changes nothing of it; another step is another matter, and what is over goes without a word.
  await alerts().update(asking(owner), id, { name: 'Ours' })
  expect(await firings(id)).toEqual([50, 100, 400].map((each) => [each, true]))
  await alerts().update(asking(owner), id, { recurringStepPercent: 200 })
  await eventually(() => expect(told()).toHaveLength(before + 2))
  expect(told().at(-1)).toMatch(/^Critical: 500 % reached · Ours/)
  const { data } = await alerts().history(owner, { alert: id, limit: 2 })
  expect(data).toMatchObject([
    { type: 'triggered', thresholds: [300, 500], severity: 'critical' },
    { type: 'triggered', thresholds: [400], severity: 'critical' },
  ])
  expect((await alerts().get(owner, id)).recurringStepPercent).toBe(200)
})

test('[AL16] of many steps that are crossed at once the highest is told, and none of the others ever', async () => {
  const { owner } = await portal.aKey()
  const { id, told } = await anAlert(owner, { limit: 100, recurringStepPercent: 25 })
  const spend = async (inputTokens: number) => {
    await settlePast(portal.pool, [{ ...owner, at: new Date(), inputTokens, outputTokens: 0 }])
    portal.services.alerts.evaluator.touch(owner.organisationId)
  }
  await spend(80)
  await eventually(() => expect(told()).toHaveLength(1))
  await spend(155)
  await eventually(() => expect(told()).toHaveLength(2))
  expect(told()[1]).toMatch(/^Critical: 225 % reached/)
  await spend(10)
  await eventually(async () => expect((await alerts().get(owner, id)).state.used).toBe(245))
  await spend(5)
  await eventually(() => expect(told()).toHaveLength(3))
  expect(told()[2]).toMatch(/^Critical: 250 % reached/)
  expect((await typesOf(owner, id)).map(([, thresholds]) => thresholds)).toEqual([
    ...[[50, 75], [90, 100, 125, 150, 175, 200, 225], [250]],
  ])
})

test('[AL1] one key, one model and the cost are counted alone', async () => {
  const { secret, owner, id: apiKey } = await portal.aKey()
  const { secret: other } = await portal.aKey({ owner })
  const settings = { limit: 20, thresholds: [100] }
  const ofKey = await anAlert(owner, { ...settings, apiKey })
  const ofModel = await anAlert(owner, { ...settings, model: 'another-model' })
  // Ten tokens are 8 of input and 2 of output: 12 micro-USD.
  const ofCost = await anAlert(owner, { measure: 'cost', limit: 0.000_036, thresholds: [100], period: 'day' })
  await use(other, 2)
  await use(secret, 1)
  await eventually(() => expect(ofCost.told()).toEqual([expect.stringContaining('$0.000036 of $0.000036')]))
  expect([ofKey.told(), ofModel.told()]).toEqual([[], []])
  await use(secret, 1)
  await eventually(() => expect(ofKey.told()).toHaveLength(1))
  expect(ofModel.told()).toEqual([])
})

test('[AL8] a new period resolves what was told, and begins anew', async () => {
  const { secret, owner } = await portal.aKey()
  const { id, told } = await anAlert(owner, { limit: 10, thresholds: [100], period: 'day' })
  await use(secret, 1)
  await eventually(() => expect(told()).toHaveLength(1))
  setClock(Date.now() + 86_400_000)
  portal.services.alerts.evaluator.touch(owner.organisationId)
  await eventually(() => expect(told()).toHaveLength(2))
  expect(told()[1]).toMatch(/^Resolved/)
  expect(await typesOf(owner, id)).toEqual([
    ['triggered', [100], null],
    ['resolved', [100], 'new_period'],
  ])
  const at = new Date()
  await settlePast(portal.pool, [{ ...owner, at, inputTokens: 10, outputTokens: 5 }])
  portal.services.alerts.evaluator.touch(owner.organisationId)
  await eventually(() => expect(told()).toHaveLength(3))
  expect(told()[2]).toMatch(/^Critical: 100 % reached/)
})

test('[AL8] a larger plan resolves what was told of the smaller one', async () => {
  const { owner } = await portal.aKey({ plan: 'free' })
  const { id, told } = await anAlert(owner, { thresholds: [50] })
  await settlePast(portal.pool, [{ ...owner, at: new Date(), inputTokens: 600, outputTokens: 0 }])
  portal.services.alerts.evaluator.touch(owner.organisationId)
  await eventually(() => expect(told()).toHaveLength(1))
  const { rows } = await portal.pool.query('select email from users where id = $1', [owner.userId])
  await portal.services.accounts.setPlan({ email: rows[0].email, plan: 'pro' })
  await eventually(() => expect(told()).toHaveLength(2))
  expect(told()[1]).toMatch(/^Resolved: 50 %/)
  expect(await typesOf(owner, id)).toEqual([
    ['triggered', [50], null],
    ['resolved', [50], 'back_under'],
  ])
})

test('[AL8] a row of the ledger that is corrected resolves what was told of it', async () => {
  const { owner } = await portal.aKey()
  const { id, told } = await anAlert(owner, { limit: 100, thresholds: [100] })
  const at = new Date()
  const request = { ...owner, id: newId('request', at.getTime()), at, inputTokens: 50 }
  const look = () => portal.services.alerts.evaluator.touch(owner.organisationId)
  await settlePast(portal.pool, [{ ...request, status: 'node_died', outputTokens: 60 }])
  look()
  await eventually(() => expect(told()).toHaveLength(1))
  await settlePast(portal.pool, [{ ...request, outputTokens: 10 }])
  look()
  await eventually(() => expect(told()).toHaveLength(2))
  expect(told()[1]).toMatch(/^Resolved: 100 % · Mine · 60 of 100 tokens/)
  expect(await typesOf(owner, id)).toEqual([
    ['triggered', [100], null],
    ['resolved', [100], 'back_under'],
  ])
})

test('[AL9] what was used in the last moments of a period is told after its end, once', async () => {
  const { owner } = await portal.aKey()
  const day = Math.floor(Date.now() / 86_400_000) * 86_400_000
  const { id, told } = await anAlert(owner, { limit: 10, thresholds: [100], period: 'day' })
  await portal.pool.query(`update alerts set created_at = $2 where id = $1`, [id, new Date(day - 3_600_000)])
  setClock(day + 60_000)
  // It began before midnight, and is settled after it.
  await settlePast(portal.pool, [{ ...owner, at: new Date(day - 1_000), inputTokens: 10, outputTokens: 5 }])
  const look = () => portal.services.alerts.evaluator.touch(owner.organisationId)
  look()
  await eventually(() => expect(told().length).toBeGreaterThanOrEqual(2))
  expect(await typesOf(owner, id)).toEqual([
    ['triggered', [100], null],
    ['resolved', [100], 'new_period'],
  ])
  look()
  // A use of today's has it looked at again.
  await settlePast(portal.pool, [{ ...owner, at: new Date(day + 30_000), inputTokens: 10, outputTokens: 5 }])
  look()
  await eventually(() => expect(told()).toHaveLength(3))
  // What was made or changed after the end does not judge it.
  const made = await anAlert(owner, { limit: 16, thresholds: [50], period: 'day' })
  const changed = await anAlert(owner, { limit: 1000, thresholds: [50], period: 'day' })
  await portal.pool.query(`update alerts set created_at = $2 where id = $1`, [changed.id, new Date(day - 1)])
  await alerts().update(asking(owner), changed.id, { limit: 16 })
  for (const each of [made, changed]) {
    await eventually(() => expect(each.told()).toHaveLength(1))
    expect(await typesOf(owner, each.id)).toEqual([['triggered', [50], null]])
  }
  expect(told()).toHaveLength(3)
})

test('[AL18] the history reads in the order of what happened, within a millisecond and by clocks that differ', async () => {
  const { owner } = await portal.aKey()
  const { id } = await anAlert(owner, {})
  const order: string[] = []
  for (const atMs of [0, 0, 0, 0, 5, -60_000, -60_000, 0]) {
    setClock(1_800_000_000_000 + atMs)
    order.unshift((await alerts().test(asking(owner), id)).id)
  }
  const { data } = await alerts().history(owner, { limit: 5 })
  const { data: rest } = await alerts().history(owner, { limit: 5, cursor: data[4]?.id })
  expect([...data, ...rest].map((event) => event.id)).toEqual(order)
})

test('[AL8] what holds again within its period is shown and not told twice; against another limit it is', async () => {
  const { secret, owner } = await portal.aKey()
  const { id, told } = await anAlert(owner, { limit: 10, thresholds: [100] })
  await use(secret, 1)
  await eventually(() => expect(told()).toHaveLength(1))
  await alerts().update(asking(owner), id, { limit: 20 })
  await eventually(() => expect(told()).toHaveLength(2))
  await alerts().update(asking(owner), id, { limit: 10 })
  await eventually(async () => expect((await alerts().get(owner, id)).state.threshold).toBe(100))
  await alerts().update(asking(owner), id, { limit: 20 })
  await eventually(() => expect(told()).toHaveLength(3))
  await use(secret, 1)
  await eventually(() => expect(told()).toHaveLength(4))
  expect(told().map((text) => text.slice(0, 4))).toEqual(['Crit', 'Reso', 'Reso', 'Crit'])
})

test('[AL6] of 12 processes that look at the same moment one tells, also that it is resolved', async () => {
  const { secret, owner } = await portal.aKey()
  const { id, told } = await anAlert(owner, { limit: 10, thresholds: [100], enabled: false })
  await use(secret, 1)
  await alerts().update(asking(owner), id, { enabled: true, limit: 5 })
  await eventually(() => expect(told()).toHaveLength(1))
  await portal.pool.query('delete from alert_firings where alert_id = $1', [id])
  const events: string[] = []
  const { db, close } = await openDatabase({
    url: portal.database.url,
    dataDir: '/nowhere',
    log: portal.services.log,
  })
  const evaluate = createEvaluate({
    ...{ db, now: Date.now },
    notify: async (_trx, _alert, { type }) => void events.push(type),
  })
  const all = () => Promise.all(Array.from({ length: 12 }, () => evaluate(owner.organisationId)))
  await all()
  expect(events).toEqual(['triggered'])
  await portal.pool.query('update alerts set limit_amount = 1000 where id = $1', [id])
  await all()
  expect(events).toEqual(['triggered', 'resolved'])
  await close()
})

test('[AL13] a try that the end of the portal cuts short is none, and is made again', async () => {
  const database = await cluster.createDatabase()
  const ending = await startPortal({
    ...{ cluster, database, env: { WEBHOOK_NETWORKS: `${receiverNetwork}/32` } },
  })
  const { owner } = await ending.aKey()
  const hanging = await startReceiver()
  hanging.hang()
  const { webhooks } = ending.services.alerts
  const { id } = await webhooks.create(asking(owner), CreateWebhookBody.parse({ url: `${hanging.url}/` }))
  await webhooks.ping(asking(owner), id)
  await eventually(() => expect(hanging.arrived).toHaveLength(1))
  await ending.close()
  await hanging.close()
  const { db, close } = await openDatabase({
    ...{ url: database.url, dataDir: '/nowhere', log: portal.services.log },
  })
  const { rows } = await sql`
    select status, attempts, failing_since, state from deliveries join webhooks on webhook_id = webhooks.id
    join pgboss.job on data->>'deliveryId' = deliveries.id`.execute(db)
  await close()
  expect(rows).toEqual([{ status: 'waiting', attempts: 0, failing_since: null, state: 'retry' }])
})

test('[AL9] what was settled while nobody looked is told once the portal starts again', async () => {
  const database = await cluster.createDatabase()
  const own = {
    cluster,
    database,
    env: { WEBHOOK_NETWORKS: `${receiverNetwork}/32`, PORTAL_SECRET: 'x'.repeat(40) },
  }
  const before = await startPortal(own)
  const { secret, owner } = await before.aKey()
  const body = CreateAlertBody.parse({ name: 'Mine', limit: 10, slackUrl: `${slack.url}/started` })
  await before.services.alerts.alerts.create(asking(owner), body)
  await before.services.alerts.evaluator.close()
  expect((await before.post({ key: secret, body: chatRequest() })).status).toBe(200)
  await before.close()
  expect(slack.to('/started')).toEqual([])
  const after = await startPortal(own)
  await eventually(() => expect(slack.to('/started')).toHaveLength(1))
  await after.close()
})
