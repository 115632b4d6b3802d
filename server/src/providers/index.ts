export { createInProcessTransport } from './in-process-transport.ts'
export { createOpenAiProvider } from './openai/index.ts'
export {
  type Answer,
  failure,
  noUsage,
  type Provider,
  type ProviderCall,
  type ReportedUsage,
  type StreamFrame,
  type UpstreamFailure,
} from './provider.ts'
export { createHttpTransport, type Exchange } from './transport.ts'
