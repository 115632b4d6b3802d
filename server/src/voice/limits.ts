import { voiceSampleRate } from '@portal/contract'

/** Bytes of a second, and of a millisecond, of sound as it is sent: 16 bits a sample, one channel. */
export const bytesPerSecond = voiceSampleRate * 2
export const bytesPerMs = bytesPerSecond / 1000

/** What a connection may take, in one place. */
export const voiceLimits = {
  /** Two seconds of sound. */
  messageBytesMax: 64 * 1024,
  connectionsPerPerson: 2,
  connectionsPerProcess: 40,
  /** Of sound, and of the clock. */
  secondsMax: 600,
  /** Without a message. */
  idleMs: 30_000,
  /** Without a word. */
  silenceMs: 60_000,
  utteranceMs: 20_000,
  /** Utterances that wait for their text, the one under way included, before the client has to wait too. */
  waitingMax: 2,
  /** What a client that reads nothing may have waiting for it. */
  unreadBytesMax: 256 * 1024,
  /** Utterances that may fail one after the other. */
  failuresMax: 3,
  recogniseMs: 30_000,
  /** How long what was said may take to become text after the last word. */
  farewellMs: 65_000,
  /** How often it is looked at whether a credential has run out; that it was ended is heard of at once. */
  recheckMs: 15_000,
} as const
