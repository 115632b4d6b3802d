// Finds the colours of code, beside the page: grammars of this kind may take their time.
import {
  codeToTokensWithThemes,
  createShikiPrimitiveAsync,
  type ThemedTokenWithVariants,
} from '@shikijs/core'
import { createJavaScriptRegexEngine } from '@shikijs/engine-javascript'
import dark from '@shikijs/themes/dark-plus'
import light from '@shikijs/themes/light-plus'
import type { ColourAnswer, ColourQuestion, Colours, PieceStyle } from './colour-messages.ts'

const shiki = createShikiPrimitiveAsync({
  themes: [dark, light],
  langs: [],
  // A pattern that this engine cannot read leaves its part plain.
  engine: createJavaScriptRegexEngine({ forgiving: true }),
})

// These are too faint on our surfaces for AA.
const colorReplacements = {
  'light-plus': { '#d16969': '#b52f2f' },
  'dark-plus': { '#000080': '#7f9be8', '#646695': '#9596c4', '#808080': '#8a948f' },
}

addEventListener('message', async ({ data }: MessageEvent<ColourQuestion>) => {
  const answer = (colours: Colours | null) => postMessage({ id: data.id, colours } satisfies ColourAnswer)
  try {
    answer(await coloursOf(data))
  } catch {
    answer(null)
  }
})

async function coloursOf({ language, text, grammars }: ColourQuestion): Promise<Colours> {
  const primitive = await shiki
  if (grammars) primitive.loadLanguageSync(grammars)
  const lines = codeToTokensWithThemes(primitive, text, {
    ...{ lang: language, themes: { light: 'light-plus', dark: 'dark-plus' }, colorReplacements },
    tokenizeMaxLineLength: 5000,
    // The first line waits for its patterns to be compiled: cut off after the usual half second it would be miscoloured.
    tokenizeTimeLimit: 0,
  })
  return withPalette(lines)
}

/** Each way to look once, and the pieces of each line by its number. */
function withPalette(lines: ThemedTokenWithVariants[][]): Colours {
  const numbers = new Map<string, number>()
  const styles: PieceStyle[] = []
  const numberOf = (token: ThemedTokenWithVariants): number => {
    const style = styleOf(token)
    const name = JSON.stringify(style)
    const number = numbers.get(name) ?? styles.push(style) - 1
    numbers.set(name, number)
    return number
  }
  return {
    lines: lines.map((tokens) => tokens.map((token) => [token.content, numberOf(token)])),
    styles,
  }
}

// As in vscode-textmate: italic, bold, underline.
const [italic, bold, underline] = [1, 2, 4]

function styleOf({ variants }: ThemedTokenWithVariants): PieceStyle {
  const kind = variants.dark?.fontStyle ?? 0
  return {
    '--light': variants.light?.color ?? 'inherit',
    '--dark': variants.dark?.color ?? 'inherit',
    ...(kind & italic && { fontStyle: 'italic' }),
    ...(kind & bold && { fontWeight: 600 }),
    ...(kind & underline && { textDecoration: 'underline' }),
  }
}
