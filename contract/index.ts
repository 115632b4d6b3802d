export { administrationEndpoints } from './administration.ts'
export {
  AdministeredModel,
  AdministeredProvider,
  AdministeredTarget,
  CreateProviderBody,
  modelAdministrationEndpoints,
  ProviderState,
  ProviderTest,
} from './administration-models.ts'
export {
  AdminOverview,
  FailedJob,
  FeatureSwitch,
  JobQueue,
  PortalDelivery,
  StoredBytes,
} from './administration-operations.ts'
export {
  AdminOrganisation,
  AdminOrganisationDetail,
  Allowance,
  LimitInForce,
  Overrides,
  PlanId,
} from './administration-organisations.ts'
export { AdminKey, AdminUser, AdminUserDetail, PortalRole } from './administration-users.ts'
export {
  Alert,
  AlertEvent,
  AlertEventType,
  AlertMeasure,
  AlertPeriod,
  AlertSeverity,
  AlertState,
  alertEndpoints,
  alertsMax,
  CreateAlertBody,
  recurringStepsEnd,
  severityNames,
  severityOf,
  thresholdsMax,
  UpdateAlertBody,
} from './alerts.ts'
export { AnthropicMessage, AnthropicMessagesBody } from './anthropic-messages.ts'
export { AuditAction, AuditEvent, auditEndpoints } from './audit.ts'
export {
  authEndpoints,
  Impersonation,
  RegisterBody,
  SecondFactor,
  Session,
  SignedInUser,
} from './auth.ts'
export {
  ChatFilter,
  ChatMatch,
  ChatMessage,
  ChatSession,
  ChatSettings,
  ChatTag,
  ChatToolCall,
  CreateChatMessage,
  CreateChatSession,
  Generation,
  GenerationEvent,
  ListChatSessions,
  MessageStatus,
  ratingOf,
  StartGeneration,
  UpdateChatMessage,
  UpdateChatSession,
  Video,
} from './chat.ts'
export { chatEndpoints } from './chat-endpoints.ts'
export {
  ChatPrompt,
  CreateChatPrompt,
  chatPromptEndpoints,
  promptsMax,
  UpdateChatPrompt,
} from './chat-prompts.ts'
export { ChatShare, chatShareEndpoints, SharedChat, SharedMessage } from './chat-shares.ts'
export {
  ChatCompletion,
  ChatCompletionBody,
  ChatCompletionChunk,
  completionEndpoints,
} from './completions.ts'
export { type Endpoint, endpoint, type Scope } from './endpoint.ts'
export { describeApi, endpoints } from './endpoints.ts'
export { OpenAiErrorBody, PortalErrorBody } from './error-bodies.ts'
export { type ErrorCode, errorDefinitions } from './errors.ts'
export { Feature, features } from './features.ts'
export {
  Attachment,
  AttachmentGiven,
  FileKind,
  FileNote,
  fileEndpoints,
  fileLimits,
  StorageUse,
  StoredFile,
} from './files.ts'
export { isPlainHttpUrl } from './http-url.ts'
export {
  type Id,
  type IdKind,
  isId,
  type KeyId,
  newId,
  type OrganisationId,
  type RequestId,
  type SessionId,
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
export { mailboxEndpoints, SandboxMail } from './mailbox.ts'
export { ModelDefinition, ProviderDefinition } from './model-definitions.ts'
export { AnthropicModel, Model, modelEndpoints } from './models.ts'
export { type MicroUsd, microusd, microusdFromUsd, microusdOfTokens, usdFromMicrousd } from './money.ts'
export { OAuthProvider } from './oauth.ts'
export {
  ActingOrganisation,
  Invitation,
  InvitedRole,
  invitationEndpoints,
  isManagerRole,
  Member,
  Organisation,
  OrganisationRole,
  organisationEndpoints,
} from './organisations.ts'
export { Passkey, PasskeyAssertion, PasskeyRegistration, passkeyEndpoints } from './passkeys.ts'
export { NewPassword, passwordDemands, passwordProblem } from './password.ts'
export { PortalPath, portalPath } from './portal-path.ts'
export { remoteImageEndpoints } from './remote-images.ts'
export {
  CreateIncidentBody,
  Incident,
  IncidentImpact,
  IncidentStage,
  incidentEndpoints,
  PlanMaintenanceBody,
  StatusComponent,
  StatusDay,
  StatusReport,
  StatusState,
  statusEndpoints,
  UpdateIncidentBody,
  WriteUpdateBody,
  WrittenStage,
} from './status.ts'
export { systemEndpoints } from './system.ts'
export { Email, emailProblem, nameText } from './text.ts'
export {
  LedgerRequest,
  RatingsDay,
  RequestStatus,
  UsageDay,
  UsageFilters,
  UsageOfPlan,
  UsagePeriod,
  UsageQuery,
  UsageStatus,
  UsageSummary,
  UsageToday,
  usageEndpoints,
} from './usage.ts'
export { Profile, UpdateProfileBody, userEndpoints } from './user.ts'
export {
  TranscribeQuery,
  VoiceCommand,
  VoiceEndReason,
  VoiceEvent,
  voiceEndpoints,
  voiceSampleRate,
} from './voice.ts'
export {
  CreateWebhookBody,
  Delivery,
  DeliveryChannel,
  DeliveryInFull,
  deliveryEndpoints,
  UpdateWebhookBody,
  Webhook,
  WebhookEventType,
  WebhookWithSecret,
  webhookEndpoints,
  webhooksMax,
} from './webhooks.ts'
