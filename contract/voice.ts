import { z } from 'zod'
import { endpoint } from './endpoint.ts'

const tag = 'Voice'

/** How audio is sent: PCM of 16 bits, little-endian, one channel, so many samples a second. */
export const voiceSampleRate = 16_000

/** Why a transcription ended. */
export const VoiceEndReason = z.enum([
  'stopped',
  'time',
  'silence',
  'idle',
  'signed_out',
  'draining',
  'invalid',
  'failed',
])
export type VoiceEndReason = z.infer<typeof VoiceEndReason>

const utterance = z.int().min(1).describe('Which utterance of this connection, counted from 1.')

/** What the server says while somebody speaks. */
export const VoiceEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), sampleRate: z.literal(voiceSampleRate), secondsMax: z.number() }),
  z.object({ type: z.literal('interim'), utterance, text: z.string() }),
  z.object({
    type: z.literal('final'),
    utterance,
    text: z.string(),
    seconds: z.number(),
    requestId: z.string().describe('The id of its row in the ledger.'),
  }),
  z.object({
    type: z.literal('error'),
    utterance: utterance.nullable(),
    error: z.string().describe('A sentence that says what to do.'),
    code: z.string(),
  }),
  z.object({ type: z.literal('end'), reason: VoiceEndReason }),
])
export type VoiceEvent = z.infer<typeof VoiceEvent>

/** What a client says besides audio: that nothing more comes. */
export const VoiceCommand = z.strictObject({ type: z.literal('stop') })

/** What is asked for with the upgrade to a WebSocket. */
export const TranscribeQuery = z.strictObject({
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/, 'Expected a language as in ISO 639: en, de, fra.')
    .optional(),
})

export const voiceEndpoints = {
  status: endpoint({
    method: 'GET',
    path: '/api/voice',
    tag,
    summary: 'Whether speech can be turned into text here, and by what.',
    scope: 'any',
    output: z.object({
      available: z.boolean(),
      engine: z.enum(['openai-compatible', 'pocketsphinx']).nullable(),
      model: z.string().nullable(),
      note: z.string().nullable().describe('What to know of the engine.'),
      reason: z.string().nullable().describe('Why it is not available, and what to do about it.'),
      languages: z.array(z.string()).nullable().describe('ISO 639 codes; null is whatever the model knows.'),
    }),
    status: 200,
    errors: [],
  }),
  transcribe: endpoint({
    method: 'GET',
    path: '/api/voice/transcribe',
    tag,
    summary:
      'A WebSocket that turns speech into text: send PCM16 (mono, 16 kHz) as binary messages, then {"type":"stop"}.',
    scope: 'models',
    feature: 'voice',
    query: TranscribeQuery,
    output: VoiceEvent,
    status: 101,
    errors: ['upgrade_required', 'foreign_origin', 'draining'],
  }),
}
