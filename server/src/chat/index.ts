export { createChatRecords } from './records.ts'
export { mountChat } from './routes.ts'
export { type Chat, createChat } from './service.ts'
