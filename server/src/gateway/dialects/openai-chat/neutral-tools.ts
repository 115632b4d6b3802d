import type { FunctionTool, OutputFormat, ToolChoice } from '../../../neutral/index.ts'
import { fault } from '../faults.ts'
import { isRecord } from '../lossless.ts'
import { toolName } from './neutral-messages.ts'
import { cacheOf } from './neutral-parts.ts'

type Fields = Record<string, unknown>

export const toolsOf = ({ tools }: Fields): FunctionTool[] =>
  ((tools as Fields[] | null | undefined) ?? []).map((tool, i) => toolOf(tool, `tools[${i}]`))

function toolOf(tool: Fields, param: string): FunctionTool {
  const called = tool.function
  if (tool.type !== 'function' || !isRecord(called)) {
    throw fault(param, 'This model takes tools of the type "function" only.')
  }
  const { name, description, parameters, strict } = called
  if (parameters != null && !isRecord(parameters)) {
    throw fault(`${param}.function.parameters`, 'Describe the parameters in a JSON schema, an object.')
  }
  return {
    name: toolName(name, `${param}.function.name`),
    description: typeof description === 'string' ? description : null,
    parameters: parameters ?? {},
    strict: typeof strict === 'boolean' ? strict : null,
    ...cacheOf(called),
    ...cacheOf(tool),
  }
}

export function toolChoiceOf({ tool_choice: choice }: Fields): ToolChoice | null {
  if (choice == null) return null
  if (choice === 'auto' || choice === 'required' || choice === 'none') return { type: choice }
  if (isRecord(choice) && isRecord(choice.function) && typeof choice.function.name === 'string')
    return { type: 'function', name: choice.function.name }
  throw fault(
    'tool_choice',
    'Use "auto", "required", "none", or {"type": "function", "function": {"name": …}}.',
  )
}

export function outputFormatOf({ response_format: format }: Fields): OutputFormat | null {
  if (!isRecord(format) || format.type === 'text') return null
  if (format.type === 'json_object') return { type: 'json' }
  const wanted = format.json_schema
  if (format.type !== 'json_schema' || !isRecord(wanted)) {
    throw fault(
      'response_format',
      'This model gives "text", "json_object", or "json_schema" with its schema.',
    )
  }
  const { name, description, schema, strict } = wanted
  if (!isRecord(schema)) return { type: 'json' }
  return {
    type: 'schema',
    name: typeof name === 'string' ? name : 'answer',
    description: typeof description === 'string' ? description : null,
    schema,
    strict: typeof strict === 'boolean' ? strict : null,
  }
}
