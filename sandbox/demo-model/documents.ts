import { readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'

/** A Markdown page of the portal's own documentation; `path` is how answers refer to it. */
export type DemoDocument = { path: string; title: string; text: string }

/** Every Markdown page under the directory, by path; none when the directory does not exist. */
export async function loadDocuments(directory: string): Promise<DemoDocument[]> {
  const paths = await markdownPaths(directory)
  return Promise.all(
    paths.map(async (path) => {
      const text = await readFile(join(directory, path), 'utf8')
      return { path: path.split(sep).join('/'), title: /^# (.+)$/mu.exec(text)?.[1] ?? path, text }
    }),
  )
}

async function markdownPaths(directory: string): Promise<string[]> {
  try {
    const paths = await readdir(directory, { recursive: true })
    return paths.filter((path) => path.endsWith('.md')).sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
