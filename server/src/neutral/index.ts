export type { AnswerEvent, FinishReason, Restore } from './events.ts'
export { asSpelled, parseLossless } from './lossless-json.ts'
export type {
  AssistantBlock,
  DocumentBlock,
  FunctionTool,
  ImageBlock,
  NeutralMessage,
  NeutralRequest,
  OutputFormat,
  Reasoning,
  ReasoningBlock,
  TextBlock,
  ToolCallBlock,
  ToolChoice,
  ToolResultBlock,
  UserBlock,
} from './request.ts'
export { bareRequest } from './request.ts'
export { clientToolId, encodeToolId, upstreamToolId } from './tool-ids.ts'
