import { remoteImageEndpoints } from '@portal/contract'
import { apiErrorFrom } from './api-error.ts'
import { fetchFrom, urlOf } from './call.ts'

/** A picture from elsewhere, by way of our server. @throws ApiError what the server answered, or `unreachable` */
export async function loadRemoteImage(url: string): Promise<Blob> {
  const { path } = remoteImageEndpoints.readRemoteImage
  const response = await fetchFrom(urlOf(path, {}, { url }), { method: 'GET' })
  if (!response.ok) throw await apiErrorFrom(response)
  return response.blob()
}
