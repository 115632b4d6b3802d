import { estimateTextTokens } from '../../tokens/index.ts'

// What a picture costs is the model's business; this is the middle of what vendors publish.
const tokensPerImage = 1000
// Rules of thumb: a page of text is 1,500 to 3,000 tokens and some 40 KB of PDF, and no document is less than a picture.
const bytesPerDocumentToken = 20
const tokensPerDocumentMin = 1000

/**
 * What of a request is no text as it stands: how many are to be looked at, the characters of the body that all of it
 * takes, what looking may cost, and the texts that were found in it.
 */
export type Media = { count: number; characters: number; tokens: number; texts: string[] }

export const noMedia = (): Media => ({ count: 0, characters: 0, tokens: 0, texts: [] })

/** Adds data of a type, given in base64. */
export function addData(media: Media, { mediaType, base64 }: { mediaType: string; base64: string }): void {
  if (mediaType === 'text/plain') {
    media.texts.push(Buffer.from(base64, 'base64').toString('utf8'))
    return
  }
  media.count += 1
  media.tokens += /^(image|video|audio)\//.test(mediaType) ? tokensPerImage : documentTokens(base64)
}

const documentTokens = (base64: string): number =>
  Math.max(tokensPerDocumentMin, Math.ceil((base64.length * 0.75) / bytesPerDocumentToken))

/** What a request is let in with; see ChatRequest. */
export function sizesOf(body: string, { characters, tokens, texts }: Media) {
  const sum = (sizes: number[]) => sizes.reduce((a, b) => a + b, 0)
  const textBytes = Buffer.byteLength(body) - characters + sum(texts.map((text) => Buffer.byteLength(text)))
  const textCharacters = body.length - characters + sum(texts.map(({ length }) => length))
  return {
    textBytes,
    imageTokens: tokens,
    inputTokensEstimate: tokens + estimateTextTokens(textCharacters, textBytes),
  }
}
