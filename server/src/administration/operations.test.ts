import { endpoints, newId } from '@portal/contract'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { recordAudit } from '../audit/index.ts'
import type { Tables } from '../db/index.ts'
import { formOf, pixel } from '../files/test-files.ts'
import { type Browser, eventually } from '../test/index.ts'
import { useAdministration } from './test-administration.ts'

const { portal, open, anAdministrator, aKeyHolder, aSignedIn, callWith, eventsOf, tokenTo } =
  useAdministration()

let admin: { browser: Browser; id: string }
beforeAll(async () => {
  admin = await anAdministrator()
})

const put = (path: string, body: object) => admin.browser.send('PUT', path, { body })

describe('organisations', () => {
  test('[AD12] a plan counts for the very next request', async () => {
    const holder = await aKeyHolder()
    await portal().pool.query(`update organisations set plan_id = 'free' where id = $1`, [
      holder.organisationId,
    ])
    expect((await holder.browser.post('/api/keys', { name: 'Second' })).status).toBe(403)
    const { status, body } = await put(`/api/admin/organisations/${holder.organisationId}/plan`, {
      plan: 'pro',
    })
    expect([status, body.tier, body.allowed.tokensPerMonth]).toEqual([200, 'PRO', 50_000])
    expect((await holder.browser.post('/api/keys', { name: 'Second' })).status).toBe(201)
    expect((await holder.browser.get('/api/auth/get-session')).body.organisation.tier).toBe('PRO')
    const [event] = await eventsOf('administration.plan-changed')
    expect(event).toMatchObject({
      organisation_id: holder.organisationId,
      details: { from: 'free', to: 'pro' },
    })
  })

  test.each([
    ['requestsPerMinute', 1, 'organisation_requests_per_minute'],
    ['tokensPerDay', 1, 'organisation_tokens_per_day'],
    ['tokensPerMonth', 1, 'organisation_tokens_per_period'],
  ])(
    '[AD13] an override of %s counts for the very next request, until it is over',
    async (name, value, limit) => {
      const holder = await aKeyHolder()
      expect((await callWith(holder.key)).status).toBe(200)
      const path = `/api/admin/organisations/${holder.organisationId}/overrides`
      const { status, body } = await put(path, { overrides: { [name]: { value, until: null } } })
      expect([status, body.allowed[name]]).toEqual([200, value])
      const refused = await portal().post({
        key: holder.key,
        body: { model: 'test-model', messages: [{ role: 'user', content: 'Hello' }] },
      })
      const { error } = (await refused.json()) as { error: Record<string, unknown> }
      expect([refused.status, error.limit, error.maximum]).toEqual([429, limit, 1])
      const past = new Date(Date.now() - 1_000).toISOString()
      const over = await put(path, { overrides: { [name]: { value, until: past } } })
      expect(over.body.allowed[name]).not.toBe(value)
      expect((await callWith(holder.key)).status).toBe(200)
      expect((await put(path, { overrides: { nonsense: { value: 1, until: null } } })).status).toBe(400)
    },
  )

  test('[AD13] [AD33] overrides of keys, of requests at once and of where tokens end count for the next request', async () => {
    const holder = await aKeyHolder()
    const path = `/api/admin/organisations/${holder.organisationId}/overrides`
    const until = null
    const set = (overrides: object) => put(path, { overrides })
    expect((await set({ keysMax: { value: 1, until } })).body.allowed.keysMax).toBe(1)
    const refused = await holder.browser.post('/api/keys', { name: 'Second' })
    expect([refused.status, refused.body.code]).toEqual([403, 'plan_limit_reached'])
    // No plan says so.
    expect(refused.body.error).toMatch(/^Your organisation may have 1 active API key/)
    expect((await set({ keysMax: { value: 2, until } })).status).toBe(200)
    expect((await holder.browser.post('/api/keys', { name: 'Second' })).status).toBe(201)

    await set({ parallelMax: { value: 1, until } })
    portal().upstream.enqueue({ kind: 'hang', after: 3, text: 'one two three' })
    const leaving = new AbortController()
    const body = { model: 'test-model', stream: true, messages: [{ role: 'user', content: 'Hello' }] }
    const first = await portal().post({ key: holder.key, body, signal: leaving.signal })
    expect((await callWith(holder.key)).status).toBe(429)
    leaving.abort()
    await first.text().catch(() => {})
    await eventually(async () => expect((await callWith(holder.key)).status).toBe(200))

    const tokensPerMonth = { value: 1, until }
    expect((await set({ tokensPerMonth, tokenCeilingPercent: { value: 99, until } })).status).toBe(400)
    expect((await set({ tokensPerMonth, tokenCeilingPercent: { value: null, until } })).status).toBe(400)
    await set({ tokensPerMonth: { value: 100, until }, tokenCeilingPercent: { value: 300, until } })
    const { body: answer } = await admin.browser.get('/api/admin/limits')
    const limits = answer.data.filter(({ id }: { id: string }) => id === holder.organisationId)
    expect(limits).toContainEqual(expect.objectContaining({ limit: 'tokens_per_month', maximum: 300 }))
  })

  test('[AD13] an override of storage refuses the next upload', async () => {
    const holder = await aKeyHolder()
    const overrides = { storageBytesMax: { value: 10, until: null } }
    await put(`/api/admin/organisations/${holder.organisationId}/overrides`, { overrides })
    const { status, body } = await holder.browser.post(
      '/api/files/upload',
      formOf([{ name: 'a.png', content: pixel }]),
    )
    expect([status, body.code]).toEqual([403, 'plan_limit_reached'])
  })

  test('[AD14] one that is suspended can be read, and does nothing; reinstating takes it back', async () => {
    const holder = await aKeyHolder()
    const path = `/api/admin/organisations/${holder.organisationId}`
    expect((await admin.browser.post(`${path}/suspend`, { reason: 'Unpaid' })).status).toBe(200)
    expect(await callWith(holder.key)).toMatchObject({ status: 403, code: 'organisation_suspended' })
    expect((await holder.browser.get('/api/keys')).status).toBe(200)
    const refused = await holder.browser.post('/api/keys', { name: 'More' })
    expect([refused.status, refused.body.code]).toEqual([403, 'organisation_suspended'])
    const { body } = await admin.browser.get('/api/admin/organisations?state=suspended')
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual([holder.organisationId])
    await admin.browser.post(`${path}/reinstate`, {})
    expect((await callWith(holder.key)).status).toBe(200)
  })

  test('[AD21] people of a suspended one change nothing but what is their own, whichever way they ask', async () => {
    const holder = await aKeyHolder()
    const suspend = `/api/admin/organisations/${holder.organisationId}/suspend`
    expect((await admin.browser.post(suspend, { reason: 'Unpaid' })).status).toBe(200)
    const changing = endpoints.filter(
      ({ method, scope }) => method !== 'GET' && scope !== 'public' && scope !== 'administrator',
    )
    const wrong: string[] = []
    for (const { method, path, whileSuspended } of changing) {
      const at = path.replace(':organisationId', holder.organisationId).replace(/:\w+/g, 'none')
      const { body } = await holder.browser.send(method, at, { body: {} })
      const isRefused = /organisation.*suspended/i.test(JSON.stringify(body))
      if (isRefused === (whileSuspended === true)) wrong.push(`${method} ${path}`)
    }
    expect(changing.length).toBeGreaterThan(60)
    expect(wrong).toEqual([])
  })

  test('[AD21] nor does who acts for another organisation meanwhile, but for leaving', async () => {
    const holder = await aKeyHolder()
    const path = `/api/organisations/${holder.organisationId}`
    const { body: other } = await holder.browser.post('/api/organisations', { name: 'Second' })
    expect((await holder.browser.post(`/api/organisations/${other.id}/switch`)).status).toBe(200)
    await admin.browser.post(`/api/admin/organisations/${holder.organisationId}/suspend`, {
      reason: 'Unpaid',
    })
    const renamed = await holder.browser.send('PATCH', path, { body: { name: 'Renamed' } })
    expect([renamed.status, renamed.body.code]).toEqual([403, 'organisation_suspended'])
    const { body: session } = await holder.browser.get('/api/auth/get-session')
    const deleted = await holder.browser.send('DELETE', path, { body: { name: session.user.name } })
    expect([deleted.status, deleted.body.code]).toEqual([403, 'organisation_suspended'])
    expect((await holder.browser.post(`${path}/switch`)).status).toBe(200)
    // The last owner stays, suspended or not.
    expect((await holder.browser.post(`${path}/leave`)).body.code).toBe('conflict')
  })

  test('[AD36] nobody joins a suspended one, nor leaves it for a fresh one', async () => {
    const [holder, guest, member] = [await aKeyHolder(), await aSignedIn(), await aSignedIn()]
    const path = `/api/organisations/${holder.organisationId}`
    const invite = async (email: string) => {
      await holder.browser.post(`${path}/invitations`, { email, role: 'member' })
      return tokenTo(email, 'invitation')
    }
    const [guestToken, memberToken] = [await invite(guest.email), await invite(member.email)]
    const { body: session } = await member.browser.get('/api/auth/get-session')
    const join = (who: typeof guest, token: string) => who.browser.post('/api/invitations/accept', { token })
    expect((await join(member, memberToken)).status).toBe(200)
    await member.browser.post(`${path}/switch`)
    const { id, name } = session.organisation
    const gone = await member.browser.send('DELETE', `/api/organisations/${id}`, { body: { name } })
    expect(gone.status).toBe(200)

    const set = (state: 'suspend' | 'reinstate', body: object = {}) =>
      admin.browser.post(`/api/admin/organisations/${holder.organisationId}/${state}`, body)
    expect((await set('suspend', { reason: 'Unpaid' })).status).toBe(200)
    for (const refused of [await join(guest, guestToken), await member.browser.post(`${path}/leave`)])
      expect([refused.status, refused.body.code]).toEqual([403, 'organisation_suspended'])
    expect((await member.browser.get('/api/organisations')).body.data).toHaveLength(1)
    await set('reinstate')
    expect((await join(guest, guestToken)).status).toBe(200)
    await set('suspend', { reason: 'Again' })
    expect((await guest.browser.post(`${path}/leave`)).status).toBe(200)
  })

  test('[AD15] limits now are what admission counts, the nearest to its end first', async () => {
    const holder = await aKeyHolder()
    await holder.browser.send('PATCH', `/api/keys/${holder.keyId}`, { body: { rpmLimit: 4 } })
    for (let i = 0; i < 3; i++) await callWith(holder.key)
    const { body } = await admin.browser.get('/api/admin/limits')
    const ofKey = body.data.find(({ id }: { id: string }) => id === holder.keyId)
    expect(ofKey).toMatchObject({ limit: 'requests_per_minute', of: 'key', used: 3, maximum: 4, share: 75 })
    const shares = body.data.map(({ share }: { share: number }) => share)
    expect(shares).toEqual([...shares].sort((a, b) => b - a))
    await callWith(holder.key)
    expect((await callWith(holder.key)).status).toBe(429)
  })
})

