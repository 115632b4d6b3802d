// The shape checks of `tools`, `tool_choice` and `parallel_tool_calls`.

import { isObject, type JsonObject } from '../json.ts'
import { type Fault, invalid } from './fault.ts'
import { problemOfStrictSchema } from './validate-schema.ts'

/** The first thing wrong with the tools of a body. */
export function checkTools(body: JsonObject): Fault | undefined {
  if (body.tools == null) return checkWithoutTools(body)
  const tools = body.tools as unknown[]
  if (tools.length === 0 || tools.length > 128) return invalid('tools', "'tools' takes 1 to 128 entries.")
  for (const [index, tool] of tools.entries()) {
    const problem = problemOfTool(tool)
    if (problem) return invalid(`tools[${index}]`, problem)
  }
  return checkChoice(body.tool_choice, tools)
}

function checkWithoutTools(body: JsonObject): Fault | undefined {
  const name = ['tool_choice', 'parallel_tool_calls'].find((field) => body[field] != null)
  return name ? invalid(name, `'${name}' is only allowed when 'tools' are given.`) : undefined
}

function problemOfTool(tool: unknown): string | undefined {
  if (!isObject(tool) || tool.type !== 'function' || !isObject(tool.function))
    return 'A tool must be of type function.'
  const { name, parameters, strict, description } = tool.function
  if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name))
    return 'The name must be 1 to 64 of a-z, A-Z, 0-9, _ and -.'
  if (description != null && typeof description !== 'string') return 'The description must be a string.'
  if (strict != null && typeof strict !== 'boolean') return "'strict' must be a boolean."
  if (strict === true) return problemOfStrictSchema(parameters)
  return parameters == null ? undefined : problemOfParameters(parameters)
}

function problemOfParameters(parameters: unknown): string | undefined {
  if (!isObject(parameters)) return 'The parameters must be a JSON schema.'
  if (Object.keys(parameters).length === 0) return undefined
  if (parameters.type !== 'object') return "The schema of the parameters must have type 'object'."
  return isObject(parameters.properties) ? undefined : 'The object schema has no properties.'
}

function checkChoice(choice: unknown, tools: readonly unknown[]): Fault | undefined {
  if (choice == null || choice === 'auto' || choice === 'none' || choice === 'required') return undefined
  const name =
    isObject(choice) && choice.type === 'function' && isObject(choice.function)
      ? choice.function.name
      : undefined
  if (typeof name !== 'string')
    return invalid('tool_choice', "Invalid value for 'tool_choice'.", 'invalid_value')
  const known = tools.some((tool) => isObject(tool) && isObject(tool.function) && tool.function.name === name)
  return known ? undefined : invalid('tool_choice', `The tool '${name}' is not among 'tools'.`)
}
