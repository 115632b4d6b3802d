export type { Answer, Behaviour, Moment, ToolCall, UsagePlacement, Wire } from './behaviour.ts'
export type { RecordedRequest, Served } from './record.ts'
export { startUpstream, type Upstream, type UpstreamOptions } from './server.ts'
export { countTokens, type Usage, usageOf } from './usage.ts'