describe('jobs', () => {
  /** A job that its handler gives up at once: its payload is not the queue’s. */
  async function aFailedJob() {
    const { rows } = await portal().pool.query(
      `insert into pgboss.job (name, data, policy, state, retry_limit, retry_count, completed_on, output)
       values ('asked-for-link', '{"email":"a@example.com","purpose":"reset-password","token":"s3cret"}', 'short',
         'failed', 0, 0, now(), '{"message":"No: https://x/reset-password?token=s3cret and sk-live-abcdef"}')
       returning id`,
    )
    return rows[0].id as string
  }
  const failed = async () =>
    (await admin.browser.get('/api/admin/jobs/failed?queue=asked-for-link')).body.data

  test('[AD16] one that was given up is shown without secrets, and is done when it is tried again', async () => {
    const id = await aFailedJob()
    const [job] = (await failed()).filter((each: { id: string }) => each.id === id)
    expect(job).toMatchObject({ queue: 'asked-for-link', tries: 1, data: { email: 'a@example.com' } })
    expect(JSON.stringify(job)).not.toMatch(/s3cret|sk-live-abcdef/)
    const { body: listed } = await admin.browser.get('/api/admin/jobs')
    const queueOf = (name: string) => listed.data.find((each: { name: string }) => each.name === name)
    expect(queueOf('asked-for-link').failed).toBe(1)
    expect(queueOf('audit-clean-up').schedule).toMatchObject({
      times: ['03:40'],
      nextRunAt: expect.any(String),
    })
    expect(queueOf('usage-days').schedule).toMatchObject({ times: [':05', ':35'] })

    const retried = await admin.browser.post(`/api/admin/jobs/asked-for-link/${id}/retry`)
    expect(retried.status).toBe(200)
    await eventually(async () => {
      const { rows } = await portal().pool.query('select state from pgboss.job where id = $1', [id])
      expect(rows).toEqual([{ state: 'completed' }])
    })
    expect((await admin.browser.post(`/api/admin/jobs/asked-for-link/${id}/retry`)).status).toBe(404)
    expect((await eventsOf('administration.job-retried'))[0]).toMatchObject({ details: { jobId: id } })
  })

  test('[AD16] they are paged without gaps, and one is discarded', async () => {
    const ids = [await aFailedJob(), await aFailedJob(), await aFailedJob()]
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await admin.browser.get(
        `/api/admin/jobs/failed?limit=1${cursor && `&cursor=${cursor}`}`,
      )
      seen.push(...body.data.map(({ id }: { id: string }) => id))
      cursor = body.nextCursor ?? ''
    } while (cursor)
    expect(seen.sort()).toEqual(ids.sort())
    for (const id of ids) await admin.browser.post(`/api/admin/jobs/asked-for-link/${id}/discard`)
    expect(await failed()).toEqual([])
    expect((await admin.browser.get('/api/admin/jobs/failed?cursor=x')).status).toBe(400)
  })
})

