// Any server that speaks OpenAI's POST /v1/audio/transcriptions.
import { Pool } from 'undici'
import { z } from 'zod'
import { AppError } from '../errors.ts'
import { voiceLimits } from './limits.ts'
import type { RecogniseOptions, Recogniser } from './recogniser.ts'
import { wavFromPcm } from './wav.ts'

/** Where speech is sent, and what for. */
export type TranscriptionSettings = { baseUrl: string; apiKey: string | null; model: string }

const connectTimeoutMs = 5_000
const answerBytesMax = 1024 * 1024

const tokens = z.int().min(0).catch(0)
const Answer = z.object({
  text: z.string(),
  usage: z
    .object({ input_tokens: tokens, output_tokens: tokens })
    .catch({ input_tokens: 0, output_tokens: 0 })
    .optional(),
})

/** Builds the engine of one configured base URL. Redirects are not followed: no other host is ever called. */
export function createOpenAiRecogniser(
  { baseUrl, apiKey, model }: TranscriptionSettings,
  timeoutMs: number = voiceLimits.recogniseMs,
): Recogniser {
  const { origin, pathname } = new URL(baseUrl)
  const path = `${pathname.replace(/\/+$/, '')}/audio/transcriptions`
  // Shorter than what servers allow an idle connection, as for models.
  const pool = new Pool(origin, { connect: { timeout: connectTimeoutMs }, keepAliveTimeout: 4000 })

  async function answerTo(pcm: Buffer, { language, signal }: RecogniseOptions): Promise<string> {
    const form = new Response(formOf({ pcm, model, language }))
    const { statusCode, body } = await pool.request({
      ...{ method: 'POST', path, signal, headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
      headers: {
        accept: 'application/json',
        'content-type': form.headers.get('content-type') ?? '',
        ...(apiKey && { authorization: `Bearer ${apiKey}` }),
      },
      body: new Uint8Array(await form.arrayBuffer()),
    })
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of body) {
      size += chunk.length
      if (size > answerBytesMax) throw new AppError('upstream_error', { detail: 'the answer is too large' })
      chunks.push(chunk)
    }
    const text = Buffer.concat(chunks).toString('utf8')
    if (statusCode !== 200) throw refused(statusCode, text)
    return text
  }

  return {
    ...{ engine: 'openai-compatible', model, note: null, languages: null },
    async recognise(pcm, { language, signal }) {
      const late = AbortSignal.timeout(timeoutMs)
      try {
        const answer = await answerTo(pcm, { language, signal: AbortSignal.any([signal, late]) })
        return recognisedFrom(answer)
      } catch (cause) {
        throw late.aborted ? new AppError('upstream_timeout', { cause }) : failureFrom(cause)
      }
    },
    close: () => pool.destroy(),
  }
}

type Asked = { pcm: Buffer; model: string; language: string | null }

function formOf({ pcm, model, language }: Asked): FormData {
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array(wavFromPcm(pcm))], { type: 'audio/wav' }), 'speech.wav')
  form.set('model', model)
  form.set('response_format', 'json')
  if (language) form.set('language', language)
  return form
}

function recognisedFrom(answer: string) {
  const parsed = Answer.safeParse(jsonOf(answer))
  if (!parsed.success) throw new AppError('upstream_error', { detail: 'the answer has no text' })
  const { text, usage } = parsed.data
  return {
    text: text.trim(),
    inputTokens: usage?.input_tokens ?? 0,
    outputTokens: usage?.output_tokens ?? 0,
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

// What it has against our credentials is ours, never the client's.
const ownFaults = new Set([401, 402, 403, 407])

function refused(status: number, body: string): AppError {
  const detail = `the transcription server answered ${status}: ${body.slice(0, 200)}`
  if (ownFaults.has(status)) return new AppError('upstream_refused_us', { detail })
  if (status === 429) return new AppError('upstream_rate_limited', { detail })
  return new AppError('upstream_error', { detail })
}

function failureFrom(cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const isLate = /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code)
  return new AppError(isLate ? 'upstream_timeout' : 'upstream_unreachable', { cause })
}
