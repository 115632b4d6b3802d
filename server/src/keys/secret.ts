// The text of an API key: `sk-live-`, 32 random characters, 6 characters of checksum. The checksum lets a mistyped
// or made-up key be refused without a look-up, and scanners tell a real one from look-alikes.
import { hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const scheme = 'sk-live-'
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const randomLength = 32
const checksumLength = 6
const shape = /^sk-live-[0-9A-Za-z]{38}$/
// The largest multiple of 62 in a byte: values above it would favour the first characters.
const unbiasedBytes = 248

/** A fresh secret of 190 random bits. */
export function newSecret(): string {
  let text = scheme
  while (text.length < scheme.length + randomLength) {
    for (const byte of randomBytes(scheme.length + randomLength - text.length)) {
      if (byte < unbiasedBytes) text += alphabet[byte % alphabet.length]
    }
  }
  return text + checksumOf(text)
}

/** Whether the text could be a secret of ours: alphabet, length and checksum. Says nothing of its being in use. */
export function isWellFormedSecret(text: string): boolean {
  return shape.test(text) && checksumOf(text.slice(0, -checksumLength)) === text.slice(-checksumLength)
}

/** What is stored of a secret: its SHA-256. Enough, as nobody can guess 190 bits. */
export const hashSecret = (secret: string): Buffer => hash('sha256', secret, 'buffer')

/** What a list may show of a secret. */
export const recognisableParts = (secret: string): { prefix: string; lastCharacters: string } => ({
  prefix: secret.slice(0, scheme.length + 4),
  lastCharacters: secret.slice(-4),
})

function checksumOf(text: string): string {
  let rest = crc32(text)
  let checksum = ''
  for (let i = 0; i < checksumLength; i++) {
    checksum = alphabet[rest % alphabet.length] + checksum
    rest = Math.floor(rest / alphabet.length)
  }
  return checksum
}