test('[AD16] [AD30] a job of a mail that has ended cannot be tried again, and it is said why', async () => {
  const { email } = await aSignedIn()
  const { rows } = await portal().pool.query(
    `insert into pgboss.job (name, data, policy, state, retry_limit, retry_count, completed_on, output)
     select 'mail', jsonb_build_object('mailId', id), 'short', 'failed', 11, 11, now(), '{"message":"550 No such user"}'
     from mails where recipient = $1 limit 1 returning id`,
    [email],
  )
  const { id } = rows[0]
  const again = await admin.browser.post(`/api/admin/jobs/mail/${id}/retry`)
  expect([again.status, again.body.code]).toEqual([409, 'conflict'])
  expect(again.body.error).toContain('what it said is forgotten')
  const { body } = await admin.browser.get('/api/admin/jobs/failed?queue=mail')
  expect(body.data).toMatchObject([{ id, error: '550 No such user' }])
  await admin.browser.post(`/api/admin/jobs/mail/${id}/discard`)
})

test('[AD31] jobs that wait to be tried again are counted, with what the last of them failed with', async () => {
  await portal().pool.query(
    `insert into pgboss.job (name, data, policy, state, retry_limit, retry_count, start_after, started_on, output)
     values ('usage-proof', '{}', 'short', 'retry', 5, 1, now() + interval '1 hour', now(),
       '{"message":"No: https://x/a?token=s3cret"}')`,
  )
  const { body } = await admin.browser.get('/api/admin/jobs')
  const queueOf = (name: string) => body.data.find((each: { name: string }) => each.name === name)
  expect(queueOf('usage-proof')).toMatchObject({
    ...{ waiting: 1, retrying: 1, active: 0, failed: 0 },
    retryError: 'No: https://x/a?token=…',
  })
  expect(queueOf('audit-clean-up')).toMatchObject({ retrying: 0, retryError: null })
  await portal().pool.query(`delete from pgboss.job where state = 'retry'`)
})

