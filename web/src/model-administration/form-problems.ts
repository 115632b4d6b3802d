import type { z } from 'zod'
import { ApiError } from '../api/index.ts'

/** The field of a form that a field of the API stands in: `targets[1].model` is `targets.1.model` there. */
export type FieldNames = Readonly<Record<string, string>>

const inForm = (field: string, names: FieldNames): string =>
  names[field] ?? field.replaceAll(/\[(\d+)\]/g, '.$1')

/** What the contract's rules find wrong, by field of the form: in `demands`’ words where there are some. */
export function problemsBy(
  schema: z.ZodType,
  body: unknown,
  { names, demands }: { names: FieldNames; demands: Readonly<Record<string, string>> },
): Record<string, string> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return {}
  return Object.fromEntries(
    parsed.error.issues.map(({ path, message }) => {
      const field = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
      const name = inForm(field.slice(1), names)
      return [name, demands[name.replace(/\.\d+\./, '.')] ?? message]
    }),
  )
}

/** What the server found wrong, by field of the form. */
export function problemsOfAnswer(error: Error, names: FieldNames): Record<string, string> {
  if (!(error instanceof ApiError)) return {}
  const ofIssues = error.issues.map(({ field, message }) => [inForm(field, names), message] as const)
  const ofParam =
    error.param && error.param !== 'version' ? [[inForm(error.param, names), error.message] as const] : []
  return Object.fromEntries([...ofParam, ...ofIssues])
}
