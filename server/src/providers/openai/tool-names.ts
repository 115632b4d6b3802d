import { createHash } from 'node:crypto'
import type { FunctionTool, Restore } from '../../neutral/index.ts'

const charactersMax = 64
const digestCharacters = 8

/** A tool's name as OpenAI takes it: as it is where it fits, else its beginning and a digest, the same each time. */
export function sentName(name: string): string {
  if (/^[a-zA-Z0-9_-]+$/.test(name) && name.length <= charactersMax) return name
  const digest = createHash('sha256').update(name).digest('hex').slice(0, digestCharacters)
  const beginning = name.slice(0, charactersMax - digestCharacters - 1).replace(/[^a-zA-Z0-9_-]/g, '_')
  return `${beginning}_${digest}`
}

/** Gives calls the names of their tools back; null where all were sent as they are. */
export function createRestoreNames(tools: readonly FunctionTool[]): (() => Restore) | null {
  if (tools.every(({ name }) => sentName(name) === name)) return null
  const names = new Map(tools.map(({ name }) => [sentName(name), name]))
  return () => (event) =>
    event.type === 'tool-call' && event.name !== null
      ? [{ ...event, name: names.get(event.name) ?? event.name }]
      : [event]
}