describe('switches', () => {
  const turn = (feature: string, isOn: boolean) => put('/api/admin/switches', { feature, isOn })
  /** Every door that a switch closes: what is tried there, by whom. */
  const doors: Record<string, () => Promise<{ status: number; body: { code?: string } }>> = {
    'sign-up': () =>
      open().post('/api/auth/register', { name: 'N', email: 'new@example.com', password: 'SecureP@ssw0rd!' }),
    'api-keys': async () => (await aSignedIn()).browser.post('/api/keys', { name: 'New' }),
    uploads: async () =>
      (await aSignedIn()).browser.post('/api/files/upload', formOf([{ name: 'a.png', content: pixel }])),
    videos: async () => {
      const content = Buffer.concat([
        Buffer.from([0, 0, 0, 24]),
        Buffer.from('ftypmp42\0\0\0\0mp42isom'),
        Buffer.alloc(64),
      ])
      return (await aSignedIn()).browser.post('/api/files/upload', formOf([{ name: 'a.mp4', content }]))
    },
    'chat-sharing': () => open().get('/api/shared/aaaaaaaaaaaaaaaaaaaaaaaa'),
    'remote-images': async () =>
      (await aSignedIn()).browser.get('/api/chat/remote-image?url=http%3A%2F%2F127.0.0.1%2Fa.png'),
  }

  test('[AD17] the list is closed, and each of it has a door that is tried here', async () => {
    const { body } = await admin.browser.get('/api/admin/switches')
    const names = body.data.map(({ feature }: { feature: string }) => feature)
    expect(names.sort()).toEqual([...Object.keys(doors), 'voice'].sort())
    expect((await put('/api/admin/switches', { feature: 'nonsense', isOn: false })).status).toBe(400)
  })

  test.each(Object.keys(doors))(
    '[AD17] %s switched off is a closed door at once, and on an open one',
    async (feature) => {
      const knock = doors[feature] ?? (() => Promise.reject(new Error(feature)))
      expect((await knock()).body.code).not.toBe('switched_off')
      await turn(feature, false)
      const closed = await knock()
      expect([closed.status, closed.body.code]).toEqual([403, 'switched_off'])
      await turn(feature, true)
      expect((await knock()).body.code).not.toBe('switched_off')
    },
  )

  test('[AD17] voice switched off refuses the connection', async () => {
    const { browser } = await aSignedIn()
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    const { url } = portal()
    const connect = () =>
      new Promise<number | undefined>((resolve) => {
        const address = `${url.replace('http', 'ws')}/api/voice/transcribe`
        const socket = new WebSocket(address, { headers: { cookie, origin: url } })
        socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode))
        socket.on('error', () => {})
      })
    // There is no engine in tests.
    expect(await connect()).toBe(503)
    await turn('voice', false)
    expect(await connect()).toBe(403)
    await turn('voice', true)
    expect(await connect()).toBe(503)
  })
})

