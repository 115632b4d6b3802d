import { Stack, Switch, Text } from '@mantine/core'
import { administrationEndpoints as endpoints, type FeatureSwitch } from '@portal/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { ConfirmDialog, Loaded, notifyFailed, Section, useChange } from '../ui/index.ts'
import { adminQueries } from './queries.ts'

const names: Record<FeatureSwitch['feature'], string> = {
  'sign-up': 'Signing up',
  'api-keys': 'Making API keys',
  uploads: 'Uploads',
  videos: 'Videos',
  'chat-sharing': 'Sharing chats',
  'remote-images': 'Pictures from elsewhere',
  voice: 'Voice input',
}

/** What can be switched off; off asks first. */
export function SwitchesPage() {
  const switches = useQuery(adminQueries.switches)
  const [asked, setAsked] = useState<FeatureSwitch | null>(null)
  const { mutate, isPending, error } = useChange({
    rereads: [adminQueries.all],
    change: ({ feature, isOn }: FeatureSwitch) =>
      call(endpoints.setSwitch, { body: { feature, isOn: !isOn } }),
    onDone: () => setAsked(null),
  })
  return (
    <Section title="Switches" description="Each counts at once and for everybody, without a restart.">
      <Loaded query={switches} what="the switches">
        {(all) => (
          <Stack gap="md">
            {all.map((each) => (
              <Switch
                key={each.feature}
                label={
                  <Text fw={600} size="sm" component="span">
                    {names[each.feature]}
                  </Text>
                }
                description={each.description}
                checked={each.isOn}
                onChange={() => (each.isOn ? setAsked(each) : mutate(each, { onError: notifyFailed }))}
              />
            ))}
          </Stack>
        )}
      </Loaded>
      {asked && (
        <ConfirmDialog
          opened
          title={`Switch off: ${names[asked.feature]}`}
          action="Switch off"
          isBusy={isPending}
          error={error}
          onConfirm={() => mutate(asked)}
          onClose={() => setAsked(null)}
        >
          From now on nobody can do this, until you switch it on again.
        </ConfirmDialog>
      )}
    </Section>
  )
}
