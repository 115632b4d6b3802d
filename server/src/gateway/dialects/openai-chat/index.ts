import type { Dialect } from '../dialect.ts'
import { encodeAnswer } from './encode-answer.ts'
import { encodeStream } from './encode-stream.ts'
import { errorBody, errorEvent } from './errors.ts'
import { parse } from './parse.ts'
import { passAnswer, passStream } from './pass.ts'

/** OpenAI's chat completions. */
export const openAiChat: Dialect = {
  name: 'openai-chat',
  format: 'openai',
  parse,
  errorBody,
  errorEvent,
  ping: ': ping\n\n',
  passAnswer,
  encodeAnswer,
  passStream,
  encodeStream,
}
