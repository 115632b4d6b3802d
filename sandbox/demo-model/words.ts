// What a user's message offers to fill a schema with: places, numbers, quotations, addresses, dates, known facts.
import type { Suggest } from './instance.ts'
import { asList, type Schema, typesOf } from './schema.ts'

/** Everything found in a message, in the order in which it was said. */
export type Words = {
  text: string
  /** The text in lower case without punctuation, see `spell`. */
  spelled: string
  quoted: string[]
  numbers: number[]
  emails: string[]
  urls: string[]
  dates: string[]
  places: string[]
  names: string[]
}

/** Longer messages are read up to here; the patterns below need not be fast on a book. */
const READ_LENGTH_MAX = 4_000

const EMAIL = /[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/gu
const URL_TEXT = /\bhttps?:\/\/[^\s"'<>)]+[^\s"'<>).,;:!?]/giu
const DATE = /\b\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?/gu
const NUMBER = /(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w])/gu
const QUOTED = /"([^"]+)"|“([^”]+)”|«([^»]+)»|(?<![\p{L}\p{N}])'([^']+)'(?![\p{L}\p{N}])/gu
const CAPITALISED = String.raw`\p{Lu}[\p{L}'’.-]*(?: \p{Lu}[\p{L}'’-]*)*`
const PLACES = new RegExp(
  String.raw`\b(?:in|at|for|near|from|to|of) (${CAPITALISED}(?:,? (?:and|or|&) ${CAPITALISED}|, ${CAPITALISED})*)`,
  'gu',
)
const PLACES_IN_LOWER_CASE =
  /\b(?:in|near|for|at) ([\p{L}' ,-]+?)(?= (?:today|tomorrow|now|please|right)\b|[?.!;]|$)/iu
const NAMES = new RegExp(
  String.raw`\b(?:named|called|name is|I am|I'm|with|by|for|to) (${CAPITALISED})`,
  'gu',
)

const ARITHMETIC = /[\d.]+(?:\s*[-+*/^%]\s*[\d.]+)+/u
const PLACE_NAME = /location|city|cities|place|town|countr|destination|origin|region|address/i
const TEXT_NAME =
  /query|text|message|prompt|question|content|input|search|topic|body|keyword|subject|title|summary|note/i

/** Reads a message of any length; the first 4,000 characters count. */
export function readWords(message: string): Words {
  const text = message.slice(0, READ_LENGTH_MAX).trim()
  const plain = [EMAIL, URL_TEXT, DATE].reduce((rest, pattern) => rest.replace(pattern, ' '), text)
  return {
    text,
    spelled: spell(text),
    quoted: [...text.matchAll(QUOTED)].map((match) => match.slice(1).find(Boolean) ?? ''),
    numbers: [...plain.matchAll(NUMBER)].map(([number]) => Number(number.replaceAll(',', ''))),
    emails: text.match(EMAIL) ?? [],
    urls: text.match(URL_TEXT) ?? [],
    dates: text.match(DATE) ?? [],
    places: readPlaces(plain),
    names: [...plain.matchAll(NAMES)].map((match) => match[1] ?? ''),
  }
}

function readPlaces(text: string): string[] {
  const named = [...text.matchAll(PLACES)].flatMap((match) => splitPlaces(match[1] ?? ''))
  if (named.length > 0) return [...new Set(named)]
  return splitPlaces(PLACES_IN_LOWER_CASE.exec(text)?.[1] ?? '')
}

/** "Athens, Greece and London, UK" is two places; "Athens, London and Paris" three; "Athens, Greece" one. */
function splitPlaces(list: string): string[] {
  const joined = list.split(/,? (?:and|or|&) /u).map((part) => part.replace(/\.$/u, '').trim())
  const isEven = new Set(joined.map((part) => part.split(',').length)).size === 1
  const isSerial = /, (?:and|or|&) /u.test(list)
  const parts =
    isEven && !isSerial ? joined : joined.flatMap((part) => part.split(',').map((one) => one.trim()))
  return parts.filter(Boolean)
}

/** Whether a property of this name asks for a place. */
export function isPlaceName(name: string): boolean {
  return PLACE_NAME.test(name)
}

/** Suggests values from the words and from known facts (by property name); each number and place goes to one name. */
export function createSuggest(words: Words, facts: Record<string, unknown> = {}): Suggest {
  const nextNumber = dealOut(words.numbers)
  const nextPlace = dealOut(words.places)
  return (name, schema) => {
    const wanted = { words, name, schema, said: saidFor(words, name), nextNumber, nextPlace }
    const known = Object.hasOwn(facts, name) ? [facts[name]] : []
    return [...known, ...listed(words, schema), ...typed(wanted)].filter((value) => value !== undefined)
  }
}

/** Gives each name the next value, and the same name the same value again. */
function dealOut<T>(values: readonly T[]): (name: string) => T | undefined {
  const order = new Map<string, number>()
  return (name) => {
    const position = order.get(name) ?? order.size
    order.set(name, position)
    return values[position]
  }
}

/** Lower-case words with single spaces, one around them: what two spellings of a name have in common. */
function spell(text: string): string {
  const apart = text.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').toLowerCase()
  return ` ${apart.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `
}

/** The value in "name is X", "name: X", "name = X" or "name 5". */
function saidFor(words: Words, name: string): string | undefined {
  const spelled = spell(name).trim()
  if (spelled === '' || !words.spelled.includes(` ${spelled} `)) return undefined
  const link = String.raw`(?:\s+(?:is|are|to|of)\s+|\s*[:=]\s*|\s+(?=\d))`
  const start = String.raw`(?<![\p{L}\p{N}])${spelled.replaceAll(' ', String.raw`[^\p{L}\p{N}]*`)}`
  const pattern = new RegExp(String.raw`${start}${link}["“']?([\p{L}\p{N}.-]*[\p{L}\p{N}])`, 'iu')
  return pattern.exec(words.text)?.[1]
}

/** Members of `enum` that the user spelled out. */
function listed(words: Words, schema: Schema): unknown[] {
  return asList(schema.enum).filter(
    (value) =>
      (typeof value === 'number' && words.numbers.includes(value)) ||
      (typeof value === 'string' && value !== '' && words.spelled.includes(spell(value))),
  )
}

type Wanted = {
  words: Words
  name: string
  schema: Schema
  said: string | undefined
  nextNumber: (name: string) => number | undefined
  nextPlace: (name: string) => string | undefined
}

function typed(wanted: Wanted): unknown[] {
  const types = typesOf(wanted.schema)
  if (types.includes('array')) return lists(wanted)
  if (types.includes('number') || types.includes('integer')) return numbers(wanted)
  if (types.includes('boolean')) return booleans(wanted)
  return types.includes('string') && wanted.schema.enum === undefined ? strings(wanted) : []
}

function lists({ words, name }: Wanted): unknown[] {
  const all = isPlaceName(name) ? [words.places] : [words.numbers, words.quoted, words.emails]
  return all.filter((list) => list.length > 0)
}

function numbers({ name, said, nextNumber }: Wanted): unknown[] {
  const named = Number(said)
  return said !== undefined && Number.isFinite(named) ? [named] : [nextNumber(name)]
}

function booleans({ words, name }: Wanted): unknown[] {
  const spelled = spell(name)
  if (spelled.trim() === '' || !words.spelled.includes(spelled)) return []
  return [!['no', 'not', 'without'].some((negation) => words.spelled.includes(` ${negation}${spelled}`))]
}

/** What the words offer a string, by the first rule whose pattern fits its format or, without one, its name. */
const STRING_RULES: [RegExp, (wanted: Wanted) => unknown[]][] = [
  [/e-?mail/i, ({ words }) => words.emails],
  [/uri|url|link|website/i, ({ words }) => words.urls],
  [/date/i, ({ words }) => words.dates],
  [/uuid|time|hostname|ipv|duration/i, () => []],
  [PLACE_NAME, ({ name, nextPlace }) => [nextPlace(name)]],
  [TEXT_NAME, ({ words }) => [...words.quoted, words.text || undefined]],
  [/expression|formula|equation/i, ({ words }) => [ARITHMETIC.exec(words.text)?.[0]]],
  [
    /name|person|recipient|customer|author|user|who/i,
    ({ words, said }) => [...words.names, said, ...words.quoted],
  ],
]

function strings(wanted: Wanted): unknown[] {
  const asksFor = String(wanted.schema.format ?? wanted.name)
  const rule = STRING_RULES.find(([pattern]) => pattern.test(asksFor))
  return rule ? rule[1](wanted) : [wanted.said, ...wanted.words.quoted]
}
