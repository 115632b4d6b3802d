/** The same JSON under another model's name, all else as it was spelled; null where the place is not certain. */
export function renamed(json: string, { from, to }: { from: unknown; to: string }): string | null {
  if (from === to) return json
  const field = `"model":${JSON.stringify(from)}`
  const at = json.indexOf(field)
  if (at < 0 || json.includes(field, at + 1)) return null
  return `${json.slice(0, at)}"model":${JSON.stringify(to)}${json.slice(at + field.length)}`
}
