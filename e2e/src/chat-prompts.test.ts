// Prompts that somebody keeps, and what a slash offers.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { answer, enqueueAnswers, field, openChat } from './chat-steps.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ models: 'scripted' })
})
afterAll(() => world?.close())

const options = (page: Page) =>
  page.getByRole('listbox', { name: 'Prompts and commands' }).getByRole('option')

const journey = { timeout: 90_000 }

test(
  '[W-100] a prompt is kept, found behind a slash by the keyboard alone, filled in and sent',
  journey,
  async () => {
    const page = await world.visitAs(await world.aPerson())
    await page.goto('/settings/chat')
    await page.getByRole('button', { name: 'Add a prompt' }).click()
    const dialog = page.getByRole('dialog', { name: 'A new prompt' })
    await dialog.getByLabel('Name').fill('summary')
    await dialog.getByLabel('Text').fill('Sum up {{what}} in one line.')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('table', { name: 'Prompts' }).getByText('/summary').waitFor()
    await page.getByRole('button', { name: 'Add a prompt' }).click()
    await dialog.getByLabel('Name').fill('summary')
    await dialog.getByLabel('Text').fill('x')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('You have a prompt named “summary”.').waitFor()
    await page.keyboard.press('Escape')

    await openChat(world, page, 'Slash')
    await field(page).pressSequentially('/')
    const option = options(page)
    await options(page).filter({ hasText: 'summary' }).waitFor()
    expect(await option.count()).toBe(3)
    await expectAccessible(page)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await field(page).pressSequentially('su')
    expect(await option.count()).toBe(1)
    expect(await field(page).getAttribute('aria-activedescendant')).toBe(await option.getAttribute('id'))
    await page.keyboard.press('Enter')
    expect(await field(page).inputValue()).toBe('Sum up {{what}} in one line.')
    await page.keyboard.type('the news')
    expect(await field(page).inputValue()).toBe('Sum up the news in one line.')
    enqueueAnswers(world, 'Nothing happened.')
    await page.keyboard.press('Enter')
    await answer(page).getByText('Nothing happened.').waitFor()
  },
)

test(
  '[W-100] Escape closes the menu and keeps the text; a slash within words opens none',
  journey,
  async () => {
    const page = await world.visitAs(await world.aPerson())
    await openChat(world, page, 'Escape')
    await field(page).pressSequentially('/new')
    await options(page).waitFor()
    await page.keyboard.press('Escape')
    expect(await options(page).count()).toBe(0)
    expect(await field(page).inputValue()).toBe('/new')
    await field(page).fill('either/or')
    expect(await options(page).count()).toBe(0)
    await field(page).fill('')
    await field(page).pressSequentially('/new')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/chat$/)
  },
)
