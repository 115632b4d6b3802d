import { completionEndpoints } from './completions.ts'
import type { Endpoint } from './endpoint.ts'
import { keyEndpoints } from './keys.ts'
import { modelEndpoints } from './models.ts'
import { systemEndpoints } from './system.ts'

export {
  ChatCompletion,
  ChatCompletionBody,
  ChatCompletionChunk,
  completionEndpoints,
} from './completions.ts'
export { type Endpoint, endpoint, type Scope } from './endpoint.ts'
export { OpenAiErrorBody, PortalErrorBody } from './error-bodies.ts'
export { type ErrorCode, errorDefinitions } from './errors.ts'
export {
  type Id,
  type KeyId,
  newId,
  type OrganisationId,
  type RequestId,
  timeOfId,
  type UserId,
} from './ids.ts'
export {
  ApiKey,
  ApiKeyWithSecret,
  CreateKeyBody,
  KeyAccess,
  KeyStatus,
  KeyUsage,
  keyEndpoints,
  Permission,
  PlanTier,
  RegenerateKeyBody,
  RevokeKeyBody,
  UpdateKeyBody,
} from './keys.ts'
export { Model, modelEndpoints } from './models.ts'
export { type MicroUsd, microusd, microusdOfTokens, usdFromMicrousd } from './money.ts'
export { openApiDocument } from './openapi.ts'
export { systemEndpoints } from './system.ts'

/** Every endpoint of the portal: a route that is not in here does not exist. */
export const endpoints: readonly Endpoint[] = [
  ...Object.values(completionEndpoints),
  ...Object.values(modelEndpoints),
  ...Object.values(keyEndpoints),
  ...Object.values(systemEndpoints),
]
