export { encodeAnswer, encodeChunk, encodeEvent, encodeFrame, type FinalUsage } from './encode.ts'
export { openAiErrorBody } from './errors.ts'
export { parseChatRequest } from './parse.ts'
export { promptTexts } from './prompt-texts.ts'
