export { answerTask } from './answer-task.ts'
export { createIsolation, type Isolation, type Outcome } from './isolation.ts'
export { createTurns } from './turns.ts'
