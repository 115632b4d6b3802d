import type { AnswerEvent, FunctionTool, NeutralRequest, OutputFormat, Restore } from '../../neutral/index.ts'

/**
 * A tool whose input is the answer, for a model that follows no schema otherwise; null where it cannot be forced: the
 * choice of tools is the client's, an answer is begun, or the schema is none of an input.
 */
export function answerToolFor(
  { tools, toolChoice, messages }: NeutralRequest,
  format: OutputFormat,
): FunctionTool | null {
  if (toolChoice || messages.at(-1)?.role === 'assistant') return null
  if (format.type !== 'schema' || !isInputSchema(format.schema)) return null
  return {
    name: unusedName(format.name, tools),
    description: format.description ?? 'Give the answer.',
    parameters: format.schema,
    strict: null,
  }
}

/** Anthropic takes an object, and no alternatives at its top. */
const isInputSchema = (schema: Record<string, unknown>): boolean =>
  (schema.type ?? 'object') === 'object' &&
  !['anyOf', 'oneOf', 'allOf', '$ref'].some((keyword) => keyword in schema)

function unusedName(wanted: string, tools: readonly FunctionTool[]): string {
  const taken = new Set(tools.map(({ name }) => name))
  let name = wanted.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || 'answer'
  while (taken.has(name)) name += '_'
  return name
}

/** The request with the tool, one call of which is the answer or a step to it. */
export const withAnswerTool = (request: NeutralRequest, tool: FunctionTool): NeutralRequest => ({
  ...request,
  tools: [...request.tools, tool],
  toolChoice: request.tools.length > 0 ? { type: 'required' } : { type: 'function', name: tool.name },
  parallelTools: false,
})

/**
 * Says what goes into the tool as the answer's text, and its end as the answer's. What is said before is held back: it
 * is the answer where the tool is not called, and no part of it otherwise.
 */
export function createRestoreAnswer({ name }: FunctionTool): () => Restore {
  return () => {
    let key: number | null = null
    let isEmpty = true
    let held: AnswerEvent[] = []
    const spoken = (input: string): AnswerEvent[] => {
      if (input === '') return []
      isEmpty = false
      return [{ type: 'text', text: input }]
    }
    const ofText = (text: AnswerEvent): AnswerEvent[] => {
      if (key === null) held.push(text)
      return []
    }
    const ofCall = (call: ToolCallEvent): AnswerEvent[] => {
      if (call.name === name) key = call.key
      const before = key === null ? held : []
      held = []
      return call.key === key ? spoken(call.input) : [...before, call]
    }
    const ofEnd = (end: FinishEvent): AnswerEvent[] => {
      if (key === null) return [...held, end]
      if (end.reason !== 'tool-calls') return [end]
      return [...(isEmpty ? spoken('{}') : []), { ...end, reason: 'stop' }]
    }
    return (event) => {
      if (event.type === 'text') return ofText(event)
      if (event.type === 'tool-call') return ofCall(event)
      return event.type === 'finish' ? ofEnd(event) : [event]
    }
  }
}

type ToolCallEvent = Extract<AnswerEvent, { type: 'tool-call' }>
type FinishEvent = Extract<AnswerEvent, { type: 'finish' }>
