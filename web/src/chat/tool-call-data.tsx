import type { ChatToolCall } from '@portal/contract'
import { CopyIcon } from '../ui/index.ts'
import { prettyJson } from './pretty-json.ts'
import classes from './tool-call-data.module.css'

/** What a tool was given, and what it returned. */
export const ToolCallData = ({ call: { arguments: given, result } }: { call: ChatToolCall }) => (
  <div className={classes.data}>
    <Said title="Arguments" text={prettyJson(given)} copyLabel="Copy the arguments" />
    {result === null ? (
      <p className={classes.none}>No result was sent to the model.</p>
    ) : (
      <Said title="Result" text={prettyJson(result)} copyLabel="Copy the result" />
    )}
  </div>
)

type SaidProps = { title: string; text: string; copyLabel: string }

const Said = ({ title, text, copyLabel }: SaidProps) => (
  <figure className={classes.said}>
    <figcaption className={classes.head}>
      <span>{title}</span>
      <CopyIcon text={text} label={copyLabel} />
    </figcaption>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
    <pre tabIndex={0}>{text}</pre>
  </figure>
)