test('[AD18] mails are listed with what became of them, and nothing of what they said', async () => {
  const { email } = await aSignedIn()
  const { body } = await admin.browser.get('/api/admin/deliveries?state=sent')
  const [mail] = body.data.filter(({ recipient }: { recipient: string }) => recipient === email)
  expect(mail).toMatchObject({ kind: 'verify-email', state: 'sent', note: null, mayRetry: false })
  expect(JSON.stringify(body)).not.toContain('token=')
  const again = await admin.browser.post(`/api/admin/deliveries/${mail.id}/retry`)
  expect([again.status, again.body.code]).toEqual([409, 'conflict'])
})

describe('deliveries', () => {
  type Shown = Record<'id' | 'recipient' | 'channel' | 'state', string>
  const list = async (query = ''): Promise<Shown[]> =>
    (await admin.browser.get(`/api/admin/deliveries?limit=100${query}`)).body.data
  const url = 'https://nowhere.invalid/hook'
  /** What was sent to a webhook that cannot be reached, once it was tried. */
  async function aDelivery() {
    const holder = await aKeyHolder()
    const { body: webhook } = await holder.browser.post('/api/webhooks', { url })
    const { body: sent } = await holder.browser.post(`/api/webhooks/${webhook.id}/ping`)
    const shown = () => list('&channel=webhook').then((all) => all.find(({ id }) => id === sent.id))
    await eventually(async () => expect(await shown()).toMatchObject({ triedAt: expect.any(String) }))
    return { id: sent.id as string, shown, organisationId: holder.organisationId }
  }
  const retry = (id: string) => admin.browser.post(`/api/admin/deliveries/${id}/retry`)
  const set = (id: string, status: string) =>
    portal().pool.query('update deliveries set status = $2 where id = $1', [id, status])

  test('[AD32] what went to programs is listed among the mails, with whose it is and its error', async () => {
    const { id, shown, organisationId } = await aDelivery()
    expect(await shown()).toEqual({
      ...{ id, channel: 'webhook', kind: 'webhook.ping', recipient: url, state: 'waiting', mayRetry: true },
      organisation: { id: organisationId, name: expect.any(String) },
      note: 'No public address could be reached under this name.',
      ...{ createdAt: expect.any(String), triedAt: expect.any(String) },
    })
    const { email } = await aSignedIn()
    const all = await list()
    expect(all.findIndex(({ recipient }) => recipient === email)).toBeLessThan(
      all.findIndex((each) => each.id === id),
    )
    const channels = async (query: string) => [...new Set((await list(query)).map(({ channel }) => channel))]
    expect(await channels('&channel=webhook')).toEqual(['webhook'])
    expect(await channels('&channel=mail')).toEqual(['mail'])
    await set(id, 'delivered')
    expect((await list('&state=sent')).map((each) => each.id)).toContain(id)
    expect((await list('&state=waiting')).map((each) => each.id)).not.toContain(id)
    const paged: Shown[] = []
    let cursor = ''
    do {
      const { body } = await admin.browser.get(`/api/admin/deliveries?limit=3${cursor}`)
      paged.push(...body.data)
      cursor = body.nextCursor && `&cursor=${body.nextCursor}`
    } while (cursor)
    expect(paged.map((each) => each.id)).toEqual((await list()).map((each) => each.id))
    expect((await admin.browser.get('/api/admin/deliveries?cursor=x')).status).toBe(400)
  })

  test('[AD32] what failed is sent again, on record in both logs; what has arrived is not', async () => {
    const { id, shown, organisationId } = await aDelivery()
    await set(id, 'failed')
    expect(await shown()).toMatchObject({ state: 'failed', mayRetry: true })
    const { status, body } = await retry(id)
    expect([status, body.state]).toEqual([200, 'waiting'])
    await eventually(async () => {
      const { rows } = await portal().pool.query('select attempts from deliveries where id = $1', [id])
      expect(rows).toEqual([{ attempts: 2 }])
    })
    const [event] = await eventsOf('administration.delivery-retried')
    expect(event).toMatchObject({ organisation_id: organisationId, details: { deliveryId: id } })
    await set(id, 'delivered')
    expect((await retry(id)).status).toBe(409)
    expect((await retry(id.replace(/.$/, '!'))).status).toBe(404)
  })
})

