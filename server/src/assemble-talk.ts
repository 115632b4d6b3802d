import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createChat } from './chat/index.ts'
import type { Config } from './config.ts'
import { createFiles } from './files/index.ts'
import type { AskModel } from './gateway/index.ts'
import type { Gate } from './http/index.ts'
import type { Jobs } from './jobs/index.ts'
import type { Log } from './log/index.ts'
import type { Models } from './models/index.ts'
import { openObjects } from './open-objects.ts'
import type { Storage } from './open-storage.ts'
import { createPictures } from './pictures/index.ts'
import { createRemoteImages } from './remote-images/index.ts'
import type { Throttles } from './throttle/index.ts'
import { createVoice } from './voice/index.ts'

type Parts = {
  config: Config
  storage: Pick<Storage, 'db' | 'events'>
  jobs: Jobs
  log: Log
  models: Models
  throttles: Throttles
  ask: AskModel
  publicUrl: () => string
  requireFeature: Gate['requireFeature']
}

/** Builds what people talk to models with. */
export async function assembleTalk(parts: Parts) {
  const { config, storage, jobs, log, models, throttles, ask, publicUrl, requireFeature } = parts
  const { db, events } = storage
  const objects = await openObjects(config)
  // Beside files' objects, so that taking one over is a new name and no copy.
  const directory = join(config.dataDir, 'uploads')
  // What a process that died was receiving.
  await rm(directory, { recursive: true, force: true })
  const files = createFiles({ db, objects, jobs, log, requireFeature, directory, now: Date.now })
  const chat = createChat({ db, files, models, jobs, throttles, log, ask, publicUrl, now: Date.now })
  const remoteImages = createRemoteImages({
    ...{ throttles, directory, ownNetworks: config.pictureNetworks },
    // Beside those of files: what strangers' servers send keeps nobody's upload waiting.
    pictures: createPictures({ log }),
  })
  return { objects, directory, files, chat, remoteImages, voice: createVoice({ ...config, events }) }
}
