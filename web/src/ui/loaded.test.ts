import { MantineProvider } from '@mantine/core'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { Loaded } from './loaded.tsx'

const error = new Error('The portal answered with status 500.')

function shown(query: { data: string | undefined; error: Error | null }): string {
  const loaded = Loaded({
    query: { ...query, refetch: () => {} },
    what: 'your keys',
    children: (data) => `Here: ${data}`,
  })
  return renderToStaticMarkup(createElement(MantineProvider, null, loaded))
}

test('what was loaded stays, also while it cannot be loaded again', () => {
  expect(shown({ data: 'three', error: null })).toContain('Here: three')
  expect(shown({ data: 'three', error })).toContain('Here: three')
  expect(shown({ data: 'three', error })).not.toContain('role="alert"')
})

test('what never came is told, with the reason and another try; until then its place is kept', () => {
  const failed = shown({ data: undefined, error })
  expect(failed).toContain('Your keys could not be loaded')
  expect(failed).toContain(error.message)
  expect(failed).toContain('Try again')
  expect(shown({ data: undefined, error: null })).toContain('aria-label="Loading your keys"')
})
