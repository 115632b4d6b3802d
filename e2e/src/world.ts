// A portal with people in it, and a browser in front of it.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CreateKeyBody, mailboxEndpoints, type OrganisationId, type UserId } from '@portal/contract'
import { eventually, type Portal, startPortal, startTestCluster, type TestCluster } from '@portal/server/test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { startBrowser } from './browser.ts'

/** Somebody with an account, and a confirmed address. */
export type Person = {
  userId: UserId
  organisationId: OrganisationId
  email: string
  name: string
  password: string
  makeKey: MakeKey
}
type MakeKey = (settings: { name: string } & Record<string, unknown>) => Promise<{ id: string; key: string }>

/** How a page is seen; `isByName` goes to the portal's name instead of its address. */
export type View = { theme?: 'light' | 'dark'; width?: number; height?: number; isByName?: boolean }

const demoModel = 'Waymore-A1-Instruct-1011'
const password = 'Correct-horse-7-battery'
const buildWeb = fileURLToPath(new URL('../../scripts/build-web.ts', import.meta.url))

type WorldOptions = {
  /** `scripted` answers as `portal.upstream` is told to, as do those listed; `demo` is the demo model. */
  models?: 'scripted' | Parameters<typeof startPortal>[0]['models']
  /** More environment for the portal. */
  env?: Record<string, string>
  browser?: Parameters<typeof startBrowser>[0]
}

/** Everything a journey needs; `close` ends all of it. */
export async function startWorld({ models = 'demo', env = {}, browser: options }: WorldOptions = {}) {
  execFileSync(process.execPath, [buildWeb], { stdio: 'inherit' })
  const cluster: TestCluster = await startTestCluster()
  const portal = await startPortal({ cluster, env, ...(models !== 'scripted' && { models }) })
  const browser = await startBrowser(options)
  return {
    portal,
    aPerson: (settings: { name?: string; plan?: 'free' | 'pro' | 'enterprise' } = {}) =>
      aPerson(portal, settings),
    /** A page of a new visitor. */
    visit: (view: View = {}) => visit(browser, portal, view),
    /** A page of somebody who is signed in. */
    async visitAs(person: Person, view: View = {}) {
      const page = await visit(browser, portal, view)
      await signIn(page.context(), portal, person)
      return page
    },
    /** Waits for so many mails to somebody with a link to this page; resolves to the newest one's path and query. */
    linkMailedTo: (email: string, path: string, mails = 1) =>
      eventually(async () => {
        const answer = await fetch(`${portal.url}/dev/mailbox?to=${encodeURIComponent(email)}`, {
          headers: { accept: 'application/json' },
        })
        const { data } = mailboxEndpoints.read.output.parse(await answer.json())
        const found = data.flatMap(({ links }) => links).filter((link) => new URL(link).pathname === path)
        const [newest] = found
        if (!newest || found.length < mails) throw new Error(`Too few mails to ${email} lead to ${path}.`)
        return newest.slice(new URL(newest).origin.length)
      }),
    /** Sends a completion with a key; resolves to the status. */
    async complete(key: string): Promise<number> {
      const messages = [{ role: 'user', content: 'Hello' }]
      const answer = await portal.post({ key, body: { model: demoModel, messages } })
      await answer.arrayBuffer()
      return answer.status
    },
    async close() {
      await browser.close()
      await portal.close()
      await cluster.stop()
    },
  }
}

export type World = Awaited<ReturnType<typeof startWorld>>

let people = 0

async function aPerson(
  { services }: Portal,
  { name = 'Ada Lovelace', plan = 'enterprise' }: { name?: string; plan?: 'free' | 'pro' | 'enterprise' },
): Promise<Person> {
  const email = `ada${++people}@example.com`
  const { user, organisation } = await services.accounts.createUser({
    ...{ email, name, password, plan },
    verified: true,
  })
  const entitlements = await services.accounts.entitlementsOf(organisation.id)
  const principal = {
    userId: user.id,
    organisationId: organisation.id,
    entitlements,
    key: null,
    person: null,
  }
  const makeKey: MakeKey = (settings) => services.keys.createKey(principal, CreateKeyBody.parse(settings))
  return { userId: user.id, organisationId: organisation.id, email, name, password, makeKey }
}

async function visit(browser: Browser, { url }: Portal, view: View): Promise<Page> {
  const { theme = 'light', width = 1280, height = 800, isByName = false } = view
  const context = await browser.newContext({
    baseURL: isByName ? url.replace('127.0.0.1', 'localhost') : url,
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  context.setDefaultTimeout(20_000)
  closeAfterwards(context)
  return context.newPage()
}

/** A page that nobody looks at any more goes on working: it slows down the others. */
function closeAfterwards(context: BrowserContext): void {
  try {
    onTestFinished(() => context.close())
  } catch {
    // Opened for all tests of a file: it closes with the browser.
  }
}

async function signIn(context: BrowserContext, { url }: Portal, { email, password: secret }: Person) {
  const answer = await context.request.post('/api/auth/sign-in/email', {
    data: { email, password: secret },
    headers: { origin: url },
  })
  if (!answer.ok()) throw new Error(`Signing in failed: ${await answer.text()}`)
}
