import { alertsMax, webhooksMax } from '@portal/contract'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type TestMember,
  type TestOrganisation,
  useOrganisations,
} from '../organisations/test-organisations.ts'
import { receiverNetwork } from './test-receiver.ts'

const { portal, anOrganisation, aMember, aKeyOf, withKey } = useOrganisations({
  WEBHOOK_NETWORKS: `${receiverNetwork}/32`,
})
const slackUrl = `http://${receiverNetwork}:9/services/T0/B0/secret-of-slack`

let organisation: TestOrganisation
const people: Record<string, TestMember> = {}
const person = (name: string) => people[name] as TestMember
const as = (name: string) => person(name).browser

beforeAll(async () => {
  organisation = await anOrganisation()
  people.owner = organisation.owner
  for (const role of ['admin', 'member', 'billing', 'viewer'] as const)
    people[role] = await aMember(organisation, role)
}, 60_000)

const made = async (body: object = {}) =>
  (await as('owner').post('/api/alerts', { name: 'Mine', limit: 1000, ...body })).body
const actions = async () => {
  const { body } = await as('owner').get(`${organisation.path}/audit?limit=100`)
  return body.data.map(({ action }: { action: string }) => action)
}

test('[AL2] signing up makes an organisation with an alert, and so does making another', async () => {
  const { body } = await as('owner').get('/api/alerts')
  expect(body).toMatchObject({
    mayManage: true,
    data: [
      {
        ...{ name: 'Tokens of the plan', limit: 'plan', enabled: true, recurringStepPercent: 25 },
        mail: { owners: true, admins: true },
      },
    ],
  })
  const { body: second } = await as('owner').post('/api/organisations', { name: 'Second' })
  const { rows } = await portal().pool.query(
    'select thresholds, mails_admins, recurring_step from alerts where organisation_id = $1',
    [second.id],
  )
  expect(rows).toEqual([{ thresholds: [50, 75, 90, 100], mails_admins: true, recurring_step: 25 }])
})

describe('[AL3]', () => {
  test.each(['owner', 'admin', 'billing'])('%s make, change, test and delete alerts', async (name) => {
    const { status, body } = await as(name).post('/api/alerts', {
      name: 'Mine',
      limit: 500,
      thresholds: [100, 10],
    })
    expect([status, body.thresholds]).toEqual([201, [10, 100]])
    const path = `/api/alerts/${body.id}`
    expect((await as(name).send('PATCH', path, { body: { name: 'Ours' } })).body).toMatchObject({
      name: 'Ours',
      limit: 500,
    })
    const { body: tested } = await as(name).post(`${path}/test`)
    expect(tested).toMatchObject({
      type: 'test',
      severity: null,
      deliveries: [person('owner'), person('admin')].map(({ email }) => ({ destination: email })),
    })
    expect((await as(name).send('DELETE', path)).status).toBe(200)
    expect((await as(name).get(path)).status).toBe(404)
    expect((await as(name).post(`${path}/restore`)).body).toMatchObject({ name: 'Ours' })
  })

  test.each(['member', 'viewer'])('%s see them, but neither others’ use nor who is told', async (name) => {
    const { id } = await made({ measure: 'cost', limit: 5, slackUrl })
    const path = `/api/alerts/${id}`
    const { body } = await as(name).get(path)
    expect(body).toMatchObject({ state: { used: null, percent: null, limit: 5 }, failure: null })
    expect(body).toMatchObject({
      mail: { owners: false, admins: false, members: [] },
      slack: null,
      webhooks: [],
    })
    const { pool } = portal()
    const at = Math.floor(Date.now() / 1000)
    await pool.query(
      `insert into alert_events (id, organisation_id, alert_id, type, thresholds, reason, measure, period, used,
         limit_amount, period_starts_at, period_ends_at, at)
       select 'aev_' || md5(random()::text), organisation_id, id, 'triggered', '{50,100}', null, measure, period, 9, 5,
         now(), now(), to_timestamp($2) from alerts where id = $1`,
      [id, at],
    )
    const { body: seen } = await as(name).get(`/api/alerts/history?alert=${id}`)
    expect(seen.data[0]).toMatchObject({ type: 'triggered', used: null, thresholds: [], severity: null })
    await pool.query('delete from alert_events where alert_id = $1', [id])
    const { body: all } = await as(name).get('/api/alerts')
    expect(all.mayManage).toBe(false)
    expect(all.data[0].state).toMatchObject({ used: 0 })
    const { body: tested } = await as('owner').post(`${path}/test`)
    expect(tested.deliveries).toHaveLength(3)
    const { body: history } = await as(name).get(`/api/alerts/history?alert=${id}`)
    expect(history.data).toMatchObject([{ type: 'test', used: null, deliveries: [] }])
    expect((await as(name).get('/api/webhooks')).body).toEqual({ data: [], mayManage: false })
    const refused = [
      as(name).post('/api/alerts', { name: 'Mine' }),
      as(name).send('PATCH', path, { body: { enabled: false } }),
      as(name).send('DELETE', path),
      as(name).post(`${path}/test`),
      as(name).post('/api/webhooks', { url: 'https://example.com' }),
      as(name).get(`/api/deliveries/${tested.deliveries[0].id}`),
      as(name).post(`/api/deliveries/${tested.deliveries[0].id}/redeliver`),
    ]
    expect((await Promise.all(refused)).map(({ status }) => status)).toEqual(refused.map(() => 403))
  })

  test('a key reads them and changes none', async () => {
    const { secret } = await aKeyOf(person('owner'))
    expect(await withKey(secret, '/api/alerts')).toMatchObject({ status: 200 })
    const init = { method: 'POST', body: JSON.stringify({ name: 'Mine' }) }
    expect(await withKey(secret, '/api/alerts', init)).toMatchObject({ status: 403 })
  })
})

