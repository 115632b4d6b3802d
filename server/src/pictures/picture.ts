/** A picture as it may be shown or sent: upright, without what its camera wrote into it, its first frame alone. */
export type Picture = {
  mediaType: 'image/jpeg' | 'image/png' | 'image/webp'
  data: Buffer
  width: number
  height: number
}

/** Why there is none: it is no picture of a known format, it has too many pixels, or it took too long. */
export type PictureFailure = 'damaged' | 'too_large' | 'took_too_long'

/** What the process that draws is asked. */
export type PictureTask = { use: 'thumbnail' | 'model'; pixelsMax: number }
/** What it answers. */
export type PictureAnswer = Picture | { failure: PictureFailure }
