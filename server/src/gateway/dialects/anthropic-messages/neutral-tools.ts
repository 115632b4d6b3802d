import type {
  FunctionTool,
  NeutralRequest,
  OutputFormat,
  Reasoning,
  ToolChoice,
} from '../../../neutral/index.ts'
import { fault } from '../faults.ts'
import { isRecord, numberOf } from '../lossless.ts'
import { cacheOf } from './neutral-blocks.ts'

type Fields = Record<string, unknown>

export const toolsOf = ({ tools }: Fields): FunctionTool[] =>
  ((tools as Fields[] | null | undefined) ?? []).map((tool, i) => toolOf(tool, `tools[${i}]`))

function toolOf(tool: Fields, param: string): FunctionTool {
  const { type, name, description, input_schema: parameters, strict } = tool
  if (type != null && type !== 'custom') {
    throw fault(
      param,
      `${JSON.stringify(type).slice(0, 60)} is a tool of Anthropic’s servers, and this model is elsewhere. Leave it out, or describe a tool of your own.`,
    )
  }
  if (typeof name !== 'string' || !isRecord(parameters)) {
    throw fault(param, 'A tool is {"name", "description", "input_schema": {…}}.')
  }
  return {
    name,
    description: typeof description === 'string' ? description : null,
    parameters,
    strict: typeof strict === 'boolean' ? strict : null,
    ...cacheOf(tool),
  }
}

const choices = { auto: 'auto', any: 'required', none: 'none' } as const
const isChoice = (type: unknown): type is keyof typeof choices =>
  typeof type === 'string' && Object.hasOwn(choices, type)

export function toolChoiceOf({
  tool_choice: choice,
}: Fields): Pick<NeutralRequest, 'toolChoice' | 'parallelTools'> {
  if (!isRecord(choice)) return { toolChoice: null, parallelTools: null }
  const single = choice.disable_parallel_tool_use
  return { toolChoice: choiceOf(choice), parallelTools: typeof single === 'boolean' ? !single : null }
}

function choiceOf({ type, name }: Fields): ToolChoice {
  if (isChoice(type)) return { type: choices[type] }
  if (type === 'tool' && typeof name === 'string') return { type: 'function', name }
  throw fault('tool_choice', 'Its type is "auto", "any", "none", or "tool" with the tool’s name.')
}

/** How much to think: a budget, an effort, or nothing; left to the model otherwise. */
export function reasoningOf({ thinking, output_config: config }: Fields): Reasoning | null {
  const type = isRecord(thinking) ? thinking.type : null
  if (type === 'disabled') return { effort: null, budgetTokens: null }
  const budgetTokens = isRecord(thinking) && type === 'enabled' ? numberOf(thinking.budget_tokens) : null
  if (budgetTokens !== null) return { effort: null, budgetTokens }
  const effort = isRecord(config) ? config.effort : null
  return typeof effort === 'string' ? { effort, budgetTokens: null } : null
}

export function outputFormatOf({ output_config: config, output_format: beta }: Fields): OutputFormat | null {
  const format = isRecord(config) && config.format != null ? config.format : beta
  if (!isRecord(format)) return null
  if (format.type !== 'json_schema' || !isRecord(format.schema)) {
    throw fault('output_config.format', 'A format is {"type": "json_schema", "schema": {…}}.')
  }
  return { type: 'schema', name: 'answer', description: null, schema: format.schema, strict: true }
}
