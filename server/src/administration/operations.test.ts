import { endpoints } from '@portal/contract'
import { beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { formOf, pixel } from '../files/test-files.ts'
import { type Browser, eventually } from '../test/index.ts'
import { useAdministration } from './test-administration.ts'

const { portal, open, anAdministrator, aKeyHolder, aSignedIn, callWith, eventsOf } = useAdministration()

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
      expect((await put(path, { overrides: { keysMax: { value: 1, until: null } } })).status).toBe(400)
    },
  )

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
      // People who knock sign up themselves.
      const isOwn = feature === 'sign-up'
      const visitor = isOwn ? knock : knock
      await turn(feature, false)
      const closed = await visitor()
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
    attention: expect.any(Array),
  })
  expect(body.lastHour.requests).toBeGreaterThan(0)
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