test('[AD18] a mail that waits is sent at once when asked', async () => {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: portal().pool }) })
  const [id, to] = [newId('mail'), 'patient@example.com']
  await db.transaction().execute(async (trx) => {
    const expiresAt = new Date(Date.now() + 7_200_000)
    await portal().services.mail.send(trx, { kind: 'verify-email', to, path: '/verify', expiresAt }, id)
    await sql`update pgboss.job set start_after = now() + interval '1 hour' where data->>'mailId' = ${id}`.execute(
      trx,
    )
  })
  const path = `/api/admin/deliveries/${id}/retry`
  expect(await admin.browser.post(path)).toMatchObject({ status: 200, body: { id, state: 'waiting' } })
  await eventually(async () => {
    const { rows } = await portal().pool.query('select state from mails where id = $1', [id])
    expect(rows).toEqual([{ state: 'sent' }])
  })
  const [event] = await eventsOf('administration.mail-retried')
  expect(event).toMatchObject({ details: { mailId: id } })
  expect((await admin.browser.post(path)).status).toBe(409)
})

test('[AD19] what is stored is told by kind and organisation', async () => {
  const holder = await aKeyHolder()
  await holder.browser.post('/api/files/upload', formOf([{ name: 'a.png', content: pixel }]))
  const { body } = await admin.browser.get('/api/admin/storage')
  const mine = body.data.find(
    (each: { organisation: { id: string } }) => each.organisation.id === holder.organisationId,
  )
  expect(mine).toMatchObject({ files: 1, bytes: pixel.length, byKind: [{ kind: 'image', files: 1 }] })
  expect(body.totals.find(({ kind }: { kind: string }) => kind === 'image').files).toBeGreaterThanOrEqual(1)
})

test('[AD1] the overview says how the portal is, and what needs attention', async () => {
  const { body } = await admin.browser.get('/api/admin/overview')
  expect(body).toMatchObject({
    node: process.version,
    parts: expect.arrayContaining([expect.objectContaining({ name: 'Requests', isReady: true })]),
    database: { version: expect.stringMatching(/^\d+/), connections: expect.any(Number) },
  })
  expect(body.lastHour.requests).toBeGreaterThan(0)
  expect(body.attention).not.toContainEqual(expect.objectContaining({ about: 'mail' }))
  await portal().pool.query(
    `insert into mails (id, recipient, kind, state) values ('mail_gone', 'a@example.com', 'verify-email', 'failed')`,
  )
  const { body: later } = await admin.browser.get('/api/admin/overview')
  expect(later.attention).toContainEqual({
    ...{ severity: 'warning', about: 'mail', message: '1 mail of the last day could not be sent.' },
  })
})

