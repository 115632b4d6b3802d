import type { Answer } from '../../providers/index.ts'
import type { AnswerContext, FinalUsage } from './dialect.ts'
import { renamed } from './renamed.ts'

/** A whole answer as it came, but under the name the client asked for, with our count where it has none. */
export const passAnswerWith =
  (encodeUsage: (usage: FinalUsage) => object) =>
  ({ json, body }: Answer, { model, usage }: AnswerContext & { usage: FinalUsage }): string => {
    const text = json.usage ? renamed(body, { from: json.model, to: model }) : null
    return text ?? JSON.stringify({ ...json, model, usage: json.usage ?? encodeUsage(usage) })
  }
