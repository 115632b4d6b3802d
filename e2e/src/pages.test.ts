// Every page, in both themes, wide and narrow: no barrier, no overflow, no error in the console, and a light first load.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectSoundInViews, javaScriptBytes, javaScriptBytesMax } from './sound-page.ts'
import { type Person, startWorld, type World } from './world.ts'

let world: World
let ada: Person
let newcomer: Person
beforeAll(async () => {
  world = await startWorld()
  ada = await world.aPerson()
  newcomer = await world.aPerson({ name: 'Grace Hopper' })
  const used = await ada.makeKey({ name: 'Production server', description: 'The shop' })
  await world.complete(used.key)
  await ada.makeKey({ name: 'A key with a rather long name that somebody wrote in a hurry', access: 'read' })
})
afterAll(() => world?.close())

const signedIn = [
  ...[
    '/',
    '/chat',
    '/keys',
    '/keys?create=1',
    '/usage',
    '/settings/profile',
    '/settings/security',
    '/settings/sessions',
  ],
  ...[
    '/settings/chat',
    '/settings/appearance',
    '/nowhere',
    '/docs',
    '/docs/api-keys',
    '/docs/function-calling',
  ],
]
const entrance = [
  ...[
    '/sign-in?next=/keys',
    '/sign-up',
    '/forgot-password',
    '/reset-password?token=x',
    '/verify-email?token=x',
  ],
  ...[
    '/set-up?token=x',
    '/share/none',
    '/docs',
    '/docs/getting-started',
    '/docs/configuration',
    '/docs/nothing',
  ],
]
/** What the console complained of; refused requests are the pages' own business. */
function watchConsole(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    const isRefusal = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !isRefusal) complaints.push(message.text())
  })
  return complaints
}

// Each looks at many pages.
const timeoutMs = 120_000

describe('in both themes, wide and narrow', { timeout: timeoutMs }, () => {
  test('[W-08] every page of somebody signed in is without barriers, overflow and errors', async () => {
    const page = await world.visitAs(ada)
    const complaints = watchConsole(page)
    for (const path of signedIn) await expectSoundInViews(page, path)
    expect(complaints).toEqual([])
  })

  test('[W-08] so is every page before signing in', async () => {
    const page = await world.visit()
    const complaints = watchConsole(page)
    for (const path of entrance) await expectSoundInViews(page, path)
    expect(complaints).toEqual([])
  })

  test('[W-08] and the list of keys while there are none', async () => {
    const page = await world.visitAs(newcomer)
    await expectSoundInViews(page, '/keys')
    await page.getByRole('heading', { name: 'No API keys yet' }).waitFor()
  })
})

describe('[W-09] the first load of', () => {
  test.each([
    ['/sign-in', 'Sign in'],
    ['/sign-up', 'Create your account'],
    ['/', 'Send your first completion'],
    ['/chat', 'New chat'],
    ['/keys', 'API keys'],
    ['/usage', 'Usage'],
    ['/settings/profile', 'Profile'],
    ['/settings/security', 'Two-factor sign-in'],
    ['/settings/chat', 'Shared links'],
    ['/settings/members', 'Invitations'],
    ['/settings/audit', 'Ada Lovelace'],
    ['/share/none', 'This link leads nowhere'],
    ['/docs', 'Help'],
    ['/docs/getting-started', 'Getting started'],
  ])('%s takes at most 200 KB of compressed JavaScript', async (path, heading) => {
    const isForVisitors = /^\/(sign|docs|share)/.test(path)
    const page = isForVisitors ? await world.visit() : await world.visitAs(ada)
    await page.goto(path)
    await page.getByRole('heading', { name: heading, exact: true }).waitFor()
    const bytes = await javaScriptBytes(page)
    expect(bytes).toBeGreaterThan(100_000)
    expect(bytes).toBeLessThanOrEqual(javaScriptBytesMax)
  })
})
