export { mountVoice } from './routes.ts'
export { createTranscribeUpgrade } from './upgrade.ts'
export { createVoice, type Voice } from './voice.ts'