test('[UC3] [UC7] what the nightly proof finds is in /metrics, and in the overview when sums differ', async () => {
  const { pool, url } = portal()
  const told = async () =>
    (await (await fetch(`${url}/metrics`)).text()).match(/^portal_ledger_sums_differing (\d+)$/m)?.[1]
  const prove = () =>
    pool.query(
      `insert into pgboss.job (name, data, policy, state) values ('usage-proof', '{}', 'short', 'created')`,
    )
  const ofLedger = async () =>
    (await admin.browser.get('/api/admin/overview')).body.attention.filter(
      ({ about }: { about: string }) => about === 'ledger',
    )
  expect(await told()).toBeUndefined()
  await prove()
  await eventually(async () => expect(await told()).toBe('0'))
  expect(await ofLedger()).toEqual([])
  const oneMore = (by: number) =>
    pool.query('update usage_rollups set requests = requests + $1 where key_id <> $2', [by, ''])
  const { rowCount } = await oneMore(1)
  await prove()
  await eventually(async () => expect(await told()).toBe(String(rowCount)))
  expect(await ofLedger()).toEqual([
    {
      severity: 'critical',
      about: 'ledger',
      message: expect.stringContaining(`found ${rowCount} difference`),
    },
  ])
  await oneMore(-1)
})

test('[AD20] the log of the whole portal is filtered, paged and exported', async () => {
  const { body } = await admin.browser.get('/api/admin/audit?action=user.registered&limit=1')
  expect(body.data).toHaveLength(1)
  const next = await admin.browser.get(
    `/api/admin/audit?action=user.registered&limit=1&cursor=${body.nextCursor}`,
  )
  expect(next.body.data[0].id < body.data[0].id).toBe(true)
  const csv = await admin.browser.get('/api/admin/audit/export?action=user.registered')
  expect(csv.headers.get('content-disposition')).toContain('audit-portal.csv')
  expect(csv.body.split('\r\n').length).toBeGreaterThan(2)
})

describe('the log of the whole portal, narrowed', () => {
  const at = (minute: number) => Date.parse('2026-01-02T03:00:00Z') + minute * 60_000
  const iso = (minute: number) => new Date(at(minute)).toISOString()
  const [ada, bob, grace] = [newId('user'), newId('user'), newId('user')]
  const [here, there] = [newId('organisation'), newId('organisation')]
  const window = `from=${iso(0)}&to=${iso(9)}`
  beforeAll(async () => {
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: portal().pool }) })
    const from = { address: '203.0.113.1', userAgent: null }
    const events = [
      { action: 'key.created', actorId: ada, organisationId: here, from },
      { action: 'key.updated', actorId: bob, organisationId: here, from: { ...from, impersonatorId: grace } },
      { action: 'key.created', actorId: bob, organisationId: there, from },
      { action: 'key.revoked', actorId: grace, organisationId: null, from },
    ] as const
    for (const [minute, event] of events.entries())
      await recordAudit(db, { ...event, atMs: at(minute), subjectId: null, details: { minute } })
  })

  test.each([
    ['time', window, [3, 2, 1, 0]],
    ['actor', `actor=${ada}`, [0]],
    ['an actor who was not alone in their name', `actor=${bob}`, [2, 1]],
    ['impersonator', `actor=${grace}`, [3, 1]],
    ['organisation', `organisation=${here}`, [1, 0]],
    ['organisation and time', `organisation=${there}&${window}`, [2]],
    ['organisation and actor', `organisation=${here}&actor=${bob}`, [1]],
    ['all of them, where nothing is', `organisation=${here}&actor=${bob}&action=key.created`, []],
    ['action and time', `action=key.created&${window}`, [2, 0]],
    ['the first instant', `from=${iso(2)}&to=${iso(9)}`, [3, 2]],
    ['both instants, the last not included', `from=${iso(1)}&to=${iso(3)}`, [2, 1]],
    ['no time at all', `from=${iso(0)}&to=${iso(0)}`, []],
    ['an actor who did nothing', `actor=${newId('user')}`, []],
  ])('[AD20] by %s', async (_, query, minutes) => {
    const { body } = await admin.browser.get(`/api/admin/audit?${query}`)
    expect(body.data.map(({ details }: { details: { minute: number } }) => details.minute)).toEqual(minutes)
    const csv = await admin.browser.get(`/api/admin/audit/export?${query}`)
    const lines = csv.body.trim().split('\r\n').slice(1)
    expect(lines.map((line: string) => Number(line.match(/minute\W+(\d)/)?.[1]))).toEqual(minutes)
  })

  test.each(['actor=%00', 'from=yesterday', 'to=2026-13-01T00:00:00Z', 'someone=x'])(
    '[AD20] by %s is a 400',
    async (query) => {
      expect((await admin.browser.get(`/api/admin/audit?${query}`)).status).toBe(400)
    },
  )
})
