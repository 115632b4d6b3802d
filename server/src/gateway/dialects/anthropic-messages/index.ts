import type { Dialect } from '../dialect.ts'
import { encodeAnswer } from './encode-answer.ts'
import { encodeStream } from './encode-stream.ts'
import { errorBody, errorEvent } from './errors.ts'
import { ping } from './events.ts'
import { parse } from './parse.ts'
import { passAnswer, passStream } from './pass.ts'

/** Anthropic's Messages. */
export const anthropicMessages: Dialect = {
  name: 'anthropic-messages',
  format: 'anthropic',
  parse,
  errorBody,
  errorEvent,
  ping,
  passAnswer,
  encodeAnswer,
  passStream,
  encodeStream,
}
