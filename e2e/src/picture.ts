// Pictures on disk: kept small, and compared with others.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pixelmatch from 'pixelmatch'
import { PNG } from 'pngjs'

/** Where the pictures are. */
export const folder = fileURLToPath(new URL('../looks/', import.meta.url))

/** What a run saw instead of them, and where that differs; not committed. */
export const differences = `${folder}differences/`

/** How far a side may differ, in pixels: a line of text is higher. */
const sidePxMax = 3
/** From which difference on, of 1, a pixel counts, and of how many in 100 that is too many. */
const threshold = 0.02
const shareMax = 2

/** Keeps a picture for later runs. Colours are rounded by no more than 3 of 255, which halves the file. */
export function keepPicture(name: string, taken: Buffer): void {
  const picture = PNG.sync.read(taken)
  picture.data.forEach((value, i) => {
    if (i % 4 !== 3) picture.data[i] = Math.min(255, Math.round(value / 6) * 6)
  })
  const form = { colorType: 2, deflateLevel: 9, deflateStrategy: 0, filterType: 0 } as const
  writeFileSync(`${folder}${name}.png`, PNG.sync.write(picture, form))
}

/** How a picture differs from the one that is kept, or `null`; what differs is written to `differences`. */
export function differenceFrom(name: string, taken: Buffer): string | null {
  const seen = `${differences}${name}.png`
  const marked = `${differences}${name}.marked.png`
  for (const file of [seen, marked]) rmSync(file, { force: true })
  const kept = readKept(name)
  if (!kept) return 'there is none'
  const { share, sidePx, picture } = compare(kept, PNG.sync.read(taken))
  if (share <= shareMax && sidePx <= sidePxMax) return null
  mkdirSync(differences, { recursive: true })
  writeFileSync(seen, taken)
  writeFileSync(marked, PNG.sync.write(picture))
  return `${share.toFixed(2)} % of the pixels, ${sidePx} px in size`
}

function readKept(name: string): PNG | null {
  const file = `${folder}${name}.png`
  return existsSync(file) ? PNG.sync.read(readFileSync(file)) : null
}

/** Compares what both pictures have, from the upper left corner on; `picture` marks what differs. */
function compare(kept: PNG, taken: PNG) {
  const width = Math.min(kept.width, taken.width)
  const height = Math.min(kept.height, taken.height)
  const cut = (whole: PNG): Buffer => {
    const part = new PNG({ width, height })
    PNG.bitblt(whole, part, 0, 0, width, height, 0, 0)
    return part.data
  }
  const picture = new PNG({ width, height })
  const differing = pixelmatch(cut(kept), cut(taken), picture.data, width, height, { threshold })
  return {
    share: (differing / (width * height)) * 100,
    sidePx: Math.max(Math.abs(kept.width - taken.width), Math.abs(kept.height - taken.height)),
    picture,
  }
}
