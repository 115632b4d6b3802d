// What was changed before, elsewhere, or by another release.
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  chatRequest,
  eventually,
  openBrowser,
  type Portal,
  type PortalOptions,
  startPortal,
  startTestCluster,
  type TestCluster,
} from '../test/index.ts'
import { aModel, modelsPath, password, providersPath } from './test-administration.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startTestCluster()
})
afterAll(() => cluster?.stop())

const portals: Portal[] = []
afterAll(async () => {
  for (const portal of portals) await portal.close()
})

async function aPortal(options: Omit<PortalOptions, 'cluster'> = {}): Promise<Portal> {
  const portal = await startPortal({ cluster, ...options })
  portals.push(portal)
  return portal
}
const end = async (portal: Portal) => {
  portals.splice(portals.indexOf(portal), 1)
  await portal.close()
}

async function anAdministrator(portal: Portal) {
  const email = 'admin@example.com'
  const { accounts } = portal.services
  if (!(await accounts.findUserByEmail(email)))
    await accounts.createUser({ email, password, verified: true, role: 'admin', plan: 'enterprise' })
  const browser = openBrowser(portal)
  await browser.post('/api/auth/sign-in/email', { email, password })
  return browser
}

const env = { PORTAL_SECRET: 'a secret of at least 32 characters, the same twice' }
const live = aModel({ id: 'live-model', targets: [{ provider: 'live', model: 'small' }] })
const provider = { name: 'live', kind: 'openai', apiKey: 'sk-key-of-a-provider' }
const listed = ({ services }: Portal) => services.models.list().map(({ id }) => id)

test('[LM3] what was changed is in force after a restart, with its keys; with another secret they are asked for', async () => {
  const first = await aPortal({ env, models: 'demo' })
  const { url: baseUrl } = (await aPortal()).upstream
  const admin = await anAdministrator(first)
  await admin.post(providersPath, { ...provider, baseUrl })
  await admin.post(modelsPath, live)
  const { database } = first
  await end(first)

  const second = await aPortal({ env, models: 'demo', database })
  expect(listed(second)).toEqual(['live-model'])
  const { secret } = await second.aKey()
  expect((await second.post({ key: secret, body: chatRequest({ model: 'live-model' }) })).status).toBe(200)
  await end(second)

  const third = await aPortal({
    env: { PORTAL_SECRET: 'another secret of at least 32 characters' },
    models: 'demo',
    database,
  })
  expect(listed(third)).toEqual([])
  const { body } = await (await anAdministrator(third)).get(providersPath)
  expect(body.data).toEqual([
    expect.objectContaining({
      name: 'live',
      hasApiKey: false,
      problem: expect.stringContaining('Enter the key again'),
    }),
  ])
})

test('[LM4] the demo model answers until the first model is added, and again after the last one is deleted', async () => {
  const portal = await aPortal({ models: 'demo' })
  const admin = await anAdministrator(portal)
  const [demo = ''] = listed(portal)
  await admin.post(providersPath, { ...provider, baseUrl: portal.upstream.url })
  expect(listed(portal)).toEqual([demo])
  expect((await admin.get(modelsPath)).body).toEqual({ data: [], isDemo: true })
  const { body } = await admin.post(modelsPath, { ...live, enabled: false })
  expect(listed(portal)).toEqual([])
  await admin.send('DELETE', `${modelsPath}/live-model?version=${body.version}`)
  expect(listed(portal)).toEqual([demo])
})

const insertModel = `insert into live_models values ('elsewhere', $1, true, false, 1, now(), now())`
const elsewhere = JSON.stringify({
  ...aModel({ id: '', targets: [{ provider: 'first', model: 'm' }] }),
  id: undefined,
})

test('[LM5] what another process changes is offered as soon as it is told', async () => {
  const portal = await aPortal()
  await portal.pool.query(insertModel, [elsewhere])
  expect(listed(portal)).toEqual(['test-model'])
  await portal.pool.query(`select pg_notify('portal_events', '{"type":"models-changed"}')`)
  await eventually(() => expect(listed(portal)).toEqual(['test-model', 'elsewhere']))
})

test('[LM5] what was changed while nothing was heard of it is offered once events arrive again', async () => {
  const portal = await aPortal()
  await portal.pool.query(insertModel, [elsewhere])
  await portal.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and query = 'listen portal_events'`,
  )
  await eventually(() => expect(listed(portal)).toEqual(['test-model', 'elsewhere']), 15_000)
})

test('[LM3] what cannot be read, and what names nobody, is left out and keeps nothing else from being offered', async () => {
  const portal = await aPortal()
  await portal.pool.query(insertModel, ['{"price": "free"}'])
  const dangling = JSON.stringify({ ...JSON.parse(elsewhere), targets: [{ provider: 'gone', model: 'm' }] })
  await portal.pool.query(insertModel.replace('elsewhere', 'dangling'), [dangling])
  await portal.pool.query(insertModel.replace('elsewhere', 'fine'), [elsewhere])
  const { database } = portal
  await portal.services.close({ graceMs: 0 })
  const next = await aPortal({ database })
  expect(listed(next)).toEqual(['test-model', 'fine'])
  const { body } = await (await anAdministrator(next)).get(modelsPath)
  expect(body.data.map(({ id, problem }: { id: string; problem: unknown }) => [id, problem])).toEqual([
    ['test-model', null],
    ['dangling', expect.stringMatching(/is not offered/)],
    ['fine', null],
  ])
})
