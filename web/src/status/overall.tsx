import { Text } from '@mantine/core'
import type { StatusReport, StatusState } from '@portal/contract'
import {
  type Icon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconTool,
} from '@tabler/icons-react'
import coloured from './coloured.module.css'
import classes from './status.module.css'
import { instantWords } from './words.ts'

const icons: Record<StatusState, Icon> = {
  ...{ operational: IconCircleCheck, degraded: IconAlertTriangle, down: IconCircleX },
  ...{ maintenance: IconTool, unknown: IconCircleDashed },
}

/** How everything is, in one sentence. */
export function Overall({ report: { state, sentence, at } }: { report: StatusReport }) {
  const Mark = icons[state]
  return (
    <div className={`${coloured.coloured} ${classes.overall}`} data-state={state} role="status">
      <Mark size={32} stroke={1.6} aria-hidden />
      <div>
        <h2>{sentence}</h2>
        <Text size="xs" c="dimmed">
          As of {instantWords(at)}, your time
        </Text>
      </div>
    </div>
  )
}
