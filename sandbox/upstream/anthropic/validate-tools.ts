// The shapes of `tools` and `tool_choice`.
import { isObject, type JsonObject } from '../json.ts'
import {
  byType,
  type Check,
  filled,
  flag,
  inside,
  like,
  list,
  object,
  oneOf,
  optional,
  type Place,
  problem,
  record,
  text,
} from './shape.ts'
import { cacheControl } from './validate-blocks.ts'
import { strictSchema } from './validate-schema.ts'

const inputSchema: Check = (value, at) => {
  const fault = record(value, at)
  if (fault !== undefined) return fault
  const schema = value as JsonObject
  if (schema.type !== 'object') return problem(inside(at, 'type'), "Input should be 'object'.")
  const union = ['oneOf', 'allOf', 'anyOf'].find((keyword) => keyword in schema)
  return union && problem(at, 'input_schema does not support oneOf, allOf, or anyOf at the top level.')
}

const customTool = object({
  type: optional(oneOf('custom')),
  name: like(/^[a-zA-Z0-9_-]{1,128}$/),
  description: optional(text),
  input_schema: inputSchema,
  cache_control: optional(cacheControl),
  strict: optional(flag),
  allowed_callers: optional(list(text)),
  defer_loading: optional(flag),
  eager_input_streaming: optional(flag),
  input_examples: optional(list(record)),
})

/** Tools that the vendor runs or defines have a dated type, and insides of their own. */
const tool: Check = (value, at) => {
  const type = isObject(value) ? value.type : undefined
  if (typeof type === 'string' && /_\d{8}$/.test(type)) return undefined
  return customTool(value, at) ?? checkStrict(value as JsonObject, at)
}

/** A strict tool's input is held to its schema. */
const checkStrict = ({ strict, input_schema: schema }: JsonObject, at: Place): string | undefined =>
  strict === true ? strictSchema(schema, inside(at, 'input_schema')) : undefined

const choiceShape = byType({
  auto: object({ type: oneOf('auto'), disable_parallel_tool_use: optional(flag) }),
  any: object({ type: oneOf('any'), disable_parallel_tool_use: optional(flag) }),
  tool: object({ type: oneOf('tool'), name: filled, disable_parallel_tool_use: optional(flag) }),
  none: object({ type: oneOf('none') }),
})

/** The first thing wrong with the tools of a body and with the choice among them. */
export function checkTools({ tools, tool_choice: choice }: JsonObject, at: Place): string | undefined {
  const fault = tools == null ? undefined : list(tool)(tools, inside(at, 'tools'))
  if (fault !== undefined) return fault
  const names = ((tools ?? []) as JsonObject[]).map(({ name }) => name)
  if (new Set(names).size < names.length) return problem(inside(at, 'tools'), 'Tool names must be unique.')
  return choice == null ? undefined : checkChoice(choice, { names, at: inside(at, 'tool_choice') })
}

function checkChoice(
  choice: unknown,
  { names, at }: { names: readonly unknown[]; at: Place },
): string | undefined {
  if (names.length === 0) return problem(at, '`tool_choice` may only be specified while providing `tools`.')
  const fault = choiceShape(choice, at)
  const { type, name } = Object(choice)
  if (fault !== undefined || type !== 'tool') return fault
  return names.includes(name) ? undefined : problem(at, `Tool '${name}' not found in provided tools.`)
}
