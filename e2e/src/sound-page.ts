import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { expectAccessible } from './accessibility.ts'

/** Both themes, and the widths of a desk and of a phone. */
export const views = [
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 390 },
] as const

/** Waits until nothing of the page is on its way: no placeholder, and nothing asked for. */
export async function untilLoaded(page: Page): Promise<void> {
  const waiting = page.locator('.mantine-Skeleton-root, .mantine-Loader-root')
  await expect.poll(() => waiting.count(), { timeout: 10_000 }).toBe(0)
  await page.waitForLoadState('networkidle')
}

/** Goes to a page, and fails on barriers and on whatever is wider than the screen. */
export async function expectSound(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await untilLoaded(page)
  await expectAccessible(page)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow, `${path} is wider than the screen`).toBeLessThanOrEqual(0)
}
