import type { ChatToolCall } from '@portal/contract'
import { lazy, Suspense, useState } from 'react'
import classes from './thread.module.css'

const ToolCallData = lazy(() =>
  import('./tool-call-data.tsx').then(({ ToolCallData }) => ({ default: ToolCallData })),
)

/** More are shown once somebody wants to see them. */
const shownMax = 5

type Calls = { calls: readonly ChatToolCall[] }

/** The tools that an answer called, each to be opened. */
export const AnswerSteps = ({ calls }: Calls) =>
  calls.length <= shownMax ? (
    <Steps calls={calls} />
  ) : (
    <details className={classes.steps}>
      <summary>{calls.length} tools called</summary>
      <Steps calls={calls} />
    </details>
  )

const Steps = ({ calls }: Calls) => (
  <ul className={classes.steps} aria-label="Tools called">
    {calls.map((call, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: calls are only added
      <li key={i}>
        <Step call={call} />
      </li>
    ))}
  </ul>
)

function Step({ call }: { call: ChatToolCall }) {
  const [isOpen, setOpen] = useState(false)
  const state = stateOf(call)
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        Tool <code>{call.name}</code> – <span data-state={state}>{state}</span>
      </summary>
      {isOpen && (
        <Suspense>
          <ToolCallData call={call} />
        </Suspense>
      )}
    </details>
  )
}

function stateOf({ result, isError }: ChatToolCall): 'called' | 'answered' | 'failed' {
  if (result === null) return 'called'
  return isError ? 'failed' : 'answered'
}
