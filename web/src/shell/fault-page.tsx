import { Button, Code, Group } from '@mantine/core'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { ButtonLink, FormError, Page } from '../ui/index.ts'

/** Stands in for a page that failed; what is around it stays. */
export function FaultPage({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="This page failed" description="Nothing you saved is lost." width="narrow">
      <FormError>
        Reload to get the newest version of the page. If it fails again, tell whoever runs this portal what
        stands here: <Code>{error instanceof Error ? error.message : String(error)}</Code>
      </FormError>
      <Group>
        <Button onClick={() => location.reload()}>Reload</Button>
        <ButtonLink to="/" variant="default" onClick={reset}>
          Go to the start
        </ButtonLink>
      </Group>
    </Page>
  )
}
