import { expect, test } from 'vitest'
import { PortalPath, portalPath } from './portal-path.ts'

test.each([
  ['/', '/'],
  ['/keys?q=a%20b#x', '/keys?q=a%20b#x'],
  ['/a/./b/../c', '/a/c'],
  ['/..', '/'],
  ['/keys//list', '/keys//list'],
  ['/keys?next=//evil.example', '/keys?next=//evil.example'],
  ['/\u6f22', '/%E6%BC%A2'],
  ['/%5cevil.example', '/%5cevil.example'],
])('[OA3] %j is a path of the portal', (text, path) => {
  expect(portalPath(text)).toBe(path)
  expect(PortalPath.parse(text)).toBe(text)
})

test.each([
  ...['', 'keys', 'https://evil.example', 'javascript:alert(1)', '//evil.example', '/\\evil.example'],
  ...['/\t/evil.example', '/keys\n', '/keys\\', '/\ud800', '/keys?q=\udc00'],
  ...['/.//evil.example', '/a/..//evil.example', '/%2e//evil.example', '/a/%2E%2e//evil.example', '/..//x'],
])('[OA3] %j is none', (text) => {
  expect(portalPath(text)).toBeNull()
  expect(PortalPath.safeParse(text).success).toBe(false)
})
