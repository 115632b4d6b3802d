import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { expectAccessible } from './accessibility.ts'

/** Both themes, and the widths of a desk and of a phone. */
export const views = [
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 390 },
] as const

/** Waits until nothing of the page is on its way: no placeholder, and nothing asked for. */
async function untilLoaded(page: Page): Promise<void> {
  const waiting = page.locator('.mantine-Skeleton-root, .mantine-Loader-root')
  await expect.poll(() => waiting.count()).toBe(0)
  await page.waitForLoadState('networkidle')
}

/** Goes to a page, and fails on barriers and on whatever is wider than the screen. */
export async function expectSound(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await untilLoaded(page)
  await expectSoundAsShown(page, path)
}

/** The same in both views: loaded in the one that the page is in, then changed to the other, in which it stays. */
export async function expectSoundInViews(page: Page, path: string): Promise<void> {
  await expectSound(page, path)
  await changeView(page)
  await untilLoaded(page)
  await expectSoundAsShown(page, path)
}

async function expectSoundAsShown(page: Page, path: string): Promise<void> {
  await expectAccessible(page)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow, `${path} is wider than the screen`).toBeLessThanOrEqual(0)
}

async function changeView(page: Page): Promise<void> {
  const before = page.viewportSize()
  const { theme, width } = views.find((view) => view.width !== before?.width) ?? views[0]
  await page.setViewportSize({ width, height: before?.height ?? 800 })
  await page.emulateMedia({ colorScheme: theme })
  await page.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor()
}

/** What the first load of a page may take of compressed JavaScript. */
export const javaScriptBytesMax = 200_000

/** The compressed JavaScript that a page has loaded, once it has. */
export async function javaScriptBytes(page: Page): Promise<number> {
  await untilLoaded(page)
  const sizes = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((entry) => entry instanceof PerformanceResourceTiming && entry.name.endsWith('.js'))
      .map((entry) => (entry as PerformanceResourceTiming).encodedBodySize),
  )
  expect(sizes.length).toBeGreaterThan(1)
  expect(Math.min(...sizes)).toBeGreaterThan(0)
  return sizes.reduce((sum, size) => sum + size)
}
