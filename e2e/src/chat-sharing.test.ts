// What goes with chats: links for others, files to keep, paper, and what somebody has beside their chats.
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { answer, ask, chats, enqueueAnswers, openAnsweredChat, openChat } from './chat-steps.ts'
import { expectSound, views } from './sound-page.ts'
import { type Person, startWorld, type World } from './world.ts'

let world: World
let ada: Person
beforeAll(async () => {
  world = await startWorld({ models: 'scripted' })
  ada = await world.aPerson({ name: 'Ada Lovelace' })
})
afterAll(() => world?.close())

const journey = { timeout: 90_000 }
const own = () => ({ origin: new URL(world.portal.url).origin })

/** Chooses from the menu beside a chat's title. */
async function choose(page: Page, action: string): Promise<void> {
  await page.getByRole('button', { name: 'Share, export or print' }).click()
  await page.getByRole('menuitem', { name: action }).click()
}

/** Makes a link to the chat in view; resolves to it. */
async function share(page: Page): Promise<string> {
  await choose(page, 'Share by a link…')
  await page.getByRole('button', { name: 'Make a link' }).click()
  await page.getByRole('button', { name: 'Copy the link', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Copied' }).waitFor()
  await page.mouse.move(5, 5)
  await page.getByRole('tooltip').waitFor({ state: 'detached' })
  return page.evaluate(() => navigator.clipboard.readText())
}

const attach = (page: Page, name: string, text: string) =>
  page
    .locator('input[type=file]')
    .setInputFiles([{ name, mimeType: 'text/plain', buffer: Buffer.from(text) }])

test(
  '[W-89] whoever has a link reads the snapshot and nothing of its owner, until it is revoked',
  journey,
  async () => {
    const page = await world.visitAs(ada)
    await openChat(world, page, 'For others')
    await attach(page, 'plan.txt', 'What is in the plan stays here.')
    enqueueAnswers(world, 'The **shared** answer.')
    await ask(page, 'What is the plan?')
    await answer(page).getByText('The shared answer.').waitFor({ timeout: 40_000 })
    const link = await share(page)
    expect(link).toMatch(/\/share\/[\w-]{24}$/)
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Share, export or print')
    enqueueAnswers(world, 'A later answer.')
    await ask(page, 'A later question')
    await answer(page).getByText('A later answer.').waitFor()

    const stranger = await world.visit()
    const said: Promise<string>[] = []
    stranger.on('response', (response) => {
      if (response.url().includes('/api/')) said.push(response.text().catch(() => ''))
    })
    const opened = await stranger.goto(link)
    expect(opened?.headers()['x-robots-tag']).toBe('noindex')
    await stranger.getByRole('heading', { level: 1, name: 'For others' }).waitFor()
    await stranger.locator('strong', { hasText: 'shared' }).waitFor()
    expect(await stranger.locator('meta[name=robots]').getAttribute('content')).toBe('noindex')
    await stranger.getByText('With plan.txt').waitFor()
    const told = [await stranger.content(), ...(await Promise.all(said))].join('\n')
    for (const secret of [
      'Ada',
      'Lovelace',
      ada.email,
      'A later',
      'stays here',
      'usr_',
      'org_',
      'cht_',
      'fil_',
    ]) {
      expect(told).not.toContain(secret)
    }

    await choose(page, 'Share by a link…')
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke the link to For others' }).click()
    await page.getByRole('button', { name: 'Make a link' }).waitFor()
    await stranger.reload()
    await stranger.getByRole('heading', { level: 1, name: 'This link leads nowhere' }).waitFor()
    await expectAccessible(stranger)
  },
)

test('[W-90] a chat is exported as Markdown and as JSON', journey, async () => {
  const page = await world.visitAs(ada)
  await openAnsweredChat(world, page, 'To keep: a/b')
  enqueueAnswers(world, 'The second answer.')
  await page.getByRole('button', { name: 'Answer again' }).click()
  await answer(page).getByText('The second answer.').waitFor()
  const exported = async (action: string) => {
    const download = page.waitForEvent('download')
    await choose(page, action)
    const file = await download
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') }
  }
  const markdown = await exported('Export as Markdown')
  expect(markdown.name).toBe('To keep a b.md')
  expect(markdown.text).toMatch(
    /^# To keep: a\/b\n\n## You, .*\n\nThe first question\n\n## Assistant \(.*\n\nThe second answer\.\n$/,
  )
  const json = await exported('Export as JSON')
  expect(json.name).toBe('To keep a b.json')
  const { session, messages } = JSON.parse(json.text)
  expect(session.title).toBe('To keep: a/b')
  expect(messages.map(({ content }: { content: string }) => content)).toEqual([
    'The first question',
    'The **first** answer.',
    'The second answer.',
  ])
})

test('[W-90] paper is light and has the chat alone, with all of its code', journey, async () => {
  const page = await world.visitAs(ada, { theme: 'dark' })
  const id = await openChat(world, page, 'On paper')
  const lines = Array.from({ length: 45 }, (_, line) => `const line${line} = ${line}`)
  enqueueAnswers(world, `Long code:\n\n\`\`\`ts\n${lines.join('\n')}\n\`\`\``)
  await ask(page, 'Write long code')
  await answer(page).getByText('line44').waitFor()
  const popup = page.waitForEvent('popup')
  await choose(page, 'Print')
  const paper = await popup
  await paper.getByText('line44').waitFor()
  expect(await paper.getByRole('button', { name: /^Show/ }).count()).toBe(0)
  expect(paper.url()).toContain(`/chat/${id}/print`)
  await expectAccessible(paper)
  const scheme = () => paper.evaluate(() => document.documentElement.dataset.mantineColorScheme)
  expect(await scheme()).toBe('dark')
  const printed = paper.evaluate(
    () =>
      new Promise((resolve) => {
        addEventListener('beforeprint', () => resolve(document.documentElement.dataset.mantineColorScheme))
      }),
  )
  await paper.emulateMedia({ media: 'print' })
  await paper.pdf()
  expect(await printed).toBe('light')
  await expect.poll(scheme).toBe('dark')
  await paper.getByText('line44').waitFor()
  expect(await paper.getByRole('navigation').count()).toBe(0)
  expect(await paper.getByRole('banner').count()).toBe(0)
  expect(await paper.getByRole('button').count()).toBe(0)
  const stranger = await world.visit()
  await stranger.goto(`/chat/${id}/print`)
  await stranger.waitForURL(/\/sign-in\?next=/)
})

test('[W-91] instructions for all chats are told with the next question', journey, async () => {
  const page = await world.visitAs(await world.aPerson())
  await page.goto('/settings/chat')
  const field = page.getByRole('textbox', { name: 'Instructions for all chats' })
  const save = page.getByRole('button', { name: 'Save' })
  await field.waitFor()
  expect(await save.isDisabled()).toBe(true)
  await field.fill('Always answer in rhymes.')
  await save.click()
  await page.getByText('Your instructions are saved.').waitFor()
  expect(await save.isDisabled()).toBe(true)
  await openAnsweredChat(world, page, 'Rhymes')
  expect(JSON.stringify(world.portal.upstream.requests.at(-1)?.body)).toContain('Always answer in rhymes.')
  await page.goto('/settings/chat')
  await field.waitFor()
  await expect.poll(() => field.inputValue()).toBe('Always answer in rhymes.')
})

test(
  '[W-92] undoing a deletion brings the link and the files back; deleted for good they are gone',
  journey,
  async () => {
    const page = await world.visitAs(await world.aPerson({ plan: 'free' }))
    const id = await openChat(world, page, 'To the trash')
    await attach(page, 'kept.txt', 'words '.repeat(200))
    enqueueAnswers(world, 'Read.')
    await ask(page, 'Read it')
    await answer(page).getByText('Read.').waitFor({ timeout: 40_000 })
    const link = await share(page)
    await page.keyboard.press('Escape')
    const stranger = await world.visit()
    const remove = async () => {
      await page.getByRole('button', { name: 'Actions for To the trash' }).click()
      await page.getByRole('menuitem', { name: 'Delete', exact: true }).click()
      await page.waitForURL('**/chat')
    }
    await remove()
    await page.getByText('“To the trash” is deleted.').waitFor()
    await stranger.goto(link)
    await stranger.getByRole('heading', { name: 'This link leads nowhere' }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await chats(page).getByRole('link', { name: 'To the trash' }).click()
    await page.getByRole('link', { name: /kept\.txt/ }).waitFor()
    await stranger.reload()
    await stranger.getByRole('heading', { name: 'To the trash' }).waitFor()
    await remove()
    const purged = await page.request.delete(`/api/chat/sessions/${id}?purge=true`, { headers: own() })
    expect(purged.status()).toBe(200)
    await stranger.reload()
    await stranger.getByRole('heading', { name: 'This link leads nowhere' }).waitFor()
    await page.goto('/settings/chat')
    await page.getByText('Your organisation stores 0 bytes of 1 GB.').waitFor()
    await page.getByText('You have none.', { exact: true }).waitFor()
    expect((await page.request.get(`/api/chat/sessions/${id}`)).status()).toBe(404)
  },
)

describe.each(views)('in the $theme theme, $width pixels wide', (view) => {
  test('[W-08] links, settings and shared chats have no barrier', journey, async () => {
    const page = await world.visitAs(await world.aPerson({ plan: 'free' }), { ...view, height: 844 })
    await openAnsweredChat(world, page, 'Seen by others')
    await page.request.post('/api/files/upload', {
      multipart: {
        file: { name: `${'long-name-'.repeat(12)}.txt`, mimeType: 'text/plain', buffer: Buffer.from('x') },
      },
      headers: own(),
    })
    const { pathname } = new URL(await share(page))
    await expectAccessible(page)
    const id = new URL(page.url()).pathname
    await expectSound(page, `${id}/print`)
    await expectSound(page, '/settings/chat')
    await page.getByRole('button', { name: /^Delete long-name/ }).click()
    await page.getByRole('button', { name: 'Delete for good' }).waitFor()
    await expectAccessible(page)
    const stranger = await world.visit({ ...view, height: 844 })
    await expectSound(stranger, pathname)
  })
})

test(
  '[W-91] [W-89] links and files are listed; one is revoked, another found and deleted, and there are more',
  journey,
  async () => {
    const page = await world.visitAs(await world.aPerson({ plan: 'free' }))
    await openAnsweredChat(world, page, 'Listed')
    const link = await share(page)
    const file = { name: 'note 1.txt', mimeType: 'text/plain', buffer: Buffer.from('x'.repeat(1024)) }
    const answer = await page.request.post('/api/files/upload', { multipart: { file }, headers: own() })
    // As if the others had been uploaded and read too.
    await world.portal.pool.query(
      `insert into files (id, organisation_id, user_id, name, media_type, kind, bytes, for_messages, status, created_at)
       select 'fil_' || lpad(n::text, 26, '0'), organisation_id, user_id, 'note ' || n || '.txt', media_type, kind, bytes,
         false, 'ready', created_at
       from files, generate_series(2, 52) n where id = $1`,
      [(await answer.json()).id],
    )
    await page.goto('/settings/chat')
    await page.getByText('Your organisation stores 52 KB of 1 GB.').waitFor()
    await page.getByRole('progressbar', { name: 'Storage in use' }).waitFor()
    const files = page.getByRole('table', { name: 'Files' }).getByRole('row')
    expect(await files.count()).toBe(51)
    await page.getByRole('button', { name: 'Show more' }).click()
    await expect.poll(() => files.count()).toBe(53)
    await page.getByRole('textbox', { name: 'Find a file' }).fill('note 17')
    await expect.poll(() => files.count()).toBe(2)
    await page.getByRole('button', { name: 'Delete note 17.txt' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Delete note 17.txt' }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    await page.getByText('No file has that in its name.').waitFor()
    await page.getByText('Your organisation stores 51 KB of 1 GB.').waitFor()
    await page.getByRole('button', { name: 'Revoke the link to Listed' }).click()
    await page.getByText('You have none. The button beside a chat’s title makes one.').waitFor()
    const { pathname } = new URL(link)
    expect((await page.request.get(pathname.replace('/share', '/api/shared'))).status()).toBe(404)
  },
)
