/** Every kind of id the portal hands out, and the prefix it wears. */
export const idPrefixes = {
  user: 'usr',
  account: 'acc',
  organisation: 'org',
  member: 'mem',
  key: 'key',
  request: 'req',
  node: 'node',
  session: 'ses',
  passkey: 'pky',
  invitation: 'inv',
  auditEvent: 'aud',
  mail: 'mail',
  chat: 'cht',
  message: 'msg',
  generation: 'gen',
  file: 'fil',
  share: 'shr',
  prompt: 'prm',
  alert: 'alr',
  alertEvent: 'aev',
  webhook: 'whk',
  delivery: 'dlv',
  incident: 'inc',
  incidentUpdate: 'inu',
  statusSubscription: 'sts',
} as const

export type IdKind = keyof typeof idPrefixes

/** An id of one kind, e.g. `key_01jd…`; ids of one kind sort by the time they were made. */
export type Id<K extends IdKind> = `${(typeof idPrefixes)[K]}_${string}`

export type UserId = Id<'user'>
export type OrganisationId = Id<'organisation'>
export type KeyId = Id<'key'>
export type RequestId = Id<'request'>
export type SessionId = Id<'session'>

// Crockford's base 32, as in ULID: no i, l, o, u, and its order is the order of the values.
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const timeLength = 10
const randomLength = 16

/** A fresh id: 48 bits of milliseconds since 1970, then 80 random bits. */
export function newId<K extends IdKind>(kind: K, atMs: number = Date.now()): Id<K> {
  return `${idPrefixes[kind]}_${encodeTime(atMs)}${encodeRandom()}` as Id<K>
}

/** Whether a text has the shape of an id of the kind: what has not need not be looked up. */
export const isId = (kind: IdKind, text: string): boolean =>
  text.startsWith(`${idPrefixes[kind]}_`) && /^[0-9a-z]{26}$/.test(text.slice(idPrefixes[kind].length + 1))

/** The instant an id was made, in milliseconds since 1970; null where the text is no id. */
export function timeOfId(id: string): number | null {
  const time = id.slice(id.indexOf('_') + 1)
  if (time.length !== timeLength + randomLength) return null
  let ms = 0
  for (const character of time.slice(0, timeLength)) {
    const value = alphabet.indexOf(character)
    if (value < 0) return null
    ms = ms * 32 + value
  }
  return ms
}

let lastMs = -1
let lastTime = ''

function encodeTime(atMs: number): string {
  if (atMs === lastMs) return lastTime
  let rest = Math.floor(atMs)
  let text = ''
  for (let i = 0; i < timeLength; i++) {
    text = alphabet[rest % 32] + text
    rest = Math.floor(rest / 32)
  }
  lastMs = atMs
  lastTime = text
  return text
}

// One call to the generator serves a few hundred ids: the gateway makes one for every request.
const pool = new Uint8Array(randomLength * 256)
let poolAt = pool.length

function encodeRandom(): string {
  if (poolAt === pool.length) {
    crypto.getRandomValues(pool)
    poolAt = 0
  }
  let text = ''
  for (const end = poolAt + randomLength; poolAt < end; poolAt++) text += alphabet[(pool[poolAt] ?? 0) % 32]
  return text
}
