import { join } from 'node:path'
import type { Config } from './config.ts'
import { createFolderStore, createS3Store, type ObjectStore } from './storage/index.ts'

/** Opens where files lie: the bucket that is configured, else a folder in the data folder. */
export const openObjects = async ({ s3, dataDir }: Pick<Config, 's3' | 'dataDir'>): Promise<ObjectStore> =>
  s3 ? createS3Store(s3) : createFolderStore(join(dataDir, 'objects'))
