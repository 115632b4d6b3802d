import type { FunctionTool, NeutralRequest, ToolChoice } from '../../neutral/index.ts'
import { isRecord } from '../json.ts'
import { type Json, markOf } from './blocks.ts'
import { invalid } from './invalid.ts'
import { strictSchema } from './strict-schema.ts'

/** What of a request is about tools, and the fields in which it is other than what was asked. */
type EncodedTools = { body: Json; changed: string[] }

/**
 * Tools and which of them to use; nothing where there are none, for a choice among none is refused.
 * @throws AppError invalid_request for a tool or a choice that Anthropic does not take
 */
export function encodeTools({ tools, toolChoice, parallelTools }: NeutralRequest): EncodedTools {
  if (tools.length === 0) {
    if (toolChoice?.type === 'required' || toolChoice?.type === 'function')
      throw invalid('tool_choice', 'There are no tools to choose from. Send some, or leave it out.')
    return { body: {}, changed: [] }
  }
  const choice = encodeChoice(toolChoice, parallelTools)
  if (toolChoice?.type === 'function' && !tools.some(({ name }) => name === toolChoice.name))
    throw invalid('tool_choice', `There is no tool "${toolChoice.name}". Name one of the tools sent.`)
  const encoded = tools.map(encodeTool)
  return {
    body: { tools: encoded.map(({ tool }) => tool), ...(choice && { tool_choice: choice }) },
    changed: encoded.flatMap(({ changed }) => changed),
  }
}

function encodeChoice(choice: ToolChoice | null, parallelTools: boolean | null): Json | null {
  // With no tools at all to be called, how many at once is refused.
  if (choice?.type === 'none') return { type: 'none' }
  if (parallelTools !== false) return choice && namedChoice(choice)
  return { ...namedChoice(choice ?? { type: 'auto' }), disable_parallel_tool_use: true }
}

function namedChoice(choice: ToolChoice): Json {
  if (choice.type === 'function') return { type: 'tool', name: choice.name }
  return { type: choice.type === 'required' ? 'any' : choice.type }
}

function encodeTool(tool: FunctionTool, index: number): { tool: Json; changed: string[] } {
  const { name, description, strict } = tool
  const at = `tools[${index}]`
  checkToolName(name, at)
  const parameters = objectSchema(tool.parameters, at)
  const held = strict ? strictSchema(parameters) : null
  const encoded = {
    name,
    ...(description && { description }),
    input_schema: held?.schema ?? parameters,
    ...(strict !== null && (held || !strict) && { strict }),
    ...markOf(tool),
  }
  return { tool: encoded, changed: strict ? changedBy(held) : [] }
}

/** A schema of objects with any fields can be kept to in good will only. */
function changedBy(held: ReturnType<typeof strictSchema>): string[] {
  if (!held) return ['tools[].function.strict']
  return held.isOther ? ['tools[].function.parameters'] : []
}

/** The schema as it was spelled, with what Anthropic insists on where that is missing. */
function objectSchema(schema: Json, at: string): Json {
  if (schema.type != null && schema.type !== 'object')
    throw invalid(at, 'A tool’s parameters are an object. Send a schema with "type": "object".')
  if (schema.type === 'object' && isRecord(schema.properties)) return schema
  return { ...schema, type: 'object', properties: isRecord(schema.properties) ? schema.properties : {} }
}

/** @throws AppError invalid_request for a name that Anthropic refuses */
export function checkToolName(name: string, at: string): void {
  if (!/^[a-zA-Z0-9_-]{1,128}$/.test(name))
    throw invalid(at, 'A tool’s name is 1 to 128 letters, digits, "_" and "-". Give it such a name.')
}
