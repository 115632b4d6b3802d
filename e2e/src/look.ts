// How a part of a page looks in both themes, on a desk and on a phone, beside pictures that somebody looked at.
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { differenceFrom, differences, keepPicture } from './picture.ts'
import { untilStill } from './still-page.ts'

// biome-ignore lint/style/noProcessEnv: `npm run looks -w e2e` sets it
const isTakenAnew = process.env.TAKE_LOOKS === '1'

const views = (['light', 'dark'] as const).flatMap((theme) => [1280, 390].map((width) => ({ theme, width })))
/** High enough that nothing which is looked at scrolls, or has something before it. */
const height = 1100
/** What is seen around a part: what stands out of it, as the ring around what has the focus. */
const marginPx = 8

/** The pictures that this run asked for. */
export const askedFor = new Set<string>()

/** Fails where a part of a page does not look like its pictures; `npm run looks -w e2e` takes them anew instead. */
export async function expectLooks(part: Locator, what: string): Promise<void> {
  const page = part.page()
  for (const { theme, width } of views) {
    const name = `${what}-${theme}-${width}`
    askedFor.add(`${name}.png`)
    await page.emulateMedia({ colorScheme: theme })
    await page.setViewportSize({ width, height })
    await untilStill(page)
    const taken = await restingPicture(page, part)
    if (isTakenAnew) keepPicture(name, taken)
    else expect.soft(differenceFrom(name, taken), `${name} differs: see ${differences}`).toBeNull()
  }
}

/** A picture of a part once it has come to rest: two in a row are the same. */
async function restingPicture(page: Page, part: Locator): Promise<Buffer> {
  let picture: Buffer = Buffer.alloc(0)
  await expect
    .poll(
      async () => {
        const before = picture
        const clip = await clipOf(part)
        picture = await page.screenshot({ animations: 'disabled', caret: 'hide', scale: 'css', clip })
        return picture.equals(before)
      },
      { interval: 20 },
    )
    .toBe(true)
  return picture
}

const clipOf = (part: Locator) =>
  part.evaluate((at, margin) => {
    const box = at.getBoundingClientRect()
    const [x, y] = [Math.max(0, box.x - margin), Math.max(0, box.y - margin)]
    const right = Math.min(innerWidth, box.right + margin)
    const bottom = Math.min(innerHeight, box.bottom + margin)
    return { x, y, width: right - x, height: bottom - y }
  }, marginPx)
