import { withoutKeys } from '../log/index.ts'

const textMax = 500
const isSecret = /token|secret|password|hash|content|cookie|authorization/i

/** What a job carries, for other eyes: what may open something is left out, and long texts are cut. */
export const shownData = (data: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(data && typeof data === 'object' ? data : {}).map(([name, value]) => [
      name,
      isSecret.test(name) ? 'left out' : shownValue(value),
    ]),
  )

function shownValue(value: unknown): unknown {
  if (typeof value === 'string') return shownText(value)
  if (Array.isArray(value)) return value.slice(0, 20).map(shownValue)
  return value && typeof value === 'object' ? shownData(value) : value
}

/** What a job failed with, likewise: its message and no stack. */
export function shownError(output: unknown): string {
  const { message, value } = (output ?? {}) as { message?: unknown; value?: unknown }
  const said = message ?? value
  return typeof said === 'string' && said !== '' ? shownText(said) : 'It said no reason.'
}

const shownText = (text: string): string =>
  withoutKeys(text)
    .replaceAll(/([?&](?:token|code|state)=)[^&\s"]+/gi, '$1…')
    .replaceAll(/(\/\/[^/\s:@]+:)[^@/\s]+@/g, '$1…@')
    .slice(0, textMax)
