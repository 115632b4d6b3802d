export { createTokenCounter, estimateTokens, type TokenCounter } from './counter.ts'
