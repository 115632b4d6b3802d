import { expect, test } from 'vitest'
import { csvOf } from './csv.ts'
import { deviceName } from './device-name.ts'
import { relativeTime } from './relative-time.ts'
import { matchesKeys } from './shortcuts.ts'

test('instants are told by the largest unit that fits', () => {
  const now = Date.parse('2026-11-22T12:00:00Z')
  const told = (instant: string) => relativeTime(instant, now)
  expect(told('2026-11-22T11:59:40Z')).toBe('just now')
  expect(told('2026-11-22T11:55:00Z')).toBe('5 minutes ago')
  expect(told('2026-11-21T12:00:00Z')).toBe('yesterday')
  expect(told('2026-12-22T12:00:00Z')).toBe('next month')
})

test('a shortcut is what the key types, with exactly its modifier, and never while composing', () => {
  const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false }
  expect(matchesKeys('?', { ...none, key: '?' })).toBe(true)
  expect(matchesKeys('mod+k', { ...none, key: 'k', metaKey: true })).toBe(true)
  expect(matchesKeys('mod+k', { ...none, key: 'K', ctrlKey: true })).toBe(true)
  expect(matchesKeys('mod+k', { ...none, key: 'k' })).toBe(false)
  expect(matchesKeys('mod+shift+o', { ...none, key: 'O', ctrlKey: true, shiftKey: true })).toBe(true)
  expect(matchesKeys('mod+shift+o', { ...none, key: 'o', ctrlKey: true })).toBe(false)
  expect(matchesKeys('Escape', { ...none, key: 'Escape' })).toBe(true)
  expect(matchesKeys('n', { ...none, key: 'n', ctrlKey: true })).toBe(false)
  expect(matchesKeys('n', { ...none, key: 'n', altKey: true })).toBe(false)
  expect(matchesKeys('n', { ...none, key: 'n', isComposing: true })).toBe(false)
  expect(matchesKeys('Escape', { ...none, key: 'Escape', keyCode: 229 })).toBe(false)
})

test('devices go by their browser and system', () => {
  const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML) Chrome/140.0 Safari/537.36'
  expect(deviceName(chrome)).toBe('Chrome on Linux')
  expect(deviceName(chrome.replace('X11; Linux x86_64', 'Linux; Android 15'))).toBe('Chrome on Android')
  expect(deviceName(`${chrome} Edg/140.0`)).toBe('Edge on Linux')
  const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1'
  expect(deviceName(iphone)).toBe('Safari on iOS')
  expect(deviceName('curl/8.1')).toBe('curl')
  expect(deviceName(null)).toBe('Unknown device')
})

test('[W-77] cells for a spreadsheet are quoted where they need it', () => {
  expect(
    csvOf([
      ['a', 'b,c'],
      ['x "q"', 'two\nlines'],
      ['1', ''],
    ]),
  ).toBe('a,"b,c"\r\n"x ""q""","two\nlines"\r\n1,')
})
