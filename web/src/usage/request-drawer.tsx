import { Drawer, Group, Text, Title } from '@mantine/core'
import type { LedgerRequest } from '@portal/contract'
import { useEffect, useState } from 'react'
import { CopyBlock } from '../ui/index.ts'
import { factsOf } from './request-facts.ts'
import classes from './usage.module.css'

/** All fields of one request, beside the list. */
export function RequestDrawer({ request, onClose }: { request: LedgerRequest; onClose: () => void }) {
  // It gives the focus back to what had it when `opened` turned true.
  const [isOpen, setOpen] = useState(false)
  useEffect(() => setOpen(true), [])
  return (
    <Drawer
      opened={isOpen}
      onClose={() => setOpen(false)}
      onExitTransitionEnd={onClose}
      position="right"
      attributes={{ header: { role: 'presentation' } }}
      closeButtonProps={{ 'aria-label': 'Close' }}
      title={
        <Title order={2} component="span">
          Request
        </Title>
      }
    >
      <CopyBlock text={request.id} label="Copy the id" />
      <dl className={classes.facts}>
        {factsOf(request).map(([name, fact]) => (
          <Group key={name} justify="space-between" gap="md" wrap="nowrap" align="flex-start">
            <Text component="dt" size="sm" c="dimmed" flex="none">
              {name}
            </Text>
            <dd className={classes.fact}>{fact}</dd>
          </Group>
        ))}
      </dl>
    </Drawer>
  )
}