test.each<[object, string]>([
  [{ name: '' }, 'name'],
  [{ limit: 0 }, 'limit'],
  [{ limit: 1.5 }, 'limit'],
  [{ limit: 'all' }, 'limit'],
  [{ measure: 'cost' }, 'limit'],
  [{ measure: 'cost', limit: 0.000_000_1 }, 'limit'],
  [{ period: 'day' }, 'limit'],
  [{ thresholds: [] }, 'thresholds'],
  [{ thresholds: [0] }, 'thresholds[0]'],
  [{ thresholds: [1001] }, 'thresholds[0]'],
  [{ recurringStepPercent: 9 }, 'recurringStepPercent'],
  [{ recurringStepPercent: 1001 }, 'recurringStepPercent'],
  [{ recurringStepPercent: 12.5 }, 'recurringStepPercent'],
  [{ recurringStepPercent: '25' }, 'recurringStepPercent'],
  [{ thresholds: [50, 50] }, 'thresholds'],
  [{ thresholds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }, 'thresholds'],
  [{ apiKey: 'key_00000000000000000000000000' }, 'apiKey'],
  [{ apiKey: 'key_00000000000000000000000000', model: 'test-model' }, 'apiKey'],
  [{ mail: { owners: true, userIds: ['usr_00000000000000000000000000'] } }, 'mail.userIds'],
  [{ webhookIds: ['whk_00000000000000000000000000'] }, 'webhookIds'],
  [{ slackUrl: 'hooks.slack.com' }, 'slackUrl'],
  [{ slackUrl: 'ftp://example.com/x' }, 'slackUrl'],
  [{ slackUrl: 'https://127.0.0.1/x' }, 'slackUrl'],
  [{ slackUrl: 'https://[::ffff:7f00:1]/x' }, 'slackUrl'],
  [{ slackUrl: 'https://2130706433/x' }, 'slackUrl'],
  [{ slackUrl: 'https://169.254.169.254/latest' }, 'slackUrl'],
  [{ slackUrl: 'https://8.8.8.8:22/x' }, 'slackUrl'],
  [{ slackUrl: 'http://8.8.8.8/x' }, 'slackUrl'],
  [{ slackUrl: 'https://user:secret@example.com/x' }, 'slackUrl'],
  [{ color: 'red' }, 'color'],
])('[AL4] %j is refused, and %s is named', async (wrong, param) => {
  const { status, body } = await as('owner').post('/api/alerts', { name: 'Mine', ...wrong })
  const isOfAnother = /apiKey|userIds|webhookIds/.test(param)
  expect([status, body.param, body.error]).toEqual([
    isOfAnother ? 404 : 400,
    param,
    expect.stringContaining(param.split('[')[0] ?? ''),
  ])
})

