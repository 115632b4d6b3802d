import { withField } from './json-text.ts'

/** The same JSON under another model's name, all else as it was spelled; `path` leads to the name. */
export function renamed(
  json: string,
  { from, to, path = ['model'] }: { from: unknown; to: string; path?: readonly string[] },
): string {
  if (from === to) return json
  const key = '"model"'
  const field = `${key}:${JSON.stringify(from)}`
  const at = json.indexOf(key)
  // Most of a stream: the only one of that name is the one.
  const isOnly = json.startsWith(field, at) && !json.includes(key, at + key.length)
  if (at < 0 || !isOnly) return withField(json, path, to)
  return `${json.slice(0, at)}${key}:${JSON.stringify(to)}${json.slice(at + field.length)}`
}
