import { answerTask } from '../isolation/index.ts'
import { readDocument } from './read-document.ts'
import type { ReadTask } from './reading.ts'

await answerTask<ReadTask>((file, task) => readDocument(file, task))
