// The guide's texts: each is a file of the build, read when its page is gone to.
import { queryOptions } from '@tanstack/react-query'

const files = import.meta.glob<string>('../../../docs/guide/*.md', { query: '?raw', import: 'default' })

/** The names of the pages that the build holds. */
export const builtPages: readonly string[] = Object.keys(files).map((path) =>
  path.replace(/^.*\/(.*)\.md$/, '$1'),
)

/** The Markdown of a page. @throws Error where the guide has no such page */
export async function guideText(name: string): Promise<string> {
  const read = files[`../../../docs/guide/${name}.md`]
  if (!read) throw new Error('The guide has no such page.')
  return read()
}

/** The same, kept for as long as the app is open. */
export const guideQuery = (name: string) =>
  queryOptions({
    queryKey: ['guide', name],
    queryFn: () => guideText(name),
    staleTime: Number.POSITIVE_INFINITY,
  })
