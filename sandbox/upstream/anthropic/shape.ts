// Small checks that combine into the shape of a JSON value; each gives the first thing wrong as a sentence that
// begins with the place, as Anthropic's do.
import { isObject, type JsonObject } from '../json.ts'

/** The versions of the API that differ in what they take. */
export type Version = '2023-06-01' | '2026-10-21'

/** Where a value stands; `lenient` lets unknown fields pass. */
export type Place = { path: string; lenient: boolean; version: Version }

/** What is wrong with a value, or undefined. */
export type Check = (value: unknown, at: Place) => string | undefined

/** A field that may be absent or null. */
type Optional = { optional: Check }

/** The sentence for a place. */
export function problem({ path }: Place, sentence: string): string {
  return path === '' ? sentence : `${path}: ${sentence}`
}

/** The place of a field or an entry inside another. */
export function inside(at: Place, key: string | number): Place {
  return { ...at, path: at.path === '' ? String(key) : `${at.path}.${key}` }
}

/** A check from a predicate. */
export function when(test: (value: unknown) => boolean, sentence: string): Check {
  return (value, at) => (test(value) ? undefined : problem(at, sentence))
}

export const anything: Check = () => undefined
export const text = when((value) => typeof value === 'string', 'Input should be a valid string.')
export const filled = when((value) => typeof value === 'string' && value !== '', 'Input should not be empty.')
export const flag = when((value) => typeof value === 'boolean', 'Input should be a valid boolean.')
export const record = when(isObject, 'Input should be an object.')

/** What version 2026-10-21 no longer takes (platform.claude.com/docs/en/api/versioning). */
export function until2026(check: Check, sentence = 'Extra inputs are not permitted.'): Check {
  return (value, at) => (at.version === '2023-06-01' ? check(value, at) : problem(at, sentence))
}

/** A string of this form. */
export function like(pattern: RegExp): Check {
  return when(
    (value) => typeof value === 'string' && pattern.test(value),
    `String should match pattern '${pattern.source}'.`,
  )
}

/** A number within bounds, both included. */
export function number(least: number, most: number): Check {
  return when(
    (value) => typeof value === 'number' && value >= least && value <= most,
    `Input should be a number from ${least} to ${most}.`,
  )
}

/** An integer of at least this. */
export function integer(least: number): Check {
  return when(
    (value) => Number.isSafeInteger(value) && Number(value) >= least,
    `Input should be an integer of at least ${least}.`,
  )
}

/** One of these strings. */
export function oneOf(...values: string[]): Check {
  return when((value) => values.includes(String(value)), `Input should be one of: ${values.join(', ')}.`)
}

/** Marks a field that may be absent or null. */
export function optional(check: Check): Optional {
  return { optional: check }
}

/** A list whose entries all pass. */
export function list(entry: Check): Check {
  return (value, at) =>
    Array.isArray(value)
      ? first(value.entries(), ([index, item]) => entry(item, inside(at, index)))
      : problem(at, 'Input should be a valid list.')
}

/** A string, or a list of blocks. */
export function textOr(string: Check, blocks: Check): Check {
  return (value, at) => (typeof value === 'string' ? string : blocks)(value, at)
}

/** An object of these fields and, unless the place is lenient, no others. */
export function object(fields: Record<string, Check | Optional>): Check {
  return (value, at) => {
    if (!isObject(value)) return problem(at, 'Input should be an object.')
    const stranger = at.lenient ? undefined : Object.keys(value).find((name) => !Object.hasOwn(fields, name))
    if (stranger !== undefined) return problem(inside(at, stranger), 'Extra inputs are not permitted.')
    return first(Object.entries(fields), ([name, field]) => checkField(value, { name, field, at }))
  }
}

function checkField(
  value: JsonObject,
  { name, field, at }: { name: string; field: Check | Optional; at: Place },
): string | undefined {
  const inner = value[name]
  if (typeof field !== 'function') return inner == null ? undefined : field.optional(inner, inside(at, name))
  return inner === undefined ? problem(inside(at, name), 'Field required.') : field(inner, inside(at, name))
}

/** An object whose `type` picks its check; a lenient place takes types of betas too. */
export function byType(checks: Record<string, Check>): Check {
  return (value, at) => {
    const type = isObject(value) ? String(value.type) : ''
    const check = Object.hasOwn(checks, type) ? checks[type] : undefined
    if (check) return check(value, at)
    if (at.lenient && isObject(value) && typeof value.type === 'string') return undefined
    return problem(inside(at, 'type'), `Input should be one of: ${Object.keys(checks).join(', ')}.`)
  }
}

/** The first sentence that any of the items gives. */
export function first<Item>(
  items: Iterable<Item>,
  check: (item: Item) => string | undefined,
): string | undefined {
  for (const item of items) {
    const found = check(item)
    if (found !== undefined) return found
  }
  return undefined
}
