export { createAnthropicProvider } from './anthropic/index.ts'
export { counted, type Running } from './counted.ts'
export { finishReasonsOf } from './finish-reasons.ts'
export { createInProcessTransport } from './in-process-transport.ts'
export { createOpenAiProvider } from './openai/index.ts'
export { probeModel } from './probe.ts'
export {
  type Answer,
  failure,
  noUsage,
  type PreparedCall,
  type Provider,
  type ProviderCall,
  type ReportedUsage,
  type RequestDialect,
  type SourceRequest,
  type StreamFrame,
  type StreamReader,
  type TokenCounting,
  type UpstreamFailure,
  type WireDialect,
} from './provider.ts'
export { createHttpTransport, type Exchange } from './transport.ts'
