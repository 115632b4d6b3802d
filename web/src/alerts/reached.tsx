import { Stack, Text } from '@mantine/core'
import type { Alert } from '@portal/contract'
import { percentText, usedText } from './alert-words.ts'
import classes from './alerts.module.css'

/** How far an alert has come, as a bar with a mark at each of its thresholds. */
export function Reached({ alert: { name, measure, thresholds, enabled, state } }: { alert: Alert }) {
  const { percent, limit } = state
  // The last threshold has room beside it.
  const end = Math.max(100, ...thresholds)
  const at = (value: number) => `${Math.min(100, (value / end) * 100)}%`
  return (
    <Stack gap={4} className={classes.reached}>
      <Text size="sm" component="span">
        {usedText(measure, state)}
        {percent !== null && <b className={classes.percent}> {percentText(percent)}</b>}
      </Text>
      {limit !== null && percent !== null && (
        <div
          className={classes.bar}
          role="progressbar"
          aria-label={`Used of what ${name} watches`}
          aria-valuenow={Math.min(percent, end)}
          aria-valuemax={end}
          aria-valuetext={percentText(percent)}
          data-level={!enabled ? 'off' : percent >= 100 ? 'over' : state.threshold ? 'fired' : 'quiet'}
        >
          <span className={classes.fill} style={{ width: at(percent) }} />
          {thresholds.map((each) => (
            <span key={each} className={classes.mark} style={{ left: at(each) }} />
          ))}
        </div>
      )}
    </Stack>
  )
}
