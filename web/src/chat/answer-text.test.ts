import { expect, test } from 'vitest'
import { safeHref } from './safe-href.ts'

test('[W-66] a model’s links lead to web pages and mail alone', () => {
  expect(safeHref('https://example.com/a?b#c')).toBe('https://example.com/a?b#c')
  expect(safeHref('mailto:a@example.com')).toBe('mailto:a@example.com')
  for (const href of [
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'data:text/html,x',
    '/keys',
    '//evil.example',
    '',
  ])
    expect(safeHref(href), href).toBeNull()
})
