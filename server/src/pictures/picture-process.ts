import { answerTask } from '../isolation/index.ts'
import { draw } from './draw.ts'
import type { PictureTask } from './picture.ts'

await answerTask<PictureTask>((file, task) => draw(file, task))
