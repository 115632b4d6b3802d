import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { UsageError } from './options.ts'
import { readPassword } from './read-password.ts'

/** A stdin on which a text arrives, and what is shown meanwhile. */
function aTerminal(typed: string, isTTY: boolean) {
  const shown: string[] = []
  const modes: boolean[] = []
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: (on: boolean) => modes.push(on) })
  input.end(typed)
  return { terminal: { input, prompt: (text: string) => void shown.push(text) }, shown, modes }
}

describe('from a pipe', () => {
  test.each(['a pass phrase', 'a pass phrase\n', 'a pass phrase\r\nmore\n'])(
    'the first line is the password: %j',
    async (text) => {
      const { terminal, shown } = aTerminal(text, false)
      expect(await readPassword(terminal)).toBe('a pass phrase')
      expect(shown).toEqual([])
    },
  )

  test.each(['', '\n', '\nsecond\n'])('without a first line there is none: %j', async (text) => {
    await expect(readPassword(aTerminal(text, false).terminal)).rejects.toThrow(UsageError)
  })
})

describe('at a terminal', () => {
  test('it is asked for twice, and never shown', async () => {
    const { terminal, shown, modes } = aTerminal('a pass phrase\ra pass phrase\r', true)
    expect(await readPassword(terminal)).toBe('a pass phrase')
    expect(shown).toEqual(['Password: ', '\n', 'The same again: ', '\n'])
    expect(modes, 'the terminal’s own echo is off until the end').toEqual([true, false])
  })

  test('two that differ are refused', async () => {
    await expect(readPassword(aTerminal('one\rother\r', true).terminal)).rejects.toThrow('differ')
  })

  test.each([
    ['Ctrl-C', 'half\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s ends the question', async (_, keys) => {
    await expect(readPassword(aTerminal(keys, true).terminal)).rejects.toThrow('No password was given.')
  })
})
