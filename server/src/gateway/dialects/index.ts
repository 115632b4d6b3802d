export {
  encodeAnswer,
  encodeChunk,
  encodeEvent,
  encodeFrame,
  type FinalUsage,
  openAiErrorBody,
  parseChatRequest,
  promptTexts,
} from './openai-chat/index.ts'
