// A page that looks the same on every machine: its letters, its clock and its place are the test's own.
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const fonts = {
  sans: import.meta.resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'),
  mono: import.meta.resolve(
    '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2',
  ),
}

const css = `
  @font-face { font-family: "looks-sans"; src: url("/looks/sans.woff2"); font-weight: 100 900 }
  @font-face { font-family: "looks-mono"; src: url("/looks/mono.woff2"); font-weight: 100 800 }
  :root {
    --mantine-font-family: "looks-sans" !important;
    --mantine-font-family-headings: "looks-sans" !important;
    --mantine-font-family-monospace: "looks-mono" !important;
  }`

/** What the browser does so that letters are drawn alike, whatever the system would like. */
export const stillSwitches = [
  '--font-render-hinting=none',
  '--disable-lcd-text',
  '--force-color-profile=srgb',
  '--force-device-scale-factor=1',
]

/** Gives a page fonts of its own and a clock that stands, for whatever it shows from now on. */
export async function makeStill(page: Page): Promise<void> {
  await page.clock.setFixedTime('2026-01-15T12:00:00Z')
  for (const [name, file] of Object.entries(fonts)) {
    const path = fileURLToPath(file)
    await page.route(`**/looks/${name}.woff2`, (route) => route.fulfill({ path, contentType: 'font/woff2' }))
  }
  // A sheet that a script makes is no inline style, which the page's policy would refuse.
  await page.addInitScript((text) => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(text)
    document.adoptedStyleSheets = [sheet]
  }, css)
}

/** Resolves once a page has its letters, also those of formulas, and nothing is under the pointer. @throws Error where a font did not come */
export async function untilStill(page: Page): Promise<void> {
  await page.mouse.move(0, 0)
  await page.evaluate(async (names) => {
    await Promise.all(names.map((name) => document.fonts.load(`1rem looks-${name}`)))
    await document.fonts.ready
  }, Object.keys(fonts))
}
