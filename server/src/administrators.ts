import { createAdministration } from './administration/index.ts'
import type { Config } from './config.ts'
import { createMailDeliveries, type MailService } from './mail/index.ts'
import type { assemblePeople } from './people.ts'
import { createRecovery } from './sign-in/index.ts'

type Given = Parameters<typeof createAdministration>[0]
type Parts = Pick<
  Given,
  'db' | 'events' | 'accounts' | 'jobs' | 'keys' | 'principals' | 'switches' | 'readiness'
> & {
  config: Config
  gateway: Given['gateway'] & Pick<Given, 'admission'>
  mail: MailService
  people: ReturnType<typeof assemblePeople>['doors']
}

/** Builds what people who run the portal see of it, and do. */
export function assembleAdministration({ people, mail, ...parts }: Parts) {
  const { db, jobs, gateway } = parts
  const now = Date.now
  const mailDeliveries = createMailDeliveries(db, jobs.inspection)
  const recovery = createRecovery({ db, sessions: people.sessions, mail, now })
  const { admission } = gateway
  const administration = createAdministration({
    ...{ ...parts, ...people, mailDeliveries, recovery, admission, now },
  })
  return { administration }
}
