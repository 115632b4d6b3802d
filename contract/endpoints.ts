import { administrationEndpoints } from './administration.ts'
import { modelAdministrationEndpoints } from './administration-models.ts'
import { alertEndpoints } from './alerts.ts'
import { auditEndpoints } from './audit.ts'
import { authEndpoints } from './auth.ts'
import { chatEndpoints } from './chat-endpoints.ts'
import { chatPromptEndpoints } from './chat-prompts.ts'
import { chatShareEndpoints } from './chat-shares.ts'
import { completionEndpoints } from './completions.ts'
import type { Endpoint } from './endpoint.ts'
import { fileEndpoints } from './files.ts'
import { keyEndpoints } from './keys.ts'
import { mailboxEndpoints } from './mailbox.ts'
import { modelEndpoints } from './models.ts'
import { openApiDocument } from './openapi.ts'
import { invitationEndpoints, organisationEndpoints } from './organisations.ts'
import { passkeyEndpoints } from './passkeys.ts'
import { remoteImageEndpoints } from './remote-images.ts'
import { incidentEndpoints, statusEndpoints } from './status.ts'
import { systemEndpoints } from './system.ts'
import { usageEndpoints } from './usage.ts'
import { userEndpoints } from './user.ts'
import { voiceEndpoints } from './voice.ts'
import { deliveryEndpoints, webhookEndpoints } from './webhooks.ts'

/** Every endpoint of the portal: a route that is not in here does not exist. */
export const endpoints: readonly Endpoint[] = [
  ...Object.values(completionEndpoints),
  ...Object.values(modelEndpoints),
  ...Object.values(chatEndpoints),
  ...Object.values(chatShareEndpoints),
  ...Object.values(chatPromptEndpoints),
  ...Object.values(remoteImageEndpoints),
  ...Object.values(fileEndpoints),
  ...Object.values(voiceEndpoints),
  ...Object.values(keyEndpoints),
  ...Object.values(usageEndpoints),
  ...Object.values(alertEndpoints),
  ...Object.values(webhookEndpoints),
  ...Object.values(deliveryEndpoints),
  ...Object.values(authEndpoints),
  ...Object.values(passkeyEndpoints),
  ...Object.values(userEndpoints),
  ...Object.values(organisationEndpoints),
  ...Object.values(invitationEndpoints),
  ...Object.values(auditEndpoints),
  ...Object.values(statusEndpoints),
  ...Object.values(incidentEndpoints),
  ...Object.values(modelAdministrationEndpoints),
  ...Object.values(administrationEndpoints),
  ...Object.values(systemEndpoints),
  ...Object.values(mailboxEndpoints),
]

/** The API as an OpenAPI 3.1 document. */
export const describeApi = () => openApiDocument(endpoints, { title: 'LLM Portal', version: '0.1.0' })