test('[AL4] a measure is not changed without its limit, nor a key counted beside a model', async () => {
  const { id } = await made({ model: 'test-model' })
  const patch = async (body: object) =>
    (await as('owner').send('PATCH', `/api/alerts/${id}`, { body })).body.param
  expect(await patch({ measure: 'cost' })).toBe('limit')
  const { id: apiKey } = await aKeyOf(person('owner'))
  expect(await patch({ apiKey })).toBe('model')
  expect(await patch({ apiKey, model: null })).toBeUndefined()
})

test('[AL4] 50 alerts and 20 webhooks are all, also at once', async () => {
  const { owner } = await anOrganisation()
  const count = async (path: string, body: object, times: number) => {
    const answers = await Promise.all(Array.from({ length: times }, () => owner.browser.post(path, body)))
    return answers.filter(({ status }) => status === 201).length
  }
  expect(await count('/api/alerts', { name: 'Mine' }, alertsMax + 2)).toBe(alertsMax - 1)
  expect(await count('/api/webhooks', { url: 'https://example.com/hook' }, webhooksMax + 3)).toBe(webhooksMax)
}, 60_000)

test('[AL5] changes are recorded, and Slack’s address is in no answer, no record and no column', async () => {
  const { id, ...alert } = await made({ slackUrl })
  expect(alert.slack).toEqual({ host: `${receiverNetwork}:9` })
  await as('owner').send('PATCH', `/api/alerts/${id}`, { body: { slackUrl: `${slackUrl}-2` } })
  await as('owner').send('DELETE', `/api/alerts/${id}`)
  await as('owner').post(`/api/alerts/${id}/restore`)
  expect((await actions()).slice(0, 4)).toEqual([
    'alert.restored',
    'alert.deleted',
    'alert.updated',
    'alert.created',
  ])
  const { rows } = await portal().pool.query(
    'select alerts::text as row from alerts union all select audit_events::text from audit_events',
  )
  const answers = [alert, (await as('owner').get('/api/alerts')).body, rows]
  expect(JSON.stringify(answers)).not.toContain('secret-of-slack')
})

test('[AL14] an organisation tests ten times an hour, and nobody to tell is said', async () => {
  const { owner } = await anOrganisation()
  const { body: alert } = await owner.browser.post('/api/alerts', {
    name: 'Mine',
    mail: { owners: false, userIds: [] },
  })
  const { status, body } = await owner.browser.post(`/api/alerts/${alert.id}/test`)
  expect([status, body.error]).toEqual([409, expect.stringMatching(/tells nobody/)])
  await owner.browser.send('PATCH', `/api/alerts/${alert.id}`, { body: { slackUrl } })
  const statuses = []
  for (let n = 0; n < 10; n++)
    statuses.push((await owner.browser.post(`/api/alerts/${alert.id}/test`)).status)
  expect(statuses).toEqual([...Array(9).fill(200), 429])
})

test('[WH3] a secret is shown when it is made and when it is changed, and never again', async () => {
  const { body } = await as('admin').post('/api/webhooks', {
    url: 'https://example.com/hook',
    description: 'Ours',
  })
  expect(body.secret).toMatch(/^whsec_/)
  const path = `/api/webhooks/${body.id}`
  const { body: rotated } = await as('admin').post(`${path}/rotate-secret`)
  expect(rotated.secret).not.toBe(body.secret)
  expect(Date.parse(rotated.oldSecretValidUntil) - Date.now()).toBeGreaterThan(86_000_000)
  const { rows } = await portal().pool.query('select webhooks::text as row from webhooks')
  const shown = [(await as('admin').get('/api/webhooks')).body, rows, await actions()]
  for (const secret of [body.secret, rotated.secret])
    expect(JSON.stringify(shown)).not.toContain(secret.slice(6))
  expect((await as('admin').send('PATCH', path, { body: { url: 'http://localhost' } })).status).toBe(200)
  expect((await as('admin').send('PATCH', path, { body: { url: 'https://10.0.0.1' } })).body.param).toBe(
    'url',
  )
  expect((await as('admin').send('DELETE', path)).status).toBe(200)
  expect((await as('admin').post(`${path}/restore`)).body).toMatchObject({ description: 'Ours' })
})
