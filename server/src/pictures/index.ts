export type { Picture, PictureFailure } from './picture.ts'
export { createPictures, type Pictures } from './pictures.ts'
export { createVideos, type Still, type Video, type Videos } from './videos.ts'
