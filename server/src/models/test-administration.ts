// A portal with an administrator, and upstreams behind it that nobody has told it of.
import { startUpstream } from '@portal/sandbox'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import {
  type Browser,
  openBrowser,
  type Portal,
  startPortal,
  startTestCluster,
  type TestCluster,
} from '../test/index.ts'

type Upstream = Awaited<ReturnType<typeof startUpstream>>

export const password = 'SecureP@ssw0rd!'
export const providersPath = '/api/admin/providers'
export const modelsPath = '/api/admin/models'

/** The least of a model that two providers may serve. */
export const aModel = (settings: { id: string; targets: object[] } & Record<string, unknown>) => ({
  price: { inputMicrousdPerMillion: 1_000_000, outputMicrousdPerMillion: 2_000_000 },
  ...settings,
})

/** Starts it for the tests of a file: with `test-model` in a file, unless told otherwise. */
export function useAdministration(options: Pick<Parameters<typeof startPortal>[0], 'models'> = {}) {
  let cluster: TestCluster
  let portal: Portal
  let admin: Browser
  let adminId: string
  const upstreams: Upstream[] = []
  const signedIn = async (role: 'admin' | 'user') => {
    const email = `${role}${Math.random().toString(36).slice(2)}@example.com`
    const { user } = await portal.services.accounts.createUser({
      email,
      password,
      verified: true,
      role,
      plan: 'enterprise',
    })
    const browser = openBrowser(portal)
    await browser.post('/api/auth/sign-in/email', { email, password })
    return { browser, id: user.id }
  }
  beforeAll(async () => {
    cluster = await startTestCluster()
    portal = await startPortal({ cluster, ...options })
    for (const apiKey of ['sk-key-of-the-first-one', 'sk-key-of-the-second-one']) {
      upstreams.push(
        await startUpstream({ apiKey, unknownFields: 'accept', models: ['small', 'large', 'o3-mini'] }),
      )
    }
    const somebody = await signedIn('admin')
    admin = somebody.browser
    adminId = somebody.id
  })
  afterAll(async () => {
    await Promise.all(upstreams.map((upstream) => upstream.close()))
    await portal?.close()
    await cluster?.stop()
  })
  beforeEach(async () => {
    for (const upstream of upstreams) upstream.reset()
    await forgetAll()
  })

  const forgetAll = async () => {
    for (const { id, version } of (await admin.get(modelsPath)).body.data) {
      await admin.send('DELETE', `${modelsPath}/${encodeURIComponent(id)}?version=${version}`)
    }
    for (const { name, version } of (await admin.get(providersPath)).body.data) {
      await admin.send('DELETE', `${providersPath}/${name}?version=${version}`)
    }
  }
  const upstream = (at: 0 | 1): Upstream => {
    const found = upstreams[at]
    if (!found) throw new Error('It is not started yet.')
    return found
  }
  /** Adds one of the two upstreams as a provider, under the name `first` or `second` with `live-` before it. */
  const addProvider = async (at: 0 | 1, settings: object = {}) => {
    const ordinal = at === 0 ? 'first' : 'second'
    const body = {
      ...{ name: `live-${ordinal}`, kind: 'openai', baseUrl: upstream(at).url },
      ...{ apiKey: `sk-key-of-the-${ordinal}-one`, ...settings },
    }
    return admin.post(providersPath, body)
  }
  /** Adds a model that `live-first` serves as `small`. */
  const addModel = (id: string, settings: object = {}) =>
    admin.post(modelsPath, aModel({ id, targets: [{ provider: 'live-first', model: 'small' }], ...settings }))
  return {
    portal: () => portal,
    cluster: () => cluster,
    admin: () => admin,
    adminId: () => adminId,
    signedIn,
    upstream,
    addProvider,
    addModel,
    providerNamed: async (name: string) =>
      (await admin.get(providersPath)).body.data.find((each: { name: string }) => each.name === name),
    modelOf: async (id: string) =>
      (await admin.get(modelsPath)).body.data.find((each: { id: string }) => each.id === id),
    setState: async (name: string, state: string) => {
      const { data } = (await admin.get(providersPath)).body
      const { version } = data.find((each: { name: string }) => each.name === name)
      return admin.post(`${providersPath}/${name}/state`, { state, version })
    },
    change: async (id: string, changes: object) => {
      const { data } = (await admin.get(modelsPath)).body
      const model = data.find((each: { id: string }) => each.id === id)
      return admin.send('PUT', `${modelsPath}/${encodeURIComponent(id)}`, {
        body: { ...asBody(model), ...changes },
      })
    },
  }
}

type Shown = Record<string, unknown> & { targets: Record<string, unknown>[] }

/** What of a model as it is shown goes back when it is changed. */
export function asBody(model: Shown): Record<string, unknown> {
  const { id: _, source: __, isChanged: ___, problem: ____, updatedAt: _____, targets, ...rest } = model
  return { ...rest, targets: targets.map(({ provider, model, weight }) => ({ provider, model, weight })) }
}
