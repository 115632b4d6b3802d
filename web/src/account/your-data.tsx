import { Button } from '@mantine/core'
import { type Profile, userEndpoints } from '@portal/contract'
import { IconDownload } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { Section } from '../ui/index.ts'

const DeletionDialog = lazy(() =>
  import('./deletion-dialog.tsx').then(({ DeletionDialog }) => ({ default: DeletionDialog })),
)

/** Everything that is somebody's, to take along; and the end of their account. */
export function YourData({ profile }: { profile: Profile }) {
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Section
        title="Download your data"
        description="Your profile, devices, passkeys, keys and what you did, as a zip file."
      >
        <Button
          component="a"
          variant="default"
          href={userEndpoints.exportData.path}
          download
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          Download
        </Button>
      </Section>
      {!profile.deletionAt && (
        <Section title="Delete your account" description="It ends 30 days after you ask for it.">
          <Button color="red" variant="light" onClick={() => setAsking(true)}>
            Delete your account
          </Button>
        </Section>
      )}
      {isAsking && (
        <Suspense>
          <DeletionDialog hasPassword={profile.hasPassword} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  )
}
