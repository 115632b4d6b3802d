import { Button } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { type ReactNode, useMemo } from 'react'
import { Announcer } from './announcer.tsx'
import classes from './thread.module.css'
import { ThreadBox } from './thread-box.ts'
import { useFollowing } from './use-following.ts'

type ThreadProps = {
  children: ReactNode
  /** Below what scrolls; is told how to get to its end. */
  foot: (toEnd: () => void) => ReactNode
}

/** What scrolls, with its foot: the end stays in sight until somebody scrolls up. */
export function Thread({ children, foot }: ThreadProps) {
  const { box, setBox, content, isAway, toEnd, leaveEnd, events } = useFollowing()
  const place = useMemo(() => ({ box, leaveEnd }), [box, leaveEnd])
  return (
    <>
      <div ref={setBox} className={classes.box} data-thread {...events}>
        <div ref={content} className={classes.column}>
          <ThreadBox value={place}>{children}</ThreadBox>
        </div>
      </div>
      <div className={classes.foot}>
        {isAway && (
          <Button
            size="xs"
            variant="default"
            className={classes.toEnd}
            leftSection={<IconArrowDown size={14} aria-hidden />}
            onClick={toEnd}
          >
            Jump to the latest
          </Button>
        )}
        {foot(toEnd)}
      </div>
      <Announcer />
    </>
  )
}
