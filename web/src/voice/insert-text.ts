/** Puts words where the caret of a field is, with spaces to what stands beside them; the field hears of it as of typing. */
export function insertText(field: HTMLTextAreaElement, words: string): void {
  const { value, selectionStart: from, selectionEnd: to } = field
  field.setRangeText(spaced(words, { before: value.slice(0, from), after: value.slice(to) }), from, to, 'end')
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText', data: words }))
}

/** Words with the spaces that they need between others. */
export function spaced(words: string, { before, after }: { before: string; after: string }): string {
  const needsBefore = /\S$/.test(before)
  const needsAfter = /^[\p{L}\p{N}]/u.test(after)
  return `${needsBefore ? ' ' : ''}${words}${needsAfter ? ' ' : ''}`
}
