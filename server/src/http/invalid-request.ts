import type { z } from 'zod'
import { AppError } from '../errors.ts'
import { withoutKeys } from '../log/index.ts'

type Issue = z.core.$ZodIssue
type Fault = { field: string; message: string }
type Path = readonly PropertyKey[]

const faultsMax = 20

/**
 * A 400 that says of every field at fault what to do. What was sent is told too where the schema parsed with
 * `reportInput`.
 */
export function invalidRequest(error: z.ZodError): AppError {
  const all = error.issues.flatMap(faultsOf)
  const issues = all.slice(0, faultsMax).map(({ field, message }) => ({
    field: withoutKeys(field),
    message: withoutKeys(message),
  }))
  const sentences = issues.map(({ message }) => message)
  if (all.length > faultsMax) sentences.push(`${all.length - faultsMax} more are wrong.`)
  return new AppError('invalid_request', {
    message: sentences.join(' '),
    ...(issues[0]?.field && { param: issues[0].field }),
    meta: { issues },
  })
}

function faultsOf(issue: Issue): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const field = fieldOf([...issue.path, key])
      return { field, message: `Unknown field "${field}". Remove it.` }
    })
  }
  const meant = issue.code === 'invalid_union' && !isWritten(issue) ? branchMeant(issue.errors) : undefined
  if (meant) return meant.flatMap((inner) => faultsOf({ ...inner, path: [...issue.path, ...inner.path] }))
  return [{ field: fieldOf(issue.path), message: sentence(issue) }]
}

/** The alternative that takes what was sent by its type, and finds the fewest faults in it. */
const branchMeant = (branches: readonly Issue[][]): Issue[] | undefined =>
  branches
    .filter((issues) => issues.every(({ code, path }) => code !== 'invalid_type' || path.length > 0))
    .toSorted((a, b) => a.length - b.length)[0]

/** Whether the message is one of ours, from the schema: zod's own begin with these words. */
const isWritten = ({ message }: Issue): boolean => !/^(Invalid|Too (big|small))\b/.test(message)

function sentence(issue: Issue): string {
  const field = fieldOf(issue.path)
  if (isWritten(issue)) return field ? `${field}: ${issue.message}` : issue.message
  if (!field) return 'Send a JSON object as the request body.'
  const demand = demandOf(issue)
  if ('input' in issue && issue.input === undefined) return `${field} is required: it ${demand}.`
  return `${field} ${demand}${sent(issue)}.`
}

/** What a field must be, to go after its name. */
function demandOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kindOf(issue.expected)}`
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(literal).join(', ')}`
    case 'invalid_union':
      return `must be ${issue.errors.map(([first]) => (first ? expectedBy(first) : '')).join(' or ')}`
    case 'too_big':
      return bound(issue, issue.maximum, issue.inclusive === false ? 'less than' : 'at most')
    case 'too_small':
      return bound(issue, issue.minimum, issue.inclusive === false ? 'more than' : 'at least')
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`
    case 'invalid_format':
      return `is not in the form asked for (${issue.format})`
    default:
      return 'is not valid'
  }
}

const expectedBy = (issue: Issue): string =>
  issue.code === 'invalid_type' ? kindOf(issue.expected) : 'valid'

function bound({ origin }: { origin: string }, limit: number | bigint, words: string): string {
  if (origin === 'string') return `must be ${words} ${limit} ${limit === 1 ? 'character' : 'characters'} long`
  if (origin === 'array') return `must have ${words} ${limit} ${limit === 1 ? 'item' : 'items'}`
  return `must be ${words} ${limit}`
}

const kinds: Record<string, string> = {
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object',
  int: 'a whole number',
  null: 'null',
}
const kindOf = (type: string): string => kinds[type] ?? `a ${type}`

const literal = (value: unknown): string => JSON.stringify(value) ?? String(value)

/** The value at fault where it is short, its length where that is the fault. */
function sent({ code, input }: Issue): string {
  const isSize = code === 'too_big' || code === 'too_small'
  if (isSize && (typeof input === 'string' || Array.isArray(input))) return `; you sent ${input.length}`
  if (typeof input === 'string') return input.length <= 40 ? `; you sent ${literal(input)}` : ''
  if (Number.isNaN(input) || input === undefined) return ''
  if (Array.isArray(input)) return '; you sent an array'
  return `; you sent ${typeof input === 'object' && input !== null ? 'an object' : literal(input)}`
}

/** The path of a field as people write it: `messages[0].role`. */
const fieldOf = (path: Path): string =>
  path
    .map((part, i) =>
      typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${shortened(String(part))}`,
    )
    .join('')

const shortened = (name: string): string => (name.length > 60 ? `${name.slice(0, 60)}…` : name)
