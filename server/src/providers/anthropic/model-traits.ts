/** What models of Anthropic's differ in, as far as a request has to know. */
export type ModelTraits = {
  /** How it is asked to think; `budget` counts tokens, `adaptive` takes an effort. */
  thinking: 'none' | 'budget' | 'adaptive'
  /** Whether it can be told not to think. */
  canRestFromThinking: boolean
  takesTemperature: boolean
  /** Whether an answer can be held to a schema. */
  takesSchema: boolean
  /** Whether an instruction can stand in the middle of a conversation. */
  takesSystemTurns: boolean
  /** Whether it knows an effort of `xhigh`. */
  takesExtraEffort: boolean
}

/**
 * By the model's name, as Anthropic's documentation and its users tell it (November 2026). Of a version that is not
 * known, what the newest can is assumed; of a model that is not Claude, what the oldest do: that is what others copied.
 */
export function traitsOf(model: string): ModelTraits {
  const version = versionOf(model)
  const family = /\b(opus|sonnet|haiku|fable|mythos)\b/.exec(model)?.[1] ?? ''
  const isAlwaysThinking = family === 'fable' || family === 'mythos'
  return {
    thinking: version >= 4.06 ? 'adaptive' : version >= 3.07 ? 'budget' : 'none',
    canRestFromThinking: !isAlwaysThinking,
    takesTemperature: version < 4.07,
    takesSchema: version >= 4.05 || (family === 'opus' && version >= 4.01),
    takesSystemTurns: takesSystemTurns(family, version),
    takesExtraEffort: version >= 4.07,
  }
}

const takesSystemTurns = (family: string, version: number): boolean =>
  family === 'sonnet' ? version > 5 : version >= 4.08

/** `claude-opus-4-5-20251101` is 4.05, `claude-3-7-sonnet` 3.07; a date is no minor version. */
function versionOf(model: string): number {
  if (!/\bclaude\b/.test(model)) return notClaude
  const [, major, minor] = /-(\d{1,2})(?:[-.](\d{1,2}))?(?![\d])/.exec(model) ?? []
  return major === undefined ? Number.POSITIVE_INFINITY : Number(major) + Number(minor ?? 0) / 100
}

const notClaude = 3.07
