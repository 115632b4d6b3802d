export { VoiceInput } from './voice-input.tsx'
