export { createTokenCounter, estimateTextTokens, estimateTokens, type TokenCounter } from './counter.ts'
