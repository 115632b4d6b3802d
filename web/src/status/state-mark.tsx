import type { StatusState } from '@portal/contract'
import coloured from './coloured.module.css'
import classes from './status.module.css'
import { stateWords } from './words.ts'

/** A state as a mark and a word. */
export const StateMark = ({ state }: { state: StatusState }) => (
  <span className={`${coloured.coloured} ${classes.state}`} data-state={state}>
    <span className={classes.dot} aria-hidden />
    {stateWords[state]}
  </span>
)
