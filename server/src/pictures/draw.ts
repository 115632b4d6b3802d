import sharp, { type Metadata, type OutputInfo, type Sharp } from 'sharp'
import type { Picture, PictureAnswer, PictureTask } from './picture.ts'

// As many loaders as there are formats that are taken, and all of them from memory: no other decoder can be reached
// by a file, and a drawing that is not a file itself has nothing beside it to refer to.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Svg'].map((format) => `VipsForeignLoad${format}Buffer`),
})
sharp.concurrency(1)
sharp.cache(false)

const thumbnailPixelsMax = 320
/** Anthropic scales down what is longer (docs, "Vision", 2026); others' limits are higher. */
const modelPixelsMax = 1568
/** Their limit for a picture is 5 MiB in base64. */
const modelBytesMax = 3.75 * 1024 ** 2
const dotsPerInch = 72

/** Draws a picture anew for its use. Never throws. */
export async function draw(file: Buffer, { use, pixelsMax }: PictureTask): Promise<PictureAnswer> {
  try {
    const metadata = await sharp(file, { limitInputPixels: false }).metadata()
    const sideMax = use === 'thumbnail' ? thumbnailPixelsMax : modelPixelsMax
    if (metadata.format !== 'svg' && metadata.width * metadata.height > pixelsMax)
      return { failure: 'too_large' }
    const picture = sharp(file, {
      limitInputPixels: pixelsMax,
      // Cameras' and editors' small sins are warnings; half a picture is an error.
      failOn: 'error',
      density: densityFor(metadata, sideMax),
    })
      .autoOrient()
      .resize({ width: sideMax, height: sideMax, fit: 'inside', withoutEnlargement: true })
    return use === 'thumbnail' ? await thumbnailOf(picture) : await modelPictureOf(picture, metadata)
  } catch {
    return { failure: 'damaged' }
  }
}

/** A drawing has no pixels: it is drawn as large as it is wanted, however small or large it calls itself. */
function densityFor({ format, width, height }: Metadata, sideMax: number): number {
  if (format !== 'svg') return dotsPerInch
  return Math.min(Math.max((dotsPerInch * sideMax) / Math.max(width, height), 1), 100_000)
}

async function thumbnailOf(picture: Sharp): Promise<Picture> {
  return pictureFrom('image/webp', await picture.webp({ quality: 80 }).toBuffer({ resolveWithObject: true }))
}

/** PNG for what is drawn or see-through, JPEG for photographs, and for what would be too large otherwise. */
async function modelPictureOf(picture: Sharp, { format, hasAlpha }: Metadata): Promise<Picture> {
  if (hasAlpha || format === 'png' || format === 'gif' || format === 'svg') {
    const encoded = await picture.clone().png().toBuffer({ resolveWithObject: true })
    if (encoded.data.length <= modelBytesMax) return pictureFrom('image/png', encoded)
  }
  const photograph = picture.flatten({ background: 'white' }).jpeg({ quality: 85 })
  return pictureFrom('image/jpeg', await photograph.toBuffer({ resolveWithObject: true }))
}

const pictureFrom = (
  mediaType: Picture['mediaType'],
  { data, info }: { data: Buffer; info: OutputInfo },
) => ({
  mediaType,
  data,
  width: info.width,
  height: info.height,
})
