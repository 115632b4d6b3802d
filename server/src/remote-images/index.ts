export { createRemoteImages, type RemoteImages } from './remote-images.ts'
export { mountRemoteImages } from './routes.ts'
