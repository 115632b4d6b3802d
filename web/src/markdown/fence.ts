/** Whether a fence of code has its end, or needs none: code that is indented. */
export function isClosedFence(raw: string): boolean {
  const [, fence] = /^ {0,3}(`{3,}|~{3,})/.exec(raw) ?? []
  if (!fence) return true
  const last = raw.trimEnd().split('\n').slice(1).at(-1)?.trim() ?? ''
  return last.length >= fence.length && last === (fence[0] ?? '').repeat(last.length)
}
