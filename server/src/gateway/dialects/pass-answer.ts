import type { Answer } from '../../providers/index.ts'
import type { AnswerContext, FinalUsage } from './dialect.ts'
import { withField } from './json-text.ts'
import { renamed } from './renamed.ts'

/** A whole answer as it came, but under the name the client asked for, with our count where it has none. */
export const passAnswerWith =
  (encodeUsage: (usage: FinalUsage) => object) =>
  ({ json, body }: Answer, { model, usage }: AnswerContext & { usage: FinalUsage }): string => {
    const text = renamed(body, { from: json.model, to: model })
    return json.usage ? text : withField(text, ['usage'], encodeUsage(usage))
  }
